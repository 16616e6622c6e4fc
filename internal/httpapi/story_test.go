package httpapi_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/casefile"
	"mimamori/internal/intake"
	"mimamori/internal/register"
)

// From the call of a hospital to the approved report, by the people whose work
// it is: 様式第8 within 15 days for a malfunction with serious harm.
func TestFromTheCallToTheApprovedReport(t *testing.T) {
	s := newServer(t)
	admin := s.signIn(t, "admin@example.jp")
	_, officer := s.person(t, "officer@example.jp", app.SafetyOfficer)
	_, approver := s.person(t, "approver@example.jp", app.Approver)
	_, both := s.person(t, "both@example.jp", app.SafetyOfficer, app.Approver)

	admin.want(t, http.StatusOK, "PUT", "/api/holder", map[string]any{
		"name": "みまもり医療機器株式会社", "address": "東京都港区1-1", "representative": "代表 一郎",
		"contact_name": "安全 次郎", "department": "安全管理部", "telephone": "03-0000-0000", "email": "safety@example.jp", "addressee": "",
	})
	var p register.Product
	officer.want(t, http.StatusCreated, "POST", "/api/products", pump).into(t, &p)
	var in intake.Record
	officer.want(t, http.StatusCreated, "POST", "/api/intakes", map[string]any{
		"source": "hospital", "from": "東京中央病院 ME室", "aware_on": "2026-11-16",
		"title": "投与が止まった", "text": "夜間に投与が止まり、患者の状態が悪化した。", "product_id": p.ID,
	}).into(t, &in)
	var c casefile.Case
	officer.want(t, http.StatusCreated, "POST", "/api/cases", map[string]any{"title": "輸液ポンプの停止", "product_id": p.ID, "intake_id": in.ID}).into(t, &c)
	if c.AwareOn.String() != "2026-11-16" {
		t.Errorf("the clock of the case starts on %v, the awareness date of its intake is 2026-11-16", c.AwareOn)
	}
	var record struct {
		Intake  app.IntakeRow     `json:"intake"`
		Product *register.Product `json:"product"`
		Site    *register.Site    `json:"site"`
	}
	officer.want(t, http.StatusOK, "GET", "/api/intakes/"+in.ID, nil).into(t, &record)
	if record.Intake.CaseNumber != c.Number || record.Product == nil || record.Site != nil {
		t.Errorf("intake page %+v", record)
	}

	var view app.CaseView
	officer.want(t, http.StatusOK, "GET", "/api/cases/"+c.Number, nil).into(t, &view)
	if g := view.Answer.Governing; view.Answer.Result != "undetermined" || g == nil || g.Due.String() != "2026-12-01" {
		t.Fatalf("nothing is known: %+v, want 15 days all the same", view.Answer)
	}
	for fact, value := range map[string]string{
		"report_kind": "case", "agent": "malfunction", "origin": "domestic", "harm_status": "actual",
		"seriousness": "serious", "predictability": "unpredictable",
	} {
		path := "/api/cases/" + c.ID + "/facts/" + fact
		officer.want(t, http.StatusOK, "PUT", path, map[string]any{"possible": []string{value}, "evidence": in.Number, "revision": view.Case.Revision}).into(t, &view)
	}
	stale := map[string]any{"possible": []string{"death"}, "revision": c.Revision}
	officer.want(t, http.StatusConflict, "PUT", "/api/cases/"+c.ID+"/facts/seriousness", stale).problem(t)
	wrong := map[string]any{"possible": []string{"blue"}, "revision": view.Case.Revision}
	officer.want(t, http.StatusUnprocessableEntity, "PUT", "/api/cases/"+c.ID+"/facts/seriousness", wrong).problem(t)
	if view.Answer.Result != "report" || view.Answer.Governing.Form != "form8" || view.Answer.Governing.TermDays != 15 {
		t.Fatalf("answer %+v %+v", view.Answer.Result, view.Answer.Governing)
	}
	var other app.Evaluation
	approver.want(t, http.StatusOK, "POST", "/api/cases/"+c.ID+"/what-if", map[string]any{"facts": map[string]any{"harm_status": []string{"none"}}}).into(t, &other)
	if other.Answer.Digest == view.Answer.Digest {
		t.Error("another fact, the same answer")
	}

	path := "/api/cases/" + c.ID + "/determinations"
	officer.want(t, http.StatusConflict, "POST", path, map[string]any{"shown": other.Answer.Digest}).problem(t)
	officer.want(t, http.StatusOK, "POST", path, map[string]any{"shown": view.Answer.Digest, "comment": "確定"}).into(t, &view)
	if len(view.Determinations) != 2 || len(view.Obligations) == 0 {
		t.Fatalf("after the determination: %+v", view)
	}
	var page app.DeterminationPage
	officer.want(t, http.StatusOK, "GET", "/api/determinations/"+view.Determinations[0].ID, nil).into(t, &page)
	if d := page.Determination; len(d.Record) == 0 || d.Form != "form8" || len(d.Signatures) != 1 || page.Replay.Outcome != app.ReplaySame || page.Case.Number != c.Number {
		t.Errorf("determination %+v", page)
	}
	signed := officer.want(t, http.StatusOK, "GET", "/api/determinations/"+view.Determinations[0].ID+"/record", nil)
	if sum := sha256.Sum256(signed.body); hex.EncodeToString(sum[:]) != page.Determination.Digest {
		t.Error("the record that is handed out is not the one that was signed")
	}
	var today app.TodayView
	officer.want(t, http.StatusOK, "GET", "/api/today", nil).into(t, &today)
	if today.Open == 0 || today.Obligations[0].CaseNumber != c.Number {
		t.Errorf("worklist %+v", today.Obligations)
	}

	var r app.ReportView
	both.want(t, http.StatusCreated, "POST", "/api/cases/"+c.ID+"/reports", map[string]any{"form": "form8"}).into(t, &r)
	if len(r.Problems) == 0 || len(r.Values) == 0 {
		t.Fatalf("a fresh draft has %d values and %d problems", len(r.Values), len(r.Problems))
	}
	var form struct {
		Fields []struct {
			Key   string `json:"key"`
			Type  string `json:"type"`
			Codes string `json:"codes"`
		} `json:"fields"`
		Codes map[string][]struct {
			Code string `json:"code"`
		} `json:"codes"`
	}
	both.want(t, http.StatusOK, "GET", "/api/forms/form8", nil).into(t, &form)
	kinds := map[string]string{}
	codes := map[string]string{}
	for _, f := range form.Fields {
		kinds[f.Key] = f.Type
		if list := form.Codes[f.Codes]; len(list) > 0 {
			codes[f.Key] = list[0].Code
		}
	}
	both.want(t, http.StatusOK, "PUT", "/api/reports/"+r.Report.ID+"/values", map[string]any{"values": map[string]string{"report_state": "complete"}, "revision": r.Report.Revision}).into(t, &r)
	for round := 0; len(r.Problems) > 0 && round < 6; round++ {
		values := map[string]string{}
		for _, problem := range r.Problems {
			switch kinds[problem.Field] {
			case "date", "partial_date":
				values[problem.Field] = "2026-11-16"
			case "number":
				values[problem.Field] = "1"
			case "code":
				values[problem.Field] = codes[problem.Field]
			default:
				values[problem.Field] = "調査中"
			}
		}
		both.want(t, http.StatusOK, "PUT", "/api/reports/"+r.Report.ID+"/values", map[string]any{"values": values, "revision": r.Report.Revision}).into(t, &r)
	}
	if len(r.Problems) > 0 {
		t.Fatalf("problems that remain: %+v", r.Problems)
	}
	both.want(t, http.StatusOK, "POST", "/api/reports/"+r.Report.ID+"/review", map[string]any{"revision": r.Report.Revision, "password": password}).into(t, &r)
	sign := map[string]any{"digest": r.Digest, "revision": r.Report.Revision, "password": password}
	both.want(t, http.StatusOK, "POST", "/api/reports/"+r.Report.ID+"/check", sign).into(t, &r)
	sign["revision"] = r.Report.Revision
	for lang, want := range map[string]string{
		"ja": "報告書を作成した人は、その報告書を承認できません。ほかの承認者に依頼してください。",
		"en": "whoever wrote the report cannot approve it: ask another approver",
	} {
		both.want(t, http.StatusOK, "PATCH", "/api/me", map[string]string{"lang": lang})
		if p := both.want(t, http.StatusForbidden, "POST", "/api/reports/"+r.Report.ID+"/approve", sign).problem(t); p.Detail != want {
			t.Errorf("whoever wrote the report approves it: %q, want %q", p.Detail, want)
		}
	}
	approver.want(t, http.StatusOK, "POST", "/api/reports/"+r.Report.ID+"/approve", sign).into(t, &r)
	if r.Approval == nil || r.Approval.By != "approver@example.jp" || r.Report.State != "approved" {
		t.Errorf("approved report %+v", r)
	}
	a := officer.want(t, http.StatusOK, "GET", "/api/reports/"+r.Report.ID+"/json", nil)
	if !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment") || !strings.Contains(string(a.body), "みまもり輸液ポンプ") {
		t.Errorf("report as JSON: %q %.200s", a.header.Get("Content-Disposition"), a.body)
	}
	officer.want(t, http.StatusCreated, "POST", "/api/reports/"+r.Report.ID+"/submissions", map[string]any{
		"channel": "portal", "sent_at": time.Now().UTC().Format(time.RFC3339Nano), "recipient": "PMDA", "proof": "受付 1",
	}).into(t, &r)
	if r.Report.State != "sent" || len(r.Issues[0].Submissions) != 1 {
		t.Errorf("sent report %+v", r.Report)
	}
	var obligations app.List[app.ObligationRow]
	officer.want(t, http.StatusOK, "GET", "/api/obligations?state=open&case="+c.ID, nil).into(t, &obligations)
	for _, o := range obligations.Items {
		met := map[string]any{"met_on": s.app.Today().String(), "proof": "PMDA 受付 12345", "revision": o.Revision}
		officer.want(t, http.StatusOK, "POST", "/api/obligations/"+o.ID+"/met", met)
	}
	officer.want(t, http.StatusOK, "GET", "/api/cases/"+c.ID, nil).into(t, &view)
	if view.Case.Stage != casefile.StageWatch {
		t.Errorf("everything due is done and the case is in stage %s, want watch", view.Case.Stage)
	}
}
