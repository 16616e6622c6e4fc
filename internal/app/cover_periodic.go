package app

import (
	"context"

	"mimamori/internal/casefile"
	"mimamori/internal/register"
)

// coverPeriodic hands the periodic reports of cases over to the cycles of their
// product: while the cycle of the form and period is open its report stands for
// the cases too, and people are told once. A case whose cycle is gone has its own
// report to make again. onlyCase limits it to one case; "" does all.
func (a *App) coverPeriodic(ctx context.Context, tx Tx, by Actor, p register.Product, onlyCase string) error {
	all, err := periodicOf(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	for _, row := range all {
		o := row.Obligation
		if o.CaseID == "" || onlyCase != "" && o.CaseID != onlyCase {
			continue
		}
		after, action := a.covered(o, all, p)
		if action == "" {
			continue
		}
		c, err := tx.Case(ctx, o.CaseID)
		if err != nil {
			return err
		}
		if err := a.updateObligation(ctx, tx, by, c, o, after, action); err != nil {
			return err
		}
	}
	return nil
}

// covered returns the periodic report of a case as it stands beside the cycles
// of the product, and what happened to it, "" for nothing. One whose day persons
// stated otherwise than the cycle's stays the case's own.
func (a *App) covered(o casefile.Obligation, all []ObligationRow, p register.Product) (after casefile.Obligation, action string) {
	after = o
	cycle, ok := cycleOf(o, all)
	switch {
	case o.State == casefile.ObligationOpen && ok && cycle.State == casefile.ObligationOpen && (o.DueOn.IsZero() || o.DueOn == cycle.DueOn):
		after.State, after.DueOn, action = casefile.ObligationCovered, cycle.DueOn, "obligation.covered"
	case o.State == casefile.ObligationCovered && !ok:
		after.State, after.DueOn, action = casefile.ObligationOpen, periodOf{p.LicensedOn, o.AwareOn}.due(), "obligation.uncovered"
	case o.State == casefile.ObligationCovered && o.DueOn != cycle.DueOn:
		after.DueOn, action = cycle.DueOn, "obligation.covered"
	}
	after.LastOfficeDay = a.lastOfficeDay(after.DueOn)
	return after, action
}

// cycleOf returns the periodic report of the product's own cycle, open or met,
// into whose period that of a case falls.
func cycleOf(o casefile.Obligation, all []ObligationRow) (ObligationRow, bool) {
	for _, cycle := range all {
		if cycle.CaseID == "" && cycle.Form == o.Form && cycle.State != casefile.ObligationVoid &&
			inDays(o.AwareOn, cycle.PeriodFrom, cycle.PeriodTo) {
			return cycle, true
		}
	}
	return ObligationRow{}, false
}

// withCycles returns the obligations of a case with the cycle of its product in
// the place of each periodic report that is covered by it.
func withCycles(ctx context.Context, r Reader, rows []ObligationRow) ([]ObligationRow, error) {
	var all []ObligationRow
	for i, row := range rows {
		if row.State != casefile.ObligationCovered {
			continue
		}
		if all == nil {
			var err error
			if all, err = periodicOf(ctx, r, row.ProductID); err != nil {
				return nil, err
			}
		}
		if cycle, ok := cycleOf(row.Obligation, all); ok {
			rows[i] = cycle
		}
	}
	return rows, nil
}
