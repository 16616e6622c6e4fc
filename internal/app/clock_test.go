package app_test

import (
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/intake"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
)

func clockAt(at time.Time) func() time.Time { return func() time.Time { return at } }

func open(t testing.TB, view app.CaseView, kind casefile.ObligationKind) app.Due {
	t.Helper()
	for _, o := range view.Obligations {
		if o.Kind == kind && o.State == casefile.ObligationOpen {
			return o
		}
	}
	t.Fatalf("nothing open of the kind %s: %+v", kind, view.Obligations)
	return app.Due{}
}

func TestAClockIsBasedOnAnotherDay(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	view := confirm(t, a, domesticSerious(t, a))
	o := open(t, view, casefile.DueReport)
	in := app.RebaseClock{ID: o.ID, AwareOn: caldate.MustParse("2026-11-18"), Reason: "代理店が18日に知っていた。", Password: password, Revision: o.Revision}

	bad := in
	bad.AwareOn, bad.Reason, bad.Password = caldate.MustParse("2026-11-24"), "", "wrong"
	_, err := a.RebaseClock(ctx, officer, bad)
	wantPointers(t, err, "/password", "/reason", "/aware_on")
	for _, day := range []string{"", "0206-11-18", "2026-11-20"} {
		bad = in
		bad.AwareOn = caldate.Date{}
		if day != "" {
			bad.AwareOn = caldate.MustParse(day)
		}
		_, err = a.RebaseClock(ctx, officer, bad)
		wantPointers(t, err, "/aware_on")
	}
	_, err = a.RebaseClock(ctx, approver, in)
	wantKind(t, err, fault.Forbidden, "an approver moves no clocks")
	stale := in
	stale.Revision--
	_, err = a.RebaseClock(ctx, officer, stale)
	wantKind(t, err, fault.Conflict, "somebody else changed it")

	moved := must[casefile.Obligation](t)(a.RebaseClock(ctx, officer, in))
	if moved.DueOn.String() != "2026-12-03" || moved.AwareOn != in.AwareOn || moved.LastOfficeDay.String() != "2026-12-03" {
		t.Errorf("15 days from the 18th: %+v", moved)
	}
	view = must[app.CaseView](t)(a.Case(ctx, view.Case.ID))
	o = open(t, view, casefile.DueReport)
	if len(o.Changes) != 1 || o.Changes[0].FromDueOn.String() != "2026-12-05" || o.Changes[0].ToDueOn.String() != "2026-12-03" || o.Changes[0].By != officer.Name {
		t.Fatalf("both days stay visible: %+v", o.Changes)
	}
	signatures := must[[]app.Signature](t)(a.Store.Signatures(ctx, "clock_change", o.Changes[0].ID))
	if len(signatures) != 1 || signatures[0].UserID != officer.UserID || signatures[0].Meaning != "rebased" {
		t.Errorf("the change is signed: %+v", signatures)
	}
	entries := must[app.List[ledger.Entry]](t)(a.Store.Entries(ctx, app.ListQuery{Filter: map[string]string{"action": "obligation.rebased"}}))
	if len(entries.Items) != 1 || entries.Items[0].Reason != in.Reason {
		t.Errorf("the ledger has the reason: %+v", entries.Items)
	}

	c := must[casefile.Case](t)(a.Store.Case(ctx, view.Case.ID))
	view = must[app.CaseView](t)(a.AnswerFact(ctx, officer, app.AnswerFact{Case: c.ID, Fact: "predictability", Possible: []string{"unpredictable"}, Evidence: "設計部門の見解", Revision: c.Revision}))
	if o = open(t, confirm(t, a, view), casefile.DueReport); o.DueOn.String() != "2026-12-03" {
		t.Errorf("a new determination with the same answer keeps the day: %v", o.DueOn)
	}
}

func TestClocksThatCannotBeMoved(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	p, _ := pump(t, a)
	aware := caldate.MustParse("2026-11-20")
	c := must[casefile.Case](t)(a.OpenCase(ctx, officer, app.OpenCase{Title: "T", ProductID: p.ID, AwareOn: aware}))
	view := confirm(t, a, answer(t, a, c.ID, "report_kind", "case", "agent", "malfunction", "origin", "domestic", "harm_status", "actual",
		"seriousness", "non_serious", "predictability", "unpredictable", "designated_device", "no"))
	periodic := open(t, view, casefile.DuePeriodicReport)
	if periodic.Form != "form12" || periodic.DueOn.String() != "2027-05-31" {
		t.Fatalf("approved on April 1: the period ends on March 31, the report is due on May 31: %+v", periodic)
	}
	rebase := func(o app.Due) error {
		_, err := a.RebaseClock(ctx, officer, app.RebaseClock{ID: o.ID, AwareOn: caldate.MustParse("2026-11-17"), Reason: "別の日に知った。", Password: password, Revision: o.Revision})
		return err
	}
	wantKind(t, rebase(periodic), fault.Conflict, "a periodic report has no awareness clock")
	view = confirm(t, a, answer(t, a, c.ID, "seriousness", "death"))
	wantKind(t, rebase(open(t, view, casefile.DueFirstReport)), fault.Conflict, "promptly is no number of days")
	must[casefile.Obligation](t)(a.RebaseClock(ctx, officer, app.RebaseClock{
		ID: open(t, view, casefile.DueReport).ID, AwareOn: caldate.MustParse("2026-11-18"), Reason: "別の日に知った。", Password: password, Revision: open(t, view, casefile.DueReport).Revision,
	}))
	view = must[app.CaseView](t)(a.Case(ctx, c.ID))
	o := open(t, view, casefile.DueReport)
	meetAll(t, a, view)
	wantKind(t, rebase(o), fault.Conflict, "what is done has no clock any more")
}

