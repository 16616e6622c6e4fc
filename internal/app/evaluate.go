package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/deadline"
	"mimamori/internal/rule"
)

// Evaluation is what the law says about the facts as they stand, with what
// each open fact would change.
type Evaluation struct {
	Facts     []FactView       `json:"facts"` // in the order of the rulebook
	Answer    AnswerView       `json:"answer"`
	DutySteps []DutyStep       `json:"duty_steps"` // one for each rulebook of the duties of a case
	Notice    *rule.NoticeStep `json:"notice"`     // what the CS notice concludes from the assessment; nil without one
}

// FactView is one fact of a case with its question.
type FactView struct {
	Name      string      `json:"name"`
	Label     Words       `json:"label"`
	Question  Words       `json:"question"`
	Hint      Words       `json:"hint"` // how to find out
	Values    []ValueView `json:"values"`
	Possible  []string    `json:"possible"`
	State     string      `json:"state"` // "known", "partial" or "open"
	Evidence  string      `json:"evidence"`
	By        string      `json:"by"`
	At        time.Time   `json:"at"`
	Suggested *Suggestion `json:"suggested"` // nil when the records say nothing, or it is answered
	Relevant  bool        `json:"relevant"`  // it can change which rules apply, the other facts being as they are
	Decisive  bool        `json:"decisive"`  // it is open and changes the result or what governs
	Outcomes  []Outcome   `json:"outcomes"`  // of each possible value of an open fact
	// DutyOutcomes has the same of a fact of a duty rulebook, which has no Outcomes.
	DutyOutcomes []DutyOutcome `json:"duty_outcomes"`
}

// ValueView is one value of a fact.
type ValueView struct {
	Value string `json:"value"`
	Label Words  `json:"label"`
	Help  Words  `json:"help"`
}

// Outcome is what one value of an open fact, or one cell of the grid, leads to.
type Outcome struct {
	Value       string       `json:"value"`
	Result      string       `json:"result"`
	Form        string       `json:"form"`
	TermDays    int          `json:"term_days"`
	Periodic    bool         `json:"periodic"`
	Due         caldate.Date `json:"due"`
	FirstReport bool         `json:"first_report"`
}

// GoverningView is what is due first over all possible worlds.
type GoverningView struct {
	Form          string       `json:"form"` // "" when a named person decides
	TermDays      int          `json:"term_days"`
	Periodic      bool         `json:"periodic"`
	Due           caldate.Date `json:"due"`
	LastOfficeDay caldate.Date `json:"last_office_day"` // last open day on or before Due
	FirstReport   bool         `json:"first_report"`
	NamedPerson   bool         `json:"named_person"`
	Items         []string     `json:"items"`
}

// Grid shows the outcomes of the two facts that decide most.
type Grid struct {
	RowsFact string      `json:"rows_fact"`
	ColsFact string      `json:"cols_fact"` // "" when one fact is open only
	Rows     []string    `json:"rows"`
	Cols     []string    `json:"cols"`
	Cells    [][]Outcome `json:"cells"` // by row, then column
}

// AnswerView is the answer of the law with its proof.
type AnswerView struct {
	Result    string           `json:"result"`
	Governing *GoverningView   `json:"governing"`
	Certain   []string         `json:"certain"`
	Possible  []string         `json:"possible"`
	AskNext   string           `json:"ask_next"` // fact to ask next, "" when none matters
	Worlds    int              `json:"worlds"`
	OpenCount int              `json:"open_count"` // open facts that matter
	Grid      *Grid            `json:"grid"`
	Proof     []rule.ProofLine `json:"proof"`
	Rulebook  rule.Ref         `json:"rulebook"`
	Digest    string           `json:"digest"` // of the determination that would be recorded
}

