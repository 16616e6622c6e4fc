package rule

import "mimamori/internal/caldate"

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
func (d *DutyRulebook) About() string { return AboutCase }

// Title returns the title of the rulebook.
func (d *DutyRulebook) Title() Text { return d.book.Title }

// Facts returns what the rulebook asks by itself, without the facts that it
// uses of another, in the order in which they are best asked.
func (d *DutyRulebook) Facts() []Fact { return d.book.Facts }

// Rules returns the rules in the order of the text.
func (d *DutyRulebook) Rules() []Rule { return d.book.Rules }

// Readings returns the readings that hold for every rule.
func (d *DutyRulebook) Readings() []string { return d.book.Readings }

// Of returns the part of s that the rulebook asks about.
func (d *DutyRulebook) Of(s Situation) Situation { return d.book.of(s) }

// Duties tells which duties a situation brings with it under the rules that are
// in force on the day, exactly over all its worlds.
//
// It fails, with fault.Invalid, when day is no day or s does not fit the
// rulebook; Of takes out of a wider situation what fits.
func (d *DutyRulebook) Duties(s Situation, day caldate.Date) (DutyAnswer, error) {
	if day.IsZero() {
		return DutyAnswer{}, noDay()
	}
	return DutyAnswer{Rulebook: d.Ref(), Title: d.Title()}, d.book.Check(s)
}
