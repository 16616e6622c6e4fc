package rule

import (
	"slices"

	"mimamori/internal/caldate"
)

// Day 0 of the clock of a duty.
const (
	FromAware    = "aware"    // the awareness day
	FromAnswered = "answered" // the day of the newest answer among the facts of the rule
	FromApproval = "approval" // the approval day of the product
	FromNone     = "none"     // no day: a standing duty
)

// What the duties of a rulebook hang on.
const (
	AboutCase    = "case"
	AboutProduct = "product"
)

// Clock says how much time a duty leaves. Exactly one field is set.
type Clock struct {
	Promptly           bool `json:"promptly"`
	Days               int  `json:"days"`                 // calendar days after day 0
	Months             int  `json:"months"`               // months after day 0
	YearlyWithinMonths int  `json:"yearly_within_months"` // within so many months after each year from day 0
	Continuing         bool `json:"continuing"`           // a standing duty without a day
}

// Duty is something that a duty rulebook can ask for.
type Duty struct {
	ID    string `json:"id"` // unique in the rulebook
	Label Text   `json:"label"`
	To    Text   `json:"to"`    // who is told
	Value string `json:"value"` // id of an open value that a person must still confirm; "" for none
	Clock Clock  `json:"clock"`
	From  string `json:"from"` // FromAware, FromAnswered, FromApproval or FromNone
	Form  string `json:"form"` // "form8" to "form12"; "" for none
}

// DutyRulebook is a checked rulebook of the fourth kind: its rules say which
// duties a case or a product brings with it. LoadLaw makes them. It is never
// changed afterwards and may be shared between goroutines.
type DutyRulebook struct{ book *Rulebook }

// DutyLine is a duty with the rules that ask for it.
type DutyLine struct {
	Duty  Duty     `json:"duty"`
	State State    `json:"state"` // Applies: in every possible world; MayApply: in some
	Rules []string `json:"rules"` // ids of the rules that ask for it in some possible world, in the order of the text
}

// DutyOutcome says what one possible value of an open fact would do.
type DutyOutcome struct {
	Value    string   `json:"value"`
	Certain  []string `json:"certain"`  // ids of the duties of every world, in the order of the rulebook
	Possible []string `json:"possible"` // of some worlds, not of all
	// NamedPerson tells that no rule applies in any world, so a person decides.
	NamedPerson bool `json:"named_person"`
}

// OpenDutyFact is a fact of a duty rulebook that is not settled.
type OpenDutyFact struct {
	Fact     string        `json:"fact"`
	Relevant bool          `json:"relevant"` // its value can change which rules apply
	Decisive bool          `json:"decisive"` // its value by itself changes what is certain, possible or for a person
	Outcomes []DutyOutcome `json:"outcomes"` // one for each value that is still possible
}

// DutyAnswer is what a duty rulebook says about a situation on a day.
type DutyAnswer struct {
	Rulebook  Ref            `json:"rulebook"`
	Title     Text           `json:"title"`
	Duties    []DutyLine     `json:"duties"` // certain ones first, each part in the order of the rulebook
	OpenFacts []OpenDutyFact `json:"open_facts"`
	Next      *string        `json:"next"`  // the open fact to ask next; null when none matters
	Proof     []ProofLine    `json:"proof"` // one line for each rule, in the order of the text
	// NamedPerson tells that no rule applies in any possible world: a person
	// decides. Where that is so in some worlds only, the last line of the proof
	// says that it may be.
	NamedPerson bool `json:"named_person"`
}

// Ref returns the name of the rulebook.
func (d *DutyRulebook) Ref() Ref { return d.book.Ref() }

// About returns what the duties hang on: AboutCase or AboutProduct.
func (d *DutyRulebook) About() string { return d.book.about }

// Title returns the title of the rulebook.
func (d *DutyRulebook) Title() Text { return d.book.Title }

// Facts returns what the rulebook asks by itself, without the facts that it
// uses of another, in the order in which they are best asked.
func (d *DutyRulebook) Facts() []Fact { return d.book.Facts[d.book.used:] }

// Uses returns the facts of another rulebook that the rules rest on too.
func (d *DutyRulebook) Uses() []Fact { return d.book.Facts[:d.book.used] }

// All returns every duty that the rulebook can ask for.
func (d *DutyRulebook) All() []Duty { return d.book.duties }

// Rules returns the rules in the order of the text.
func (d *DutyRulebook) Rules() []Rule { return d.book.Rules }

// Otherwise returns the rule for worlds in which no rule applies.
func (d *DutyRulebook) Otherwise() Rule { return d.book.otherwise }

// Readings returns the readings that hold for every rule.
func (d *DutyRulebook) Readings() []string { return d.book.Readings }

// Boundaries returns the days on which a rule starts or stops, in order.
func (d *DutyRulebook) Boundaries() []caldate.Date { return d.book.Boundaries() }

