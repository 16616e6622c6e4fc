package sqlstore

import (
	"context"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
)

func reportRow(r *app.Report) row {
	return row{
		{"id", &r.ID},
		{"number", &r.Number},
		{"case_id", ref{&r.CaseID}},
		{"obligation_id", ref{&r.ObligationID}},
		{"product_id", &r.ProductID},
		{"form", &r.Form},
		{"edition", &r.Edition},
		{"issue", &r.Issue},
		{"issue_kind", &r.IssueKind},
		{"completion", &r.Completion},
		{"period_from", day{&r.PeriodFrom}},
		{"period_to", day{&r.PeriodTo}},
		{"registration_number", &r.RegistrationNumber},
		{"identification_number", &r.IdentificationNumber},
		{"state", &r.State},
		{"version", &r.Version},
		{"maker", &r.Maker},
		{"revision", &r.Revision},
		{"created_at", instant{&r.CreatedAt}},
		{"updated_at", instant{&r.UpdatedAt}},
	}
}

// Conditions on a report (alias w) and what its newest issue is due for (alias
// o). A day was missed when what a submission met, or was due for, was met
// after its day. A filter reads the few late obligations first, as CROSS JOIN
// makes SQLite do; a row looks for its own.
const (
	reportWaits    = "w.state <> 'sent'"
	reportMismatch = "w.id IN (SELECT s.report_id FROM submissions s WHERE s.state = 'mismatch')"
	missed         = "m.due_on <> '' AND m.met_on > m.due_on" // as the index obligations_late has it
	missedNow      = "o.due_on <> '' AND o.met_on > o.due_on"
	anyMissed      = "(" + missedNow + " OR w.id IN (SELECT s.report_id FROM obligations m CROSS JOIN submissions s WHERE s.obligation_id = m.id AND " + missed + "))"
	ownMissed      = "(" + missedNow + " OR EXISTS (SELECT 1 FROM submissions s JOIN obligations m ON m.id = s.obligation_id WHERE s.report_id = w.id AND " + missed + "))"
)

var reports = listing{
	from:  "reports w LEFT JOIN obligations o ON o.id = w.obligation_id",
	found: " LEFT JOIN cases c ON c.id = w.case_id JOIN products p ON p.id = w.product_id",
	id:    "w.id", search: []string{"w.search", "COALESCE(c.search, '')", "p.search"}, order: "-updated_at",
	sorts: map[string]string{
		"number": "w.number", "updated_at": "w.updated_at", "sent_at": "w.sent_at",
		"due_on": "COALESCE(NULLIF(o.due_on, ''), '9999-12-31')",
	},
	filters: map[string]filter{
		"case": equals("w.case_id"), "product": equals("w.product_id"), "state": equals("w.state"), "form": equals("w.form"),
		"period": dayFilter("w.period_from = ?", caldate.Date.String),
		"issue_kind": oneOf(map[string]string{
			"first": "w.issue_kind = 'first'", "additional": "w.issue_kind = 'additional'", "withdrawal": "w.issue_kind = 'withdrawal'", "downgrade": "w.issue_kind = 'downgrade'",
			"complete": "w.completion = 'complete'", "incomplete": "w.completion = 'incomplete'",
		}),
		"due":       reportDueFilter,
		"today":     func(string, map[string]string) (string, []any, error) { return "", nil, nil }, // read by due
		"sent_from": dayFilter("w.sent_at >= ?", startOfDay),
		"sent_to":   dayFilter("w.sent_at > '' AND w.sent_at < ?", func(d caldate.Date) string { return startOfDay(d.AddDays(1)) }),
		"waiting":   oneOf(map[string]string{"yes": reportWaits}),
		"mismatch":  oneOf(map[string]string{"yes": reportMismatch}),
	},
}

// startOfDay is the instant at which a day begins in Tokyo.
func startOfDay(d caldate.Date) string {
	return instantText(time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, caldate.Tokyo))
}

// dayFilter filters by a condition that takes the day once, as text makes it.
func dayFilter(condition string, text func(caldate.Date) string) filter {
	return func(value string, _ map[string]string) (string, []any, error) {
		d, err := caldate.Parse(value)
		if err != nil {
			return "", nil, fault.New(fault.Invalid, "%q is not a day: write it as 2026-06-01", value)
		}
		return condition, []any{text(d)}, nil
	}
}

