package sqlstore

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fold"
	"mimamori/internal/ident"
)

// joinGroups gives every advisory its alias group: those that share an alias,
// directly or over others, are one group. Groups that an advisory links are
// joined into the oldest one. Past states link as well: what a record once
// named stays one group, whichever state of it came first.
//
// It returns the groups that were there before and have to be refreshed (new
// ones are stored as they are to be), and those of them that got more names.
func (w writer) joinGroups(ctx context.Context, advisories []app.Advisory, past []pastState) (joined, named []string, err error) {
	spelled := map[string]string{} // alias key → alias as first written
	spell := func(aliases []string) {
		for _, alias := range aliases {
			if key := aliasKey(alias); spelled[key] == "" {
				spelled[key] = alias
			}
		}
	}
	for i := range advisories {
		spell(advisories[i].Aliases)
	}
	for i := range past {
		spell(past[i].Aliases)
	}
	keys := sortedKeys(spelled)
	groupOf := map[string]string{} // alias key → group that has it
	if err := inChunks(keys, func(part []string) error {
		condition, args := in("alias_key", part)
		var key, group string
		return w.each(ctx, row{{"alias_key", &key}, {"vulnerability_id", &group}}, "FROM vulnerability_aliases WHERE "+condition, args,
			func() error { groupOf[key] = group; return nil })
	}); err != nil {
		return nil, nil, err
	}

	sets := unions{}
	link := func(a *app.Advisory) {
		first := aliasKey(a.Aliases[0])
		for _, alias := range a.Aliases {
			sets.join(first, aliasKey(alias))
		}
		if a.VulnerabilityID != "" { // an advisory stays in the group it is in
			sets.join(first, groupNode+a.VulnerabilityID)
		}
	}
	for i := range advisories {
		link(&advisories[i])
	}
	for i := range past {
		link(&past[i].Advisory)
		if of := past[i].of; of >= 0 {
			sets.join(aliasKey(past[i].Aliases[0]), aliasKey(advisories[of].Aliases[0]))
		}
	}
	for key, group := range groupOf {
		sets.join(key, groupNode+group)
	}
	var at time.Time // of the import
	for _, a := range advisories {
		at = newest(at, a.ImportedAt)
	}
	for i := range past {
		at = newest(at, past[i].ImportedAt)
	}
	groups := map[string][]string{} // root → groups that are there, oldest first
	for node := range sets {
		if group, ok := strings.CutPrefix(node, groupNode); ok {
			groups[sets.root(node)] = append(groups[sets.root(node)], group)
		}
	}
	for _, root := range sortedKeys(groups) {
		slices.Sort(groups[root]) // keys sort by the time they were made
		for _, younger := range groups[root][1:] {
			if err := w.mergeGroup(ctx, younger, groups[root][0], at); err != nil {
				return nil, nil, err
			}
			named = append(named, groups[root][0])
		}
	}

	fresh := map[string]*aliasGroup{}
	for i := range advisories {
		a := &advisories[i]
		root := sets.root(aliasKey(a.Aliases[0]))
		if len(groups[root]) == 0 {
			g := &aliasGroup{Vulnerability: app.Vulnerability{ID: ident.New()}}
			groups[root], fresh[g.ID] = []string{g.ID}, g
		}
		a.VulnerabilityID = groups[root][0]
		if fresh[a.VulnerabilityID] == nil {
			joined = append(joined, a.VulnerabilityID)
		}
	}
	var aliased []row
	for _, key := range keys {
		if groupOf[key] == "" {
			alias, group := textOf(spelled[key]), groups[sets.root(key)][0]
			if g := fresh[group]; g != nil {
				g.Aliases, g.keys = append(g.Aliases, alias), append(g.keys, key)
			} else {
				named = append(named, group)
			}
			aliased = append(aliased, row{{"alias_key", &key}, {"alias", &alias}, {"vulnerability_id", &group}})
		}
	}
	if err := w.addGroups(ctx, fresh, advisories); err != nil {
		return nil, nil, err
	}
	slices.Sort(named)
	named = slices.Compact(named)
	return append(joined, named...), named, w.insert(ctx, "vulnerability_aliases", aliased...)
}

