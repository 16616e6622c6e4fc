package jobs

import (
	"context"
	"fmt"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/caldate"

	"github.com/riverqueue/river"
)

// A long import holds up neither what is told of deadlines nor mail, a mail
// server that hangs nothing else, and a slow source no file that somebody imports.
const (
	queueDuties = "duties"
	queueMail   = "mail"
	queueFeeds  = "feeds"
)

// How long one job may take: a full import of every source takes minutes.
const (
	importTimeout = 2 * time.Hour
	feedTimeout   = 12 * time.Hour // a first copy of a slow source; what breaks off is taken up again
	dutiesTimeout = 10 * time.Minute
	mailTimeout   = 2 * time.Minute
)

// mailTries with River's waits (n⁴ seconds after the nth try) last about eleven
// hours; by then the next day's step is near.
const mailTries = 12

type importArgs struct {
	RunID string `json:"run_id"`
}

func (importArgs) Kind() string { return "import" }

type importWorker struct {
	river.WorkerDefaults[importArgs]
	app *app.App
}

func (w *importWorker) Work(ctx context.Context, job *river.Job[importArgs]) error {
	return w.app.RunImport(ctx, job.Args.RunID)
}

type feedArgs struct {
	RunID string `json:"run_id"`
}

func (feedArgs) Kind() string { return app.JobFeed }

func (feedArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: queueFeeds} }

type feedWorker struct {
	river.WorkerDefaults[feedArgs]
	app *app.App
}

func (w *feedWorker) Timeout(*river.Job[feedArgs]) time.Duration { return feedTimeout }

func (w *feedWorker) Work(ctx context.Context, job *river.Job[feedArgs]) error {
	return w.app.RunFeed(ctx, job.Args.RunID)
}

// dueFeedsArgs looks which feeds are to be fetched.
type dueFeedsArgs struct{}

func (dueFeedsArgs) Kind() string { return "due_feeds" }

// InsertOpts has one try: the next look does the same.
func (dueFeedsArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueDuties, MaxAttempts: 1}
}

type dueFeedsWorker struct {
	river.WorkerDefaults[dueFeedsArgs]
	app *app.App
}

func (w *dueFeedsWorker) Timeout(*river.Job[dueFeedsArgs]) time.Duration { return dutiesTimeout }

func (w *dueFeedsWorker) Work(ctx context.Context, _ *river.Job[dueFeedsArgs]) error {
	return w.app.FetchDue(ctx)
}

type sourceMailArgs struct {
	ID string `json:"id"`
}

func (sourceMailArgs) Kind() string { return app.JobSourceMail }

func (sourceMailArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueMail, MaxAttempts: mailTries}
}

type sourceMailWorker struct {
	river.WorkerDefaults[sourceMailArgs]
	app *app.App
}

func (w *sourceMailWorker) Timeout(*river.Job[sourceMailArgs]) time.Duration { return mailTimeout }

func (w *sourceMailWorker) Work(ctx context.Context, job *river.Job[sourceMailArgs]) error {
	return w.app.SendSourceMail(ctx, job.Args.ID)
}

type mailArgs struct {
	ID string `json:"id"`
}

func (mailArgs) Kind() string { return app.JobMail }

func (mailArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueMail, MaxAttempts: mailTries}
}

type mailWorker struct {
	river.WorkerDefaults[mailArgs]
	app *app.App
}

func (w *mailWorker) Timeout(*river.Job[mailArgs]) time.Duration { return mailTimeout }

func (w *mailWorker) Work(ctx context.Context, job *river.Job[mailArgs]) error {
	return w.app.SendMail(ctx, job.Args.ID)
}

// dailyArgs and hourlyArgs are the work that returns with the clock. It finds
// by itself what is to be done, so a run that is lost or doubled does no harm.
type dailyArgs struct{}

func (dailyArgs) Kind() string { return "daily" }

func (dailyArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: queueDuties} }

type dailyWorker struct {
	river.WorkerDefaults[dailyArgs]
	app *app.App
}

func (w *dailyWorker) Timeout(*river.Job[dailyArgs]) time.Duration { return dutiesTimeout }

func (w *dailyWorker) Work(ctx context.Context, _ *river.Job[dailyArgs]) error {
	return w.app.Daily(ctx)
}

