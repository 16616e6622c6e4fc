package sqlstore

import (
	"cmp"
	"context"
	"slices"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fold"
	"mimamori/internal/ident"
)

// pair is one component and one advisory.
type pair struct{ component, advisory string }

func (w writer) ReplaceMatches(ctx context.Context, componentIDs, advisoryIDs []string, found []app.Match, at time.Time) ([]app.FindingChange, error) {
	old, err := w.matchesBetween(ctx, componentIDs, advisoryIDs)
	if err != nil {
		return nil, err
	}
	fresh := map[pair]app.Match{}
	touched := map[string]bool{}
	for _, m := range found {
		p := pair{m.ComponentID, m.AdvisoryID}
		if o, twice := fresh[p]; !twice || m.Class < o.Class { // "affected" is the stronger
			fresh[p] = m
		}
		touched[m.ComponentID] = true
	}
	var rows []row
	for _, p := range sortedPairs(fresh) {
		m := fresh[p]
		if o, ok := old[p]; !ok || o.Class != m.Class || o.Text != textOf(m.Text) || string(o.Evidence) != string(m.Evidence) {
			rows = append(rows, matchRow(&m))
		}
	}
	for _, p := range sortedPairs(old) {
		touched[p.component] = true
		if _, still := fresh[p]; still {
			continue
		}
		if _, err := w.exec(ctx, "DELETE FROM matches WHERE component_id = ? AND advisory_id = ?", p.component, p.advisory); err != nil {
			return nil, err
		}
	}
	if err := w.insertWith(ctx, "matches", " ON CONFLICT (component_id, advisory_id) DO UPDATE SET source = excluded.source, "+
		"record_id = excluded.record_id, class = excluded.class, text = excluded.text, evidence = excluded.evidence", rows...); err != nil {
		return nil, err
	}
	return w.alignFindings(ctx, "", sortedKeys(touched), at)
}

func sortedPairs(m map[pair]app.Match) []pair {
	out := make([]pair, 0, len(m))
	for p := range m {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.component, b.component), cmp.Compare(a.advisory, b.advisory))
	})
	return out
}

// matchesBetween reads along the shorter of both lists; a nil list stands for
// all of its kind.
func (w writer) matchesBetween(ctx context.Context, componentIDs, advisoryIDs []string) (map[pair]app.Match, error) {
	name, ids, others := "component_id", componentIDs, advisoryIDs
	if componentIDs == nil || advisoryIDs != nil && len(advisoryIDs) < len(componentIDs) {
		name, ids, others = "advisory_id", advisoryIDs, componentIDs
	}
	wanted := make(map[string]bool, len(others))
	for _, id := range others {
		wanted[id] = true
	}
	out := map[pair]app.Match{}
	err := inChunks(ids, func(part []string) error {
		condition, args := in(name, part)
		found, err := all(ctx, w.queries, matchRow, "FROM matches WHERE "+condition, args...)
		for _, m := range found {
			other := m.AdvisoryID
			if name == "advisory_id" {
				other = m.ComponentID
			}
			if others == nil || wanted[other] {
				out[pair{m.ComponentID, m.AdvisoryID}] = m
			}
		}
		return err
	})
	return out, err
}

func (w writer) SyncFindings(ctx context.Context, releaseID string, at time.Time) ([]app.FindingChange, error) {
	release, err := w.Release(ctx, releaseID)
	if err != nil {
		return nil, err
	}
	inUse, err := w.texts(ctx, "component_id", "FROM occurrences WHERE sbom_id = ?", release.SBOMID)
	if err != nil {
		return nil, err
	}
	open, err := w.texts(ctx, "component_id", "FROM findings WHERE release_id = ? AND state = 'open'", releaseID)
	if err != nil {
		return nil, err
	}
	components := append(inUse, open...)
	slices.Sort(components)
	return w.alignFindings(ctx, releaseID, slices.Compact(components), at)
}

// findingKey is what there is one finding for.
type findingKey struct{ release, component, vulnerability string }

// heldFinding is a finding as it is stored.
type heldFinding struct {
	id, class, state string
}

// alignFindings brings the findings of the components in line with the
// matches, in one release or, with "", in all. Matches of withdrawn advisories
// do not count, and only components of SBOMs in use do.
func (w writer) alignFindings(ctx context.Context, releaseID string, componentIDs []string, at time.Time) ([]app.FindingChange, error) {
	changes := []app.FindingChange{}
	groups := map[string]bool{}
	err := inChunks(componentIDs, func(part []string) error {
		due, err := w.dueFindings(ctx, releaseID, part)
		if err != nil {
			return err
		}
		held, err := w.heldFindings(ctx, releaseID, part)
		if err != nil {
			return err
		}
		some, err := w.alignPart(ctx, due, held, at)
		for key := range some {
			groups[key.vulnerability] = true
		}
		changes = append(changes, sortedChanges(some)...)
		return err
	})
	if err != nil || len(changes) == 0 {
		return changes, err
	}
	if err := w.nameChanges(ctx, changes); err != nil {
		return nil, err
	}
	return changes, w.countOpenFindings(ctx, sortedKeys(groups))
}

