package app

import (
	"context"
	"slices"
	"strings"

	"mimamori/internal/casefile"
	"mimamori/internal/fault"
)

// AnswerFact says which values of a fact are still possible. None, or all,
// means that it is unknown.
type AnswerFact struct {
	Case, Fact string
	Possible   []string
	Evidence   string
	Revision   int
}

// AnswerFact records what is known of a fact. When that changes the answer of
// a case that was decided, the case is opened again.
func (a *App) AnswerFact(ctx context.Context, by Actor, in AnswerFact) (CaseView, error) {
	fact := casefile.Fact{Name: in.Fact, Possible: in.Possible, Evidence: strings.TrimSpace(in.Evidence), By: by.Name, At: a.now()}
	return a.changeFacts(ctx, by, in.Case, in.Revision, []casefile.Fact{fact})
}

// AcceptSuggestions takes over every answer that the records of the case
// propose for facts that are still open.
func (a *App) AcceptSuggestions(ctx context.Context, by Actor, caseID string, revision int) (CaseView, error) {
	view, err := a.Case(ctx, caseID)
	if err != nil {
		return CaseView{}, err
	}
	var facts []casefile.Fact
	for _, f := range view.Facts {
		if f.Suggested != nil {
			facts = append(facts, casefile.Fact{Name: f.Name, Possible: f.Suggested.Possible, Evidence: f.Suggested.Why.Ja, By: by.Name, At: a.now()})
		}
	}
	if len(facts) == 0 {
		return view, nil
	}
	return a.changeFacts(ctx, by, caseID, revision, facts)
}

func (a *App) changeFacts(ctx context.Context, by Actor, caseID string, revision int, facts []casefile.Fact) (CaseView, error) {
	if err := require(by, WorkCases); err != nil {
		return CaseView{}, err
	}
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		before, err := tx.Case(ctx, caseID)
		if err != nil {
			return err
		}
		after := before
		after.Revision, after.UpdatedAt = revision, a.now()
		for _, f := range facts {
			if after.Facts, err = a.withFact(after.Facts, f); err != nil {
				return err
			}
			now := slices.IndexFunc(after.Facts, func(o casefile.Fact) bool { return o.Name == f.Name })
			was := slices.IndexFunc(before.Facts, func(o casefile.Fact) bool { return o.Name == f.Name })
			tx.Record(by.entry("case.fact", subjectCase(after), factAt(before.Facts, was), factAt(after.Facts, now), f.Evidence))
		}
		if _, err := a.reopenIfMoved(ctx, tx, by, &after, ""); err != nil {
			return err
		}
		return tx.UpdateCase(ctx, after)
	})
	if err != nil {
		return CaseView{}, err
	}
	return a.Case(ctx, caseID)
}

func factAt(facts []casefile.Fact, i int) any {
	if i < 0 {
		return nil
	}
	return facts[i]
}

// withFact returns facts with the answer f, in the values' own order; an
// answer that leaves everything possible clears the fact.
func (a *App) withFact(facts []casefile.Fact, f casefile.Fact) ([]casefile.Fact, error) {
	known := a.Law.Fact(f.Name)
	if known == nil {
		return nil, fault.New(fault.Invalid, "the rulebook asks for no fact %q", f.Name)
	}
	possible := []string{}
	for _, v := range known.Values {
		if slices.Contains(f.Possible, v.ID) {
			possible = append(possible, v.ID)
		}
	}
	for _, p := range f.Possible {
		if !slices.Contains(possible, p) {
			return nil, fault.Fields("the fact cannot be answered like this", []fault.Field{
				fault.At("/possible", "value", "%s has no value %q", f.Name, p),
			})
		}
	}
	if len(possible) == 0 || (len(possible) == len(known.Values) && f.Evidence == "") {
		return casefile.ClearFact(facts, f.Name), nil
	}
	f.Possible = possible
	return casefile.SetFact(facts, f), nil
}
