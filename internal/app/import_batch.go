package app

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/cvss"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/match"
	"mimamori/internal/register"
)

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
	folder string    // where an upload lies while it is read, which is nobody's business; "" for what lies there anyway
	fetched
}

var errCancelled = errors.New("cancelled")

func (i *importer) kev(ctx context.Context, path string) error {
	catalogue, err := i.app.Feed.KEV(path)
	if err != nil {
		return err
	}
	entries := make([]KEVEntry, 0, len(catalogue.Entries))
	released := catalogue.Released
	if !dated(released, i.app.now()) {
		released = time.Time{}
	}
	for _, e := range catalogue.Entries {
		entries = append(entries, KEVEntry{
			CVE: e.CVE, AddedOn: e.AddedOn, Name: e.Name, Action: e.RequiredAction, DueOn: e.DueOn, Ransomware: e.KnownInRansomware, ReleasedAt: released,
		})
	}
	for _, p := range catalogue.Problems {
		i.refuse(p.Pointer, p.Message)
	}
	i.newest, i.run.Records = catalogue.Released, len(entries)
	return i.app.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		put, err := tx.PutKEV(ctx, entries)
		i.run.Changed, i.run.Older = put.Changed, put.Older
		i.record(tx, "import.kev", map[string]any{"version": catalogue.Version, "entries": len(entries), "changed": put.Changed, "older": put.Older})
		return err
	})
}

func (i *importer) record(tx Tx, action string, after any) {
	tx.Record(i.by.entry(action, subjectImport(i.run), nil, after, ""))
}

func (i *importer) refuse(where, message string) {
	i.run.Rejected++
	if len(i.run.Problems) < maxRunProblems {
		i.run.Problems = append(i.run.Problems, register.Problem{Where: i.told(where), Message: i.told(message)})
	}
}

// told is a text as people may read it: an upload goes by its own name.
func (i *importer) told(text string) string {
	if i.folder == "" {
		return text
	}
	return strings.ReplaceAll(text, i.folder, "")
}

// take commits one batch with the findings that it changes.
func (i *importer) take(ctx context.Context, rows []Advisory) error {
	progress, err := i.app.Store.Progress(ctx, i.run.ID)
	if err != nil {
		return err
	}
	if progress.Cancel {
		return errCancelled
	}
	var put AdvisoriesPut
	var findings []FindingChange
	err = i.app.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if put, err = tx.PutAdvisories(ctx, rows); err != nil {
			return err
		}
		if findings, err = i.app.rematch(ctx, tx, put); err != nil {
			return err
		}
		names := make([]string, len(put.Changed))
		for n, c := range put.Changed {
			names[n] = c.RecordID
		}
		after := map[string]any{"records": len(rows), "changed": names}
		if len(put.Older) > 0 {
			after["older"] = put.Older
		}
		i.record(tx, "import.batch", after)
		recordFindings(tx, i.by, findings)
		return nil
	})
	if err != nil {
		return err
	}
	i.run.Records += len(rows)
	i.run.Changed += len(put.Changed)
	i.run.Older += len(put.Older)
	i.run.Findings += len(findings)
	progress.Records, progress.Phase = i.run.Records, "reading"
	i.tell(progress)
	return i.app.Store.SetProgress(ctx, i.run.ID, progress)
}

// row turns a record as read into the row that is kept.
func (i *importer) row(record advisory.Advisory) Advisory {
	i.note(record)
	if record.Modified.After(i.newest) {
		i.newest = record.Modified
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
		ID: ident.New(), Source: i.run.Kind, RecordID: record.ID, Part: record.Part, Digest: record.Digest, Aliases: record.Names(), Title: title,
		Severity: string(band), PublishedAt: record.Published, ModifiedAt: record.Modified, WithdrawnAt: record.Withdrawn,
		Keys: match.AdvisoryKeys(record), Body: asJSON(kept), ImportedAt: i.app.now(),
	}
}

// recordFindings writes one ledger entry for each finding that changed. The
// ledger of a release shows those of its findings without being named here.
func recordFindings(tx Tx, by Actor, changes []FindingChange) {
	for _, c := range changes {
		tx.Record(by.entry("finding."+c.Change, ledger.Subject{Kind: "finding", ID: c.FindingID, Name: c.Vulnerability + " " + c.Component}, nil, c, ""))
	}
}