// dueFindings returns the findings there should be, with their class.
func (w writer) dueFindings(ctx context.Context, releaseID string, componentIDs []string) (map[findingKey]string, error) {
	condition, args := in("m.component_id", componentIDs)
	if releaseID != "" {
		condition += " AND r.id = ?"
		args = append(args, releaseID)
	}
	due := map[findingKey]string{}
	var key findingKey
	var class string
	shape := row{{"r.id", &key.release}, {"m.component_id", &key.component}, {"a.vulnerability_id", &key.vulnerability}, {"MIN(m.class)", &class}}
	err := w.each(ctx, shape, "FROM matches m JOIN advisories a ON a.id = m.advisory_id JOIN occurrences o ON o.component_id = m.component_id "+
		"JOIN releases r ON r.sbom_id = o.sbom_id WHERE a.withdrawn_at = '' AND "+condition+
		" GROUP BY r.id, m.component_id, a.vulnerability_id", args, func() error { due[key] = class; return nil }) // "affected" < "possible"
	return due, err
}

func (w writer) heldFindings(ctx context.Context, releaseID string, componentIDs []string) (map[findingKey]heldFinding, error) {
	// A group that was joined to another one keeps its closed findings as they are.
	condition, args := in("f.component_id", componentIDs)
	if releaseID != "" {
		condition += " AND f.release_id = ?"
		args = append(args, releaseID)
	}
	held := map[findingKey]heldFinding{}
	var key findingKey
	var f heldFinding
	shape := row{
		{"f.release_id", &key.release},
		{"f.component_id", &key.component},
		{"f.vulnerability_id", &key.vulnerability},
		{"f.id", &f.id},
		{"f.class", &f.class},
		{"f.state", &f.state},
	}
	err := w.each(ctx, shape, "FROM findings f WHERE "+condition, args, func() error { held[key] = f; return nil })
	return held, err
}

// alignPart opens, reopens, closes and reclassifies.
func (w writer) alignPart(ctx context.Context, due map[findingKey]string, held map[findingKey]heldFinding, at time.Time) (map[findingKey]app.FindingChange, error) {
	changes := map[findingKey]app.FindingChange{}
	change := func(key findingKey, id, what, class string) {
		changes[key] = app.FindingChange{FindingID: id, ReleaseID: key.release, Component: key.component, Vulnerability: key.vulnerability, Change: what, Class: class}
	}
	var opened []findingKey
	standing := map[string][]string{} // class → findings that are open and get it
	var closed []string
	for key, class := range due {
		f, ok := held[key]
		switch {
		case !ok:
			change(key, ident.New(), "opened", class)
			opened = append(opened, key)
		case f.state == "closed":
			change(key, f.id, "reopened", class)
			standing[class] = append(standing[class], f.id)
		case f.class != class:
			change(key, f.id, "class", class)
			standing[class] = append(standing[class], f.id)
		}
	}
	for key, f := range held {
		if _, ok := due[key]; !ok && f.state != "closed" {
			change(key, f.id, "closed", f.class)
			closed = append(closed, f.id)
		}
	}
	for class, ids := range standing {
		if err := w.setFindings(ctx, ids, "state = 'open', closed_at = '', class = ?", class); err != nil {
			return nil, err
		}
	}
	if err := w.setFindings(ctx, closed, "state = 'closed', closed_at = ?", instant{&at}); err != nil {
		return nil, err
	}
	return changes, w.openFindings(ctx, opened, changes, at)
}

// setFindings changes many findings alike.
func (w writer) setFindings(ctx context.Context, ids []string, change string, arg any) error {
	slices.Sort(ids)
	return inChunks(ids, func(part []string) error {
		condition, args := in("id", part)
		_, err := w.exec(ctx, "UPDATE findings SET "+change+" WHERE "+condition, append([]any{arg}, args...)...)
		return err
	})
}

