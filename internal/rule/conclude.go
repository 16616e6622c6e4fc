package rule

import (
	"slices"

	"mimamori/internal/caldate"
)

// FactRulebook is a checked rulebook of the second kind: its rules conclude
// facts of another rulebook, its target, instead of what is due. Make one with
// LoadFactRulebook. It is never changed afterwards and may be shared between
// goroutines.
type FactRulebook struct{ book *Rulebook }

// Ref returns the name of the rulebook.
func (fr *FactRulebook) Ref() Ref { return fr.book.Ref() }

// Target returns the id of the rulebook whose facts are concluded.
func (fr *FactRulebook) Target() string { return fr.book.target }

// Facts returns what the rulebook asks, in the order in which it is best asked.
func (fr *FactRulebook) Facts() []Fact { return fr.book.Facts }

// Rules returns the rules in the order of the text.
func (fr *FactRulebook) Rules() []Rule { return fr.book.Rules }

// Readings returns the readings that hold for every rule.
func (fr *FactRulebook) Readings() []string { return fr.book.Readings }

// Boundaries returns the days on which a rule starts or stops, in order.
func (fr *FactRulebook) Boundaries() []caldate.Date { return fr.book.Boundaries() }

// Conclusion is what a fact rulebook says about one fact of its target.
type Conclusion struct {
	Fact     string   `json:"fact"`
	Possible []string `json:"possible"` // values that are possible in some world, in the order of the rulebook
	Open     bool     `json:"open"`     // all values are: nothing is said
	// Rules has the rules that narrow the fact in some world: those that apply
	// in every world first, each part in the order of the text.
	Rules []ProofLine `json:"rules"`
}

// Conclusions is what a fact rulebook says about a situation on a day.
type Conclusions struct {
	Rulebook Ref
	Facts    []Conclusion // one for each fact that can be concluded
	Proof    []ProofLine  // one line for each rule, in the order of the text
}

// Conclude tells what the facts of the target can be. A world leaves of each
// fact the values that every rule that applies in it allows, all when none
// speaks of the fact; the conclusion has the values of all possible worlds
// together, so a fact that is open in one world stays open.
//
// Facts are concluded one by one: that two of their values never go together
// is not told.
//
// It fails, with fault.Invalid, when aware is no day or s does not fit the
// rulebook.
func (fr *FactRulebook) Conclude(s Situation, aware caldate.Date) (Conclusions, error) {
	rb := fr.book
	w, err := rb.worlds(s, aware)
	if err != nil {
		return Conclusions{}, err
	}
	out := Conclusions{Rulebook: rb.Ref(), Proof: rb.proof(w)}
	for i := range rb.targets {
		var left valueSet
		for _, l := range w.leaves {
			left |= w.diagram.leaves[l].concluded[i]
		}
		f := &rb.targets[i]
		c := Conclusion{Fact: f.ID, Possible: f.in(left), Open: left == f.all()}
		for _, state := range []State{Applies, MayApply} {
			for r, line := range out.Proof {
				if line.State == state && rb.Rules[r].Concludes[f.ID] != nil {
					c.Rules = append(c.Rules, line)
				}
			}
		}
		out.Facts = append(out.Facts, c)
	}
	return out, nil
}

// newConclusion returns the leaf of a fact rulebook.
func (rb *Rulebook) newConclusion(rules []int) leaf {
	l := leaf{rules: rules, concluded: make([]valueSet, len(rb.targets))}
	for i := range rb.targets {
		f := &rb.targets[i]
		l.concluded[i] = f.all()
		for _, r := range rules {
			if values := rb.Rules[r].Concludes[f.ID]; values != nil {
				l.concluded[i] &= f.set(values)
			}
		}
	}
	return l
}

// set returns the set of the values with these ids.
func (f *Fact) set(ids []string) valueSet {
	var s valueSet
	for _, id := range ids {
		s |= 1 << f.value(id)
	}
	return s
}

// contradictions notes the facts of the target that the rules of a leaf leave
// without a value.
func (y *yamlReader) contradictions(rb *Rulebook, l *leaf, example string) {
	for i, left := range l.concluded {
		if left != 0 {
			continue
		}
		f := &rb.targets[i]
		speaking := slices.DeleteFunc(slices.Clone(l.rules), func(r int) bool { return rb.Rules[r].Concludes[f.ID] == nil })
		last := speaking[len(speaking)-1]
		y.atRule(rb, last, 0, "conflict", "leaves no value of %s together with %s, where %s: name it under except, or narrow one of them",
			f.ID, rb.Rules[speaking[0]].ID, example)
	}
}
