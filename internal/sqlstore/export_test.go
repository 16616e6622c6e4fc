package sqlstore

import (
	"context"
	"database/sql"
	"errors"
)

// Reads returns the pool that reads, for tests of its settings.
func Reads(s *Store) *sql.DB { return s.reads }

// MigrateTo makes the tables of an older version of the program.
func MigrateTo(ctx context.Context, config Config, version int64) (err error) {
	s := &Store{config: config}
	defer func() { err = errors.Join(err, s.disconnect()) }()
	if err := s.connect(ctx); err != nil {
		return err
	}
	provider, err := s.migrations()
	if err != nil {
		return err
	}
	_, err = provider.UpTo(ctx, version)
	return err
}
