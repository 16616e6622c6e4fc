package sqlstore

import (
	"context"
	"strings"

	"mimamori/internal/app"
	"mimamori/internal/assess"
)

func findingRow(f *app.FindingRow) row {
	return append(row{
		{"f.id", &f.ID},
		{"f.release_id", &f.ReleaseID},
		{"r.version", &f.Version},
		{"f.product_id", &f.ProductID},
		{"p.brand_name", &f.BrandName},
		{"f.vulnerability_id", &f.VulnerabilityID},
		{"v.name", &f.Vulnerability},
		{"v.title", &f.Title},
		{"v.severity", &f.Severity},
		{"f.kev", &f.KEV},
		{"f.class", &f.Class},
		{"f.state", &f.State},
		{"CASE WHEN " + shownPrecisely + " THEN 1 ELSE 0 END", &f.Precise},
		{"f.counters", someOf(&f.Counters)},
		{"f.stated", someOf(&f.Counters)},
		{"f.first_seen_at", instant{&f.FirstSeenAt}},
		{"f.closed_at", instant{&f.ClosedAt}},
		{"f.assessment_id", ref{&f.AssessmentID}},
		{"COALESCE(a.status, '" + string(assess.UnderInvestigation) + "')", &f.Status},
		{"(SELECT COUNT(DISTINCT i.site_id) FROM installations i WHERE i.release_id = f.release_id)", &f.Sites},
		{"(SELECT COALESCE(SUM(i.units), 0) FROM installations i WHERE i.release_id = f.release_id)", &f.Units},
	}, componentRow(&f.Component).of("c")...)
}

const findingJoins = " JOIN releases r ON r.id = f.release_id JOIN products p ON p.id = f.product_id JOIN components c ON c.id = f.component_id" +
	" JOIN vulnerabilities v ON v.id = f.vulnerability_id LEFT JOIN assessments a ON a.id = f.assessment_id"

// ofProduct finds the findings of a product by its releases: an index of their
// own would cost each finding more than it saves.
const ofProduct = "f.release_id IN (SELECT x.id FROM releases x WHERE x.product_id = ?)"

var findings = listing{
	from: "findings f", id: "f.id", joins: findingJoins, order: "-priority",
	search: []string{"f.search_component", "f.search_product", "f.search_vulnerability"},
	sorts: map[string]string{
		"vulnerability": "f.vulnerability_name", "component": "f.component_name", "product": "f.brand_name",
		"first_seen_at": "f.first_seen_at", "priority": "f.priority",
	},
	narrow: []string{"product", "site", "vulnerability"},
	filters: map[string]filter{
		"release":       equals("f.release_id"),
		"product":       within(ofProduct),
		"site":          within("f.release_id IN (SELECT i.release_id FROM installations i WHERE i.site_id = ?)"),
		"vulnerability": within("f.vulnerability_id = (SELECT COALESCE(merged_into, id) FROM vulnerabilities WHERE id = ?)"),
		"class":         equals("f.class"),
		"state":         oneOf(map[string]string{"open": "f.state = 'open'", "closed": "f.state = 'closed'"}),
		"mode":          oneOf(map[string]string{"precise": shownPrecisely, "comprehensive": "1 = 1"}),
		"kev":           oneOf(map[string]string{"yes": "f.kev = 1", "no": "f.kev = 0"}),
		"assessed":      oneOf(map[string]string{"yes": "f.assessment_id IS NOT NULL", "no": "f.assessment_id IS NULL"}),
	},
}

func (r reader) Finding(ctx context.Context, id string) (app.FindingRow, error) {
	return one(ctx, r.queries, "finding "+id, findingRow, "FROM findings f"+findingJoins+" WHERE f.id = ?", id)
}

func (r reader) Findings(ctx context.Context, q app.ListQuery) (app.List[app.FindingRow], error) {
	return page(ctx, r.queries, findings, q, findingRow)
}

func matchRow(m *app.Match) row {
	return row{
		{"component_id", &m.ComponentID},
		{"advisory_id", &m.AdvisoryID},
		{"source", &m.Source},
		{"record_id", &m.RecordID},
		{"class", &m.Class},
		{"text", &m.Text},
		{"evidence", raw{&m.Evidence}},
		{"precise", &m.Precise},
		{"conditional", &m.Conditional},
		{"counters", someOf(&m.Counters)},
	}
}

// Evidence returns the matches; "affected" sorts before "possible".
func (r reader) Evidence(ctx context.Context, findingID string) ([]app.Match, error) {
	if _, err := r.Finding(ctx, findingID); err != nil {
		return nil, err
	}
	settled := func(m *app.Match) row { // as the match is in the finding's release
		here := matchRow(m).of("m")
		for i, c := range here {
			switch name := strings.TrimPrefix(c.name, "m."); name {
			case "class", "text", "evidence", "precise":
				here[i].name = "COALESCE(s." + name + ", m." + name + ")"
			}
		}
		return here
	}
	return all(ctx, r.queries, settled,
		"FROM findings f JOIN matches m ON m.component_id = f.component_id JOIN advisories a ON a.id = m.advisory_id AND a.vulnerability_id = f.vulnerability_id "+
			joinSettled("f.release_id")+" WHERE f.id = ? AND COALESCE(s.class, m.class) <> 'none' "+
			"ORDER BY COALESCE(s.class, m.class), m.source, m.record_id, m.advisory_id", findingID)
}

// joinSettled joins to matches m what is settled of them in a release, as s.
func joinSettled(release string) string {
	return "LEFT JOIN match_settlements s ON s.component_id = m.component_id AND s.advisory_id = m.advisory_id AND s.release_id = " + release
}

func (r reader) NamesOf(ctx context.Context, vulnerabilityIDs []string) (map[string][]string, error) {
	return r.aliases(ctx, vulnerabilityIDs)
}

func (r reader) OpenFindingsOf(ctx context.Context, vulnerabilityIDs []string) ([]app.OpenFinding, error) {
	out := []app.OpenFinding{}
	err := inChunks(vulnerabilityIDs, func(part []string) error {
		condition, args := in("f.vulnerability_id", part)
		found, err := all(ctx, r.queries, func(f *app.OpenFinding) row {
			return append(componentRow(&f.Component).of("c"), column{"f.id", &f.ID}, column{"f.vulnerability_id", &f.VulnerabilityID},
				column{"r.sbom_id", ref{&f.SBOMID}}, column{"f.stated", someOf(&f.Stated)}, column{"f.trusted", &f.Trusted})
		}, "FROM findings f JOIN releases r ON r.id = f.release_id JOIN components c ON c.id = f.component_id WHERE f.state = 'open' AND "+condition, args...)
		out = append(out, found...)
		return err
	})
	return out, err
}
