-- +goose Up
-- A signature stands under a record of several kinds, so its subject has no constraint.
CREATE TABLE signatures (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    digest TEXT NOT NULL,
    meaning TEXT NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX signatures_subject ON signatures (kind, subject, at, id);

CREATE TABLE clock_changes (
    id TEXT NOT NULL PRIMARY KEY,
    obligation_id TEXT NOT NULL REFERENCES obligations (id),
    from_aware_on TEXT NOT NULL,
    from_due_on TEXT NOT NULL,
    to_aware_on TEXT NOT NULL,
    to_due_on TEXT NOT NULL,
    reason TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX clock_changes_obligation ON clock_changes (obligation_id, at, id);

-- Each step of an obligation is told to a person once.
CREATE TABLE notifications (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    obligation_id TEXT NOT NULL REFERENCES obligations (id),
    step TEXT NOT NULL,
    created_at TEXT NOT NULL,
    mailed_at TEXT NOT NULL,
    read_at TEXT NOT NULL,
    UNIQUE (user_id, obligation_id, step)
);
CREATE INDEX notifications_user ON notifications (user_id, created_at, id);
CREATE INDEX notifications_unread ON notifications (user_id, created_at, id) WHERE read_at = '';

-- Rulebook files as they were when a determination could rest on them.
CREATE TABLE rulebook_texts (
    digest TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    version TEXT NOT NULL,
    path TEXT NOT NULL,
    content BYTEA NOT NULL,
    kept_at TEXT NOT NULL
);
