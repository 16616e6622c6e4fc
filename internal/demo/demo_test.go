package demo_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"mimamori/forms"
	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/deadline"
	"mimamori/internal/demo"
	"mimamori/internal/fault"
	"mimamori/internal/feed"
	"mimamori/internal/sqlstore"
	"mimamori/rulebook"
)

// holiday is a Monday on which offices are closed (勤労感謝の日).
var holiday = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

func open(t *testing.T, now time.Time) *app.App {
	t.Helper()
	clock := func() time.Time { return now }
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{
		Path: filepath.Join(t.TempDir(), "mimamori.db"), Clock: clock,
		Enqueue: func(context.Context, any, app.Job) error { return nil }, // Load runs its imports itself
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	law, err := app.BuiltInLaw()
	if err != nil {
		t.Fatal(err)
	}
	calendar, err := deadline.LoadCalendar(rulebook.FS, rulebook.JapanCalendar)
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := app.ReadForms(forms.FS)
	if err != nil {
		t.Fatal(err)
	}
	return &app.App{Store: store, Clock: clock, Law: law, Texts: app.ArchivedText, Calendar: calendar, Forms: catalogue, Feed: feed.Disk{}}
}

func load(t *testing.T, now time.Time) *app.App {
	t.Helper()
	a := open(t, now)
	start := time.Now()
	if err := demo.Load(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	t.Logf("loaded in %v", time.Since(start).Round(time.Millisecond))
	return a
}

func all[T any](t *testing.T, list func(context.Context, app.ListQuery) (app.List[T], error), filter map[string]string) []T {
	t.Helper()
	got, err := list(t.Context(), app.ListQuery{Limit: 200, Filter: filter})
	if err != nil {
		t.Fatal(err)
	}
	if got.Total > len(got.Items) {
		t.Fatalf("%d of %d: ask for the next page", len(got.Items), got.Total)
	}
	return got.Items
}

// TestLoadOnOtherDays holds the sample cases to the same outcomes whenever they
// are loaded.
func TestLoadOnOtherDays(t *testing.T) {
	for _, tt := range []struct {
		name string
		now  time.Time
	}{
		{"some were known before the rules of 2026-05-01", time.Date(2026, 5, 20, 3, 0, 0, 0, time.UTC)},
		{"a leap day, still the day before in UTC", time.Date(2028, 2, 28, 16, 0, 0, 0, time.UTC)},
		{"the first day of a year", time.Date(2031, 1, 1, 3, 0, 0, 0, time.UTC)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := load(t, tt.now)
			worklist(t, a)
			cases(t, a)
		})
	}
}

func TestLoad(t *testing.T) {
	a := load(t, holiday)
	s := a.Store

	t.Run("ledger verifies", func(t *testing.T) {
		r, err := s.VerifyLedger(t.Context())
		if err != nil || !r.OK {
			t.Fatalf("%+v, %v", r, err)
		}
	})
	t.Run("what is there", func(t *testing.T) {
		products := all(t, s.Products, nil)
		if len(products) < 7 {
			t.Errorf("%d products", len(products))
		}
		classes, eos := map[string]bool{}, map[string]int{}
		for _, p := range products {
			classes[string(p.Class)] = true
			switch days := a.Today().DaysUntil(p.EOSOn); {
			case p.EOSOn.IsZero():
				eos["none"]++
			case days < 0:
				eos["past"]++
			case days <= 180:
				eos["soon"]++
			}
			if p.Releases == 0 {
				t.Errorf("%s has no release", p.BrandName)
			}
		}
		if len(classes) != 4 || eos["past"] == 0 || eos["soon"] == 0 {
			t.Errorf("classes %v, ends of support %v", classes, eos)
		}
		largest := 0
		for _, r := range all(t, s.Releases, nil) {
			if r.SBOM == nil {
				t.Errorf("%s %s has no SBOM", r.BrandName, r.Version)
				continue
			}
			largest = max(largest, r.SBOM.Components)
			if r.SBOM.Components == 0 {
				t.Errorf("%s %s: empty SBOM", r.BrandName, r.Version)
			}
		}
		if largest < 500 {
			t.Errorf("largest SBOM has %d components", largest)
		}
		if sites := all(t, s.Sites, nil); len(sites) < 12 {
			t.Errorf("%d hospitals", len(sites))
		}
		for _, run := range all(t, s.ImportRuns, nil) {
			if run.State != "done" || run.Rejected != 0 {
				t.Errorf("import %s: %s, %d rejected: %s", run.Name, run.State, run.Rejected, run.Error)
			}
		}
	})
	t.Run("findings", func(t *testing.T) {
		for _, want := range []struct{ vulnerability, product, component, class string }{
			{"CVE-2021-44228", "viewer", "log4j-core", "affected"},
			{"CVE-2014-0160", "pump", "openssl", "affected"},
			{"CVE-2020-11896", "monitor", "Treck TCP/IP", "possible"},
			{"CVE-2019-12255", "monitor", "VxWorks", "possible"},
			{"CVE-2019-0708", "icd", "Windows 7 Professional SP1", "possible"},
			{"CVE-2023-4911", "ct", "libc6", "affected"},
			{"CVE-2020-14343", "ultrasound", "pyyaml", "affected"},
		} {
			v, err := s.VulnerabilityByName(t.Context(), want.vulnerability)
			if err != nil {
				t.Errorf("%s: %v", want.vulnerability, err)
				continue
			}
			found := all(t, s.Findings, map[string]string{"vulnerability": v.ID, "state": "open"})
			if !slices.ContainsFunc(found, func(f app.FindingRow) bool { return f.Component.Name == want.component && f.Class == want.class }) {
				t.Errorf("%s: no %s finding in %s, got %+v", want.vulnerability, want.class, want.component, found)
			}
			for _, f := range found {
				if f.Version == "4.3.1" && want.vulnerability == "CVE-2021-44228" {
					t.Errorf("Log4Shell in the corrected release %s", f.Version)
				}
			}
		}
	})
	t.Run("worklist", func(t *testing.T) { worklist(t, a) })
	t.Run("cases", func(t *testing.T) { cases(t, a) })
	t.Run("a store in use is refused", func(t *testing.T) {
		if err := demo.Load(t.Context(), a); fault.KindOf(err) != fault.Conflict {
			t.Errorf("got %v", err)
		}
	})
}

func worklist(t *testing.T, a *app.App) {
	view, err := a.TodayView(t.Context(), app.System)
	if err != nil {
		t.Fatal(err)
	}
	left := map[int]bool{}
	var before caldate.Date
	for i, o := range view.Obligations {
		if o.DaysLeft == nil {
			if o.Kind == casefile.DueFirstReport && before != (caldate.Date{}) {
				t.Errorf("row %d: a prompt first report stands after a day", i)
			}
			continue
		}
		left[*o.DaysLeft] = true
		if *o.DaysLeft < 0 {
			t.Errorf("%s is late", o.CaseNumber)
		}
		if !before.IsZero() && o.DueOn.Before(before) {
			t.Errorf("row %d: %v stands after %v", i, o.DueOn, before)
		}
		before = o.DueOn
	}
	for _, days := range []int{0, 2, 7, 10} {
		if !left[days] {
			t.Errorf("nothing is due in %d days: %v", days, left)
		}
	}
	kinds := map[casefile.ObligationKind]int{}
	for _, o := range view.Obligations {
		kinds[o.Kind]++
	}
	for _, kind := range []casefile.ObligationKind{casefile.DueDecision, casefile.DueFirstReport, casefile.DueReport, casefile.DuePeriodicReport} {
		if kinds[kind] == 0 {
			t.Errorf("no open %s: %v", kind, kinds)
		}
	}
	if len(view.Changes) == 0 || len(view.EOS) < 2 {
		t.Errorf("%d changes, %d ends of support", len(view.Changes), len(view.EOS))
	}
}

// cases checks what the law says about the sample matters, by the example of
// the CS notice that each follows.
func cases(t *testing.T, a *app.App) {
	type outcome struct {
		result, form string
		term         int
		stage        casefile.Stage
	}
	want := map[string]outcome{
		"Log4Shellの悪用による誤表示と停止":         {"report", "form12", 0, casefile.StageReport},
		"DDoS攻撃によるCTの意図しない停止":           {"report", "form8", 30, casefile.StageReport},
		"EOS後の生体情報モニタの脆弱性の悪用":           {"undetermined", "form8", 15, casefile.StageDetermine},
		"未使用ポートからの設定変更による過剰投与と停止":       {"report", "form8", 15, casefile.StageReport},
		"不正アクセスによるインスリン過量投与と低血糖":        {"report", "form8", 15, casefile.StageReport},
		"設定の不正な変更によるペーシング不全・センシング不全":    {"report", "form8", 15, casefile.StageReport},
		"外国における超音波診断装置の改修措置":            {"report", "form10", 15, casefile.StageReport},
		"Log4j 1のSocketServerの脆弱性（不使用）": {"not_reportable", "", 0, casefile.StageWatch},
		"CT操作卓の遠隔保守の脆弱性（regreSSHion）":   {"undetermined", "form8", 30, casefile.StageDetermine},
	}
	rows := all(t, a.Store.Cases, nil)
	if len(rows) != len(want) {
		t.Errorf("%d cases, want %d", len(rows), len(want))
	}
	for _, c := range rows {
		view, err := a.Case(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		got := outcome{result: view.Answer.Result, stage: c.Stage}
		if g := view.Answer.Governing; g != nil {
			got.form, got.term = g.Form, g.TermDays
		}
		if got != want[c.Title] {
			t.Errorf("%s: got %+v, want %+v", c.Title, got, want[c.Title])
		}
		if c.AwareOn.After(a.Today()) || c.AwareOn.IsZero() {
			t.Errorf("%s: aware on %v", c.Title, c.AwareOn)
		}
		for _, i := range view.Intakes {
			if i.AwareOn != c.AwareOn || i.OccurredOn.After(i.AwareOn) {
				t.Errorf("%s: aware on %v, its record on %v, occurred on %v", c.Title, c.AwareOn, i.AwareOn, i.OccurredOn)
			}
		}
		if view.Moved {
			t.Errorf("%s: the confirmed determination is not the answer any more", c.Title)
		}
	}
	states := map[string]int{}
	for _, r := range all(t, a.Store.Reports, nil) {
		states[r.State]++
	}
	if states["draft"] != 1 || states["in_review"] != 1 {
		t.Errorf("reports: %v", states)
	}
	if loose := all(t, a.Store.Intakes, map[string]string{"case": "none"}); len(loose) != 2 {
		t.Errorf("%d intake records outside of cases, want 2", len(loose))
	}
}
