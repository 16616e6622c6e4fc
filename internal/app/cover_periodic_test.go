package app_test

import (
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/register"
)

// periodicCase opens a case for a periodic report and confirms it.
func periodicCase(t *testing.T, a *app.App, p register.Product) app.CaseView {
	t.Helper()
	c := must[casefile.Case](t)(a.OpenCase(t.Context(), officer, app.OpenCase{Title: "表示の乱れ", ProductID: p.ID, AwareOn: caldate.MustParse("2026-11-20")}))
	return confirm(t, a, answer(t, a, c.ID, "report_kind", "case", "agent", "malfunction", "origin", "domestic", "harm_status", "actual", "seriousness", "non_serious", "predictability", "unpredictable"))
}

// ownState is the state of the periodic obligation that hangs on the case itself.
func ownState(t *testing.T, a *app.App, caseID string) (casefile.ObligationState, caldate.Date) {
	t.Helper()
	list := must[app.List[app.ObligationRow]](t)(a.Store.Obligations(t.Context(), app.ListQuery{Filter: map[string]string{"case": caseID, "kind": "periodic_report"}}))
	if len(list.Items) != 1 {
		t.Fatalf("want one periodic obligation of the case, got %+v", list.Items)
	}
	return list.Items[0].State, list.Items[0].DueOn
}

// The product's own cycle stands for the periodic report of a case: one day is
// told once, the case shows the cycle, the cycle lists the case.
func TestTheCycleOfTheProductCoversItsCases(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	p, _ := pump(t, a)
	view := periodicCase(t, a, p)
	if state, _ := ownState(t, a, view.Case.ID); state != casefile.ObligationCovered {
		t.Errorf("the cycle is open, so the case's own report is covered, not %s", state)
	}
	shown := open(t, view, casefile.DuePeriodicReport)
	if shown.CaseID != "" || shown.PeriodFrom.String() != "2026-04-01" || shown.DueOn.String() != "2027-05-31" {
		t.Errorf("the page of the case shows the cycle: %+v", shown.Obligation)
	}
	var duties []string
	for _, o := range view.Obligations {
		if o.Kind == casefile.DueDuty && o.State == casefile.ObligationOpen {
			duties = append(duties, o.ID)
		}
	}
	view = must[app.CaseView](t)(a.MeetDuties(ctx, officer, app.MeetDuties{Case: view.Case.ID, IDs: duties, MetOn: a.Today(), Proof: "措置記録 1"}))
	if view.Case.Stage != casefile.StageWatch || !view.Case.DueOn.IsZero() {
		t.Errorf("nothing is due for the case by itself: stage %s, due %v", view.Case.Stage, view.Case.DueOn)
	}
	product := must[app.ProductView](t)(a.Product(ctx, p.ID))
	listed := 0
	for _, cycle := range product.Obligations {
		listed += len(cycle.Cases)
	}
	if listed != 1 {
		t.Errorf("the cycle lists the case once, not %d times", listed)
	}
	if counts := must[map[string]int](t)(a.Store.Counts(ctx)); counts["obligations"] != 1 {
		t.Errorf("one periodic report waits, counted %d", counts["obligations"])
	}
	own := must[app.List[app.ObligationRow]](t)(a.Store.Obligations(ctx, app.ListQuery{Filter: map[string]string{"case": view.Case.ID, "kind": "periodic_report"}})).Items[0]
	_, err := a.MeetObligation(ctx, officer, app.MeetObligation{ID: own.ID, MetOn: a.Today(), Proof: "受付番号 1", Revision: own.Revision})
	wantKind(t, err, fault.Conflict, "it is met with the cycle")

	// A cycle that moves takes the case along; one that is gone gives it back.
	p = must[register.Product](t)(a.Store.Product(ctx, p.ID))
	p.LicensedOn = caldate.MustParse("2020-06-01")
	p = must[register.Product](t)(a.UpdateProduct(ctx, officer, p))
	if state, due := ownState(t, a, view.Case.ID); state != casefile.ObligationCovered || due.String() != "2027-07-31" {
		t.Errorf("the period moved: %s due %v", state, due)
	}
	p.LicensedOn = caldate.MustParse("2026-12-01") // after the case: no period has it
	must[register.Product](t)(a.UpdateProduct(ctx, officer, p))
	if state, due := ownState(t, a, view.Case.ID); state != casefile.ObligationOpen || !due.IsZero() {
		t.Errorf("no cycle, so the case has its own again, without a day: %s due %v", state, due)
	}
}

// Without a day of approval the case keeps its own; once the day is entered the
// cycle takes it over.
func TestACaseKeepsItsPeriodicReportWithoutACycle(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	p, _ := pump(t, a)
	p = must[register.Product](t)(a.Store.Product(ctx, p.ID))
	licensed := p.LicensedOn
	p.LicensedOn = caldate.Date{}
	other := p
	other.BrandName, other.LicenceNumber = "輸液ポンプ IP-400", "22700BZX00000009"
	other = must[register.Product](t)(a.AddProduct(ctx, officer, other))
	view := periodicCase(t, a, other)
	if state, due := ownState(t, a, view.Case.ID); state != casefile.ObligationOpen || !due.IsZero() || view.Case.Stage != casefile.StageReport {
		t.Errorf("the case keeps its own: %s due %v, stage %s", state, due, view.Case.Stage)
	}
	other.LicensedOn = licensed
	must[register.Product](t)(a.UpdateProduct(ctx, officer, other))
	if state, due := ownState(t, a, view.Case.ID); state != casefile.ObligationCovered || due.String() != "2027-05-31" {
		t.Errorf("the cycle is there now: %s due %v", state, due)
	}
}

// An override whose day is not the cycle's is told by itself.
func TestAStatedDayIsNotCovered(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	p, _ := pump(t, a)
	view := periodicCase(t, a, p)
	in := app.OverrideDetermination{Case: view.Case.ID, Shown: view.Answer.Digest, Password: password, Override: casefile.Override{
		Result: "report", Form: "form12", DueOn: caldate.MustParse("2027-01-31"), Reason: "行政の指導により繰り上げて報告する。",
	}}
	asked := must[app.CaseView](t)(a.OverrideDetermination(ctx, officer, in))
	must[app.CaseView](t)(a.CountersignOverride(ctx, approver, app.CountersignOverride{ID: asked.Determinations[0].ID, Password: password}))
	if state, due := ownState(t, a, view.Case.ID); state != casefile.ObligationOpen || due.String() != "2027-01-31" {
		t.Errorf("persons stated another day: %s due %v", state, due)
	}
}
