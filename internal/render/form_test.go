package render_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"mimamori/internal/fault"
	"mimamori/internal/render"
	"mimamori/internal/report"

	"pgregory.net/rapid"
)

// samples are the situations a reader of the form meets.
func samples(t testing.TB) (*report.Form, map[string]report.Draft) {
	form, draft := draftOf(t, pump())
	_, empty := draftOf(t, report.Sources{})
	long := pump()
	long.Case.Malfunction = strings.Repeat("通信ポートを経由して設定変更の指令を受信した（詳細は「調査結果」を参照）。𠮷田病院の端末からである。", 60)
	long.Case.Harm = strings.Repeat("血圧が低下した。", 200)
	_, annexed := draftOf(t, long)
	additional := pump()
	additional.Report.Additional, additional.Report.Complete = true, true
	additional.Report.RegistrationNumber, additional.Report.IdentificationNumber = "2026-000123", "K26-00045"
	additional.Report.Origin, additional.Report.TermDays = "foreign", 30
	_, complete := draftOf(t, additional)
	return form, map[string]report.Draft{
		"draft": draft, "empty": empty, "annexed": annexed, "approved": approved(t, form, draft), "complete": approved(t, form, complete),
	}
}

func TestThePaperShowsEveryFieldOfTheForm(t *testing.T) {
	form, drafts := samples(t)
	for name, d := range drafts {
		t.Run(name, func(t *testing.T) {
			text := squeeze(poppler(t, pdf(t, form, d), "pdftotext", "-raw", "-", "-"))
			for _, f := range form.Fields {
				if f.Group == "" && f.Number != "" && !strings.Contains(text, f.Number) {
					t.Errorf("number %s is not on the paper", f.Number)
				}
				if f.Key != "addressee" && !strings.Contains(text, squeeze(f.Ja)) {
					t.Errorf("%s %s is not on the paper", f.Number, f.Ja)
				}
				printed := squeeze(form.Display(f, d.Text(f.Key)))
				if name != "annexed" && !strings.Contains(text, printed) {
					t.Errorf("%s says %q, which is not on the paper", f.Key, printed)
				}
			}
			for _, want := range []string{"別紙様式第8", form.FullTitle(d.Texts()), "管理情報", "患者等に関する情報", "医療機器の情報", "調査結果と対応等", report.Digest(d)} {
				if !strings.Contains(text, squeeze(want)) {
					t.Errorf("%q is not on the paper", want)
				}
			}
			signed := d.State == report.Approved
			if strings.Contains(text, "下書き（未承認）") == signed || strings.Contains(text, "総括次郎") != signed {
				t.Errorf("state %s: draft mark or approval line is wrong", d.State)
			}
		})
	}
}

func TestTheChosenCodeIsMarked(t *testing.T) {
	form, d := draftOf(t, pump())
	text := squeeze(poppler(t, pdf(t, form, d), "pdftotext", "-raw", "-", "-"))
	for _, want := range []string{"■不具合（国内）", "□不具合（外国）", "■15日報告", "□30日報告", "■初回", "■未完了", "□完了", "■回復", "□死亡"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the paper", want)
		}
	}
	d, err := report.Edit(form, d, map[string]string{"outcome": "寛解"}, "person-1", noon)
	if err != nil {
		t.Fatal(err)
	}
	text = squeeze(poppler(t, pdf(t, form, d), "pdftotext", "-raw", "-", "-"))
	if !strings.Contains(text, "寛解") || strings.Contains(text, "■回復") {
		t.Error("a draft with a wrong code has to show it as it is")
	}
}

var pageNumber = regexp.MustCompile(`^[0-9]+/[0-9]+$`)

func TestALongTextGoesToAnAnnexWhole(t *testing.T) {
	var long strings.Builder
	for i := 0; long.Len() < 3*3000; i++ {
		fmt.Fprintf(&long, "第%d段。𠮷野家の髙﨑氏によれば、「設定（流量）が変わった」という。", i)
	}
	s := pump()
	s.Case.Malfunction = long.String()
	form, d := draftOf(t, s)
	file := pdf(t, form, d)
	text := poppler(t, file, "pdftotext", "-raw", "-", "-")
	got := squeeze(text)
	if !strings.Contains(got, "別紙(1)のとおり") || !strings.Contains(got, "別紙(1)1-7不具合状況") {
		t.Error("the box does not refer to an annex, or the annex has no title")
	}
	// The text runs over pages: leave out the lines above and below it.
	body, inAnnex := "", false
	for line := range strings.Lines(text) {
		line = squeeze(line)
		switch {
		case strings.Contains(line, "1-7不具合状況"):
			inAnnex = true
		case strings.Contains(line, "MIMAMORI"), strings.Contains(line, "（未承認）"), strings.Contains(line, form.Title.Ja), line == "別紙様式第8", pageNumber.MatchString(line):
		case inAnnex:
			body += line
		}
	}
	if !strings.Contains(body, squeeze(long.String())) {
		t.Errorf("the annex does not hold the text:\n%s", body)
	}
}

