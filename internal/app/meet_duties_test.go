package app_test

import (
	"slices"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/register"
)

func TestDutiesOfACaseAreMetTogether(t *testing.T) {
	a := newApp(t)
	a.Law = dutyLaw(t)
	ctx := t.Context()
	view := domesticSerious(t, a)
	view = confirm(t, a, answer(t, a, view.Case.ID, "letter", "yes"))
	act, deliver, report := obligation(t, view, "act"), obligation(t, view, "deliver"), open(t, view, casefile.DueReport)
	if act.Rulebook != "test/duties" || deliver.Rulebook != "test/duties" || report.Rulebook != "" {
		t.Errorf("duties name their rulebook: %q %q %q", act.Rulebook, deliver.Rulebook, report.Rulebook)
	}
	if counts := must[map[string]int](t)(a.Store.Counts(ctx)); counts["obligations"] != 2 {
		t.Errorf("the report, and three duties of one rulebook as one: counted %d", counts["obligations"])
	}
	if today := must[app.TodayView](t)(a.TodayView(ctx, officer)); today.Open != 2 {
		t.Errorf("the first page counts like the badge: %d", today.Open)
	}

	in := app.MeetDuties{Case: view.Case.Number, IDs: []string{act.ID, deliver.ID}, MetOn: a.Today(), Proof: "発送記録 3"}
	for _, by := range []app.Actor{psirt, approver, admin} {
		_, err := a.MeetDuties(ctx, by, in)
		wantKind(t, err, fault.Forbidden, "only the safety officer meets duties")
	}
	bad := in
	bad.IDs = []string{act.ID, report.ID, act.ID, "none"}
	_, err := a.MeetDuties(ctx, officer, bad)
	wantPointers(t, err, "/ids/1", "/ids/2", "/ids/3")
	bad.IDs = nil
	_, err = a.MeetDuties(ctx, officer, bad)
	wantPointers(t, err, "/ids")
	bad = in
	bad.Proof, bad.MetOn = "", caldate.Date{}
	_, err = a.MeetDuties(ctx, officer, bad)
	wantPointers(t, err, "/proof", "/met_on")
	if o := obligation(t, must[app.CaseView](t)(a.Case(ctx, view.Case.ID)), "act"); o.State != casefile.ObligationOpen {
		t.Errorf("what is refused changes nothing: %s", o.State)
	}

	before := must[app.List[any]](t)(ledgerOf(a, ctx, "case", view.Case.ID)).Total
	view = must[app.CaseView](t)(a.MeetDuties(ctx, officer, in))
	if o := obligation(t, view, "act"); o.State != casefile.ObligationMet || o.Proof != in.Proof {
		t.Errorf("met with the proof: %+v", o.Obligation)
	}
	if o := obligation(t, view, "tell"); o.State != casefile.ObligationOpen {
		t.Errorf("what was not named stays open: %s", o.State)
	}
	if after := must[app.List[any]](t)(ledgerOf(a, ctx, "case", view.Case.ID)).Total; after != before+2 {
		t.Errorf("each duty has its entry: %d new", after-before)
	}
	_, err = a.MeetDuties(ctx, officer, in)
	wantPointers(t, err, "/ids/0", "/ids/1")

	a.Clock = clockAt(now.AddDate(0, 2, 0)) // after the 30 days
	late := app.MeetDuties{Case: view.Case.ID, IDs: []string{obligation(t, view, "tell").ID}, MetOn: a.Today(), Proof: "発送記録 4"}
	_, err = a.MeetDuties(ctx, officer, late)
	wantPointers(t, err, "/late_reason")
	late.LateReason = "連絡先の確認に時間を要した。"
	must[app.CaseView](t)(a.MeetDuties(ctx, officer, late))
}

// What somebody answered is shown as relevant only while it has a bearing.
func TestAnAnsweredFactOfADutyThatHasNoBearing(t *testing.T) {
	a := newApp(t)
	p, _ := pump(t, a)
	c := must[casefile.Case](t)(a.OpenCase(t.Context(), officer, app.OpenCase{Title: "表示の乱れ", ProductID: p.ID, AwareOn: caldate.MustParse("2026-11-20")}))
	view := must[app.CaseView](t)(a.Case(t.Context(), c.ID))
	for _, step := range view.DutySteps {
		for _, f := range step.Facts {
			if f.Relevant { // answered as anything, it still has a bearing
				view = answer(t, a, c.ID, f.Name, f.Values[0].Value)
				if g := factOf(t, view, f.Name); !g.Relevant {
					t.Errorf("%s of %s has a bearing when open and none when answered", f.Name, step.Rulebook.ID)
				}
				c := must[casefile.Case](t)(a.Store.Case(t.Context(), c.ID))
				view = must[app.CaseView](t)(a.AnswerFact(t.Context(), officer, app.AnswerFact{Case: c.ID, Fact: f.Name, Revision: c.Revision}))
			}
		}
	}
	// No defect, no recall: what class it would have has no bearing any more.
	settled := 0
	for _, step := range view.DutySteps {
		for _, first := range step.Facts {
			for _, v := range first.Values {
				seen := answer(t, a, c.ID, first.Name, v.Value)
				for _, other := range step.Facts {
					if other.Name != first.Name && !factOf(t, seen, other.Name).Relevant {
						if g := factOf(t, answer(t, a, c.ID, other.Name, other.Values[0].Value), other.Name); g.Relevant {
							t.Errorf("%s has no bearing with %s %s, yet answered it has", other.Name, first.Name, v.Value)
						}
						settled++
						c := must[casefile.Case](t)(a.Store.Case(t.Context(), c.ID))
						must[app.CaseView](t)(a.AnswerFact(t.Context(), officer, app.AnswerFact{Case: c.ID, Fact: other.Name, Revision: c.Revision}))
					}
				}
			}
			c := must[casefile.Case](t)(a.Store.Case(t.Context(), c.ID))
			must[app.CaseView](t)(a.AnswerFact(t.Context(), officer, app.AnswerFact{Case: c.ID, Fact: first.Name, Revision: c.Revision}))
		}
	}
	if settled == 0 {
		t.Error("nowhere does an answer settle another question: the test shows nothing")
	}
}