func TestWhatIsLateSaysWhy(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	view := confirm(t, a, domesticSerious(t, a))
	o := open(t, view, casefile.DueReport)
	in := app.MeetObligation{ID: o.ID, MetOn: caldate.MustParse("2026-12-06"), Proof: "受付番号 7", Revision: o.Revision}
	a.Clock = clockAt(time.Date(2026, 12, 7, 3, 0, 0, 0, time.UTC))
	_, err := a.MeetObligation(ctx, officer, in)
	wantPointers(t, err, "/late_reason")
	in.LateReason = "遅"
	_, err = a.MeetObligation(ctx, officer, in)
	wantPointers(t, err, "/late_reason")
	in.LateReason = "担当者の不在により送付が遅れたため。"
	if met := must[casefile.Obligation](t)(a.MeetObligation(ctx, officer, in)); met.LateReason != in.LateReason || met.State != casefile.ObligationMet {
		t.Errorf("the reason is kept: %+v", met)
	}
}

func TestWhatIsInTimeNeedsNoReason(t *testing.T) {
	a := newApp(t)
	view := confirm(t, a, domesticSerious(t, a))
	o := open(t, view, casefile.DueReport)
	a.Clock = clockAt(time.Date(2026, 12, 7, 3, 0, 0, 0, time.UTC))
	met := must[casefile.Obligation](t)(a.MeetObligation(t.Context(), officer, app.MeetObligation{ID: o.ID, MetOn: o.DueOn, Proof: "受付番号 7", LateReason: "念のため", Revision: o.Revision}))
	if met.LateReason != "" {
		t.Errorf("on the due day nothing is late: %q", met.LateReason)
	}
}

