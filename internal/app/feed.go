package app

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/cvss"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/match"
	"mimamori/internal/register"
)

// FeedReader opens vulnerability data that lies on disk.
type FeedReader interface {
	// Advisories yields the records of an OSV or CSAF file, folder or archive;
	// one that cannot be read is yielded as an error and the rest goes on.
	Advisories(kind, path string) iter.Seq2[advisory.Advisory, error]
	KEV(path string) (*advisory.KEVCatalogue, error)
	// Spool writes an uploaded file where Advisories and KEV can open it under
	// its own name, until remove is called.
	Spool(name string, content []byte) (path string, remove func(), err error)
}

// The kinds of vulnerability data.
const (
	feedOSV  = "osv"
	feedCSAF = "csaf"
	feedKEV  = "kev"
)

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
	Kind string // "osv", "csaf" or "kev"
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
	if err := checkFeedKind(in.Kind); err != nil {
		return ImportRun{}, err
	}
	if len(in.File) == 0 {
		return ImportRun{}, fault.New(fault.Invalid, "%s: the file is empty", in.Name)
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

func checkFeedKind(kind string) error {
	switch kind {
	case feedOSV, feedCSAF, feedKEV:
		return nil
	default:
		return fault.Fields("the import cannot start", []fault.Field{fault.At("/kind", "kind", "kind %q: choose osv, csaf or kev", kind)})
	}
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
		run.State = importCancelled
		return a.endRun(ctx, by, run, "import.cancelled")
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
	_, err = a.runImport(ctx, by, run, path, func(Progress) {})
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
// at once, telling how far it is.
func (a *App) ImportPath(ctx context.Context, by Actor, kind, path string, tell func(Progress)) (ImportRun, error) {
	if err := require(by, ImportFeeds); err != nil {
		return ImportRun{}, err
	}
	if err := checkFeedKind(kind); err != nil {
		return ImportRun{}, err
	}
	run := a.newRun(by, kind, path, importRunning)
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		tx.Record(by.entry("import.started", subjectImport(run), nil, run, ""))
		return tx.AddImportRun(ctx, run, nil)
	})
	if err != nil {
		return run, err
	}
	return a.runImport(ctx, by, run, path, tell)
}

// importBatch is how many records commit together: big enough to be quick,
// small enough to be stopped and not to hold up other writers.
const importBatch = 500

// maxRecordID is the longest id of a record, in bytes; real ones have 40.
const maxRecordID = 200

// maxRunProblems is how many refused records a run lists.
const maxRunProblems = 100

// importer is one import under way.
type importer struct {
	app    *App
	by     Actor
	run    ImportRun
	tell   func(Progress)
	newest time.Time // of the records by their own date
}

var errCancelled = errors.New("cancelled")

func (a *App) runImport(ctx context.Context, by Actor, run ImportRun, path string, tell func(Progress)) (ImportRun, error) {
	i := &importer{app: a, by: by, run: run, tell: tell}
	var err error
	if run.Kind == feedKEV {
		err = i.kev(ctx, path)
	} else {
		err = i.advisories(ctx, path)
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
		i.run.State, i.run.Error = importFailed, err.Error()
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

func (i *importer) kev(ctx context.Context, path string) error {
	catalogue, err := i.app.Feed.KEV(path)
	if err != nil {
		return err
	}
	entries := make([]KEVEntry, 0, len(catalogue.Entries))
	for _, e := range catalogue.Entries {
		entries = append(entries, KEVEntry{CVE: e.CVE, AddedOn: e.AddedOn, Name: e.Name, Action: e.RequiredAction, DueOn: e.DueOn, Ransomware: e.KnownInRansomware})
	}
	for _, p := range catalogue.Problems {
		i.refuse(p.Pointer, p.Message)
	}
	i.newest, i.run.Records = catalogue.Released, len(entries)
	return i.app.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		changed, err := tx.PutKEV(ctx, entries)
		i.run.Changed = changed
		i.record(tx, "import.kev", map[string]any{"version": catalogue.Version, "entries": len(entries), "changed": changed})
		return err
	})
}

func (i *importer) record(tx Tx, action string, after any) {
	tx.Record(i.by.entry(action, subjectImport(i.run), nil, after, ""))
}

