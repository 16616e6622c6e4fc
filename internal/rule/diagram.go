package rule

import (
	"encoding/binary"
	"slices"

	"mimamori/internal/caldate"
)

// epoch is a span of days in which the same rules are in force.
type epoch struct {
	from    caldate.Date // zero: no start
	diagram diagram
}

// at returns the diagram of the rules in force on the awareness day.
func (rb *Rulebook) at(aware caldate.Date) *diagram {
	i := len(rb.epochs) - 1
	for i > 0 && aware.Before(rb.epochs[i].from) {
		i--
	}
	return &rb.epochs[i].diagram
}

// diagram is a reduced ordered decision diagram over the facts: every world
// leads from the root along one path to one leaf, and worlds in which the same
// rules apply lead to the same leaf. A fact that does not matter on a path is
// not asked there.
type diagram struct {
	root   ref
	nodes  []node
	leaves []leaf
}

// ref points to a node, or to leaf ^ref when negative.
type ref int32

// node asks one fact; next has one ref for each value of it.
type node struct {
	fact int
	next []ref
}

// leaf is a class of worlds in which the same rules apply.
type leaf struct {
	rules     []int // indexes of the rules that apply, ascending; empty: none
	items     []int // legal items that ask for a report, as places in Rulebook.items
	governing governing
	rank      rank // of governing
	asks      asks
	unmet     bool       // no rule applies, so the one that stands in does
	concluded []valueSet // where facts are concluded: what the rules leave of each fact of the target
	duties    []int      // where duties are told: places in Rulebook.duties, ascending
}

// asks is what a world asks for.
type asks int

const (
	nothing  asks = iota // not reportable
	report               // a report on a form
	decision             // the text does not settle it: a named person decides
)

// with returns the rulebook with other rules, not checked.
func (rb *Rulebook) with(rules []Rule) *Rulebook {
	o := *rb
	o.Rules = rules
	o.compile()
	return &o
}

// compile builds the diagram of every span of days between boundaries.
func (rb *Rulebook) compile() {
	rb.items, rb.branches, rb.epochs = nil, nil, nil
	for i, r := range rb.Rules {
		if r.Item != "" && !slices.Contains(rb.items, r.Item) {
			rb.items = append(rb.items, r.Item)
		}
		rb.branches = append(rb.branches, rb.clauses(i))
	}
	starts := append([]caldate.Date{{}}, rb.Boundaries()...)
	for _, from := range starts {
		day := from
		if from.IsZero() && len(starts) > 1 {
			day = starts[1].AddDays(-1)
		}
		b := builder{rb: rb, memo: map[string]ref{}, nodes: map[string]ref{}, leaves: map[string]ref{}}
		for i := range rb.Rules {
			if rb.Rules[i].InForce(day) {
				b.clauses = append(b.clauses, rb.branches[i]...)
			}
		}
		alive := make([]int, len(b.clauses))
		for i := range alive {
			alive[i] = i
		}
		b.d.root = b.build(0, alive)
		rb.epochs = append(rb.epochs, epoch{from, b.d})
	}
}

// clause is a condition of a rule as one set of allowed values for each fact.
type clause struct {
	rule    int
	allowed []valueSet
}

// clauses returns When joined with each of Any; the rule holds where one of
// them does.
func (rb *Rulebook) clauses(rule int) []clause {
	r := &rb.Rules[rule]
	base := make([]valueSet, len(rb.Facts))
	for i := range rb.Facts {
		base[i] = rb.Facts[i].all()
	}
	rb.narrow(base, r.When)
	if len(r.Any) == 0 {
		return []clause{{rule, base}}
	}
	var out []clause
	for _, c := range r.Any {
		allowed := slices.Clone(base)
		rb.narrow(allowed, c)
		out = append(out, clause{rule, allowed})
	}
	return out
}

// narrow keeps in allowed the values that c names.
func (rb *Rulebook) narrow(allowed []valueSet, c Condition) {
	for id, values := range c {
		fact := rb.index[id]
		var named valueSet
		for _, v := range values {
			named |= 1 << rb.Facts[fact].value(v)
		}
		allowed[fact] &= named
	}
}