// addGroups stores groups of which everything is among the advisories.
func (w writer) addGroups(ctx context.Context, fresh map[string]*aliasGroup, advisories []app.Advisory) error {
	groupOf, keys := map[string]*aliasGroup{}, []string{} // by alias key
	for _, g := range fresh {
		for _, key := range g.keys {
			groupOf[key], keys = g, append(keys, key)
		}
	}
	slices.Sort(keys)
	if err := inChunks(keys, func(part []string) error {
		condition, args := in("cve", part)
		exploited, err := w.texts(ctx, "cve", "FROM kev WHERE "+condition, args...)
		for _, key := range exploited {
			groupOf[key].KEV = true
		}
		return err
	}); err != nil {
		return err
	}
	rows := make([]row, 0, len(fresh))
	for _, id := range sortedKeys(fresh) {
		fresh[id].name()
	}
	said := make([]*app.Advisory, 0, len(advisories))
	for i := range advisories {
		if fresh[advisories[i].VulnerabilityID] != nil {
			said = append(said, &advisories[i])
		}
	}
	slices.SortFunc(said, compareForGroup)
	for _, a := range said {
		fresh[a.VulnerabilityID].take(a)
	}
	for _, id := range sortedKeys(fresh) {
		rows = append(rows, fresh[id].row())
	}
	return w.insert(ctx, "vulnerabilities", rows...)
}

// mergeGroup moves everything from the younger group to the older one. The
// younger row stays and points to the older.
func (w writer) mergeGroup(ctx context.Context, younger, older string, at time.Time) error {
	w.news.join(younger, older)
	before, err := w.findingStates(ctx, older, younger)
	if err != nil {
		return err
	}
	// A finding that both groups have for the same part stays with the older
	// one, with the stronger of both; that of the younger is closed.
	const twin = "EXISTS (SELECT 1 FROM findings y WHERE y.vulnerability_id = ? AND y.release_id = findings.release_id AND y.component_id = findings.component_id"
	for _, step := range []struct {
		statement string
		args      []any
	}{
		{"UPDATE findings SET class = 'affected' WHERE vulnerability_id = ? AND class = 'possible' AND " + twin + " AND y.state = 'open' AND y.class = 'affected')", []any{older, younger}},
		{"UPDATE findings SET state = 'open', closed_at = '' WHERE vulnerability_id = ? AND state = 'closed' AND " + twin + " AND y.state = 'open')", []any{older, younger}},
		{"UPDATE findings SET first_seen_at = (SELECT MIN(y.first_seen_at) FROM findings y WHERE y.vulnerability_id IN (?, ?) AND y.release_id = findings.release_id " +
			"AND y.component_id = findings.component_id) WHERE vulnerability_id = ?", []any{older, younger, older}},
		{"UPDATE findings SET vulnerability_id = ? WHERE vulnerability_id = ? AND NOT " + twin + ")", []any{older, younger, older}},
		{"UPDATE findings SET state = 'closed', closed_at = ? WHERE vulnerability_id = ? AND state = 'open'", []any{instant{&at}, younger}},
		{"UPDATE advisories SET vulnerability_id = ? WHERE vulnerability_id = ?", []any{older, younger}},
		{"UPDATE vulnerability_aliases SET vulnerability_id = ? WHERE vulnerability_id = ?", []any{older, younger}},
		{"UPDATE assessments SET vulnerability_id = ? WHERE vulnerability_id = ?", []any{older, younger}},
		{"UPDATE cases SET vulnerability_id = ? WHERE vulnerability_id = ?", []any{older, younger}},
		{"UPDATE intakes SET vulnerability_id = ? WHERE vulnerability_id = ?", []any{older, younger}},
		{"UPDATE vulnerabilities SET merged_into = ?, open_findings = 0 WHERE id = ? OR merged_into = ?", []any{older, younger, younger}},
	} {
		if _, err := w.exec(ctx, step.statement, step.args...); err != nil {
			return err
		}
	}
	if err := w.newsOfMerge(ctx, older, younger, before); err != nil {
		return err
	}
	// Of the current assessments of one product only the newest stays current.
	if _, err := w.exec(ctx, "UPDATE assessments SET superseded = 1 WHERE vulnerability_id = ? AND superseded = 0 AND EXISTS (SELECT 1 FROM assessments n "+
		"WHERE n.vulnerability_id = assessments.vulnerability_id AND n.product_id = assessments.product_id AND n.superseded = 0 "+
		"AND (n.made_at, n.id) > (assessments.made_at, assessments.id))", older); err != nil {
		return err
	}
	if _, err := w.exec(ctx, "UPDATE findings SET assessment_id = (SELECT a.id FROM assessments a WHERE a.product_id = findings.product_id "+
		"AND a.vulnerability_id = findings.vulnerability_id AND a.superseded = 0) WHERE vulnerability_id = ?", older); err != nil {
		return err
	}
	return w.countOpenFindings(ctx, []string{older})
}

