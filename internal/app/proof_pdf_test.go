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

// TestTheProofOfAnOverrideHasBothAnswersAndBothNames signs another decision
// than the law's, twice.
func TestTheProofOfAnOverrideHasBothAnswersAndBothNames(t *testing.T) {
	a := newApp(t)
	a.Renderer = fonts(t)
	ctx := t.Context()
	p, _ := pump(t, a)
	must[app.Holder](t)(a.SetHolder(ctx, admin, app.Holder{Name: "みまもり医療機器株式会社"}))
	c := must[casefile.Case](t)(a.OpenCase(ctx, officer, app.OpenCase{Title: "過剰投与", ProductID: p.ID, AwareOn: caldate.MustParse("2026-11-20")}))
	view := answer(t, a, c.ID, "report_kind", "case", "agent", "malfunction", "origin", "domestic", "harm_status", "actual", "seriousness", "serious", "predictability", "unpredictable")
	const reason = "添付文書の改訂版に記載があり、予測できる事象と判断した。"
	view = must[app.CaseView](t)(a.OverrideDetermination(ctx, officer, app.OverrideDetermination{
		Case: c.ID, Shown: view.Answer.Digest, Password: password,
		Override: casefile.Override{Result: "report", Form: "form8", DueOn: caldate.MustParse("2026-12-20"), Reason: reason},
	}))
	id := view.Determinations[0].ID
	file := must[app.File](t)(a.DeterminationPDF(ctx, id, "ja"))
	missing(t, file.Content, "asked", []string{reason, "二人目の署名があるまでは、法令による結論で進める。", officer.Name, "みまもり医療機器株式会社"})

	must[app.CaseView](t)(a.CountersignOverride(ctx, approver, app.CountersignOverride{ID: id, Password: password}))
	file = must[app.File](t)(a.DeterminationPDF(ctx, id, "ja"))
	artifact(t, "determination-override", file.Content)
	missing(t, file.Content, "countersigned", []string{
		"法令の結論と異なる判断（二名署名）", reason, officer.Name, approver.Name,
		"様式第8により、2026年12月5日（法定期限。その前の最終開庁日は2026年12月4日）までに報告を要する。",
		"様式第8により、2026年12月20日（その前の最終開庁日は2026年12月18日）までに報告する。",
	})
}

// TestTheProofHasEveryStepOfTheRecord puts a record on paper that has the step
// of the notice, duties, and facts that the law does not ask any more.
func TestTheProofHasEveryStepOfTheRecord(t *testing.T) {
	a := newApp(t)
	a.Renderer = fonts(t)
	ctx := t.Context()
	p, _ := pump(t, a)
	c := must[casefile.Case](t)(a.OpenCase(ctx, officer, app.OpenCase{Title: "脆弱性", ProductID: p.ID, AwareOn: caldate.MustParse("2026-11-20")}))
	view := must[app.CaseView](t)(a.Case(ctx, c.ID))
	d := must[casefile.Determination](t)(a.Store.Determination(ctx, view.Determinations[0].ID))
	var record rule.Joined
	if err := json.Unmarshal(d.Record, &record); err != nil {
		t.Fatal(err)
	}
	asked := a.Law.Notice.Facts()[0]
	line := rule.ProofLine{
		Rule: "jp-cs-notice/9(9)", Title: rule.Text{JA: "試しの条項", EN: "A clause to try"}, Citation: rule.Text{JA: "別添9(9)", EN: "annex 9(9)"},
		Quote: "試しの文言である。", State: rule.Applies, Reason: rule.Text{JA: "該当するため。", EN: "Because it does."}, Confidence: rule.Recall, Reading: "R-999", Note: rule.Text{JA: "試しの注", EN: "a note"},
	}
	record.Situation = rule.Situation{"harm_status": {Values: []string{"potential"}, Evidence: "評価 第3版"}, "gone": {Values: []string{"was_so"}}}
	record.Notice = &rule.NoticeStep{
		Subject: "assessment A-1, version 3", Rulebook: rule.Ref{ID: "jp/cs-notice", Version: "9.9.9", Digest: "sha256:99"},
		Situation: rule.Situation{asked.ID: {Values: []string{asked.Values[0].ID}}, "gone_too": {Values: []string{"it_was"}}},
		Facts:     []rule.Conclusion{{Fact: "agent", Possible: []string{"malfunction"}}, {Fact: "origin", Open: true}},
		Proof:     []rule.ProofLine{line},
	}
	record.Law = append(record.Law, record.Notice.Rulebook)
	record.Duties = []rule.DutyAnswer{{
		Rulebook: rule.Ref{ID: "jp/trial", Version: "1.0.0", Digest: "sha256:aa"}, Title: rule.Text{JA: "試しの義務集", EN: "Duties to try"}, Proof: []rule.ProofLine{line},
		Duties: []rule.DutyLine{{State: rule.Applies, Rules: []string{line.Rule}, Duty: rule.Duty{
			ID: "tell", Label: rule.Text{JA: "試しの義務", EN: "A duty to try"}, To: rule.Text{JA: "都道府県知事", EN: "Prefectural governor"}, Value: "recall-addressee",
			Clock: rule.Clock{Days: 30}, From: rule.FromAnswered,
		}}},
	}}
	text, err := record.Record()
	if err != nil {
		t.Fatal(err)
	}
	a.Store = recorded{a.Store, text}
	file := must[app.File](t)(a.DeterminationPDF(ctx, d.ID, "ja"))
	missing(t, file.Content, "ja", append(onPaper(app.CaseView{}, record, "ja"), "仮の判断",
		"おそれがある", "評価 第3版", "gonewas_so", "assessment A-1, version 3", asked.Label.JA+asked.Values[0].Label.JA, "gone_tooit_was", "jp/cs-notice 9.9.9",
		"起因不具合", "定まらない", "別添9(9)　試しの条項", "試しの文言である。", "確度：未確認の規則　解釈：R-999", "注：試しの注",
		"都道府県知事［要確認］", "期間：事実を確認した日から30日以内", "根拠の条項：別添9(9)",
	))
	file = must[app.File](t)(a.DeterminationPDF(ctx, d.ID, "en"))
	missing(t, file.Content, "en", append(onPaper(app.CaseView{}, record, "en"), "Provisional", "annex 9(9): A clause to try", "Prefectural governor [to be confirmed]", "Time: within 30 days from the day the fact was answered"))
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
