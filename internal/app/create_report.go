package app

import (
	"context"
	"slices"

	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/report"
)

// CreateReport asks for a report of a case on a form.
type CreateReport struct {
	Case string // id or number
	Form string // "form8", "form9", "form10" or "firstreport"
}

// CreateReport begins a report of a case and fills it from everything that is
// known. Periodic reports are of a product and its period: see CreateReportFor.
func (a *App) CreateReport(ctx context.Context, by Actor, in CreateReport) (ReportView, error) {
	if err := require(by, WriteReport); err != nil {
		return ReportView{}, err
	}
	if periodicForm(in.Form) {
		return ReportView{}, fault.New(fault.Invalid, "a periodic report is of a product and a period: begin it from what is due for the product")
	}
	return a.beginReport(ctx, by, func(ctx context.Context, tx Tx) (Report, error) {
		c, err := tx.Case(ctx, in.Case)
		if err != nil {
			return Report{}, err
		}
		w := Report{CaseID: c.ID, ProductID: c.ProductID, Form: in.Form}
		if w.ObligationID, err = dueNow(ctx, tx, w); err != nil {
			return w, err
		}
		return w, requireNoReport(ctx, tx, map[string]string{"case": c.ID, "product": c.ProductID, "form": in.Form})
	})
}

// CreateReportFor begins the report that an obligation asks for: that of a
// product and period, or that of its case.
func (a *App) CreateReportFor(ctx context.Context, by Actor, obligationID string) (ReportView, error) {
	if err := require(by, WriteReport); err != nil {
		return ReportView{}, err
	}
	o, err := a.Store.Obligation(ctx, obligationID)
	if err != nil {
		return ReportView{}, err
	}
	switch o.Kind {
	case casefile.DueFirstReport:
		return a.CreateReport(ctx, by, CreateReport{Case: o.CaseID, Form: firstReportForm})
	case casefile.DueReport:
		return a.CreateReport(ctx, by, CreateReport{Case: o.CaseID, Form: o.Form})
	case casefile.DuePeriodicReport:
	case casefile.DueReportFollowUp:
		return ReportView{}, fault.New(fault.Conflict, "a further report is the next issue of the report that named this day: begin it there")
	case casefile.DueDecision, casefile.DueTriage, casefile.DueDuty:
		return ReportView{}, fault.New(fault.Conflict, "no report on a form is due here")
	}
	return a.beginReport(ctx, by, func(ctx context.Context, tx Tx) (Report, error) {
		asked, err := tx.Obligation(ctx, obligationID)
		if err != nil {
			return Report{}, err
		}
		due, err := periodObligation(ctx, tx, asked)
		if err != nil {
			return Report{}, err
		}
		if due.State != casefile.ObligationOpen {
			return Report{}, fault.New(fault.Conflict, "this obligation is %s already", due.State)
		}
		w := Report{ObligationID: due.ID, ProductID: due.ProductID, Form: due.Form, PeriodFrom: due.PeriodFrom, PeriodTo: due.PeriodTo}
		return w, requireNoReport(ctx, tx, map[string]string{"product": w.ProductID, "form": w.Form, "period": w.PeriodFrom.String()})
	})
}

// beginReport stores the report that plan describes, filled from the records as
// the transaction sees them.
func (a *App) beginReport(ctx context.Context, by Actor, plan func(ctx context.Context, tx Tx) (Report, error)) (ReportView, error) {
	id := ident.New()
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		w, err := plan(ctx, tx)
		if err != nil {
			return err
		}
		form, err := a.form(ctx, tx, w.Form, "")
		if err != nil {
			return err
		}
		w.ID, w.Edition, w.Issue = id, form.Edition, 1
		sources, err := a.reportSources(ctx, tx, w, report.Draft{})
		if err != nil {
			return err
		}
		draft, err := report.New(form, report.Begin{ID: id, CaseID: w.CaseID, ProductID: w.ProductID, By: by.UserID, At: a.now(), Filled: report.Fill(form, sources)})
		if err != nil {
			return err
		}
		if w.Number, err = a.number(ctx, tx, "R"); err != nil {
			return err
		}
		w.Maker, w.CreatedAt = by.Name, a.now()
		w = w.with(draft)
		e := by.entry("report.begun", subjectReport(w), nil, draft, "")
		if e.Parents, err = aboutReport(ctx, tx, w); err != nil {
			return err
		}
		tx.Record(e)
		w.Version, w.Revision, w.UpdatedAt = 1, 1, a.now()
		if err := tx.AddReport(ctx, w); err != nil {
			return err
		}
		return tx.AddReportVersion(ctx, a.versionOf(by, w, draft))
	})
	if err != nil {
		return ReportView{}, err
	}
	return a.Report(ctx, by, id)
}

