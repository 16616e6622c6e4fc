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
    withdrawn_reason TEXT NOT NULL
);
CREATE INDEX component_aliases_key ON component_aliases (alias_key, made_at);
CREATE UNIQUE INDEX component_aliases_in_force ON component_aliases (alias_key, identity) WHERE withdrawn_at = '';
