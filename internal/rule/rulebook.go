// Package rule decides from facts, a rulebook and a day whether a matter is to
// be reported, on which form and by when, and proves it.
//
// A rulebook is data: facts with finitely many values, and rules that name the
// values under which they hold. A situation leaves every fact one or more
// possible values; a world picks one value for each fact. Decide answers for
// all worlds of a situation exactly: the rulebook is compiled into a decision
// diagram, whose paths stand for the worlds, so no world is left out and none
// has to be listed.
//
// There is no network, disk or clock in this package.
package rule

import (
	"slices"

	"mimamori/internal/caldate"
)

// Text is the same words in Japanese and English.
type Text struct {
	JA string `json:"ja"`
	EN string `json:"en"`
}

// In returns the words in a language, "ja" or "en"; any other language gets
// Japanese, the language of the law.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.JA
}

// Value is one answer a fact can have.
type Value struct {
	ID    string `json:"id"`
	Label Text   `json:"label"`
	Help  Text   `json:"help"` // when this is the right answer
}

// Fact is one question that a rulebook asks.
type Fact struct {
	ID       string `json:"id"`
	Label    Text   `json:"label"`
	Question Text   `json:"question"`
	Help     Text   `json:"help"` // how to find out
	// Matters lists the circumstances in which the fact can change an answer,
	// any of them; empty means always. It is a hint for forms, which hide what
	// does not matter; Decide finds by itself what matters.
	Matters []Condition `json:"matters"`
	Values  []Value     `json:"values"` // two or more, in the order of the rulebook
}

// Condition names facts with the values allowed to each; all must hold. A fact
// that is not named does not matter.
type Condition map[string][]string

// Confidence says how sure the reading of a rule is.
type Confidence string

// The grades of confidence.
const (
	Confirmed Confidence = "confirmed" // the text was seen
	Inferred  Confidence = "inferred"  // concluded from text that was seen
	Recall    Confidence = "recall"    // not seen: treat as unverified
)

// Outcome is what a rule asks for. Exactly one of these is set: TermDays with a
// Form or with Person, Periodic with a Form, None, or FirstReport alone. Where
// duties are told, None or Person alone.
type Outcome struct {
	TermDays    int    `json:"term_days,omitempty"` // calendar days after the awareness day
	Periodic    bool   `json:"periodic,omitempty"`  // within two months after each year from approval
	Form        string `json:"form,omitempty"`      // "form8" to "form12"
	Person      bool   `json:"named_person,omitempty"`
	FirstReport bool   `json:"first_report,omitempty"` // promptly, beside the report of another rule
	None        bool   `json:"not_reportable,omitempty"`
}

// reports tells whether the outcome is a report on a form.
func (o Outcome) reports() bool { return o.Form != "" }

// Rule is one provision, or one branch of it.
type Rule struct {
	ID         string      `json:"id"`                 // mirrors the citation: "jp-reg/228-20(2)-1-i"
	Rulebook   string      `json:"rulebook,omitempty"` // id of the extension it comes from; "" for the rulebook itself
	Item       string      `json:"item,omitempty"`     // legal item, as the decision table spells it
	Title      Text        `json:"title"`
	From       *Day        `json:"from,omitempty"`  // first day in force; nil: not known, decides every earlier day too
	Until      *Day        `json:"until,omitempty"` // first day no longer in force; nil: still in force
	Address    string      `json:"address"`         // where the quote stands in the stored texts
	Citation   Text        `json:"citation"`
	Quote      string      `json:"quote"` // the words implemented, in the original language
	When       Condition   `json:"when"`
	Any        []Condition `json:"any,omitempty"`    // besides When, one of these must hold
	Except     []string    `json:"except,omitempty"` // ids of rules that take the matter out of this one
	Then       Outcome     `json:"then"`
	Concludes  Condition   `json:"concludes,omitempty"` // in a FactRulebook, instead of Then; nil: outside its scope
	Duties     []string    `json:"duties,omitempty"`    // in a DutyRulebook, unless Then says that nothing is due
	Confidence Confidence  `json:"confidence"`
	Reading    string      `json:"reading,omitempty"` // docs/readings
	Note       Text        `json:"note"`
}