type hourlyArgs struct{}

func (hourlyArgs) Kind() string { return "hourly" }

// InsertOpts has few tries: the next hour's run does the same.
func (hourlyArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueDuties, MaxAttempts: 3}
}

type hourlyWorker struct {
	river.WorkerDefaults[hourlyArgs]
	app *app.App
}

func (w *hourlyWorker) Timeout(*river.Job[hourlyArgs]) time.Duration { return dutiesTimeout }

func (w *hourlyWorker) Work(ctx context.Context, _ *river.Job[hourlyArgs]) error {
	return w.app.Hourly(ctx)
}

type rematchArgs struct{}

func (rematchArgs) Kind() string { return app.JobRematch }

type rematchWorker struct {
	river.WorkerDefaults[rematchArgs]
	app *app.App
}

func (w *rematchWorker) Work(ctx context.Context, _ *river.Job[rematchArgs]) error {
	return w.app.RunRematch(ctx)
}

// argsOf are the arguments of a job that a use case asks for.
func argsOf(job app.Job) (river.JobArgs, error) {
	switch job.Kind {
	case importArgs{}.Kind():
		return importArgs{RunID: job.ID}, nil
	case app.JobMail:
		return mailArgs{ID: job.ID}, nil
	case app.JobRematch:
		return rematchArgs{}, nil
	case app.JobSourceMail:
		return sourceMailArgs{ID: job.ID}, nil
	case app.JobFeed:
		return feedArgs{RunID: job.ID}, nil
	default:
		return nil, fmt.Errorf("no worker for job kind %q", job.Kind)
	}
}

func workers(a *app.App) *river.Workers {
	all := river.NewWorkers()
	river.AddWorker(all, &importWorker{app: a})
	river.AddWorker(all, &mailWorker{app: a})
	river.AddWorker(all, &rematchWorker{app: a})
	river.AddWorker(all, &sourceMailWorker{app: a})
	river.AddWorker(all, &feedWorker{app: a})
	river.AddWorker(all, &dueFeedsWorker{app: a})
	river.AddWorker(all, &dailyWorker{app: a})
	river.AddWorker(all, &hourlyWorker{app: a})
	return all
}

// queues has one worker each: imports all write, and mail goes one by one.
func queues() map[string]river.QueueConfig {
	one := river.QueueConfig{MaxWorkers: 1}
	return map[string]river.QueueConfig{river.QueueDefault: one, queueDuties: one, queueMail: one, queueFeeds: one}
}

// lookForDueFeeds is how often feeds are looked at that are to be fetched; the
// time between two runs is hours.
const lookForDueFeeds = 5 * time.Minute

// tellHour is the hour of the day, in Tokyo, at which deadlines are told.
const tellHour = 8

// periodic work is asked for by one of the servers that work a queue, and once
// more by each that starts.
func periodic() []*river.PeriodicJob {
	return []*river.PeriodicJob{
		river.NewPeriodicJob(Daily{Hour: tellHour}, func() (river.JobArgs, *river.InsertOpts) { return dailyArgs{}, nil },
			&river.PeriodicJobOpts{ID: "daily", RunOnStart: true}),
		river.NewPeriodicJob(river.PeriodicInterval(time.Hour), func() (river.JobArgs, *river.InsertOpts) { return hourlyArgs{}, nil },
			&river.PeriodicJobOpts{ID: "hourly", RunOnStart: true}),
		river.NewPeriodicJob(river.PeriodicInterval(lookForDueFeeds), func() (river.JobArgs, *river.InsertOpts) { return dueFeedsArgs{}, nil },
			&river.PeriodicJobOpts{ID: "due_feeds", RunOnStart: true}),
	}
}

// Daily is a schedule: every day at an hour in Tokyo, wherever the server is.
type Daily struct{ Hour int }

// Next returns the first such time after now.
func (d Daily) Next(now time.Time) time.Time {
	in := now.In(caldate.Tokyo)
	next := time.Date(in.Year(), in.Month(), in.Day(), d.Hour, 0, 0, 0, caldate.Tokyo)
	if !next.After(now) {
		next = next.AddDate(0, 0, 1)
	}
	return next
}
