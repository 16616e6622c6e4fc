-- +goose Up
-- How values are kept, the same in SQLite and PostgreSQL: keys TEXT (UUIDv7), days TEXT ("2026-11-23", "" for none),
-- instants TEXT of fixed width in UTC ("2026-11-23T07:33:24.000000Z", "" for none) so that they sort as text,
-- yes and no as 0 and 1, nested values as JSON in TEXT. A reference that may be missing is NULL.
-- "search" columns hold folded text (package fold).
CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    roles TEXT NOT NULL,
    lang TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    disabled BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE TABLE invitations (
    token_hash TEXT NOT NULL PRIMARY KEY,
    user_id TEXT REFERENCES users (id),
    expires_at TEXT NOT NULL,
    used_at TEXT NOT NULL
);
CREATE INDEX invitations_user ON invitations (user_id);
CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    content TEXT NOT NULL
);
CREATE TABLE number_series (
    series TEXT NOT NULL,
    year BIGINT NOT NULL,
    last_number BIGINT NOT NULL,
    PRIMARY KEY (series, year)
);
