package sqlstore

import (
	"context"

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

var findings = listing{
	from: "findings f", id: "f.id", joins: findingJoins, order: "-priority",
	search: []string{"f.search_component", "f.search_product", "f.search_vulnerability"},
	sorts: map[string]string{
		"vulnerability": "f.vulnerability_name", "component": "f.component_name", "product": "f.brand_name",
		"first_seen_at": "f.first_seen_at", "priority": "f.priority",
	},
	filters: map[string]filter{
		"release":       equals("f.release_id"),
		"product":       equals("f.product_id"),
		"site":          within("f.release_id IN (SELECT i.release_id FROM installations i WHERE i.site_id = ?)"),
		"vulnerability": within("f.vulnerability_id = (SELECT COALESCE(merged_into, id) FROM vulnerabilities WHERE id = ?)"),
		"class":         equals("f.class"),
		"state":         oneOf(map[string]string{"open": "f.state = 'open'", "closed": "f.state = 'closed'"}),
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
	}
}

// Evidence returns the matches; "affected" sorts before "possible".
func (r reader) Evidence(ctx context.Context, findingID string) ([]app.Match, error) {
	if _, err := r.Finding(ctx, findingID); err != nil {
		return nil, err
	}
	return all(ctx, r.queries, func(m *app.Match) row { return matchRow(m).of("m") },
		"FROM findings f JOIN matches m ON m.component_id = f.component_id JOIN advisories a ON a.id = m.advisory_id AND a.vulnerability_id = f.vulnerability_id "+
			"WHERE f.id = ? ORDER BY m.class, m.source, m.record_id, m.advisory_id", findingID)
}