// Of returns the part of s that the rulebook asks about.
func (d *DutyRulebook) Of(s Situation) Situation { return d.book.of(s) }

// Duties tells which duties a situation brings with it under the rules that are
// in force on the day, exactly over all its worlds: a world has the duties of
// every rule that applies in it.
//
// It fails, with fault.Invalid, when day is no day or s does not fit the
// rulebook; Of takes out of a wider situation what fits.
func (d *DutyRulebook) Duties(s Situation, day caldate.Date) (DutyAnswer, error) {
	rb := d.book
	w, err := rb.worlds(s, day)
	if err != nil {
		return DutyAnswer{}, err
	}
	count, unmet := rb.countDuties(&w.diagram, w.leaves)
	a := DutyAnswer{
		Rulebook: rb.Ref(), Title: rb.Title, OpenFacts: []OpenDutyFact{}, Proof: rb.proof(w),
		NamedPerson: unmet == len(w.leaves),
	}
	a.Duties = append(rb.dutyLines(w, count, Applies), rb.dutyLines(w, count, MayApply)...)
	for i := range rb.Facts {
		if w.open(i) {
			a.OpenFacts = append(a.OpenFacts, rb.openDuty(w, i))
		}
	}
	a.Next = nextDutyFact(a.OpenFacts)
	return a, nil
}

// newDuties returns the leaf of a rulebook that tells duties.
func (rb *Rulebook) newDuties(rules []int) leaf {
	l := leaf{rules: rules, unmet: len(rules) == 0}
	for i, duty := range rb.duties {
		if slices.ContainsFunc(rules, func(r int) bool { return slices.Contains(rb.Rules[r].Duties, duty.ID) }) {
			l.duties = append(l.duties, i)
		}
	}
	return l
}

// countDuties tells in how many leaves each duty is due, and in how many no
// rule applies.
func (rb *Rulebook) countDuties(d *diagram, leaves []int) (count []int, unmet int) {
	count = make([]int, len(rb.duties))
	for _, i := range leaves {
		for _, duty := range d.leaves[i].duties {
			count[duty]++
		}
		if d.leaves[i].unmet {
			unmet++
		}
	}
	return count, unmet
}

// dutyLines returns the duties of a state with the rules that ask for them.
func (rb *Rulebook) dutyLines(w worlds, count []int, state State) []DutyLine {
	lines := []DutyLine{}
	for i, duty := range rb.duties {
		if stateOf(count[i], len(w.leaves)) != state {
			continue
		}
		line := DutyLine{Duty: duty, State: state, Rules: []string{}}
		for r := range rb.Rules {
			asks := slices.Contains(rb.Rules[r].Duties, duty.ID)
			if asks && slices.ContainsFunc(w.leaves, func(l int) bool { return slices.Contains(w.diagram.leaves[l].rules, r) }) {
				line.Rules = append(line.Rules, rb.Rules[r].ID)
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// openDuty tells what each possible value of a fact would do.
func (rb *Rulebook) openDuty(w worlds, fact int) OpenDutyFact {
	f := &rb.Facts[fact]
	o := OpenDutyFact{Fact: f.ID, Relevant: w.diagram.asks(fact)}
	for v := range f.Values {
		if !w.possible[fact].has(v) {
			continue
		}
		leaves := w.leaves
		if o.Relevant {
			leaves = w.diagram.reach(fact, v)
		}
		count, unmet := rb.countDuties(&w.diagram, leaves)
		out := DutyOutcome{Value: f.Values[v].ID, Certain: []string{}, Possible: []string{}, NamedPerson: unmet == len(leaves)}
		for i, n := range count {
			switch stateOf(n, len(leaves)) {
			case Applies:
				out.Certain = append(out.Certain, rb.duties[i].ID)
			case MayApply:
				out.Possible = append(out.Possible, rb.duties[i].ID)
			case IsExcluded:
			}
		}
		o.Decisive = o.Decisive || len(o.Outcomes) > 0 && !o.Outcomes[0].same(out)
		o.Outcomes = append(o.Outcomes, out)
	}
	return o
}

// same tells whether two values lead to the same duties.
func (o DutyOutcome) same(p DutyOutcome) bool {
	return slices.Equal(o.Certain, p.Certain) && slices.Equal(o.Possible, p.Possible) && o.NamedPerson == p.NamedPerson
}

// nextDutyFact picks the fact to ask next: the one that leaves, on average over
// its possible values, the fewest duties merely possible.
func nextDutyFact(open []OpenDutyFact) *string {
	questions := make([]question, len(open))
	for i := range open {
		o := &open[i]
		questions[i] = question{fact: &o.Fact, relevant: o.Relevant, decisive: o.Decisive, values: len(o.Outcomes)}
		for _, out := range o.Outcomes {
			questions[i].gain -= len(out.Possible)
		}
	}
	return best(questions)
}