// evaluate asks the law about a matter.
func (a *App) evaluate(m matter) (Evaluation, rule.Joined, error) {
	joined, err := a.determine(m)
	if err != nil {
		return Evaluation{}, joined, err
	}
	record, err := joined.Record()
	if err != nil {
		return Evaluation{}, joined, err
	}
	answer, period := joined.Answer, m.period()
	steps, err := dutySteps(a.Law.CaseDuties, joined.Duties, m.facts, joined.Situation, m.aware)
	if err != nil {
		return Evaluation{}, joined, err
	}
	e := Evaluation{Notice: joined.Notice, DutySteps: steps, Answer: AnswerView{
		Result: string(answer.Result), Governing: a.governingView(answer.Governing, period), Certain: answer.Certain, Possible: answer.Possible,
		Worlds: answer.Worlds, Proof: answer.Proof, Rulebook: answer.Rulebook, Digest: digestOf(record),
	}}
	if answer.Next != nil {
		e.Answer.AskNext = *answer.Next
	}
	for _, o := range answer.OpenFacts {
		if o.Relevant {
			e.Answer.OpenCount++
		}
	}
	asked := a.caseFacts(joined.Situation)
	if e.Answer.Grid, err = a.grid(asked, m.aware, answer, period); err != nil {
		return Evaluation{}, joined, err
	}
	e.Facts, err = a.factViews(m.facts, asked, m.aware, answer, period)
	return e, joined, err
}

func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

func (a *App) factViews(facts []casefile.Fact, s rule.Situation, aware caldate.Date, answer rule.Answer, product periodOf) ([]FactView, error) {
	open := map[string]rule.OpenFact{}
	for _, o := range answer.OpenFacts {
		open[o.Fact] = o
	}
	asked := a.Law.Case.Facts
	views := make([]FactView, 0, len(asked))
	for i := range asked {
		v := factView(&asked[i], facts)
		if o, ok := open[v.Name]; ok {
			v.Relevant, v.Decisive = o.Relevant, o.Decisive
			for _, value := range o.Outcomes {
				v.Outcomes = append(v.Outcomes, outcomeOf(value.Value, value.Result, value.Governing, product))
			}
		} else {
			relevant, err := a.matters(v.Name, s, aware)
			if err != nil {
				return nil, err
			}
			v.Relevant = relevant
		}
		views = append(views, v)
	}
	return views, nil
}

// factView shows a question with the answer that the case has to it.
func factView(f *rule.Fact, facts []casefile.Fact) FactView {
	v := FactView{
		Name: f.ID, Label: words(f.Label), Question: words(f.Question), Hint: words(f.Help), State: "open",
		Outcomes: []Outcome{}, DutyOutcomes: []DutyOutcome{},
	}
	for _, value := range f.Values {
		v.Values = append(v.Values, ValueView{Value: value.ID, Label: words(value.Label), Help: words(value.Help)})
		v.Possible = append(v.Possible, value.ID)
	}
	if j := slices.IndexFunc(facts, func(c casefile.Fact) bool { return c.Name == f.ID }); j >= 0 {
		v.Possible, v.Evidence, v.By, v.At = facts[j].Possible, facts[j].Evidence, facts[j].By, facts[j].At
		v.State = "partial"
		if len(v.Possible) == 1 {
			v.State = "known"
		}
	}
	return v
}

// matters tells whether a known fact has a bearing, the others being as they are.
func (a *App) matters(fact string, s rule.Situation, aware caldate.Date) (bool, error) {
	without := rule.Situation{}
	for name, known := range s {
		if name != fact {
			without[name] = known
		}
	}
	answer, err := a.Law.Case.Decide(without, aware)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(answer.OpenFacts, func(o rule.OpenFact) bool { return o.Fact == fact })
	return i >= 0 && answer.OpenFacts[i].Relevant, nil
}

