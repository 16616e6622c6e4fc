package sqlstore

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fold"
	"mimamori/internal/ident"
)

// pair is one component and one advisory.
type pair struct{ component, advisory string }

func (w writer) ReplaceMatches(ctx context.Context, componentIDs, advisoryIDs []string, found []app.Match) ([]string, error) {
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
	}
	var rows []row
	for _, p := range sortedPairs(fresh) {
		m := fresh[p]
		if o, ok := old[p]; !ok || !equalMatches(&o, &m) {
			rows = append(rows, matchRow(&m))
			touched[p.component] = true
		}
	}
	gone := map[string][]string{} // advisory → components
	for _, p := range sortedPairs(old) {
		if _, still := fresh[p]; !still {
			touched[p.component] = true
			gone[p.advisory] = append(gone[p.advisory], p.component)
		}
	}
	for _, advisory := range sortedKeys(gone) {
		if err := inChunks(gone[advisory], func(part []string) error {
			condition, args := in("component_id", part)
			_, err := w.exec(ctx, "DELETE FROM matches WHERE advisory_id = ? AND "+condition, append([]any{advisory}, args...)...)
			return err
		}); err != nil {
			return nil, err
		}
	}
	return sortedKeys(touched), w.insertWith(ctx, "matches", " ON CONFLICT (component_id, advisory_id) DO UPDATE SET source = excluded.source, "+
		"record_id = excluded.record_id, class = excluded.class, text = excluded.text, evidence = excluded.evidence, precise = excluded.precise, "+
		"conditional = excluded.conditional, counters = excluded.counters", rows...)
}

func equalMatches(old, fresh *app.Match) bool {
	return old.Class == fresh.Class && old.Text == textOf(fresh.Text) && string(old.Evidence) == string(fresh.Evidence) &&
		old.Precise == fresh.Precise && old.Conditional == fresh.Conditional && slices.Equal(old.Counters, fresh.Counters)
}

func settlementRow(s *app.Settlement) row {
	return row{
		{"component_id", &s.ComponentID},
		{"advisory_id", &s.AdvisoryID},
		{"release_id", &s.ReleaseID},
		{"class", &s.Class},
		{"precise", &s.Precise},
		{"text", &s.Text},
		{"evidence", raw{&s.Evidence}},
	}
}

func (w writer) SettleAdvisories(ctx context.Context, advisoryIDs []string, settled []app.Settlement) error {
	if err := inChunks(advisoryIDs, func(part []string) error {
		condition, args := in("advisory_id", part)
		_, err := w.exec(ctx, "DELETE FROM match_settlements WHERE "+condition, args...)
		return err
	}); err != nil {
		return err
	}
	return w.addSettlements(ctx, settled)
}

func (w writer) SettleRelease(ctx context.Context, releaseID string, settled []app.Settlement) error {
	if _, err := w.exec(ctx, "DELETE FROM match_settlements WHERE release_id = ?", releaseID); err != nil {
		return err
	}
	return w.addSettlements(ctx, settled)
}

func (w writer) addSettlements(ctx context.Context, settled []app.Settlement) error {
	rows := make([]row, len(settled))
	for i := range settled {
		rows[i] = settlementRow(&settled[i])
	}
	return w.insert(ctx, "match_settlements", rows...)
}

func (w writer) SetStated(ctx context.Context, stated []app.FindingStated) error {
	type said struct {
		counters string
		trusted  bool
	}
	same := map[said][]string{} // what is said → findings
	for _, s := range stated {
		text, err := someOf(&s.Counters).Value()
		if err != nil {
			return err
		}
		key := said{text.(string), s.Trusted}
		same[key] = append(same[key], s.FindingID)
	}
	for key, ids := range same {
		if err := w.setFindings(ctx, ids, "stated = ?, trusted = ?", key.counters, value(&key.trusted)); err != nil {
			return err
		}
	}
	return nil
}

func (w writer) AlignFindings(ctx context.Context, componentIDs []string, at time.Time) ([]app.FindingChange, error) {
	return w.alignFindings(ctx, "", ofComponents, componentIDs, at)
}

func (w writer) AlignVulnerabilities(ctx context.Context, vulnerabilityIDs []string, at time.Time) ([]app.FindingChange, error) {
	return w.alignFindings(ctx, "", ofVulnerabilities, vulnerabilityIDs, at)
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
	return w.alignFindings(ctx, releaseID, ofComponents, slices.Compact(components), at)
}

// findingKey is what there is one finding for.
type findingKey struct{ release, component, vulnerability string }

// dueFinding is what a finding is to be: the strongest of its matches.
type dueFinding struct {
	class, counters string
	precise         bool
}

// heldFinding is a finding as it is stored.
type heldFinding struct {
	dueFinding
	id, state string
}

// alignedBy says what findings are brought in line by: the columns of the
// matches and of the findings. A component may have thousands of matches, of
// which a new advisory changes one, so that it goes by vulnerabilities there.
type alignedBy struct{ due, held string }

var (
	ofComponents      = alignedBy{"m.component_id", "f.component_id"}
	ofVulnerabilities = alignedBy{"a.vulnerability_id", "f.vulnerability_id"}
)

