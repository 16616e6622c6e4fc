package sqlstore

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/match"
)

func unmatchedRow(u *app.UnmatchedRow) row {
	return row{
		{"alias_key", &u.Key},
		{"supplier", &u.Supplier},
		{"name", &u.Name},
		{"reason", &u.Reason},
		{"identifier", &u.Identifier},
		{"versions", listOf(&u.Versions)},
		{"components", &u.Components},
		{"releases", &u.Releases},
		{"products", &u.Products},
		{"sites", &u.Sites},
	}
}

var unmatched = listing{
	from: "unmatched u", id: "u.alias_key", search: []string{"u.search"}, order: "-importance",
	sorts: map[string]string{"importance": "u.priority", "name": "u.by_name"},
	filters: map[string]filter{"reason": oneOf(map[string]string{
		"none": "u.reason = 'none'", "unknown": "u.reason = 'unknown'", "uncovered": "u.reason = 'uncovered'", "undecided": "u.reason <> 'uncovered'",
	})},
}

func (r reader) Unmatched(ctx context.Context, q app.ListQuery) (app.List[app.UnmatchedRow], error) {
	if q.Filter["reason"] == "" {
		filter := maps.Clone(q.Filter)
		if filter == nil {
			filter = map[string]string{}
		}
		filter["reason"] = "undecided"
		q.Filter = filter
	}
	return page(ctx, r.queries, unmatched, q, func(u *app.UnmatchedRow) row { return unmatchedRow(u).of("u") })
}

func (r reader) UnmatchedGroup(ctx context.Context, key string) (app.UnmatchedRow, error) {
	return one(ctx, r.queries, "component of this supplier and name that cannot be matched", unmatchedRow, "FROM unmatched WHERE alias_key = ?", bounded(key))
}

const unmatchedName = "unmatched"

func (r reader) UnmatchedComputed(ctx context.Context) (app.Computed, error) {
	return r.computed(ctx, unmatchedName)
}

func (r reader) computed(ctx context.Context, name string) (app.Computed, error) {
	var c app.Computed
	err := r.each(ctx, row{{"seq", &c.Seq}, {"at", instant{&c.At}}}, "FROM computed WHERE name = ?", []any{name}, func() error { return nil })
	return c, err
}

func setComputed(ctx context.Context, q queries, name string, c app.Computed) error {
	return q.insertWith(ctx, "computed", " ON CONFLICT (name) DO UPDATE SET seq = excluded.seq, at = excluded.at", row{{"name", &name}, {"seq", &c.Seq}, {"at", instant{&c.At}}})
}

// fleetActions are the entries of the ledger after which other components may
// be unmatched, or touch other whereabouts.
var fleetActions = []string{
	"sbom.uploaded", "import.batch", "matching.keys", "installation.added", "installation.changed", "product.added", "product.changed",
}

func (r reader) LastFleetChange(ctx context.Context) (int64, error) {
	newest := 0
	for _, action := range fleetActions { // each from the end of its part of an index
		n, err := r.number(ctx, "COALESCE((SELECT MAX(seq) FROM ledger_entries WHERE action = ?), 0)", action)
		if err != nil {
			return 0, err
		}
		newest = max(newest, n)
	}
	return int64(newest), nil
}

// RefreshUnmatched reads everything first and writes then, so that writers wait
// for the differences only.
func (s *Store) RefreshUnmatched(ctx context.Context, at time.Time) error {
	if ctx.Value(inWrite{}) != nil {
		return fault.New(fault.Internal, "a list was computed inside of a write: it would wait for itself")
	}
	seq, err := s.LastFleetChange(ctx)
	if err != nil {
		return err
	}
	fresh, err := s.findUnmatched(ctx, "")
	if err != nil {
		return err
	}
	stored, err := all(ctx, s.queries, unmatchedRow, "FROM unmatched")
	if err != nil {
		return err
	}
	q := queries{session: s.writes, postgres: s.pool != nil}
	if err := storeUnmatched(ctx, q, stored, fresh); err != nil {
		return err
	}
	return setComputed(ctx, q, unmatchedName, app.Computed{Seq: seq, At: at})
}

func (w writer) AlignUnmatched(ctx context.Context, aliasKey string) error {
	key := bounded(aliasKey)
	fresh, err := w.findUnmatched(ctx, key)
	if err != nil {
		return err
	}
	stored, err := all(ctx, w.queries, unmatchedRow, "FROM unmatched WHERE alias_key = ?", key)
	if err != nil {
		return err
	}
	return storeUnmatched(ctx, w.queries, stored, fresh)
}

