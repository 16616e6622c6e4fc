package app

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/match"
	"mimamori/internal/sbom"
)

const (
	// leastPercent of the records of the run before must still come.
	leastPercent = 90
	// partLoaded is how many records of a part of a source one run brings at least when that part is loaded; with fewer
	// its canaries are not asked.
	partLoaded = 100
	// goneNamed is how many records that went or came back the ledger names.
	goneNamed = 20
	// Waits after a run that failed: the first, doubled each time, up to the time between two runs.
	firstRetry = 15 * time.Minute
)

// fetched is what an import has to know of the feed that it is a run of, and
// what it saw of the source.
type fetched struct {
	feed  *Feed           // nil: a file that somebody imports
	known json.RawMessage // to be kept with the feed when the run is good
	whole bool            // the run brings everything the source has
	seen  map[string]bool // ids of the records, of a whole source
	parts map[string]int  // records of each part of the source
}

// note keeps that a record came.
func (f *fetched) note(record advisory.Advisory) {
	if f.seen != nil {
		f.seen[record.ID] = true
	}
	if f.parts == nil {
		f.parts = map[string]int{}
	}
	for _, part := range partsOf(record) {
		f.parts[part]++
	}
}

// partsOf are the parts of its source that a record belongs to: ecosystems of
// OSV, else the series of its id ("ICSMA", "CVE").
func partsOf(record advisory.Advisory) []string {
	if record.Source != advisory.SourceOSV {
		return []string{seriesOf(record.ID)}
	}
	var parts []string
	for _, affected := range record.Affected {
		ecosystem, _, _ := strings.Cut(affected.Ecosystem, ":")
		if !slices.Contains(parts, ecosystem) {
			parts = append(parts, ecosystem)
		}
	}
	return parts
}

func seriesOf(id string) string {
	series, _, _ := strings.Cut(id, "-")
	return series
}

// partOf is the part that a canary is about.
func partOf(c match.Canary) string {
	return cmp.Or(c.Ecosystem, seriesOf(strings.Join(slices.Concat(c.Finds, c.Leaves), " ")))
}

// judge sets what a run that is done means: whether it must not pass for good
// news, what is missing in the source, and whether canaries are found again.
func (i *importer) judge(ctx context.Context, tx Tx, s *SourceHealth) error {
	run := &i.run
	size, before := advisory.RunSize{Records: run.Records, Rejected: run.Rejected}, advisory.RunSize{}
	if i.whole && i.feed.Records > 0 {
		run.Before = i.feed.Records
		before.Records = run.Before
	}
	if !run.Unchanged {
		run.Suspicion = advisory.Suspect(before, size, leastPercent)
	}
	for part, n := range i.parts {
		if s.Loaded == nil {
			s.Loaded = map[string]int{}
		}
		s.Loaded[part] = max(s.Loaded[part], n)
	}
	if i.whole && len(i.seen) > 0 && run.Suspicion == advisory.NoSuspicion {
		// A record that was refused is in the source, but it is not known which it was.
		keep := run.Rejected > 0
		moved, err := tx.SeenInFeed(ctx, i.feed.ID, run.Kind, i.seen, i.app.now(), keep, goneNamed)
		if err != nil {
			return err
		}
		run.Gone, run.Back = moved.Gone, moved.Back
		if moved.Gone+moved.Back > 0 {
			i.record(tx, "import.moved", moved)
		}
	}
	return askCanaries(ctx, tx, s)
}

// askCanaries asks the stored records of a source about the pseudo-releases
// whose answers are known.
func askCanaries(ctx context.Context, r Reader, s *SourceHealth) error {
	kind, err := feedKindOf(s.Name)
	if err != nil || kind.canaries == "" {
		return err
	}
	var asked []match.Canary
	var keys []string
	for _, c := range match.Canaries() {
		if c.Source != kind.canaries || s.Loaded[partOf(c)] < partLoaded {
			continue
		}
		asked = append(asked, c)
		for _, p := range c.Parts {
			component := sbom.Component{Name: p.Name, Version: p.Version, Supplier: p.Supplier, Purl: p.Purl}
			if p.CPE != "" {
				component.CPEs = []string{p.CPE}
			}
			keys = append(keys, match.Keys(component)...)
		}
	}
	s.Canaries, s.CanariesMissing = len(asked), []string{}
	if len(asked) == 0 {
		return nil
	}
	slices.Sort(keys)
	index, err := indexOf(ctx, r, s.Name, slices.Compact(keys))
	if err != nil {
		return err
	}
	for _, m := range match.CheckCanaries(index) {
		if m.Source != kind.canaries || !slices.ContainsFunc(asked, func(c match.Canary) bool {
			return c.Ecosystem == m.Ecosystem && slices.Contains(slices.Concat(c.Finds, c.Leaves), m.Record)
		}) {
			continue
		}
		arrow := " → "
		if m.Found {
			arrow = " ↛ "
		}
		s.CanariesMissing = append(s.CanariesMissing, m.Component+arrow+m.Record)
	}
	return nil
}

