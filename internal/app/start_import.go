package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"iter"

	"mimamori/internal/advisory"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/intake"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
)

// FeedReader opens vulnerability data that lies on disk.
type FeedReader interface {
	statementFeed

	// Advisories yields the records of a kind, from a file, folder or archive;
	// one that cannot be read is yielded as an error and the rest goes on.
	Advisories(kind, path string) iter.Seq2[advisory.Advisory, error]
	KEV(path string) (*advisory.KEVCatalogue, error)
	// Kind tells by the content what kind of data lies at a path.
	Kind(path string) (advisory.Kind, error)
	// Spool writes an uploaded file where Advisories and KEV can open it under
	// its own name, until remove is called.
	Spool(name string, content []byte) (path string, remove func(), err error)
}

// The states of an import.
const (
	importQueued    = "queued"
	importRunning   = "running"
	importDone      = "done"
	importFailed    = "failed"
	importCancelled = "cancelled"
)

// StartImport is an upload of vulnerability data.
type StartImport struct {
	Kind string // of feedKinds; "": the content tells
	Name string // file name; its ending tells an archive
	File []byte
}

func subjectImport(r ImportRun) ledger.Subject {
	return ledger.Subject{Kind: "import", ID: r.ID, Name: r.Kind + " " + r.Name}
}

// StartImport keeps the file and asks for its import in the background.
func (a *App) StartImport(ctx context.Context, by Actor, in StartImport) (ImportRun, error) {
	if err := require(by, ImportFeeds); err != nil {
		return ImportRun{}, err
	}
	if in.Name == "" || !intake.PlainFileName(in.Name) {
		return ImportRun{}, fault.Fields("the import cannot start", []fault.Field{
			fault.At("/name", "file-name", "this is no plain file name: give it without folders and control characters, 255 bytes at most"),
		})
	}
	if len(in.File) == 0 {
		return ImportRun{}, fault.New(fault.Invalid, "%s: the file is empty", in.Name)
	}
	if in.Kind == "" {
		kind, err := a.kindOf(in)
		if err != nil {
			return ImportRun{}, err
		}
		in.Kind = kind
	}
	if _, err := feedKindOf(in.Kind); err != nil {
		return ImportRun{}, err
	}
	sum := sha256.Sum256(in.File)
	run := a.newRun(by, in.Kind, in.Name, importQueued)
	run.SHA256, run.Bytes = hex.EncodeToString(sum[:]), int64(len(in.File))
	return run, a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		tx.Record(by.entry("import.asked", subjectImport(run), nil, run, ""))
		if err := tx.AddImportRun(ctx, run, in.File); err != nil {
			return err
		}
		return tx.Enqueue(ctx, Job{Kind: "import", ID: run.ID})
	})
}

// kindOf tells by its content what an uploaded file has.
func (a *App) kindOf(in StartImport) (string, error) {
	path, remove, err := a.Feed.Spool(in.Name, in.File)
	if err != nil {
		return "", err
	}
	defer remove()
	kind, err := a.Feed.Kind(path)
	return string(kind), err
}

func (a *App) newRun(by Actor, kind, name, state string) ImportRun {
	return ImportRun{
		ID: ident.New(), Kind: kind, Name: name, State: state, Problems: []register.Problem{}, By: by.Name,
		Revision: 1, CreatedAt: a.now(), UpdatedAt: a.now(),
	}
}

// CancelImport asks a waiting or running import to stop. What it has taken
// over stays; importing again does no harm.
func (a *App) CancelImport(ctx context.Context, by Actor, id string) (ImportRun, error) {
	if err := require(by, ImportFeeds); err != nil {
		return ImportRun{}, err
	}
	run, err := a.Store.ImportRun(ctx, id)
	if err != nil {
		return run, err
	}
	switch run.State {
	case importQueued:
		i := &importer{app: a, by: by, run: run}
		if run.FeedID != "" {
			f, err := a.Store.Feed(ctx, run.FeedID)
			if err != nil {
				return run, err
			}
			i.feed = &f
		}
		return i.end(ctx, errCancelled)
	case importRunning:
		p, err := a.Store.Progress(ctx, id)
		if err != nil {
			return run, err
		}
		p.Cancel = true
		return run, a.Store.SetProgress(ctx, id, p)
	default:
		return run, fault.New(fault.Conflict, "this import is %s already", run.State)
	}
}
