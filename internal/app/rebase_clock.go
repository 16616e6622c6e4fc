package app

import (
	"context"
	"strings"

	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/intake"
	"mimamori/internal/ledger"
)

// RebaseClock bases the clock of an obligation on another awareness day.
type RebaseClock struct {
	ID       string
	AwareOn  caldate.Date
	Reason   string
	Password string
	Revision int
}

// RebaseClock moves the due day of an obligation with its awareness day, by the
// same term. The reason is signed, and the days before stay visible. A periodic
// report runs from the approval of the product and has no such clock.
func (a *App) RebaseClock(ctx context.Context, by Actor, in RebaseClock) (casefile.Obligation, error) {
	if err := require(by, Determine); err != nil {
		return casefile.Obligation{}, err
	}
	var check fault.Checker
	if err := a.reauthenticate(ctx, &check, by, in.Password); err != nil {
		return casefile.Obligation{}, err
	}
	o, err := a.Store.Obligation(ctx, in.ID)
	if err != nil {
		return o, err
	}
	a.checkRebase(&check, o, in.AwareOn)
	addReason(&check, "/reason", in.Reason)
	if err := check.Err("the clock cannot be based on that day"); err != nil {
		return o, err
	}
	err = a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		before, err := tx.Obligation(ctx, in.ID)
		if err != nil {
			return err
		}
		if err := canRebase(before); err != nil {
			return err
		}
		about, name, err := aboutObligation(ctx, tx, before)
		if err != nil {
			return err
		}
		after := before
		after.AwareOn, after.DueOn = in.AwareOn, a.sameTerm(before, in.AwareOn)
		after.LastOfficeDay = a.lastOfficeDay(after.DueOn)
		after.Revision, after.UpdatedAt = in.Revision, a.now()
		change := ClockChange{
			ID: ident.New(), ObligationID: before.ID, FromAwareOn: before.AwareOn, FromDueOn: before.DueOn,
			ToAwareOn: after.AwareOn, ToDueOn: after.DueOn, Reason: strings.TrimSpace(in.Reason), By: by.Name, At: a.now(),
		}
		subject := ledger.Subject{Kind: "obligation", ID: after.ID, Name: strings.TrimSpace(name + " " + after.Form)}
		e := by.entry("obligation.rebased", subject, before, after, change.Reason)
		e.Parents = about
		tx.Record(e)
		if err := tx.UpdateObligation(ctx, after); err != nil {
			return err
		}
		if err := tx.AddClockChange(ctx, change); err != nil {
			return err
		}
		signature := Signature{Kind: signedClockChange, Subject: change.ID, Digest: digestOf(asJSON(change)), Meaning: meansRebased}
		return a.sign(ctx, tx, by, signature, append([]ledger.Subject{subject}, about...)...)
	})
	if err != nil {
		return casefile.Obligation{}, err
	}
	return a.Store.Obligation(ctx, in.ID)
}

func (a *App) checkRebase(c *fault.Checker, o casefile.Obligation, aware caldate.Date) {
	switch {
	case aware.IsZero():
		c.Add("/aware_on", "required", "say from which day the term runs")
	case aware.After(a.Today()):
		c.Add("/aware_on", "not-in-future", "%v is after today: check the day", aware)
	case aware.Before(intake.EarliestAware):
		c.Add("/aware_on", "year", "awareness date %v is before the Act was in force, %v: check the year", aware, intake.EarliestAware)
	case aware == o.AwareOn:
		c.Add("/aware_on", "fits", "the clock runs from %v already: give the other day", aware)
	}
}

func canRebase(o casefile.Obligation) error {
	switch {
	case o.State != casefile.ObligationOpen:
		return fault.New(fault.Conflict, "this obligation is %s already", o.State)
	case o.Kind == casefile.DuePeriodicReport || !o.PeriodTo.IsZero():
		return fault.New(fault.Conflict, "a periodic report is counted from the approval of the product, not from an awareness date: correct the approval date")
	case o.DueOn.IsZero():
		return fault.New(fault.Conflict, "the law sets no number of days here, so there is no clock to base on another day")
	}
	return nil
}

// aboutObligation returns the records that an obligation hangs on, and the name
// of the first.
func aboutObligation(ctx context.Context, r Reader, o casefile.Obligation) ([]ledger.Subject, string, error) {
	var about []ledger.Subject
	if o.CaseID != "" {
		c, err := r.Case(ctx, o.CaseID)
		if err != nil {
			return nil, "", err
		}
		about = append(about, subjectCase(c))
	}
	if o.IntakeID != "" {
		record, err := r.Intake(ctx, o.IntakeID)
		if err != nil {
			return nil, "", err
		}
		about = append(about, subjectIntake(record))
	}
	if len(about) == 0 && o.ProductID != "" {
		p, err := r.Product(ctx, o.ProductID)
		if err != nil {
			return nil, "", err
		}
		about = append(about, subjectProduct(p))
	}
	if len(about) == 0 {
		return nil, "", fault.New(fault.Internal, "obligation %s hangs on nothing", o.ID)
	}
	return about, about[0].Name, nil
}
