package sqlstore

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/intake"
)

func intakeRow(r *intake.Record) row {
	return row{
		{"id", &r.ID},
		{"number", &r.Number},
		{"source", &r.Source},
		{"told_by", &r.From},
		{"aware_on", day{&r.AwareOn}},
		{"occurred_on", day{&r.OccurredOn}},
		{"title", &r.Title},
		{"text", &r.Text},
		{"product_id", ref{&r.ProductID}},
		{"release_id", ref{&r.ReleaseID}},
		{"site_id", ref{&r.SiteID}},
		{"vulnerability_id", ref{&r.VulnerabilityID}},
		{"recorded_by", &r.RecordedBy},
		{"recorded_at", instant{&r.RecordedAt}},
	}
}

var intakes = listing{
	from: "intakes n", found: " LEFT JOIN products p ON p.id = n.product_id LEFT JOIN sites s ON s.id = n.site_id",
	// Of several cases with one record the first is shown.
	joins: " LEFT JOIN cases c ON c.id = (SELECT MIN(l.case_id) FROM case_intakes l WHERE l.intake_id = n.id)",
	id:    "n.id", search: []string{"n.search", "COALESCE(p.search, '')", "COALESCE(s.search, '')"}, order: "-recorded_at",
	sorts: map[string]string{"aware_on": "n.aware_on", "number": "n.number", "recorded_at": "n.recorded_at"},
	filters: map[string]filter{
		"source": equals("n.source"), "product": equals("n.product_id"),
		"case": intakeCaseFilter,
	},
}

// intakeTriage is the state of the triage of an intake record, "" for one that
// has none: it is in a case, or came before records had one.
const intakeTriage = "COALESCE((SELECT o.state FROM obligations o WHERE o.intake_id = n.id AND o.kind = 'triage' ORDER BY o.id DESC LIMIT 1), '')"

// intakeWaiting is the condition that an intake record waits: it is in no case,
// and its triage is not done with.
const intakeWaiting = "NOT EXISTS (SELECT 1 FROM case_intakes l WHERE l.intake_id = n.id) AND " + intakeTriage + " IN ('', 'open')"

// intakeCaseFilter takes "none" or the id of a case.
func intakeCaseFilter(value string, _ map[string]string) (string, []any, error) {
	if value == "none" {
		return intakeWaiting, nil, nil
	}
	return "EXISTS (SELECT 1 FROM case_intakes l WHERE l.intake_id = n.id AND l.case_id = ?)", []any{value}, nil
}

func (r reader) Intake(ctx context.Context, id string) (intake.Record, error) {
	return one(ctx, r.queries, "intake record "+id, intakeRow, "FROM intakes WHERE id = ?", id)
}

func (r reader) Intakes(ctx context.Context, q app.ListQuery) (app.List[app.IntakeRow], error) {
	return page(ctx, r.queries, intakes, q, func(n *app.IntakeRow) row {
		return append(intakeRow(&n.Record).of("n"), row{
			{"COALESCE(p.brand_name, '')", &n.BrandName},
			{"COALESCE(s.name, '')", &n.SiteName},
			{"COALESCE(c.id, '')", &n.CaseID},
			{"COALESCE(c.number, '')", &n.CaseNumber},
			{intakeTriage, &n.Triage},
		}...)
	})
}

func (w writer) AddIntake(ctx context.Context, r intake.Record) error {
	if err := w.survivor(ctx, &r.VulnerabilityID); err != nil {
		return err
	}
	return w.insert(ctx, "intakes", append(intakeRow(&r), found(r.Number, r.Title, r.From, r.Text)))
}
