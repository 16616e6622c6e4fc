-- +goose Up
-- A new finding went into seventeen indexes. Three of them are not needed: findings of a component begin with the
-- component in the index that keeps them apart, which also puts those of one vulnerability side by side; those of a
-- product are those of its releases. Subjects of the ledger and changes of findings stand in the index of their key.
CREATE TABLE new_findings (
    id TEXT NOT NULL PRIMARY KEY,
    release_id TEXT NOT NULL REFERENCES releases (id),
    component_id TEXT NOT NULL REFERENCES components (id),
    vulnerability_id TEXT NOT NULL REFERENCES vulnerabilities (id),
    class TEXT NOT NULL,
    state TEXT NOT NULL,
    first_seen_at TEXT NOT NULL,
    closed_at TEXT NOT NULL,
    -- Columns from here on are copies that lists filter and sort by; the store keeps them in line.
    product_id TEXT NOT NULL REFERENCES products (id),
    assessment_id TEXT, -- the current one of product and vulnerability
    kev BIGINT NOT NULL,
    priority BIGINT NOT NULL, -- known exploited first, then by severity
    vulnerability_name TEXT NOT NULL,
    component_name TEXT NOT NULL,
    brand_name TEXT NOT NULL,
    search_component TEXT NOT NULL,
    search_product TEXT NOT NULL,
    search_vulnerability TEXT NOT NULL,
    precise BIGINT NOT NULL DEFAULT 1,
    counters TEXT NOT NULL DEFAULT '', -- those of the matches, match.Counter as JSON, '' for nothing
    stated TEXT NOT NULL DEFAULT '', -- what VEX statements and patches say, in the same form
    trusted BIGINT NOT NULL DEFAULT 0 -- whether somebody who is trusted says so
);
INSERT INTO new_findings (id, release_id, component_id, vulnerability_id, class, state, first_seen_at, closed_at, product_id, assessment_id, kev, priority,
        vulnerability_name, component_name, brand_name, search_component, search_product, search_vulnerability, precise, counters, stated, trusted)
    SELECT id, release_id, component_id, vulnerability_id, class, state, first_seen_at, closed_at, product_id, assessment_id, kev, priority,
        vulnerability_name, component_name, brand_name, search_component, search_product, search_vulnerability, precise, counters, stated, trusted
    FROM findings;
DROP TABLE findings;
ALTER TABLE new_findings RENAME TO findings;
CREATE UNIQUE INDEX findings_apart ON findings (component_id, vulnerability_id, release_id);
CREATE INDEX findings_vulnerability ON findings (vulnerability_id, state, release_id);
CREATE INDEX findings_release ON findings (release_id, state, priority, id);
CREATE INDEX findings_by_priority ON findings (state, priority, id);
CREATE INDEX findings_all_by_priority ON findings (priority, id);
CREATE INDEX findings_unassessed ON findings (state, assessment_id, priority, id);
CREATE INDEX findings_by_class ON findings (state, class, priority, id);
CREATE INDEX findings_precise ON findings (state, priority, id) WHERE precise = 1 AND trusted = 0;
CREATE INDEX findings_exploited ON findings (state, priority, id) WHERE kev = 1;
CREATE INDEX findings_by_name ON findings (state, vulnerability_name, id);
CREATE INDEX findings_by_component ON findings (state, component_name, id);
CREATE INDEX findings_by_brand ON findings (state, brand_name, id);
CREATE INDEX findings_by_first_seen ON findings (state, first_seen_at, id);

CREATE TABLE new_ledger_subjects (
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    seq INTEGER NOT NULL REFERENCES ledger_entries (seq),
    PRIMARY KEY (subject_kind, subject_id, seq)
) WITHOUT ROWID;
INSERT INTO new_ledger_subjects (subject_kind, subject_id, seq)
    SELECT subject_kind, subject_id, seq FROM ledger_subjects ORDER BY subject_kind, subject_id, seq;
DROP TABLE ledger_subjects;
ALTER TABLE new_ledger_subjects RENAME TO ledger_subjects;

CREATE TABLE new_finding_changes (
    change_id TEXT NOT NULL REFERENCES vulnerability_changes (id),
    finding_id TEXT NOT NULL,
    release_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    change TEXT NOT NULL, -- opened, reopened, closed, class
    class TEXT NOT NULL,
    was TEXT NOT NULL, -- class before, '' where it was opened
    PRIMARY KEY (change_id, finding_id)
) WITHOUT ROWID;
INSERT INTO new_finding_changes (change_id, finding_id, release_id, product_id, change, class, was)
    SELECT change_id, finding_id, release_id, product_id, change, class, was FROM finding_changes ORDER BY change_id, finding_id;
DROP TABLE finding_changes;
ALTER TABLE new_finding_changes RENAME TO finding_changes;
