package app

import (
	"context"
	"slices"

	"mimamori/internal/casefile"
	"mimamori/internal/ident"
	"mimamori/internal/rule"
)

// syncProduct brings what is due for a product in line with what the register
// and the rulebooks say today: the periodic reports, and the other duties.
func (a *App) syncProduct(ctx context.Context, tx Tx, by Actor, productID string) error {
	p, err := tx.ProductUnits(ctx, productID)
	if err != nil {
		return err
	}
	_, answers, err := a.productAnswers(p)
	if err != nil {
		return err
	}
	if err := a.syncPeriods(ctx, tx, by, p.Product, cyclesOf(answers)); err != nil {
		return err
	}
	if err := a.coverPeriodic(ctx, tx, by, p.Product, ""); err != nil {
		return err
	}
	return a.syncDuties(ctx, tx, by, p, certainDuties(answers))
}

// syncDuties opens each certain duty of a product with a clock once, and makes
// void what is open and not certain any more.
func (a *App) syncDuties(ctx context.Context, tx Tx, by Actor, p ProductUnits, certain []certainDuty) error {
	older, err := productDuties(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	has := map[string]bool{}
	for _, row := range older {
		asked := slices.ContainsFunc(certain, func(d certainDuty) bool { return d.line.Duty.ID == row.Duty })
		switch {
		case row.State == casefile.ObligationMet, row.State == casefile.ObligationOpen && asked:
			has[row.Duty] = true
		case row.State == casefile.ObligationOpen:
			after := row.Obligation
			after.State, after.UpdatedAt = casefile.ObligationVoid, a.now()
			a.recordPeriod(tx, by, "obligation.void", p.Product, row.Obligation, after)
			if err := tx.UpdateObligation(ctx, after); err != nil {
				return err
			}
		}
	}
	for _, duty := range certain {
		if has[duty.line.Duty.ID] {
			continue
		}
		o := a.productDue(ctx, tx, p, duty)
		a.recordPeriod(tx, by, "obligation.added", p.Product, nil, o)
		if err := tx.AddObligation(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

// productDue is the obligation of a duty of a product. Its clock starts on the
// day of approval, or on the day on which the register first said that there is
// the duty.
func (a *App) productDue(ctx context.Context, r Reader, p ProductUnits, duty certainDuty) casefile.Obligation {
	o := casefile.Obligation{
		ID: ident.New(), ProductID: p.ID, Kind: casefile.DueDuty, Form: duty.line.Duty.Form, Items: []string{}, Duty: duty.line.Duty.ID, Rulebook: duty.book.ID,
		Rule: duty.rules()[0], AwareOn: a.Today(), State: casefile.ObligationOpen, Revision: 1, CreatedAt: a.now(), UpdatedAt: a.now(),
	}
	if duty.line.Duty.From == rule.FromApproval && !p.LicensedOn.IsZero() {
		o.AwareOn = p.LicensedOn
	}
	o.DueOn = clockDue(duty.line.Duty.Clock, o.AwareOn)
	o.LastOfficeDay = a.lastOfficeDay(o.DueOn)
	if o.DueOn.IsZero() {
		o.TargetAt = a.now().Add(a.firstReportTarget(ctx, r))
	}
	return o
}

// productDuties returns the duties of a product that hang on no case, open ones
// first.
func productDuties(ctx context.Context, r Reader, productID string) ([]ObligationRow, error) {
	var own []ObligationRow
	q := ListQuery{Filter: map[string]string{"product": productID, "kind": string(casefile.DueDuty)}, Limit: 200}
	for {
		list, err := r.Obligations(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, o := range list.Items {
			if o.CaseID == "" {
				own = append(own, o)
			}
		}
		if q.Cursor = list.Next; q.Cursor == "" {
			return own, nil
		}
	}
}