// storeUnmatched writes the difference.
func storeUnmatched(ctx context.Context, q queries, stored, fresh []app.UnmatchedRow) error {
	was := make(map[string]app.UnmatchedRow, len(stored))
	for _, u := range stored {
		was[u.Key] = u
	}
	var rows []row
	for i := range fresh {
		u := &fresh[i]
		old, known := was[u.Key]
		delete(was, u.Key)
		if known && equalUnmatched(old, *u) {
			continue
		}
		priority, byName := unmatchedPriority(*u), sortKey(strings.ToLower(u.Name))
		rows = append(rows, append(unmatchedRow(u), column{"priority", &priority}, column{"by_name", &byName}, found(u.Supplier, u.Name, u.Identifier)))
	}
	if err := inChunks(sortedKeys(was), func(part []string) error {
		condition, args := in("alias_key", part)
		_, err := q.exec(ctx, "DELETE FROM unmatched WHERE "+condition, args...)
		return err
	}); err != nil {
		return err
	}
	return q.insertWith(ctx, "unmatched", " ON CONFLICT (alias_key) DO UPDATE SET supplier = excluded.supplier, name = excluded.name, reason = excluded.reason, "+
		"identifier = excluded.identifier, versions = excluded.versions, components = excluded.components, releases = excluded.releases, "+
		"products = excluded.products, sites = excluded.sites, priority = excluded.priority, by_name = excluded.by_name, search = excluded.search", rows...)
}

func equalUnmatched(a, b app.UnmatchedRow) bool {
	same := slices.Equal(a.Versions, b.Versions)
	a.Versions, b.Versions = nil, nil
	return same && a.Key == b.Key && a.Supplier == b.Supplier && a.Name == b.Name && a.Reason == b.Reason && a.Identifier == b.Identifier &&
		a.Components == b.Components && a.Releases == b.Releases && a.Products == b.Products && a.Sites == b.Sites
}

// unmatchedPriority counts hospitals first, then products, then releases.
func unmatchedPriority(u app.UnmatchedRow) int {
	const most = 1<<20 - 1
	return min(u.Sites, most)<<40 | min(u.Products, most)<<20 | min(u.Releases, most)
}

// lostComponent is one that no source can be asked about.
type lostComponent struct {
	id, key, supplier, name, version, identifier string
	reason                                       app.WhyUnmatched
}

// findUnmatched computes the list, or one group of it.
func (r reader) findUnmatched(ctx context.Context, aliasKey string) ([]app.UnmatchedRow, error) {
	lost, err := r.lostComponents(ctx, aliasKey)
	if err != nil || len(lost) == 0 {
		return nil, err
	}
	whereabouts, err := r.whereabouts(ctx, lost)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(lost, func(a, b lostComponent) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.id, b.id)) })
	var out []app.UnmatchedRow
	for i := 0; i < len(lost); {
		j := i
		for j < len(lost) && lost[j].key == lost[i].key {
			j++
		}
		if u, used := whereabouts.group(lost[i:j]); used {
			out = append(out, u)
		}
		i = j
	}
	return out, nil
}

