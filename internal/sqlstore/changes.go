package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
)

// wasBand orders the severities before a rise, so that the lowest of a span can be told.
const wasBand = "CASE c.severity_was WHEN 'none' THEN 1 WHEN 'low' THEN 2 WHEN 'medium' THEN 3 WHEN 'high' THEN 4 WHEN 'critical' THEN 5 ELSE 0 END"

// bandOf reads a severity from its place among bands; -1 is none.
type bandOf struct{ p *string }

func (b bandOf) Scan(src any) error {
	var n sql.NullInt64
	err := n.Scan(src)
	*b.p = ""
	if err == nil && n.Int64 > 0 && int(n.Int64) < len(bands) {
		*b.p = bands[n.Int64]
	}
	return err
}

// changedFrom is every vulnerability about which something changed in a span, with
// the sums; a group that was joined to another one counts for that one.
const changedFrom = "(SELECT COALESCE(x.merged_into, x.id) AS id, MAX(c.at) AS at, CAST(SUM(c.opened) AS BIGINT) AS opened, CAST(SUM(c.reopened) AS BIGINT) AS reopened, " +
	"CAST(SUM(c.closed) AS BIGINT) AS closed, CAST(SUM(c.reclassed) AS BIGINT) AS reclassed, MAX(c.exploited) AS exploited, MAX(c.rose) AS rose, " +
	"MIN(CASE WHEN c.rose = 1 THEN " + wasBand + " END) AS was, CAST(SUM(c.withdrawn) AS BIGINT) AS withdrawn, CAST(SUM(c.joined) AS BIGINT) AS joined, COUNT(*) AS causes " +
	"FROM vulnerability_changes c JOIN vulnerabilities x ON x.id = c.vulnerability_id WHERE c.at >= ? AND c.at < ? GROUP BY COALESCE(x.merged_into, x.id)) g " +
	"JOIN vulnerabilities v ON v.id = g.id"

// changedUrgency: what became known exploited first; then new findings and
// risen severity, each by how severe it is; then findings of another class.
const changedUrgency = "(g.exploited * 1000 + CASE WHEN g.opened + g.reopened > 0 OR g.rose > 0 THEN 100 WHEN g.reclassed > 0 THEN 50 ELSE 0 END + " + priorityExpression + ")"

var vulnerabilityChanges = listing{
	from: changedFrom, id: "g.id", base: "1 = 1", search: []string{"v.search"}, order: "-urgency",
	sorts: map[string]string{"urgency": changedUrgency, "name": "v.name", "at": "g.at"},
	filters: map[string]filter{
		"what": oneOf(map[string]string{
			"exploited": "g.exploited = 1", "opened": "g.opened + g.reopened > 0", "closed": "g.closed > 0", "reclassed": "g.reclassed > 0",
			"severity": "g.rose = 1", "withdrawn": "g.withdrawn > 0",
		}),
		"product": within("g.id IN (SELECT f.vulnerability_id FROM findings f WHERE " + ofProduct + ")"),
	},
}

func (r reader) VulnerabilityChanges(ctx context.Context, from, to time.Time, q app.ListQuery) (app.List[app.VulnerabilityChange], error) {
	l := vulnerabilityChanges
	l.values = []any{instantText(from), instantText(to)} // of the table itself, before all others
	out, err := page(ctx, r.queries, l, q, func(v *app.VulnerabilityChange) row {
		return row{
			{"v.id", &v.ID},
			{"v.name", &v.Name},
			{"v.title", &v.Title},
			{"v.severity", &v.Severity},
			{"v.kev", &v.KEV},
			{"g.at", instant{&v.At}},
			{"g.opened", &v.Opened},
			{"g.reopened", &v.Reopened},
			{"g.closed", &v.Closed},
			{"g.reclassed", &v.Reclassed},
			{"g.exploited", &v.Exploited},
			{"g.rose", &v.Rose},
			{"COALESCE(g.was, -1)", bandOf{&v.SeverityWas}},
			{"g.withdrawn", &v.Withdrawn},
			{"g.joined", &v.Joined},
			{"g.causes", &v.CausesN},
		}
	})
	if err != nil || len(out.Items) == 0 {
		return out, err
	}
	shown := &shownChanges{from: instantText(from), to: instantText(to), byID: map[string]*app.VulnerabilityChange{}, groupOf: map[string]string{}, products: map[string][]string{}}
	for i := range out.Items {
		v := &out.Items[i]
		v.Products, v.Causes = []app.Named{}, []app.ChangeCause{}
		shown.byID[v.ID] = v
		if v.Exploited || v.Rose || v.Withdrawn > 0 || v.Joined > 0 {
			shown.whole = append(shown.whole, v.ID)
		}
	}
	for _, add := range []func(context.Context, *shownChanges) error{r.addMembers, r.addCauses, r.addReach, r.addProducts} {
		if err := add(ctx, shown); err != nil {
			return out, err
		}
	}
	return out, nil
}

