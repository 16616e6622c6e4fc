// Package sqlstore keeps everything in SQLite or PostgreSQL: the same tables,
// the same SQL. Every write commits together with its ledger entries.
package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/ledger"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Config says where things are kept. Exactly one of Path and URL is given.
type Config struct {
	Path string // SQLite file; made when it does not exist
	URL  string // of a PostgreSQL database, "postgres://…"

	// LedgerKeyPath is the file with the key that signs the ledger; made when
	// it does not exist and the ledger is empty. "" means ledger.key beside
	// the SQLite file; PostgreSQL needs it.
	LedgerKeyPath string

	// Enqueue inserts the intent to run a job into a transaction: a *sql.Tx of
	// SQLite or a pgx.Tx of PostgreSQL. nil: there are no jobs, and a write
	// that asks for one fails.
	Enqueue func(ctx context.Context, tx any, job app.Job) error

	// Clock gives the time of ledger entries; nil means time.Now.
	Clock func() time.Time
}

// Store is an app.Store. It is safe for concurrent use, also by several
// processes on one database.
type Store struct {
	reader // outside of transactions

	config Config
	key    ledger.Key
	reads  *sql.DB
	writes *sql.DB       // the same as reads for PostgreSQL
	pool   *pgxpool.Pool // nil for SQLite
	group  *group        // nil for PostgreSQL
	turn   chan struct{} // of the one write of this process; for PostgreSQL

	archived     sync.Mutex
	lastArchived time.Time // when a checkpoint went into the archive
}

var _ app.Store = (*Store)(nil)

// Open opens the database, brings its tables up to date and checks that the
// ledger belongs to the key.
func Open(ctx context.Context, config Config) (*Store, error) {
	if config.Clock == nil {
		config.Clock = time.Now
	}
	s := &Store{config: config, turn: make(chan struct{}, 1)}
	if err := s.connect(ctx); err != nil {
		return nil, errors.Join(err, s.disconnect())
	}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.disconnect())
	}
	if s.pool == nil {
		s.group = newGroup(s)
	}
	return s, nil
}

func (s *Store) connect(ctx context.Context) error {
	var err error
	switch {
	case s.config.Path != "" && s.config.URL != "":
		return fault.New(fault.Invalid, "both an SQLite file and a PostgreSQL address are configured: choose one")
	case s.config.Path != "":
		if s.config.LedgerKeyPath == "" {
			s.config.LedgerKeyPath = filepath.Join(filepath.Dir(s.config.Path), "ledger.key")
		}
		if s.writes, s.reads, err = openSQLite(ctx, s.config.Path); err != nil {
			return fmt.Errorf("opening the SQLite file %s: %w", s.config.Path, err)
		}
	case s.config.URL != "":
		if s.config.LedgerKeyPath == "" {
			return fault.New(fault.Invalid, "with PostgreSQL the file of the ledger key must be configured")
		}
		if s.pool, s.writes, err = openPostgres(ctx, s.config.URL); err != nil {
			return fmt.Errorf("opening the PostgreSQL database: %w", err) // its address holds a password
		}
		s.reads = s.writes
	default:
		return fault.New(fault.Invalid, "no database is configured: name an SQLite file or a PostgreSQL address")
	}
	s.reader = reader{queries{session: s.reads, postgres: s.pool != nil}}
	return nil
}

func (s *Store) prepare(ctx context.Context) error {
	if err := s.migrate(ctx); err != nil {
		return err
	}
	return s.openLedger(ctx)
}

// Close waits for the running writes and closes the database.
func (s *Store) Close() error {
	if s.group != nil {
		s.group.stop()
	}
	return s.disconnect()
}

func (s *Store) disconnect() error {
	var errs []error
	if s.reads != nil && s.reads != s.writes {
		errs = append(errs, s.reads.Close())
	}
	if s.writes != nil {
		errs = append(errs, s.writes.Close())
	}
	if s.pool != nil {
		s.pool.Close()
	}
	return errors.Join(errs...)
}

// Handles are the connections under a store, for the job queue. It must not
// touch any table but its own.
type Handles struct {
	SQLite   *sql.DB       // the one connection that writes; nil for PostgreSQL
	Postgres *pgxpool.Pool // nil for SQLite
}

// Handles returns the connections.
func (s *Store) Handles() Handles {
	if s.pool != nil {
		return Handles{Postgres: s.pool}
	}
	return Handles{SQLite: s.writes}
}

// VerifierKey returns the public key that the checkpoints of the ledger are
// signed with.
func (s *Store) VerifierKey() string { return s.key.Verifier() }
