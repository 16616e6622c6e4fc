package app_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"mimamori/forms"
	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/intake"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
	"mimamori/internal/render"
	"mimamori/internal/term"

	"github.com/xuri/excelize/v2"
)

func TestBadInputIsRefusedAtItsField(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	c, _ := matterOn(t, a, intake.Hospital, death...)
	view := must[app.ReportView](t)(a.CreateReport(ctx, officer, app.CreateReport{Case: c.Case.ID, Form: "form8"}))
	good := filledIn(t, a, view, map[string]string{"outcome": "death"})
	for name, tt := range map[string]struct{ field, text, rule string }{
		"a control character":              {"harm", "死亡\x07", "control"},
		"a mark that turns the direction":  {"harm", "死亡\u202e", "control"},
		"a code that is none":              {"outcome", "dead", "code"},
		"a day that does not exist":        {"reported_on", "2026-02-30", "date"},
		"reported before it was known":     {"reported_on", "2026-11-22", "order"},
		"the event after it was known":     {"event_on", "2026-11-24", "order"},
		"a next report before this one":    {"next_report_on", "2026-11-23", "order"},
		"a number that is none":            {"patient_weight", "heavy", "number"},
		"more than a field can hold":       {"harm", strings.Repeat("害", 100_001), "length"},
		"what has to be there is missing":  {"contact_name", "", "required"},
		"another term than the law's":      {"report_term", "30", "agrees"},
		"a device that is not in the case": {"approval_number", "30300BZX00000000", "agrees"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := must[app.ReportView](t)(a.EditReport(ctx, officer, app.EditReport{ID: good.Report.ID, Values: map[string]string{tt.field: tt.text}, Revision: good.Report.Revision}))
			if rules := rulesAt(bad.Problems, tt.field); !slices.Contains(rules, tt.rule) {
				t.Errorf("%s: rules %v, want %s", tt.field, rules, tt.rule)
			}
			if _, err := a.SubmitReport(ctx, officer, signature(bad)); !slices.Contains(pointers(err), "/values/"+tt.field) {
				t.Errorf("it is refused at its field: %v", err)
			}
			good = must[app.ReportView](t)(a.EditReport(ctx, officer, app.EditReport{ID: good.Report.ID, Values: map[string]string{tt.field: good.Values[tt.field].Text}, Revision: bad.Report.Revision}))
		})
	}
	if _, err := a.EditReport(ctx, officer, app.EditReport{ID: good.Report.ID, Values: map[string]string{"colour": "red", "harm": "x"}, Revision: good.Report.Revision}); fmt.Sprint(pointers(err)) != "[/values/colour]" {
		t.Errorf("a field that the form does not have: %v", err)
	}
}

