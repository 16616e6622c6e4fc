-- +goose Up
-- What a match is worth: looked at in the precise mode, resting on a condition about the rest of the release, and what
-- other advisories of the same component say against it (match.Counter as JSON, '' for nothing).
ALTER TABLE matches ADD COLUMN precise BIGINT NOT NULL DEFAULT 1;
ALTER TABLE matches ADD COLUMN conditional BIGINT NOT NULL DEFAULT 0;
ALTER TABLE matches ADD COLUMN counters TEXT NOT NULL DEFAULT '';
CREATE INDEX matches_conditional ON matches (component_id, advisory_id) WHERE conditional = 1;

-- A conditional match as it is in one release; class is "none" where the release is known not to meet the condition.
CREATE TABLE match_settlements (
    component_id TEXT NOT NULL REFERENCES components (id),
    advisory_id TEXT NOT NULL REFERENCES advisories (id),
    release_id TEXT NOT NULL REFERENCES releases (id),
    class TEXT NOT NULL,
    precise BIGINT NOT NULL,
    text TEXT NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (component_id, advisory_id, release_id)
);
CREATE INDEX match_settlements_advisory ON match_settlements (advisory_id, release_id);
CREATE INDEX match_settlements_release ON match_settlements (release_id);

-- counters are those of the matches, stated what VEX statements and patches say (match.Counter as JSON, '' for nothing),
-- trusted whether somebody who is trusted says so.
ALTER TABLE findings ADD COLUMN precise BIGINT NOT NULL DEFAULT 1;
ALTER TABLE findings ADD COLUMN counters TEXT NOT NULL DEFAULT '';
ALTER TABLE findings ADD COLUMN stated TEXT NOT NULL DEFAULT '';
ALTER TABLE findings ADD COLUMN trusted BIGINT NOT NULL DEFAULT 0;

-- Supplier and name as match.AliasKey has them, bounded; '' for neither.
ALTER TABLE components ADD COLUMN alias_key TEXT NOT NULL DEFAULT '';
CREATE INDEX components_alias ON components (alias_key, id);

-- With which match.Version keys and matches were made: a new database begins with the present one, an older one without
-- is matched anew.
INSERT INTO settings (name, content) SELECT 'matching', '{"version":2}' WHERE NOT EXISTS (SELECT 1 FROM components);