// reportDueFilter finds reports by their deadlines as of a day.
func reportDueFilter(value string, all map[string]string) (string, []any, error) {
	today, err := caldate.Parse(all["today"])
	if err != nil {
		return "", nil, fault.New(fault.Invalid, "the filter due needs the filter today, a day such as 2026-06-01")
	}
	switch value {
	case "met":
		return "o.state = 'met' AND NOT " + anyMissed, nil, nil
	case "late":
		return "o.state = 'open' AND o.due_on <> '' AND o.due_on < ? OR " + anyMissed, []any{today.String()}, nil
	case "open":
		return "o.state = 'open' AND (o.due_on = '' OR o.due_on >= ?)", []any{today.String()}, nil
	}
	return "", nil, fault.New(fault.Invalid, "%q is not a value of this filter: choose one of %s", value, "met, late, open")
}

func (r reader) Report(ctx context.Context, id string) (app.Report, error) {
	return one(ctx, r.queries, "report "+id, reportRow, "FROM reports WHERE id = ?", id)
}

// Reports knows that a day is over when the query says what today is.
func (r reader) Reports(ctx context.Context, q app.ListQuery) (app.List[app.ReportRow], error) {
	today, err := caldate.Parse(q.Filter["today"])
	if q.Filter["today"] != "" && err != nil {
		return app.List[app.ReportRow]{Items: []app.ReportRow{}}, fault.New(fault.Invalid, "%q is not a day: write it as 2026-06-01", q.Filter["today"])
	}
	type found struct {
		app.ReportRow
		obligation casefile.ObligationState
	}
	page, err := page(ctx, r.queries, reports, q, func(w *found) row {
		return append(reportRow(&w.Report).of("w"), row{
			{"COALESCE(c.number, '')", &w.CaseNumber},
			{"COALESCE(c.title, '')", &w.CaseTitle},
			{"p.brand_name", &w.BrandName},
			{"COALESCE(o.due_on, '')", day{&w.DueOn}},
			{"COALESCE(o.state, '')", &w.obligation},
			{"w.sent_at", instant{&w.SentAt}},
			{"CASE WHEN " + ownMissed + " THEN 1 ELSE 0 END", &w.Late},
		}...)
	})
	list := app.List[app.ReportRow]{Items: make([]app.ReportRow, len(page.Items)), Next: page.Next, Total: page.Total}
	for i, w := range page.Items {
		over := w.obligation == casefile.ObligationOpen && !w.DueOn.IsZero() && w.DueOn.Before(today)
		w.Late = w.Late || over
		list.Items[i] = w.ReportRow
	}
	return list, err
}

func foundReport(r app.Report) column {
	return found(r.Number, r.Form, r.Maker, r.RegistrationNumber, r.IdentificationNumber)
}

func (w writer) AddReport(ctx context.Context, r app.Report) error {
	r.Revision, r.Issue = max(r.Revision, 1), max(r.Issue, 1)
	return w.insert(ctx, "reports", append(reportRow(&r), foundReport(r)))
}

func (w writer) UpdateReport(ctx context.Context, r app.Report) error {
	r.Issue = max(r.Issue, 1)
	return w.revise(ctx, "reports", "report", r.ID, r.Revision, append(reportRow(&r).without("number"), foundReport(r)))
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

func (r reader) ReportVersion(ctx context.Context, reportID string, version int) (app.ReportVersion, error) {
	return one(ctx, r.queries, "such version of report "+reportID, reportVersionRow, "FROM report_versions WHERE report_id = ? AND version = ?", reportID, version)
}

func (w writer) AddReportVersion(ctx context.Context, v app.ReportVersion) error {
	return w.insert(ctx, "report_versions", reportVersionRow(&v))
}

func agreementRow(g *app.HospitalAgreement) row {
	return row{
		{"id", &g.ID},
		{"report_id", &g.ReportID},
		{"issue", &g.Issue},
		{"version", &g.Version},
		{"agreed_on", day{&g.On}},
		{"agreed_with", &g.With},
		{"note", &g.Note},
		{"made_by", &g.By},
		{"made_at", instant{&g.At}},
	}
}

func (r reader) Agreements(ctx context.Context, reportID string) ([]app.HospitalAgreement, error) {
	return all(ctx, r.queries, agreementRow, "FROM hospital_agreements WHERE report_id = ? ORDER BY made_at, id", reportID)
}

func (w writer) AddAgreement(ctx context.Context, g app.HospitalAgreement) error {
	return w.insert(ctx, "hospital_agreements", agreementRow(&g))
}
