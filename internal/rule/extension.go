package rule

import (
	"slices"
	"strings"
)

// join adds the rules of an extension, which y has read, to a rulebook, and
// notes where an extension is none: rules that apply nowhere, a first report or
// a second report where it cannot be, and worlds that become less strict.
func (y *yamlReader) join(rb, extension *Rulebook) *Rulebook {
	first := len(rb.Rules)
	joined := rb.with(slices.Concat(rb.Rules, extension.Rules))
	y.eachLeaf(joined, first, func(l *leaf, example string) {
		reports, refusals, firsts := joined.sorted(l)
		if i := len(firsts) - 1; i >= 0 && firsts[i] >= first && len(reports) == 0 {
			y.atRule(joined, firsts[i], first, "conflict", "asks for a first report while nothing else is due (%s), where %s: narrow it", joined.ids(refusals), example)
		}
		if i := len(reports) - 1; i > 0 && reports[i] >= first && !joined.several {
			y.atRule(joined, reports[i], first, "conflict", "applies together with %s where %s, and %s lets no event meet several items: narrow it", joined.ids(reports[:i]), example, rb.ID)
		}
	})
	y.stricter(rb, joined, first)
	return joined
}

// stricter proves that no world is treated less strictly after a change of
// rules than before, or notes the rule to blame with an example.
//
// It walks the diagrams of both side by side, on every span of days: two worlds
// that part in neither diagram are one case, so every world is covered and none
// is listed. y has read the rules of after from first on.
func (y *yamlReader) stricter(before, after *Rulebook, first int) {
	told := map[string]bool{}
	for _, e := range after.epochs {
		side := pair{a: before.at(e.from), b: &e.diagram, seen: map[[2]ref]bool{}, world: nowhere(len(after.Facts))}
		side.walk(side.a.root, side.b.root, func(a, b *leaf) {
			how := laxer(before, after, a, b)
			blame := after.blame(b, first)
			k := key(blame, []int{len(how)}) + how
			if how == "" || told[k] {
				return
			}
			told[k] = true
			example := after.describe(side.world)
			if blame < 0 {
				y.problem(nil, "/rules", "laxer", "without the rules that are gone %s, where %s: keep them", how, example)
				return
			}
			y.atRule(after, blame, first, "laxer", "%s, where %s: an extension only makes stricter, so narrow the rule or make it stricter", how, example)
		})
	}
}

// blame returns the rule from first on that governs a leaf, else the first of
// them that applies there, else -1.
func (rb *Rulebook) blame(l *leaf, first int) int {
	found := -1
	for _, i := range l.rules {
		if i >= first && (found < 0 || rb.Rules[i].Then == l.governing.outcome) {
			found = i
		}
	}
	return found
}

// laxer says in which way leaf b of after is less strict than leaf a of before,
// "" when it is as strict or stricter:
//
//   - a report that was asked for must be asked for, on the same form, since
//     only what governs becomes an obligation; where a person had to decide, a
//     person decides or there is a report;
//   - what governs must not come later, nor rank behind what governed;
//   - a first report must stay, and so must every item that was met.
func laxer(before, after *Rulebook, a, b *leaf) string {
	was, is := a.governing.outcome, b.governing.outcome
	switch {
	case a.asks == report && b.asks != report:
		return "no report is asked for any more"
	case a.asks == decision && b.asks == nothing:
		return "no person decides any more"
	case slices.Compare(b.rank[:], a.rank[:]) > 0:
		return "what is due first becomes later or weaker"
	case was.reports() && is.Form != was.Form:
		return "another form, or none, takes the place of " + was.Form
	case a.governing.first && !b.governing.first:
		return "the first report falls away"
	}
	kept := after.itemsOf(b)
	gone := slices.DeleteFunc(before.itemsOf(a), func(item string) bool { return slices.Contains(kept, item) })
	if len(gone) > 0 {
		return "the item " + strings.Join(gone, ", ") + " is no longer met"
	}
	return ""
}

// itemsOf returns the legal items of a leaf.
func (rb *Rulebook) itemsOf(l *leaf) []string {
	items := make([]string, len(l.items))
	for i, item := range l.items {
		items[i] = rb.items[item]
	}
	return items
}

// pair is a walk of two diagrams over the same facts.
type pair struct {
	a, b  *diagram
	seen  map[[2]ref]bool
	world []int // values on the path to the present place, -1 for a fact that was not asked
}

// walk calls found with every two leaves that some world leads to.
func (p *pair) walk(a, b ref, found func(a, b *leaf)) {
	if p.seen[[2]ref{a, b}] {
		return
	}
	p.seen[[2]ref{a, b}] = true
	fact := min(p.a.factOf(a), p.b.factOf(b))
	if fact == noFact {
		found(&p.a.leaves[^a], &p.b.leaves[^b])
		return
	}
	n := p.a.nodes
	asking := a
	if p.a.factOf(a) != fact {
		n, asking = p.b.nodes, b
	}
	for v := range n[asking].next {
		p.world[fact] = v
		p.walk(p.a.step(a, fact, v), p.b.step(b, fact, v), found)
	}
	p.world[fact] = -1
}

// noFact stands behind every fact.
const noFact = 1 << 30

// factOf returns the fact that a node asks, noFact for a leaf.
func (d *diagram) factOf(r ref) int {
	if r < 0 {
		return noFact
	}
	return d.nodes[r].fact
}

// step returns where a value of a fact leads to; r itself when it does not ask
// the fact.
func (d *diagram) step(r ref, fact, value int) ref {
	if d.factOf(r) == fact {
		return d.nodes[r].next[value]
	}
	return r
}

// nowhere is a world of which no fact is told.
func nowhere(facts int) []int {
	world := make([]int, facts)
	for i := range world {
		world[i] = -1
	}
	return world
}
