package app

import (
	"context"
	"slices"

	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/rule"
)

// ConfirmDetermination is a person's yes to the answer of the law.
type ConfirmDetermination struct {
	Case    string
	Shown   string // digest of the answer that was on the screen
	Comment string
}

// ConfirmDetermination records the answer as the determination of the case
// (報告要否判断) and makes what it asks for due. It supersedes the one before.
func (a *App) ConfirmDetermination(ctx context.Context, by Actor, in ConfirmDetermination) (CaseView, error) {
	if err := require(by, Determine); err != nil {
		return CaseView{}, err
	}
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.Case(ctx, in.Case)
		if err != nil {
			return err
		}
		product, err := tx.Product(ctx, c.ProductID)
		if err != nil {
			return err
		}
		period := periodOf{product.LicensedOn, c.AwareOn}
		e, determined, err := a.evaluate(c.Facts, c.AwareOn, period)
		if err != nil {
			return err
		}
		if e.Answer.Digest != in.Shown {
			return fault.New(fault.Conflict, "the facts moved since the answer was shown: read it again, then confirm")
		}
		older, err := tx.Determinations(ctx, c.ID)
		if err != nil {
			return err
		}
		if c.Stage != casefile.StageDetermine && len(older) > 0 && older[0].Digest == in.Shown {
			return fault.New(fault.Conflict, "this answer is confirmed already: nothing changed since")
		}
		d, err := a.determination(by, c, determined, e.Answer, in.Comment, len(older)+1)
		if err != nil {
			return err
		}
		entry := by.entry("determination.confirmed", ledger.Subject{Kind: "determination", ID: d.ID, Name: c.Number}, nil, d, in.Comment)
		entry.Parents = []ledger.Subject{subjectCase(c), subjectProduct(product)}
		tx.Record(entry)
		if err := tx.AddDetermination(ctx, d); err != nil {
			return err
		}
		due := obligationsOf(determined.Answer, d, period)
		if err := a.replaceObligations(ctx, tx, by, c, due); err != nil {
			return err
		}
		open, err := tx.Obligations(ctx, ListQuery{Filter: map[string]string{"case": c.ID, "state": string(casefile.ObligationOpen)}, Limit: 1})
		if err != nil {
			return err
		}
		after := c
		after.Stage, after.UpdatedAt = casefile.StageReport, a.now()
		if len(open.Items) == 0 { // nothing is due, or all of it was done before
			after.Stage = casefile.StageWatch
		}
		tx.Record(by.entry("case.stage", subjectCase(c), map[string]any{"stage": c.Stage}, map[string]any{"stage": after.Stage}, ""))
		return tx.UpdateCase(ctx, after)
	})
	if err != nil {
		return CaseView{}, err
	}
	return a.Case(ctx, in.Case)
}

func (a *App) determination(by Actor, c casefile.Case, determined rule.Determination, answer AnswerView, comment string, version int) (casefile.Determination, error) {
	record, err := determined.Record()
	if err != nil {
		return casefile.Determination{}, err
	}
	d := casefile.Determination{
		ID: ident.New(), CaseID: c.ID, Version: version, AwareOn: c.AwareOn, Result: answer.Result, Items: []string{},
		Record: record, Digest: answer.Digest, Comment: comment, MadeBy: by.Name, MadeByID: by.UserID, MadeAt: a.now(), Status: casefile.Confirmed,
	}
	if g := answer.Governing; g != nil {
		d.Form, d.TermDays, d.Periodic, d.DueOn, d.FirstReport, d.Items = g.Form, g.TermDays, g.Periodic, g.Due, g.FirstReport, g.Items
	}
	return d, nil
}

// obligationsOf lists what an answer makes due: the governing report, every
// other report that is due for certain on another form, and a first report.
func obligationsOf(answer rule.Answer, d casefile.Determination, period periodOf) []casefile.Obligation {
	if answer.Governing == nil {
		return nil
	}
	var due []casefile.Obligation
	if answer.Governing.FirstReport {
		due = append(due, casefile.Obligation{Kind: casefile.DueFirstReport, Items: answer.Governing.Items})
	}
	due = append(due, reportDue(*answer.Governing, period))
	forms := map[string]bool{due[len(due)-1].Form: true}
	for _, line := range answer.Proof {
		if line.State != rule.Applies || line.Outcome.Form == "" || forms[line.Outcome.Form] {
			continue
		}
		forms[line.Outcome.Form] = true
		due = append(due, reportDue(rule.Obligation{
			Form: &line.Outcome.Form, Periodic: line.Outcome.Periodic,
			TermDays: optional(line.Outcome.TermDays), Items: []string{line.Item},
		}, period))
	}
	for i := range due {
		due[i].DeterminationID, due[i].AwareOn = d.ID, d.AwareOn
	}
	return due
}

