package httpapi_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/register"
	"mimamori/internal/report"
)

// approved makes a report on the sheet of a first report that three signatures
// stand under.
func approved(t *testing.T, officer, approver *browser) app.ReportView {
	t.Helper()
	var p register.Product
	officer.want(t, http.StatusCreated, "POST", "/api/products", pump).into(t, &p)
	var c struct{ ID string }
	officer.want(t, http.StatusCreated, "POST", "/api/cases", map[string]any{"title": "停止", "product_id": p.ID, "aware_on": "2026-11-16"}).into(t, &c)
	var r app.ReportView
	officer.want(t, http.StatusCreated, "POST", "/api/cases/"+c.ID+"/reports", map[string]any{"form": "firstreport"}).into(t, &r)
	values := map[string]string{"first_kind": "domestic_death", "summary": "停止した。", "next_step": "調査する。"}
	for _, problem := range r.Problems {
		if _, ok := values[problem.Field]; !ok {
			values[problem.Field] = "確認中"
		}
	}
	officer.want(t, http.StatusOK, "PUT", "/api/reports/"+r.Report.ID+"/values", map[string]any{"values": values, "revision": r.Report.Revision}).into(t, &r)
	for _, step := range []struct {
		who  *browser
		path string
	}{{officer, "/review"}, {officer, "/check"}, {approver, "/approve"}} {
		sign := map[string]any{"revision": r.Report.Revision, "password": password}
		if step.path != "/review" {
			sign["digest"] = r.Digest
		}
		step.who.want(t, http.StatusOK, "POST", "/api/reports/"+r.Report.ID+step.path, sign).into(t, &r)
	}
	return r
}

