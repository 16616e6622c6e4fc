package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/render"
	"mimamori/internal/rule"
)

// TestTheProofOnPaperSaysWhatTheRecordSays confirms a determination and looks
// for its facts, its clauses and its reasons in the text of the PDF.
func TestTheProofOnPaperSaysWhatTheRecordSays(t *testing.T) {
	a := newApp(t)
	a.Renderer = fonts(t)
	ctx := t.Context()
	p, _ := pump(t, a)
	c := must[casefile.Case](t)(a.OpenCase(ctx, officer, app.OpenCase{Title: "過剰投与（𠮷田病院）", ProductID: p.ID, AwareOn: caldate.MustParse("2026-11-20")}))
	view := answer(t, a, c.ID, "report_kind", "case", "agent", "malfunction", "origin", "domestic", "harm_status", "actual", "seriousness", "serious")
	view = must[app.CaseView](t)(a.ConfirmDetermination(ctx, officer, app.ConfirmDetermination{Case: c.ID, Shown: view.Answer.Digest, Comment: "電話記録を確認した。"}))
	d := must[casefile.Determination](t)(a.Store.Determination(ctx, view.Determinations[0].ID))
	var record rule.Joined
	if err := json.Unmarshal(d.Record, &record); err != nil {
		t.Fatal(err)
	}

	for _, lang := range []string{"ja", "en"} {
		file := must[app.File](t)(a.DeterminationPDF(ctx, d.ID, lang))
		artifact(t, "determination-"+lang, file.Content)
		if again := must[app.File](t)(a.DeterminationPDF(ctx, d.ID, lang)); !bytes.Equal(again.Content, file.Content) {
			t.Errorf("%s: two papers of one record differ", lang)
		}
		want := append(onPaper(view, record, lang), c.Number, c.Title, p.BrandName, d.Digest, d.ID, officer.Name, d.Comment)
		missing(t, file.Content, lang, want)
	}

	// A record of the first format, as the first version of the program wrote it.
	first := rule.Determination{Rulebook: record.Answer.Rulebook, Aware: record.Aware, Situation: record.Situation, Answer: record.Answer}
	old, err := first.Record()
	if err != nil {
		t.Fatal(err)
	}
	a.Store = recorded{a.Store, old}
	file := must[app.File](t)(a.DeterminationPDF(ctx, d.ID, "ja"))
	record.Duties, record.Notice, record.Law = nil, nil, []rule.Ref{first.Rulebook}
	missing(t, file.Content, "first format", onPaper(view, record, "ja"))
	artifact(t, "determination-first-format", file.Content)

	if _, err := a.DeterminationPDF(ctx, "nothing", "ja"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no such determination: %v", err)
	}
	a.Renderer = nil
	if _, err := a.DeterminationPDF(ctx, d.ID, "ja"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("without fonts: %v", err)
	}
}

// onPaper lists what the paper of a record has to say.
func onPaper(view app.CaseView, record rule.Joined, lang string) []string {
	say := func(w app.Words) string {
		if lang == "en" {
			return w.En
		}
		return w.Ja
	}
	var want []string
	for _, f := range view.Facts {
		if f.State != "known" {
			if f.Relevant {
				want = append(want, say(f.Label))
			}
			continue
		}
		want = append(want, say(f.Label), f.Evidence)
		for _, v := range f.Values {
			if v.Value == f.Possible[0] {
				want = append(want, say(v.Label))
			}
		}
	}
	proofs := [][]rule.ProofLine{record.Answer.Proof}
	for _, d := range record.Duties {
		proofs = append(proofs, d.Proof)
		want = append(want, d.Title.In(lang))
		for _, line := range d.Duties {
			want = append(want, line.Duty.Label.In(lang), line.Duty.To.In(lang))
		}
	}
	for _, proof := range proofs {
		for _, l := range proof {
			want = append(want, l.Rule, l.Citation.In(lang), l.Title.In(lang), l.Reason.In(lang))
			if l.State != rule.IsExcluded {
				want = append(want, l.Quote, l.Reading, l.Note.In(lang))
			}
		}
	}
	for _, ref := range record.Law {
		want = append(want, ref.ID+ref.Version, ref.Digest)
	}
	return want
}

// recorded is a store whose determinations have another record.
type recorded struct {
	app.Store
	record []byte
}

func (s recorded) Determination(ctx context.Context, id string) (casefile.Determination, error) {
	d, err := s.Store.Determination(ctx, id)
	d.Record = s.record
	return d, err
}

// fonts skips the test where the fonts were not installed.
func fonts(t testing.TB) *render.Renderer {
	t.Helper()
	r, err := render.New(render.Fonts())
	if err != nil {
		t.Skip(err)
	}
	return r
}

// missing tells which texts are not in a PDF, blanks and the lines above and
// below the text of a page left out.
func missing(t *testing.T, file []byte, name string, want []string) {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext is not installed (Debian package poppler-utils): the PDF was made but not read back")
	}
	cmd := exec.Command("pdftotext", "-raw", "-", "-")
	cmd.Stdin = bytes.NewReader(file)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, page := range strings.Split(string(out), "\f") {
		lines := strings.Split(strings.TrimSpace(page), "\n")
		for i, line := range lines {
			if i > 0 && i < len(lines)-2 { // the title, and the two lines of the foot
				text.WriteString(strings.Join(strings.Fields(line), ""))
			}
		}
	}
	for _, w := range want {
		if !strings.Contains(text.String(), strings.Join(strings.Fields(w), "")) {
			t.Errorf("%s: %q is not on the paper", name, w)
		}
	}
}

// artifact writes a PDF as images into the folder named by MIMAMORI_ARTIFACTS,
// to be looked at by whoever changes the paper.
func artifact(t *testing.T, name string, file []byte) {
	t.Helper()
	dir := os.Getenv("MIMAMORI_ARTIFACTS")
	if dir == "" {
		return
	}
	at := filepath.Join(dir, name)
	if err := os.WriteFile(at+".pdf", file, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("pdftoppm", "-r", "80", "-png", at+".pdf", at).CombinedOutput(); err != nil {
		t.Fatalf("pdftoppm: %v\n%s", err, out)
	}
}
