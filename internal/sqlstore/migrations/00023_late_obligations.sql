-- +goose Up
-- The few obligations whose day was missed, for the register of reports.
CREATE INDEX obligations_late ON obligations (id) WHERE due_on <> '' AND met_on > due_on;
