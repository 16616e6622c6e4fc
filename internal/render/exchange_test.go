package render_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"mimamori/forms"
	"mimamori/internal/fault"
	"mimamori/internal/render"
	"mimamori/internal/report"

	"pgregory.net/rapid"
)

func neutral(t testing.TB) *render.Profile {
	t.Helper()
	p, err := render.LoadProfile(forms.FS, "pmda/xml/neutral.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func allForms(t testing.TB) []*report.Form {
	t.Helper()
	var list []*report.Form
	for _, id := range []string{"pmda/form8", "pmda/form9", "pmda/form10", "pmda/form11", "pmda/form12", "pmda/firstreport"} {
		editions, err := report.Editions(forms.FS, id)
		if err != nil {
			t.Fatal(err)
		}
		form, err := report.Load(forms.FS, id, editions[len(editions)-1])
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, form)
	}
	return list
}

// drawDraft makes a draft with any texts, also ones that a check would refuse.
func drawDraft(t *rapid.T, form *report.Form) report.Draft {
	// No control characters: XML cannot hold them, and a report with one cannot be sent.
	text := rapid.StringMatching(`[a-zA-Z0-9 <>&"'=+@あ-んァ-ン一-龥𠮷髙①（）。、-]{0,40}`)
	d := report.Draft{
		ID: "rep-1", CaseID: "case-1", ProductID: "prd-1", Form: form.ID, Edition: form.Edition, Version: rapid.IntRange(1, 9).Draw(t, "version"),
		State: report.Drafting, Maker: "person-1", Values: map[string]report.Value{},
	}
	if n := rapid.IntRange(1, 3).Draw(t, "issue"); n > 1 {
		d.Issue = n
	}
	at := time.Date(2026, 6, 3, 3, 0, 0, 123456000, time.UTC)
	for _, f := range form.Fields {
		if f.Type == report.Group || !rapid.Bool().Draw(t, "filled") {
			continue
		}
		content := strings.TrimSpace(text.Draw(t, f.Key))
		switch f.Type {
		case report.LongText:
			content = strings.TrimSpace(content + "\n" + text.Draw(t, f.Key+" second line"))
		case report.Table:
			rows := rapid.SliceOfN(rapid.SliceOfN(rapid.StringMatching(`[a-z0-9あ-ん𠮷]{1,6}`), 1, len(f.Columns)), 0, 5).Draw(t, "rows")
			content = report.WriteTable(rows)
		default: // one line of any characters, also where a day or a code belongs
		}
		if content != "" {
			d.Values[f.Key] = report.Value{Text: content, Origin: report.Origin{Kind: report.FromPerson}, By: "person-1", At: at}
		}
	}
	if rapid.Bool().Draw(t, "approved") {
		d.State = report.Approved
		d.Submitted = &report.Signature{By: "person-1", Name: "作成花子", At: at, Digest: report.Digest(d), Meaning: report.MeansMade}
		d.Checked = &report.Signature{By: "person-3", Name: "確認一郎", At: at, Digest: report.Digest(d), Meaning: report.MeansChecked}
		d.Approval = &report.Signature{By: "person-2", Name: "承認　𠮷郎", At: at, Digest: report.Digest(d), Meaning: report.MeansApproved}
	}
	return d
}

func TestReportsComeBackFromXMLAndSpreadsheets(t *testing.T) {
	profile := neutral(t)
	for _, form := range allForms(t) {
		t.Run(form.ID, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				d := drawDraft(t, form)
				want, err := render.JSON(form, d)
				if err != nil {
					t.Fatal(err)
				}
				doc, err := render.XML(profile, form, d)
				if err != nil {
					t.Fatal(err)
				}
				back, err := render.ReadXML(form, doc)
				if err != nil {
					t.Fatalf("%v\n%s", err, doc)
				}
				got, err := render.JSON(form, back)
				if err != nil || !bytes.Equal(got, want) {
					t.Fatalf("JSON → XML → JSON differs (%v)\n%s\n%s", err, want, got)
				}
			})
		})
	}
}

func TestReportsComeBackFromSpreadsheets(t *testing.T) {
	for _, form := range allForms(t) {
		t.Run(form.ID, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				d := drawDraft(t, form)
				doc, err := render.XLSX(form, d)
				if err != nil {
					t.Fatal(err)
				}
				texts, err := render.ReadXLSX(form, doc)
				if err != nil {
					t.Fatal(err)
				}
				want := d.Texts()
				for key := range want {
					if texts[key] != want[key] {
						t.Fatalf("%s was %q, is %q", key, want[key], texts[key])
					}
				}
				if len(texts) != len(want) {
					t.Fatalf("%d texts became %d", len(want), len(texts))
				}
			})
		})
	}
}

