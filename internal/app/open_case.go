package app

import (
	"cmp"
	"context"

	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/deadline"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/intake"
	"mimamori/internal/ledger"
)

// strictestDays is the term assumed until the facts are known (CS notice 4(1)).
const strictestDays = 15

// OpenCase is what a case is opened from: an intake record, an assessment, or
// a product and a day.
type OpenCase struct {
	Title           string
	ProductID       string // "" takes the one of the intake record or assessment
	ReleaseID       string
	VulnerabilityID string
	IntakeID        string
	AssessmentID    string
	AwareOn         caldate.Date // only without an intake record: that one has the day
}

// OpenCase opens a case (事案) with a provisional determination. Until its facts
// are known the strictest term runs from the awareness date.
func (a *App) OpenCase(ctx context.Context, by Actor, in OpenCase) (casefile.Case, error) {
	if err := require(by, WorkCases); err != nil {
		return casefile.Case{}, err
	}
	var c casefile.Case
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		c = casefile.Case{
			ID: ident.New(), Title: in.Title, ProductID: in.ProductID, ReleaseID: in.ReleaseID, VulnerabilityID: in.VulnerabilityID,
			AwareOn: in.AwareOn, IntakeIDs: []string{}, Facts: []casefile.Fact{}, Stage: casefile.StageDetermine,
			Revision: 1, OpenedBy: by.Name, CreatedAt: a.now(), UpdatedAt: a.now(),
		}
		origin, err := fillCase(ctx, tx, &c, in)
		if err != nil {
			return err
		}
		if err := a.checkAware(c.AwareOn); err != nil {
			return err
		}
		if err := c.Check(); err != nil {
			return err
		}
		parents, err := checkLinks(ctx, tx, links{product: c.ProductID, release: c.ReleaseID, vulnerability: c.VulnerabilityID})
		if err != nil {
			return err
		}
		if c.Number, err = a.number(ctx, tx, "C"); err != nil {
			return err
		}
		e := by.entry("case.opened", subjectCase(c), nil, c, "")
		e.Parents = append(parents, origin...)
		tx.Record(e)
		if err := tx.AddCase(ctx, c); err != nil {
			return err
		}
		if err := a.addProvisional(ctx, tx, by, c); err != nil {
			return err
		}
		return a.beginDecision(ctx, tx, by, c)
	})
	if err != nil {
		return casefile.Case{}, err
	}
	return c, nil
}

func (a *App) checkAware(aware caldate.Date) error {
	if aware.After(a.Today()) {
		return fault.Fields("the case cannot be opened like this", []fault.Field{
			fault.At("/aware_on", "not-in-future", "awareness date %v is after today, %v: check the year and the day", aware, a.Today()),
		})
	}
	if !aware.IsZero() && aware.Before(intake.EarliestAware) {
		return fault.Fields("the case cannot be opened like this", []fault.Field{
			fault.At("/aware_on", "year", "awareness date %v is before the Act was in force, %v: check the year", aware, intake.EarliestAware),
		})
	}
	return nil
}

// fillCase takes from the intake record or the assessment what the caller left
// open, and returns them as subjects of the ledger entry.
func fillCase(ctx context.Context, r Reader, c *casefile.Case, in OpenCase) ([]ledger.Subject, error) {
	var origin []ledger.Subject
	if in.IntakeID != "" {
		record, err := r.Intake(ctx, in.IntakeID)
		if err != nil {
			return nil, err
		}
		if err := requireNoCase(ctx, r, record); err != nil {
			return nil, err
		}
		c.IntakeIDs, c.AwareOn = []string{record.ID}, record.AwareOn
		c.Title = cmp.Or(c.Title, record.Title)
		c.VulnerabilityID = cmp.Or(c.VulnerabilityID, record.VulnerabilityID)
		if c.ProductID == "" {
			c.ProductID, c.ReleaseID = record.ProductID, cmp.Or(c.ReleaseID, record.ReleaseID)
		}
		origin = append(origin, subjectIntake(record))
	}
	if in.AssessmentID != "" {
		assessment, err := r.Assessment(ctx, in.AssessmentID)
		if err != nil {
			return nil, err
		}
		c.AssessmentID = assessment.ID
		c.ProductID = cmp.Or(c.ProductID, assessment.ProductID)
		c.VulnerabilityID = cmp.Or(c.VulnerabilityID, assessment.VulnerabilityID)
		if c.AwareOn.IsZero() {
			c.AwareOn = caldate.Of(assessment.MadeAt, caldate.Tokyo)
		}
		origin = append(origin, ledger.Subject{Kind: "assessment", ID: assessment.ID})
	}
	return origin, nil
}

