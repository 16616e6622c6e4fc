package sqlstore

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/casefile"
)

func obligationRow(o *casefile.Obligation) row {
	return row{
		{"id", &o.ID},
		{"case_id", &o.CaseID},
		{"determination_id", ref{&o.DeterminationID}},
		{"kind", &o.Kind},
		{"form", &o.Form},
		{"items", listOf(&o.Items)},
		{"aware_on", day{&o.AwareOn}},
		{"due_on", day{&o.DueOn}},
		{"last_office_day", day{&o.LastOfficeDay}},
		{"target_at", instant{&o.TargetAt}},
		{"state", &o.State},
		{"met_on", day{&o.MetOn}},
		{"proof", &o.Proof},
		{"revision", &o.Revision},
		{"created_at", instant{&o.CreatedAt}},
		{"updated_at", instant{&o.UpdatedAt}},
	}
}

// urgency sorts: open first reports, then what is open by its day (without a
// day last), then the rest by its day.
func urgency(o casefile.Obligation) column {
	due := o.DueOn.String()
	if due == "" {
		due = "9999-12-31"
	}
	var text string
	switch {
	case o.State != casefile.ObligationOpen:
		text = "2 " + due
	case o.Kind == casefile.DueFirstReport:
		text = "0 " + instantText(o.TargetAt)
	default:
		text = "1 " + due
	}
	return column{"urgency", &text}
}

var obligations = listing{
	from: "obligations o JOIN cases c ON c.id = o.case_id JOIN products p ON p.id = c.product_id",
	// The newest report that is written for it.
	joins: " LEFT JOIN reports w ON w.id = (SELECT MAX(x.id) FROM reports x WHERE x.obligation_id = o.id)",
	id:    "o.id", search: []string{"c.search", "p.search"}, order: "urgency",
	sorts:   map[string]string{"urgency": "o.urgency"},
	filters: map[string]filter{"case": equals("o.case_id"), "state": equals("o.state"), "kind": equals("o.kind")},
}

func (r reader) Obligation(ctx context.Context, id string) (casefile.Obligation, error) {
	return one(ctx, r.queries, "obligation "+id, obligationRow, "FROM obligations WHERE id = ?", id)
}

func (r reader) Obligations(ctx context.Context, q app.ListQuery) (app.List[app.ObligationRow], error) {
	return page(ctx, r.queries, obligations, q, func(o *app.ObligationRow) row {
		return append(obligationRow(&o.Obligation).of("o"), row{
			{"c.number", &o.CaseNumber},
			{"c.title", &o.CaseTitle},
			{"p.id", &o.ProductID},
			{"p.brand_name", &o.BrandName},
			{"COALESCE(w.id, '')", &o.ReportID},
			{"COALESCE(w.state, '')", &o.ReportState},
		}...)
	})
}

func (w writer) AddObligation(ctx context.Context, o casefile.Obligation) error {
	o.Revision = max(o.Revision, 1)
	return w.insert(ctx, "obligations", append(obligationRow(&o), urgency(o)))
}

func (w writer) UpdateObligation(ctx context.Context, o casefile.Obligation) error {
	return w.revise(ctx, "obligations", "obligation", o.ID, o.Revision, append(obligationRow(&o), urgency(o)))
}
