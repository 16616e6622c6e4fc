package app

import (
	"context"
	"errors"
	"slices"
	"strings"

	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/deadline"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
	"mimamori/internal/rule"
)

// OpenPeriods opens what is due at the end of the periods of the periodic
// reports (様式第11, 第12) of every product, and its other duties. It can run as
// often as it likes: what is open or met already is left alone. A product that
// fails does not keep the others from theirs.
func (a *App) OpenPeriods(ctx context.Context) error {
	var failed error
	err := eachProduct(ctx, a.Store, func(p register.Product) error {
		failed = errors.Join(failed, a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
			return a.syncProduct(ctx, tx, System, p.ID)
		}))
		return nil
	})
	return errors.Join(failed, err)
}

// eachProduct calls fn for every product until it fails.
func eachProduct(ctx context.Context, r Reader, fn func(p register.Product) error) error {
	const atOnce = 200
	for last := ""; ; {
		list, err := r.ProductsAfter(ctx, last, atOnce)
		if err != nil {
			return err
		}
		for _, p := range list {
			if err := fn(p); err != nil {
				return err
			}
			last = p.ID
		}
		if len(list) < atOnce {
			return nil
		}
	}
}

// cycle is a periodic report that a product brings with it.
type cycle struct{ duty, form, rule string }

