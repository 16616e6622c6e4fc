// Package jobs runs background work on River. The intent to run a job commits
// with the business row that asks for it; a job that was cut off by a stop of
// the process is run again after the next start, so every job can be repeated
// without harm.
package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"mimamori/internal/app"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"
)

// Enqueue inserts the intent to run a job into the transaction of the caller:
// a *sql.Tx for SQLite, a pgx.Tx for PostgreSQL.
func Enqueue(ctx context.Context, tx any, job app.Job) error {
	args, err := argsOf(job)
	if err != nil {
		return err
	}
	switch tx := tx.(type) {
	case *sql.Tx:
		return insert(ctx, riversqlite.New(nil), tx, args)
	case pgx.Tx:
		return insert(ctx, riverpgxv5.New(nil), tx, args)
	default:
		return fmt.Errorf("cannot enqueue into a %T", tx)
	}
}

func insert[TTx any](ctx context.Context, driver riverdriver.Driver[TTx], tx TTx, args river.JobArgs) error {
	client, err := river.NewClient(driver, &river.Config{})
	if err != nil {
		return err
	}
	_, err = client.InsertTx(ctx, tx, args, nil)
	return err
}

// Runner works the queue until it is stopped.
type Runner struct {
	start func(context.Context) error
	stop  func(context.Context) error
}

// OnSQLite makes a runner on the writer handle of an SQLite store.
func OnSQLite(db *sql.DB, a *app.App, log *slog.Logger) (*Runner, error) {
	return newRunner(riversqlite.New(db), a, log)
}

// OnPostgres makes a runner on a pool of PostgreSQL connections.
func OnPostgres(pool *pgxpool.Pool, a *app.App, log *slog.Logger) (*Runner, error) {
	return newRunner(riverpgxv5.New(pool), a, log)
}

func newRunner[TTx any](driver riverdriver.Driver[TTx], a *app.App, log *slog.Logger) (*Runner, error) {
	client, err := river.NewClient(driver, &river.Config{
		Logger:       slog.New(quiet{log.Handler()}),
		Workers:      workers(a),
		Queues:       queues(),
		PeriodicJobs: periodic(),
		JobTimeout:   importTimeout,
		Middleware:   []rivertype.Middleware{river.WorkerMiddlewareFunc(giveBack)},
	})
	if err != nil {
		return nil, err
	}
	start := func(ctx context.Context) error {
		if err := takeBack(ctx, driver.GetExecutor()); err != nil {
			return fmt.Errorf("taking back the jobs of a server that was cut off: %w", err)
		}
		return client.Start(ctx)
	}
	return &Runner{start: start, stop: client.StopAndCancel}, nil
}

// giveBack returns the memory of a job when it has ended: what imports and
// hourly work read is of no use to pages, and the next is long to come.
func giveBack(ctx context.Context, _ *rivertype.JobRow, work func(context.Context) error) error {
	defer debug.FreeOSMemory()
	return work(ctx)
}

// takeBack makes jobs that count as running wait again. Before the start they
// are those of a server that was killed; River itself would wait for
// importTimeout and an hour more. Should another server still work on one, both
// do it, and the one that ends first counts. Only mail waits until the other
// one must have ended: then it finds what was sent, and sends nothing twice.
func takeBack(ctx context.Context, queue riverdriver.Executor) error {
	const atOnce = 1000 // far more than the one worker of a queue leaves behind
	now := time.Now().UTC()
	left, err := queue.JobGetStuck(ctx, &riverdriver.JobGetStuckParams{Max: atOnce, StuckHorizon: now})
	if err != nil || len(left) == 0 {
		return err
	}
	back := riverdriver.JobRescueManyParams{StuckHorizon: now}
	for _, job := range left {
		note, err := json.Marshal(rivertype.AttemptError{At: now, Attempt: max(job.Attempt, 1), Error: "the server was cut off"})
		if err != nil {
			return err
		}
		back.ID = append(back.ID, job.ID)
		back.Error = append(back.Error, note)
		back.FinalizedAt = append(back.FinalizedAt, nil)
		at, state := now, rivertype.JobStateAvailable
		if job.Kind == app.JobMail && job.AttemptedAt != nil && job.AttemptedAt.Add(mailTimeout).After(now) {
			at, state = job.AttemptedAt.Add(mailTimeout), rivertype.JobStateRetryable
		}
		back.ScheduledAt = append(back.ScheduledAt, at)
		back.State = append(back.State, string(state))
	}
	_, err = queue.JobRescueMany(ctx, &back)
	return err
}

// Start begins to work the queue.
func (r *Runner) Start(ctx context.Context) error { return r.start(ctx) }

// Stop lets the running job go; it is run again after the next start.
func (r *Runner) Stop(ctx context.Context) error { return r.stop(ctx) }

// quiet passes on warnings and errors only: River tells every poll.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && q.Handler.Enabled(ctx, level)
}

func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }
func (q quiet) WithGroup(name string) slog.Handler       { return quiet{q.Handler.WithGroup(name)} }
