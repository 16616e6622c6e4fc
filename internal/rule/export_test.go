package rule

import (
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Mutant returns the rulebook with other rules, without any check of them.
func (rb *Rulebook) Mutant(rules []Rule) *Rulebook { return rb.with(rules) }

// Mutant is like that of Rulebook.
func (fr *FactRulebook) Mutant(rules []Rule) *FactRulebook {
	return &FactRulebook{fr.book.Mutant(rules)}
}

// SameWorlds tells whether the same rules, by their places, apply in every
// world on every day. Diagrams are reduced and built in one order, so equal
// functions have equal diagrams.
func (rb *Rulebook) SameWorlds(o *Rulebook) bool {
	return slices.EqualFunc(rb.epochs, o.epochs, func(a, b epoch) bool {
		return a.from == b.from && a.diagram.root == b.diagram.root && reflect.DeepEqual(a.diagram.nodes, b.diagram.nodes) &&
			slices.EqualFunc(a.diagram.leaves, b.diagram.leaves, func(x, y leaf) bool { return slices.Equal(x.rules, y.rules) })
	})
}

// SameWorlds is like that of Rulebook.
func (fr *FactRulebook) SameWorlds(o *FactRulebook) bool { return fr.book.SameWorlds(o.book) }

// Accepted tells whether Load would take the rules: no gap, no conflict, no
// rule that never fires.
func (rb *Rulebook) Accepted() bool {
	y := &yamlReader{nodes: make([]ast.Node, len(rb.Rules)), dutyNodes: make([]ast.Node, len(rb.duties))}
	y.walk(rb)
	return len(y.problems) == 0
}

// Accepted is like that of Rulebook.
func (fr *FactRulebook) Accepted() bool { return fr.book.Accepted() }

// WorldAnswer is what one world comes to.
type WorldAnswer struct {
	Ask   string // "report", "none" or "person"
	Form  string
	Days  int // 0: periodic
	First bool
	Items string
	Rules int // that settle it: all but those on a first report
}

// leafOf returns the leaf of a world, given by the value of each fact.
func (rb *Rulebook) leafOf(world []int, aware Day) *leaf {
	d := rb.at(aware)
	r := d.root
	for r >= 0 {
		n := d.nodes[r]
		r = n.next[world[n.fact]]
	}
	return &d.leaves[^r]
}

// World answers for a world straight from the diagram, without the proof.
func (rb *Rulebook) World(world []int, aware Day) WorldAnswer {
	l := rb.leafOf(world, aware)
	settle := 0
	for _, i := range l.rules {
		if !rb.Rules[i].Then.FirstReport {
			settle++
		}
	}
	if l.asks == nothing {
		return WorldAnswer{Ask: "none", Rules: settle}
	}
	a := WorldAnswer{Rules: settle, Ask: "report", Form: l.governing.outcome.Form, Days: l.governing.outcome.TermDays, First: l.governing.first}
	if l.asks == decision {
		a.Ask = "person"
	}
	var items []string
	for _, i := range l.items {
		items = append(items, rb.items[i])
	}
	a.Items = strings.Join(items, " ")
	return a
}

// Worlds calls f with every world, as values by fact, and what it leaves of
// each fact of the target, as bit sets. The slices are reused; f ends the walk
// by returning false.
func (fr *FactRulebook) Worlds(aware Day, f func(world []int, concluded []uint32) bool) {
	rb := fr.book
	world := make([]int, len(rb.Facts))
	concluded := make([]uint32, len(rb.targets))
	var pick func(int) bool
	pick = func(fact int) bool {
		if fact == len(world) {
			for i, s := range rb.leafOf(world, aware).concluded {
				concluded[i] = uint32(s)
			}
			return f(world, concluded)
		}
		for v := range rb.Facts[fact].Values {
			world[fact] = v
			if !pick(fact + 1) {
				return false
			}
		}
		return true
	}
	pick(0)
}

// Targets returns the facts that can be concluded.
func (fr *FactRulebook) Targets() []Fact { return fr.book.targets }
