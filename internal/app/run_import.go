package app

import (
	"context"
	"errors"
	"io"
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
	path, remove, err := a.Feed.Spool(run.Name, func(to io.Writer) error { return a.Store.CopyBlob(ctx, run.SHA256, to) })
	if err != nil {
		return err
	}
	defer remove()
	folder := strings.TrimSuffix(path, run.Name)
	if len(run.Trust) > 0 {
		bundle, err := a.Feed.Bundle(path, run.Trust)
		if err != nil {
			return err
		}
		defer bundle.Remove()
		folder, path = bundle.Folder, bundle.Folder+run.Kind
	}
	by := System
	run.Records, run.Changed, run.Older, run.Rejected, run.Findings, run.Problems = 0, 0, 0, 0, 0, []register.Problem{}
	if run, err = a.beginRun(ctx, by, run); err != nil {
		return err
	}
	i := &importer{app: a, by: by, run: run, tell: func(Progress) {}, folder: folder}
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
	return a.ImportDisk(ctx, by, OnDisk{Kind: kind, Path: path}, tell)
}

// OnDisk is vulnerability data on disk.
type OnDisk struct {
	Kind   string
	Path   string
	Folder string    // that is there only for the time of the import: people see the path without it
	AsOfAt time.Time // of when the data are, as a signed bundle says; zero: of now
}

// ImportDisk is ImportPath for data of which more is known.
func (a *App) ImportDisk(ctx context.Context, by Actor, in OnDisk, tell func(Progress)) (ImportRun, error) {
	if err := require(by, ImportFeeds); err != nil {
		return ImportRun{}, err
	}
	if _, err := feedKindOf(in.Kind); err != nil {
		return ImportRun{}, err
	}
	run := a.newRun(by, in.Kind, strings.TrimPrefix(in.Path, in.Folder), importRunning)
	run.AsOfAt = in.AsOfAt
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		tx.Record(by.entry("import.started", subjectImport(run), nil, run, ""))
		return tx.AddImportRun(ctx, run, nil)
	})
	if err != nil {
		return run, err
	}
	i := &importer{app: a, by: by, run: run, tell: tell, folder: in.Folder}
	run, err = i.all(ctx, in.Path)
	if err != nil && ctx.Err() != nil {
		i.run.State = importCancelled
		return i.finish(context.WithoutCancel(ctx), "import.cancelled")
	}
	return run, err
}

// all imports everything at path and stores the end of the run.
func (i *importer) all(ctx context.Context, path string) (ImportRun, error) {
	kind, err := feedKindOf(i.run.Kind)
	if err == nil {
		err = kind.take(i, ctx, path)
	}
	return i.end(ctx, err)
}

// end stores the end of a run: done, or with the error that ended it.
func (i *importer) end(ctx context.Context, err error) (ImportRun, error) {
	switch {
	case err == nil:
		i.run.State = importDone
		return i.finish(ctx, "import.done")
	case errors.Is(err, errCancelled):
		i.run.State = importCancelled
		return i.finish(ctx, "import.cancelled")
	case ctx.Err() != nil: // the process stops: the job runs again later
		return i.run, ctx.Err()
	case fault.KindOf(err) == fault.Internal:
		i.run.State, i.run.Error = importFailed, "an error in the program stopped the import; see the server's log"
		_, endErr := i.finish(ctx, "import.failed")
		return i.run, errors.Join(err, endErr)
	default:
		i.run.State, i.run.Error = importFailed, i.told(err.Error())
		return i.finish(ctx, "import.failed")
	}
}

// finish stores the end of a run and what it means for its source.
func (i *importer) finish(ctx context.Context, action string) (ImportRun, error) {
	a, now := i.app, i.app.now()
	i.run.FinishedAt, i.run.UpdatedAt = now, now
	if i.run.State == importDone && i.run.AsOfAt.IsZero() {
		i.run.AsOfAt = now
	}
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := i.settle(ctx, tx); err != nil {
			return err
		}
		tx.Record(i.by.entry(action, subjectImport(i.run), nil, i.run, i.run.Error))
		if err := tx.UpdateImportRun(ctx, i.run); err != nil {
			return err
		}
		return a.watchSources(ctx, tx)
	})
	if err != nil {
		return i.run, err
	}
	if err := a.Store.SetProgress(ctx, i.run.ID, Progress{Phase: "done", Records: i.run.Records, Bytes: i.run.Bytes}); err != nil {
		return i.run, err
	}
	return a.Store.ImportRun(ctx, i.run.ID)
}