// Day is a day in a rulebook.
type Day = caldate.Date

// InForce tells whether the rule decides matters of the awareness day.
func (r *Rule) InForce(aware caldate.Date) bool {
	return (r.From == nil || !aware.Before(*r.From)) && (r.Until == nil || aware.Before(*r.Until))
}

// Rulebook is a checked set of rules that decides one question. Make one with
// Load, or with its extensions by LoadLaw. It is never changed afterwards and may be shared between goroutines.
type Rulebook struct {
	ID       string
	Version  string
	Digest   string // "sha256:" and the hex digest of the file
	Question string
	Title    Text
	TextOf   caldate.Date // day of the law text that was read
	Readings []string     // readings that hold for every rule
	Facts    []Fact       // in the order in which they are best asked
	Rules    []Rule       // in the order of the law

	otherwise Rule // where no rule applies; its Then names a person
	several   bool // an event may meet several items
	index     map[string]int
	items     []string   // legal items in the order of the rules
	branches  [][]clause // for each rule, the conditions of which one must hold
	epochs    []epoch    // in order of days; the first has no start

	kind    kind
	target  string // id of the rulebook that it extends, whose facts it concludes or whose facts it uses; "" for none
	targets []Fact // facts that are concluded, with the ids of their values only
	about   string // of a rulebook that tells duties: AboutCase or AboutProduct
	used    int    // so many of Facts, the first ones, are those of the target
	duties  []Duty // that its rules can ask for
}

// kind is what the rules of a rulebook say.
type kind int

const (
	decides   kind = iota // what is to be reported
	concludes             // what facts of another rulebook can be
	extends               // what is to be reported besides what another rulebook says
	tells                 // which duties there are
)

// kinds are the names of the kinds, by kind.
var kinds = []string{"decides", "concludes", "extends", "duties"}

// Ref names the rulebook of an answer.
type Ref struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Digest  string `json:"digest"`
}

// Ref returns the name of the rulebook.
func (rb *Rulebook) Ref() Ref { return Ref{rb.ID, rb.Version, rb.Digest} }

// Fact returns the fact of a name, or nil.
func (rb *Rulebook) Fact(id string) *Fact {
	if i, ok := rb.index[id]; ok {
		return &rb.Facts[i]
	}
	return nil
}

// targetFact returns the fact of the target of a name, or nil.
func (rb *Rulebook) targetFact(id string) *Fact {
	if i := slices.IndexFunc(rb.targets, func(f Fact) bool { return f.ID == id }); i >= 0 {
		return &rb.targets[i]
	}
	return nil
}

// Otherwise returns the rule for worlds in which no rule applies.
func (rb *Rulebook) Otherwise() Rule { return rb.otherwise }

// Boundaries returns the days on which a rule starts or stops, in order.
func (rb *Rulebook) Boundaries() []caldate.Date {
	var days []caldate.Date
	for _, r := range rb.Rules {
		for _, d := range []*Day{r.From, r.Until} {
			if d != nil && !slices.Contains(days, *d) {
				days = append(days, *d)
			}
		}
	}
	slices.SortFunc(days, caldate.Date.Compare)
	return days
}

// value returns the place of a value in the fact, or -1.
func (f *Fact) value(id string) int {
	return slices.IndexFunc(f.Values, func(v Value) bool { return v.ID == id })
}

// maxValues is how many values a fact may have: possible values are a bit set.
const maxValues = 32

// valueSet is a set of values of one fact, bit i for Values[i].
type valueSet uint32

// all returns the set of all values of the fact.
func (f *Fact) all() valueSet { return valueSet(1)<<len(f.Values) - 1 }

func (s valueSet) has(value int) bool { return s>>value&1 == 1 }
