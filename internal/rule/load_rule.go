package rule

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/goccy/go-yaml/ast"
)

// ruleEntry reads one rule.
func (y *yamlReader) ruleEntry(rb *Rulebook, node ast.Node, p string, keys ...string) Rule {
	var r Rule
	if m, ok := node.(*ast.MappingNode); ok { // the id first: every message names it
		for _, v := range m.Values {
			if v.Key.GetToken().Value == "id" {
				y.rule = v.Value.GetToken().Value
			}
		}
	}
	defer func() { y.rule = "" }()
	for _, e := range y.mapping(node, p, keys...) {
		pe := p + "/" + e.key
		switch e.key {
		case "id":
			r.ID = y.text(e.node, pe)
		case "item":
			r.Item = y.text(e.node, pe)
		case "title":
			r.Title = y.both(e.node, pe)
		case "in_force":
			y.inForce(&r, e.node, pe)
		case "address":
			r.Address = y.text(e.node, pe)
		case "citation":
			r.Citation = y.both(e.node, pe)
		case "quote":
			r.Quote = y.text(e.node, pe)
		case "when":
			r.When = y.condition(rb, e.node, pe)
		case "any":
			r.Any = y.conditions(rb, e.node, pe)
		case "except":
			r.Except = y.texts(e.node, pe)
		case "then":
			y.then(rb, &r, e.node, pe)
		case "confidence":
			r.Confidence = Confidence(y.text(e.node, pe))
			if !slices.Contains([]Confidence{Confirmed, Inferred, Recall}, r.Confidence) {
				y.problem(e.node, pe, "enum", "%q: expected confirmed, inferred or recall", r.Confidence)
			}
		case "reading":
			r.Reading = y.text(e.node, pe)
			y.reading(e.node, pe, r.Reading)
		case "note":
			r.Note = y.both(e.node, pe)
		}
	}
	if r.Then.reports() && r.Item == "" {
		y.problem(node, p+"/item", "required", "item is missing: a report names the legal item that asks for it")
	}
	return r
}

// then reads what a rule says, in the way of the rulebook's kind.
func (y *yamlReader) then(rb *Rulebook, r *Rule, node ast.Node, p string) {
	switch rb.kind {
	case decides:
		r.Then = y.outcome(node, p)
	case extends:
		r.Rulebook = rb.ID
		if r.Then = y.outcome(node, p); r.Then.None {
			y.problem(node, p, "laxer", "says that nothing is due: an extension only adds to what %s asks for, so say what is due besides, or remove the rule", rb.target)
		}
	case concludes:
		r.Concludes = y.conclusion(rb, node, p)
	case tells:
		y.thenDuties(rb, r, node, p)
	}
}

var readingID = regexp.MustCompile(`^R-[0-9]{3}$`)

func (y *yamlReader) reading(node ast.Node, p, id string) {
	if !readingID.MatchString(id) {
		y.problem(node, p, "pattern", "%q is not the number of a reading: write it as R-001", id)
	}
}

func (y *yamlReader) inForce(r *Rule, node ast.Node, p string) {
	for _, e := range y.mapping(node, p, "from", "?until") {
		if e.key == "from" && e.node.GetToken().Value == "unknown" {
			continue
		}
		d := y.date(e.node, p+"/"+e.key)
		if e.key == "from" {
			r.From = &d
		} else {
			r.Until = &d
		}
	}
	if r.From != nil && r.Until != nil && !r.From.Before(*r.Until) {
		y.problem(node, p, "order", "from %v is not before until %v", *r.From, *r.Until)
	}
}

func (y *yamlReader) conditions(rb *Rulebook, node ast.Node, p string) []Condition {
	var out []Condition
	for i, n := range y.list(node, p) {
		out = append(out, y.condition(rb, n, fmt.Sprintf("%s/%d", p, i)))
	}
	return out
}

func (y *yamlReader) condition(rb *Rulebook, node ast.Node, p string) Condition {
	return y.valuesOf(rb.Fact, node, p)
}

