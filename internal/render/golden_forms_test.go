package render_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mimamori/forms"
	"mimamori/internal/caldate"
	"mimamori/internal/render"
	"mimamori/internal/report"
)

// golden is one form in one situation: what the records say, what a person adds,
// and the issues that follow the first one.
type golden struct {
	form    string
	sources func(s *report.Sources)
	answers map[string]string
	follow  []step
}

// step is one issue that follows.
type step struct {
	kind    report.Kind
	answers map[string]string
}

var (
	additional = step{report.Additional, map[string]string{"registration_number": "2026-000123", "reported_on": "2026-07-09", "next_report_on": "2026-08-09"}}
	completing = step{report.Additional, map[string]string{
		"registration_number": "2026-000123", "identification_number": "K26-00045", "report_state": "complete", "reported_on": "2026-07-30", "next_report_on": "",
		"planned_actions": "修正版の適用を確認し、以後は通常の監視を継続する。",
	}}
	withdrawal = step{report.Withdrawal, map[string]string{
		"registration_number": "2026-000123", "reported_on": "2026-07-09", "withdrawal_reason": "他社の品目に係る事象であったことが判明したため。", "planned_actions": "なし",
	}}
	downgrade = step{report.Downgrade, map[string]string{
		"registration_number": "2026-000123", "reported_on": "2026-07-09", "withdrawal_reason": "調査の結果、重篤な健康被害に至るおそれがないことを確認したため。", "planned_actions": "なし",
	}}
)

func of(origin, agent string) func(s *report.Sources) {
	return func(s *report.Sources) {
		s.Report.Origin, s.Report.Agent = origin, agent
		if agent == "infection" {
			s.Case.HarmTerm, s.Case.MalfunctionTerm = "敗血症", "汚染"
			s.Case.Harm, s.Case.Malfunction = "使用後に発熱し、血液培養で陽性となった。", "回路の汚染が疑われる。"
		}
		if origin == "foreign" {
			s.Patient.Initials, s.Installation.Usage = "不明", "外国（ドイツ）の病院で使用されていたもの。"
			s.Report.RegistrationNumber, s.Report.IdentificationNumber = "2026-000200", "K26-00099" // given at once for events abroad
		}
	}
}

func complete(change func(s *report.Sources)) func(s *report.Sources) {
	return func(s *report.Sources) {
		change(s)
		s.Report.Complete = true
	}
}

func research(s *report.Sources) { s.Report.Kind = "research_report" }

func measure(s *report.Sources) {
	s.Report.Kind, s.Intake.From, s.Product.Units = "safety_measure", "米国食品医薬品局", 34
}

func nilPeriod(s *report.Sources) {
	s.Product.ApprovedOn = caldate.MustParse("2023-04-01")
	s.Period = report.PeriodSource{Ref: "obl-9", Number: 3, From: caldate.MustParse("2025-04-01"), To: caldate.MustParse("2026-03-31")}
}

func eventful(cases, counts [][]string) func(s *report.Sources) {
	return func(s *report.Sources) {
		nilPeriod(s)
		s.Period.Cases, s.Period.Counts = cases, counts
	}
}

func first(kind, form string, days int) func(s *report.Sources) {
	return func(s *report.Sources) {
		s.Report.FirstKind, s.Report.Form, s.Report.DueOn = kind, form, s.Intake.AwareOn.AddDays(days)
		s.Report.Addressee, s.Report.Fax = "独立行政法人医薬品医療機器総合機構 医療機器安全対策課", "03-0000-0001"
	}
}

