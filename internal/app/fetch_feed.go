package app

import (
	"context"
	"errors"
	"time"

	"mimamori/internal/fault"
	"mimamori/internal/register"
)

// JobFeed is the kind of the job that runs a feed once; its ID is that of the run.
const JobFeed = "feed"

// FetchFeed asks for a run of a feed now.
func (a *App) FetchFeed(ctx context.Context, by Actor, id string) (ImportRun, error) {
	if err := require(by, ImportFeeds); err != nil {
		return ImportRun{}, err
	}
	var run ImportRun
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		f, err := tx.Feed(ctx, id)
		switch {
		case err != nil:
			return err
		case !f.On:
			return fault.New(fault.Conflict, "the feed %s is off: an administrator switches it on in the settings of the feed", f.Name)
		case f.RunID != "":
			return fault.New(fault.Conflict, "the feed %s is being fetched already: follow the run that is under way", f.Name)
		}
		run, err = a.planRun(ctx, tx, by, f)
		return err
	})
	return run, err
}

// FetchDue asks for a run of every feed whose time has come. What is asked for
// twice at once is asked for once.
func (a *App) FetchDue(ctx context.Context) error {
	return a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		feeds, err := tx.Feeds(ctx)
		if err != nil {
			return err
		}
		for _, f := range feeds {
			if f.On && f.RunID == "" && !f.NextAt.After(a.now()) {
				if _, err := a.planRun(ctx, tx, System, f); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// planRun keeps a run of the feed and the wish to do it.
func (a *App) planRun(ctx context.Context, tx Tx, by Actor, f Feed) (ImportRun, error) {
	run := a.newRun(by, f.Kind, f.Name, importQueued)
	run.FeedID = f.ID
	e := by.entry("import.asked", subjectImport(run), nil, run, "")
	e.Parents = append(e.Parents, subjectFeed(f))
	tx.Record(e)
	f.RunID, f.NextAt = run.ID, a.now().Add(time.Duration(f.EveryH)*time.Hour)
	if err := tx.UpdateFeed(ctx, f); err != nil {
		return run, err
	}
	if err := tx.AddImportRun(ctx, run, nil); err != nil {
		return run, err
	}
	return run, tx.Enqueue(ctx, Job{Kind: JobFeed, ID: run.ID})
}

// RunFeed does the run of a feed that FetchFeed or FetchDue asked for. It may
// be called again after it was cut off.
func (a *App) RunFeed(ctx context.Context, id string) error {
	run, err := a.Store.ImportRun(ctx, id)
	if err != nil {
		return err
	}
	if run.State != importQueued && run.State != importRunning {
		return nil
	}
	f, err := a.Store.Feed(ctx, run.FeedID)
	if err != nil {
		return err
	}
	run.Records, run.Changed, run.Older, run.Rejected, run.Findings, run.Problems = 0, 0, 0, 0, 0, []register.Problem{}
	if run, err = a.beginRun(ctx, System, run); err != nil {
		return err
	}
	i := &importer{app: a, by: System, run: run, tell: func(Progress) {}, fetched: fetched{feed: &f}}
	if a.Courier == nil {
		_, err = i.end(ctx, fault.New(fault.Invalid, "this server fetches nothing: it was started without a data folder"))
		return err
	}
	delivery, err := i.fetch(ctx)
	if delivery.Remove != nil {
		defer func() {
			if ctx.Err() == nil { // else the job runs again, and goes on with what is there
				delivery.Remove()
			}
		}()
	}
	if err != nil {
		_, err = i.end(ctx, err)
		return err
	}
	i.known = delivery.Known
	i.run.SHA256, i.run.Bytes, i.run.AsOfAt, i.run.Unchanged = delivery.SHA256, delivery.Bytes, delivery.AsOfAt, delivery.Unchanged
	if i.run.AsOfAt.IsZero() {
		i.run.AsOfAt = a.now()
	}
	if delivery.Unchanged {
		_, err = i.end(ctx, nil)
		return err
	}
	i.folder, i.whole = delivery.Folder, delivery.Whole
	if i.whole {
		i.seen = map[string]bool{}
	}
	_, err = i.all(ctx, delivery.Path)
	return err
}

// lookForCancel is how often a run that fetches looks whether somebody asked to stop.
const lookForCancel = time.Second

// fetch gets what the feed's address has, until somebody asks to stop.
func (i *importer) fetch(ctx context.Context) (Delivery, error) {
	ctx, stop := context.WithCancelCause(ctx)
	var fetched int64
	told := i.app.now()
	tell := func(bytes int64) {
		fetched = bytes
		if now := i.app.now(); now.Sub(told) >= lookForCancel {
			told = now
			p, err := i.app.Store.Progress(ctx, i.run.ID)
			if err == nil && p.Cancel {
				stop(errCancelled)
			}
			p.Bytes, p.Phase = fetched, "fetching"
			_ = i.app.Store.SetProgress(ctx, i.run.ID, p) // only a courtesy
		}
	}
	defer stop(nil)
	if err := i.app.Store.SetProgress(ctx, i.run.ID, Progress{Phase: "fetching"}); err != nil {
		return Delivery{}, err
	}
	f := i.feed
	delivery, err := i.app.Courier.Deliver(ctx, FeedOrder{Feed: f.ID, Kind: f.Kind, Address: f.Address, Trust: f.Trust, Whole: f.Whole, Known: f.Fetched}, tell)
	if err != nil && errors.Is(context.Cause(ctx), errCancelled) {
		err = errCancelled
	}
	return delivery, err
}
