-- +goose Up
-- INTEGER keys are the row number itself in SQLite, which makes appending cheap; in PostgreSQL they reach to two
-- thousand million, which 100,000 entries a day need 25 years to fill (hashes are two for each entry).
CREATE TABLE ledger_entries (
    seq INTEGER NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    action TEXT NOT NULL,
    search TEXT NOT NULL,
    canonical TEXT NOT NULL -- the entry itself, the bytes that are hashed; the other columns only find it
);
CREATE INDEX ledger_entries_actor ON ledger_entries (actor_id, seq);
CREATE INDEX ledger_entries_action ON ledger_entries (action, seq);
CREATE TABLE ledger_subjects (
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    seq INTEGER NOT NULL REFERENCES ledger_entries (seq),
    PRIMARY KEY (subject_kind, subject_id, seq)
);
CREATE TABLE ledger_hashes (
    place INTEGER NOT NULL PRIMARY KEY, -- as tlog.StoredHashIndex numbers them
    hash TEXT NOT NULL -- base64
);
CREATE TABLE ledger_checkpoints (
    size INTEGER NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    note TEXT NOT NULL
);
-- One row: what is needed to append, and the newest checkpoint. Locking it puts all writers in a row.
CREATE TABLE ledger_head (
    id INTEGER NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL,
    peaks TEXT NOT NULL,
    note TEXT NOT NULL
);