func factOf(t *testing.T, view app.CaseView, name string) app.FactView {
	t.Helper()
	for _, step := range view.DutySteps {
		for _, f := range step.Facts {
			if f.Name == name {
				return f
			}
		}
	}
	t.Fatalf("no duty rulebook asks %s", name)
	return app.FactView{}
}

func TestWhoeverProposedWithdraws(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	view := domesticSerious(t, a)
	colleague := psirt
	colleague.UserID, colleague.Name = "u-colleague", "同僚"
	proposed := must[app.CaseView](t)(a.ProposeDetermination(ctx, psirt, app.ProposeDetermination{Case: view.Case.ID, Shown: view.Answer.Digest}))
	refuse := app.RefuseDetermination{ID: proposed.Determinations[0].ID, Reason: "事実の確認が足りなかった。"}
	for _, by := range []app.Actor{colleague, approver, admin} {
		_, err := a.RefuseDetermination(ctx, by, refuse)
		wantKind(t, err, fault.Forbidden, by.Name+" neither proposed nor confirms")
	}
	view = must[app.CaseView](t)(a.RefuseDetermination(ctx, psirt, refuse))
	if view.Determinations[0].Status != casefile.NotTaken {
		t.Errorf("withdrawn: %s", view.Determinations[0].Status)
	}
	// Of an override that others asked for, product security refuses nothing.
	asked := must[app.CaseView](t)(a.OverrideDetermination(ctx, officer, instead(view)))
	refuse.ID = asked.Determinations[0].ID
	_, err := a.RefuseDetermination(ctx, psirt, refuse)
	wantKind(t, err, fault.Forbidden, "not the own one")
}

// The notice of EOL is due once, while the register says so.
func TestADutyOfAProductIsOpenedOnce(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	p, _ := pump(t, a)
	duties := func() []string {
		t.Helper()
		var out []string
		for _, d := range must[app.ProductView](t)(a.Product(ctx, p.ID)).Duties {
			out = append(out, d.Duty+" "+string(d.State))
		}
		return out
	}
	want := func(want ...string) {
		t.Helper()
		if got := duties(); !slices.Equal(got, want) {
			t.Errorf("duties of the product %q, want %q", got, want)
		}
	}
	sell := func(eol string) {
		t.Helper()
		p = must[register.Product](t)(a.Store.Product(ctx, p.ID))
		p.EOLOn, p.EOSOn = caldate.MustParse(eol), caldate.MustParse("2030-01-01")
		p = must[register.Product](t)(a.UpdateProduct(ctx, officer, p))
	}
	want()
	sell("2026-10-01")
	want("eol-notice open")
	if err := a.OpenPeriods(ctx); err != nil {
		t.Fatal(err)
	}
	want("eol-notice open")
	due := must[app.ProductView](t)(a.Product(ctx, p.ID)).Duties[0]
	if due.TargetAt.IsZero() || due.Rulebook != "jp/lifecycle" || due.Rule == "" || due.CaseID != "" {
		t.Errorf("due promptly, with its rule: %+v", due.Obligation)
	}
	sell("2027-10-01") // the day was wrong
	want("eol-notice void")
	a.Clock = clockAt(now.AddDate(1, 0, 0))
	if err := a.OpenPeriods(ctx); err != nil {
		t.Fatal(err)
	}
	want("eol-notice open", "eol-notice void")
	due = must[app.ProductView](t)(a.Product(ctx, p.ID)).Duties[0]
	must[casefile.Obligation](t)(a.MeetObligation(ctx, officer, app.MeetObligation{ID: due.ID, MetOn: a.Today(), Proof: "通知の発送記録", Revision: due.Revision}))
	if err := a.OpenPeriods(ctx); err != nil {
		t.Fatal(err)
	}
	if got := duties(); len(got) != 2 {
		t.Errorf("done is done: %q", got)
	}
}