// indexOf is an index of the stored records of a source under keys. What is
// missing in the source, or withdrawn, is not in it.
func indexOf(ctx context.Context, r Reader, source string, keys []string) (*match.Index, error) {
	stored, err := r.AdvisoriesByKeys(ctx, keys)
	if err != nil {
		return nil, err
	}
	stored = slices.DeleteFunc(stored, func(s Advisory) bool { return s.Source != source || !s.WithdrawnAt.IsZero() })
	ids := make([]string, len(stored))
	for n, s := range stored {
		ids[n] = s.ID
	}
	gone, err := r.GoneSince(ctx, ids)
	if err != nil {
		return nil, err
	}
	index := new(match.Index)
	for _, s := range stored {
		if _, missing := gone[s.ID]; missing {
			continue
		}
		var record advisory.Advisory
		if err := json.Unmarshal(s.Body, &record); err != nil {
			return nil, err
		}
		index.Add(record)
	}
	return index, nil
}

// settle keeps what the end of a run means for its source and its feed.
func (i *importer) settle(ctx context.Context, tx Tx) error {
	sources, err := tx.Sources(ctx)
	if err != nil {
		return err
	}
	s := newSource(i.run.Kind)
	for _, known := range sources {
		if known.Name == i.run.Kind {
			s = known
		}
	}
	if i.run.State == importDone {
		if err := i.judge(ctx, tx, &s); err != nil {
			return err
		}
	}
	if i.feed != nil {
		if err := i.settleFeed(ctx, tx); err != nil {
			return err
		}
	}
	s.LastRunID = i.run.ID
	switch i.run.State {
	case importDone:
		if i.feed == nil {
			s.Suspicion = i.run.Suspicion
		}
		if i.run.Suspicion == advisory.NoSuspicion {
			s.LastGoodAt, s.LastError = i.app.now(), ""
			s.AsOfAt = latest(s.AsOfAt, i.run.AsOfAt)
		}
		s.NewestAt = latest(s.NewestAt, i.newest)
		if !i.run.Unchanged {
			if s.Records, err = tx.RecordsOf(ctx, i.run.Kind); err != nil {
				return err
			}
			s.Records = cmp.Or(s.Records, i.run.Records) // what is no advisory is counted by the run
		}
	case importFailed:
		s.LastError = i.run.Error
	default: // cancelled: the source is as it was
	}
	return tx.PutSource(ctx, s)
}

// settleFeed keeps what the end of a run means for its feed.
func (i *importer) settleFeed(ctx context.Context, tx Tx) error {
	f, err := tx.Feed(ctx, i.feed.ID)
	if err != nil {
		return err
	}
	now := i.app.now()
	f.RunID, f.LastRunID = "", i.run.ID
	moved := f.Address != i.feed.Address // while it ran: what it brought is not from there
	switch {
	case i.run.State == importFailed:
		f.Failures++
		f.LastError = i.run.Error
		if i.whole && i.run.Records == 0 && !moved {
			f.Suspicion = advisory.SourceEmpty
		}
		wait := firstRetry << min(f.Failures-1, 10)
		f.NextAt = now.Add(min(wait, time.Duration(f.EveryH)*time.Hour))
	case i.run.State != importDone || moved:
	case i.run.Suspicion != advisory.NoSuspicion:
		// What is known of the download stays as it was: the next run must not hear that nothing changed.
		f.Suspicion, f.LastError = i.run.Suspicion, ""
	default:
		f.Suspicion, f.LastError, f.Failures = advisory.NoSuspicion, "", 0
		f.LastGoodAt, f.AsOfAt, f.NewestAt = now, latest(f.AsOfAt, i.run.AsOfAt), latest(f.NewestAt, i.newest)
		if i.known != nil {
			f.Fetched = i.known
		}
		if !i.run.Unchanged {
			f.Records = i.run.Records
		}
	}
	return tx.UpdateFeed(ctx, f)
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
