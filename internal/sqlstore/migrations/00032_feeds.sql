-- +goose Up
-- Addresses from which vulnerability data is fetched, with what their runs left behind.
CREATE TABLE feeds (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    trust TEXT NOT NULL,
    every_h BIGINT NOT NULL,
    alarm_after_h BIGINT NOT NULL,
    whole BIGINT NOT NULL,
    active BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    revision BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    run_id TEXT NOT NULL,
    last_run_id TEXT NOT NULL,
    next_at TEXT NOT NULL,
    last_good_at TEXT NOT NULL,
    as_of_at TEXT NOT NULL,
    newest_at TEXT NOT NULL,
    records BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    last_error TEXT NOT NULL,
    suspicion TEXT NOT NULL,
    fetched TEXT NOT NULL
);

-- Which records a feed that brings everything had at its last run; gone_at is empty while it has them.
CREATE TABLE feed_records (
    feed_id TEXT NOT NULL REFERENCES feeds (id),
    record_id TEXT NOT NULL,
    source TEXT NOT NULL,
    gone_at TEXT NOT NULL,
    PRIMARY KEY (feed_id, record_id)
);
CREATE INDEX feed_records_record ON feed_records (source, record_id, gone_at);

ALTER TABLE import_runs ADD COLUMN feed_id TEXT NOT NULL DEFAULT '';
ALTER TABLE import_runs ADD COLUMN unchanged BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_runs ADD COLUMN gone BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_runs ADD COLUMN back BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_runs ADD COLUMN suspicion TEXT NOT NULL DEFAULT '';
ALTER TABLE import_runs ADD COLUMN compared BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_runs ADD COLUMN as_of_at TEXT NOT NULL DEFAULT '';
CREATE INDEX import_runs_feed ON import_runs (feed_id, created_at, id);
ALTER TABLE import_progress ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;

-- The count of records is kept: pages ask for it every minute.
ALTER TABLE sources ADD COLUMN records BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN as_of_at TEXT NOT NULL DEFAULT '';
ALTER TABLE sources ADD COLUMN suspicion TEXT NOT NULL DEFAULT '';
ALTER TABLE sources ADD COLUMN canaries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN canaries_missing TEXT NOT NULL DEFAULT '[]';
ALTER TABLE sources ADD COLUMN loaded TEXT NOT NULL DEFAULT '{}';
ALTER TABLE sources ADD COLUMN told TEXT NOT NULL DEFAULT '';
UPDATE sources SET as_of_at = last_good_at,
    records = CASE WHEN name = 'kev' THEN (SELECT COUNT(*) FROM kev) ELSE (SELECT COUNT(*) FROM advisories WHERE advisories.source = sources.name) END;

-- What people were told of a change in the state of a source.
CREATE TABLE source_notices (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    source TEXT NOT NULL,
    state_before TEXT NOT NULL,
    state_after TEXT NOT NULL,
    reasons TEXT NOT NULL,
    created_at TEXT NOT NULL,
    mailed_at TEXT NOT NULL,
    read_at TEXT NOT NULL
);
CREATE INDEX source_notices_user ON source_notices (user_id, created_at, id);
CREATE INDEX source_notices_unread ON source_notices (user_id) WHERE read_at = '';