// with brings what the list of reports shows in line with the content.
func (w Report) with(d report.Draft) Report {
	w.State, w.Issue, w.IssueKind, w.Completion = string(d.State), d.Number(), string(d.Kind()), d.Completion()
	return w
}

func (a *App) versionOf(by Actor, w Report, d report.Draft) ReportVersion {
	return ReportVersion{ReportID: w.ID, Version: w.Version, Content: asJSON(d), Digest: report.Digest(d), By: by.Name, At: a.now()}
}

// requireNoReport holds to one report per case, product and form, and per
// product, form and period: further news go into its next issue.
func requireNoReport(ctx context.Context, r Reader, filter map[string]string) error {
	list, err := r.Reports(ctx, ListQuery{Filter: filter, Limit: 1})
	if err != nil {
		return err
	}
	if len(list.Items) == 0 {
		return nil
	}
	if filter["case"] == "" {
		return fault.New(fault.Conflict, "%s is the report of this period on this form: go on there", list.Items[0].Number)
	}
	return fault.New(fault.Conflict, "%s is the report of this case on this form: go on there", list.Items[0].Number)
}

// openFor returns the open obligations that the next submission of a report
// meets, the one that names it first. A first report is due by itself; a further
// issue is due for new items of the law, or on the day that the one before
// named; a periodic report stands for every case of its period.
func openFor(ctx context.Context, r Reader, w Report) ([]casefile.Obligation, error) {
	filter := map[string]string{"case": w.CaseID, "state": string(casefile.ObligationOpen)}
	if w.CaseID == "" {
		filter = map[string]string{"product": w.ProductID, "state": string(casefile.ObligationOpen)}
	}
	var due []casefile.Obligation
	q := ListQuery{Filter: filter, Limit: 200}
	for {
		open, err := r.Obligations(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, o := range open.Items {
			if w.meets(o.Obligation) {
				due = append(due, o.Obligation)
			}
		}
		if q.Cursor = open.Next; q.Cursor == "" {
			break
		}
	}
	slices.SortStableFunc(due, func(x, y casefile.Obligation) int { return w.place(x) - w.place(y) })
	return due, nil
}

// meets tells whether a submission of the report does what is due.
func (w Report) meets(o casefile.Obligation) bool {
	switch o.Kind {
	case casefile.DueFirstReport:
		return w.Form == firstReportForm && o.CaseID == w.CaseID
	case casefile.DueReport:
		return w.Form == o.Form && o.CaseID == w.CaseID
	case casefile.DueReportFollowUp:
		return w.Form == o.Form && o.CaseID == w.CaseID && o.Duty == "" && o.PeriodFrom == w.PeriodFrom
	case casefile.DuePeriodicReport:
		own := o.CaseID == "" && o.PeriodFrom == w.PeriodFrom
		return w.Form == o.Form && !w.PeriodFrom.IsZero() && (own || o.CaseID != "" && inDays(o.AwareOn, w.PeriodFrom, w.PeriodTo))
	case casefile.DueDecision, casefile.DueTriage, casefile.DueDuty:
	}
	return false
}

// place orders what a submission meets: what the law asks for before the day
// that the company named, the product's period before its cases.
func (w Report) place(o casefile.Obligation) int {
	switch {
	case o.Kind == casefile.DueReportFollowUp:
		return 2
	case o.Kind == casefile.DuePeriodicReport && o.CaseID != "":
		return 1
	}
	return 0
}

// dueNow returns the id of the obligation that the next submission of a report
// is for: the one it has while that is open, else the first that is open, else
// the one it had.
func dueNow(ctx context.Context, r Reader, w Report) (string, error) {
	due, err := openFor(ctx, r, w)
	if err != nil || len(due) == 0 || slices.ContainsFunc(due, func(o casefile.Obligation) bool { return o.ID == w.ObligationID }) {
		return w.ObligationID, err
	}
	return due[0].ID, nil
}

func subjectReport(w Report) ledger.Subject {
	return ledger.Subject{Kind: "report", ID: w.ID, Name: w.Number}
}

// aboutReport names the case and the product of a report, for the ledger.
func aboutReport(ctx context.Context, r Reader, w Report) ([]ledger.Subject, error) {
	var about []ledger.Subject
	if w.CaseID != "" {
		c, err := r.Case(ctx, w.CaseID)
		if err != nil {
			return nil, err
		}
		about = append(about, subjectCase(c))
	}
	p, err := r.Product(ctx, w.ProductID)
	if err != nil {
		return nil, err
	}
	return append(about, subjectProduct(p)), nil
}