// aliasGroup is a group in the making, of its aliases and advisories.
type aliasGroup struct {
	app.Vulnerability
	keys   []string // of the aliases; of a new group only
	titled bool     // the title is that of the record the group is named for
}

// name sorts the aliases and names the group after one of them: the smallest
// CVE by year and number, or else the first in the alphabet.
func (g *aliasGroup) name() {
	slices.Sort(g.Aliases)
	name, year, number := "", 0, 0
	for _, alias := range g.Aliases {
		y, n, ok := cve(alias)
		if name == "" || ok && (year == 0 || cmp.Or(cmp.Compare(y, year), cmp.Compare(n, number)) < 0) {
			name, year, number = alias, y, n
		}
	}
	g.Name = sortKey(name)
}

// take adds what an advisory says. They come in the order of compareForGroup:
// what is withdrawn counts only where nothing else is left, and of several
// titles that of the newest record.
func (g *aliasGroup) take(a *app.Advisory) {
	g.ModifiedAt = newest(g.ModifiedAt, a.ModifiedAt)
	named := a.RecordID == g.Name
	if a.Title != "" && (g.Title == "" || named && !g.titled && a.WithdrawnAt.IsZero()) {
		g.Title, g.titled = a.Title, named
	}
	if a.WithdrawnAt.IsZero() && band(a.Severity) > band(g.Severity) {
		g.Severity = a.Severity
	}
}

// compareForGroup does not depend on when an advisory was imported.
func compareForGroup(a, b *app.Advisory) int {
	return cmp.Or(a.WithdrawnAt.Compare(b.WithdrawnAt), b.ModifiedAt.Compare(a.ModifiedAt),
		cmp.Compare(a.Source, b.Source), cmp.Compare(a.RecordID, b.RecordID), cmp.Compare(a.Part, b.Part))
}

// row is a group to be stored, without findings. The column first_name is of a
// time when groups without a CVE went by the id that was seen first.
func (g *aliasGroup) row() row {
	none := 0
	return append(vulnerabilityRow(&g.Vulnerability), column{"first_name", &g.Name}, column{"open_findings", &none},
		found(append([]string{g.Title}, g.Aliases...)...))
}

// refreshGroups computes again what groups show, from their advisories, and
// copies it to their findings.
func (w writer) refreshGroups(ctx context.Context, ids []string) error {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	return inChunks(ids, func(part []string) error {
		fresh, err := w.computeGroups(ctx, part)
		if err != nil {
			return err
		}
		condition, args := in("id", part)
		stored, err := all(ctx, w.queries, func(g *storedGroup) row {
			return append(vulnerabilityRow(&g.Vulnerability), column{"search", &g.search})
		}, "FROM vulnerabilities WHERE "+condition, args...)
		if err != nil {
			return err
		}
		var rows []row
		var changed []string
		before := map[string]app.Vulnerability{}
		for _, old := range stored {
			v := fresh[old.ID]
			before[old.ID] = old.Vulnerability
			search := found(append([]string{v.Title}, v.Aliases...)...)
			if textOf(v.Name) == old.Name && textOf(v.Title) == old.Title && v.Severity == old.Severity && v.KEV == old.KEV &&
				v.ModifiedAt.Equal(old.ModifiedAt) && *search.field.(*string) == old.search {
				continue
			}
			changed = append(changed, v.ID)
			rows = append(rows, v.row())
		}
		// The rows are there: this changes many with one statement.
		if err := w.insertWith(ctx, "vulnerabilities", " ON CONFLICT (id) DO UPDATE SET name = excluded.name, title = excluded.title, "+
			"severity = excluded.severity, kev = excluded.kev, modified_at = excluded.modified_at, search = excluded.search", rows...); err != nil {
			return err
		}
		condition, args = in("vulnerability_id", changed)
		touching, err := w.texts(ctx, "DISTINCT vulnerability_id", "FROM findings WHERE "+condition, args...)
		if err != nil {
			return err
		}
		for _, id := range touching {
			w.news.group(before[id], fresh[id].Vulnerability)
			if err := w.copyToFindings(ctx, fresh[id].Vulnerability); err != nil {
				return err
			}
		}
		return nil
	})
}