// conclusion reads the values that a rule leaves to facts of the target; nil
// for a rule that only takes matters out of others.
func (y *yamlReader) conclusion(rb *Rulebook, node ast.Node, p string) Condition {
	entries := y.mapping(node, p, "?facts", "?scope")
	if len(entries) != 1 {
		y.problem(node, p, "outcome", "expected facts with the values that remain, or scope: outside")
		return nil
	}
	e := entries[0]
	if e.key == "scope" {
		y.word(e.node, p+"/scope", "outside")
		return nil
	}
	c := y.valuesOf(rb.targetFact, e.node, p+"/facts")
	if len(c) == 0 {
		y.problem(e.node, p+"/facts", "empty", "no fact is concluded: name one or more, or write scope: outside")
	}
	for _, id := range sortedKeys(c) {
		if f := rb.targetFact(id); !slices.ContainsFunc(f.Values, func(v Value) bool { return !slices.Contains(c[id], v.ID) }) {
			y.problem(e.node, p+"/facts/"+id, "open", "every value of %s remains: name fewer, or leave it out", id)
		}
	}
	return c
}

// valuesOf reads facts with values of each.
func (y *yamlReader) valuesOf(fact func(string) *Fact, node ast.Node, p string) Condition {
	c := Condition{}
	for _, e := range y.mapping(node, p) {
		pe := p + "/" + e.key
		values := y.texts(e.node, pe)
		f := fact(e.key)
		if f == nil {
			y.problem(e.node, pe, "unknown_fact", "no fact is called %q", e.key)
			continue
		}
		for _, v := range values {
			if f.value(v) < 0 {
				y.problem(e.node, pe, "unknown_value", "%s has no value %q", e.key, v)
			}
		}
		if len(values) == 0 {
			y.problem(e.node, pe, "empty", "%s needs one or more values", e.key)
		}
		c[e.key] = values
	}
	return c
}

func (y *yamlReader) outcome(node ast.Node, p string) Outcome {
	var o Outcome
	unit := ""
	for _, e := range y.mapping(node, p, "?term", "?unit", "?periodic", "?form", "?person", "?first_report", "?report") {
		pe := p + "/" + e.key
		switch e.key {
		case "term":
			o.TermDays = y.number(e.node, pe, 1, 366)
		case "unit":
			y.word(e.node, pe, "calendar_days") // the only unit of the rulebooks so far
			unit = e.key
		case "periodic":
			o.Periodic = y.word(e.node, pe, "yearly_within_two_months")
		case "form":
			o.Form = "form" + strconv.Itoa(y.number(e.node, pe, 8, 12))
		case "person":
			o.Person = y.word(e.node, pe, "named")
		case "first_report":
			o.FirstReport = y.word(e.node, pe, "promptly")
		case "report":
			o.None = y.word(e.node, pe, "none")
		}
	}
	term := o.TermDays > 0
	shape := o
	shape.TermDays, shape.Form = 0, ""
	ok := term == (unit != "")
	switch shape {
	case Outcome{}:
		ok = ok && term && o.reports()
	case Outcome{Periodic: true}:
		ok = ok && !term && o.reports()
	case Outcome{Person: true}:
		ok = ok && term && !o.reports()
	case Outcome{FirstReport: true}, Outcome{None: true}:
		ok = ok && !term && !o.reports()
	default:
		ok = false
	}
	if !ok {
		y.problem(node, p, "outcome", "expected term with unit and form, term with unit and person, periodic with form, first_report alone, or report: none alone")
	}
	return o
}

// uniqueIDs checks ids and the rules named as exceptions.
func (y *yamlReader) uniqueIDs(rb *Rulebook) {
	seen := map[string]bool{}
	for _, r := range rb.Rules {
		seen[r.ID] = true
	}
	first := map[string]bool{}
	for i, r := range rb.Rules {
		y.rule = r.ID
		p := fmt.Sprintf("/rules/%d", i)
		if first[r.ID] {
			y.problem(y.nodes[i], p+"/id", "unique", "the id stands twice: give one of the rules another")
		}
		first[r.ID] = true
		for _, id := range r.Except {
			if !seen[id] || id == r.ID {
				y.problem(y.nodes[i], p+"/except", "unknown_rule", "except names %q, which is no other rule", id)
			}
		}
	}
	y.rule = ""
}