func TestASubmissionIsRefusedAtItsFieldAndChangesNothing(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	c, _ := matterOn(t, a, intake.Hospital, death...)
	view := signedThrice(t, a, filledIn(t, a, must[app.ReportView](t)(a.CreateReport(ctx, officer, app.CreateReport{Case: c.Case.ID, Form: "form8"})), map[string]string{"outcome": "death"}))
	before := must[app.List[ledger.Entry]](t)(a.Store.Entries(ctx, app.ListQuery{}))
	big := make([]byte, intake.MaxAttachmentBytes+1)
	many := make([]app.NewFile, 21)
	for i := range many {
		many[i] = app.NewFile{Kind: "proof", Name: "a.txt", Content: []byte("x")}
	}
	for name, tt := range map[string]struct {
		change func(*app.RecordSubmission)
		want   []string
	}{
		"everything at once":      {func(in *app.RecordSubmission) { *in = app.RecordSubmission{Report: in.Report} }, []string{"/channel", "/proof", "/recipient", "/sent_at"}},
		"tomorrow":                {func(in *app.RecordSubmission) { in.SentAt = now.Add(time.Hour) }, []string{"/sent_at"}},
		"before it was approved":  {func(in *app.RecordSubmission) { in.SentAt = now.Add(-time.Hour) }, []string{"/sent_at"}},
		"a channel that is none":  {func(in *app.RecordSubmission) { in.Channel = "pigeon" }, []string{"/channel"}},
		"a control character":     {func(in *app.RecordSubmission) { in.Proof = "a\x00" }, []string{"/proof"}},
		"a folder in a file name": {func(in *app.RecordSubmission) { in.Files = []app.NewFile{{"proof", "../a", []byte("x")}} }, []string{"/files/0/name"}},
		"an empty file":           {func(in *app.RecordSubmission) { in.Files = []app.NewFile{{"proof", "a", nil}} }, []string{"/files/0/content"}},
		"more than 20 MB":         {func(in *app.RecordSubmission) { in.Files = []app.NewFile{{"proof", "a", big}} }, []string{"/files/0/content"}},
		"a kind that is not his":  {func(in *app.RecordSubmission) { in.Files = []app.NewFile{{"package", "a", []byte("x")}} }, []string{"/files/0/kind"}},
		"more than 20 files":      {func(in *app.RecordSubmission) { in.Files = many }, []string{"/files"}},
		"somebody else's file":    {func(in *app.RecordSubmission) { in.Attachments = []string{ident.New()} }, []string{"/attachments/0"}},
	} {
		in := sending(view, now)
		tt.change(&in)
		if _, err := a.RecordSubmission(ctx, officer, in); !slices.Equal(pointers(err), tt.want) {
			t.Errorf("%s: refused at %v, want %v (%v)", name, pointers(err), tt.want, err)
		}
	}
	other := sending(view, now)
	other.Digest = strings.Repeat("0", 64)
	if _, err := a.RecordSubmission(ctx, officer, other); fault.KindOf(err) != fault.Conflict {
		t.Errorf("only the approved content is sent: %v", err)
	}

	// A paper that cannot be drawn: nothing is half written.
	broken := fstest.MapFS{}
	for _, name := range []string{"BIZUDPGothic-Regular.ttf", "BIZUDPGothic-Bold.ttf", "NotoSansJP-Regular.ttf"} {
		broken[name] = &fstest.MapFile{Data: []byte("not a font")}
	}
	a.Renderer = must[*render.Renderer](t)(render.New(broken))
	if _, err := a.RecordSubmission(ctx, officer, sending(view, now)); err == nil {
		t.Error("a package without its paper")
	}
	a.Renderer = nil
	now := must[app.ReportView](t)(a.Report(ctx, officer, view.Report.ID))
	after := must[app.List[ledger.Entry]](t)(a.Store.Entries(ctx, app.ListQuery{}))
	if now.Report.State != "approved" || now.Report.Revision != view.Report.Revision || len(now.Issues[0].Submissions) != 0 || after.Total != before.Total {
		t.Errorf("refused, and yet something changed: %+v, %d entries more", now.Report, after.Total-before.Total)
	}
}

func TestSentAfterItsDayAsksWhy(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	c, _ := matterOn(t, a, intake.Hospital, death...)
	view := signedThrice(t, a, filledIn(t, a, must[app.ReportView](t)(a.CreateReport(ctx, officer, app.CreateReport{Case: c.Case.ID, Form: "form8"})), map[string]string{"outcome": "death"}))
	late := time.Date(2026, 12, 8, 15, 30, 0, 0, time.UTC) // December 9, half past midnight in Tokyo
	a.Clock = func() time.Time { return late }
	if _, err := a.RecordSubmission(ctx, officer, sending(view, late)); fmt.Sprint(pointers(err)) != "[/late_reason]" {
		t.Fatalf("the day in Tokyo counts: %v", err)
	}
	in := sending(view, late)
	in.LateReason = "回線障害のため"
	must[app.ReportView](t)(a.RecordSubmission(ctx, officer, in))
	list := must[app.List[app.ReportRow]](t)(a.ReportRegister(ctx, app.ListQuery{Filter: map[string]string{"due": "late"}}))
	if list.Total != 1 || !list.Items[0].Late {
		t.Errorf("the register tells of the missed day: %+v", list.Items)
	}
}

