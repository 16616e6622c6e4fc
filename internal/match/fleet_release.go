package match

import (
	"cmp"
	"slices"

	"mimamori/internal/version"
)

// Hit is a component of a release meeting an advisory, with the advisory's
// conditions checked against the other components of that release.
type Hit struct {
	Component, Release string
	Finding            Finding
}

// Affected returns where the advisory matters, sorted by component and
// release. Releases that are known not to meet a condition are left out; where
// that is not known the finding is only possible.
func (f *Fleet) Affected(key AdvisoryKey) []Hit {
	f.mu.RLock()
	defer f.mu.RUnlock()
	r := f.records[key]
	if r == nil {
		return nil
	}
	found := f.meetings(r)
	var out []Hit
	settled := f.settler(r)
	for n, finding := range found {
		c := &f.components[n]
		in := settled(n, finding)
		for _, release := range c.releases {
			if here, meets := in(release); meets {
				out = append(out, Hit{c.id, f.names[release], here})
			}
		}
	}
	slices.SortFunc(out, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Component, b.Component), cmp.Compare(a.Release, b.Release))
	})
	return out
}

// settler returns the function that settles a record's conditions for a
// component, release by release.
func (f *Fleet) settler(r *record) func(component uint32, found Finding) func(release uint32) (Finding, bool) {
	states := map[*entry][]version.Membership{}
	member := func(e *entry, release uint32) version.Membership {
		state, known := states[e]
		if !known {
			state = f.states(e)
			states[e] = state
		}
		if m := state[release]; m != "" {
			return m
		}
		return version.Unknown
	}
	return func(component uint32, found Finding) func(uint32) (Finding, bool) {
		if len(r.conditions) == 0 {
			return func(uint32) (Finding, bool) { return found, true }
		}
		met := f.met(r, component)
		return func(release uint32) (Finding, bool) {
			var evidence []Evidence
			for _, m := range met {
				one := m.evidence
				if n := m.entry.condition; n >= 0 {
					c := &r.conditions[n]
					if !one.condition(r, c, holds(r, c, func(other *entry) version.Membership { return member(other, release) })) {
						continue
					}
				}
				evidence = addEvidence(evidence, r, one)
			}
			if len(evidence) == 0 {
				return Finding{}, false
			}
			return r.finding(evidence), true
		}
	}
}

// meeting is an entry that a component meets, its conditions aside.
type meeting struct {
	entry    *entry
	evidence Evidence
}

func (f *Fleet) met(r *record, component uint32) []meeting {
	var out []meeting
	for _, held := range f.components[component].identities {
		id := held.identity()
		for i := range r.entries {
			e := &r.entries[i]
			if e.status == statusPlatform || !slices.Contains(e.keys, held.key) {
				continue
			}
			if evidence, meets, _ := e.meet(&id); meets {
				out = append(out, meeting{e, evidence})
			}
		}
	}
	return out
}

// states tells for each release whether a component of it is what the entry
// names; empty where nothing tells.
func (f *Fleet) states(e *entry) []version.Membership {
	out := make([]version.Membership, len(f.names))
	for _, key := range e.keys {
		for _, p := range f.byKey[key] {
			id := f.components[p.component].identities[p.identity].identity()
			m := e.member(&id)
			for _, release := range f.components[p.component].releases {
				out[release] = or(out[release], m)
			}
		}
	}
	e.impliedBy(func(key string) bool {
		for _, p := range f.byKey[interned(key)] {
			for _, release := range f.components[p.component].releases {
				if out[release] == "" {
					out[release] = version.Inside
				}
			}
		}
		return false // the others may imply it in other releases
	})
	return out
}
