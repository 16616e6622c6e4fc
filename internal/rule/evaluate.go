package rule

import (
	"math"
	"slices"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
)

// worlds are the possible worlds of a situation on a day.
type worlds struct {
	day      caldate.Date
	possible []valueSet // by fact
	diagram  diagram    // of these worlds only
	leaves   []int      // that they lead to, ascending
}

// worlds returns those of a situation under the rules in force on the day. It
// fails, with fault.Invalid, when day is no day or s does not fit the rulebook.
func (rb *Rulebook) worlds(s Situation, day caldate.Date) (worlds, error) {
	if day.IsZero() {
		return worlds{}, noDay()
	}
	possible, err := rb.possible(s)
	if err != nil {
		return worlds{}, err
	}
	d := rb.at(day).restrict(possible)
	return worlds{day, possible, d, d.reach(-1, 0)}, nil
}

func noDay() error {
	return fault.Fields("the decision needs a day", []fault.Field{{Pointer: "/aware", Rule: "required", Message: "the awareness day is missing: fill it in"}})
}

// open tells whether a fact is not settled.
func (w worlds) open(fact int) bool { return w.possible[fact]&(w.possible[fact]-1) != 0 }

// impossible marks a value of a node that a situation has ruled out.
const impossible ref = math.MinInt32

// restrict returns the diagram of the worlds that possible leaves, reduced: a
// fact that is still asked in it matters, exactly, for the rules that apply.
// The leaves are shared with d.
func (d *diagram) restrict(possible []valueSet) diagram {
	small := diagram{leaves: d.leaves}
	done := make([]ref, len(d.nodes))
	for i := range done {
		done[i] = impossible
	}
	same := map[string]ref{}
	var visit func(ref) ref
	visit = func(r ref) ref {
		if r < 0 {
			return r
		}
		if done[r] != impossible {
			return done[r]
		}
		n := d.nodes[r]
		next := make([]ref, len(n.next))
		only, differ := impossible, false
		for v := range n.next {
			next[v] = impossible
			if possible[n.fact].has(v) {
				next[v] = visit(n.next[v])
				differ = differ || only != impossible && next[v] != only
				only = next[v]
			}
		}
		if differ {
			k := key(n.fact, next)
			known, ok := same[k]
			if !ok {
				known = ref(len(small.nodes)) //nolint:gosec // no more nodes than d has
				small.nodes = append(small.nodes, node{n.fact, next})
				same[k] = known
			}
			only = known
		}
		done[r] = only
		return only
	}
	small.root = visit(d.root)
	return small
}

// reach returns the leaves that the worlds of the diagram lead to, ascending.
// With fact 0 or more, only the worlds in which it has the value.
func (d *diagram) reach(fact, value int) []int {
	seen := make([]bool, len(d.nodes))
	hit := make([]bool, len(d.leaves))
	var visit func(ref)
	visit = func(r ref) {
		if r < 0 {
			hit[^r] = true
			return
		}
		if seen[r] {
			return
		}
		seen[r] = true
		n := d.nodes[r]
		for v, next := range n.next {
			if next != impossible && (n.fact != fact || v == value) {
				visit(next)
			}
		}
	}
	visit(d.root)
	var leaves []int
	for i, ok := range hit {
		if ok {
			leaves = append(leaves, i)
		}
	}
	return leaves
}

// asks tells whether the diagram asks a fact.
func (d *diagram) asks(fact int) bool {
	return slices.ContainsFunc(d.nodes, func(n node) bool { return n.fact == fact })
}
