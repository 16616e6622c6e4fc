package app

import (
	"context"
	"errors"
	"fmt"

	"mimamori/internal/casefile"
	"mimamori/internal/rule"
)

// decidedAtOnce is how many decided cases are read in one go.
const decidedAtOnce = 500

// Reevaluate asks the law again about every decided case and opens those again
// in which it asks for something else now, for example since a rulebook was
// corrected. It returns how many cases it opened again. A case that fails does
// not keep the others from theirs.
func (a *App) Reevaluate(ctx context.Context) (reopened int, err error) {
	duties, err := a.dutyObligations(ctx)
	if err != nil {
		return 0, err
	}
	var failed error
	for after := ""; ; {
		cases, err := a.Store.DecidedCases(ctx, after, decidedAtOnce)
		if err != nil || len(cases) == 0 {
			return reopened, errors.Join(failed, err)
		}
		for _, decided := range cases {
			did, err := a.reopenDecided(ctx, decided, duties[decided.Case.ID])
			if err != nil {
				failed = errors.Join(failed, fmt.Errorf("case %s: %w", decided.Case.Number, err))
			}
			if did {
				reopened++
			}
		}
		if ctx.Err() != nil {
			return reopened, failed
		}
		after = cases[len(cases)-1].Case.ID
	}
}

// reopenDecided opens a decided case again when the law asks for something else
// now. What the notice concludes stands beside the answer and cannot change it.
func (a *App) reopenDecided(ctx context.Context, decided DecidedCase, duties []ObligationRow) (bool, error) {
	joined, err := a.asksFor(decided.Case)
	if err != nil || len(a.moved(decided.Determination, joined, duties)) == 0 {
		return false, err
	}
	return a.reopen(ctx, decided.Case.ID)
}

// asksFor is what the law asks for in a case, without a record.
func (a *App) asksFor(c casefile.Case) (rule.Joined, error) {
	return a.determine(matter{facts: c.Facts, aware: c.AwareOn})
}

// reopen opens a case again unless it moved on meanwhile.
func (a *App) reopen(ctx context.Context, caseID string) (reopened bool, err error) {
	err = a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.Case(ctx, caseID)
		if err != nil {
			return err
		}
		reopened, err = a.reopenIfMoved(ctx, tx, System, &c, "the law was asked again")
		if err != nil || !reopened {
			return err
		}
		c.UpdatedAt = a.now()
		return tx.UpdateCase(ctx, c)
	})
	return reopened, err
}

// dutyObligations returns the obligations of duties by case.
func (a *App) dutyObligations(ctx context.Context) (map[string][]ObligationRow, error) {
	out := map[string][]ObligationRow{}
	q := ListQuery{Filter: map[string]string{"kind": string(casefile.DueDuty)}, Limit: 200}
	for {
		page, err := a.Store.Obligations(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, o := range page.Items {
			out[o.CaseID] = append(out[o.CaseID], o)
		}
		if page.Next == "" {
			return out, nil
		}
		q.Cursor = page.Next
	}
}
