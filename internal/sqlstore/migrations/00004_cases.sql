-- +goose Up
CREATE TABLE assessments (
    id TEXT NOT NULL PRIMARY KEY,
    product_id TEXT NOT NULL REFERENCES products (id),
    vulnerability_id TEXT NOT NULL REFERENCES vulnerabilities (id),
    version BIGINT NOT NULL,
    status TEXT NOT NULL,
    justification TEXT NOT NULL,
    statement TEXT NOT NULL,
    present TEXT NOT NULL,
    used TEXT NOT NULL,
    function_affected TEXT NOT NULL,
    exploited TEXT NOT NULL,
    harm TEXT NOT NULL,
    controls TEXT NOT NULL,
    controls_suffice TEXT NOT NULL,
    confidential_only TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL,
    superseded BIGINT NOT NULL,
    search TEXT NOT NULL
);
CREATE INDEX assessments_product ON assessments (product_id, vulnerability_id, superseded);
CREATE INDEX assessments_vulnerability ON assessments (vulnerability_id, product_id);
CREATE INDEX assessments_made ON assessments (made_at, id);

CREATE TABLE intakes (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    told_by TEXT NOT NULL,
    aware_on TEXT NOT NULL,
    occurred_on TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    product_id TEXT REFERENCES products (id),
    release_id TEXT REFERENCES releases (id),
    site_id TEXT REFERENCES sites (id),
    vulnerability_id TEXT REFERENCES vulnerabilities (id),
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    search TEXT NOT NULL
);
CREATE INDEX intakes_aware ON intakes (aware_on, id);
CREATE INDEX intakes_recorded ON intakes (recorded_at, id);
CREATE INDEX intakes_product ON intakes (product_id);
CREATE INDEX intakes_vulnerability ON intakes (vulnerability_id);

CREATE TABLE cases (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    product_id TEXT NOT NULL REFERENCES products (id),
    release_id TEXT REFERENCES releases (id),
    vulnerability_id TEXT REFERENCES vulnerabilities (id),
    assessment_id TEXT REFERENCES assessments (id),
    aware_on TEXT NOT NULL,
    stage TEXT NOT NULL,
    facts TEXT NOT NULL,
    intake_ids TEXT NOT NULL,
    revision BIGINT NOT NULL,
    opened_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    search TEXT NOT NULL
);
CREATE INDEX cases_product ON cases (product_id, stage);
CREATE INDEX cases_vulnerability ON cases (vulnerability_id);
CREATE INDEX cases_aware ON cases (aware_on, id);
CREATE INDEX cases_updated ON cases (updated_at, id);
CREATE TABLE case_intakes (
    case_id TEXT NOT NULL REFERENCES cases (id),
    intake_id TEXT NOT NULL REFERENCES intakes (id),
    PRIMARY KEY (intake_id, case_id)
);
CREATE INDEX case_intakes_case ON case_intakes (case_id);

CREATE TABLE determinations (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    version BIGINT NOT NULL,
    aware_on TEXT NOT NULL,
    result TEXT NOT NULL,
    form TEXT NOT NULL,
    term_days BIGINT NOT NULL,
    periodic BIGINT NOT NULL,
    due_on TEXT NOT NULL,
    first_report BIGINT NOT NULL,
    items TEXT NOT NULL,
    record TEXT NOT NULL, -- kept byte for byte
    digest TEXT NOT NULL,
    comment TEXT NOT NULL,
    confirmed_by TEXT NOT NULL,
    confirmed_at TEXT NOT NULL,
    superseded BIGINT NOT NULL,
    UNIQUE (case_id, version)
);

CREATE TABLE obligations (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    determination_id TEXT REFERENCES determinations (id),
    kind TEXT NOT NULL,
    form TEXT NOT NULL,
    items TEXT NOT NULL,
    aware_on TEXT NOT NULL,
    due_on TEXT NOT NULL,
    last_office_day TEXT NOT NULL,
    target_at TEXT NOT NULL,
    state TEXT NOT NULL,
    met_on TEXT NOT NULL,
    proof TEXT NOT NULL,
    revision BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    urgency TEXT NOT NULL -- sorts open first reports first, then by due day; what is done comes last
);
CREATE INDEX obligations_case ON obligations (case_id, state);
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
