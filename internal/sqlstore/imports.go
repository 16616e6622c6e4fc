package sqlstore

import (
	"context"
	"io"
	"strings"

	"mimamori/internal/app"
	"mimamori/internal/fault"
)

func importRunRow(r *app.ImportRun) row {
	return row{
		{"id", &r.ID},
		{"kind", &r.Kind},
		{"feed_id", &r.FeedID},
		{"name", &r.Name},
		{"trust", listOf(&r.Trust)},
		{"sha256", &r.SHA256},
		{"bytes", &r.Bytes},
		{"state", &r.State},
		{"unchanged", &r.Unchanged},
		{"records", &r.Records},
		{"changed", &r.Changed},
		{"older", &r.Older},
		{"rejected", &r.Rejected},
		{"problems", listOf(&r.Problems)},
		{"gone", &r.Gone},
		{"back", &r.Back},
		{"findings", &r.Findings},
		{"suspicion", &r.Suspicion},
		{"compared", &r.Before},
		{"as_of_at", instant{&r.AsOfAt}},
		{"error", &r.Error},
		{"started_by", &r.By},
		{"revision", &r.Revision},
		{"created_at", instant{&r.CreatedAt}},
		{"updated_at", instant{&r.UpdatedAt}},
		{"finished_at", instant{&r.FinishedAt}},
	}
}

var importRuns = listing{
	from: "import_runs m", id: "m.id", search: []string{"m.search"}, order: "-created_at",
	sorts:   map[string]string{"created_at": "m.created_at"},
	filters: map[string]filter{"state": equals("m.state"), "kind": equals("m.kind"), "feed": equals("m.feed_id")},
}

func (r reader) ImportRun(ctx context.Context, id string) (app.ImportRun, error) {
	return one(ctx, r.queries, "import "+id, importRunRow, "FROM import_runs WHERE id = ?", id)
}

func (r reader) ImportRuns(ctx context.Context, q app.ListQuery) (app.List[app.ImportRun], error) {
	return page(ctx, r.queries, importRuns, q, func(m *app.ImportRun) row { return importRunRow(m).of("m") })
}

// AddImportRun keeps the file too; nil when the run reads from somewhere else.
func (w writer) AddImportRun(ctx context.Context, r app.ImportRun, file io.ReadSeeker) error {
	r.Revision = max(r.Revision, 1)
	if file != nil {
		if err := w.KeepFile(ctx, r.SHA256, file); err != nil {
			return err
		}
	}
	return w.insert(ctx, "import_runs", append(importRunRow(&r), found(r.Kind, r.Name, r.By)))
}

func (w writer) UpdateImportRun(ctx context.Context, r app.ImportRun) error {
	return w.revise(ctx, "import_runs", "import", r.ID, r.Revision, append(importRunRow(&r), found(r.Kind, r.Name, r.By)))
}

func sourceRow(s *app.SourceHealth) row {
	return row{
		{"name", &s.Name},
		{"records", &s.Records},
		{"last_run_id", &s.LastRunID},
		{"last_good_at", instant{&s.LastGoodAt}},
		{"as_of_at", instant{&s.AsOfAt}},
		{"newest_at", instant{&s.NewestAt}},
		{"last_error", &s.LastError},
		{"alarm_after_h", &s.AlarmAfterH},
		{"suspicion", &s.Suspicion},
		{"canaries", &s.Canaries},
		{"canaries_missing", listOf(&s.CanariesMissing)},
		{"loaded", nested[map[string]int]{&s.Loaded}},
		{"told", &s.Told},
	}
}

func (r reader) Sources(ctx context.Context) ([]app.SourceHealth, error) {
	return all(ctx, r.queries, sourceRow, "FROM sources ORDER BY name")
}

func (r reader) RecordsOf(ctx context.Context, source string) (int, error) {
	return r.number(ctx, "(SELECT COUNT(*) FROM advisories WHERE source = ?) + (SELECT COUNT(*) FROM kev WHERE ? = 'kev')", source, source)
}

func (w writer) PutSource(ctx context.Context, s app.SourceHealth) error {
	var changes []string
	for _, c := range sourceRow(&s).without("name") {
		changes = append(changes, c.name+" = excluded."+c.name)
	}
	return w.insertWith(ctx, "sources", " ON CONFLICT (name) DO UPDATE SET "+strings.Join(changes, ", "), sourceRow(&s))
}

func progressRow(p *app.Progress) row {
	return row{{"records", &p.Records}, {"bytes", &p.Bytes}, {"phase", &p.Phase}, {"cancel", &p.Cancel}}
}

// SetProgress keeps how far a running import is. A wish to stop stays once it
// was made, whoever writes next.
func (s *Store) SetProgress(ctx context.Context, runID string, p app.Progress) error {
	if ctx.Value(inWrite{}) != nil {
		return fault.New(fault.Internal, "progress was told inside of a write: it would wait for itself")
	}
	q := queries{session: s.writes, postgres: s.pool != nil}
	return q.insertWith(ctx, "import_progress", " ON CONFLICT (run_id) DO UPDATE SET records = excluded.records, bytes = excluded.bytes, phase = excluded.phase, cancel = CASE WHEN import_progress.cancel = 1 THEN 1 ELSE excluded.cancel END",
		append(row{{"run_id", &runID}}, progressRow(&p)...))
}

// Progress returns the zero Progress for a run that has told none yet.
func (s *Store) Progress(ctx context.Context, runID string) (app.Progress, error) {
	p, err := one(ctx, s.queries, "progress", progressRow, "FROM import_progress WHERE run_id = ?", runID)
	if fault.KindOf(err) == fault.NotFound {
		_, err = s.ImportRun(ctx, runID)
	}
	return p, err
}
