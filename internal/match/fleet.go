package match

import (
	"cmp"
	"iter"
	"runtime"
	"slices"
	"sync"

	"mimamori/internal/advisory"
	"mimamori/internal/sbom"
)

// Fleet is everything that is shipped, in memory: each distinct component once,
// with the releases it is in, under the keys by which advisories find it; and
// the advisories themselves, as they are compared. It answers in which releases
// a new advisory matters without touching anything that shares no key with it.
//
// It holds no matches: what meets what is a pure function of the components and
// the advisories, so it is computed for the old and for the new state of what
// changes, and the difference is told. The order and the batches in which
// changes come make no difference to what is held.
//
// All methods may be called from several goroutines.
type Fleet struct {
	mu          sync.RWMutex
	index       Index
	records     map[AdvisoryKey]*record // nil: the advisory matches nothing
	numbers     map[string]uint32       // component id → number
	components  []heldComponent         // by number; those that left are empty
	free        []uint32                // numbers of those
	byKey       map[handle][]posting
	releases    map[string]uint32
	names       []string // of releases, by number
	occurrences int
}

// NewFleet returns an empty fleet in which the confirmed aliases count.
func NewFleet(aliases *Aliases) *Fleet {
	return &Fleet{
		index: Index{Aliases: aliases}, records: map[AdvisoryKey]*record{}, numbers: map[string]uint32{},
		byKey: map[handle][]posting{}, releases: map[string]uint32{},
	}
}

// AdvisoryKey identifies an advisory.
type AdvisoryKey struct {
	Source   advisory.Source
	ID, Part string
}

func keyOf(a *advisory.Advisory) AdvisoryKey { return AdvisoryKey{a.Source, a.ID, a.Part} }

func compareAdvisoryKeys(a, b AdvisoryKey) int {
	return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Part, b.Part))
}

// Row says that a release contains a component. ID stands for the component's
// identity: rows with one ID have equal Components, of which the first is read.
type Row struct {
	ID        string
	Release   string
	Component sbom.Component
}

// Change is what became of one component and one advisory. Before or After is
// nil when they did not meet, or do not meet any more. Conditions of the
// advisory are open in both: Affected settles them for each release. Counters
// are not in them: they rest on other advisories and on statements, and
// Index.Component gives them.
type Change struct {
	Component     string
	Advisory      AdvisoryKey
	Before, After *Finding
}

// AddComponents takes rows in and returns the matches of components that are
// new to the fleet, sorted by component and advisory.
func (f *Fleet) AddComponents(rows []Row) []Change {
	f.mu.Lock()
	defer f.mu.Unlock()
	var fresh []uint32
	for i := range rows {
		row := &rows[i]
		n, known := f.numbers[row.ID]
		if !known {
			n = f.place(row)
			fresh = append(fresh, n)
		}
		c := &f.components[n]
		if release := f.release(row.Release); !slices.Contains(c.releases, release) {
			c.releases = append(c.releases, release)
			f.occurrences++
		}
	}
	var out []Change
	for _, n := range fresh {
		for _, found := range f.find(n) {
			out = append(out, Change{f.components[n].id, found.key(), nil, &found})
		}
	}
	return sorted(out)
}

// place gives a component a number and its keys.
func (f *Fleet) place(row *Row) uint32 {
	var n uint32
	if len(f.free) > 0 {
		n, f.free = f.free[len(f.free)-1], f.free[:len(f.free)-1]
	} else {
		n = uint32(len(f.components)) //nolint:gosec // four billion components do not fit into memory
		f.components = append(f.components, heldComponent{})
	}
	f.numbers[row.ID] = n
	f.components[n] = heldComponent{id: row.ID, identities: holdAll(&row.Component, f.index.Aliases)}
	for i := range f.components[n].identities {
		key := f.components[n].identities[i].key
		f.byKey[key] = append(f.byKey[key], posting{n, uint32(i)}) //nolint:gosec // a component has a handful
	}
	return n
}