// lostComponents returns the components that no advisory has a key of, names
// aside, that are of no registry or distribution that a source covers, and
// about which nobody decided.
func (r reader) lostComponents(ctx context.Context, aliasKey string) ([]lostComponent, error) {
	decided := map[string]bool{}
	keys, err := r.texts(ctx, "DISTINCT alias_key", "FROM component_aliases WHERE withdrawn_at = ''")
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		decided[key] = true
	}
	covered := map[string]bool{}
	var out []lostComponent
	var c lostComponent
	var purl, cpe string
	var matchKeys []string
	var prefixes [][]string // of out: how keys of a source begin that covers it
	called := map[string]string{}
	known := map[string]bool{} // components of the group, by the same question
	tail, args := "FROM components c LEFT JOIN (SELECT DISTINCT k.component_id FROM component_keys k WHERE (k.match_key < 'name:' OR k.match_key >= 'name;') "+
		"AND EXISTS (SELECT 1 FROM advisory_keys a WHERE a.match_key = k.match_key)) known ON known.component_id = c.id WHERE known.component_id IS NULL", []any{}
	if aliasKey != "" {
		if known, err = r.knownOfGroup(ctx, aliasKey); err != nil {
			return nil, err
		}
		tail, args = "FROM components c WHERE c.alias_key = ?", []any{aliasKey}
	}
	err = r.each(ctx, row{
		{"c.id", &c.id},
		{"c.supplier", &c.supplier},
		{"c.name", &c.name},
		{"c.version", &c.version},
		{"c.purl", &purl},
		{"c.cpe", &cpe},
		{"c.match_keys", listOf(&matchKeys)},
	}, tail, args, func() error {
		if known[c.id] {
			return nil
		}
		if c.key = bounded(match.AliasKey(c.supplier, c.name)); c.key == "" || decided[c.key] || match.IsDevice(purl) {
			return nil
		}
		c.reason, c.identifier = app.UnmatchedNone, cmp.Or(purl, cpe)
		var of []string
		for _, key := range matchKeys {
			if match.IdentityKey(key) {
				c.reason = app.UnmatchedUnknown
			}
			if prefix, name, ok := match.Coverage(key); ok {
				of = append(of, prefix)
				called[prefix] = name
			}
		}
		out, prefixes = append(out, c), append(prefixes, of)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, prefix := range sortedKeys(called) {
		n, err := r.number(ctx, "CASE WHEN EXISTS (SELECT 1 FROM advisory_keys WHERE match_key >= ? AND match_key < ?) THEN 1 ELSE 0 END", prefix, prefix+"\U0010FFFF")
		if err != nil {
			return nil, err
		}
		covered[prefix] = n > 0
	}
	kept := out[:0]
	for i := range out {
		c := out[i]
		switch {
		case len(prefixes[i]) == 0:
			kept = append(kept, c)
		case aliasKey == "" && !slices.ContainsFunc(prefixes[i], func(p string) bool { return covered[p] }):
			c.reason, c.supplier, c.name = app.UnmatchedUncovered, "", called[prefixes[i][0]]
			c.key = bounded("uncovered:" + c.name)
			kept = append(kept, c)
		}
	}
	return kept, nil
}

// knownOfGroup returns the components of one supplier and name that an advisory
// has a key of, names aside.
func (r reader) knownOfGroup(ctx context.Context, aliasKey string) (map[string]bool, error) {
	keys := &componentKeys{}
	var id string
	var matchKeys []string
	if err := r.each(ctx, row{{"id", &id}, {"match_keys", listOf(&matchKeys)}}, "FROM components WHERE alias_key = ?", []any{aliasKey}, func() error {
		keys.add(id, slices.DeleteFunc(boundedKeys(matchKeys), func(key string) bool { return strings.HasPrefix(key, "name:") }))
		return nil
	}); err != nil {
		return nil, err
	}
	ids, err := r.meeting(ctx, keys)
	out := make(map[string]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, err
}

// whereabouts says where components are: numbers stand for ids.
type whereabouts struct {
	releases map[string][]int // of a component that is in an SBOM in use
	product  []int            // of a release
	sites    [][]int          // of a release
}

func (r reader) whereabouts(ctx context.Context, lost []lostComponent) (whereabouts, error) {
	p := whereabouts{releases: map[string][]int{}}
	releases, products, sites := map[string]int{}, map[string]int{}, map[string]int{}
	number := func(m map[string]int, id string) int {
		n, known := m[id]
		if !known {
			n = len(m)
			m[id] = n
		}
		return n
	}
	ids := make([]string, len(lost))
	for i := range lost {
		ids[i] = lost[i].id
	}
	slices.Sort(ids)
	var component, release, product, site string
	err := inChunks(ids, func(part []string) error {
		condition, args := in("o.component_id", part)
		return r.each(ctx, row{{"DISTINCT o.component_id", &component}, {"r.id", &release}, {"r.product_id", &product}},
			"FROM occurrences o JOIN releases r ON r.sbom_id = o.sbom_id WHERE "+condition, args, func() error {
				n := number(releases, release)
				if n == len(p.product) {
					p.product = append(p.product, number(products, product))
				}
				p.releases[component] = append(p.releases[component], n)
				return nil
			})
	})
	if err != nil {
		return p, err
	}
	p.sites = make([][]int, len(p.product))
	err = r.each(ctx, row{{"release_id", &release}, {"site_id", &site}}, "FROM installations", nil, func() error {
		if n, known := releases[release]; known {
			p.sites[n] = append(p.sites[n], number(sites, site))
		}
		return nil
	})
	return p, err
}

// maxShownVersions bounds the versions that a group tells.
const maxShownVersions = 5

// group counts where the components of one group are; false when they are in
// no SBOM in use.
func (p whereabouts) group(list []lostComponent) (app.UnmatchedRow, bool) {
	u := app.UnmatchedRow{Key: list[0].key, Reason: app.UnmatchedUnknown, Versions: []string{}}
	releases, products, sites := map[int]bool{}, map[int]bool{}, map[int]bool{}
	for _, c := range list {
		in := p.releases[c.id]
		if len(in) == 0 {
			continue
		}
		u.Components++
		if u.Name == "" {
			u.Supplier, u.Name = c.supplier, c.name
		}
		if c.reason != app.UnmatchedUnknown {
			u.Reason = c.reason
		}
		u.Identifier = cmp.Or(u.Identifier, c.identifier)
		if c.version != "" {
			u.Versions = append(u.Versions, c.version)
		}
		for _, n := range in {
			releases[n] = true
		}
	}
	for n := range releases {
		products[p.product[n]] = true
		for _, s := range p.sites[n] {
			sites[s] = true
		}
	}
	slices.Sort(u.Versions)
	u.Versions = slices.Compact(u.Versions)
	u.Versions = u.Versions[:min(len(u.Versions), maxShownVersions)]
	u.Releases, u.Products, u.Sites = len(releases), len(products), len(sites)
	return u, u.Components > 0
}
