package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/intake"
)

func TestFilesOfAnIntakeRecordAreSavedNeverShown(t *testing.T) {
	s := newServer(t)
	_, b := s.person(t, "safety@example.jp", app.SafetyOfficer)
	var record intake.Record
	b.want(t, http.StatusCreated, "POST", "/api/intakes", map[string]any{
		"source": "hospital", "from": "ME室", "aware_on": "2026-01-05",
		"title": "停止", "text": "停止した。",
	}).into(t, &record)
	const page = "<script>alert(1)</script>"
	var file intake.Attachment
	b.want(t, http.StatusCreated, "POST", "/api/intakes/"+record.ID+"/attachments?name=%E8%A8%98%E9%8C%B2.html", strings.NewReader(page)).into(t, &file)
	var view struct {
		Attachments []intake.Attachment `json:"attachments"`
	}
	b.want(t, http.StatusOK, "GET", "/api/intakes/"+record.ID, nil).into(t, &view)
	if len(view.Attachments) != 1 || view.Attachments[0].Name != "記録.html" || view.Attachments[0].Bytes != int64(len(page)) {
		t.Fatalf("the record shows its file: %+v", view)
	}
	a := b.want(t, http.StatusOK, "GET", "/api/attachments/"+file.ID, nil)
	if string(a.body) != page || a.header.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("a file from outside is only ever saved: %v %s", a.header, a.body)
	}
	refused := b.do(t, "POST", "/api/intakes/"+record.ID+"/attachments?name=..%2Fx", strings.NewReader("x"))
	if refused.status != http.StatusUnprocessableEntity {
		t.Errorf("a name with folders: status %d %s", refused.status, refused.body)
	}
}
