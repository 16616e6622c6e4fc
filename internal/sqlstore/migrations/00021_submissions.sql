-- +goose Up
-- A report may be of a product and a period without a case; it has issues, and numbers that the authority gave.
-- SQLite cannot drop NOT NULL, so the tables are made anew around their rows.
CREATE TABLE old_reports AS SELECT * FROM reports;
CREATE TABLE old_report_versions AS SELECT * FROM report_versions;
DROP TABLE report_versions;
DROP TABLE reports;

CREATE TABLE reports (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    case_id TEXT REFERENCES cases (id),
    obligation_id TEXT REFERENCES obligations (id),
    product_id TEXT NOT NULL REFERENCES products (id),
    form TEXT NOT NULL,
    edition TEXT NOT NULL,
    issue BIGINT NOT NULL,
    issue_kind TEXT NOT NULL,
    completion TEXT NOT NULL,
    period_from TEXT NOT NULL,
    period_to TEXT NOT NULL,
    registration_number TEXT NOT NULL,
    identification_number TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    maker TEXT NOT NULL,
    revision BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    sent_at TEXT NOT NULL DEFAULT '', -- of the newest submission
    search TEXT NOT NULL
);
CREATE INDEX reports_case ON reports (case_id);
CREATE INDEX reports_product ON reports (product_id, form, period_from);
CREATE INDEX reports_obligation ON reports (obligation_id);
CREATE INDEX reports_updated ON reports (updated_at, id);
CREATE INDEX reports_sent ON reports (sent_at, id);
CREATE INDEX reports_state ON reports (state);
CREATE TABLE report_versions (
    report_id TEXT NOT NULL REFERENCES reports (id),
    version BIGINT NOT NULL,
    content TEXT NOT NULL, -- kept byte for byte
    digest TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL,
    PRIMARY KEY (report_id, version)
);
-- Until now every report was a first issue.
INSERT INTO reports (id, number, case_id, obligation_id, product_id, form, edition, issue, issue_kind, completion, period_from, period_to,
        registration_number, identification_number, state, version, maker, revision, created_at, updated_at, sent_at, search)
    SELECT id, number, case_id, obligation_id, product_id, form, edition, 1, 'first', '', '', '',
        '', '', state, version, maker, revision, created_at, updated_at, '', search
    FROM old_reports;
INSERT INTO report_versions (report_id, version, content, digest, made_by, made_at)
    SELECT report_id, version, content, digest, made_by, made_at FROM old_report_versions;
DROP TABLE old_report_versions;
DROP TABLE old_reports;

CREATE TABLE submissions (
    id TEXT NOT NULL PRIMARY KEY,
    report_id TEXT NOT NULL REFERENCES reports (id),
    issue BIGINT NOT NULL,
    version BIGINT NOT NULL,
    digest TEXT NOT NULL,
    obligation_id TEXT REFERENCES obligations (id),
    channel TEXT NOT NULL,
    sent_at TEXT NOT NULL,
    recipient TEXT NOT NULL,
    proof TEXT NOT NULL,
    state TEXT NOT NULL,
    registration_number TEXT NOT NULL,
    identification_number TEXT NOT NULL,
    acknowledged TEXT NOT NULL,
    acknowledged_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL,
    files TEXT NOT NULL, -- names and digests; their content is in blobs
    FOREIGN KEY (report_id, version) REFERENCES report_versions (report_id, version)
);
CREATE INDEX submissions_report ON submissions (report_id, sent_at, id);
CREATE INDEX submissions_obligation ON submissions (obligation_id);
CREATE INDEX submissions_mismatch ON submissions (report_id) WHERE state = 'mismatch';

CREATE TABLE hospital_agreements (
    id TEXT NOT NULL PRIMARY KEY,
    report_id TEXT NOT NULL REFERENCES reports (id),
    issue BIGINT NOT NULL,
    version BIGINT NOT NULL,
    agreed_on TEXT NOT NULL,
    agreed_with TEXT NOT NULL,
    note TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL
);
CREATE INDEX hospital_agreements_report ON hospital_agreements (report_id, made_at, id);