// Terms are counted in the days of Tokyo, wherever the server stands.
func TestDaysAndTerms(t *testing.T) {
	local := time.Local
	t.Cleanup(func() { time.Local = local })
	for _, zone := range []string{"Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati"} {
		var err error
		if time.Local, err = time.LoadLocation(zone); err != nil {
			t.Fatal(err)
		}
		a := newApp(t)
		ctx := t.Context()
		p, _ := pump(t, a)
		tests := []struct {
			name       string
			at         string // the instant
			today      string // the day in Tokyo
			aware, due string
			refused    bool
		}{
			{"one second before midnight in Tokyo", "2027-03-31T14:59:59Z", "2027-03-31", "2027-03-31", "2027-04-15", false},
			{"that day is tomorrow still", "2027-03-31T14:59:59Z", "2027-03-31", "2027-04-01", "", true},
			{"midnight in Tokyo", "2027-03-31T15:00:00Z", "2027-04-01", "2027-04-01", "2027-04-16", false},
			{"over the end of the year", "2027-12-27T00:00:00Z", "2027-12-27", "2027-12-27", "2028-01-11", false},
			{"over a leap day", "2028-02-20T00:00:00Z", "2028-02-20", "2028-02-20", "2028-03-06", false},
			{"no leap day", "2027-02-20T00:00:00Z", "2027-02-20", "2027-02-20", "2027-03-07", false},
		}
		for _, tt := range tests {
			at, err := time.Parse(time.RFC3339, tt.at)
			if err != nil {
				t.Fatal(err)
			}
			a.Clock = clockAt(at.In(time.Local))
			if got := a.Today().String(); got != tt.today {
				t.Errorf("%s, %s: today is %s in Tokyo, not %s", zone, tt.name, tt.today, got)
			}
			c, err := a.OpenCase(ctx, officer, app.OpenCase{Title: tt.name, ProductID: p.ID, AwareOn: caldate.MustParse(tt.aware)})
			if tt.refused {
				wantPointers(t, err, "/aware_on")
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			view := must[app.CaseView](t)(a.Case(ctx, c.ID))
			if o := open(t, view, casefile.DueDecision); o.DueOn.String() != tt.due || view.Determinations[0].DueOn.String() != tt.due {
				t.Errorf("%s, %s: due %v, want %s", zone, tt.name, o.DueOn, tt.due)
			}
		}
	}
}

// The day of a periodic report follows from the approval: the period ends on
// the eve of the anniversary, the report two months later, on the last day of a
// month that is too short (reading R-009).
func TestPeriodicReportsClampToMonthEnds(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	for approved, due := range map[string]string{
		"2020-04-01": "2027-05-31", "2020-01-01": "2027-02-28", "2023-01-01": "2027-02-28", "2024-02-29": "2027-04-27",
		"2026-11-21": "", // the awareness day lies before it
		"":           "",
	} {
		p := register.Product{BrandName: "P " + approved, GenericName: "汎用輸液ポンプ", Route: register.Approval, LicenceNumber: "N" + approved, Class: register.ClassIII, Designated: register.No}
		if approved != "" {
			p.LicensedOn = caldate.MustParse(approved)
		}
		p = must[register.Product](t)(a.AddProduct(ctx, officer, p))
		c := must[casefile.Case](t)(a.OpenCase(ctx, officer, app.OpenCase{Title: "T", ProductID: p.ID, AwareOn: caldate.MustParse("2026-11-20")}))
		view := confirm(t, a, answer(t, a, c.ID, "report_kind", "case", "agent", "malfunction", "origin", "domestic", "harm_status", "actual",
			"seriousness", "non_serious", "predictability", "unpredictable", "designated_device", "no"))
		if o := open(t, view, casefile.DuePeriodicReport); o.DueOn.String() != due {
			t.Errorf("approved on %q: due %v, want %q", approved, o.DueOn, due)
		}
	}
}

func TestTriage(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	p, _ := pump(t, a)
	record := func() intake.Record {
		return must[intake.Record](t)(a.RecordIntake(ctx, officer, intake.Record{
			Source: intake.Finder, From: "発見者", AwareOn: caldate.MustParse("2026-11-16"), Title: "脆弱性の報告", Text: "認証の不備がある。", ProductID: p.ID,
		}))
	}
	triage := func(id string) []app.ObligationRow {
		return must[app.List[app.ObligationRow]](t)(a.Store.Obligations(ctx, app.ListQuery{Filter: map[string]string{"intake": id}})).Items
	}
	first := record()
	due := triage(first.ID)
	if len(due) != 1 || due[0].Kind != casefile.DueTriage || due[0].DueOn.String() != "2026-12-01" || due[0].CaseNumber != first.Number {
		t.Fatalf("15 days from the awareness date to decide what becomes of it: %+v", due)
	}
	_, err := a.MeetObligation(ctx, officer, app.MeetObligation{ID: due[0].ID, MetOn: a.Today(), Proof: "x", Revision: due[0].Revision})
	wantKind(t, err, fault.Conflict, "a triage is not ticked off")
	c := must[casefile.Case](t)(a.OpenCase(ctx, officer, app.OpenCase{IntakeID: first.ID}))
	view := must[app.CaseView](t)(a.Case(ctx, c.ID))
	decision := open(t, view, casefile.DueDecision)
	if len(view.Obligations) != 1 || decision.ID != due[0].ID || decision.IntakeID != first.ID || decision.DueOn.String() != "2026-12-01" {
		t.Errorf("the triage becomes the decision of the case: %+v", view.Obligations)
	}
	if n := must[app.List[any]](t)(ledgerOf(a, ctx, "obligation", decision.ID)).Total; n != 2 {
		t.Errorf("its history has both: %d entries", n)
	}
	_, err = a.DismissIntake(ctx, officer, app.DismissIntake{ID: first.ID, Reason: "対象外の製品である。"})
	wantKind(t, err, fault.Conflict, "it is in a case")

	second := record()
	_, err = a.DismissIntake(ctx, psirt, app.DismissIntake{ID: second.ID, Reason: "対象外の製品である。"})
	wantKind(t, err, fault.Forbidden, "product security does not dismiss")
	_, err = a.DismissIntake(ctx, officer, app.DismissIntake{ID: second.ID})
	wantPointers(t, err, "/reason")
	must[intake.Record](t)(a.DismissIntake(ctx, officer, app.DismissIntake{ID: second.ID, Reason: "対象外の製品である。"}))
	if due = triage(second.ID); due[0].State != casefile.ObligationVoid {
		t.Errorf("nothing is due about it any more: %+v", due)
	}
	if why := must[*app.Refusal](t)(a.Dismissal(ctx, second.ID)); why == nil || why.Reason != "対象外の製品である。" || why.By != officer.Name {
		t.Errorf("why, and who said so: %+v", why)
	}
	_, err = a.DismissIntake(ctx, officer, app.DismissIntake{ID: second.ID, Reason: "対象外の製品である。"})
	wantKind(t, err, fault.Conflict, "dismissed twice")
	c = must[casefile.Case](t)(a.OpenCase(ctx, officer, app.OpenCase{IntakeID: second.ID}))
	decision = open(t, must[app.CaseView](t)(a.Case(ctx, c.ID)), casefile.DueDecision)
	if decision.ID == due[0].ID || decision.DueOn.String() != "2026-12-01" || decision.AwareOn != second.AwareOn {
		t.Errorf("a case can still be opened from it, its term runs from the awareness date: %+v", decision)
	}
}