// builder compiles one diagram. The state after some facts is the set of
// clauses that still can hold; equal states are built once.
type builder struct {
	rb      *Rulebook
	clauses []clause
	d       diagram
	memo    map[string]ref // state -> ref
	nodes   map[string]ref // fact and next -> ref: equal nodes are one
	leaves  map[string]ref // rules -> ref
}

func (b *builder) build(fact int, alive []int) ref {
	if fact == len(b.rb.Facts) {
		return b.leaf(alive)
	}
	state := key(fact, alive)
	if r, ok := b.memo[state]; ok {
		return r
	}
	next := make([]ref, len(b.rb.Facts[fact].Values))
	for v := range next {
		var still []int
		for _, c := range alive {
			if b.clauses[c].allowed[fact].has(v) {
				still = append(still, c)
			}
		}
		next[v] = b.build(fact+1, still)
	}
	r := b.node(fact, next)
	b.memo[state] = r
	return r
}

// node returns the node that asks fact, or next itself when the fact does not
// matter there.
func (b *builder) node(fact int, next []ref) ref {
	if !slices.ContainsFunc(next, func(r ref) bool { return r != next[0] }) {
		return next[0]
	}
	k := key(fact, next)
	r, ok := b.nodes[k]
	if !ok {
		r = ref(len(b.d.nodes)) //nolint:gosec // a diagram has far fewer than 2^31 nodes
		b.d.nodes = append(b.d.nodes, node{fact, next})
		b.nodes[k] = r
	}
	return r
}

// leaf returns the leaf of the worlds in which the clauses hold. A rule is
// taken out where the conditions of one of its exceptions hold.
func (b *builder) leaf(alive []int) ref {
	holds := map[string]bool{}
	for _, c := range alive {
		holds[b.rb.Rules[b.clauses[c].rule].ID] = true
	}
	var rules []int
	for _, c := range alive {
		rule := b.clauses[c].rule
		out := slices.ContainsFunc(b.rb.Rules[rule].Except, func(id string) bool { return holds[id] })
		if !out && !slices.Contains(rules, rule) {
			rules = append(rules, rule)
		}
	}
	slices.Sort(rules)
	k := key(0, rules)
	r, ok := b.leaves[k]
	if !ok {
		r = ^ref(len(b.d.leaves)) //nolint:gosec // as above
		b.d.leaves = append(b.d.leaves, b.rb.newLeaf(rules))
		b.leaves[k] = r
	}
	return r
}

func (rb *Rulebook) newLeaf(rules []int) leaf {
	switch rb.kind {
	case concludes:
		return rb.newConclusion(rules)
	case tells:
		return rb.newDuties(rules)
	case decides, extends:
	}
	l := leaf{rules: rules}
	first, settled := false, false
	outcomes := []Outcome{}
	for _, i := range rules {
		r := &rb.Rules[i]
		first = first || r.Then.FirstReport
		settled = settled || !r.Then.FirstReport
		if r.Then.reports() {
			l.asks = report
			if item := slices.Index(rb.items, r.Item); !slices.Contains(l.items, item) {
				l.items = append(l.items, item)
			}
		}
		if r.Then.Person && l.asks == nothing {
			l.asks = decision
		}
		if r.Then.reports() || r.Then.Person {
			outcomes = append(outcomes, r.Then)
		}
	}
	if !settled {
		l.unmet, l.asks, outcomes = true, decision, append(outcomes, rb.otherwise.Then)
	}
	l.rank = governing{}.rank()
	for _, o := range outcomes {
		g := governing{o, first}
		if r := g.rank(); slices.Compare(r[:], l.rank[:]) < 0 {
			l.governing, l.rank = g, r
		}
	}
	return l
}

// key is a map key for numbers.
func key[N int | ref](fact int, numbers []N) string {
	b := binary.AppendVarint(nil, int64(fact))
	for _, n := range numbers {
		b = binary.AppendVarint(b, int64(n))
	}
	return string(b)
}
