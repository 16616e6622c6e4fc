package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/rule"
)

// Outcomes of a replay.
const (
	ReplaySame      = "same"           // the same rulebooks give the same bytes
	ReplayDifferent = "different"      // the same rulebooks give other bytes: the record or the program was changed
	ReplayOtherBook = "other_rulebook" // a rulebook of the record is not held: only the answers can be compared
)

// Replay is a determination decided again from its record.
type Replay struct {
	ID         string       `json:"id"`
	Case       string       `json:"case"` // number
	Version    int          `json:"version"`
	Aware      caldate.Date `json:"aware"`
	Recorded   rule.Ref     `json:"recorded"`    // rulebook of the case report in the record
	Present    rule.Ref     `json:"present"`     // the one in force
	Law        []rule.Ref   `json:"law"`         // all rulebooks of the record
	PresentLaw []rule.Ref   `json:"present_law"` // all in force
	Outcome    string       `json:"outcome"`     // ReplaySame, ReplayDifferent or ReplayOtherBook
	// Intact tells whether the record still has the digest that was signed.
	Intact bool `json:"intact"`
	// Differences has what the present law answers otherwise, from the facts and
	// the awareness day of the record; empty when it answers the same.
	Differences []Difference `json:"differences"`
}

// Difference is one part of an answer that changed.
type Difference struct {
	What     string `json:"what"` // "result", "form", "term_days", "due", "first_report", "items", …, or "facts" when they no longer fit
	Recorded string `json:"recorded"`
	Present  string `json:"present"`
}

// ReplayDetermination decides a determination again from its stored record, with
// the rulebooks it was made with, and tells whether the same bytes come out, and
// what the present law answers otherwise. Nothing is written.
func (a *App) ReplayDetermination(ctx context.Context, id string) (Replay, error) {
	d, err := a.Store.Determination(ctx, id)
	if err != nil {
		return Replay{}, err
	}
	c, err := a.Store.Case(ctx, d.CaseID)
	if err != nil {
		return Replay{}, err
	}
	return a.replay(ctx, d, c)
}

func (a *App) replay(ctx context.Context, d casefile.Determination, c casefile.Case) (Replay, error) {
	recorded, err := readRecord(d)
	if err != nil {
		return Replay{}, err
	}
	r := Replay{
		ID: d.ID, Case: c.Number, Version: d.Version, Aware: recorded.Aware,
		Recorded: recorded.Answer.Rulebook, Present: a.Law.Case.Ref(), Law: recorded.Law, PresentLaw: a.lawInForce(),
		Intact: digestOf(d.Record) == d.Digest, Differences: []Difference{},
	}
	switch err := rule.ReplayRecord(d.Record, a.texts(ctx)); fault.KindOf(err) {
	case "":
		r.Outcome = ReplaySame
	case fault.NotFound:
		r.Outcome = ReplayOtherBook
	case fault.Conflict, fault.Invalid:
		r.Outcome = ReplayDifferent
	default:
		return Replay{}, err
	}
	r.Differences, err = a.sinceThen(recorded)
	return r, err
}

// texts finds rulebooks by digest: in force, in the store, else in the program.
func (a *App) texts(ctx context.Context) func(digest string) (rule.BookText, error) {
	return func(digest string) (rule.BookText, error) {
		if i := slices.IndexFunc(a.Law.Texts, func(t rule.BookText) bool { return t.Ref.Digest == digest }); i >= 0 {
			return a.Law.Texts[i], nil
		}
		kept, err := a.Store.RulebookText(ctx, digest)
		switch {
		case err == nil:
			return kept.bookText(), nil
		case fault.KindOf(err) == fault.NotFound && a.Texts != nil:
			return a.Texts(digest)
		}
		return rule.BookText{}, err
	}
}

// lawInForce names every rulebook that a case is decided with.
func (a *App) lawInForce() []rule.Ref {
	refs := make([]rule.Ref, 0, len(a.Law.Texts))
	for _, t := range a.Law.Texts {
		refs = append(refs, t.Ref)
	}
	return refs
}

// sinceThen is what the present law answers otherwise to what was recorded.
func (a *App) sinceThen(recorded rule.Joined) ([]Difference, error) {
	if misfit := a.Law.Check(recorded.Situation); misfit != nil { // a fact or value that the present law no longer has
		return []Difference{{What: "facts", Present: misfit.Error()}}, nil //nolint:nilerr // that they do not fit is the answer
	}
	var notice *rule.NoticeInput
	if n := recorded.Notice; n != nil {
		notice = &rule.NoticeInput{Subject: n.Subject, Situation: n.Situation}
	}
	again, err := a.Law.Determine(recorded.Situation, notice, recorded.Aware)
	if fault.KindOf(err) == fault.Invalid { // the notice asks otherwise now; the answer does not rest on it
		again, err = a.Law.Determine(recorded.Situation, nil, recorded.Aware)
	}
	if err != nil {
		return nil, err
	}
	out := differences(parts(recorded.Answer), parts(again.Answer))
	if recorded.Format > 0 { // older records say nothing of duties
		out = append(out, differences(dutyParts(recorded.Duties, again.Duties), dutyParts(again.Duties, recorded.Duties))...)
	}
	if recorded.Notice != nil && again.Notice != nil {
		out = append(out, differences(noticeParts(*recorded.Notice), noticeParts(*again.Notice))...)
	}
	return out, nil
}

// differences compares two answers part by part.
func differences(was, is []part) []Difference {
	out := []Difference{}
	for i := range was {
		if was[i].text != is[i].text {
			out = append(out, Difference{What: was[i].what, Recorded: was[i].text, Present: is[i].text})
		}
	}
	return out
}

// dutyParts writes the duties of answers in comparable parts: of each rulebook
// that these or the other answers have, sorted.
func dutyParts(answers, others []rule.DutyAnswer) []part {
	var ids []string
	for _, d := range slices.Concat(answers, others) {
		ids = append(ids, d.Rulebook.ID)
	}
	slices.Sort(ids)
	var out []part
	for _, id := range slices.Compact(ids) {
		certain, possible, person := "", "", false
		for _, d := range answers {
			if d.Rulebook.ID == id {
				certain, possible, person = dutiesIn(d, rule.Applies), dutiesIn(d, rule.MayApply), d.NamedPerson
			}
		}
		out = append(out, part{"duties " + id, certain}, part{"possible_duties " + id, possible}, part{"named_person " + id, fmt.Sprint(person)})
	}
	return out
}

func dutiesIn(d rule.DutyAnswer, state rule.State) string {
	var ids []string
	for _, line := range d.Duties {
		if line.State == state {
			ids = append(ids, line.Duty.ID)
		}
	}
	return strings.Join(ids, ", ")
}

// noticeParts writes what the notice concludes, of the facts it says something of.
func noticeParts(n rule.NoticeStep) []part {
	var told []string
	for _, c := range n.Facts {
		if !c.Open {
			told = append(told, c.Fact+": "+strings.Join(c.Possible, "/"))
		}
	}
	slices.Sort(told)
	return []part{{"notice", strings.Join(told, "; ")}}
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
