-- +goose Up
-- VEX statements as their issuers make them. None is deleted: a later version of the document supersedes it.
CREATE TABLE statements (
    id TEXT NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,       -- 'vex', 'sbom' or 'pedigree'
    issuer_key TEXT NOT NULL,   -- folded name, bounded
    document_key TEXT NOT NULL, -- without the version, bounded
    content TEXT NOT NULL,      -- digest of what is said, without version and time
    body TEXT NOT NULL,         -- advisory.Statement as JSON
    stated_at TEXT NOT NULL,
    restated_at TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    superseded_at TEXT NOT NULL -- '': in force
);
CREATE UNIQUE INDEX statements_document ON statements (source, document_key, issuer_key, content) WHERE superseded_at = '';
CREATE INDEX statements_issuer ON statements (issuer_key, superseded_at, stated_at, id);
CREATE INDEX statements_stated ON statements (stated_at, id);

CREATE TABLE statement_names (
    name_key TEXT NOT NULL, -- of the vulnerability, upper case, bounded
    statement_id TEXT NOT NULL REFERENCES statements (id),
    PRIMARY KEY (name_key, statement_id)
);

-- Everybody whose statements are stored. Without a row nobody has judged the issuer.
CREATE TABLE issuers (
    issuer_key TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    trust TEXT NOT NULL, -- 'unknown', 'untrusted' or 'trusted'
    reason TEXT NOT NULL,
    set_by TEXT NOT NULL,
    set_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);

CREATE TABLE statement_decisions (
    id TEXT NOT NULL PRIMARY KEY,
    statement_id TEXT NOT NULL REFERENCES statements (id),
    product_id TEXT NOT NULL REFERENCES products (id),
    accepted BIGINT NOT NULL,
    assessment_id TEXT REFERENCES assessments (id),
    reason TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL
);
CREATE INDEX statement_decisions_statement ON statement_decisions (statement_id, made_at, id);
CREATE INDEX statement_decisions_product ON statement_decisions (product_id);

-- EPSS: the newest score of each CVE and the one before it, in units of 0.000000001 (the published text has up to 9 decimals).
CREATE TABLE epss (
    cve TEXT NOT NULL PRIMARY KEY,
    probability BIGINT NOT NULL,
    percentile BIGINT NOT NULL,
    scored_on TEXT NOT NULL,
    model TEXT NOT NULL,
    before_probability BIGINT NOT NULL,
    before_percentile BIGINT NOT NULL,
    before_on TEXT NOT NULL, -- '': no score before
    before_model TEXT NOT NULL
);
CREATE INDEX epss_probability ON epss (probability, cve);

-- Scores that moved by a tenth or more from one day to the next stored one, within one model.
CREATE TABLE epss_jumps (
    cve TEXT NOT NULL,
    scored_on TEXT NOT NULL,
    probability BIGINT NOT NULL,
    before_on TEXT NOT NULL,
    before_probability BIGINT NOT NULL,
    model TEXT NOT NULL,
    PRIMARY KEY (cve, scored_on)
);

-- How long release lines of products are supported, as endoflife.date publishes it.
CREATE TABLE product_lives (
    id TEXT NOT NULL PRIMARY KEY,
    label TEXT NOT NULL,
    digest TEXT NOT NULL,
    body TEXT NOT NULL, -- advisory.ProductLife as JSON
    imported_at TEXT NOT NULL
);
CREATE TABLE product_life_keys (
    match_key TEXT NOT NULL,
    life_id TEXT NOT NULL REFERENCES product_lives (id),
    PRIMARY KEY (match_key, life_id)
);
CREATE INDEX product_life_keys_life ON product_life_keys (life_id);
-- Operating systems are few, and looked up by name.
CREATE INDEX components_systems ON components (name) WHERE type = 'operating-system';
