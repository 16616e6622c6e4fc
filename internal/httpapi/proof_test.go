package httpapi_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/casefile"
	"mimamori/internal/register"
	"mimamori/internal/render"
)

// The proof of the provisional determination, which a case has from its opening.
func TestTheProofOfADeterminationIsAFile(t *testing.T) {
	s := newServer(t)
	_, officer := s.person(t, "officer@example.jp", app.SafetyOfficer)
	var p register.Product
	officer.want(t, http.StatusCreated, "POST", "/api/products", pump).into(t, &p)
	var c casefile.Case
	officer.want(t, http.StatusCreated, "POST", "/api/cases", map[string]any{"title": "輸液ポンプの停止", "product_id": p.ID, "aware_on": "2026-06-01"}).into(t, &c)
	var view app.CaseView
	officer.want(t, http.StatusOK, "GET", "/api/cases/"+c.ID, nil).into(t, &view)
	if len(view.Determinations) != 1 {
		t.Fatalf("%d determinations of a new case", len(view.Determinations))
	}
	path := "/api/determinations/" + view.Determinations[0].ID + "/pdf"

	officer.want(t, http.StatusConflict, "GET", path, nil).problem(t) // built without fonts
	renderer, err := render.New(render.Fonts())
	if err != nil {
		t.Skip(err)
	}
	s.app.Renderer = renderer
	files := map[string][]byte{}
	for _, lang := range []string{"", "?lang=ja", "?lang=en"} {
		a := officer.want(t, http.StatusOK, "GET", path+lang, nil)
		if ct := a.header.Get("Content-Type"); ct != "application/pdf" || !bytes.HasPrefix(a.body, []byte("%PDF-")) {
			t.Errorf("%q: content type %s, file begins with %q", lang, ct, a.body[:min(8, len(a.body))])
		}
		name := c.Number + "-1-" + strings.TrimPrefix(lang, "?lang=")
		if d := a.header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment") || !strings.Contains(d, name) {
			t.Errorf("%q: disposition %s, want the name %s", lang, d, name)
		}
		files[lang] = a.body
	}
	if !bytes.Equal(files[""], files["?lang=ja"]) || bytes.Equal(files["?lang=ja"], files["?lang=en"]) {
		t.Error("without a language the paper is in that of the person, here Japanese")
	}
	officer.want(t, http.StatusUnprocessableEntity, "GET", path+"?lang=fr", nil).problem(t)
	officer.want(t, http.StatusNotFound, "GET", "/api/determinations/nothing/pdf", nil).problem(t)
}