func (i *importer) refuse(where, message string) {
	i.run.Rejected++
	if len(i.run.Problems) < maxRunProblems {
		i.run.Problems = append(i.run.Problems, register.Problem{Where: where, Message: message})
	}
}

func (i *importer) advisories(ctx context.Context, path string) error {
	batch := make([]advisory.Advisory, 0, importBatch)
	var last error
	for record, err := range i.app.Feed.Advisories(i.run.Kind, path) {
		if err != nil {
			last = err
			i.refuse(path, err.Error())
			continue
		}
		if len(record.ID) > maxRecordID || len(record.Part) > maxRecordID {
			i.refuse(path, fmt.Sprintf("record %.40q…: its id has more than %d bytes", record.ID, maxRecordID))
			continue
		}
		batch = append(batch, record)
		if len(batch) == importBatch {
			if err := i.take(ctx, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	if len(batch) > 0 {
		if err := i.take(ctx, batch); err != nil {
			return err
		}
	}
	if i.run.Records == 0 {
		if last == nil {
			last = fault.New(fault.Invalid, "%s: no record was found: nothing was taken over", path)
		}
		return last
	}
	return nil
}

// take commits one batch with the findings that it changes.
func (i *importer) take(ctx context.Context, batch []advisory.Advisory) error {
	progress, err := i.app.Store.Progress(ctx, i.run.ID)
	if err != nil {
		return err
	}
	if progress.Cancel {
		return errCancelled
	}
	rows := make([]Advisory, 0, len(batch))
	for _, record := range batch {
		rows = append(rows, i.row(record))
	}
	var changed []Advisory
	var findings []FindingChange
	err = i.app.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if changed, err = tx.PutAdvisories(ctx, rows); err != nil {
			return err
		}
		if findings, err = rematch(ctx, tx, changed, i.app.now()); err != nil {
			return err
		}
		names := make([]string, len(changed))
		for n, c := range changed {
			names[n] = c.RecordID
		}
		i.record(tx, "import.batch", map[string]any{"records": len(batch), "changed": names})
		recordFindings(tx, i.by, findings)
		return nil
	})
	if err != nil {
		return err
	}
	i.run.Records += len(batch)
	i.run.Changed += len(changed)
	i.run.Findings += len(findings)
	progress.Records, progress.Phase = i.run.Records, "reading"
	i.tell(progress)
	return i.app.Store.SetProgress(ctx, i.run.ID, progress)
}

// row turns a record as read into the row that is kept.
func (i *importer) row(record advisory.Advisory) Advisory {
	if record.Modified.After(i.newest) {
		i.newest = record.Modified
	}
	identity := append([]string{record.ID}, record.Aliases...)
	if i.run.Kind == feedCSAF { // a document names several vulnerabilities: its own id is no alias of one
		identity = record.Aliases
		if len(identity) == 0 {
			identity = []string{record.Key()}
		}
	}
	band := cvss.Unknown
	for _, s := range record.Severities {
		if score, err := cvss.Score(s.Vector); err == nil {
			band = cvss.Max(band, cvss.BandOf(score))
		}
	}
	title := cmp.Or(record.Title, record.Summary)
	if i.run.Kind == feedCSAF { // the title is the document's, the summary this vulnerability's
		title = cmp.Or(record.Summary, record.Title)
	}
	kept := record
	kept.Raw = nil // the file itself is kept whole
	return Advisory{
		ID: ident.New(), Source: i.run.Kind, RecordID: record.ID, Part: record.Part, Digest: record.Digest, Aliases: identity, Title: title,
		Severity: string(band), PublishedAt: record.Published, ModifiedAt: record.Modified, WithdrawnAt: record.Withdrawn,
		Keys: match.AdvisoryKeys(record), Body: asJSON(kept), ImportedAt: i.app.now(),
	}
}

// recordFindings writes one ledger entry for each finding that changed.
func recordFindings(tx Tx, by Actor, changes []FindingChange) {
	for _, c := range changes {
		e := by.entry("finding."+c.Change, ledger.Subject{Kind: "finding", ID: c.FindingID, Name: c.Vulnerability + " " + c.Component}, nil, c, "")
		e.Parents = []ledger.Subject{{Kind: "release", ID: c.ReleaseID}}
		tx.Record(e)
	}
}