type storedGroup struct {
	app.Vulnerability
	search string
}

func (w writer) copyToFindings(ctx context.Context, v app.Vulnerability) error {
	priority, name, search := priorityOf(v), sortKey(v.Name), fold.All(append([]string{v.Title}, v.Aliases...)...)
	_, err := w.set(ctx, "findings", row{{"kev", &v.KEV}, {"priority", &priority}, {"vulnerability_name", &name}, {"search_vulnerability", &search}},
		"vulnerability_id = ?", v.ID)
	return err
}

// priorityOf sorts known exploited vulnerabilities first, then by severity; an
// unknown severity stands between medium and high, since it may be either.
func priorityOf(v app.Vulnerability) int {
	p := map[string]int{"none": 0, "low": 1, "medium": 2, "": 3, "high": 4, "critical": 5}[v.Severity]
	if v.KEV {
		p += 10
	}
	return p
}

// computeGroups returns each group as its advisories, aliases and the
// catalogue of known exploited vulnerabilities make it.
func (w writer) computeGroups(ctx context.Context, ids []string) (map[string]*aliasGroup, error) {
	out := make(map[string]*aliasGroup, len(ids))
	aliases, err := w.aliases(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		out[id] = &aliasGroup{Vulnerability: app.Vulnerability{ID: id, Aliases: aliases[id]}}
		out[id].name()
	}

	var id string
	condition, args := in("l.vulnerability_id", ids)
	if err := w.each(ctx, row{{"l.vulnerability_id", &id}}, "FROM vulnerability_aliases l JOIN kev k ON k.cve = l.alias_key WHERE "+condition, args,
		func() error { out[id].KEV = true; return nil }); err != nil {
		return nil, err
	}

	condition, args = in("vulnerability_id", ids)
	said, err := all(ctx, w.queries, func(a *app.Advisory) row {
		return advisoryRow(a).without("id", "digest", "aliases", "published_at", "match_keys", "body", "imported_at")
	}, "FROM advisories WHERE "+condition, args...)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(said, func(a, b app.Advisory) int { return compareForGroup(&a, &b) })
	for i := range said {
		out[said[i].VulnerabilityID].take(&said[i])
	}
	return out, nil
}

// band orders the severities; 0 is unknown.
func band(severity string) int { return slices.Index(bands, severity) }

var bands = []string{"", "none", "low", "medium", "high", "critical"}

func cve(name string) (year, number int, ok bool) {
	rest, ok := strings.CutPrefix(strings.ToUpper(name), "CVE-")
	y, n, two := strings.Cut(rest, "-")
	year, err1 := strconv.Atoi(y)
	number, err2 := strconv.Atoi(n)
	return year, number, ok && two && err1 == nil && err2 == nil && year > 0
}

// groupNode marks nodes that are groups; no alias key begins like it.
const groupNode = "\x00group:"

// unions is a union-find over alias keys and groups: node → parent, a root
// points to itself.
type unions map[string]string

func (u unions) root(node string) string {
	if _, ok := u[node]; !ok {
		u[node] = node
	}
	for u[node] != node {
		u[node] = u[u[node]]
		node = u[node]
	}
	return node
}

func (u unions) join(a, b string) { u[u.root(a)] = u.root(b) }