// firstFew is how many causes and products a vulnerability in the list names.
const firstFew = 4

// shownChanges is one page of changed vulnerabilities.
type shownChanges struct {
	from, to string
	byID     map[string]*app.VulnerabilityChange
	groupOf  map[string]string   // group, or one that was joined to it → the group on the page
	whole    []string            // groups that changed themselves: every open finding is touched
	products map[string][]string // group → products that are touched
}

// addMembers finds the groups that were joined to those on the page.
func (r reader) addMembers(ctx context.Context, shown *shownChanges) error {
	condition, args := in("merged_into", sortedKeys(shown.byID))
	for id := range shown.byID {
		shown.groupOf[id] = id
	}
	var id, group string
	return r.each(ctx, row{{"id", &id}, {"merged_into", &group}}, "FROM vulnerabilities WHERE "+condition, args, func() error {
		shown.groupOf[id] = group
		return nil
	})
}

func (r reader) addCauses(ctx context.Context, shown *shownChanges) error {
	condition, args := in("c.vulnerability_id", sortedKeys(shown.groupOf))
	var id string
	return r.collect(ctx, func() (row, func()) {
		stored, cause := new(*app.ChangeCause), new(app.ChangeCause)
		return row{{"n.id", &id}, {"n.at", instant{&cause.At}}, {"n.records", listOf(&cause.Records)}, {"n.cause", optional[app.ChangeCause]{stored}}}, func() {
			if group := shown.byID[shown.groupOf[id]]; len(group.Causes) < firstFew {
				group.Causes = append(group.Causes, causeFrom(*cause, *stored))
			}
		}
	}, "FROM (SELECT c.vulnerability_id AS id, c.at AS at, c.records AS records, c.cause AS cause, "+
		"ROW_NUMBER() OVER (PARTITION BY c.vulnerability_id ORDER BY c.at DESC, c.id DESC) AS place FROM vulnerability_changes c "+
		"WHERE "+condition+" AND c.at >= ? AND c.at < ?) n WHERE n.place <= ? ORDER BY n.at DESC",
		append(args, shown.from, shown.to, firstFew))
}

// causeFrom joins what is stored in columns of its own with the rest.
func causeFrom(cause app.ChangeCause, stored *app.ChangeCause) app.ChangeCause {
	if stored != nil {
		at, records := cause.At, cause.Records
		cause = *stored
		cause.At, cause.Records = at, records
	}
	if cause.Parents == nil {
		cause.Parents = []ledger.Subject{}
	}
	return cause
}

// touched is which releases the page is about, by vulnerability.
func (shown *shownChanges) touched() (string, []any) {
	changed, args := in("c.vulnerability_id", sortedKeys(shown.groupOf))
	whole, more := in("o.vulnerability_id", shown.whole)
	return "(SELECT COALESCE(x.merged_into, x.id) AS id, f.product_id AS product_id, f.release_id AS release_id FROM vulnerability_changes c " +
		"JOIN vulnerabilities x ON x.id = c.vulnerability_id JOIN finding_changes f ON f.change_id = c.id WHERE " + changed + " AND c.at >= ? AND c.at < ? " +
		"UNION SELECT o.vulnerability_id, o.product_id, o.release_id FROM findings o WHERE o.state = 'open' AND " + whole + ")", append(append(args, shown.from, shown.to), more...)
}