func TestAPackageHoldsTheSameBytesForTheSameContent(t *testing.T) {
	a := newApp(t)
	renderer, err := render.New(render.Fonts())
	if err != nil {
		t.Skipf("skipped: %v", err)
	}
	a.Renderer = renderer
	ctx := t.Context()
	c, _ := matterOn(t, a, intake.Hospital, death...)
	file := must[intake.Attachment](t)(a.AddAttachment(ctx, officer, app.AddAttachment{IntakeID: c.Intakes[0].ID, Name: "写真.jpg", File: strings.NewReader("picture")}))
	view := signedThrice(t, a, filledIn(t, a, must[app.ReportView](t)(a.CreateReport(ctx, officer, app.CreateReport{Case: c.Case.ID, Form: "form8"})), map[string]string{"outcome": "death"}))
	one := must[app.File](t)(a.ReportPackage(ctx, view.Report.ID, []string{file.ID}))
	two := must[app.File](t)(a.ReportPackage(ctx, view.Report.ID, []string{file.ID}))
	if !bytes.Equal(one.Content, two.Content) {
		t.Error("the same content, other bytes")
	}
	z := must[*zip.Reader](t)(zip.NewReader(bytes.NewReader(one.Content), int64(len(one.Content))))
	contents := map[string][]byte{}
	for _, f := range z.File {
		contents[f.Name] = must[[]byte](t)(io.ReadAll(must[io.ReadCloser](t)(f.Open())))
	}
	var manifest struct {
		Digest     string
		Signatures []struct{ Meaning string }
		Files      []struct {
			Name   string
			SHA256 string
		}
	}
	if err := json.Unmarshal(contents["manifest.json"], &manifest); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range manifest.Files {
		sum := sha256.Sum256(contents[f.Name])
		if hex.EncodeToString(sum[:]) != f.SHA256 {
			t.Errorf("%s does not have the SHA-256 of the manifest", f.Name)
		}
		names = append(names, f.Name)
	}
	n := view.Report.Number
	if want := []string{n + ".pdf", n + ".xml", n + ".json", n + ".xlsx", "attachments/写真.jpg"}; !slices.Equal(names, want) || manifest.Digest != view.Digest || len(manifest.Signatures) != 3 {
		t.Errorf("the package holds %v, digest %s, %d signatures", names, manifest.Digest, len(manifest.Signatures))
	}
	in := sending(view, now)
	in.Attachments = []string{file.ID}
	view = must[app.ReportView](t)(a.RecordSubmission(ctx, officer, in))
	if f := sent(view).Files; len(f) != 1 || f[0].Kind != "package" || f[0].Name != n+".zip" {
		t.Errorf("what was sent is kept: %+v", f)
	}
}

// watched counts what is read of reports.
type watched struct {
	app.Store
	reads map[string]int
}

func (w watched) Reports(ctx context.Context, q app.ListQuery) (app.List[app.ReportRow], error) {
	w.reads["Reports"]++
	return w.Store.Reports(ctx, q)
}

func (w watched) Report(ctx context.Context, id string) (app.Report, error) {
	w.reads["row by row"]++
	return w.Store.Report(ctx, id)
}

func (w watched) Submissions(ctx context.Context, id string) ([]app.Submission, error) {
	w.reads["row by row"]++
	return w.Store.Submissions(ctx, id)
}

func (w watched) SubmissionsOf(ctx context.Context, ids []string) ([]app.Submission, error) {
	w.reads["SubmissionsOf"]++
	return w.Store.SubmissionsOf(ctx, ids)
}

