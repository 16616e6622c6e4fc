// Package ident makes the keys of records.
package ident

import "github.com/google/uuid"

// New returns a fresh key: a UUIDv7 as text, so that keys sort by the time
// they were made.
func New() string { return uuid.Must(uuid.NewV7()).String() }

// Valid tells whether text is a key in the form that New gives.
func Valid(text string) bool {
	id, err := uuid.Parse(text)
	return err == nil && len(text) == 36 && id.String() == text
}
