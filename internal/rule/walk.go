package rule

import (
	"fmt"
	"slices"
	"strings"
)

// walk notes the problems that only the worlds show: gaps, rules that
// contradict each other, rules that apply nowhere, and duties that no world
// brings with it.
func (y *yamlReader) walk(rb *Rulebook) {
	due := make([]bool, len(rb.duties))
	y.eachLeaf(rb, 0, func(l *leaf, example string) {
		for _, i := range l.duties {
			due[i] = true
		}
		switch rb.kind {
		case concludes:
			y.contradictions(rb, l, example)
		case tells:
			y.noneBesideDuty(rb, l, example)
		case decides, extends:
			y.leaf(rb, l, example)
		}
	})
	for i, ok := range due {
		if !ok {
			y.problem(y.dutyNodes[i], fmt.Sprintf("/duties/%d", i), "unreachable", "the duty %s follows in no world: name it in a rule, or remove it", rb.duties[i].ID)
		}
	}
}

// eachLeaf calls found with each class of worlds of every span of days, once
// for the same rules, with one world as an example. It notes the rules that
// apply in none; y has read those from first on.
func (y *yamlReader) eachLeaf(rb *Rulebook, first int, found func(l *leaf, example string)) {
	fires := make([]bool, len(rb.Rules))
	told := map[string]bool{}
	for _, e := range rb.epochs {
		e.diagram.examples(len(rb.Facts), func(l *leaf, world []int) {
			for _, i := range l.rules {
				fires[i] = true
			}
			if k := key(0, l.rules); !told[k] {
				told[k] = true
				found(l, rb.describe(world))
			}
		})
	}
	for i := first; i < len(fires); i++ {
		if !fires[i] {
			y.atRule(rb, i, first, "never_fires", "it applies in no world: loosen its conditions or remove it")
		}
	}
}

// atRule notes something wrong with rule i of rb; y has read the rules from
// first on.
func (y *yamlReader) atRule(rb *Rulebook, i, first int, kind, format string, args ...any) {
	y.rule = rb.Rules[i].ID
	y.problem(y.nodes[i-first], fmt.Sprintf("/rules/%d", i-first), kind, format, args...)
	y.rule = ""
}

// leaf checks one class of worlds.
func (y *yamlReader) leaf(rb *Rulebook, l *leaf, example string) {
	reports, refusals, firsts := rb.sorted(l)
	switch {
	case len(reports) == 0 && len(refusals) == 0:
		y.problem(nil, "/rules", "gap", "no rule applies where %s: add one, or one that says why nothing is due", example)
	case len(reports) > 0 && len(refusals) > 0:
		y.atRule(rb, refusals[0], 0, "conflict", "says that nothing is due while %s asks for a report, where %s: name it under except, or narrow one of them", rb.ids(reports), example)
	case len(reports) > 1 && !rb.several:
		y.atRule(rb, reports[0], 0, "conflict", "applies together with %s where %s: name it under except, or declare several", rb.ids(reports[1:]), example)
	}
	if len(firsts) > 0 && len(reports) == 0 {
		y.atRule(rb, firsts[0], 0, "conflict", "asks for a first report while nothing else is due (%s), where %s: narrow it", rb.ids(refusals), example)
	}
}

// sorted returns the rules of a leaf that ask for a report or a decision, that
// say that nothing is due, and that ask for a first report.
func (rb *Rulebook) sorted(l *leaf) (reports, refusals, firsts []int) {
	for _, i := range l.rules {
		switch t := rb.Rules[i].Then; {
		case t.None:
			refusals = append(refusals, i)
		case t.FirstReport:
			firsts = append(firsts, i)
		default:
			reports = append(reports, i)
		}
	}
	return reports, refusals, firsts
}

// ids lists rules.
func (rb *Rulebook) ids(rules []int) string {
	ids := make([]string, len(rules))
	for i, r := range rules {
		ids[i] = rb.Rules[r].ID
	}
	return strings.Join(ids, ", ")
}

// examples calls found for every leaf that can be reached with one world that
// leads there, -1 for a fact that does not matter.
func (d *diagram) examples(facts int, found func(*leaf, []int)) {
	seen := map[ref]bool{}
	world := nowhere(facts)
	var visit func(ref)
	visit = func(r ref) {
		if seen[r] {
			return
		}
		seen[r] = true
		if r < 0 {
			found(&d.leaves[^r], slices.Clone(world))
			return
		}
		n := d.nodes[r]
		for v, next := range n.next {
			world[n.fact] = v
			visit(next)
		}
		world[n.fact] = -1
	}
	visit(d.root)
}

// describe writes a world as "fact is value, ...".
func (rb *Rulebook) describe(world []int) string {
	var parts []string
	for i, v := range world {
		if v >= 0 {
			parts = append(parts, rb.Facts[i].ID+" is "+rb.Facts[i].Values[v].ID)
		}
	}
	if len(parts) == 0 {
		return "nothing is asked"
	}
	return strings.Join(parts, ", ")
}
