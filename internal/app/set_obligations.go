package app

import (
	"context"
	"slices"

	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/deadline"
	"mimamori/internal/ledger"
	"mimamori/internal/rule"
)

// obligationsOf lists what a signed determination makes due: what the law, or
// the override, asks to report, and the duties that there are for certain.
func (a *App) obligationsOf(joined rule.Joined, d casefile.Determination, m matter) []casefile.Obligation {
	due := reportsOf(joined.Answer, m.period())
	if d.Override != nil {
		due = overrideDue(d)
	}
	for i := range due {
		due[i].AwareOn = d.AwareOn
	}
	for _, duty := range certainDuties(joined.Duties) {
		due = append(due, a.dutyDue(duty, m))
	}
	for i := range due {
		due[i].DeterminationID, due[i].ProductID = d.ID, m.product.ID
	}
	return due
}

// reportsOf lists the reports that an answer makes due: the governing one,
// every other one that is due for certain on another form, and a first report.
func reportsOf(answer rule.Answer, period periodOf) []casefile.Obligation {
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

// overrideDue lists what persons made due instead of what the law asks for. On
// the form of the law's answer it stands for the same legal items.
func overrideDue(d casefile.Determination) []casefile.Obligation {
	if d.Override.Result != string(rule.Report) {
		return nil
	}
	items := []string{}
	if d.Form == d.Override.Form {
		items = d.Items
	}
	report := casefile.Obligation{Kind: casefile.DueReport, Form: d.Override.Form, Items: items, DueOn: d.Override.DueOn}
	if periodicForm(d.Override.Form) {
		report.Kind = casefile.DuePeriodicReport
	}
	due := []casefile.Obligation{report}
	if d.Override.FirstReport {
		due = append(due, casefile.Obligation{Kind: casefile.DueFirstReport, Items: items})
	}
	return due
}

// periodicForm tells whether a form is one of the periodic reports (様式第11, 12).
func periodicForm(form string) bool { return form == "form11" || form == "form12" }

// certainDuty is a duty that there is in every possible world.
type certainDuty struct {
	line  rule.DutyLine
	book  rule.Ref
	proof []rule.ProofLine
}

// certainDuties lists the duties that set an obligation: those that there are
// for certain and that can be done with. A standing duty is shown only, and a
// yearly one is opened for the product, period by period.
func certainDuties(answers []rule.DutyAnswer) []certainDuty {
	var out []certainDuty
	for _, answer := range answers {
		for _, line := range answer.Duties {
			if clock := line.Duty.Clock; line.State == rule.Applies && !clock.Continuing && clock.YearlyWithinMonths == 0 {
				out = append(out, certainDuty{line, answer.Rulebook, answer.Proof})
			}
		}
	}
	return out
}

// dutyDue is the obligation of a duty.
func (a *App) dutyDue(duty certainDuty, m matter) casefile.Obligation {
	rules := duty.rules()
	o := casefile.Obligation{Kind: casefile.DueDuty, Form: duty.line.Duty.Form, Items: []string{}, Duty: duty.line.Duty.ID, Rulebook: duty.book.ID, AwareOn: m.aware}
	if len(rules) > 0 {
		o.Rule = rules[0]
	}
	if duty.line.Duty.From == rule.FromAnswered {
		o.AwareOn = a.answeredOn(duty.book, rules, m)
	}
	o.DueOn = clockDue(duty.line.Duty.Clock, o.AwareOn)
	return o
}

// rules returns the rules that ask for the duty: those that apply in every
// world, else all that may.
func (d certainDuty) rules() []string {
	applying := slices.DeleteFunc(slices.Clone(d.line.Rules), func(id string) bool {
		return !slices.ContainsFunc(d.proof, func(l rule.ProofLine) bool { return l.Rule == id && l.State == rule.Applies })
	})
	if len(applying) > 0 {
		return applying
	}
	return d.line.Rules
}

// clockDue returns the day on which a clock that starts on from runs out, zero
// where the text sets no number of days.
func clockDue(c rule.Clock, from caldate.Date) caldate.Date {
	switch {
	case c.Days > 0:
		return dueAfter(from, c.Days)
	case c.Months > 0:
		return termDue(c.Months, deadline.Months, from)
	}
	return caldate.Date{}
}

// answeredOn is the day of the newest answer among the facts that a rule names,
// the earliest such day of several rules: a second reason never buys time.
func (a *App) answeredOn(book rule.Ref, rules []string, m matter) caldate.Date {
	i := slices.IndexFunc(a.Law.CaseDuties, func(b *rule.DutyRulebook) bool { return b.Ref() == book })
	if i < 0 {
		return m.aware
	}
	var day caldate.Date
	for _, r := range a.Law.CaseDuties[i].Rules() {
		if !slices.Contains(rules, r.ID) {
			continue
		}
		newest := m.aware
		for _, f := range m.facts {
			if on := caldate.Of(f.At, caldate.Tokyo); namesFact(r, f.Name) && on.After(newest) {
				newest = on
			}
		}
		if day.IsZero() || newest.Before(day) {
			day = newest
		}
	}
	if day.IsZero() {
		return m.aware
	}
	return day
}

// namesFact tells whether the conditions of a rule name the fact.
func namesFact(r rule.Rule, fact string) bool {
	if _, ok := r.When[fact]; ok {
		return true
	}
	return slices.ContainsFunc(r.Any, func(c rule.Condition) bool { _, ok := c[fact]; return ok })
}

// dueKey tells obligations apart: of each there is one for a case at a time.
type dueKey struct {
	kind       casefile.ObligationKind
	form, duty string
}

func keyOf(o casefile.Obligation) dueKey { return dueKey{o.Kind, o.Form, o.Duty} }

// replaceObligations brings the obligations of a case in line with a new
// determination: what it still asks for goes on, what it does not is void, the
// decision is met. A report that was made under other items does not meet the
// new ones: a further one is due, counted from the day of the news (reading
// A clock that persons based on another day keeps that day. Days that
// persons stated, in an override, stand as they are.
func (a *App) replaceObligations(ctx context.Context, tx Tx, by Actor, c casefile.Case, due []casefile.Obligation, stated bool) error {
	older, err := tx.Obligations(ctx, ListQuery{Filter: map[string]string{"case": c.ID}, Limit: 200})
	if err != nil {
		return err
	}
	rebased := map[string]caldate.Date{}
	if !stated {
		if rebased, err = rebasedDays(ctx, tx, older.Items); err != nil {
			return err
		}
	}
	kept, made := map[dueKey]bool{}, map[dueKey]bool{}
	for _, row := range older.Items {
		o, key := row.Obligation, keyOf(row.Obligation)
		same := -1
		if o.State != casefile.ObligationVoid {
			same = slices.IndexFunc(due, func(d casefile.Obligation) bool { return keyOf(d) == key })
		}
		switch {
		case same >= 0 && o.State == casefile.ObligationMet:
			made[key] = true
			if slices.Equal(o.Items, due[same].Items) {
				kept[key] = true
			}
		case same >= 0:
			kept[key] = true
			err = a.updateObligation(ctx, tx, by, c, row.Obligation, a.goesOn(o, due[same], rebased[o.ID]), "obligation.confirmed")
		case o.State != casefile.ObligationOpen && o.State != casefile.ObligationCovered:
		case o.Kind == casefile.DueReportFollowUp: // promised to the authority, whatever the law asks for now
		case o.Kind == casefile.DueDecision:
			o.State, o.MetOn = casefile.ObligationMet, a.Today() // the proof is the determination
			err = a.updateObligation(ctx, tx, by, c, row.Obligation, o, "obligation.met")
		case setByDetermination(o.Kind):
			o.State = casefile.ObligationVoid
			err = a.updateObligation(ctx, tx, by, c, row.Obligation, o, "obligation.void")
		}
		if err != nil {
			return err
		}
	}
	for _, o := range due {
		if kept[keyOf(o)] {
			continue
		}
		if made[keyOf(o)] && o.Kind == casefile.DueReport && !stated {
			news := newsDay(c)
			o.AwareOn, o.DueOn = news, news.AddDays(o.AwareOn.DaysUntil(o.DueOn))
		}
		if err := a.addObligation(ctx, tx, by, c, o); err != nil {
			return err
		}
	}
	return nil
}

// setByDetermination tells whether a determination sets obligations of a kind,
// so that the next one can take them back.
func setByDetermination(kind casefile.ObligationKind) bool {
	return slices.Contains([]casefile.ObligationKind{casefile.DueFirstReport, casefile.DueReport, casefile.DuePeriodicReport, casefile.DueDuty}, kind)
}

// goesOn is an open obligation that a new determination asks for, too.
func (a *App) goesOn(o, due casefile.Obligation, rebased caldate.Date) casefile.Obligation {
	o.DeterminationID, o.ProductID, o.Items, o.Rulebook, o.Rule = due.DeterminationID, due.ProductID, due.Items, due.Rulebook, due.Rule
	before := o.DueOn
	switch {
	case !rebased.IsZero():
		o.DueOn = a.sameTerm(due, rebased)
	case o.Kind == casefile.DueDuty && !due.AwareOn.Before(o.AwareOn): // answered again: the clock runs since the first time
		o.DueOn = a.sameTerm(due, o.AwareOn)
	default:
		o.AwareOn, o.DueOn = due.AwareOn, due.DueOn
	}
	if o.State == casefile.ObligationCovered && o.DueOn != before { // persons stated another day than the one of the cycle
		o.State = casefile.ObligationOpen
	}
	o.LastOfficeDay = a.lastOfficeDay(o.DueOn)
	return o
}

// sameTerm returns the due day of an obligation whose term runs from another
// day.
func (a *App) sameTerm(o casefile.Obligation, from caldate.Date) caldate.Date {
	if o.DueOn.IsZero() {
		return o.DueOn
	}
	if duty, ok := a.duty(o.Duty); ok && duty.Clock.Months > 0 {
		return clockDue(duty.Clock, from)
	}
	return from.AddDays(o.AwareOn.DaysUntil(o.DueOn))
}

// rebasedDays returns the day on which persons based the clock of an
// obligation last, by its id.
func rebasedDays(ctx context.Context, r Reader, obligations []ObligationRow) (map[string]caldate.Date, error) {
	ids := make([]string, len(obligations))
	for i := range obligations {
		ids[i] = obligations[i].ID
	}
	changes, err := r.ClockChanges(ctx, ids)
	out := map[string]caldate.Date{}
	for _, c := range changes {
		out[c.ObligationID] = c.ToAwareOn
	}
	return out, err
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
