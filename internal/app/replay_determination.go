package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/rule"
)

// Outcomes of a replay.
const (
	ReplaySame      = "same"      // the same rulebook gives the same bytes
	ReplayDifferent = "different" // the same rulebook gives other bytes: the record or the program was changed
	ReplayOtherBook = "other_rulebook"
)

// Replay is a determination decided again from its record.
type Replay struct {
	ID       string       `json:"id"`
	Case     string       `json:"case"` // number
	Version  int          `json:"version"`
	Aware    caldate.Date `json:"aware"`
	Recorded rule.Ref     `json:"recorded"` // rulebook of the record
	Present  rule.Ref     `json:"present"`  // rulebook of this program
	// Outcome is ReplaySame, ReplayDifferent, or ReplayOtherBook when the record
	// was made with a rulebook that this program does not have: then the bytes
	// cannot be compared, only the answers.
	Outcome string `json:"outcome"`
	// Intact tells whether the record still has the digest that was confirmed.
	Intact bool `json:"intact"`
	// Differences has what the present rulebook answers otherwise, from the facts
	// and the awareness day of the record; empty when it answers the same.
	Differences []Difference `json:"differences"`
}

// Difference is one part of an answer that changed.
type Difference struct {
	What     string `json:"what"` // "result", "form", "term_days", "due", "first_report", "items", …, or "facts" when they no longer fit
	Recorded string `json:"recorded"`
	Present  string `json:"present"`
}

// ReplayDetermination decides a determination again from its stored record and
// tells whether the same bytes come out, and what the present rulebook answers
// otherwise. Nothing is written.
func (a *App) ReplayDetermination(ctx context.Context, id string) (Replay, error) {
	d, err := a.Store.Determination(ctx, id)
	if err != nil {
		return Replay{}, err
	}
	c, err := a.Store.Case(ctx, d.CaseID)
	if err != nil {
		return Replay{}, err
	}
	var recorded rule.Determination
	if err := json.Unmarshal(d.Record, &recorded); err != nil {
		return Replay{}, fault.Wrap(fault.Internal, err, "the record of a determination is not readable")
	}
	r := Replay{
		ID: d.ID, Case: c.Number, Version: d.Version, Aware: recorded.Aware, Recorded: recorded.Rulebook, Present: a.Rulebook.Ref(),
		Outcome: ReplayOtherBook, Intact: digestOf(d.Record) == d.Digest, Differences: []Difference{},
	}
	if misfit := a.Rulebook.Check(recorded.Situation); misfit != nil { // a fact or value that the present rulebook no longer has
		r.Differences = append(r.Differences, Difference{What: "facts", Present: misfit.Error()})
		return r, nil //nolint:nilerr // that they do not fit is the answer
	}
	again, err := a.Rulebook.Determine(recorded.Situation, recorded.Aware)
	if err != nil {
		return Replay{}, err
	}
	if r.Recorded == r.Present {
		bytesAgain, err := again.Record()
		if err != nil {
			return Replay{}, err
		}
		r.Outcome = ReplayDifferent
		if bytes.Equal(bytesAgain, d.Record) {
			r.Outcome = ReplaySame
		}
	}
	r.Differences = differences(recorded.Answer, again.Answer)
	return r, nil
}

// differences compares what two answers ask for and the rules that apply.
func differences(was, is rule.Answer) []Difference {
	out := []Difference{}
	wasParts, isParts := parts(was), parts(is)
	for i := range wasParts {
		if wasParts[i].text != isParts[i].text {
			out = append(out, Difference{What: wasParts[i].what, Recorded: wasParts[i].text, Present: isParts[i].text})
		}
	}
	return out
}

type part struct{ what, text string }

// parts writes an answer in comparable parts, always the same ones.
func parts(a rule.Answer) []part {
	g := a.Governing
	if g == nil {
		g = &rule.Obligation{}
	}
	var applies, may []string
	for _, line := range a.Proof {
		switch line.State {
		case rule.Applies:
			applies = append(applies, line.Rule)
		case rule.MayApply:
			may = append(may, line.Rule)
		case rule.IsExcluded:
		}
	}
	return []part{
		{"result", string(a.Result)},
		{"form", shown(g.Form)},
		{"term_days", shown(g.TermDays)},
		{"periodic", fmt.Sprint(g.Periodic)},
		{"due", shown(g.Due)},
		{"first_report", fmt.Sprint(g.FirstReport)},
		{"named_person", fmt.Sprint(g.NamedPerson)},
		{"items", strings.Join(g.Items, ", ")},
		{"certain", strings.Join(a.Certain, ", ")},
		{"possible", strings.Join(a.Possible, ", ")},
		{"rules_that_apply", strings.Join(applies, ", ")},
		{"rules_that_may_apply", strings.Join(may, ", ")},
	}
}

// shown writes an optional value, "" when there is none.
func shown[T any](v *T) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(*v)
}
