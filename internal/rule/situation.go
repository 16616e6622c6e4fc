package rule

import (
	"fmt"
	"slices"
	"strings"

	"mimamori/internal/fault"
)

// Known is what is known about one fact: the values still possible, one when it
// is settled, and where that comes from.
type Known struct {
	Values   []string `json:"values"`             // one or more, no duplicates
	Evidence string   `json:"evidence,omitempty"` // what it rests on
	By       string   `json:"by,omitempty"`       // who said so
	At       string   `json:"at,omitempty"`       // when, RFC 3339
}

// Situation is what is known, by fact. A fact that is not there is unknown: all
// its values are possible.
type Situation map[string]Known

// Check returns a fault.Invalid error that lists every fact and value that the
// rulebook does not have, and every fact left without a possible value.
func (rb *Rulebook) Check(s Situation) error {
	_, err := rb.possible(s)
	return err
}

// possible returns the values of every fact that s leaves open.
func (rb *Rulebook) possible(s Situation) ([]valueSet, error) {
	sets := make([]valueSet, len(rb.Facts))
	for i := range rb.Facts {
		sets[i] = rb.Facts[i].all()
	}
	var check fault.Checker
	for _, id := range sortedKeys(s) {
		f := rb.Fact(id)
		if f == nil {
			check.Add("/"+escape(id), "unknown_fact", "no fact is called %q: use one of %s", id, rb.factIDs())
			continue
		}
		var set valueSet
		for _, value := range s[id].Values {
			v := f.value(value)
			if v < 0 {
				check.Add("/"+escape(id), "unknown_value", "%s has no value %q: use one of %s", id, value, f.valueIDs())
				continue
			}
			set |= 1 << v
		}
		if len(s[id].Values) == 0 {
			check.Add("/"+escape(id), "empty", "%s has no possible value left: leave one or more of %s, or leave the fact out when it is unknown", id, f.valueIDs())
		}
		sets[rb.index[id]] = set
	}
	return sets, check.Err("the facts do not fit the rulebook %s", rb.ID)
}

// of returns the part of s that is about facts of the rulebook.
func (rb *Rulebook) of(s Situation) Situation {
	part := Situation{}
	for id, known := range s {
		if rb.Fact(id) != nil {
			part[id] = known
		}
	}
	return part
}

// in returns the ids of a set of values, in the order of the rulebook.
func (f *Fact) in(set valueSet) []string {
	ids := []string{}
	for v := range f.Values {
		if set.has(v) {
			ids = append(ids, f.Values[v].ID)
		}
	}
	return ids
}

func (f *Fact) valueIDs() string { return strings.Join(f.in(f.all()), ", ") }

func (rb *Rulebook) factIDs() string {
	ids := make([]string, len(rb.Facts))
	for i := range rb.Facts {
		ids[i] = rb.Facts[i].ID
	}
	return strings.Join(ids, ", ")
}

// normal returns s with the values of each fact in the order of the rulebook,
// without facts of which nothing is known and nothing is told.
func (rb *Rulebook) normal(s Situation, sets []valueSet) Situation {
	out := Situation{}
	for id, k := range s {
		i := rb.index[id]
		if sets[i] == rb.Facts[i].all() && k.Evidence == "" && k.By == "" && k.At == "" {
			continue
		}
		k.Values = rb.Facts[i].in(sets[i])
		out[id] = k
	}
	return out
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// escape writes a name as part of a JSON pointer (RFC 6901).
func escape(name string) string {
	const longest = 60
	if runes := []rune(name); len(runes) > longest {
		name = fmt.Sprintf("%s...", string(runes[:longest]))
	}
	return pointerEscapes.Replace(name)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