var (
	rates       = map[string]string{"expected_rate": "0.02", "expected_basis": "2021年から2024年までの稼働12,000台中の発生2件。", "period_from": "2025-06-01", "period_to": "2026-05-31", "events": "3", "denominator": "1000", "denominator_kind": "稼働台数", "observed_rate": "0.3"}
	publication = map[string]string{"publication": "架空 𠮷郎．輸液ポンプの通信ポートの安全性．架空医療機器学雑誌．2026；1(1)：1-9．", "published_on": "2026-05", "situation_in_japan": "国内に34施設、120台を納入している。同様の事象の報告はない。"}
	abroad      = map[string]string{"country": "アメリカ合衆国", "measure_kind": "recall", "measure_on": "2026-05-29"}
	shipped     = map[string]string{"shipped": "120", "shipped_total": "840", "evaluation": "発生状況に変化はない。", "planned_actions": "監視を継続する。追加報告予定。"}
	listed      = [][]string{{"C-2025-0007", "2025-06-12", "送液の停止", "健康被害なし"}, {"C-2026-0002", "2026-02-03", "表示の消失", "𠮷野医療機関での治療の遅れ"}}
	designated  = [][]string{{"送液の停止", "1", "4", "0.12", "0.2"}, {"表示の消失", "1", "1", "0.12", "0.1"}}
	unknown     = [][]string{{"送液の停止", "1", "4"}, {"表示の消失", "1", "1"}}
	none        = map[string]string{"shipped": "0", "shipped_total": "840", "evaluation": "該当する不具合はなかった。", "planned_actions": "監視を継続する。"}
)

var goldens = map[string]golden{
	"form8-domestic-malfunction-first-incomplete":    {form: "form8", sources: of("domestic", "malfunction")},
	"form8-domestic-malfunction-first-complete":      {form: "form8", sources: complete(of("domestic", "malfunction"))},
	"form8-domestic-malfunction-additional":          {form: "form8", sources: of("domestic", "malfunction"), follow: []step{additional}},
	"form8-domestic-malfunction-additional-complete": {form: "form8", sources: of("domestic", "malfunction"), follow: []step{additional, completing}},
	"form8-domestic-malfunction-withdrawal":          {form: "form8", sources: of("domestic", "malfunction"), follow: []step{withdrawal}},
	"form8-domestic-malfunction-downgrade":           {form: "form8", sources: of("domestic", "malfunction"), follow: []step{downgrade}},
	"form8-domestic-infection-first-incomplete":      {form: "form8", sources: of("domestic", "infection")},
	"form8-domestic-infection-first-complete":        {form: "form8", sources: complete(of("domestic", "infection"))},
	"form8-domestic-infection-additional":            {form: "form8", sources: of("domestic", "infection"), follow: []step{additional}},
	"form8-domestic-infection-withdrawal":            {form: "form8", sources: of("domestic", "infection"), follow: []step{additional, withdrawal}},
	"form8-foreign-malfunction-first-incomplete":     {form: "form8", sources: of("foreign", "malfunction")},
	"form8-foreign-malfunction-first-complete":       {form: "form8", sources: complete(of("foreign", "malfunction"))},
	"form8-foreign-malfunction-additional":           {form: "form8", sources: of("foreign", "malfunction"), follow: []step{additional}},
	"form8-foreign-malfunction-downgrade":            {form: "form8", sources: of("foreign", "malfunction"), follow: []step{downgrade}},
	"form8-foreign-infection-first-incomplete":       {form: "form8", sources: of("foreign", "infection")},
	"form8-foreign-infection-first-complete":         {form: "form8", sources: complete(of("foreign", "infection"))},
	"form8-foreign-infection-withdrawal":             {form: "form8", sources: of("foreign", "infection"), follow: []step{withdrawal}},
	"form9-domestic-first-incomplete":                {form: "form9", sources: of("domestic", "malfunction"), answers: rates},
	"form9-domestic-complete":                        {form: "form9", sources: of("domestic", "malfunction"), answers: rates, follow: []step{completing}},
	"form9-foreign-first-incomplete":                 {form: "form9", sources: of("foreign", "malfunction"), answers: rates},
	"form9-domestic-withdrawal":                      {form: "form9", sources: of("domestic", "malfunction"), answers: rates, follow: []step{withdrawal}},
	"form10-research-first-incomplete":               {form: "form10", sources: research, answers: publication},
	"form10-research-first-complete":                 {form: "form10", sources: complete(research), answers: publication},
	"form10-research-withdrawal":                     {form: "form10", sources: research, answers: publication, follow: []step{withdrawal}},
	"form10-measure-first-incomplete":                {form: "form10", sources: measure, answers: abroad},
	"form10-measure-additional-complete":             {form: "form10", sources: measure, answers: abroad, follow: []step{completing}},
	"form10-measure-downgrade":                       {form: "form10", sources: measure, answers: abroad, follow: []step{downgrade}},
	"form11-events":                                  {form: "form11", sources: eventful(listed, designated), answers: shipped},
	"form11-events-complete":                         {form: "form11", sources: eventful(listed, designated), answers: shipped, follow: []step{completing}},
	"form11-nil":                                     {form: "form11", sources: complete(nilPeriod), answers: none},
	"form12-events":                                  {form: "form12", sources: eventful(listed, unknown), answers: shipped},
	"form12-nil":                                     {form: "form12", sources: complete(nilPeriod), answers: none},
	"form12-withdrawal":                              {form: "form12", sources: complete(nilPeriod), answers: none, follow: []step{withdrawal}},
	"firstreport-domestic-death":                     {form: "firstreport", sources: first("domestic_death", "様式第8", 15)},
	"firstreport-foreign-measure":                    {form: "firstreport", sources: first("foreign_measure", "様式第10", 15)},
}