// addReach tells what is touched. Hospitals are read once for a release, not
// once for each vulnerability in it.
func (r reader) addReach(ctx context.Context, shown *shownChanges) error {
	type reach struct{ products, releases, sites map[string]bool }
	by := map[string]*reach{}
	for id := range shown.byID {
		by[id] = &reach{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	}
	releases := map[string][]string{} // → hospitals
	touched, args := shown.touched()
	var id, product, release, site string
	if err := r.each(ctx, row{{"t.id", &id}, {"t.product_id", &product}, {"t.release_id", &release}}, "FROM "+touched+" t", args, func() error {
		by[id].products[product], by[id].releases[release] = true, true
		releases[release] = nil
		return nil
	}); err != nil {
		return err
	}
	if err := inChunks(sortedKeys(releases), func(part []string) error {
		condition, args := in("release_id", part)
		return r.each(ctx, row{{"release_id", &release}, {"site_id", &site}}, "FROM installations WHERE "+condition, args, func() error {
			releases[release] = append(releases[release], site)
			return nil
		})
	}); err != nil {
		return err
	}
	for id, reach := range by {
		for release := range reach.releases {
			for _, site := range releases[release] {
				reach.sites[site] = true
			}
		}
		v := shown.byID[id]
		v.ProductsN, v.Releases, v.Sites = len(reach.products), len(reach.releases), len(reach.sites)
		shown.products[id] = sortedKeys(reach.products)
	}
	return nil
}

// addProducts names the first products that are touched.
func (r reader) addProducts(ctx context.Context, shown *shownChanges) error {
	names := map[string]string{}
	for _, ids := range shown.products {
		for _, id := range ids {
			names[id] = ""
		}
	}
	var id, name string
	if err := inChunks(sortedKeys(names), func(part []string) error {
		condition, args := in("id", part)
		return r.each(ctx, row{{"id", &id}, {"brand_name", &name}}, "FROM products WHERE "+condition, args, func() error { names[id] = name; return nil })
	}); err != nil {
		return err
	}
	for id, products := range shown.products {
		slices.SortFunc(products, func(a, b string) int { return cmp.Or(cmp.Compare(names[a], names[b]), cmp.Compare(a, b)) })
		for _, product := range products[:min(len(products), firstFew)] {
			shown.byID[id].Products = append(shown.byID[id].Products, app.Named{ID: product, Name: names[product]})
		}
	}
	return nil
}

var findingChanges = listing{
	from: "finding_changes x JOIN vulnerability_changes c ON c.id = x.change_id", id: "(x.change_id || x.finding_id)",
	joins: " JOIN releases r ON r.id = x.release_id JOIN products p ON p.id = x.product_id JOIN findings f ON f.id = x.finding_id JOIN components k ON k.id = f.component_id",
	base:  "c.vulnerability_id IN (SELECT id FROM vulnerabilities WHERE id = ? OR merged_into = ?) AND c.at >= ? AND c.at < ?", order: "-at",
	sorts:   map[string]string{"at": "c.at"},
	filters: map[string]filter{"change": equals("x.change")},
	counted: true, // no record of its own
}

func (r reader) FindingChanges(ctx context.Context, vulnerabilityID string, from, to time.Time, q app.ListQuery) (app.List[app.FindingChangeRow], error) {
	l := findingChanges
	l.values = []any{vulnerabilityID, vulnerabilityID, instantText(from), instantText(to)}
	var stored []**app.ChangeCause
	out, err := page(ctx, r.queries, l, q, func(x *app.FindingChangeRow) row {
		cause := new(*app.ChangeCause)
		stored = append(stored, cause)
		return row{
			{"x.finding_id", &x.FindingID},
			{"x.change", &x.Change},
			{"x.class", &x.Class},
			{"x.was", &x.Was},
			{"CASE WHEN k.version = '' THEN k.name ELSE k.name || ' ' || k.version END", &x.Component},
			{"x.release_id", &x.ReleaseID},
			{"r.version", &x.Version},
			{"x.product_id", &x.ProductID},
			{"p.brand_name", &x.BrandName},
			{"(SELECT COUNT(DISTINCT i.site_id) FROM installations i WHERE i.release_id = x.release_id)", &x.Sites},
			{"c.at", instant{&x.Cause.At}},
			{"c.records", listOf(&x.Cause.Records)},
			{"c.cause", optional[app.ChangeCause]{cause}},
		}
	})
	for i := range out.Items { // shape was called once for each row, in their order
		out.Items[i].Cause = causeFrom(out.Items[i].Cause, *stored[i])
	}
	return out, err
}

func (r reader) SpanTotals(ctx context.Context, from, to time.Time) (app.SpanTotals, error) {
	return one(ctx, r.queries, "total", func(t *app.SpanTotals) row {
		sum := func(name string) string { return "CAST(COALESCE(SUM(c." + name + "), 0) AS BIGINT)" }
		return row{
			{"COUNT(DISTINCT COALESCE(x.merged_into, x.id))", &t.Vulnerabilities},
			{sum("opened"), &t.Opened},
			{sum("reopened"), &t.Reopened},
			{sum("closed"), &t.Closed},
			{sum("reclassed"), &t.Reclassed},
			{sum("exploited"), &t.Exploited},
			{"COUNT(DISTINCT CASE WHEN c.rose = 1 THEN COALESCE(x.merged_into, x.id) END)", &t.Rose},
			{sum("withdrawn"), &t.Withdrawn},
		}
	}, "FROM vulnerability_changes c JOIN vulnerabilities x ON x.id = c.vulnerability_id WHERE c.at >= ? AND c.at < ?", instantText(from), instantText(to))
}

func (r reader) RecordVersions(ctx context.Context, vulnerabilityID string, from, to time.Time) ([]app.RecordVersion, error) {
	return all(ctx, r.queries, func(v *app.RecordVersion) row {
		return append(advisoryRow(&v.Is).of("a"), row{
			{"o.replaced_at", instant{&v.ReplacedAt}},
			{"o.modified_at", instant{&v.Was.ModifiedAt}},
			{"o.withdrawn_at", instant{&v.Was.WithdrawnAt}},
			{"o.body", raw{&v.Was.Body}},
		}...)
	}, "FROM advisories a JOIN advisory_versions o ON o.advisory_id = a.id WHERE a.vulnerability_id = (SELECT COALESCE(merged_into, id) FROM vulnerabilities WHERE id = ?) "+
		"AND o.in_force = 1 AND o.replaced_at >= ? AND o.replaced_at < ? ORDER BY o.replaced_at, a.id LIMIT ?", vulnerabilityID, instantText(from), instantText(to), maxLimit)
}

var sbomUploads = listing{
	from: "sboms s", id: "s.id", joins: " JOIN releases r ON r.id = s.release_id JOIN products p ON p.id = r.product_id", base: "s.uploaded_at >= ? AND s.uploaded_at < ?",
	order: "-uploaded_at", sorts: map[string]string{"uploaded_at": "s.uploaded_at"},
}

func (r reader) SBOMUploads(ctx context.Context, from, to time.Time, q app.ListQuery) (app.List[app.SBOMUpload], error) {
	l := sbomUploads
	l.values = []any{instantText(from), instantText(to)}
	return page(ctx, r.queries, l, q, func(s *app.SBOMUpload) row {
		s.SBOM.Problems = []register.Problem{}
		return append(sbomRow(&s.SBOM).without("problems").of("s"), row{{"r.version", &s.Version}, {"p.id", &s.ProductID}, {"p.brand_name", &s.BrandName}}...)
	})
}