func TestNoLineOfTheAnnexBreaksTheRulesOfLineBreaking(t *testing.T) {
	_, drafts := samples(t)
	form := form8(t)
	text := poppler(t, pdf(t, form, drafts["annexed"]), "pdftotext", "-raw", "-", "-")
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "（法人") || strings.HasPrefix(line, "（JMDN") || line == "" {
			continue // begins there by itself, not by wrapping
		}
		if strings.ContainsAny(line[:1], ",.)") || strings.ContainsRune("、。）」", []rune(line)[0]) {
			t.Errorf("a line begins with %q", line)
		}
		if last := []rune(line)[len([]rune(line))-1]; strings.ContainsRune("（「", last) {
			t.Errorf("a line ends with an opening bracket: %q", line)
		}
	}
}

func TestEveryCharacterComesBackOutOfTheFile(t *testing.T) {
	tests := map[string]string{
		"outside the basic plane":                 "𠮷田𩸽𠀋",
		"old forms of names":                      "髙﨑濵德",
		"two characters that share one glyph":     "戸戶黒黑⼀一⾼高",
		"half width kana":                         "ｶﾅ ﾊﾟｲﾌﾟ",
		"signs":                                   "①②㎜㎏℃№Ⅲ±×÷≦≧→←■□◆●〒※",
		"letters with marks":                      "Ångström naïve façade µg",
		"Latin, digits and signs":                 `Az09!"#$%&'()*+,-./:;<=>?@[\]^_{|}~`,
		"a file path and an address":              "https://example.jp/a_b?c=d&e=f",
		"characters that mean something in a PDF": `(a) <b> \\ % /F1 Tf ET`,
		"dashes and hyphens that look much alike": "ー―‐-–—−",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			s := pump()
			s.Case.Harm = text
			form, d := draftOf(t, s)
			if got := squeeze(poppler(t, pdf(t, form, d), "pdftotext", "-raw", "-", "-")); !strings.Contains(got, squeeze(text)) {
				at := strings.Index(got, "健康被害状況")
				t.Errorf("want %s near %s", text, got[at:min(len(got), at+300)])
			}
		})
	}
}

func TestWhatNoFontDrawsIsShownByItsNumber(t *testing.T) {
	s := pump()
	s.Case.Harm = "笑顔😀と葛\U000E0100飾、か\u3099"
	form, d := draftOf(t, s)
	if got := squeeze(poppler(t, pdf(t, form, d), "pdftotext", "-raw", "-", "-")); !strings.Contains(got, "笑顔〓[U+1F600]と葛飾、が") {
		t.Error("a character without a glyph vanished, or a variation selector did not")
	}
}

func TestFontsAreEmbeddedInPart(t *testing.T) {
	form, drafts := samples(t)
	list := poppler(t, pdf(t, form, drafts["approved"]), "pdffonts", "-")
	lines := strings.Split(strings.TrimSpace(list), "\n")[2:]
	for _, line := range lines {
		// name, type (two words), encoding, emb, sub, uni, object
		f := strings.Fields(line)
		if f[4] != "yes" || f[5] != "yes" || f[6] != "yes" {
			t.Errorf("a font is not embedded, not a subset, or has no way back to characters: %s", line)
		}
	}
	if len(lines) != 3 {
		t.Errorf("fonts in the file:\n%s", list)
	}
}

func TestTheSameContentGivesTheSameBytes(t *testing.T) {
	form, drafts := samples(t)
	for name, d := range drafts {
		first, second := pdf(t, form, d), pdf(t, form, d)
		if !bytes.Equal(first, second) {
			t.Errorf("%s: two PDFs differ", name)
		}
		dated := bytes.Contains(first, []byte("/CreationDate(D:20260610120000+09'00')"))
		if dated != (d.State == report.Approved) {
			t.Errorf("%s: the file is dated by its approval, and only by it", name)
		}
	}
}

func TestOneRendererServesManyAtOnce(t *testing.T) {
	form, drafts := samples(t)
	want := map[string][]byte{}
	for name, d := range drafts {
		want[name] = pdf(t, form, d)
	}
	fresh, err := render.New(render.Fonts())
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 3 {
		for name, d := range drafts {
			wait.Go(func() {
				file, err := fresh.Form(render.Document{Form: form, Draft: d})
				if err != nil || !bytes.Equal(file, want[name]) {
					t.Errorf("%s: another file than drawn alone (%v)", name, err)
				}
			})
		}
	}
	wait.Wait()
}