func (f *Fleet) release(name string) uint32 {
	n, known := f.releases[name]
	if !known {
		n = uint32(len(f.names)) //nolint:gosec // as above
		f.releases[name] = n
		f.names = append(f.names, name)
	}
	return n
}

// RemoveComponents takes rows out again; Row.Component is not read. It returns
// the matches of components that are in no release any more.
func (f *Fleet) RemoveComponents(rows []Row) []Change {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []Change
	for i := range rows {
		n, known := f.numbers[rows[i].ID]
		release, shipped := f.releases[rows[i].Release]
		if !known || !shipped {
			continue
		}
		c := &f.components[n]
		at := slices.Index(c.releases, release)
		if at < 0 {
			continue
		}
		c.releases = slices.Delete(c.releases, at, at+1)
		f.occurrences--
		if len(c.releases) > 0 {
			continue
		}
		for _, found := range f.find(n) {
			out = append(out, Change{c.id, found.key(), &found, nil})
		}
		f.drop(n)
	}
	return sorted(out)
}

func (f *Fleet) drop(n uint32) {
	c := &f.components[n]
	for i := range c.identities {
		key := c.identities[i].key
		left := slices.DeleteFunc(f.byKey[key], func(p posting) bool { return p.component == n })
		if len(left) == 0 {
			delete(f.byKey, key)
		} else {
			f.byKey[key] = left
		}
	}
	delete(f.numbers, c.id)
	*c = heldComponent{}
	f.free = append(f.free, n)
}

// PutAdvisories takes new and changed advisories in and returns what changed.
// Of several with one key the last counts. A withdrawn one matches nothing.
func (f *Fleet) PutAdvisories(list []advisory.Advisory) []Change {
	last := make(map[AdvisoryKey]int, len(list))
	for i := range list {
		last[keyOf(&list[i])] = i
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []Change
	for i := range list {
		if key := keyOf(&list[i]); last[key] == i {
			out = append(out, f.replace(key, newRecord(&list[i]))...)
		}
	}
	return sorted(out)
}

// DeleteAdvisories takes advisories out again.
func (f *Fleet) DeleteAdvisories(keys []AdvisoryKey) []Change {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []Change
	for _, key := range keys {
		out = append(out, f.replace(key, nil)...)
		delete(f.records, key)
	}
	return sorted(out)
}

// replace puts a record in the place of another; either may be nil.
func (f *Fleet) replace(key AdvisoryKey, fresh *record) []Change {
	old := f.records[key]
	before, after := f.meetings(old), f.meetings(fresh)
	if old != nil {
		f.index.remove(old)
	}
	if fresh != nil {
		f.index.insert(fresh)
	}
	f.records[key] = fresh
	var out []Change
	for n, found := range before {
		if still, ok := after[n]; !ok {
			out = append(out, Change{f.components[n].id, key, &found, nil})
		} else if !equalFindings(&found, &still) {
			out = append(out, Change{f.components[n].id, key, &found, &still})
		}
	}
	for n, found := range after {
		if _, ok := before[n]; !ok {
			out = append(out, Change{f.components[n].id, key, nil, &found})
		}
	}
	return out
}

func equalFindings(a, b *Finding) bool {
	return a.Class == b.Class && slices.Equal(a.Evidence, b.Evidence) && slices.Equal(a.Aliases, b.Aliases)
}

// meetings returns what a record meets, by component.
func (f *Fleet) meetings(r *record) map[uint32]Finding {
	if r == nil {
		return nil
	}
	found := map[uint32][]Evidence{}
	for i := range r.entries {
		e := &r.entries[i]
		if e.status == statusPlatform {
			continue
		}
		for _, key := range e.keys {
			for _, p := range f.byKey[key] {
				id := f.components[p.component].identities[p.identity].identity()
				evidence, meets, _ := e.meet(&id)
				if meets && surroundings(nil).settle(e, &id, &evidence) {
					found[p.component] = addEvidence(found[p.component], r, evidence)
				}
			}
		}
	}
	out := make(map[uint32]Finding, len(found))
	for n, evidence := range found {
		out[n] = r.finding(evidence)
	}
	return out
}

// find returns what a component meets, sorted.
func (f *Fleet) find(n uint32) []Finding {
	held := f.components[n].identities
	ids := make([]identity, len(held))
	for i := range held {
		ids[i] = held[i].identity()
	}
	raw := f.index.meetings(ids, nil, nil)
	out := make([]Finding, 0, len(raw))
	for r, evidence := range raw {
		out = append(out, r.finding(evidence))
	}
	slices.SortFunc(out, compareFindings)
	return out
}

func (f *Finding) key() AdvisoryKey { return AdvisoryKey{f.Source, f.Record, f.Part} }

func sorted(list []Change) []Change {
	slices.SortFunc(list, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Component, b.Component), compareAdvisoryKeys(a.Advisory, b.Advisory))
	})
	return list
}

