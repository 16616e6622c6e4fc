package rule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// duties reads the duties that the rules can ask for.
func (y *yamlReader) duties(rb *Rulebook, node ast.Node) {
	y.dutyNodes = y.list(node, "/duties")
	for i, n := range y.dutyNodes {
		p := fmt.Sprintf("/duties/%d", i)
		var d Duty
		for _, e := range y.mapping(n, p, "id", "label", "to", "?value", "clock", "from", "?form") {
			pe := p + "/" + e.key
			switch e.key {
			case "id":
				d.ID = y.text(e.node, pe)
			case "label":
				d.Label = y.both(e.node, pe)
			case "to":
				d.To = y.both(e.node, pe)
			case "value":
				d.Value = y.text(e.node, pe)
			case "clock":
				d.Clock = y.clock(e.node, pe)
			case "from":
				d.From = y.text(e.node, pe)
			case "form":
				d.Form = "form" + strconv.Itoa(y.number(e.node, pe, 8, 12))
			}
		}
		if rb.duty(d.ID) >= 0 {
			y.problem(n, p+"/id", "unique", "the duty %s stands twice: remove one", d.ID)
		}
		y.dayZero(d, n, p+"/from")
		rb.duties = append(rb.duties, d)
	}
}

// clock reads how much time a duty leaves.
func (y *yamlReader) clock(node ast.Node, p string) Clock {
	var c Clock
	var keys []string
	term, unit := 0, ""
	for _, e := range y.mapping(node, p, "?promptly", "?term", "?unit", "?yearly_within", "?continuing") {
		pe := p + "/" + e.key
		keys = append(keys, e.key)
		switch e.key {
		case "promptly":
			c.Promptly = y.yes(e.node, pe)
		case "continuing":
			c.Continuing = y.yes(e.node, pe)
		case "term":
			term = y.number(e.node, pe, 1, 366)
		case "yearly_within":
			c.YearlyWithinMonths = y.number(e.node, pe, 1, 12)
		case "unit":
			unit = y.text(e.node, pe)
		}
	}
	slices.Sort(keys)
	shape := strings.Join(keys, " ")
	switch {
	case shape == "term unit" && unit == "calendar_days":
		c.Days = term
	case shape == "term unit" && unit == "months":
		c.Months = term
	case shape == "unit yearly_within" && unit == "months", shape == "promptly", shape == "continuing":
	default:
		y.problem(node, p, "clock", "expected promptly: true, term with unit calendar_days or months, yearly_within with unit months, or continuing: true")
	}
	return c
}

// dayZero checks that the clock of a duty can start on its day 0.
func (y *yamlReader) dayZero(d Duty, node ast.Node, p string) {
	wanted := []string{FromAware, FromAnswered, FromApproval}
	switch {
	case d.Clock.Continuing:
		wanted = []string{FromNone}
	case d.Clock.YearlyWithinMonths > 0:
		wanted = []string{FromApproval}
	}
	if !slices.Contains(wanted, d.From) {
		y.problem(node, p, "enum", "%q: with this clock expected one of %v", d.From, wanted)
	}
}

// thenDuties reads which duties follow from a rule.
func (y *yamlReader) thenDuties(rb *Rulebook, r *Rule, node ast.Node, p string) {
	if p == "/otherwise/then" {
		for _, e := range y.mapping(node, p, "person") {
			r.Then.Person = y.word(e.node, p+"/person", "named")
		}
		return
	}
	for _, e := range y.mapping(node, p, "duties") {
		pe := p + "/duties"
		if n, ok := e.node.(*ast.StringNode); ok {
			r.Then.None = y.word(n, pe, "none")
			continue
		}
		ids := y.texts(e.node, pe)
		if len(ids) == 0 {
			y.problem(e.node, pe, "empty", "no duty is named: name one or more, or write duties: none")
		}
		for _, id := range ids {
			if rb.duty(id) < 0 {
				y.problem(e.node, pe, "undeclared", "no duty is called %q: declare it under duties", id)
			}
		}
		r.Duties = ids
	}
}

// duty returns the place of a duty, or -1.
func (rb *Rulebook) duty(id string) int {
	return slices.IndexFunc(rb.duties, func(d Duty) bool { return d.ID == id })
}

// noneBesideDuty notes where a rule says that nothing is due and another asks
// for a duty.
func (y *yamlReader) noneBesideDuty(rb *Rulebook, l *leaf, example string) {
	asks, refusals, _ := rb.sorted(l)
	if len(asks) > 0 && len(refusals) > 0 {
		y.atRule(rb, refusals[0], 0, "conflict", "says that nothing is due while %s asks for a duty, where %s: name it under except, or narrow one of them", rb.ids(asks), example)
	}
}
