-- +goose Up
-- Who is signed in: no regulated record, so without a ledger entry.
CREATE TABLE sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    data TEXT NOT NULL, -- base64
    expires_at TEXT NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expires_at);
