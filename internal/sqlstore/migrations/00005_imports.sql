-- +goose Up
CREATE TABLE import_runs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    state TEXT NOT NULL,
    records BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    problems TEXT NOT NULL,
    findings BIGINT NOT NULL,
    error TEXT NOT NULL,
    started_by TEXT NOT NULL,
    revision BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    search TEXT NOT NULL
);
CREATE INDEX import_runs_created ON import_runs (created_at, id);
CREATE TABLE import_progress (
    run_id TEXT NOT NULL PRIMARY KEY REFERENCES import_runs (id),
    records BIGINT NOT NULL,
    phase TEXT NOT NULL,
    cancel BIGINT NOT NULL
);
CREATE TABLE sources (
    name TEXT NOT NULL PRIMARY KEY,
    last_run_id TEXT NOT NULL,
    last_good_at TEXT NOT NULL,
    newest_at TEXT NOT NULL,
    last_error TEXT NOT NULL,
    alarm_after_h BIGINT NOT NULL
);
