package sqlstore

import "database/sql"

// Reads returns the pool that reads, for tests of its settings.
func Reads(s *Store) *sql.DB { return s.reads }
