package rule

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// Example is one worked example of a rulebook: facts on a day, with the rules
// that apply and what they come to.
type Example struct {
	Line  int // where it stands in the file
	Title Text
	Rules []string // ids of the rules that apply, in any order
	Aware caldate.Date
	Facts Situation
	// Of a rulebook that says what is due:
	Expect ExpectedAnswer
	// Of a fact rulebook: what remains of facts of the target; those that are
	// not named must stay open.
	Concluded Condition
	// Of a duty rulebook:
	Duties ExpectedDuties
}

// ExpectedDuties are the duties that a worked example comes to.
type ExpectedDuties struct {
	Certain  []string // ids of the duties of every world
	Possible []string // of some worlds, not of all
	Person   bool     // no rule applies, so a named person decides
}

// ExpectedAnswer is the result and what governs.
type ExpectedAnswer struct {
	Result      string   `yaml:"result"`
	Form        string   `yaml:"form"`
	TermDays    int      `yaml:"term_days"`
	Periodic    bool     `yaml:"periodic"`
	Due         string   `yaml:"due"`
	FirstReport bool     `yaml:"first_report"`
	NamedPerson bool     `yaml:"named_person"`
	Items       []string `yaml:"items"`
}

// ExamplesPath returns where the worked examples of a rulebook stand:
// jp/a.yaml has them in jp/a.cases.yaml.
func ExamplesPath(rulebook string) string {
	return strings.TrimSuffix(rulebook, ".yaml") + ".cases.yaml"
}

// ReadExamples reads the worked examples of a rulebook. Errors are
// fault.NotFound, or fault.Invalid with every problem and its line.
func (rb *Rulebook) ReadExamples(fsys fs.FS, path string) ([]Example, error) {
	examples, y, err := rb.readExamples(fsys, path)
	if err != nil {
		return nil, err
	}
	return examples, y.err(path)
}

// ReadExamples is like that of Rulebook.
func (d *DutyRulebook) ReadExamples(fsys fs.FS, path string) ([]Example, error) {
	return d.book.ReadExamples(fsys, path)
}

// ReadExamples is like that of Rulebook.
func (fr *FactRulebook) ReadExamples(fsys fs.FS, path string) ([]Example, error) {
	return fr.book.ReadExamples(fsys, path)
}

func (rb *Rulebook) readExamples(fsys fs.FS, path string) ([]Example, *yamlReader, error) {
	text, err := readText(fsys, path)
	if err != nil {
		return nil, nil, err
	}
	body, err := document(text, path)
	if err != nil {
		return nil, nil, err
	}
	y := &yamlReader{}
	var examples []Example
	for _, e := range y.mapping(body, "", "cases") {
		for i, n := range y.list(e.node, "/cases") {
			examples = append(examples, y.example(rb, n, fmt.Sprintf("/cases/%d", i)))
		}
	}
	return examples, y, nil
}

func (y *yamlReader) example(rb *Rulebook, node ast.Node, p string) Example {
	e := Example{Line: lineOf(node)}
	for _, part := range y.mapping(node, p, "title", "rules", "aware", "facts", "expect") {
		pe := p + "/" + part.key
		switch part.key {
		case "title":
			e.Title = y.both(part.node, pe)
		case "rules":
			e.Rules = y.texts(part.node, pe)
		case "aware":
			e.Aware = y.date(part.node, pe)
		case "facts":
			e.Facts = y.known(rb, part.node, pe)
		case "expect":
			y.expect(rb, &e, part.node, pe)
		}
	}
	return e
}

// expect reads what an example must come to, in the way of the rulebook's kind.
func (y *yamlReader) expect(rb *Rulebook, e *Example, node ast.Node, p string) {
	switch rb.kind {
	case concludes:
		e.Concluded = y.valuesOf(rb.targetFact, node, p)
	case tells:
		for _, part := range y.mapping(node, p, "?duties", "?person") {
			if part.key == "person" {
				e.Duties.Person = y.word(part.node, p+"/person", "named")
				continue
			}
			for _, state := range y.mapping(part.node, p+"/duties", "?certain", "?possible") {
				ps := p + "/duties/" + state.key
				ids := y.texts(state.node, ps)
				for _, id := range ids {
					if rb.duty(id) < 0 {
						y.problem(state.node, ps, "undeclared", "no duty is called %q", id)
					}
				}
				if state.key == "certain" {
					e.Duties.Certain = ids
				} else {
					e.Duties.Possible = ids
				}
			}
		}
	case decides, extends:
		if err := yaml.NodeToValue(node, &e.Expect, yaml.DisallowUnknownField()); err != nil {
			y.problem(node, p, "expect", "expected result with form, term_days, periodic, due, first_report, named_person and items: %v", err)
		}
	}
}