// syncPeriods brings the open periodic reports of a product in line with what
// the register and the rulebooks say today.
//
//   - A report that is possible only is due like one that is certain: not
//     knowing whether a device is designated buys no time. It is void as soon as
//     the register says otherwise.
//   - The running period is open from its first day on; it presses only near
//     its due day.
//   - Periods that began while the program stood still are opened, too.
//   - Of the periods before the first, the last one is opened, when its report was not
//     late already on the day on which the product was registered here: of what
//     came earlier nothing is known, it was reported elsewhere or is to be looked
//     at by a person.
//   - Open ones follow a change of the day of approval: their period is the one
//     in which their old last day lies.
func (a *App) syncPeriods(ctx context.Context, tx Tx, by Actor, p register.Product, cycles []cycle) error {
	kept, err := periodicOf(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	has, newest := map[string]bool{}, map[string]caldate.Date{}
	key := func(duty string, from caldate.Date) string { return duty + " " + from.String() }
	for _, row := range kept {
		o := row.Obligation
		if o.CaseID != "" || o.State == casefile.ObligationVoid {
			continue
		}
		if o.State == casefile.ObligationOpen {
			taken := func(from caldate.Date) bool { return has[key(o.Duty, from)] }
			if o, err = a.followRegister(ctx, tx, by, p, cycles, o, taken); err != nil {
				return err
			}
		}
		if o.State != casefile.ObligationVoid {
			has[key(o.Duty, o.PeriodFrom)] = true
			if o.PeriodTo.After(newest[o.Duty]) {
				newest[o.Duty] = o.PeriodTo
			}
		}
	}
	for _, c := range cycles {
		for _, period := range a.periodsOf(p, newest[c.duty]) {
			if has[key(c.duty, period.Start)] {
				continue
			}
			if err := a.addPeriod(ctx, tx, by, p, c, period); err != nil {
				return err
			}
		}
	}
	return nil
}

// cyclesOf returns the periodic reports that the answers about a product ask
// for, for certain or possibly.
func cyclesOf(answers []rule.DutyAnswer) []cycle {
	var out []cycle
	for _, answer := range answers {
		for _, line := range answer.Duties {
			if line.Duty.Clock.YearlyWithinMonths > 0 {
				out = append(out, cycle{line.Duty.ID, line.Duty.Form, line.Rules[0]})
			}
		}
	}
	return out
}

// periodsOf returns the periods whose reports are opened, oldest first: the
// running one, the one before unless its report was late when the product was
// registered, and those between the newest that was opened and the running one,
// which began while the program stood still. newest is the last day of that one,
// zero when none was opened.
func (a *App) periodsOf(p register.Product, newest caldate.Date) []deadline.Period {
	running, err := deadline.PeriodOf(p.LicensedOn, a.Today())
	if err != nil {
		return nil // no day of approval, or one to come; the page of the product says so
	}
	periods := []deadline.Period{running}
	registered := caldate.Of(p.CreatedAt, caldate.Tokyo)
	for {
		before, err := deadline.PeriodOf(p.LicensedOn, periods[0].Start.AddDays(-1))
		first := len(periods) == 1 && !before.Due.Before(registered)
		missed := !newest.IsZero() && before.Start.After(newest)
		if err != nil || !first && !missed {
			return periods
		}
		periods = append([]deadline.Period{before}, periods...)
	}
}

// followRegister makes an open periodic report void that the law does not ask
// for any more, and bases one on its new period when the day of approval was
// changed.
func (a *App) followRegister(ctx context.Context, tx Tx, by Actor, p register.Product, cycles []cycle, o casefile.Obligation, taken func(caldate.Date) bool) (casefile.Obligation, error) {
	after := o
	asked := slices.ContainsFunc(cycles, func(c cycle) bool { return c.duty == o.Duty })
	if asked && p.LicensedOn.IsZero() {
		return o, nil // the day is missing, nothing says that the old one was wrong
	}
	period, err := deadline.PeriodOf(p.LicensedOn, o.PeriodTo)
	switch {
	case !asked || err != nil || taken(period.Start):
		after.State = casefile.ObligationVoid
	case period.Start == o.PeriodFrom && period.End == o.PeriodTo:
		return o, nil
	default:
		after = a.inPeriod(o, period)
		change := ClockChange{
			ID: ident.New(), ObligationID: o.ID, FromAwareOn: o.AwareOn, FromDueOn: o.DueOn, ToAwareOn: after.AwareOn, ToDueOn: after.DueOn,
			Reason: "承認等の年月日の変更：" + p.LicensedOn.String(), By: by.Name, At: a.now(),
		}
		if err := tx.AddClockChange(ctx, change); err != nil {
			return o, err
		}
	}
	after.UpdatedAt = a.now()
	action := "obligation.rebased"
	if after.State == casefile.ObligationVoid {
		action = "obligation.void"
	}
	a.recordPeriod(tx, by, action, p, o, after)
	if err := tx.UpdateObligation(ctx, after); err != nil {
		return o, err
	}
	after.Revision++
	return after, nil
}

func (a *App) addPeriod(ctx context.Context, tx Tx, by Actor, p register.Product, c cycle, period deadline.Period) error {
	o := a.inPeriod(casefile.Obligation{
		ID: ident.New(), ProductID: p.ID, Kind: casefile.DuePeriodicReport, Form: c.form, Items: []string{}, Duty: c.duty, Rule: c.rule,
		State: casefile.ObligationOpen, Revision: 1, CreatedAt: a.now(), UpdatedAt: a.now(),
	}, period)
	a.recordPeriod(tx, by, "obligation.added", p, nil, o)
	return tx.AddObligation(ctx, o)
}

// inPeriod bases a periodic report on a period; its clock starts with the last
// day of the period.
func (a *App) inPeriod(o casefile.Obligation, period deadline.Period) casefile.Obligation {
	o.PeriodFrom, o.PeriodTo, o.AwareOn, o.DueOn = period.Start, period.End, period.End, period.Due
	o.LastOfficeDay = a.lastOfficeDay(o.DueOn)
	return o
}

func (a *App) recordPeriod(tx Tx, by Actor, action string, p register.Product, before any, after casefile.Obligation) {
	e := by.entry(action, ledger.Subject{Kind: "obligation", ID: after.ID, Name: strings.TrimSpace(p.BrandName + " " + after.Form)}, before, after, "")
	e.Parents = []ledger.Subject{subjectProduct(p)}
	tx.Record(e)
}

// periodicOf returns every periodic report of a product, of its cycles and of
// its cases, by period.
func periodicOf(ctx context.Context, r Reader, productID string) ([]ObligationRow, error) {
	var all []ObligationRow
	q := ListQuery{Filter: map[string]string{"product": productID, "kind": string(casefile.DuePeriodicReport)}, Limit: 200}
	for {
		list, err := r.Obligations(ctx, q)
		if err != nil {
			return nil, err
		}
		all = append(all, list.Items...)
		if q.Cursor = list.Next; q.Cursor == "" {
			break
		}
	}
	slices.SortStableFunc(all, func(x, y ObligationRow) int { return x.PeriodFrom.Compare(y.PeriodFrom) })
	return all, nil
}
