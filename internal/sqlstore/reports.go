package sqlstore

import (
	"context"

	"mimamori/internal/app"
)

func reportRow(r *app.Report) row {
	return row{
		{"id", &r.ID},
		{"number", &r.Number},
		{"case_id", &r.CaseID},
		{"obligation_id", ref{&r.ObligationID}},
		{"product_id", &r.ProductID},
		{"form", &r.Form},
		{"edition", &r.Edition},
		{"state", &r.State},
		{"version", &r.Version},
		{"maker", &r.Maker},
		{"revision", &r.Revision},
		{"created_at", instant{&r.CreatedAt}},
		{"updated_at", instant{&r.UpdatedAt}},
	}
}

var reports = listing{
	from: "reports w", found: " JOIN cases c ON c.id = w.case_id JOIN products p ON p.id = w.product_id",
	joins: " LEFT JOIN obligations o ON o.id = w.obligation_id",
	id:    "w.id", search: []string{"w.search", "c.search", "p.search"}, order: "-updated_at",
	sorts: map[string]string{"number": "w.number", "updated_at": "w.updated_at"},
	filters: map[string]filter{
		"case": equals("w.case_id"), "product": equals("w.product_id"), "state": equals("w.state"), "form": equals("w.form"),
	},
}

func (r reader) Report(ctx context.Context, id string) (app.Report, error) {
	return one(ctx, r.queries, "report "+id, reportRow, "FROM reports WHERE id = ?", id)
}

func (r reader) Reports(ctx context.Context, q app.ListQuery) (app.List[app.ReportRow], error) {
	return page(ctx, r.queries, reports, q, func(w *app.ReportRow) row {
		return append(reportRow(&w.Report).of("w"), row{
			{"c.number", &w.CaseNumber},
			{"c.title", &w.CaseTitle},
			{"p.brand_name", &w.BrandName},
			{"COALESCE(o.due_on, '')", day{&w.DueOn}},
		}...)
	})
}

func (w writer) AddReport(ctx context.Context, r app.Report) error {
	r.Revision = max(r.Revision, 1)
	return w.insert(ctx, "reports", append(reportRow(&r), found(r.Number, r.Form, r.Maker)))
}

func (w writer) UpdateReport(ctx context.Context, r app.Report) error {
	return w.revise(ctx, "reports", "report", r.ID, r.Revision, append(reportRow(&r).without("number"), found(r.Number, r.Form, r.Maker)))
}

func reportVersionRow(v *app.ReportVersion) row {
	return row{
		{"report_id", &v.ReportID},
		{"version", &v.Version},
		{"content", raw{&v.Content}},
		{"digest", &v.Digest},
		{"made_by", &v.By},
		{"made_at", instant{&v.At}},
	}
}

func (r reader) ReportVersions(ctx context.Context, reportID string) ([]app.ReportVersion, error) {
	return all(ctx, r.queries, reportVersionRow, "FROM report_versions WHERE report_id = ? ORDER BY version DESC", reportID)
}

func (w writer) AddReportVersion(ctx context.Context, v app.ReportVersion) error {
	return w.insert(ctx, "report_versions", reportVersionRow(&v))
}
