-- +goose Up
-- Determinations are proposed, overridden and signed; obligations may hang on an intake record or a product alone.
-- SQLite cannot drop NOT NULL, so the tables and those that refer to them are made anew around their rows.
CREATE TABLE old_determinations AS SELECT * FROM determinations;
CREATE TABLE old_obligations AS SELECT * FROM obligations;
CREATE TABLE old_reports AS SELECT * FROM reports;
CREATE TABLE old_report_versions AS SELECT * FROM report_versions;
DROP TABLE report_versions;
DROP TABLE reports;
DROP TABLE obligations;
DROP TABLE determinations;

CREATE TABLE determinations (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    version BIGINT NOT NULL,
    status TEXT NOT NULL,
    aware_on TEXT NOT NULL,
    result TEXT NOT NULL,
    form TEXT NOT NULL,
    term_days BIGINT NOT NULL,
    periodic BIGINT NOT NULL,
    due_on TEXT NOT NULL,
    first_report BIGINT NOT NULL,
    items TEXT NOT NULL,
    override TEXT NOT NULL, -- casefile.Override as JSON, or ""
    record TEXT NOT NULL, -- kept byte for byte
    digest TEXT NOT NULL,
    comment TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_by_id TEXT NOT NULL, -- "" where only the name was kept
    made_at TEXT NOT NULL,
    superseded BIGINT NOT NULL,
    UNIQUE (case_id, version)
);
-- At most one determination governs a case.
CREATE UNIQUE INDEX determinations_governing ON determinations (case_id) WHERE superseded = 0 AND status IN ('confirmed', 'overridden');

CREATE TABLE obligations (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT REFERENCES cases (id),
    intake_id TEXT REFERENCES intakes (id),
    product_id TEXT REFERENCES products (id),
    determination_id TEXT REFERENCES determinations (id),
    kind TEXT NOT NULL,
    form TEXT NOT NULL,
    items TEXT NOT NULL,
    duty TEXT NOT NULL,
    rule TEXT NOT NULL,
    period_from TEXT NOT NULL,
    period_to TEXT NOT NULL,
    aware_on TEXT NOT NULL,
    due_on TEXT NOT NULL,
    last_office_day TEXT NOT NULL,
    target_at TEXT NOT NULL,
    state TEXT NOT NULL,
    met_on TEXT NOT NULL,
    proof TEXT NOT NULL,
    late_reason TEXT NOT NULL,
    revision BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    urgency TEXT NOT NULL, -- sorts what is due promptly first, then by due day; what is done comes last
    CHECK (case_id IS NOT NULL OR intake_id IS NOT NULL OR product_id IS NOT NULL)
);
CREATE INDEX obligations_case ON obligations (case_id, state, due_on);
CREATE INDEX obligations_intake ON obligations (intake_id, kind);
CREATE INDEX obligations_product ON obligations (product_id, state);
CREATE INDEX obligations_due ON obligations (state, due_on, id);
CREATE INDEX obligations_urgency ON obligations (urgency, id);

CREATE TABLE reports (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    case_id TEXT NOT NULL REFERENCES cases (id),
    obligation_id TEXT REFERENCES obligations (id),
    product_id TEXT NOT NULL REFERENCES products (id),
    form TEXT NOT NULL,
    edition TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    maker TEXT NOT NULL,
    revision BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    search TEXT NOT NULL
);
CREATE INDEX reports_case ON reports (case_id);
CREATE INDEX reports_obligation ON reports (obligation_id);
CREATE INDEX reports_updated ON reports (updated_at, id);
CREATE TABLE report_versions (
    report_id TEXT NOT NULL REFERENCES reports (id),
    version BIGINT NOT NULL,
    content TEXT NOT NULL, -- kept byte for byte
    digest TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL,
    PRIMARY KEY (report_id, version)
);

-- Until now a determination was kept when it was confirmed.
INSERT INTO determinations (id, case_id, version, status, aware_on, result, form, term_days, periodic, due_on, first_report, items,
        override, record, digest, comment, made_by, made_by_id, made_at, superseded)
    SELECT id, case_id, version, 'confirmed', aware_on, result, form, term_days, periodic, due_on, first_report, items,
        '', record, digest, comment, confirmed_by, '', confirmed_at, superseded
    FROM old_determinations;
INSERT INTO obligations (id, case_id, intake_id, product_id, determination_id, kind, form, items, duty, rule, period_from, period_to,
        aware_on, due_on, last_office_day, target_at, state, met_on, proof, late_reason, revision, created_at, updated_at, urgency)
    SELECT o.id, o.case_id, NULL, c.product_id, o.determination_id, o.kind, o.form, o.items, '', '', '', '',
        o.aware_on, o.due_on, o.last_office_day, o.target_at, o.state, o.met_on, o.proof, '', o.revision, o.created_at, o.updated_at, o.urgency
    FROM old_obligations o JOIN cases c ON c.id = o.case_id;
INSERT INTO reports (id, number, case_id, obligation_id, product_id, form, edition, state, version, maker, revision, created_at, updated_at, search)
    SELECT id, number, case_id, obligation_id, product_id, form, edition, state, version, maker, revision, created_at, updated_at, search
    FROM old_reports;
INSERT INTO report_versions (report_id, version, content, digest, made_by, made_at)
    SELECT report_id, version, content, digest, made_by, made_at FROM old_report_versions;
DROP TABLE old_report_versions;
DROP TABLE old_reports;
DROP TABLE old_obligations;
DROP TABLE old_determinations;