// finished builds the last issue of a golden, signed and sent.
func (g golden) finished(t *testing.T) (*report.Form, report.Draft) {
	t.Helper()
	editions, err := report.Editions(forms.FS, "pmda/"+g.form)
	if err != nil {
		t.Fatal(err)
	}
	form, err := report.Load(forms.FS, "pmda/"+g.form, editions[0])
	if err != nil {
		t.Fatal(err)
	}
	s := pump()
	g.sources(&s)
	must := func(next report.Draft, err error) report.Draft {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return next
	}
	with := func(d report.Draft, answers map[string]string) report.Draft {
		texts := maps.Clone(answers)
		maps.DeleteFunc(texts, func(key, _ string) bool { _, has := form.Field(key); return !has })
		d = must(report.Edit(form, d, texts, "person-1", noon))
		if problems := report.Check(form, d); len(problems) > 0 {
			t.Fatalf("issue %d cannot be sent: %+v", d.Number(), problems)
		}
		return must(report.MarkSent(approved(t, form, d), noon.Add(time.Hour)))
	}
	d := with(must(report.New(form, report.Begin{ID: "rep-1", CaseID: "case-1", ProductID: "prd-1", By: "person-1", At: noon, Filled: report.Fill(form, s)})), g.answers)
	for _, next := range g.follow {
		d = with(must(report.Next(form, d, report.Follow{Kind: next.kind, By: "person-1", At: noon})), next.answers)
	}
	return form, d
}

// Each form in each of its kinds: the JSON as it was looked at last, and a paper
// that says everything that the report says.
func TestGoldenForms(t *testing.T) {
	if len(goldens) < 25 {
		t.Errorf("%d goldens", len(goldens))
	}
	for _, name := range slices.Sorted(maps.Keys(goldens)) {
		t.Run(name, func(t *testing.T) {
			form, d := goldens[name].finished(t)
			got, err := render.JSON(form, d)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", "forms", name+".golden.json")
			if *update {
				if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("differs from %s: look at the difference after go test ./internal/render -update\n%s", path, got)
			}
			saysEverything(t, form, d)
		})
	}
	files, err := filepath.Glob("testdata/forms/*.golden.json")
	if err != nil || len(files) != len(goldens) {
		t.Errorf("%d golden files for %d reports, %v", len(files), len(goldens), err)
	}
}

// saysEverything reads the paper back. A table is looked for cell by cell.
func saysEverything(t *testing.T, form *report.Form, d report.Draft) {
	t.Helper()
	text := squeeze(poppler(t, pdf(t, form, d), "pdftotext", "-raw", "-", "-"))
	for _, f := range form.Fields {
		if f.Type == report.Table {
			for _, row := range report.Rows(d.Text(f.Key)) {
				for i, cell := range row {
					if printed := squeeze(f.Columns[i].Display(cell)); !strings.Contains(text, printed) {
						t.Errorf("%s has the cell %q, which is not on the paper", f.Key, printed)
					}
				}
			}
			continue
		}
		if printed := squeeze(form.Display(f, d.Text(f.Key))); !strings.Contains(text, printed) {
			t.Errorf("%s says %q, which is not on the paper", f.Key, printed)
		}
	}
	for _, want := range []string{form.Heading, form.FullTitle(d.Texts()), report.Digest(d), "総括　次郎"} {
		if !strings.Contains(text, squeeze(want)) {
			t.Errorf("%q is not on the paper", want)
		}
	}
	if strings.Contains(text, "未承認") {
		t.Error("a report that was sent is marked as not approved")
	}
}
