-- +goose Up
-- A group that was joined to another one stays and points to it, so that old links still lead somewhere.
CREATE TABLE vulnerabilities (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    first_name TEXT NOT NULL, -- first id seen; the name when there is no CVE
    title TEXT NOT NULL,
    severity TEXT NOT NULL,
    kev BIGINT NOT NULL,
    modified_at TEXT NOT NULL,
    open_findings BIGINT NOT NULL, -- kept in line with findings
    merged_into TEXT REFERENCES vulnerabilities (id),
    search TEXT NOT NULL
);
CREATE INDEX vulnerabilities_name ON vulnerabilities (name, id) WHERE merged_into IS NULL;
CREATE INDEX vulnerabilities_modified ON vulnerabilities (modified_at, id) WHERE merged_into IS NULL;
CREATE INDEX vulnerabilities_findings ON vulnerabilities (open_findings, modified_at, id) WHERE merged_into IS NULL;
CREATE INDEX vulnerabilities_exploited ON vulnerabilities (kev, modified_at, id) WHERE merged_into IS NULL;
CREATE INDEX vulnerabilities_merged ON vulnerabilities (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE vulnerability_aliases (
    alias_key TEXT NOT NULL PRIMARY KEY, -- upper case, bounded
    alias TEXT NOT NULL,
    vulnerability_id TEXT NOT NULL REFERENCES vulnerabilities (id)
);
CREATE INDEX vulnerability_aliases_group ON vulnerability_aliases (vulnerability_id);

CREATE TABLE advisories (
    id TEXT NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    record_id TEXT NOT NULL,
    part TEXT NOT NULL,
    digest TEXT NOT NULL,
    vulnerability_id TEXT NOT NULL REFERENCES vulnerabilities (id),
    aliases TEXT NOT NULL,
    title TEXT NOT NULL,
    severity TEXT NOT NULL,
    published_at TEXT NOT NULL,
    modified_at TEXT NOT NULL,
    withdrawn_at TEXT NOT NULL,
    match_keys TEXT NOT NULL,
    body TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    UNIQUE (source, record_id, part)
);
CREATE INDEX advisories_group ON advisories (vulnerability_id, source, record_id);

-- What an advisory said before the source changed it.
CREATE TABLE advisory_versions (
    advisory_id TEXT NOT NULL REFERENCES advisories (id),
    digest TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    replaced_at TEXT NOT NULL,
    modified_at TEXT NOT NULL,
    withdrawn_at TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX advisory_versions_advisory ON advisory_versions (advisory_id, replaced_at);

CREATE TABLE advisory_keys (
    match_key TEXT NOT NULL,
    advisory_id TEXT NOT NULL REFERENCES advisories (id),
    PRIMARY KEY (match_key, advisory_id)
);
CREATE INDEX advisory_keys_advisory ON advisory_keys (advisory_id);

CREATE TABLE kev (
    cve TEXT NOT NULL PRIMARY KEY, -- upper case
    added_on TEXT NOT NULL,
    name TEXT NOT NULL,
    action TEXT NOT NULL,
    due_on TEXT NOT NULL,
    ransomware TEXT NOT NULL
);

CREATE TABLE matches (
    component_id TEXT NOT NULL REFERENCES components (id),
    advisory_id TEXT NOT NULL REFERENCES advisories (id),
    source TEXT NOT NULL,
    record_id TEXT NOT NULL,
    class TEXT NOT NULL,
    text TEXT NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (component_id, advisory_id)
);
CREATE INDEX matches_advisory ON matches (advisory_id, component_id);

-- Columns after closed_at are copies that lists filter and sort by; the store keeps them in line.
CREATE TABLE findings (
    id TEXT NOT NULL PRIMARY KEY,
    release_id TEXT NOT NULL REFERENCES releases (id),
    component_id TEXT NOT NULL REFERENCES components (id),
    vulnerability_id TEXT NOT NULL REFERENCES vulnerabilities (id),
    class TEXT NOT NULL,
    state TEXT NOT NULL,
    first_seen_at TEXT NOT NULL,
    closed_at TEXT NOT NULL,
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
    UNIQUE (release_id, component_id, vulnerability_id)
);
CREATE INDEX findings_component ON findings (component_id);
CREATE INDEX findings_vulnerability ON findings (vulnerability_id, state, release_id);
CREATE INDEX findings_product ON findings (product_id, vulnerability_id, state);
CREATE INDEX findings_by_priority ON findings (state, priority, id);
CREATE INDEX findings_unassessed ON findings (state, assessment_id, priority, id);
CREATE INDEX findings_all_by_priority ON findings (priority, id);
CREATE INDEX findings_by_name ON findings (state, vulnerability_name, id);
CREATE INDEX findings_by_component ON findings (state, component_name, id);
CREATE INDEX findings_by_brand ON findings (state, brand_name, id);
CREATE INDEX findings_by_first_seen ON findings (state, first_seen_at, id);
