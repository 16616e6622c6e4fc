package rule

import (
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// DigestOf returns the digest under which a text is kept.
var DigestOf = digestOf

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

// Concluded returns what a world, given by the value of each fact, leaves of
// each fact of the target, as bit sets.
func (fr *FactRulebook) Concluded(world []int, aware Day) []uint32 {
	var out []uint32
	for _, s := range fr.book.leafOf(world, aware).concluded {
		out = append(out, uint32(s))
	}
	return out
}

// Differing returns a world in which o concludes otherwise on the day, nil when
// there is none. It walks both diagrams, so none is missed.
func (fr *FactRulebook) Differing(o *FactRulebook, aware Day) []int {
	return fr.book.differing(o.book, aware, func(a, b *leaf) bool { return slices.Equal(a.concluded, b.concluded) })
}

// Differing returns a world in which other rules, by their places, apply in o on
// the day, nil when there is none.
func (d *DutyRulebook) Differing(o *DutyRulebook, aware Day) []int {
	return d.book.differing(o.book, aware, func(a, b *leaf) bool { return slices.Equal(a.rules, b.rules) })
}

// Applying returns the ids of the rules that apply in a world, sorted.
func (d *DutyRulebook) Applying(world []int, aware Day) []string {
	var ids []string
	for _, i := range d.book.leafOf(world, aware).rules {
		ids = append(ids, d.book.Rules[i].ID)
	}
	slices.Sort(ids)
	return ids
}

func (rb *Rulebook) differing(o *Rulebook, aware Day, same func(a, b *leaf) bool) []int {
	var found []int
	p := pair{a: rb.at(aware), b: o.at(aware), seen: map[[2]ref]bool{}, world: nowhere(len(rb.Facts))}
	p.walk(p.a.root, p.b.root, func(a, b *leaf) {
		if found == nil && !same(a, b) {
			found = slices.Clone(p.world)
			for i, v := range found {
				found[i] = max(v, 0) // it does not matter
			}
		}
	})
	return found
}

// Mutant is like that of Rulebook.
func (d *DutyRulebook) Mutant(rules []Rule) *DutyRulebook { return &DutyRulebook{d.book.with(rules)} }

// SameWorlds is like that of Rulebook.
func (d *DutyRulebook) SameWorlds(o *DutyRulebook) bool { return d.book.SameWorlds(o.book) }

// Accepted is like that of Rulebook.
func (d *DutyRulebook) Accepted() bool { return d.book.Accepted() }

// AllFacts returns the facts that are used and those that are asked.
func (d *DutyRulebook) AllFacts() []Fact { return d.book.Facts }

// Targets returns the facts that can be concluded.
func (fr *FactRulebook) Targets() []Fact { return fr.book.targets }
