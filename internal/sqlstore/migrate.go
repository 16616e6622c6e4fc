package sqlstore

import (
	"context"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the tables up to date: ours, then those of the job queue.
// Migrations only go forward; each runs in a transaction.
func (s *Store) migrate(ctx context.Context) error {
	provider, err := s.migrations()
	if err != nil {
		return fmt.Errorf("reading the migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bringing the tables up to date: %w", err)
	}
	if err := s.migrateQueue(ctx); err != nil {
		return fmt.Errorf("bringing the tables of the job queue up to date: %w", err)
	}
	return nil
}

func (s *Store) migrations() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	dialect, options := goose.DialectSQLite3, []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if s.pool != nil {
		dialect, files = goose.DialectPostgres, forPostgres{files}
		locker, err := lock.NewPostgresSessionLocker() // several nodes may start together
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(dialect, s.writes, files, options...)
}

func (s *Store) migrateQueue(ctx context.Context) error {
	config := &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)} // what fails comes back as an error
	if s.pool != nil {
		queue, err := rivermigrate.New(riverpgxv5.New(s.pool), config)
		if err == nil {
			_, err = queue.Migrate(ctx, rivermigrate.DirectionUp, nil)
		}
		return err
	}
	queue, err := rivermigrate.New(riversqlite.New(s.writes), config)
	if err == nil {
		_, err = queue.Migrate(ctx, rivermigrate.DirectionUp, nil)
	}
	return err
}

// forPostgres makes of the migrations, which are written for SQLite, those for
// PostgreSQL. Every text column gets the collation "C": PostgreSQL then sorts
// and compares by bytes, as SQLite does, whatever the locale of the database.
// Its tables have no rows inside of an index.
type forPostgres struct{ fs.FS }

var postgresText = strings.NewReplacer(" TEXT", ` TEXT COLLATE "C"`, ") WITHOUT ROWID;", ");")

func (p forPostgres) Open(name string) (fs.File, error) {
	file, err := p.FS.Open(name)
	if err != nil || !strings.HasSuffix(name, ".sql") {
		return file, err
	}
	text, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	return rewritten{file, strings.NewReader(postgresText.Replace(string(text)))}, nil
}

type rewritten struct {
	fs.File
	text io.Reader
}

func (r rewritten) Read(p []byte) (int, error) { return r.text.Read(p) }