func optional(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

func reportDue(o rule.Obligation, period periodOf) casefile.Obligation {
	out := casefile.Obligation{Kind: casefile.DueReport, Items: o.Items}
	if o.Form != nil {
		out.Form = *o.Form
	}
	switch {
	case o.Periodic:
		out.Kind, out.DueOn = casefile.DuePeriodicReport, period.due()
	case o.TermDays != nil:
		out.DueOn = dueAfter(period.aware, *o.TermDays)
	}
	return out
}

// replaceObligations brings the obligations of a case in line with a new
// determination: what it still asks for goes on, what it does not is void, the
// decision is met. A report that was made under other items does not meet the
// new ones: a further one is due, counted from the day of the news (reading
//
func (a *App) replaceObligations(ctx context.Context, tx Tx, by Actor, c casefile.Case, due []casefile.Obligation) error {
	older, err := tx.Obligations(ctx, ListQuery{Filter: map[string]string{"case": c.ID}, Limit: 200})
	if err != nil {
		return err
	}
	kept, made := map[string]bool{}, map[string]bool{}
	for _, row := range older.Items {
		o := row.Obligation
		same := -1
		for i := range due {
			if due[i].Kind == o.Kind && due[i].Form == o.Form && o.State != casefile.ObligationVoid {
				same = i
			}
		}
		switch {
		case same >= 0 && o.State == casefile.ObligationMet:
			made[o.Form+string(o.Kind)] = true
			if slices.Equal(o.Items, due[same].Items) {
				kept[o.Form+string(o.Kind)] = true
			}
		case same >= 0:
			kept[o.Form+string(o.Kind)] = true
			o.DeterminationID, o.AwareOn, o.DueOn, o.Items = due[same].DeterminationID, due[same].AwareOn, due[same].DueOn, due[same].Items
			o.LastOfficeDay = lastOfficeDay(o.DueOn)
			err = a.updateObligation(ctx, tx, by, c, row.Obligation, o, "obligation.confirmed")
		case o.State != casefile.ObligationOpen:
		case o.Kind == casefile.DueDecision:
			o.State, o.MetOn = casefile.ObligationMet, a.Today() // the proof is the determination
			err = a.updateObligation(ctx, tx, by, c, row.Obligation, o, "obligation.met")
		default:
			o.State = casefile.ObligationVoid
			err = a.updateObligation(ctx, tx, by, c, row.Obligation, o, "obligation.void")
		}
		if err != nil {
			return err
		}
	}
	for _, o := range due {
		if kept[o.Form+string(o.Kind)] {
			continue
		}
		if made[o.Form+string(o.Kind)] && o.Kind == casefile.DueReport {
			days := o.AwareOn.DaysUntil(o.DueOn)
			o.AwareOn = newsDay(c)
			o.DueOn = dueAfter(o.AwareOn, days)
		}
		if err := a.addObligation(ctx, tx, by, c, o); err != nil {
			return err
		}
	}
	return nil
}

// newsDay is the day on which the newest answer to a fact was recorded.
func newsDay(c casefile.Case) caldate.Date {
	day := c.AwareOn
	for _, f := range c.Facts {
		if on := caldate.Of(f.At, caldate.Tokyo); on.After(day) {
			day = on
		}
	}
	return day
}

func (a *App) updateObligation(ctx context.Context, tx Tx, by Actor, c casefile.Case, before, after casefile.Obligation, action string) error {
	after.UpdatedAt = a.now()
	e := by.entry(action, subjectObligation(c, after), before, after, after.Proof)
	e.Parents = []ledger.Subject{subjectCase(c)}
	tx.Record(e)
	return tx.UpdateObligation(ctx, after)
}