func TestTheRegisterIsWrittenPageByPageAndHarmless(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	p, _ := pump(t, a)
	p.BrandName = `=HYPERLINK("http://evil.example")`
	p = must[register.Product](t)(a.UpdateProduct(ctx, officer, p))
	const many = 450
	err := a.Store.Write(ctx, func(ctx context.Context, tx app.Tx) error {
		for i := range many {
			r := app.Report{
				ID: ident.New(), Number: fmt.Sprintf("R-2025-%04d", i+1), ProductID: p.ID, Form: "form12", Edition: "2021-07", Issue: 1, IssueKind: "first",
				State: "draft", Version: 1, Maker: "+1", CreatedAt: now, UpdatedAt: now,
			}
			tx.Record(ledger.Entry{Actor: ledger.Actor{ID: "t", Name: "t", Via: "cli"}, Action: "report.begun", Subject: ledger.Subject{Kind: "report", ID: r.ID}})
			if err := tx.AddReport(ctx, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	store := a.Store
	for _, format := range []string{"csv", "xlsx"} {
		reads := map[string]int{}
		a.Store = watched{store, reads}
		export := must[app.ReportExport](t)(a.ExportReports(ctx, app.ListQuery{Sort: "number", Filter: map[string]string{"form": "form12"}}, format))
		var out bytes.Buffer
		if err := export.Write(&out); err != nil {
			t.Fatal(err)
		}
		if reads["Reports"] != 3 || reads["SubmissionsOf"] != 3 || reads["row by row"] != 0 {
			t.Errorf("%s of %d reports took %v", format, many, reads)
		}
		rows := tableOf(t, format, out.Bytes())
		if len(rows) != many+1 || rows[1][0] != "R-2025-0001" || rows[many][0] != "R-2025-0450" {
			t.Fatalf("%s: %d rows, first %v", format, len(rows), rows[1])
		}
		want := p.BrandName
		if format == "csv" {
			want = "'" + want
		}
		if rows[1][6] != want {
			t.Errorf("%s: the name that would be a formula is %q", format, rows[1][6])
		}
	}
	a.Store = store
	if _, err := a.ExportReports(ctx, app.ListQuery{}, "pdf"); fmt.Sprint(pointers(err)) != "[/query/format]" {
		t.Errorf("a format that is none: %v", err)
	}
}

func tableOf(t *testing.T, format string, data []byte) [][]string {
	t.Helper()
	if format == "csv" {
		return must[[][]string](t)(csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF")))).ReadAll())
	}
	book := must[*excelize.File](t)(excelize.OpenReader(bytes.NewReader(data)))
	if formula := must[string](t)(book.GetCellFormula("報告書一覧", "G2")); formula != "" {
		t.Errorf("a formula: %s", formula)
	}
	return must[[][]string](t)(book.GetRows("報告書一覧"))
}

func TestCodesOfALoadedListAreChecked(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	c, _ := matterOn(t, a, intake.Hospital, death...)
	view := must[app.ReportView](t)(a.CreateReport(ctx, officer, app.CreateReport{Case: c.Case.ID, Form: "form8"}))
	texts := map[string]string{"malfunction_term": "A110599 何か", "investigation": "調査した。\nA1105 アプリケーションセキュリティの問題\nA11 見出し"}
	view = must[app.ReportView](t)(a.EditReport(ctx, officer, app.EditReport{ID: view.Report.ID, Values: texts, Revision: view.Report.Revision}))
	if rules := rulesAt(view.Problems, "malfunction_term"); len(rules) != 0 {
		t.Errorf("without a list nothing is said: %v", rules)
	}
	load := func(name, text string) (app.ImportedTerms, error) {
		return a.ImportTerms(ctx, admin, app.ImportTerms{List: term.IMDRF, Release: "2024", Name: name, File: strings.NewReader(text)})
	}
	annex := `[{"code":"A11","term":"Computer Software Problem","definition":"x","status":"Not selectable","CodeHierarchy":"A11"},
		{"code":"A1105","term":"Application Security Problem","definition":"y","CodeHierarchy":"A11|A1105"}]`
	if done := must[app.ImportedTerms](t)(load("annexa.json", annex)); done.Added != 2 {
		t.Fatalf("two terms: %+v", done)
	}
	if done := must[app.ImportedTerms](t)(load("ja.csv", "code,term_ja\nA1105,アプリケーションセキュリティの問題\n")); done.Added != 0 || done.Changed != 1 {
		t.Fatalf("the Japanese table joins it: %+v", done)
	}
	if _, err := load("bad.csv", "code,term_ja\n,無\n"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a line without a code: %v", err)
	}
	view = must[app.ReportView](t)(a.Report(ctx, officer, view.Report.ID))
	if rules := rulesAt(view.Problems, "malfunction_term"); fmt.Sprint(rules) != "[term]" {
		t.Errorf("a code that the list does not have: %v", rules)
	}
	if rules := rulesAt(view.Problems, "investigation"); fmt.Sprint(rules) != "[term]" {
		t.Errorf("a heading cannot be used, the other term can: %v", rules)
	}
	found := must[app.List[app.TermRow]](t)(a.Terms(ctx, app.ListQuery{Text: "セキュリティ"}))
	if found.Total != 1 || found.Items[0].Code != "A1105" || found.Items[0].EN != "Application Security Problem" {
		t.Errorf("terms are found by their Japanese name: %+v", found.Items)
	}
}

func TestAnAmendedFormIsForNewReportsOnly(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	c, p := matterOn(t, a, intake.Hospital, death...)
	old := must[app.ReportView](t)(a.CreateReport(ctx, officer, app.CreateReport{Case: c.Case.ID, Form: "form8"}))
	text := string(must[[]byte](t)(fs.ReadFile(forms.FS, "pmda/form8/2021-07/form.yaml")))
	amended := strings.Replace(text, "edition: 2021-07", "edition: 2026-10", 1)
	at := strings.Index(amended, "    key: harm\n")
	limit := strings.Index(amended[at:], "max_length: {value: null") + at
	amended = amended[:limit] + "max_length: {value: 10" + amended[limit+len("max_length: {value: null"):]
	if _, err := a.InstallForm(ctx, officer, []byte(amended)); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an administrator installs forms: %v", err)
	}
	if _, err := a.InstallForm(ctx, admin, []byte(text)); fault.KindOf(err) != fault.Conflict {
		t.Errorf("an edition that is built in stays: %v", err)
	}
	if _, err := a.InstallForm(ctx, admin, []byte(strings.Replace(amended, "key: next_report_on", "key: next_day", 1))); fault.KindOf(err) != fault.Invalid {
		t.Errorf("what the program needs stays: %v", err)
	}
	if e := must[app.FormEdition](t)(a.InstallForm(ctx, admin, []byte(amended))); !e.Newest || !e.Installed {
		t.Fatalf("installed: %+v", e)
	}
	if again := must[app.ReportView](t)(a.Report(ctx, officer, old.Report.ID)); again.Report.Edition != "2021-07" {
		t.Errorf("a report that was begun keeps its edition: %+v", again.Report)
	}
	record := must[intake.Record](t)(a.RecordIntake(ctx, officer, intake.Record{Source: intake.Hospital, From: "ME室", AwareOn: a.Today(), Title: "T", Text: "T", ProductID: p.ID}))
	other, err := a.OpenCase(ctx, officer, app.OpenCase{IntakeID: record.ID})
	if err != nil {
		t.Fatal(err)
	}
	fresh := must[app.ReportView](t)(a.CreateReport(ctx, officer, app.CreateReport{Case: other.ID, Form: "form8"}))
	fresh = must[app.ReportView](t)(a.EditReport(ctx, officer, app.EditReport{ID: fresh.Report.ID, Values: map[string]string{"harm": "十文字より長い健康被害の説明"}, Revision: fresh.Report.Revision}))
	if fresh.Report.Edition != "2026-10" || !slices.Contains(rulesAt(fresh.Problems, "harm"), "length") {
		t.Errorf("a new report has the limits of the amended form: %s %+v", fresh.Report.Edition, rulesAt(fresh.Problems, "harm"))
	}
	_, problems := app.FormProblems([]byte(strings.Replace(amended, "type: longtext", "type: poem", 1)))
	line := 1 + strings.Count(amended[:strings.Index(amended, "type: longtext")], "\n")
	if len(problems) == 0 || problems[0].Line != line {
		t.Errorf("a problem names its line, %d: %+v", line, problems)
	}
}

func TestTheRatesOfForm9AreComparedAsHelp(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	c, _ := matterOn(t, a, intake.Hospital, death...)
	view := must[app.ReportView](t)(a.CreateReport(ctx, officer, app.CreateReport{Case: c.Case.ID, Form: "form9"}))
	if view.Exceedance != nil {
		t.Fatal("nothing to compare yet")
	}
	view = must[app.ReportView](t)(a.EditReport(ctx, officer, app.EditReport{ID: view.Report.ID, Values: map[string]string{"events": "3", "denominator": "1000", "expected_rate": "0.1"}, Revision: view.Report.Revision}))
	if e := view.Exceedance; e == nil || !e.Above || e.Expected != 1 || e.Poisson < 0.080 || e.Poisson > 0.081 {
		t.Errorf("three where one is expected: 1 - 5/(2e) = 0.0803: %+v", e)
	}
}
