-- +goose Up
-- Files that came with safety information: letters, photos, log files.
CREATE TABLE attachments (
    id TEXT NOT NULL PRIMARY KEY,
    intake_id TEXT NOT NULL REFERENCES intakes (id),
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES blobs (sha256),
    bytes BIGINT NOT NULL,
    added_by TEXT NOT NULL,
    added_at TEXT NOT NULL
);
CREATE INDEX attachments_intake ON attachments (intake_id, id);
