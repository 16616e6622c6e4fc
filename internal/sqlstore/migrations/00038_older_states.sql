-- +goose Up
-- States of a record that came when a newer one was known already, or together with it, were never in force.
ALTER TABLE advisory_versions ADD COLUMN in_force BIGINT NOT NULL DEFAULT 1;
-- When the catalogue was released that an entry is from; '': not known, so any other is taken for newer.
ALTER TABLE kev ADD COLUMN released_at TEXT NOT NULL DEFAULT '';
-- What of an import was older than what is stored.
ALTER TABLE import_runs ADD COLUMN older BIGINT NOT NULL DEFAULT 0;
-- Public keys one of which must have signed the bundle that a run reads; '[]': it reads no bundle.
ALTER TABLE import_runs ADD COLUMN trust TEXT NOT NULL DEFAULT '[]';