// openFindings stores new findings with the copies that lists need.
func (w writer) openFindings(ctx context.Context, opened []findingKey, changes map[findingKey]app.FindingChange, at time.Time) error {
	slices.SortFunc(opened, compareKeys)
	type release struct{ id, product, brand, version string }
	type component struct{ id, name, search string }
	releases, err := lookup(ctx, w.queries, opened, func(k findingKey) string { return k.release }, func(r *release) (row, *string) {
		return row{{"r.id", &r.id}, {"r.product_id", &r.product}, {"p.brand_name", &r.brand}, {"r.version", &r.version}}, &r.id
	}, "FROM releases r JOIN products p ON p.id = r.product_id WHERE ", "r.id")
	if err != nil {
		return err
	}
	components, err := lookup(ctx, w.queries, opened, func(k findingKey) string { return k.component }, func(c *component) (row, *string) {
		return row{{"id", &c.id}, {"name", &c.name}, {"search", &c.search}}, &c.id
	}, "FROM components WHERE ", "id")
	if err != nil {
		return err
	}
	groups, err := lookup(ctx, w.queries, opened, func(k findingKey) string { return k.vulnerability }, func(g *storedGroup) (row, *string) {
		return append(vulnerabilityRow(&g.Vulnerability), column{"search", &g.search}), &g.ID
	}, "FROM vulnerabilities WHERE ", "id")
	if err != nil {
		return err
	}
	type judged struct{ group, product, id string }
	assessments := map[[2]string]string{}
	current, err := lookup(ctx, w.queries, opened, func(k findingKey) string { return k.vulnerability }, func(j *judged) (row, *string) {
		return row{{"id", &j.id}, {"vulnerability_id", &j.group}, {"product_id", &j.product}}, &j.id
	}, "FROM assessments WHERE superseded = 0 AND ", "vulnerability_id")
	if err != nil {
		return err
	}
	for _, j := range current {
		assessments[[2]string{j.product, j.group}] = j.id
	}

	rows := make([]row, len(opened))
	for i, key := range opened {
		r, c, g, made := releases[key.release], components[key.component], groups[key.vulnerability], changes[key]
		state, closedAt, priority := "open", time.Time{}, priorityOf(g.Vulnerability)
		assessment := assessments[[2]string{r.product, key.vulnerability}]
		byName, byComponent, byBrand := sortKey(g.Name), sortKey(c.name), sortKey(r.brand)
		searchComponent, searchProduct := c.search+" "+fold.Text(r.version), fold.Text(r.brand)
		rows[i] = row{
			{"id", &made.FindingID},
			{"release_id", &key.release},
			{"component_id", &key.component},
			{"vulnerability_id", &key.vulnerability},
			{"class", &made.Class},
			{"state", &state},
			{"first_seen_at", instant{&at}},
			{"closed_at", instant{&closedAt}},
			{"product_id", &r.product},
			{"assessment_id", ref{&assessment}},
			{"kev", &g.KEV},
			{"priority", &priority},
			{"vulnerability_name", &byName},
			{"component_name", &byComponent},
			{"brand_name", &byBrand},
			{"search_component", &searchComponent},
			{"search_product", &searchProduct},
			{"search_vulnerability", &g.search},
		}
	}
	return w.insert(ctx, "findings", rows...)
}

// lookup reads the records that the keys name, by their id.
func lookup[T any](ctx context.Context, q queries, keys []findingKey, part func(findingKey) string, shape func(*T) (row, *string), tail, name string) (map[string]T, error) {
	ids := make([]string, len(keys))
	for i, key := range keys {
		ids[i] = part(key)
	}
	slices.Sort(ids)
	out := map[string]T{}
	err := inChunks(slices.Compact(ids), func(some []string) error {
		condition, args := in(name, some)
		return q.collect(ctx, func() (row, func()) {
			var item T
			p := &item
			r, id := shape(p)
			return r, func() { out[*id] = *p }
		}, tail+condition, args)
	})
	return out, err
}

func compareKeys(a, b findingKey) int {
	return cmp.Or(cmp.Compare(a.release, b.release), cmp.Compare(a.component, b.component), cmp.Compare(a.vulnerability, b.vulnerability))
}

func sortedChanges(m map[findingKey]app.FindingChange) []app.FindingChange {
	keys := make([]findingKey, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, compareKeys)
	out := make([]app.FindingChange, len(keys))
	for i, key := range keys {
		out[i] = m[key]
	}
	return out
}

// nameChanges puts names in the place of the keys of components and vulnerabilities.
func (w writer) nameChanges(ctx context.Context, changes []app.FindingChange) error {
	named := func(table, expression string, field func(*app.FindingChange) *string) error {
		var ids []string
		for i := range changes {
			ids = append(ids, *field(&changes[i]))
		}
		slices.Sort(ids)
		names := map[string]string{}
		if err := inChunks(slices.Compact(ids), func(part []string) error {
			condition, args := in("id", part)
			var id, name string
			return w.each(ctx, row{{"id", &id}, {expression, &name}}, "FROM "+table+" WHERE "+condition, args, func() error { names[id] = name; return nil })
		}); err != nil {
			return err
		}
		for i := range changes {
			*field(&changes[i]) = names[*field(&changes[i])]
		}
		return nil
	}
	if err := named("components", "CASE WHEN version = '' THEN name ELSE name || ' ' || version END", func(c *app.FindingChange) *string { return &c.Component }); err != nil {
		return err
	}
	return named("vulnerabilities", "name", func(c *app.FindingChange) *string { return &c.Vulnerability })
}

// countOpenFindings brings the count that vulnerabilities carry in line.
func (w writer) countOpenFindings(ctx context.Context, groups []string) error {
	return inChunks(groups, func(part []string) error {
		condition, args := in("id", part)
		_, err := w.exec(ctx, "UPDATE vulnerabilities SET open_findings = (SELECT COUNT(*) FROM findings f "+
			"WHERE f.vulnerability_id = vulnerabilities.id AND f.state = 'open') WHERE "+condition, args...)
		return err
	})
}
