package sqlstore

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/assess"
)

func assessmentRow(a *assess.Assessment) row {
	return row{
		{"id", &a.ID},
		{"product_id", &a.ProductID},
		{"vulnerability_id", &a.VulnerabilityID},
		{"version", &a.Version},
		{"status", &a.Status},
		{"justification", &a.Justification},
		{"statement", &a.Statement},
		{"present", &a.Present},
		{"used", &a.Used},
		{"function_affected", &a.FunctionAffected},
		{"exploited", &a.Exploited},
		{"harm", &a.Harm},
		{"controls", &a.Controls},
		{"controls_suffice", &a.ControlsSuffice},
		{"controls_applied", &a.ControlsApplied},
		{"confidential_only", &a.ConfidentialOnly},
		{"consequences", nested[assess.Consequences]{&a.Consequences}},
		{"malfunctions", listOf(&a.Malfunctions)},
		{"made_by", &a.MadeBy},
		{"made_at", instant{&a.MadeAt}},
		{"superseded", &a.Superseded},
	}
}

var assessments = listing{
	from: "assessments a JOIN products p ON p.id = a.product_id JOIN vulnerabilities v ON v.id = a.vulnerability_id",
	id:   "a.id", search: []string{"a.search", "p.search", "v.search"}, order: "-made_at",
	sorts: map[string]string{"made_at": "a.made_at", "vulnerability": "v.name", "product": "p.brand_name"},
	filters: map[string]filter{
		"product":       equals("a.product_id"),
		"vulnerability": within("a.vulnerability_id = (SELECT COALESCE(merged_into, id) FROM vulnerabilities WHERE id = ?)"),
		"status":        equals("a.status"),
		"current":       oneOf(map[string]string{"yes": "a.superseded = 0", "no": "a.superseded = 1"}),
	},
}

func (r reader) Assessment(ctx context.Context, id string) (assess.Assessment, error) {
	return one(ctx, r.queries, "assessment "+id, assessmentRow, "FROM assessments WHERE id = ?", id)
}

func (r reader) Assessments(ctx context.Context, q app.ListQuery) (app.List[app.AssessmentRow], error) {
	return page(ctx, r.queries, assessments, q, func(a *app.AssessmentRow) row {
		return append(assessmentRow(&a.Assessment).of("a"), column{"p.brand_name", &a.BrandName}, column{"v.name", &a.Vulnerability})
	})
}

func (w writer) AddAssessment(ctx context.Context, a assess.Assessment) error {
	a.Superseded = false
	if err := w.survivor(ctx, &a.VulnerabilityID); err != nil {
		return err
	}
	if _, err := w.exec(ctx, "UPDATE assessments SET superseded = 1 WHERE product_id = ? AND vulnerability_id = ?", a.ProductID, a.VulnerabilityID); err != nil {
		return err
	}
	if err := w.insert(ctx, "assessments", append(assessmentRow(&a), found(a.Statement, a.Controls))); err != nil {
		return err
	}
	_, err := w.exec(ctx, "UPDATE findings SET assessment_id = ? WHERE product_id = ? AND vulnerability_id = ?", a.ID, a.ProductID, a.VulnerabilityID)
	return err
}
