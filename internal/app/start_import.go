package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"time"

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
	Spool(name string, fill func(to io.Writer) error) (path string, remove func(), err error)
	// Bundle checks that one of the public keys has signed the bundle at path and that all of it is there, and unpacks
	// it; Remove ends that.
	Bundle(path string, trust []string) (Bundle, error)
}

// Bundle is a signed bundle that was unpacked.
type Bundle struct {
	Folder string // with a separator at its end; the data of each kind is below
	Kinds  []string
	Made   time.Time
	Signer string // name of the key
	Remove func()
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
	File io.ReadSeeker
}

func subjectImport(r ImportRun) ledger.Subject {
	return ledger.Subject{Kind: "import", ID: r.ID, Name: r.Kind + " " + r.Name}
}

// StartImport keeps the file and asks for its import in the background.
func (a *App) StartImport(ctx context.Context, by Actor, in StartImport) (ImportRun, error) {
	if err := require(by, ImportFeeds); err != nil {
		return ImportRun{}, err
	}
	sum, size, err := in.measure()
	if err != nil {
		return ImportRun{}, err
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
	run := a.newRun(by, in.Kind, in.Name, importQueued)
	run.SHA256, run.Bytes = sum, size
	return run, a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		tx.Record(by.entry("import.asked", subjectImport(run), nil, run, ""))
		if err := tx.AddImportRun(ctx, run, in.File); err != nil {
			return err
		}
		return tx.Enqueue(ctx, Job{Kind: "import", ID: run.ID})
	})
}

// StartBundle is StartImport for a bundle, which one of the public keys must
// have signed. Each kind of data in it is an import of its own.
func (a *App) StartBundle(ctx context.Context, by Actor, in StartImport, trust []string) ([]ImportRun, error) {
	if err := require(by, ImportFeeds); err != nil {
		return nil, err
	}
	if len(trust) == 0 {
		return nil, fault.Fields("the import cannot start", []fault.Field{
			fault.At("/trust", "key", "give the public key that must have signed the bundle: the line that mimamori feed key printed"),
		})
	}
	sum, size, err := in.measure()
	if err != nil {
		return nil, err
	}
	path, remove, err := a.Feed.Spool(in.Name, in.copyTo)
	if err != nil {
		return nil, err
	}
	defer remove()
	bundle, err := a.Feed.Bundle(path, trust)
	if err != nil {
		return nil, err
	}
	bundle.Remove() // each run unpacks it for itself
	var runs []ImportRun
	return runs, a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		runs = nil
		for _, kind := range bundle.Kinds {
			if _, err := feedKindOf(kind); err != nil {
				return err
			}
			run := a.newRun(by, kind, in.Name, importQueued)
			run.SHA256, run.Bytes, run.Trust, run.AsOfAt = sum, size, trust, bundle.Made
			tx.Record(by.entry("import.asked", subjectImport(run), nil, map[string]any{"run": run, "signer": bundle.Signer}, ""))
			if err := tx.AddImportRun(ctx, run, in.File); err != nil {
				return err
			}
			if err := tx.Enqueue(ctx, Job{Kind: "import", ID: run.ID}); err != nil {
				return err
			}
			runs = append(runs, run)
		}
		return nil
	})
}

// measure checks the name and returns the SHA-256 and the length of the file.
func (in StartImport) measure() (digest string, size int64, err error) {
	if in.Name == "" || !intake.PlainFileName(in.Name) {
		return "", 0, fault.Fields("the import cannot start", []fault.Field{
			fault.At("/name", "file-name", "this is no plain file name: give it without folders and control characters, 255 bytes at most"),
		})
	}
	sum := sha256.New()
	if _, err := in.File.Seek(0, io.SeekStart); err != nil {
		return "", 0, fmt.Errorf("reading %s: %w", in.Name, err)
	}
	if size, err = io.Copy(sum, in.File); err != nil {
		return "", 0, fmt.Errorf("reading %s: %w", in.Name, err)
	}
	if size == 0 {
		return "", 0, fault.New(fault.Invalid, "%s: the file is empty", in.Name)
	}
	return hex.EncodeToString(sum.Sum(nil)), size, nil
}

// copyTo writes the file to a place where it can be opened by name.
func (in StartImport) copyTo(to io.Writer) error {
	if _, err := in.File.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.Copy(to, in.File)
	return err
}

// kindOf tells by its content what an uploaded file has.
func (a *App) kindOf(in StartImport) (string, error) {
	path, remove, err := a.Feed.Spool(in.Name, in.copyTo)
	if err != nil {
		return "", err
	}
	defer remove()
	kind, err := a.Feed.Kind(path)
	return string(kind), err
}

func (a *App) newRun(by Actor, kind, name, state string) ImportRun {
	return ImportRun{
		ID: ident.New(), Kind: kind, Name: name, Trust: []string{}, State: state, Problems: []register.Problem{}, By: by.Name,
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
