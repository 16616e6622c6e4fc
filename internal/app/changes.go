package app

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/ledger"
)

// Spans of time that people ask for by name.
const (
	SinceYesterday = "yesterday" // 00:00 of the day before, in Tokyo
	SinceSeen      = "seen"      // since the person looked through the changes last; else since yesterday
	SinceWeek      = "week"      // 00:00 of the day seven days ago
)

// AskChanges asks for what changed in a span. From and To are days in Tokyo,
// both included; they win over Since.
type AskChanges struct {
	Since    string // one of the names, "" for yesterday
	From, To caldate.Date
}

// ChangesView is what changed in a span, without the list of vulnerabilities,
// which is paged.
type ChangesView struct {
	From      time.Time     `json:"from"`
	To        time.Time     `json:"to"`         // before this instant
	SeenUntil time.Time     `json:"seen_until"` // until when the person has looked through the changes; zero: never
	Totals    SpanTotals    `json:"totals"`
	Cases     []CaseMoved   `json:"cases"` // newest first, the first 50
	SBOMs     []SBOMUpload  `json:"sboms"` // newest first, the first 50
	SBOMsN    int           `json:"sboms_n"`
	Sources   []SourceDoubt `json:"sources"` // on whose silence nothing may rest
	Quiet     bool          `json:"quiet"`   // nothing of all this changed; good news only when no source is in doubt
	FreshAt   time.Time     `json:"fresh_at"`
	Oldest    string        `json:"oldest"` // the source that FreshAt is of: every source that has data is at least as fresh
}

// CaseMoved is a decided case that was opened again because the law asks for
// something else now.
type CaseMoved struct {
	At     time.Time `json:"at"`
	CaseID string    `json:"case_id"`
	Name   string    `json:"name"`
	Was    string    `json:"was"` // result
	Is     string    `json:"is"`
	Why    string    `json:"why"`
}

// SourceDoubt is a source on whose silence nothing may rest.
type SourceDoubt struct {
	Source string      `json:"source"`
	State  SourceState `json:"state"`
	AsOfAt time.Time   `json:"as_of_at"` // of when its data are; zero: there are none
	Since  time.Time   `json:"since"`    // when its data became too old; zero: of another state
	New    bool        `json:"new"`      // that was in the span
	Error  string      `json:"error"`    // of the last run that failed
}

// keySeen is the setting with the instant until which a person has looked
// through the changes.
func keySeen(by Actor) string { return "changes-seen:" + by.UserID }

// span turns what was asked for into an instant and the first one after.
func (a *App) span(ctx context.Context, by Actor, in AskChanges) (from, to time.Time, err error) {
	today := a.Today()
	to = a.now()
	if end := startOf(in.To.AddDays(1)); !in.To.IsZero() && end.Before(to) { // nothing has happened after now
		to = end
	}
	switch {
	case !in.From.IsZero():
		from = startOf(in.From)
	case in.Since == SinceWeek:
		from = startOf(today.AddDays(-7))
	case in.Since == SinceSeen:
		if from, err = a.seenUntil(ctx, by); err != nil || !from.IsZero() {
			break
		}
		fallthrough
	case in.Since == "", in.Since == SinceYesterday:
		from = startOf(today.AddDays(-1))
	default:
		return from, to, fault.New(fault.Invalid, "%q is no span of time: choose yesterday, seen or week, or give days", in.Since)
	}
	if err == nil && to.Before(from) {
		err = fault.New(fault.Invalid, "the last day is before the first: exchange them")
	}
	return from, to, err
}

// startOf is the first instant of a day in Tokyo.
func startOf(d caldate.Date) time.Time {
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, caldate.Tokyo).UTC()
}

func (a *App) seenUntil(ctx context.Context, by Actor) (time.Time, error) {
	var at time.Time
	err := setting(ctx, a.Store, keySeen(by), &at)
	return at, err
}

// Changes tells what changed in a span.
func (a *App) Changes(ctx context.Context, by Actor, in AskChanges) (ChangesView, error) {
	view := ChangesView{}
	var err error
	if view.From, view.To, err = a.span(ctx, by, in); err != nil {
		return view, err
	}
	if view.SeenUntil, err = a.seenUntil(ctx, by); err != nil {
		return view, err
	}
	if view.Totals, err = a.Store.SpanTotals(ctx, view.From, view.To); err != nil {
		return view, err
	}
	if view.Cases, err = a.casesMoved(ctx, view.From, view.To); err != nil {
		return view, err
	}
	uploads, err := a.Store.SBOMUploads(ctx, view.From, view.To, ListQuery{Limit: 50})
	if err != nil {
		return view, err
	}
	view.SBOMs, view.SBOMsN = uploads.Items, uploads.Total
	err = a.addSourceDoubts(ctx, &view)
	view.Quiet = view.Totals.Vulnerabilities == 0 && view.SBOMsN == 0 && len(view.Cases) == 0 && !slices.ContainsFunc(view.Sources, func(s SourceDoubt) bool { return s.New })
	return view, err
}

func (a *App) addSourceDoubts(ctx context.Context, view *ChangesView) error {
	view.Sources = []SourceDoubt{}
	sources, err := a.SourcesView(ctx)
	for _, s := range sources {
		if !s.AsOfAt.IsZero() && (view.FreshAt.IsZero() || s.AsOfAt.Before(view.FreshAt)) {
			view.FreshAt, view.Oldest = s.AsOfAt, s.Name
		}
		if s.State == SourceGood || s.State == SourceOff {
			continue
		}
		d := SourceDoubt{Source: s.Name, State: s.State, AsOfAt: s.AsOfAt, Error: s.LastError}
		if s.State == SourceStale {
			d.Since = s.AsOfAt.Add(time.Duration(s.AlarmAfterH) * time.Hour)
			d.New = !d.Since.Before(view.From) && d.Since.Before(view.To)
		}
		view.Sources = append(view.Sources, d)
	}
	return err
}

