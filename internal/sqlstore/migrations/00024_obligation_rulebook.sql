-- +goose Up
-- The rulebook of a duty: duties of one case that come from one rulebook are one matter in lists and counts.
ALTER TABLE obligations ADD COLUMN rulebook TEXT NOT NULL DEFAULT '';
