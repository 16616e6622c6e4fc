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
	return examples, y.check.Err("worked examples %s", path)
}

// ReadExamples is like that of Rulebook.
func (fr *FactRulebook) ReadExamples(fsys fs.FS, path string) ([]Example, error) {
	return fr.book.ReadExamples(fsys, path)
}

func (rb *Rulebook) readExamples(fsys fs.FS, path string) ([]Example, *yamlReader, error) {
	body, _, err := document(fsys, path)
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
			if rb.target != "" {
				e.Concluded = y.valuesOf(rb.targetFact, part.node, pe)
			} else if err := yaml.NodeToValue(part.node, &e.Expect, yaml.DisallowUnknownField()); err != nil {
				y.problem(part.node, pe, "expect", "expected result with form, term_days, periodic, due, first_report, named_person and items: %v", err)
			}
		}
	}
	return e
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

// sameRules compares the rules that apply with those of the example.
func sameRules(e Example, proof []ProofLine) error {
	var applied []string
	for _, p := range proof {
		if p.State == Applies {
			applied = append(applied, p.Rule)
		}
	}
	slices.Sort(applied)
	if want := slices.Sorted(slices.Values(e.Rules)); !slices.Equal(applied, want) {
		return fault.New(fault.Conflict, "%s: the rules %v apply, expected %v", e.Title.EN, applied, want)
	}
	return nil
}