// known reads facts of an example, each with its value.
func (y *yamlReader) known(rb *Rulebook, node ast.Node, p string) Situation {
	s := Situation{}
	for _, e := range y.mapping(node, p) {
		pe := p + "/" + e.key
		value := y.text(e.node, pe)
		if f := rb.Fact(e.key); f == nil {
			y.problem(e.node, pe, "unknown_fact", "no fact is called %q", e.key)
		} else if f.value(value) < 0 {
			y.problem(e.node, pe, "unknown_value", "%s has no value %q", e.key, value)
		}
		s[e.key] = Known{Values: []string{value}}
	}
	return s
}

// Try decides an example and returns a fault.Conflict error that says what
// comes out differently.
func (rb *Rulebook) Try(e Example) error {
	a, err := rb.Decide(e.Facts, e.Aware)
	if err != nil {
		return err
	}
	if err := sameRules(e, a.Proof); err != nil {
		return err
	}
	if got := expected(a); !got.same(e.Expect) {
		return fault.New(fault.Conflict, "%s: comes to %+v, expected %+v", e.Title.EN, got, e.Expect)
	}
	return nil
}

// expected writes an answer in the way of an example.
func expected(a Answer) ExpectedAnswer {
	e := ExpectedAnswer{Result: string(a.Result)}
	g := a.Governing
	if g == nil {
		return e
	}
	e.Periodic, e.FirstReport, e.NamedPerson, e.Items = g.Periodic, g.FirstReport, g.NamedPerson, g.Items
	if g.Form != nil {
		e.Form = *g.Form
	}
	if g.TermDays != nil {
		e.TermDays = *g.TermDays
	}
	if g.Due != nil {
		e.Due = g.Due.String()
	}
	return e
}

func (e ExpectedAnswer) same(o ExpectedAnswer) bool {
	return e.Result == o.Result && e.Form == o.Form && e.TermDays == o.TermDays && e.Periodic == o.Periodic && e.Due == o.Due &&
		e.FirstReport == o.FirstReport && e.NamedPerson == o.NamedPerson && slices.Equal(e.Items, o.Items)
}

// Try concludes an example and returns a fault.Conflict error that says what
// comes out differently.
func (fr *FactRulebook) Try(e Example) error {
	c, err := fr.Conclude(e.Facts, e.Aware)
	if err != nil {
		return err
	}
	if err := sameRules(e, c.Proof); err != nil {
		return err
	}
	for _, f := range c.Facts {
		var got []string // nothing is said
		if !f.Open {
			got = f.Possible
		}
		if !slices.Equal(got, e.Concluded[f.Fact]) {
			return fault.New(fault.Conflict, "%s: concludes %s %v, expected %v", e.Title.EN, f.Fact, got, e.Concluded[f.Fact])
		}
	}
	return nil
}

// Try tells duties for an example and returns a fault.Conflict error that says
// what comes out differently.
func (d *DutyRulebook) Try(e Example) error {
	a, err := d.Duties(e.Facts, e.Aware)
	if err != nil {
		return err
	}
	if err := sameRules(e, a.Proof); err != nil {
		return err
	}
	got := ExpectedDuties{Person: a.NamedPerson}
	for _, line := range a.Duties {
		if line.State == Applies {
			got.Certain = append(got.Certain, line.Duty.ID)
		} else {
			got.Possible = append(got.Possible, line.Duty.ID)
		}
	}
	if !sameIDs(got.Certain, e.Duties.Certain) || !sameIDs(got.Possible, e.Duties.Possible) || got.Person != e.Duties.Person {
		return fault.New(fault.Conflict, "%s: comes to %+v, expected %+v", e.Title.EN, got, e.Duties)
	}
	return nil
}

// tryAny tries an example in the way of the rulebook's kind.
func (rb *Rulebook) tryAny(e Example) error {
	switch rb.kind {
	case concludes:
		return (&FactRulebook{rb}).Try(e)
	case tells:
		return (&DutyRulebook{rb}).Try(e)
	case decides, extends:
	}
	return rb.Try(e)
}

// sameIDs compares ids in any order.
func sameIDs(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// sameRules compares the rules that apply with those of the example.
func sameRules(e Example, proof []ProofLine) error {
	var applied []string
	for _, p := range proof {
		if p.State == Applies {
			applied = append(applied, p.Rule)
		}
	}
	if !sameIDs(applied, e.Rules) {
		slices.Sort(applied)
		return fault.New(fault.Conflict, "%s: the rules %v apply, expected %v", e.Title.EN, applied, slices.Sorted(slices.Values(e.Rules)))
	}
	return nil
}
