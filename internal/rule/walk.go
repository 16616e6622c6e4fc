package rule

import (
	"fmt"
	"slices"
	"strings"
)

// walk notes the problems that only the worlds show: gaps, rules that
// contradict each other, and rules that apply nowhere.
func (y *yamlReader) walk(rb *Rulebook, nodes ruleNodes) {
	fires := make([]bool, len(rb.Rules))
	told := map[string]bool{}
	for _, e := range rb.epochs {
		e.diagram.examples(len(rb.Facts), func(l *leaf, world []int) {
			for _, i := range l.rules {
				fires[i] = true
			}
			k := key(0, l.rules)
			if told[k] {
				return
			}
			told[k] = true
			if rb.target != "" {
				y.contradictions(rb, l, nodes, rb.describe(world))
				return
			}
			y.leaf(rb, nodes, l, rb.describe(world))
		})
	}
	for i, ok := range fires {
		if !ok {
			y.rule = rb.Rules[i].ID
			y.problem(nodes[i], fmt.Sprintf("/rules/%d", i), "never_fires", "it applies in no world: loosen its conditions or remove it")
		}
	}
	y.rule = ""
}

// leaf checks one class of worlds.
func (y *yamlReader) leaf(rb *Rulebook, nodes ruleNodes, l *leaf, example string) {
	var reports, refusals, firsts []int
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
	conflict := func(i int, with []int, format string) {
		var ids []string
		for _, w := range with {
			ids = append(ids, rb.Rules[w].ID)
		}
		y.rule = rb.Rules[i].ID
		y.problem(nodes[i], fmt.Sprintf("/rules/%d", i), "conflict", format, strings.Join(ids, ", "), example)
	}
	switch {
	case len(reports) == 0 && len(refusals) == 0:
		y.rule = ""
		y.problem(nil, "/rules", "gap", "no rule applies where %s: add one, or one that says why nothing is due", example)
	case len(reports) > 0 && len(refusals) > 0:
		conflict(refusals[0], reports, "says that nothing is due while %s asks for a report, where %s: name it under except, or narrow one of them")
	case len(reports) > 1 && !rb.several:
		conflict(reports[0], reports[1:], "applies together with %s where %s: name it under except, or declare several")
	}
	if len(firsts) > 0 && len(reports) == 0 {
		conflict(firsts[0], refusals, "asks for a first report while nothing else is due (%s), where %s: narrow it")
	}
}

// examples calls found for every leaf that can be reached with one world that
// leads there, -1 for a fact that does not matter.
func (d *diagram) examples(facts int, found func(*leaf, []int)) {
	seen := map[ref]bool{}
	world := make([]int, facts)
	for i := range world {
		world[i] = -1
	}
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