// grid crosses the two open facts that decide most; nil when none does.
func (a *App) grid(s rule.Situation, aware caldate.Date, answer rule.Answer, product periodOf) (*Grid, error) {
	picked := []rule.OpenFact{}
	for _, want := range []func(rule.OpenFact) bool{
		func(o rule.OpenFact) bool { return o.Decisive },
		func(o rule.OpenFact) bool { return o.Relevant && !o.Decisive },
	} {
		for _, o := range answer.OpenFacts {
			if len(picked) < 2 && want(o) {
				picked = append(picked, o)
			}
		}
	}
	if len(picked) == 0 || !picked[0].Decisive {
		return nil, nil //nolint:nilnil // no grid is a normal answer: nothing open decides
	}
	g := &Grid{RowsFact: picked[0].Fact, Rows: valuesOf(picked[0]), Cols: []string{""}}
	if len(picked) == 2 {
		g.ColsFact, g.Cols = picked[1].Fact, valuesOf(picked[1])
	}
	for _, row := range g.Rows {
		cells := make([]Outcome, 0, len(g.Cols))
		for _, col := range g.Cols {
			pinned := rule.Situation{}
			for name, known := range s {
				pinned[name] = known
			}
			pinned[g.RowsFact] = rule.Known{Values: []string{row}}
			if g.ColsFact != "" {
				pinned[g.ColsFact] = rule.Known{Values: []string{col}}
			}
			answer, err := a.Law.Case.Decide(pinned, aware)
			if err != nil {
				return nil, err
			}
			cells = append(cells, outcomeOf(col, answer.Result, answer.Governing, product))
		}
		g.Cells = append(g.Cells, cells)
	}
	return g, nil
}

func valuesOf(o rule.OpenFact) []string {
	values := make([]string, len(o.Outcomes))
	for i := range o.Outcomes {
		values[i] = o.Outcomes[i].Value
	}
	return values
}

// periodOf tells the periods of the periodic reports of a product: what is
// needed to give a periodic obligation its day.
type periodOf struct {
	licensedOn caldate.Date // zero: not known, no day can be told
	aware      caldate.Date
}

// due returns the day on which the periodic report about an event is due, and
// zero when the approval day is not known.
func (p periodOf) due() caldate.Date {
	period, err := deadline.PeriodOf(p.licensedOn, p.aware)
	if err != nil {
		return caldate.Date{} // the page says that the approval day is missing
	}
	return period.Due
}

func (a *App) governingView(o *rule.Obligation, product periodOf) *GoverningView {
	if o == nil {
		return nil
	}
	v := outcomeOf("", "", o, product)
	return &GoverningView{
		Form: v.Form, TermDays: v.TermDays, Periodic: v.Periodic, Due: v.Due, LastOfficeDay: a.lastOfficeDay(v.Due),
		FirstReport: v.FirstReport, NamedPerson: o.NamedPerson, Items: o.Items,
	}
}

// lastOfficeDay returns the last open day on or before due, zero when there is
// no due day or its holidays are not known.
func (a *App) lastOfficeDay(due caldate.Date) caldate.Date {
	if due.IsZero() {
		return due
	}
	last, err := a.Calendar.LastOpenDay(due)
	if err != nil {
		return caldate.Date{}
	}
	return last
}

func outcomeOf(value string, result rule.Result, o *rule.Obligation, product periodOf) Outcome {
	out := Outcome{Value: value, Result: string(result)}
	if o == nil {
		return out
	}
	if o.Form != nil {
		out.Form = *o.Form
	}
	if o.TermDays != nil {
		out.TermDays = *o.TermDays
	}
	if o.Due != nil {
		out.Due = *o.Due
	}
	if out.Periodic = o.Periodic; o.Periodic {
		out.Due = product.due()
	}
	out.FirstReport = o.FirstReport
	return out
}

func words(t rule.Text) Words { return Words{Ja: t.JA, En: t.EN} }

// WhatIf evaluates a case with other facts, without storing anything. A fact
// with no or all values counts as unknown.
func (a *App) WhatIf(ctx context.Context, caseID string, facts map[string][]string) (Evaluation, error) {
	c, err := a.Store.Case(ctx, caseID)
	if err != nil {
		return Evaluation{}, err
	}
	m, err := matterOf(ctx, a.Store, c)
	if err != nil {
		return Evaluation{}, err
	}
	for name, possible := range facts {
		if m.facts, err = a.withFact(m.facts, casefile.Fact{Name: name, Possible: possible}); err != nil {
			return Evaluation{}, err
		}
	}
	e, _, err := a.evaluate(m)
	return e, err
}
