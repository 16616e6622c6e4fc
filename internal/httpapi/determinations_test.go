package httpapi_test

import (
	"net/http"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/casefile"
	"mimamori/internal/register"
)

// decidable is a case whose facts ask for form 8 in 15 days.
func decidable(t *testing.T, officer *browser) app.CaseView {
	t.Helper()
	var p register.Product
	officer.want(t, http.StatusCreated, "POST", "/api/products", map[string]any{
		"brand_name": "輸液ポンプ", "generic_name": "汎用輸液ポンプ", "route": "approval", "class": "III", "licence_number": "22700BZX00000000",
	}).into(t, &p)
	var c casefile.Case
	officer.want(t, http.StatusCreated, "POST", "/api/cases", map[string]any{"title": "過剰投与", "product_id": p.ID, "aware_on": "2026-07-01"}).into(t, &c)
	view := app.CaseView{}
	view.Case.Revision = c.Revision
	for fact, value := range map[string]string{
		"report_kind": "case", "agent": "malfunction", "origin": "domestic", "harm_status": "actual", "seriousness": "serious", "predictability": "unpredictable",
	} {
		officer.want(t, http.StatusOK, "PUT", "/api/cases/"+c.ID+"/facts/"+fact, map[string]any{"possible": []string{value}, "revision": view.Case.Revision}).into(t, &view)
	}
	return view
}

func TestAnOverrideOverTheAPI(t *testing.T) {
	s := newServer(t)
	_, officer := s.person(t, "officer@example.jp", app.SafetyOfficer)
	_, approver := s.person(t, "approver@example.jp", app.Approver)
	_, psirt := s.person(t, "psirt@example.jp", app.ProductSecurity)
	view := decidable(t, officer)
	base := "/api/cases/" + view.Case.ID
	psirt.want(t, http.StatusOK, "POST", base+"/proposals", map[string]any{"shown": view.Answer.Digest, "comment": "15日"}).into(t, &view)
	if view.Determinations[0].Status != casefile.Proposed {
		t.Fatalf("proposed: %+v", view.Determinations[0])
	}
	ask := map[string]any{"shown": view.Answer.Digest, "result": "not_reportable", "reason": "別の事案で報告済みのため。", "password": "wrong"}
	p := officer.want(t, http.StatusUnprocessableEntity, "POST", base+"/overrides", ask).problem(t)
	if p.locations()["/password"] == "" || len(p.Errors) != 1 {
		t.Errorf("a wrong password is told at its field: %+v", p)
	}
	ask["password"] = password
	officer.want(t, http.StatusOK, "POST", base+"/overrides", ask).into(t, &view)
	asked := view.Determinations[0]
	sign := "/api/determinations/" + asked.ID + "/countersign"
	officer.want(t, http.StatusForbidden, "POST", sign, map[string]any{"password": password}).problem(t)
	approver.want(t, http.StatusOK, "POST", sign, map[string]any{"password": password, "comment": "確認した"}).into(t, &view)
	if d := view.Determinations[0]; d.Status != casefile.Overridden || !d.Laxer || len(d.Signatures) != 2 {
		t.Errorf("overridden: %+v", d)
	}
	approver.want(t, http.StatusConflict, "POST", "/api/determinations/"+asked.ID+"/refuse", map[string]any{"reason": "今さら断る。"}).problem(t)
	officer.want(t, http.StatusNotFound, "GET", "/api/determinations/none/record", nil).problem(t)
}

// Wrong passwords of a signature count with those of the sign-in.
func TestPasswordsCannotBeTriedBySigning(t *testing.T) {
	s := newServer(t)
	_, officer := s.person(t, "officer@example.jp", app.SafetyOfficer)
	view := decidable(t, officer)
	path := "/api/cases/" + view.Case.ID + "/overrides"
	ask := map[string]any{"shown": "stale", "result": "not_reportable", "reason": "別の事案で報告済みのため。", "password": password}
	for range 8 { // the right password may be given as often as one likes
		officer.want(t, http.StatusConflict, "POST", path, ask)
	}
	ask["password"] = "guess"
	for range 5 {
		officer.want(t, http.StatusUnprocessableEntity, "POST", path, ask)
	}
	slowed := officer.want(t, http.StatusTooManyRequests, "POST", path, ask)
	if slowed.header.Get("Retry-After") == "" {
		t.Error("it is not told when to try again")
	}
	ask["password"] = password
	officer.want(t, http.StatusTooManyRequests, "POST", path, ask)
	s.browser(t).want(t, http.StatusTooManyRequests, "POST", "/api/session", map[string]string{"email": "officer@example.jp", "password": password})
}

func TestIntakesAreDismissedAndClocksMovedOverTheAPI(t *testing.T) {
	s := newServer(t)
	_, officer := s.person(t, "officer@example.jp", app.SafetyOfficer)
	var in struct{ ID string }
	officer.want(t, http.StatusCreated, "POST", "/api/intakes", map[string]any{
		"source": "finder", "from": "発見者", "aware_on": "2026-07-01", "title": "脆弱性", "text": "認証の不備がある。",
	}).into(t, &in)
	var due app.List[app.ObligationRow]
	officer.want(t, http.StatusOK, "GET", "/api/obligations?kind=triage&intake="+in.ID, nil).into(t, &due)
	if len(due.Items) != 1 || due.Items[0].DueOn.String() != "2026-07-16" {
		t.Fatalf("triage %+v", due.Items)
	}
	o := due.Items[0]
	rebase := map[string]any{"aware_on": "2026-06-30", "reason": "前日の夜に届いていた。", "password": "", "revision": o.Revision}
	p := officer.want(t, http.StatusUnprocessableEntity, "POST", "/api/obligations/"+o.ID+"/rebase", rebase).problem(t)
	if p.locations()["/password"] == "" {
		t.Errorf("no password, no signature: %+v", p)
	}
	rebase["password"] = password
	var moved casefile.Obligation
	officer.want(t, http.StatusOK, "POST", "/api/obligations/"+o.ID+"/rebase", rebase).into(t, &moved)
	if moved.DueOn.String() != "2026-07-15" {
		t.Errorf("moved to %v", moved.DueOn)
	}
	officer.want(t, http.StatusUnprocessableEntity, "POST", "/api/intakes/"+in.ID+"/dismiss", map[string]any{"reason": ""}).problem(t)
	var view struct {
		Intake    app.IntakeRow `json:"intake"`
		Dismissed *app.Refusal  `json:"dismissed"`
	}
	officer.want(t, http.StatusOK, "POST", "/api/intakes/"+in.ID+"/dismiss", map[string]any{"reason": "当社の製品ではない。"}).into(t, &view)
	if view.Intake.Triage != casefile.ObligationVoid || view.Dismissed == nil || view.Dismissed.Reason != "当社の製品ではない。" {
		t.Errorf("dismissed: %+v %+v", view.Intake, view.Dismissed)
	}
}
