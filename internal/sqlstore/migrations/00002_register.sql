-- +goose Up
CREATE TABLE products (
    id TEXT NOT NULL PRIMARY KEY,
    brand_name TEXT NOT NULL,
    generic_name TEXT NOT NULL,
    jmdn_code TEXT NOT NULL,
    route TEXT NOT NULL,
    licence_number TEXT NOT NULL,
    licensed_on TEXT NOT NULL,
    class TEXT NOT NULL,
    connectivity TEXT NOT NULL,
    samd BIGINT NOT NULL,
    eol_on TEXT NOT NULL,
    eos_on TEXT NOT NULL,
    designated TEXT NOT NULL,
    indication TEXT NOT NULL,
    site_of_use TEXT NOT NULL,
    note TEXT NOT NULL,
    revision BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    search TEXT NOT NULL
);
CREATE INDEX products_class ON products (class, id);
CREATE INDEX products_eos ON products (eos_on, id);
CREATE INDEX products_updated ON products (updated_at, id);

CREATE TABLE releases (
    id TEXT NOT NULL PRIMARY KEY,
    product_id TEXT NOT NULL REFERENCES products (id),
    version TEXT NOT NULL,
    released_on TEXT NOT NULL,
    eos_on TEXT NOT NULL,
    note TEXT NOT NULL,
    sbom_id TEXT, -- the SBOM in use; no constraint, since sboms refer to releases
    revision BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    search TEXT NOT NULL
);
CREATE INDEX releases_product ON releases (product_id, id);
CREATE INDEX releases_sbom ON releases (sbom_id);
CREATE INDEX releases_updated ON releases (updated_at, id);

CREATE TABLE blobs (
    sha256 TEXT NOT NULL PRIMARY KEY,
    content BYTEA NOT NULL
);

CREATE TABLE sboms (
    id TEXT NOT NULL PRIMARY KEY,
    release_id TEXT NOT NULL REFERENCES releases (id),
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES blobs (sha256),
    bytes BIGINT NOT NULL,
    format TEXT NOT NULL,
    spec_version TEXT NOT NULL,
    components BIGINT NOT NULL,
    with_purl BIGINT NOT NULL,
    with_cpe BIGINT NOT NULL,
    unmatchable BIGINT NOT NULL,
    problems TEXT NOT NULL,
    uploaded_by TEXT NOT NULL,
    uploaded_at TEXT NOT NULL
);
CREATE INDEX sboms_release ON sboms (release_id, uploaded_at, id);

-- An identity is stored once; its digest stands for the identity key, which can be longer than an index takes.
CREATE TABLE components (
    id TEXT NOT NULL PRIMARY KEY,
    identity_sha256 TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    group_name TEXT NOT NULL,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    supplier TEXT NOT NULL,
    purl TEXT NOT NULL,
    cpe TEXT NOT NULL,
    match_keys TEXT NOT NULL,
    more TEXT NOT NULL, -- register.Component.More (MoreIdentity) as JSON
    search TEXT NOT NULL
);
CREATE TABLE component_keys (
    match_key TEXT NOT NULL,
    component_id TEXT NOT NULL REFERENCES components (id),
    PRIMARY KEY (match_key, component_id)
);
CREATE INDEX component_keys_component ON component_keys (component_id);

CREATE TABLE occurrences (
    sbom_id TEXT NOT NULL REFERENCES sboms (id),
    position BIGINT NOT NULL, -- order of the file, from 0
    component_id TEXT NOT NULL REFERENCES components (id),
    ref TEXT NOT NULL,
    parent TEXT NOT NULL,
    PRIMARY KEY (sbom_id, position)
);
CREATE INDEX occurrences_component ON occurrences (component_id, sbom_id);

CREATE TABLE sites (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    prefecture TEXT NOT NULL,
    contact TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    note TEXT NOT NULL,
    revision BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    search TEXT NOT NULL
);
CREATE INDEX sites_updated ON sites (updated_at, id);

CREATE TABLE installations (
    id TEXT NOT NULL PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES sites (id),
    release_id TEXT NOT NULL REFERENCES releases (id),
    units BIGINT NOT NULL,
    serials TEXT NOT NULL,
    installed_on TEXT NOT NULL,
    note TEXT NOT NULL,
    revision BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    search TEXT NOT NULL
);
CREATE INDEX installations_site ON installations (site_id, release_id);
CREATE INDEX installations_release ON installations (release_id, site_id);
