package match

import (
	"cmp"
	"slices"

	"mimamori/internal/advisory"
	"mimamori/internal/sbom"
	"mimamori/internal/version"
)

// Index finds the advisories a component meets. Fill it with Add, then read it
// from as many goroutines as needed; the zero Index is ready to use.
type Index struct {
	// Aliases are the identities that persons confirmed; nil is none. Set it
	// before the first reading.
	Aliases *Aliases
	// Statements are what VEX documents and patches say; nil is none.
	Statements *Statements

	byKey    map[string][]*entry
	wanted   map[string]bool // nil: every key
	records  int
	asks     bool // a record has conditions
	versions versionTable
}

// Only limits the index to the keys under which some components are looked up:
// advisories without one of them are counted and not kept. Call it before Add.
func (x *Index) Only(queries []Query) {
	x.wanted = map[string]bool{}
	for i := range queries {
		for _, key := range queries[i].keys {
			x.wanted[key] = true
		}
	}
}

// wants tells whether something is looked up under one of the keys.
func (x *Index) wants(keys [][]string) bool {
	return x.wanted == nil || slices.ContainsFunc(keys, func(list []string) bool {
		return slices.ContainsFunc(list, func(key string) bool { return x.wanted[key] })
	})
}

// Add takes an advisory in. Withdrawn advisories and entries that are not
// open (fixed, not affected) match nothing.
func (x *Index) Add(a advisory.Advisory) {
	x.records++
	if keys := openKeys(&a); x.wants(keys) {
		if r := recordOf(&a, keys); r != nil {
			x.insert(r)
		}
	}
}

func (x *Index) insert(r *record) {
	if x.byKey == nil {
		x.byKey = map[string][]*entry{}
	}
	x.asks = x.asks || len(r.conditions) > 0
	for i := range r.entries {
		e := &r.entries[i]
		if e.status == statusPlatform {
			continue
		}
		for _, key := range e.keys {
			x.byKey[key.Value()] = append(x.byKey[key.Value()], e)
		}
	}
}

// Len returns how many advisories were added.
func (x *Index) Len() int { return x.records }

// Conditional tells whether a record asks for something else in the release:
// if none does, Component finds for a component what Release does.
func (x *Index) Conditional() bool { return x.asks }

// Query is a component as it is looked up. A fleet has most components in
// common: each is made ready once.
type Query struct {
	component *sbom.Component
	keys      []string
}

// Query makes a component ready, which is not to be changed afterwards.
func (x *Index) Query(c *sbom.Component) Query { return Query{c, keysOf(identities(c, x.Aliases))} }

// Component returns what meets the component, sorted by record and part, one
// Finding for each, with all its evidence. Where a record asks for something
// else in the release, it is not known here: Release tells.
func (x *Index) Component(c sbom.Component) []Finding {
	return x.find(&c, identities(&c, x.Aliases), nil)
}

// Find is Component for a query.
func (x *Index) Find(q *Query) []Finding {
	if !slices.ContainsFunc(q.keys, func(key string) bool { return len(x.byKey[key]) > 0 }) {
		return nil
	}
	return x.Component(*q.component)
}

// Release returns what meets each component of a release, in their order.
// Conditions of records are checked against the other components; what is not
// among them may be there all the same and leaves the match possible.
func (x *Index) Release(components []sbom.Component) [][]Finding {
	ids := make([][]identity, len(components))
	around := surroundings{}
	for i := range components {
		ids[i] = identities(&components[i], x.Aliases)
		for j := range ids[i] {
			around[ids[i][j].key] = append(around[ids[i][j].key], &ids[i][j])
		}
	}
	out := make([][]Finding, len(components))
	for i := range components {
		out[i] = x.find(&components[i], ids[i], around)
	}
	return out
}

// find is Component in given surroundings.
func (x *Index) find(c *sbom.Component, ids []identity, around surroundings) []Finding {
	cleared := clearances{}
	raw := x.meetings(ids, around, cleared)
	out := make([]Finding, 0, len(raw))
	for r, evidence := range raw {
		f := r.finding(evidence)
		f.Counters = append(cleared.counters(r, f.Evidence), x.Statements.counters(c, ids, r)...)
		out = append(out, f)
	}
	slices.SortFunc(out, compareFindings)
	return out
}

// meetings lists the evidence by record, and notes in cleared, if it is not
// nil, what distributions leave out.
func (x *Index) meetings(ids []identity, around surroundings, cleared clearances) map[*record][]Evidence {
	found := map[*record][]Evidence{}
	for i := range ids {
		id := &ids[i]
		id.known = &x.versions
		for _, e := range x.byKey[id.key] {
			evidence, meets, outside := e.meet(id)
			if !meets {
				cleared.note(e, id, outside)
				continue
			}
			if around.settle(e, id, &evidence) {
				found[e.record] = addEvidence(found[e.record], e.record, evidence)
			}
		}
	}
	return found
}

// addEvidence adds one reason, unless it is already there.
func addEvidence(list []Evidence, r *record, e Evidence) []Evidence {
	e.describe(r.source, r.name())
	if slices.Contains(list, e) {
		return list
	}
	return append(list, e)
}

// finding is what the evidence, at least one, amounts to.
func (r *record) finding(evidence []Evidence) Finding {
	slices.SortFunc(evidence, compareEvidence)
	return Finding{Source: r.source, Record: r.id, Part: r.part, Aliases: r.aliases, Class: evidence[0].Class, Evidence: evidence}
}

func compareFindings(a, b Finding) int {
	return cmp.Or(cmp.Compare(a.Record, b.Record), cmp.Compare(a.Part, b.Part), cmp.Compare(a.Source, b.Source), compareClass(a.Class, b.Class), compareEvidence(a.Evidence[0], b.Evidence[0]))
}

// surroundings are the identities of a release by key; nil when the release is
// not known.
type surroundings map[string][]*identity

// settle checks what the record's condition asks for besides. It returns false
// when the release shows that it is not so.
func (s surroundings) settle(e *entry, id *identity, evidence *Evidence) bool {
	if e.condition < 0 {
		return true
	}
	c := &e.record.conditions[e.condition]
	return evidence.condition(e.record, c, holds(e.record, c, func(other *entry) version.Membership {
		answer := s.member(other)
		if other == e {
			answer = or(answer, memberOf(evidence))
		}
		return answer
	}))
}

// member tells whether a component of the release is what the entry names.
func (s surroundings) member(e *entry) version.Membership {
	answer := version.Membership("")
	for _, key := range e.keys {
		for _, id := range s[key.Value()] {
			answer = or(answer, e.member(id))
		}
	}
	switch {
	case answer != "":
		return answer
	case e.impliedBy(func(key string) bool { return len(s[key]) > 0 }):
		return version.Inside
	}
	return version.Unknown
}

// memberOf is what the evidence alone says about its entry.
func memberOf(e *Evidence) version.Membership {
	if e.Class == Affected {
		return version.Inside
	}
	return version.Unknown
}
