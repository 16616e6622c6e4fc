package app

import (
	"context"
	"strings"

	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/ledger"
)

// MeetObligation says that something due was done, with proof.
type MeetObligation struct {
	ID         string
	MetOn      caldate.Date
	Proof      string // receipt, number or journal line that shows it
	LateReason string // 遅延理由: needed when it was done after its day
	Revision   int
}

// MeetObligation records that something due was done. A decision is met by
// confirming a determination, not here.
func (a *App) MeetObligation(ctx context.Context, by Actor, in MeetObligation) (casefile.Obligation, error) {
	if err := require(by, Determine); err != nil {
		return casefile.Obligation{}, err
	}
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		before, err := tx.Obligation(ctx, in.ID)
		if err != nil {
			return err
		}
		switch {
		case before.Kind == casefile.DueDecision:
			return fault.New(fault.Conflict, "a decision is met by confirming the determination of the case")
		case before.Kind == casefile.DueTriage:
			return fault.New(fault.Conflict, "a triage ends when a case is opened from the record, or when it is dismissed")
		case before.Duty == numbersDuty && before.Kind == casefile.DueReportFollowUp:
			return fault.New(fault.Conflict, "this ends when a person says which numbers are right, on the page of the report")
		case before.State == casefile.ObligationCovered:
			return fault.New(fault.Conflict, "the periodic report of the product stands for this case: it is met there")
		case before.State != casefile.ObligationOpen:
			return fault.New(fault.Conflict, "this obligation is %s already", before.State)
		}
		if err := requireNotWritten(ctx, tx, before.ID); err != nil {
			return err
		}
		if err := a.checkMet(before, in); err != nil {
			return err
		}
		return a.meet(ctx, tx, by, before, in)
	})
	if err != nil {
		return casefile.Obligation{}, err
	}
	return a.Store.Obligation(ctx, in.ID)
}

// requireNotWritten holds what a report is written for here to the record of its
// submission: due stops with what was sent.
func requireNotWritten(ctx context.Context, r Reader, obligationID string) error {
	rows, err := r.Obligations(ctx, ListQuery{Filter: map[string]string{"id": obligationID}, Limit: 1})
	if err != nil || len(rows.Items) == 0 || rows.Items[0].ReportID == "" {
		return err
	}
	w, err := r.Report(ctx, rows.Items[0].ReportID)
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "the report %s is written for this: record there how it was sent", w.Number)
}

// meet stores that something due was done, and moves its case to watch when it
// was the last.
func (a *App) meet(ctx context.Context, tx Tx, by Actor, before casefile.Obligation, in MeetObligation) error {
	after := before
	after.State, after.MetOn, after.Proof = casefile.ObligationMet, in.MetOn, in.Proof
	if isLate(before, in.MetOn) {
		after.LateReason = strings.TrimSpace(in.LateReason)
	}
	after.Revision, after.UpdatedAt = in.Revision, a.now()
	about, name, err := aboutObligation(ctx, tx, before)
	if err != nil {
		return err
	}
	e := by.entry("obligation.met", ledger.Subject{Kind: "obligation", ID: after.ID, Name: strings.TrimSpace(name + " " + after.Form)}, before, after, in.Proof)
	e.Parents = about
	tx.Record(e)
	if err := tx.UpdateObligation(ctx, after); err != nil {
		return err
	}
	if before.CaseID == "" {
		return nil
	}
	c, err := tx.Case(ctx, before.CaseID)
	if err != nil {
		return err
	}
	return a.watchWhenDone(ctx, tx, by, c, after.ID)
}

// isLate tells whether something done on a day came after its statutory day.
// Where the law says promptly there is no such day.
func isLate(o casefile.Obligation, metOn caldate.Date) bool {
	return !o.DueOn.IsZero() && metOn.After(o.DueOn)
}

func (a *App) checkMet(o casefile.Obligation, in MeetObligation) error {
	var c fault.Checker
	c.Require("/proof", in.Proof, "proof (receipt, number or fax journal)")
	switch {
	case in.MetOn.IsZero():
		c.Add("/met_on", "required", "say on which day it was done")
	case in.MetOn.After(a.Today()):
		c.Add("/met_on", "not-in-future", "%v is after today: check the day", in.MetOn)
	case in.MetOn.Before(o.AwareOn):
		c.Add("/met_on", "after-awareness", "%v is before the awareness date %v: check the day", in.MetOn, o.AwareOn)
	}
	if isLate(o, in.MetOn) {
		addReason(&c, "/late_reason", in.LateReason)
	}
	return c.Err("it cannot be recorded like this")
}

// watchWhenDone moves a case to watch when nothing but periodic reports is open.
func (a *App) watchWhenDone(ctx context.Context, tx Tx, by Actor, c casefile.Case, justMet string) error {
	open, err := tx.Obligations(ctx, ListQuery{Filter: map[string]string{"case": c.ID, "state": string(casefile.ObligationOpen)}, Limit: 200})
	if err != nil {
		return err
	}
	for _, o := range open.Items {
		if o.ID != justMet && o.Kind != casefile.DuePeriodicReport {
			return nil
		}
	}
	if c.Stage == casefile.StageWatch {
		return nil
	}
	after := c
	after.Stage, after.UpdatedAt = casefile.StageWatch, a.now()
	tx.Record(by.entry("case.watched", subjectCase(c), c, after, ""))
	return tx.UpdateCase(ctx, after)
}

func subjectCase(c casefile.Case) ledger.Subject {
	return ledger.Subject{Kind: "case", ID: c.ID, Name: c.Number}
}

func subjectObligation(c casefile.Case, o casefile.Obligation) ledger.Subject {
	return ledger.Subject{Kind: "obligation", ID: o.ID, Name: strings.TrimSpace(c.Number + " " + o.Form)}
}
