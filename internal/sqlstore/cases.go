package sqlstore

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/casefile"
)

func caseRow(c *casefile.Case) row {
	return row{
		{"id", &c.ID},
		{"number", &c.Number},
		{"title", &c.Title},
		{"product_id", &c.ProductID},
		{"release_id", ref{&c.ReleaseID}},
		{"vulnerability_id", ref{&c.VulnerabilityID}},
		{"intake_ids", listOf(&c.IntakeIDs)},
		{"assessment_id", ref{&c.AssessmentID}},
		{"aware_on", day{&c.AwareOn}},
		{"stage", &c.Stage},
		{"facts", listOf(&c.Facts)},
		{"revision", &c.Revision},
		{"opened_by", &c.OpenedBy},
		{"created_at", instant{&c.CreatedAt}},
		{"updated_at", instant{&c.UpdatedAt}},
	}
}

// caseDueOn is the earliest day of an open obligation, or "".
const caseDueOn = "(SELECT COALESCE(MIN(o.due_on), '') FROM obligations o WHERE o.case_id = c.id AND o.state = 'open' AND o.due_on <> '')"

// casePromptly counts the open obligations for which the law sets no day but
// says promptly, as promptly tells.
const casePromptly = "(SELECT COUNT(*) FROM obligations o WHERE o.case_id = c.id AND o.state = 'open' " +
	"AND (o.kind = 'first_report' OR o.kind IN ('duty', 'report_followup') AND o.due_on = '' AND o.target_at <> ''))"

var cases = listing{
	from: "cases c", found: " JOIN products p ON p.id = c.product_id LEFT JOIN vulnerabilities v ON v.id = c.vulnerability_id",
	joins: " LEFT JOIN releases r ON r.id = c.release_id",
	id:    "c.id", search: []string{"c.search", "p.search", "COALESCE(v.search, '')"}, order: "-updated_at",
	sorts: map[string]string{
		"number": "c.number", "aware_on": "c.aware_on", "updated_at": "c.updated_at",
		"due_on": "CASE WHEN " + casePromptly + " > 0 THEN '' ELSE COALESCE(NULLIF(" + caseDueOn + ", ''), '9999-12-31') END", // promptly comes first, nothing due last
	},
	filters: map[string]filter{
		"product":       equals("c.product_id"),
		"stage":         equals("c.stage"),
		"vulnerability": within("c.vulnerability_id = (SELECT COALESCE(merged_into, id) FROM vulnerabilities WHERE id = ?)"),
		"intake":        within("EXISTS (SELECT 1 FROM case_intakes l WHERE l.case_id = c.id AND l.intake_id = ?)"),
	},
}

func (r reader) Case(ctx context.Context, id string) (casefile.Case, error) {
	return one(ctx, r.queries, "case "+id, caseRow, "FROM cases WHERE id = ? OR number = ?", id, id)
}

func (r reader) Cases(ctx context.Context, q app.ListQuery) (app.List[app.CaseRow], error) {
	return page(ctx, r.queries, cases, q, func(c *app.CaseRow) row {
		return append(caseRow(&c.Case).of("c"), row{
			{"p.brand_name", &c.BrandName},
			{"COALESCE(r.version, '')", &c.Version},
			{"COALESCE(v.name, '')", &c.Vulnerability},
			{"(SELECT CASE WHEN d.status = 'overridden' THEN d.override ELSE d.result END FROM determinations d WHERE d.case_id = c.id AND " + governing + ")", outcome{&c.Result}},
			{caseDueOn, day{&c.DueOn}},
			{casePromptly, &c.Promptly},
		}...)
	})
}

func (w writer) AddCase(ctx context.Context, c casefile.Case) error {
	c.Revision = max(c.Revision, 1)
	if err := w.survivor(ctx, &c.VulnerabilityID); err != nil {
		return err
	}
	if err := w.insert(ctx, "cases", append(caseRow(&c), found(c.Number, c.Title))); err != nil {
		return err
	}
	return w.linkIntakes(ctx, c)
}

func (w writer) UpdateCase(ctx context.Context, c casefile.Case) error {
	if err := w.survivor(ctx, &c.VulnerabilityID); err != nil {
		return err
	}
	if err := w.revise(ctx, "cases", "case", c.ID, c.Revision, append(caseRow(&c).without("number"), found(c.Number, c.Title))); err != nil {
		return err
	}
	if _, err := w.exec(ctx, "DELETE FROM case_intakes WHERE case_id = ?", c.ID); err != nil {
		return err
	}
	return w.linkIntakes(ctx, c)
}

func (w writer) linkIntakes(ctx context.Context, c casefile.Case) error {
	var rows []row
	for i := range c.IntakeIDs {
		rows = append(rows, row{{"case_id", &c.ID}, {"intake_id", &c.IntakeIDs[i]}})
	}
	return w.insert(ctx, "case_intakes", rows...)
}
