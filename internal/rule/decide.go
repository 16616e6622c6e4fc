package rule

import (
	"math/bits"
	"slices"

	"mimamori/internal/caldate"
	"mimamori/internal/deadline"
)

// Result is whether a report is due.
type Result string

// The results.
const (
	Report        Result = "report"         // every world asks for a report
	NotReportable Result = "not_reportable" // no world does
	Undetermined  Result = "undetermined"   // it depends on facts that are open, or on a person
)

// Obligation is what is due first.
type Obligation struct {
	Form        *string       `json:"form"`         // "form8" to "form12"; null when a person decides
	TermDays    *int          `json:"term_days"`    // calendar days; null for a periodic report
	Periodic    bool          `json:"periodic"`     // its day follows from the approval day of the product
	Due         *caldate.Date `json:"due"`          // null for a periodic report
	FirstReport bool          `json:"first_report"` // promptly, by fax or the like
	NamedPerson bool          `json:"named_person"` // the text does not settle it: a named person decides by then
	Items       []string      `json:"items"`        // legal items met in the worlds that set it
}

// OpenValue says what one possible value of an open fact would do.
type OpenValue struct {
	Value     string      `json:"value"`
	Result    Result      `json:"result"`
	Governing *Obligation `json:"governing"`
}

// OpenFact is a fact that is not settled.
type OpenFact struct {
	Fact     string      `json:"fact"`
	Relevant bool        `json:"relevant"` // its value can change which rules apply
	Decisive bool        `json:"decisive"` // its value changes the result or the governing obligation
	Outcomes []OpenValue `json:"outcomes"` // one for each value that is still possible
}

// Answer is what a rulebook says about a situation on a day.
type Answer struct {
	Result    Result       `json:"result"`
	Aware     caldate.Date `json:"aware"`
	Governing *Obligation  `json:"governing"`  // the earliest over all possible worlds; null when not reportable
	Certain   []string     `json:"certain"`    // legal items met in every world
	Possible  []string     `json:"possible"`   // legal items met in some worlds, not in all
	OpenFacts []OpenFact   `json:"open_facts"` // in the order of the rulebook
	Next      *string      `json:"next"`       // the open fact to ask next; null when none matters
	Rulebook  Ref          `json:"rulebook"`
	Worlds    int          `json:"worlds"` // how many worlds are possible
	Proof     []ProofLine  `json:"proof"`  // one line for each rule, in the order of the law
}

// Decide answers for a situation on the awareness day, which picks the rules
// that are in force. Due days are counted from it (reading R-004).
//
// The governing obligation is the earliest over all possible worlds, also when
// the result is undetermined: not knowing never buys time. Of two on the same
// day it is the one with a first report, then the one on a form, then the one
// on the lower form number.
//
// It fails, with fault.Invalid, when aware is no day or s does not fit the
// rulebook.
func (rb *Rulebook) Decide(s Situation, aware caldate.Date) (Answer, error) {
	w, err := rb.worlds(s, aware)
	if err != nil {
		return Answer{}, err
	}
	q := query{rb: rb, d: &w.diagram, aware: aware}
	a := Answer{Aware: aware, Rulebook: rb.Ref(), Worlds: 1, OpenFacts: []OpenFact{}}
	a.Result, a.Governing = q.outcome(w.leaves)
	a.Certain, a.Possible = q.items(w.leaves)
	for i := range rb.Facts {
		a.Worlds *= bits.OnesCount32(uint32(w.possible[i]))
		if w.open(i) {
			a.OpenFacts = append(a.OpenFacts, q.open(i, w.possible[i], a))
		}
	}
	a.Next = nextFact(a)
	a.Proof = rb.proof(w)
	return a, nil
}

// query is one decision under way.
type query struct {
	rb    *Rulebook
	d     *diagram
	aware caldate.Date
}

// outcome returns the result and what governs over a set of leaves.
func (q query) outcome(leaves []int) (Result, *Obligation) {
	first := &q.d.leaves[leaves[0]]
	var asked [3]bool
	for _, i := range leaves {
		l := &q.d.leaves[i]
		asked[l.asks] = true
		if slices.Compare(l.rank[:], first.rank[:]) < 0 {
			first = l
		}
	}
	result := Undetermined
	switch asked {
	case [3]bool{nothing: true}:
		return NotReportable, nil
	case [3]bool{report: true}:
		result = Report
	}
	met := make([]int, len(q.rb.items))
	for _, i := range leaves {
		if l := &q.d.leaves[i]; l.rank == first.rank {
			for _, item := range l.items {
				met[item]++
			}
		}
	}
	g := first.governing
	o := &Obligation{
		Periodic:    g.outcome.Periodic,
		FirstReport: g.first,
		NamedPerson: g.outcome.Person,
		Items:       q.rb.itemsWhere(met, func(n int) bool { return n > 0 }),
	}
	if g.outcome.Form != "" {
		o.Form = &g.outcome.Form
	}
	if n := g.outcome.TermDays; n > 0 {
		o.TermDays = &n
		if term, err := deadline.NewTerm(n, deadline.CalendarDays); err == nil { // Load has checked n
			due := term.Due(q.aware, nil)
			o.Due = &due
		}
	}
	return result, o
}

// items returns the legal items met in every leaf, and in some but not all.
func (q query) items(leaves []int) (certain, possible []string) {
	met := make([]int, len(q.rb.items))
	for _, i := range leaves {
		for _, item := range q.d.leaves[i].items {
			met[item]++
		}
	}
	return q.rb.itemsWhere(met, func(n int) bool { return n == len(leaves) }),
		q.rb.itemsWhere(met, func(n int) bool { return n > 0 && n < len(leaves) })
}

// itemsWhere returns the legal items whose count is wanted, in the order of the
// rules.
func (rb *Rulebook) itemsWhere(met []int, wanted func(int) bool) []string {
	items := []string{}
	for i, n := range met {
		if wanted(n) {
			items = append(items, rb.items[i])
		}
	}
	return items
}

// open tells what each possible value of a fact would do.
func (q query) open(fact int, possible valueSet, whole Answer) OpenFact {
	f := &q.rb.Facts[fact]
	o := OpenFact{Fact: f.ID, Relevant: q.d.asks(fact)}
	for v := range f.Values {
		if !possible.has(v) {
			continue
		}
		value := OpenValue{Value: f.Values[v].ID, Result: whole.Result, Governing: whole.Governing}
		if o.Relevant {
			value.Result, value.Governing = q.outcome(q.d.reach(fact, v))
		}
		if len(o.Outcomes) > 0 && !o.Outcomes[0].same(value) {
			o.Decisive = true
		}
		o.Outcomes = append(o.Outcomes, value)
	}
	return o
}

// same tells whether two values lead to the same result and obligation; the
// legal items may differ.
func (v OpenValue) same(o OpenValue) bool {
	if v.Result != o.Result || (v.Governing == nil) != (o.Governing == nil) {
		return false
	}
	if v.Governing == nil {
		return true
	}
	a, b := v.Governing, o.Governing
	return equal(a.Form, b.Form) && equal(a.TermDays, b.TermDays) && a.Periodic == b.Periodic &&
		a.FirstReport == b.FirstReport && a.NamedPerson == b.NamedPerson
}

func equal[T comparable](a, b *T) bool {
	return a == b || a != nil && b != nil && *a == *b
}
