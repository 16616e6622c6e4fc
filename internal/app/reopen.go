package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"mimamori/internal/casefile"
	"mimamori/internal/rule"
)

// governing returns the determination that governs a case: the newest that
// persons signed. It is false while there is none.
func governing(determinations []casefile.Determination) (casefile.Determination, bool) {
	i := slices.IndexFunc(determinations, func(d casefile.Determination) bool { return d.Status.Signed() && !d.Superseded })
	if i < 0 {
		return casefile.Determination{}, false
	}
	return determinations[i], true
}

// moved tells in what the law asks for something else than when d was signed,
// nothing when it asks for the same. An override is compared by the answer of
// the law that was overridden. Of the duties those count that set an obligation:
// one that is certain now and was never set, or one that is open and no longer
// certain.
func (a *App) moved(d casefile.Determination, joined rule.Joined, obligations []ObligationRow) []Difference {
	out := outcomeDifferences(d, joined.Answer)
	var was, is []string
	met := map[string]bool{}
	for _, o := range obligations {
		switch {
		case o.Kind != casefile.DueDuty:
		case o.State == casefile.ObligationOpen:
			was = append(was, o.Duty)
		case o.State == casefile.ObligationMet:
			met[o.Duty] = true
		}
	}
	for _, due := range certainDuties(joined.Duties) {
		if id := due.line.Duty.ID; !met[id] {
			is = append(is, id)
		}
	}
	was = slices.DeleteFunc(was, func(id string) bool { return met[id] })
	slices.Sort(was)
	slices.Sort(is)
	if !slices.Equal(was, is) {
		out = append(out, Difference{What: "duties", Recorded: strings.Join(was, ", "), Present: strings.Join(is, ", ")})
	}
	return out
}

// outcomeDifferences compares what an answer asks for with what the law asked
// for in a determination.
func outcomeDifferences(d casefile.Determination, answer rule.Answer) []Difference {
	g := outcomeOf("", answer.Result, answer.Governing, periodOf{})
	out := []Difference{}
	for _, p := range []struct{ what, was, is string }{
		{"result", d.Result, g.Result},
		{"form", d.Form, g.Form},
		{"term_days", fmt.Sprint(d.TermDays), fmt.Sprint(g.TermDays)},
		{"periodic", fmt.Sprint(d.Periodic), fmt.Sprint(g.Periodic)},
		{"first_report", fmt.Sprint(d.FirstReport), fmt.Sprint(g.FirstReport)},
	} {
		if p.was != p.is {
			out = append(out, Difference{What: p.what, Recorded: p.was, Present: p.is})
		}
	}
	return out
}

// reopenIfMoved puts a decided case back to the decision when the law asks for
// something else now. In watch, the term runs from today: the news came today.
// It tells whether it did.
func (a *App) reopenIfMoved(ctx context.Context, tx Tx, by Actor, c *casefile.Case, why string) (bool, error) {
	if c.Stage != casefile.StageReport && c.Stage != casefile.StageWatch {
		return false, nil
	}
	determinations, err := tx.Determinations(ctx, c.ID)
	if err != nil {
		return false, err
	}
	d, ok := governing(determinations)
	if !ok {
		return false, nil
	}
	m, err := matterOf(ctx, tx, *c)
	if err != nil {
		return false, err
	}
	joined, err := a.determine(m)
	if err != nil {
		return false, err
	}
	obligations, err := tx.Obligations(ctx, ListQuery{Filter: map[string]string{"case": c.ID, "kind": string(casefile.DueDuty)}, Limit: 200})
	if err != nil {
		return false, err
	}
	differences := a.moved(d, joined, obligations.Items)
	if len(differences) == 0 {
		return false, nil
	}
	from := c.AwareOn
	if c.Stage == casefile.StageWatch {
		from = a.Today()
	}
	c.Stage = casefile.StageDetermine
	tx.Record(by.entry("case.reopened", subjectCase(*c), nil, map[string]any{
		"was": d.Result, "is": joined.Answer.Result, "determination": d.ID, "differences": differences,
	}, why))
	return true, a.addDecision(ctx, tx, by, *c, from)
}
