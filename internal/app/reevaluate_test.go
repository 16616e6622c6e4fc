package app_test

import (
	"strings"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/ledger"
	"mimamori/rulebook"
)

// corrected is the law with another term for item 1-ハ.
func corrected(t testing.TB) string {
	t.Helper()
	text := string(must[[]byte](t)(rulebook.FS.ReadFile(rulebook.JapanCaseReport)))
	const rule1ha = "    except: [jp-reg/228-20(2)-1-ha/designated, jp-reg/228-20(2)-1-ni, jp-reg/228-20(2)-1-ho]\n    then: {term: 15,"
	later := strings.Replace(text, rule1ha, strings.Replace(rule1ha, "term: 15", "term: 10", 1), 1)
	later = strings.Replace(later, "\nversion: 1.", "\nversion: 2.", 1)
	if later == text {
		t.Fatal("the rulebook to move on from reads otherwise now")
	}
	return later
}

func TestACorrectedRulebookOpensTheCasesItTouches(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	touched := confirm(t, a, domesticSerious(t, a))
	p := touched.Product.ID
	untouched := must[casefile.Case](t)(a.OpenCase(ctx, officer, app.OpenCase{Title: "対象外", ProductID: p, AwareOn: caldate.MustParse("2026-11-20")}))
	confirm(t, a, answer(t, a, untouched.ID, "report_kind", "case", "agent", "malfunction", "origin", "domestic", "harm_status", "none"))
	overridden := must[casefile.Case](t)(a.OpenCase(ctx, officer, app.OpenCase{Title: "変更", ProductID: p, AwareOn: caldate.MustParse("2026-11-20")}))
	view := answer(t, a, overridden.ID, "report_kind", "case", "agent", "malfunction", "origin", "domestic", "harm_status", "actual", "seriousness", "serious", "predictability", "unpredictable")
	view = must[app.CaseView](t)(a.OverrideDetermination(ctx, officer, instead(view)))
	must[app.CaseView](t)(a.CountersignOverride(ctx, approver, app.CountersignOverride{ID: view.Determinations[0].ID, Password: password}))
	undecided := must[casefile.Case](t)(a.OpenCase(ctx, officer, app.OpenCase{Title: "判断前", ProductID: p, AwareOn: caldate.MustParse("2026-11-20")}))

	if n := must[int](t)(a.Reevaluate(ctx)); n != 0 {
		t.Fatalf("nothing changed, %d cases were opened again", n)
	}
	if n := must[int](t)(a.ApplyLaw(ctx)); n != 0 {
		t.Fatalf("the law is kept already, %d cases were opened again", n)
	}
	a.Law = lawWith(t, corrected(t))
	if n := must[int](t)(a.ApplyLaw(ctx)); n != 2 {
		t.Errorf("two decided cases rest on the corrected rule, %d were opened again", n)
	}
	for id, want := range map[string]casefile.Stage{
		touched.Case.ID: casefile.StageDetermine, overridden.ID: casefile.StageDetermine, undecided.ID: casefile.StageDetermine, untouched.ID: "",
	} {
		view := must[app.CaseView](t)(a.Case(ctx, id))
		if want == "" {
			if view.Case.Stage == casefile.StageDetermine || view.Moved {
				t.Errorf("%s: not touched, but %s", view.Case.Title, view.Case.Stage)
			}
			continue
		}
		if view.Case.Stage != want {
			t.Errorf("%s is in %s", view.Case.Title, view.Case.Stage)
		}
	}
	reopened := must[app.List[ledger.Entry]](t)(a.Store.Entries(ctx, app.ListQuery{Filter: map[string]string{"action": "case.reopened"}}))
	if len(reopened.Items) != 2 || !strings.Contains(string(reopened.Items[0].After), `"what":"term_days","recorded":"15","present":"10"`) {
		t.Errorf("the ledger has the difference: %+v", reopened.Items)
	}
	if n := must[int](t)(a.Reevaluate(ctx)); n != 0 {
		t.Errorf("open cases are not opened again: %d", n)
	}
}

func TestTheLawIsKeptOnce(t *testing.T) {
	a := newApp(t) // keeps it
	ctx := t.Context()
	kept := must[app.List[ledger.Entry]](t)(a.Store.Entries(ctx, app.ListQuery{Filter: map[string]string{"action": "rulebook.kept"}, Limit: 200}))
	if kept.Total != len(a.Law.Texts) {
		t.Errorf("%d rulebooks, %d entries", len(a.Law.Texts), kept.Total)
	}
	if added := must[int](t)(a.KeepLaw(ctx)); added != 0 {
		t.Errorf("kept twice: %d", added)
	}
	for _, text := range a.Law.Texts {
		if stored := must[app.RulebookText](t)(a.Store.RulebookText(ctx, text.Ref.Digest)); string(stored.Text) != string(text.Text) || stored.ID != text.Ref.ID {
			t.Errorf("%s is kept as %s", text.Ref.ID, stored.ID)
		}
	}
}