func requireNoCase(ctx context.Context, r Reader, record intake.Record) error {
	list, err := r.Cases(ctx, ListQuery{Filter: map[string]string{"intake": record.ID}, Limit: 1})
	if err != nil {
		return err
	}
	if len(list.Items) > 0 {
		return fault.New(fault.Conflict, "%s is in case %s already: go on there", record.Number, list.Items[0].Number)
	}
	return nil
}

// addProvisional records the provisional determination (仮の判断) with which every
// case begins: the answer of the law to the facts as they stand at its opening.
func (a *App) addProvisional(ctx context.Context, tx Tx, by Actor, c casefile.Case) error {
	s, err := a.answerNow(ctx, tx, by, c.ID)
	if err != nil {
		return err
	}
	s.d.Status = casefile.Provisional
	return s.record(ctx, tx, by, "determination.provisional")
}

// beginDecision makes the decision about a new case due. The triage of the
// intake record that it was opened from turns into it.
func (a *App) beginDecision(ctx context.Context, tx Tx, by Actor, c casefile.Case) error {
	for _, id := range c.IntakeIDs {
		before, ok, err := triageOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if !ok || before.State != casefile.ObligationOpen {
			continue
		}
		after := before
		after.Kind, after.CaseID, after.ProductID = casefile.DueDecision, c.ID, c.ProductID
		return a.updateObligation(ctx, tx, by, c, before, after, "obligation.decision")
	}
	return a.addDecision(ctx, tx, by, c, c.AwareOn)
}

// addDecision makes the decision due 15 days after the day from.
func (a *App) addDecision(ctx context.Context, tx Tx, by Actor, c casefile.Case, from caldate.Date) error {
	return a.addObligation(ctx, tx, by, c, casefile.Obligation{
		Kind: casefile.DueDecision, ProductID: c.ProductID, Items: []string{}, AwareOn: from, DueOn: dueAfter(from, strictestDays),
	})
}

// dueAfter returns the due day of a term in calendar days from the awareness day.
func dueAfter(aware caldate.Date, days int) caldate.Date {
	return termDue(days, deadline.CalendarDays, aware)
}

// termDue returns the due day of a term of the law that runs from a day.
func termDue(n int, unit deadline.Unit, from caldate.Date) caldate.Date {
	term, err := deadline.NewTerm(n, unit)
	if err != nil {
		panic(err) // the rulebook is checked when it is loaded
	}
	return term.Due(from, nil)
}

func (a *App) addObligation(ctx context.Context, tx Tx, by Actor, c casefile.Case, o casefile.Obligation) error {
	o.ID, o.CaseID, o.State, o.Revision, o.CreatedAt, o.UpdatedAt = ident.New(), c.ID, casefile.ObligationOpen, 1, a.now(), a.now()
	o.LastOfficeDay = a.lastOfficeDay(o.DueOn)
	if o.Kind == casefile.DueFirstReport || o.Kind == casefile.DueDuty && o.DueOn.IsZero() { // promptly
		o.TargetAt = a.now().Add(a.firstReportTarget(ctx, tx))
	}
	e := by.entry("obligation.added", subjectObligation(c, o), nil, o, "")
	e.Parents = []ledger.Subject{subjectCase(c)}
	tx.Record(e)
	return tx.AddObligation(ctx, o)
}