func TestAnyTextIsPrintedWithoutFailing(t *testing.T) {
	r := renderer(t)
	form, base := draftOf(t, pump())
	rapid.Check(t, func(rt *rapid.T) {
		texts := map[string]string{
			"harm":       rapid.String().Draw(rt, "harm"),
			"brand_name": rapid.StringN(0, 400, -1).Draw(rt, "brand name"),
			"outcome":    rapid.String().Draw(rt, "outcome"),
			"event_on":   rapid.String().Draw(rt, "event day"),
		}
		d, err := report.Edit(form, base, texts, "person-1", noon)
		if err != nil {
			rt.Fatal(err)
		}
		if _, err := r.Form(render.Document{Form: form, Draft: d}); err != nil {
			rt.Fatal(err)
		}
	})
}

func TestTextsWithoutEndAreHeld(t *testing.T) {
	form, d := draftOf(t, pump())
	endless := strings.Repeat("あ", 20_000)
	for _, key := range []string{"outcome", "mah_address", "addressee", "reported_on", "contact_email", "report_kind"} {
		d, err := report.Edit(form, d, map[string]string{key: endless}, "person-1", noon)
		if err != nil {
			t.Fatal(err)
		}
		file := pdf(t, form, d)
		if text := squeeze(poppler(t, file, "pdftotext", "-raw", "-", "-")); strings.Count(text, "あ") < 20_000 || !strings.Contains(text, "別紙(1)のとおり") {
			t.Errorf("%s: a long text is not on an annex", key)
		}
	}
	d, err := report.Edit(form, d, map[string]string{"harm": "a" + strings.Repeat("\n", 90_000) + "b"}, "person-1", noon)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := renderer(t).Form(render.Document{Form: form, Draft: d}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("90,000 empty lines: got %v, want them refused", err)
	}
}

func TestAnotherEditionIsRefused(t *testing.T) {
	form, d := draftOf(t, pump())
	d.Edition = "2030-01"
	if _, err := renderer(t).Form(render.Document{Form: form, Draft: d}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("PDF: got %v", err)
	}
	if _, err := render.JSON(form, d); fault.KindOf(err) != fault.Invalid {
		t.Errorf("JSON: got %v", err)
	}
}

func TestWithoutFontsTheErrorSaysWhatToDo(t *testing.T) {
	if _, err := render.New(fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), "make fonts") {
		t.Errorf("got %v", err)
	}
	broken := fstest.MapFS{}
	for _, name := range []string{"BIZUDPGothic-Regular.ttf", "BIZUDPGothic-Bold.ttf", "NotoSansJP-Regular.ttf"} {
		broken[name] = &fstest.MapFile{Data: []byte("not a font")}
	}
	r, err := render.New(broken)
	if err != nil {
		t.Fatal(err)
	}
	form, d := draftOf(t, pump())
	if _, err := r.Form(render.Document{Form: form, Draft: d}); err == nil || !strings.Contains(err.Error(), "reading font BIZUDPGothic-Regular.ttf") {
		t.Errorf("a broken font: got %v", err)
	}
}

// TestPages writes the samples as images into the folder named by
// MIMAMORI_ARTIFACTS, to be looked at by whoever changes the paper.
func TestPages(t *testing.T) {
	dir := os.Getenv("MIMAMORI_ARTIFACTS")
	if dir == "" {
		t.Skip("set MIMAMORI_ARTIFACTS to a folder to get the pages as images")
	}
	form, drafts := samples(t)
	for name, d := range drafts {
		file := pdf(t, form, d)
		if err := os.WriteFile(filepath.Join(dir, "form8-"+name+".pdf"), file, 0o600); err != nil {
			t.Fatal(err)
		}
		poppler(t, file, "pdftoppm", "-r", "80", "-png", "-", filepath.Join(dir, "form8-"+name))
	}
}

func BenchmarkForm8(b *testing.B) {
	r := renderer(b)
	form, d := draftOf(b, pump())
	d = approved(b, form, d)
	for b.Loop() {
		file, err := r.Form(render.Document{Form: form, Draft: d})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(file))/1024, "kB/file")
	}
}

// The first file of a process parses the fonts.
func BenchmarkFirstForm8(b *testing.B) {
	renderer(b)
	form, d := draftOf(b, pump())
	for b.Loop() {
		r, err := render.New(render.Fonts())
		if err != nil {
			b.Fatal(err)
		}
		if _, err := r.Form(render.Document{Form: form, Draft: d}); err != nil {
			b.Fatal(err)
		}
	}
}