// form writes a body of texts and of one file.
func form(t *testing.T, texts map[string]string, kind, name, content string) (io.Reader, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for key, text := range texts {
		if err := w.WriteField(key, text); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile(kind, name)
	if err == nil {
		_, err = part.Write([]byte(content))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return &b, w.FormDataContentType()
}

func TestASubmissionIsTakenAsAFormWithFilesAndAsJSON(t *testing.T) {
	s := newServer(t)
	_, officer := s.person(t, "officer@example.jp", app.SafetyOfficer)
	_, approver := s.person(t, "approver@example.jp", app.Approver)
	r := approved(t, officer, approver)
	path := "/api/reports/" + r.Report.ID + "/submissions"
	at := time.Now().UTC().Format(time.RFC3339Nano)

	if got := officer.want(t, http.StatusUnprocessableEntity, "POST", path, map[string]any{"sent_at": "yesterday", "channel": "fax"}).problem(t).locations(); got["/sent_at"] != "expected string to be RFC 3339 date-time" && !hasJapanese(got["/sent_at"]) || got["/recipient"] == "" || got["/proof"] == "" {
		t.Errorf("everything that is wrong, at its field: %v", got)
	}
	for body, want := range map[string]string{`{"colour": "red"}`: "/colour", `{"channel": 1}`: "/channel", `{"files": "x"}`: "/files"} {
		if got := officer.want(t, http.StatusUnprocessableEntity, "POST", path, body).problem(t).locations(); got[want] == "" {
			t.Errorf("%s: %v", body, got)
		}
	}
	for _, body := range []string{"", "[]", "null x", `{"channel"`} {
		officer.want(t, http.StatusUnprocessableEntity, "POST", path, body).problem(t)
	}
	cut, contentType := form(t, map[string]string{"channel": "fax"}, "proof", "a.txt", "x")
	half, _ := io.ReadAll(io.LimitReader(cut, 100))
	officer.want(t, http.StatusUnprocessableEntity, "POST", path, bytes.NewReader(half), "Content-Type", contentType).problem(t)

	body, contentType := form(t, map[string]string{"channel": "fax", "sent_at": at, "recipient": "PMDA"}, "proof", "送信記録.txt", "12/12")
	officer.want(t, http.StatusCreated, "POST", path, body, "Content-Type", contentType).into(t, &r)
	sent := r.Issues[0].Submissions[0]
	if r.Report.State != "sent" || len(sent.Files) != 1 || sent.Files[0].Name != "送信記録.txt" || sent.Files[0].Kind != "proof" {
		t.Fatalf("sent: %+v", sent)
	}
	file := officer.want(t, http.StatusOK, "GET", "/api/submissions/"+sent.ID+"/files/"+sent.Files[0].SHA256, nil)
	if string(file.body) != "12/12" || !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment") || file.header.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("a file from outside is saved, never shown: %v %s", file.header, file.body)
	}
	officer.want(t, http.StatusNotFound, "GET", "/api/submissions/"+sent.ID+"/files/"+strings.Repeat("0", 64), nil).problem(t)

	ack := map[string]any{
		"registration_number": "2026-1", "received_at": at,
		"files": []map[string]string{{"kind": "acknowledgement", "name": "ack.xml", "content": base64.StdEncoding.EncodeToString([]byte("<ack/>"))}},
	}
	officer.want(t, http.StatusOK, "POST", "/api/submissions/"+sent.ID+"/acknowledgement", ack).into(t, &r)
	if r.Report.RegistrationNumber != "2026-1" || len(r.Issues[0].Submissions[0].Files) != 2 {
		t.Errorf("acknowledged: %+v", r.Issues[0].Submissions)
	}
	officer.want(t, http.StatusConflict, "POST", "/api/submissions/"+sent.ID+"/acknowledgement", ack).problem(t)
	officer.want(t, http.StatusConflict, "POST", "/api/submissions/"+sent.ID+"/resolve", map[string]any{"reason": "確認した"}).problem(t)
	officer.want(t, http.StatusUnprocessableEntity, "POST", "/api/reports/"+r.Report.ID+"/issues", map[string]any{"kind": "additional"}).problem(t)
}

func TestAWrongPasswordUnderAReportIsSlowedDown(t *testing.T) {
	s := newServer(t)
	_, officer := s.person(t, "officer@example.jp", app.SafetyOfficer)
	_, approver := s.person(t, "approver@example.jp", app.Approver)
	r := approved(t, officer, approver)
	for range 30 {
		a := officer.do(t, "POST", "/api/reports/"+r.Report.ID+"/review", map[string]any{"revision": r.Report.Revision, "password": "guess"})
		if a.status == http.StatusTooManyRequests {
			return
		}
		if p := a.problem(t); a.status != http.StatusUnprocessableEntity || p.locations()["/password"] == "" {
			t.Fatalf("a wrong password: %d %s", a.status, a.body)
		}
	}
	t.Error("passwords can be tried for ever")
}

func TestTheFilesAndTheRegisterOfReports(t *testing.T) {
	s := newServer(t)
	_, officer := s.person(t, "officer@example.jp", app.SafetyOfficer)
	_, approver := s.person(t, "approver@example.jp", app.Approver)
	r := approved(t, officer, approver)
	for ext, want := range map[string]string{"xml": "application/xml", "json": "application/json", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"} {
		a := approver.want(t, http.StatusOK, "GET", "/api/reports/"+r.Report.ID+"/"+ext, nil)
		if a.header.Get("Content-Type") != want || !strings.Contains(a.header.Get("Content-Disposition"), r.Report.Number+"."+ext) || len(a.body) == 0 {
			t.Errorf("%s: %v", ext, a.header)
		}
	}
	table := approver.want(t, http.StatusOK, "GET", "/api/reports/export?format=csv&form=firstreport&sort=number", nil)
	if table.header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(string(table.body), r.Report.Number) {
		t.Errorf("the register as a table: %v %s", table.header, table.body)
	}
	approver.want(t, http.StatusUnprocessableEntity, "GET", "/api/reports/export?format=pdf", nil).problem(t)
	approver.want(t, http.StatusUnprocessableEntity, "GET", "/api/reports?from=2026-02-30", nil).problem(t)
	var list app.List[app.ReportRow]
	approver.want(t, http.StatusOK, "GET", "/api/reports?state=approved&kind=first", nil).into(t, &list)
	if list.Total != 0 { // the sheet knows no kinds
		t.Errorf("reports %+v", list.Items)
	}
	approver.want(t, http.StatusOK, "GET", "/api/reports?state=approved&waiting=yes", nil).into(t, &list)
	if list.Total != 1 {
		t.Errorf("reports %+v", list.Items)
	}
	var diff struct{ Changes []report.Change }
	approver.want(t, http.StatusOK, "GET", "/api/reports/"+r.Report.ID+"/diff?from=1&to=2", nil).into(t, &diff)
	if len(diff.Changes) == 0 {
		t.Error("two versions, no difference")
	}
	approver.want(t, http.StatusNotFound, "GET", "/api/reports/"+r.Report.ID+"/diff?from=1&to=99", nil).problem(t)
	var editions struct{ Items []app.FormEdition }
	approver.want(t, http.StatusOK, "GET", "/api/forms", nil).into(t, &editions)
	if len(editions.Items) != 6 || editions.Items[0].Name != "form8" {
		t.Errorf("forms %+v", editions.Items)
	}
	admin := s.signIn(t, "admin@example.jp")
	if got := admin.want(t, http.StatusUnprocessableEntity, "POST", "/api/forms", strings.NewReader("form: pmda/form8\nedition: x\n")).problem(t).locations(); got["/edition"] == "" || got["/heading"] == "" {
		t.Errorf("every problem of a form: %v", got)
	}
	terms := strings.NewReader("code,term_ja\nK1,電源が入らない\n")
	admin.want(t, http.StatusOK, "POST", "/api/terms?list=jfmda&release=2024&name=a.csv", terms)
	var found app.List[app.TermRow]
	approver.want(t, http.StatusOK, "GET", "/api/terms?list=jfmda&q=%E9%9B%BB%E6%BA%90", nil).into(t, &found)
	if found.Total != 1 || found.Items[0].Code != "K1" {
		t.Errorf("terms %+v", found.Items)
	}
}
