-- +goose Up
-- What persons decided about components that no source can be asked about; identity '' says that there is none.
CREATE TABLE component_aliases (
    id TEXT NOT NULL PRIMARY KEY,
    alias_key TEXT NOT NULL, -- as components.alias_key
    supplier TEXT NOT NULL,
    name TEXT NOT NULL,
    identity TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL,
    withdrawn_by TEXT NOT NULL,
    withdrawn_at TEXT NOT NULL, -- '': in force
    withdrawn_reason TEXT NOT NULL,
    search TEXT NOT NULL
);
CREATE INDEX component_aliases_made ON component_aliases (made_at, id);
CREATE INDEX component_aliases_key ON component_aliases (alias_key, made_at);
CREATE UNIQUE INDEX component_aliases_in_force ON component_aliases (alias_key, identity) WHERE withdrawn_at = '';

-- Components of SBOMs in use that no source can be asked about, by supplier and name; computed from components, advisories and
-- releases, see RefreshUnmatched.
CREATE TABLE unmatched (
    alias_key TEXT NOT NULL PRIMARY KEY,
    supplier TEXT NOT NULL,
    name TEXT NOT NULL,
    reason TEXT NOT NULL, -- 'none': no identity, 'unknown': one that no source knows
    identifier TEXT NOT NULL, -- of one of them, for the second reason
    versions TEXT NOT NULL, -- some, as JSON
    components BIGINT NOT NULL,
    releases BIGINT NOT NULL,
    products BIGINT NOT NULL,
    sites BIGINT NOT NULL,
    priority BIGINT NOT NULL, -- sites, then products, then releases
    by_name TEXT NOT NULL,
    search TEXT NOT NULL
);
CREATE INDEX unmatched_by_priority ON unmatched (priority, alias_key);
CREATE INDEX unmatched_by_reason ON unmatched (reason, priority, alias_key);
CREATE INDEX unmatched_by_name ON unmatched (by_name, alias_key);

-- Up to which entry of the ledger something computed is in line.
CREATE TABLE computed (
    name TEXT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    at TEXT NOT NULL
);

-- What persons decided about a vendor and product that advisories name without identifier: a product of ours, or not.
CREATE TABLE product_names (
    id TEXT NOT NULL PRIMARY KEY,
    product_id TEXT NOT NULL REFERENCES products (id),
    name_key TEXT NOT NULL, -- as advisory_keys has it
    vendor TEXT NOT NULL,
    name TEXT NOT NULL,
    ours BIGINT NOT NULL,
    reason TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL,
    withdrawn_by TEXT NOT NULL,
    withdrawn_at TEXT NOT NULL, -- '': in force
    withdrawn_reason TEXT NOT NULL
);
CREATE UNIQUE INDEX product_names_in_force ON product_names (product_id, name_key) WHERE withdrawn_at = '';
CREATE INDEX product_names_made ON product_names (made_at, id);

-- Names of advisories that may mean a product of ours; a decision in force takes them off the list.
CREATE TABLE product_proposals (
    id TEXT NOT NULL PRIMARY KEY,
    product_id TEXT NOT NULL REFERENCES products (id),
    name_key TEXT NOT NULL,
    vendor TEXT NOT NULL,
    name TEXT NOT NULL,
    score BIGINT NOT NULL, -- thousandths
    advisories BIGINT NOT NULL,
    found_at TEXT NOT NULL,
    UNIQUE (product_id, name_key)
);
CREATE INDEX product_proposals_score ON product_proposals (score, id);

-- The component that stands for a release itself: what advisories name as a product meets it.
CREATE TABLE devices (
    component_id TEXT NOT NULL PRIMARY KEY REFERENCES components (id),
    release_id TEXT NOT NULL UNIQUE REFERENCES releases (id)
);
