package app

import (
	"context"
	"errors"
	"strings"
	"time"

	"mimamori/internal/fault"
	"mimamori/internal/register"
)

// RunImport does the import that StartImport asked for. It may be called again
// after it was cut off.
func (a *App) RunImport(ctx context.Context, id string) error {
	run, err := a.Store.ImportRun(ctx, id)
	if err != nil {
		return err
	}
	if run.State != importQueued && run.State != importRunning {
		return nil
	}
	file, err := a.Store.Blob(ctx, run.SHA256)
	if err != nil {
		return err
	}
	path, remove, err := a.Feed.Spool(run.Name, file)
	if err != nil {
		return err
	}
	defer remove()
	by := System
	run.Records, run.Changed, run.Rejected, run.Findings, run.Problems = 0, 0, 0, 0, []register.Problem{}
	if run, err = a.beginRun(ctx, by, run); err != nil {
		return err
	}
	i := &importer{app: a, by: by, run: run, tell: func(Progress) {}, folder: strings.TrimSuffix(path, run.Name)}
	_, err = i.all(ctx, path)
	return err
}

// beginRun marks a waiting run as running.
func (a *App) beginRun(ctx context.Context, by Actor, run ImportRun) (ImportRun, error) {
	if run.State == importRunning {
		return run, nil
	}
	run.State, run.UpdatedAt = importRunning, a.now()
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		tx.Record(by.entry("import.started", subjectImport(run), nil, nil, ""))
		return tx.UpdateImportRun(ctx, run)
	})
	run.Revision++
	return run, err
}

// ImportPath imports vulnerability data from a file, folder or archive on disk
// at once, telling how far it is. When ctx ends, the import is cancelled: no job
// would go on with it.
func (a *App) ImportPath(ctx context.Context, by Actor, kind, path string, tell func(Progress)) (ImportRun, error) {
	return a.ImportUnder(ctx, by, kind, "", path, tell)
}

// ImportUnder is ImportPath for a path below a folder that is there only for
// the time of the import: people see the path without the folder.
func (a *App) ImportUnder(ctx context.Context, by Actor, kind, folder, path string, tell func(Progress)) (ImportRun, error) {
	if err := require(by, ImportFeeds); err != nil {
		return ImportRun{}, err
	}
	if _, err := feedKindOf(kind); err != nil {
		return ImportRun{}, err
	}
	run := a.newRun(by, kind, strings.TrimPrefix(path, folder), importRunning)
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		tx.Record(by.entry("import.started", subjectImport(run), nil, run, ""))
		return tx.AddImportRun(ctx, run, nil)
	})
	if err != nil {
		return run, err
	}
	run, err = (&importer{app: a, by: by, run: run, tell: tell, folder: folder}).all(ctx, path)
	if err != nil && ctx.Err() != nil {
		run.State = importCancelled
		return a.endRun(context.WithoutCancel(ctx), by, run, "import.cancelled")
	}
	return run, err
}

// all imports everything at path and stores the end of the run.
func (i *importer) all(ctx context.Context, path string) (ImportRun, error) {
	a, by := i.app, i.by
	kind, err := feedKindOf(i.run.Kind)
	if err == nil {
		err = kind.take(i, ctx, path)
	}
	switch {
	case err == nil:
		i.run.State = importDone
		return a.endRun(ctx, by, i.run, "import.done", i.newest)
	case errors.Is(err, errCancelled):
		i.run.State = importCancelled
		return a.endRun(ctx, by, i.run, "import.cancelled")
	case ctx.Err() != nil: // the process stops: the job runs again later
		return i.run, ctx.Err()
	case fault.KindOf(err) == fault.Internal:
		i.run.State, i.run.Error = importFailed, "an error in the program stopped the import; see the server's log"
		_, endErr := a.endRun(ctx, by, i.run, "import.failed")
		return i.run, errors.Join(err, endErr)
	default:
		i.run.State, i.run.Error = importFailed, i.told(err.Error())
		return a.endRun(ctx, by, i.run, "import.failed")
	}
}

// endRun stores the end of a run and what it means for its source.
func (a *App) endRun(ctx context.Context, by Actor, run ImportRun, action string, newest ...time.Time) (ImportRun, error) {
	run.FinishedAt, run.UpdatedAt = a.now(), a.now()
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		tx.Record(by.entry(action, subjectImport(run), nil, run, run.Error))
		if err := tx.UpdateImportRun(ctx, run); err != nil {
			return err
		}
		return a.updateSource(ctx, tx, run, newest)
	})
	if err != nil {
		return run, err
	}
	if err := a.Store.SetProgress(ctx, run.ID, Progress{Phase: "done", Records: run.Records}); err != nil {
		return run, err
	}
	return a.Store.ImportRun(ctx, run.ID)
}

func (a *App) updateSource(ctx context.Context, tx Tx, run ImportRun, newest []time.Time) error {
	sources, err := tx.Sources(ctx)
	if err != nil {
		return err
	}
	s := SourceHealth{Name: run.Kind, AlarmAfterH: alarmAfterHours}
	for _, known := range sources {
		if known.Name == run.Kind {
			s = known
		}
	}
	s.LastRunID = run.ID
	switch run.State {
	case importDone:
		s.LastGoodAt, s.LastError = a.now(), ""
		if len(newest) > 0 && newest[0].After(s.NewestAt) {
			s.NewestAt = newest[0]
		}
	case importFailed:
		s.LastError = run.Error
	default:
		return nil
	}
	return tx.PutSource(ctx, s)
}
