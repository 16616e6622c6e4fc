-- +goose Up
-- What an SBOM says about itself (register.SBOM.About as JSON).
ALTER TABLE sboms ADD COLUMN about TEXT NOT NULL DEFAULT '{}';

-- What an SBOM says about a component at one place and not about its identity (register.Detail as JSON, '' for nothing).
ALTER TABLE occurrences ADD COLUMN detail TEXT NOT NULL DEFAULT '';

-- The dependency graph of an SBOM by positions, as sbom.Graph writes it: some three bytes for an edge. It is always read
-- as a whole; a row for each edge would take fifty times the room. SBOMs from before have no row.
CREATE TABLE sbom_graphs (
    sbom_id TEXT NOT NULL PRIMARY KEY REFERENCES sboms (id),
    graph BYTEA NOT NULL
);

-- Files of more than one part: blobs.content is empty, and they are here, so that nobody has to hold them in memory.
CREATE TABLE blob_parts (
    sha256 TEXT NOT NULL REFERENCES blobs (sha256),
    part BIGINT NOT NULL, -- from 0
    content BYTEA NOT NULL,
    PRIMARY KEY (sha256, part)
);