func TestExportsAreTheSameBytesEveryTime(t *testing.T) {
	form, d := draftOf(t, pump())
	profile := neutral(t)
	var first [2][]byte
	for i := range 3 {
		doc, err := render.XML(profile, form, d)
		if err != nil {
			t.Fatal(err)
		}
		sheet, err := render.XLSX(form, d)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = [2][]byte{doc, sheet}
			continue
		}
		if !bytes.Equal(first[0], doc) || !bytes.Equal(first[1], sheet) {
			t.Error("the same report gave other bytes")
		}
	}
}

func TestXMLKeepsToItsSchema(t *testing.T) {
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("skipped: xmllint is not installed")
	}
	schema, err := fs.ReadFile(forms.FS, "pmda/xml/neutral.xsd")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, dir+"/neutral.xsd", schema)
	for _, form := range allForms(t) {
		d := report.Draft{ID: "r", ProductID: "p", Form: form.ID, Edition: form.Edition, Version: 1, State: report.Drafting, Values: map[string]report.Value{}}
		for _, f := range form.Fields {
			if f.Type == report.Table {
				d.Values[f.Key] = report.Value{Text: "a\tb\nc", Origin: report.Origin{Kind: report.FromPerson}}
			}
		}
		doc, err := render.XML(neutral(t), form, d)
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir+"/report.xml", doc)
		if out, err := exec.CommandContext(t.Context(), xmllint, "--nonet", "--noout", "--schema", dir+"/neutral.xsd", dir+"/report.xml").CombinedOutput(); err != nil {
			t.Errorf("%s: %s", form.ID, out)
		}
	}
}

func TestXMLRefusesWhatItCannotHold(t *testing.T) {
	form, d := draftOf(t, pump())
	d.Values["harm"] = report.Value{Text: "停止\x01した", Origin: report.Origin{Kind: report.FromPerson}}
	if _, err := render.XML(neutral(t), form, d); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "U+0001") {
		t.Errorf("got %v, want the control character named", err)
	}
}

func TestXMLOfAnotherReportIsRefused(t *testing.T) {
	form, d := draftOf(t, pump())
	doc, err := render.XML(neutral(t), form, d)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Replace(doc, []byte("みまもり"), []byte("あまもり"), 1)
	if _, err := render.ReadXML(form, changed); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "digest") {
		t.Errorf("a changed content was read: %v", err)
	}
	for name, bad := range map[string][]byte{
		"no XML": []byte("report"), "another root": []byte("<a/>"), "an entity": []byte(`<!DOCTYPE r [<!ENTITY x "y">]><report xmlns="urn:mimamori:report:1">&x;</report>`),
		"another form": bytes.Replace(doc, []byte(`form="pmda/form8"`), []byte(`form="pmda/form9"`), 1),
	} {
		if _, err := render.ReadXML(form, bad); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: got %v, want it refused", name, err)
		}
	}
}

// An authority's format is a profile: other names, another order, other codes.
func TestAnotherProfileGivesAnotherFormat(t *testing.T) {
	profile, err := render.ParseProfile([]byte(`
profile: example
version: "1"
root:
  element: MESSAGE
  children:
    - {element: M.2.5.1, from: report.version}
    - {element: KIND, from: value:report_kind, codes: {domestic_malfunction: "2"}}
    - {element: DEVICE, from: value:brand_name, replace: {"みまもり": "MMR"}}
    - {element: LOT, from: value:no_such_field, omit_empty: true}
`))
	if err != nil {
		t.Fatal(err)
	}
	form, d := draftOf(t, pump())
	got, err := render.XML(profile, form, d)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<M.2.5.1>1</M.2.5.1>", "<KIND>2</KIND>", "<DEVICE>MMR"} {
		if !bytes.Contains(got, []byte(want)) {
			t.Errorf("%s is missing in\n%s", want, got)
		}
	}
	if bytes.Contains(got, []byte("LOT")) {
		t.Errorf("an empty element was not left out:\n%s", got)
	}
}

func TestABadProfileTellsEveryProblem(t *testing.T) {
	_, err := render.ParseProfile([]byte(`
profile: ""
version: "1"
root:
  element: "1st"
  children:
    - {element: a, from: field.text}
    - {element: b, each: cells, from: cell.text}
    - {element: c, from: no.such}
    - {element: d, attributes: [{name: x}]}
`))
	got := fault.FieldsOf(err)
	if len(got) != 6 {
		t.Errorf("%d problems, want 6: %v", len(got), got)
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