// alignFindings brings the findings of the components or vulnerabilities in
// line with the matches, in one release or, with "", in all. Matches of
// withdrawn advisories do not count, and only components of SBOMs in use do.
func (w writer) alignFindings(ctx context.Context, releaseID string, by alignedBy, ids []string, at time.Time) ([]app.FindingChange, error) {
	changes := []app.FindingChange{}
	groups := map[string]bool{}
	err := inChunks(ids, func(part []string) error {
		due, err := w.dueFindings(ctx, releaseID, by, part)
		if err != nil {
			return err
		}
		held, err := w.heldFindings(ctx, releaseID, by, part)
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

// dueFindings returns the findings there should be.
func (w writer) dueFindings(ctx context.Context, releaseID string, by alignedBy, ids []string) (map[findingKey]dueFinding, error) {
	condition, args := in(by.due, ids)
	if releaseID != "" {
		condition += " AND r.id = ?"
		args = append(args, releaseID)
	}
	due := map[findingKey]dueFinding{}
	var key findingKey
	var f dueFinding
	// "affected" < "possible"; counters are shown where all matches have some, and then those of one of them: they are
	// made of the same records.
	shape := row{
		{"r.id", &key.release},
		{"m.component_id", &key.component},
		{"a.vulnerability_id", &key.vulnerability},
		{"MIN(COALESCE(s.class, m.class))", &f.class},
		{"MAX(COALESCE(s.precise, m.precise))", &f.precise},
		{"MIN(m.counters)", &f.counters},
	}
	for _, shipped := range []string{
		"JOIN occurrences o ON o.component_id = m.component_id JOIN releases r ON r.sbom_id = o.sbom_id ",
		"JOIN devices o ON o.component_id = m.component_id JOIN releases r ON r.id = o.release_id ",
	} {
		err := w.each(ctx, shape, "FROM matches m JOIN advisories a ON a.id = m.advisory_id "+shipped+joinSettled("r.id")+
			" WHERE a.withdrawn_at = '' AND COALESCE(s.class, m.class) <> 'none' AND "+condition+
			" GROUP BY r.id, m.component_id, a.vulnerability_id", args, func() error { due[key] = f; return nil })
		if err != nil {
			return nil, err
		}
	}
	return due, nil
}

func (w writer) heldFindings(ctx context.Context, releaseID string, by alignedBy, ids []string) (map[findingKey]heldFinding, error) {
	// A group that was joined to another one keeps its closed findings as they are.
	condition, args := in(by.held, ids)
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
		{"f.precise", &f.precise},
		{"f.counters", &f.counters},
	}
	err := w.each(ctx, shape, "FROM findings f WHERE "+condition, args, func() error { held[key] = f; return nil })
	return held, err
}

// alignPart opens, reopens, closes and reclassifies. That a finding is looked
// at in another mode, or has other counters, is no change to tell.
func (w writer) alignPart(ctx context.Context, due map[findingKey]dueFinding, held map[findingKey]heldFinding, at time.Time) (map[findingKey]app.FindingChange, error) {
	changes := map[findingKey]app.FindingChange{}
	change := func(key findingKey, id, what, class string) {
		changes[key] = app.FindingChange{FindingID: id, ReleaseID: key.release, ComponentID: key.component, VulnerabilityID: key.vulnerability, Change: what, Class: class}
		w.news.finding(id, what, held[key].class, class)
	}
	opened := map[findingKey]dueFinding{}
	standing := map[dueFinding][]string{} // what they get → findings that are open
	var closed []string
	for key, d := range due {
		f, ok := held[key]
		switch {
		case !ok:
			change(key, ident.New(), "opened", d.class)
			opened[key] = d
		case f.state == "closed":
			change(key, f.id, "reopened", d.class)
			standing[d] = append(standing[d], f.id)
		case f.class != d.class:
			change(key, f.id, "class", d.class)
			standing[d] = append(standing[d], f.id)
		case f.dueFinding != d:
			standing[d] = append(standing[d], f.id)
		}
	}
	for key, f := range held {
		if _, ok := due[key]; !ok && f.state != "closed" {
			change(key, f.id, "closed", f.class)
			closed = append(closed, f.id)
		}
	}
	for d, ids := range standing {
		if err := w.setFindings(ctx, ids, "state = 'open', closed_at = '', class = ?, precise = ?, counters = ?", d.class, value(&d.precise), d.counters); err != nil {
			return nil, err
		}
	}
	if err := w.setFindings(ctx, closed, "state = 'closed', closed_at = ?", instant{&at}); err != nil {
		return nil, err
	}
	return changes, w.openFindings(ctx, opened, changes, at)
}

// setFindings changes many findings alike.
func (w writer) setFindings(ctx context.Context, ids []string, change string, values ...any) error {
	slices.Sort(ids)
	return inChunks(ids, func(part []string) error {
		condition, args := in("id", part)
		_, err := w.exec(ctx, "UPDATE findings SET "+change+" WHERE "+condition, slices.Concat(values, args)...)
		return err
	})
}

// openFindings stores new findings with the copies that lists need.
func (w writer) openFindings(ctx context.Context, due map[findingKey]dueFinding, changes map[findingKey]app.FindingChange, at time.Time) error {
	opened := slices.SortedFunc(maps.Keys(due), compareKeys)
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
		r, c, g, made, d := releases[key.release], components[key.component], groups[key.vulnerability], changes[key], due[key]
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
			{"precise", &d.precise},
			{"counters", &d.counters},
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

// nameChanges fills in the names of components and vulnerabilities.
func (w writer) nameChanges(ctx context.Context, changes []app.FindingChange) error {
	named := func(table, expression string, id func(*app.FindingChange) string, field func(*app.FindingChange) *string) error {
		ids := make([]string, len(changes))
		for i := range changes {
			ids[i] = id(&changes[i])
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
			*field(&changes[i]) = names[id(&changes[i])]
		}
		return nil
	}
	if err := named("components", "CASE WHEN version = '' THEN name ELSE name || ' ' || version END",
		func(c *app.FindingChange) string { return c.ComponentID }, func(c *app.FindingChange) *string { return &c.Component }); err != nil {
		return err
	}
	return named("vulnerabilities", "name",
		func(c *app.FindingChange) string { return c.VulnerabilityID }, func(c *app.FindingChange) *string { return &c.Vulnerability })
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
