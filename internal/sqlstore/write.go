package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/ledger"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Write runs fn in one transaction and commits it with its ledger entries.
//
// Writes happen one after the other in both databases: SQLite has one writer,
// and in PostgreSQL every write begins by locking the head of the ledger. So
// fn always sees everything that was committed before, and the ledger has no
// gaps. A failed statement fails the whole write, even when fn swallows the
// error. When ctx ends, the write stops before its next statement.
func (s *Store) Write(ctx context.Context, fn func(ctx context.Context, tx app.Tx) error) error {
	if ctx.Value(inWrite{}) != nil {
		return fault.New(fault.Internal, "a write was started inside of another one: it would wait for itself")
	}
	ctx = context.WithValue(ctx, inWrite{}, true)
	if s.group != nil {
		return s.group.write(ctx, fn)
	}
	return s.writePostgres(ctx, fn)
}

type inWrite struct{}

// tx is an app.Tx.
type tx struct {
	writer
	guard   *guard
	clock   func() time.Time
	entries []ledger.Entry
	enqueue func(ctx context.Context, job app.Job) error
}

func newTx(s session, postgres bool, clock func() time.Time) *tx {
	g := &guard{session: s}
	q := queries{session: g, postgres: postgres}
	return &tx{writer: writer{reader{q}, newNews()}, guard: g, clock: clock}
}

// Record adds an entry to the ledger.
func (t *tx) Record(e ledger.Entry) { t.entries = append(t.entries, e) }

// Enqueue asks for a job to run after the commit.
func (t *tx) Enqueue(ctx context.Context, job app.Job) error {
	t.guard.wrote = true
	if err := t.enqueue(ctx, job); err != nil {
		t.guard.failed = errors.Join(t.guard.failed, err)
		return fmt.Errorf("asking for the job %s %s: %w", job.Kind, job.ID, err)
	}
	return nil
}

// run calls fn and checks that it kept to the rules.
func (t *tx) run(ctx context.Context, fn func(ctx context.Context, tx app.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := fn(ctx, t); err != nil {
		return err
	}
	if t.guard.failed == nil {
		if err := t.news.store(ctx, t.writer, t.entries, t.clock().UTC()); err != nil {
			return fmt.Errorf("storing what changed: %w", err)
		}
	}
	switch {
	case t.guard.failed != nil:
		return fmt.Errorf("a statement failed before: %w", t.guard.failed)
	case t.guard.wrote && len(t.entries) == 0:
		return fault.New(fault.Internal, "something was stored without a ledger entry")
	default:
		return ctx.Err()
	}
}

// guard watches the statements of one transaction. A statement runs to its
// end even when ctx ends meanwhile: interrupting one would make SQLite roll
// back the whole group of writes.
type guard struct {
	session
	wrote  bool
	failed error

	most, changed int64 // rows: how many may change, 0 for any number, and how many did
}

func (g *guard) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return g.watch(func(ctx context.Context, args ...any) (sql.Result, error) {
		return g.session.ExecContext(ctx, query, args...)
	})(ctx, args...)
}

// execution runs one statement with arguments.
type execution func(ctx context.Context, args ...any) (sql.Result, error)

// watch returns an execution that is watched.
func (g *guard) watch(run execution) execution {
	return func(ctx context.Context, args ...any) (sql.Result, error) {
		if err := g.ready(ctx); err != nil {
			return nil, err
		}
		result, err := run(context.WithoutCancel(ctx), args...)
		g.failed = err
		if err == nil {
			n, unknown := result.RowsAffected()
			g.wrote = g.wrote || n > 0 || unknown != nil // a statement that touched no row stored nothing
			if g.changed += n; g.most > 0 && g.changed > g.most {
				g.failed = errLarge
				return result, errLarge
			}
		}
		return result, err
	}
}

func (g *guard) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := g.ready(ctx); err != nil {
		return nil, err
	}
	rows, err := g.session.QueryContext(context.WithoutCancel(ctx), query, args...)
	g.failed = err
	return rows, err
}

func (g *guard) ready(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if g.failed != nil {
		return fmt.Errorf("a statement failed before: %w", g.failed)
	}
	return nil
}

// writePostgres runs one write on one connection. The transaction belongs to
// pgx, since the job queue needs one; our SQL goes through the same session.
func (s *Store) writePostgres(ctx context.Context, fn func(ctx context.Context, tx app.Tx) error) (err error) {
	// One writer of a process at a time takes a connection: the others would
	// only hold theirs while they wait, and leave none for the one that runs.
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	conn, err := s.writes.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connecting to PostgreSQL: %w", err)
	}
	var began pgx.Tx
	onConn := func(do func(*pgx.Conn) error) error {
		return conn.Raw(func(c any) error { return do(c.(*stdlib.Conn).Conn()) })
	}
	defer func() {
		if began != nil { // not committed
			_ = onConn(func(*pgx.Conn) error { return began.Rollback(context.WithoutCancel(ctx)) }) // closing the connection ends it as well
		}
		_ = conn.Close() // back to the pool
	}()
	if err := onConn(func(c *pgx.Conn) (err error) { began, err = c.Begin(ctx); return err }); err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}

	t := newTx(conn, true, s.config.Clock)
	t.enqueue = func(ctx context.Context, job app.Job) error {
		if s.config.Enqueue == nil {
			return fault.New(fault.Internal, "there is no job queue")
		}
		return onConn(func(*pgx.Conn) error { return s.config.Enqueue(ctx, began, job) })
	}
	head, err := loadHead(ctx, queries{session: conn, postgres: true}, " FOR UPDATE")
	if err != nil {
		return err
	}
	if err := t.run(ctx, fn); err != nil {
		return err
	}
	if len(t.entries) > 0 {
		q := queries{session: conn, postgres: true}
		keep := context.WithoutCancel(ctx)
		if err := s.appendEntries(keep, q, &head, t.entries); err != nil {
			return err
		}
		if err := s.saveHead(keep, q, &head); err != nil {
			return err
		}
	}
	if err := onConn(func(*pgx.Conn) error { return began.Commit(context.WithoutCancel(ctx)) }); err != nil {
		return fmt.Errorf("committing: %w", kindOf(err))
	}
	began = nil
	return nil
}