// casesMoved reads the few entries of the ledger that tell of reopened cases,
// by the index of their action.
func (a *App) casesMoved(ctx context.Context, from, to time.Time) ([]CaseMoved, error) {
	out := []CaseMoved{}
	list, err := a.Store.Entries(ctx, ListQuery{Filter: map[string]string{
		"action_in": "case.reopened", "from": from.UTC().Format(time.RFC3339Nano), "to": to.UTC().Format(time.RFC3339Nano),
	}, Limit: 50})
	for _, e := range list.Items {
		c := CaseMoved{At: e.At, CaseID: e.Subject.ID, Name: e.Subject.Name, Why: e.Reason}
		var moved struct{ Was, Is string }
		if json.Unmarshal(e.After, &moved) == nil {
			c.Was, c.Is = moved.Was, moved.Is
		}
		out = append(out, c)
	}
	return out, err
}

// VulnerabilityChanges lists the vulnerabilities about which something changed
// in a span, most urgent first.
func (a *App) VulnerabilityChanges(ctx context.Context, by Actor, in AskChanges, q ListQuery) (List[VulnerabilityChange], error) {
	from, to, err := a.span(ctx, by, in)
	if err != nil {
		return List[VulnerabilityChange]{Items: []VulnerabilityChange{}}, err
	}
	return a.Store.VulnerabilityChanges(ctx, from, to, q)
}

// VulnerabilityChangeView is what changed about one vulnerability, with why.
type VulnerabilityChangeView struct {
	Findings List[FindingChangeRow] `json:"findings"`
	Records  []RecordDifference     `json:"records"` // what records say now and said before, oldest first
}

// RecordDifference is how a record of a source changed.
type RecordDifference struct {
	At          time.Time `json:"at"`
	Source      string    `json:"source"`
	Record      string    `json:"record"`
	Gone        []string  `json:"gone"`  // affected packages or products with their versions, in words, that it no longer has
	Added       []string  `json:"added"` // those that it has now
	SeverityWas string    `json:"severity_was"`
	Severity    string    `json:"severity"`
	Withdrawn   bool      `json:"withdrawn"` // it was withdrawn since
}

// VulnerabilityChange tells which findings of a vulnerability changed in a span
// and what the records say otherwise since then.
func (a *App) VulnerabilityChange(ctx context.Context, by Actor, vulnerabilityID string, in AskChanges, q ListQuery) (VulnerabilityChangeView, error) {
	view := VulnerabilityChangeView{Records: []RecordDifference{}, Findings: List[FindingChangeRow]{Items: []FindingChangeRow{}}}
	from, to, err := a.span(ctx, by, in)
	if err != nil {
		return view, err
	}
	if view.Findings, err = a.Store.FindingChanges(ctx, vulnerabilityID, from, to, q); err != nil {
		return view, err
	}
	versions, err := a.Store.RecordVersions(ctx, vulnerabilityID, from, to)
	seen := map[string]bool{}
	for _, v := range versions {
		if seen[v.Is.ID] { // what it says now against what it said before the span
			continue
		}
		seen[v.Is.ID] = true
		d, err := recordDifference(v)
		if err != nil {
			return view, err
		}
		view.Records = append(view.Records, d)
	}
	return view, err
}

// maxDifference is how many lines of a record are told.
const maxDifference = 20

func recordDifference(v RecordVersion) (RecordDifference, error) {
	d := RecordDifference{At: v.ReplacedAt, Source: v.Is.Source, Record: v.Is.RecordID, Gone: []string{}, Added: []string{}, Withdrawn: v.Was.WithdrawnAt.IsZero() && !v.Is.WithdrawnAt.IsZero()}
	var was, is advisory.Advisory
	if err := json.Unmarshal(v.Was.Body, &was); err != nil {
		return d, err
	}
	if err := json.Unmarshal(v.Is.Body, &is); err != nil {
		return d, err
	}
	before, after := affectedTexts(was), affectedTexts(is)
	for _, text := range before {
		if !slices.Contains(after, text) && len(d.Gone) < maxDifference {
			d.Gone = append(d.Gone, text)
		}
	}
	for _, text := range after {
		if !slices.Contains(before, text) && len(d.Added) < maxDifference {
			d.Added = append(d.Added, text)
		}
	}
	if s, t := scores(was), scores(is); s != t {
		d.SeverityWas, d.Severity = s, t
	}
	return d, nil
}

func affectedTexts(a advisory.Advisory) []string {
	out := []string{}
	for _, affected := range a.Affected {
		out = append(out, affectedText(affected))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// scores is the vectors of a record in one line.
func scores(a advisory.Advisory) string {
	var out []string
	for _, s := range severityViews(a.Severities) {
		out = append(out, strings.TrimSpace(s.Score+" "+s.Vector))
	}
	return strings.Join(out, ", ")
}

// SeenChanges notes that a person has looked through the changes until an
// instant that was shown to them, so that the next look begins there.
func (a *App) SeenChanges(ctx context.Context, by Actor, until time.Time) (time.Time, error) {
	until = until.UTC().Truncate(time.Microsecond)
	if until.After(a.now()) {
		return until, fault.New(fault.Invalid, "%s has not come yet: what happens until then cannot have been looked through", until.Format(time.RFC3339))
	}
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		tx.Record(by.entry("changes.seen", ledger.Subject{Kind: "user", ID: by.UserID, Name: by.Name}, nil, map[string]any{"until": until}, ""))
		return tx.PutSetting(ctx, keySeen(by), asJSON(until))
	})
	return until, err
}