// Matters tells whether the advisory shares a key with a component of the
// fleet. One that does not need not be put: it has no match before a component
// with one of its keys is added.
func (f *Fleet) Matters(a *advisory.Advisory) bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	for _, list := range entriesKeys(a) {
		for _, key := range list {
			if len(f.byKey[interned(key)]) > 0 {
				return true
			}
		}
	}
	return false
}

// NewKeys returns those of the keys under which the fleet holds no component
// yet: a fleet that is given only the advisories it needs needs those under
// these keys before, or after, a component with them is added.
func (f *Fleet) NewKeys(keys []string) []string {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return len(f.byKey[interned(key)]) > 0 })
}

// Size counts what the fleet holds.
type Size struct{ Components, Occurrences, Releases, Advisories, Keys int }

// Size returns how much is held.
func (f *Fleet) Size() Size {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return Size{len(f.numbers), f.occurrences, len(f.names), len(f.records), len(f.byKey)}
}

// All matches the whole fleet anew, on all cores, and yields what each
// component meets, in the order of their ids. Components that meet nothing are
// left out. The fleet does not change meanwhile: writers wait.
func (f *Fleet) All() iter.Seq2[string, []Finding] {
	return func(yield func(string, []Finding) bool) {
		f.mu.RLock()
		defer f.mu.RUnlock()
		order := make([]uint32, 0, len(f.numbers))
		for _, n := range f.numbers {
			order = append(order, n)
		}
		slices.SortFunc(order, func(a, b uint32) int { return cmp.Compare(f.components[a].id, f.components[b].id) })
		const portion = 512
		for part, found := range inOrder(slices.Collect(slices.Chunk(order, portion)), func(part []uint32) [][]Finding {
			out := make([][]Finding, len(part))
			for i, n := range part {
				out[i] = f.find(n)
			}
			return out
		}) {
			for i, n := range part {
				if len(found[i]) > 0 && !yield(f.components[n].id, found[i]) {
					return
				}
			}
		}
	}
}

// inOrder works on the parts on all cores, a few ahead of the reader, and
// yields each with its result in their order.
func inOrder[P, R any](parts []P, work func(P) R) iter.Seq2[P, R] {
	return func(yield func(P, R) bool) {
		ahead := 2 * runtime.GOMAXPROCS(0)
		results := make([]chan R, len(parts))
		begin := func(i int) {
			if i < len(parts) {
				results[i] = make(chan R, 1)
				go func() { results[i] <- work(parts[i]) }()
			}
		}
		for i := range ahead {
			begin(i)
		}
		for i := range parts {
			result := <-results[i]
			results[i] = nil
			begin(i + ahead)
			if !yield(parts[i], result) {
				for j := i + 1; j < min(i+1+ahead, len(parts)); j++ {
					<-results[j] // the caller's lock may go only when nobody reads
				}
				return
			}
		}
	}
}
