-- +goose Up
-- Tables of keys and places are read and written in the order of their primary key: the rows stand in its index, and
-- nowhere else. Keys of components are found by key only, since components.match_keys has those of one component; both
-- tables of keys are made from what stands in components and advisories, so they refer to nothing. The key of a digest is
-- kept as far as it tells digests apart.
CREATE TABLE old_component_keys AS SELECT match_key, component_id FROM component_keys;
DROP TABLE component_keys;
CREATE TABLE component_keys (
    match_key TEXT NOT NULL,
    component_id TEXT NOT NULL,
    PRIMARY KEY (match_key, component_id)
) WITHOUT ROWID;
INSERT INTO component_keys (match_key, component_id)
    SELECT DISTINCT CASE WHEN match_key >= 'hash:' AND match_key < 'hash;' THEN SUBSTR(match_key, 1, 48) ELSE match_key END AS short, component_id
    FROM old_component_keys ORDER BY short, component_id;
DROP TABLE old_component_keys;

CREATE TABLE old_advisory_keys AS SELECT match_key, advisory_id FROM advisory_keys;
DROP TABLE advisory_keys;
CREATE TABLE advisory_keys (
    match_key TEXT NOT NULL,
    advisory_id TEXT NOT NULL,
    PRIMARY KEY (match_key, advisory_id)
) WITHOUT ROWID;
INSERT INTO advisory_keys (match_key, advisory_id)
    SELECT DISTINCT CASE WHEN match_key >= 'hash:' AND match_key < 'hash;' THEN SUBSTR(match_key, 1, 48) ELSE match_key END AS short, advisory_id
    FROM old_advisory_keys ORDER BY short, advisory_id;
DROP TABLE old_advisory_keys;
CREATE INDEX advisory_keys_advisory ON advisory_keys (advisory_id);
