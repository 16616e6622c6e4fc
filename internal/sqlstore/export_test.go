package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"mimamori/internal/app"
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

// Recorded calls read with a reader of the store and returns what it asked the
// database.
func Recorded(s *Store, read func(r app.Reader) error) ([]Query, error) {
	recorder := &recorder{session: s.reads}
	err := read(reader{queries{session: recorder, postgres: s.pool != nil}})
	return recorder.asked, err
}

// Query is a SELECT with its arguments.
type Query struct {
	Text string
	Args []any
}

type recorder struct {
	session
	asked []Query
}

func (r *recorder) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	r.asked = append(r.asked, Query{query, args})
	return r.session.QueryContext(ctx, query, args...)
}
