-- +goose Up
-- The five consequences of exploitation (CS notice 3(2)), the kinds of malfunction (3(1)), and whether controls are in place
-- everywhere. An assessment that was made before did not answer them; that controls suffice meant that they are in place.
ALTER TABLE assessments ADD COLUMN consequences TEXT NOT NULL
    DEFAULT '{"settings_changed":"unknown","care_changed":"unknown","data_lost":"unknown","misoperation":"unknown","spread":"unknown"}';
ALTER TABLE assessments ADD COLUMN malfunctions TEXT NOT NULL DEFAULT '[]';
ALTER TABLE assessments ADD COLUMN controls_applied TEXT NOT NULL DEFAULT 'unknown';
UPDATE assessments SET controls_applied = 'yes' WHERE controls_suffice = 'yes';
