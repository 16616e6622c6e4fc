package sqlstore

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
)

func obligationRow(o *casefile.Obligation) row {
	return row{
		{"id", &o.ID},
		{"case_id", ref{&o.CaseID}},
		{"intake_id", ref{&o.IntakeID}},
		{"product_id", ref{&o.ProductID}},
		{"determination_id", ref{&o.DeterminationID}},
		{"kind", &o.Kind},
		{"form", &o.Form},
		{"items", listOf(&o.Items)},
		{"duty", &o.Duty},
		{"rulebook", &o.Rulebook},
		{"rule", &o.Rule},
		{"period_from", day{&o.PeriodFrom}},
		{"period_to", day{&o.PeriodTo}},
		{"aware_on", day{&o.AwareOn}},
		{"due_on", day{&o.DueOn}},
		{"last_office_day", day{&o.LastOfficeDay}},
		{"target_at", instant{&o.TargetAt}},
		{"state", &o.State},
		{"met_on", day{&o.MetOn}},
		{"proof", &o.Proof},
		{"late_reason", &o.LateReason},
		{"revision", &o.Revision},
		{"created_at", instant{&o.CreatedAt}},
		{"updated_at", instant{&o.UpdatedAt}},
	}
}

// promptly tells whether there is no day but it is due promptly. A duty without
// a day and without a target goes on all the time.
func promptly(o casefile.Obligation) bool {
	targeted := o.Kind == casefile.DueDuty || o.Kind == casefile.DueReportFollowUp
	return o.Kind == casefile.DueFirstReport || targeted && o.DueOn.IsZero() && !o.TargetAt.IsZero()
}

// urgency sorts: open first reports by their target, then what is open by its day
// or the day of its target (without either last), then the rest by its day.
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
	case promptly(o): // no legal day: it must not crowd out what has one
		text = "1 " + caldate.Of(o.TargetAt, caldate.Tokyo).String()
	default:
		text = "1 " + due
	}
	return column{"urgency", &text}
}

// An obligation hangs on a case, on an intake record or on a product, or on
// several of them.
const obligationJoins = " LEFT JOIN cases c ON c.id = o.case_id LEFT JOIN intakes n ON n.id = o.intake_id LEFT JOIN products p ON p.id = o.product_id"

// obligationReport joins the newest report that is written for it, or the one
// whose submission met it.
const obligationReport = " LEFT JOIN reports w ON w.id = COALESCE((SELECT MAX(x.id) FROM reports x WHERE x.obligation_id = o.id), " +
	"(SELECT MAX(s.report_id) FROM submissions s WHERE s.obligation_id = o.id))"

var obligations = listing{
	from: "obligations o", found: obligationJoins, joins: obligationReport, id: "o.id", order: "urgency",
	search: []string{"COALESCE(c.search, '')", "COALESCE(n.search, '')", "COALESCE(p.search, '')"},
	sorts:  map[string]string{"urgency": "o.urgency"},
	filters: map[string]filter{
		"case": equals("o.case_id"), "intake": equals("o.intake_id"), "product": equals("o.product_id"),
		"state": equals("o.state"), "kind": equals("o.kind"), "duty": equals("o.duty"), "due_until": dueUntilFilter,
	},
}

// dueUntilFilter finds what has a day on or before the value.
func dueUntilFilter(value string, _ map[string]string) (string, []any, error) {
	until, err := caldate.Parse(value)
	if err != nil {
		return "", nil, fault.New(fault.Invalid, "%q is not a day: write it as 2026-06-01", value)
	}
	return "o.due_on > '' AND o.due_on <= ?", []any{until.String()}, nil
}

func obligationColumns(o *app.ObligationRow) row {
	return append(obligationRow(&o.Obligation).of("o"), row{
		{"COALESCE(c.number, n.number, '')", &o.CaseNumber},
		{"COALESCE(c.title, n.title, '')", &o.CaseTitle},
		{"COALESCE(p.brand_name, '')", &o.BrandName},
		{"COALESCE(w.id, '')", &o.ReportID},
		{"COALESCE(w.state, '')", &o.ReportState},
	}...)
}

func (r reader) Obligation(ctx context.Context, id string) (casefile.Obligation, error) {
	return one(ctx, r.queries, "obligation "+id, obligationRow, "FROM obligations WHERE id = ?", id)
}

func (r reader) Obligations(ctx context.Context, q app.ListQuery) (app.List[app.ObligationRow], error) {
	return page(ctx, r.queries, obligations, q, obligationColumns)
}

func (w writer) AddObligation(ctx context.Context, o casefile.Obligation) error {
	o.Revision = max(o.Revision, 1)
	return w.insert(ctx, "obligations", append(obligationRow(&o), urgency(o)))
}

func (w writer) UpdateObligation(ctx context.Context, o casefile.Obligation) error {
	return w.revise(ctx, "obligations", "obligation", o.ID, o.Revision, append(obligationRow(&o), urgency(o)))
}
