-- +goose Up
-- Code lists that reports use (IMDRF annexes, JFMDA glossary), as the user's files have them.
CREATE TABLE terms (
    id TEXT NOT NULL PRIMARY KEY, -- list/release/code
    list TEXT NOT NULL,
    release TEXT NOT NULL,
    code TEXT NOT NULL,
    en TEXT NOT NULL,
    ja TEXT NOT NULL,
    also TEXT NOT NULL,
    definition TEXT NOT NULL,
    status TEXT NOT NULL,
    note TEXT NOT NULL,
    paths TEXT NOT NULL,
    cyber BIGINT NOT NULL,
    annex TEXT NOT NULL,
    selectable BIGINT NOT NULL,
    names TEXT NOT NULL,  -- code and names, folded, each between line ends
    search TEXT NOT NULL,
    UNIQUE (list, release, code)
);

-- Editions of forms that an administrator installed; those of the program are built in.
CREATE TABLE form_texts (
    form TEXT NOT NULL,
    edition TEXT NOT NULL,
    digest TEXT NOT NULL,
    content BYTEA NOT NULL,
    installed_by TEXT NOT NULL,
    installed_at TEXT NOT NULL,
    PRIMARY KEY (form, edition)
);
