package storetest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/assess"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/intake"
	"mimamori/internal/register"
)

func (f *fixture) number(series string) string {
	f.t.Helper()
	var n int
	f.write(func(ctx context.Context, tx app.Tx) (err error) {
		n, err = tx.NextNumber(ctx, series, 2026)
		return err
	})
	return fmt.Sprintf("%s-2026-%04d", series, n)
}

func (f *fixture) intake(change ...func(*intake.Record)) intake.Record {
	f.t.Helper()
	r := intake.Record{
		ID: ident.New(), Number: f.number("IN"), Source: intake.Hospital, From: "東京中央病院 ME室", AwareOn: caldate.MustParse("2026-06-01"),
		Title: "送液停止", Text: "画面が固まった。", RecordedBy: "佐藤", RecordedAt: f.tick(),
	}
	for _, c := range change {
		c(&r)
	}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddIntake(ctx, r) })
	return r
}

func (f *fixture) openCase(p register.Product, intakes ...intake.Record) casefile.Case {
	f.t.Helper()
	c := casefile.Case{
		ID: ident.New(), Number: f.number("C"), Title: "送液停止の事案", ProductID: p.ID, IntakeIDs: []string{}, AwareOn: caldate.MustParse("2026-06-01"),
		Stage: casefile.StageReport, Facts: []casefile.Fact{}, Revision: 1, OpenedBy: "佐藤", CreatedAt: f.tick(), UpdatedAt: f.now,
	}
	for _, n := range intakes {
		c.IntakeIDs = append(c.IntakeIDs, n.ID)
	}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddCase(ctx, c) })
	return c
}

func (f *fixture) oblige(c casefile.Case, kind casefile.ObligationKind, due string, state casefile.ObligationState) casefile.Obligation {
	f.t.Helper()
	o := casefile.Obligation{ID: ident.New(), CaseID: c.ID, Kind: kind, Items: []string{}, AwareOn: c.AwareOn, State: state, Revision: 1, CreatedAt: f.tick(), UpdatedAt: f.now}
	if due != "" {
		o.DueOn = caldate.MustParse(due)
	}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddObligation(ctx, o) })
	return o
}

func intakeToReport(t *testing.T, f *fixture) {
	p := f.product("ポンプ")
	r := f.release(p, "1")
	site := f.site("東京病院", "東京都")
	f.advise(advisory("CVE-2026-0001", "CVE-2026-0001"))
	v := must[app.Vulnerability](t)(f.VulnerabilityByName(f.ctx(), "CVE-2026-0001"))
	n := f.intake(func(n *intake.Record) {
		n.ProductID, n.ReleaseID, n.SiteID, n.VulnerabilityID = p.ID, r.ID, site.ID, v.ID
	})
	waiting := f.intake(func(n *intake.Record) { n.Source, n.Title = intake.Finder, "発見者からの連絡" })
	equal(t, must[intake.Record](t)(f.Intake(f.ctx(), n.ID)), n)

	c := f.openCase(p, n)
	c.ReleaseID, c.VulnerabilityID = r.ID, v.ID
	c.Facts = []casefile.Fact{{Name: "harm", Possible: []string{"death", "serious"}, Evidence: "病院からの連絡", By: "佐藤", At: f.tick()}}
	c.Stage, c.UpdatedAt = casefile.StageDetermine, f.tick()
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.UpdateCase(ctx, c) })
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.UpdateCase(ctx, c) }), fault.Conflict)
	c.Revision++
	equal(t, must[casefile.Case](t)(f.Case(f.ctx(), c.ID)), c)
	equal(t, must[casefile.Case](t)(f.Case(f.ctx(), c.Number)), c)

	rows := must[app.List[app.IntakeRow]](t)(f.Intakes(f.ctx(), app.ListQuery{Sort: "number"}))
	equal(t, rows.Items, []app.IntakeRow{
		{Record: n, BrandName: "ポンプ", SiteName: "東京病院", CaseID: c.ID, CaseNumber: c.Number}, {Record: waiting},
	})
	if rows := must[app.List[app.IntakeRow]](t)(f.Intakes(f.ctx(), only("case", "none"))); rows.Total != 1 || rows.Items[0].ID != waiting.ID {
		t.Errorf("intakes without a case: %+v", rows)
	}
	if rows := must[app.List[app.IntakeRow]](t)(f.Intakes(f.ctx(), only("source", "finder"))); rows.Total != 1 {
		t.Errorf("intakes of finders: %+v", rows)
	}

	record := json.RawMessage("{ \"b\":1,\"a\" : \"<&>\" }\n") // replayable byte for byte
	first := casefile.Determination{
		ID: ident.New(), CaseID: c.ID, Version: 1, AwareOn: c.AwareOn, Result: "report", Form: "form8", TermDays: 15, DueOn: caldate.MustParse("2026-06-16"), FirstReport: true,
		Items: []string{"228-20(2)-1-i"}, Record: record, Digest: "d", Comment: "確認", Status: casefile.Confirmed, MadeBy: "佐藤", MadeByID: "u1", MadeAt: f.tick(),
	}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddDetermination(ctx, first) })
	equal(t, must[casefile.Determination](t)(f.Determination(f.ctx(), first.ID)), first)
	second := first
	second.ID, second.Version, second.Result, second.Items = ident.New(), 2, "not_reportable", []string{}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddDetermination(ctx, second) })
	first.Superseded = true
	equal(t, must[[]casefile.Determination](t)(f.Determinations(f.ctx(), c.ID)), []casefile.Determination{second, first})

	f.oblige(c, casefile.DueDecision, "2026-06-10", casefile.ObligationVoid)
	f.oblige(c, casefile.DueReport, "2026-06-30", casefile.ObligationOpen)
	o := f.oblige(c, casefile.DueReport, "2026-06-16", casefile.ObligationOpen)
	list := must[app.List[app.CaseRow]](t)(f.Cases(f.ctx(), only("intake", n.ID)))
	equal(t, list.Items, []app.CaseRow{{Case: c, BrandName: "ポンプ", Version: "1", Vulnerability: "CVE-2026-0001", Result: "not_reportable", DueOn: caldate.MustParse("2026-06-16")}})
	quiet := f.openCase(p)
	if list := must[app.List[app.CaseRow]](t)(f.Cases(f.ctx(), app.ListQuery{Sort: "due_on"})); list.Items[1].ID != quiet.ID || !list.Items[1].DueOn.IsZero() {
		t.Errorf("a case with nothing due does not come last: %+v", list)
	}
	prompt := f.oblige(quiet, casefile.DueFirstReport, "", casefile.ObligationOpen)
	if list := must[app.List[app.CaseRow]](t)(f.Cases(f.ctx(), app.ListQuery{Sort: "due_on"})); list.Items[0].ID != quiet.ID || list.Items[0].Promptly != 1 {
		t.Errorf("a case with something due promptly does not come first: %+v", list)
	}
	prompt.State = casefile.ObligationVoid
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.UpdateObligation(ctx, prompt) })
	for filter, want := range map[[2]string]int{{"stage", "determine"}: 1, {"product", p.ID}: 2, {"vulnerability", v.ID}: 1, {"vulnerability", "x"}: 0} {
		if list := must[app.List[app.CaseRow]](t)(f.Cases(f.ctx(), only(filter[0], filter[1]))); list.Total != want {
			t.Errorf("cases with %v: %d, want %d", filter, list.Total, want)
		}
	}

	report := app.Report{
		ID: ident.New(), Number: f.number("R"), CaseID: c.ID, ObligationID: o.ID, ProductID: p.ID, Form: "form8", Edition: "2026", Issue: 1, State: "draft", Version: 1,
		Maker: "佐藤", Revision: 1, CreatedAt: f.tick(), UpdatedAt: f.now,
	}
	version := app.ReportVersion{ReportID: report.ID, Version: 1, Content: record, Digest: "x", By: "佐藤", At: f.tick()}
	f.write(func(ctx context.Context, tx app.Tx) error {
		if err := tx.AddReport(ctx, report); err != nil {
			return err
		}
		return tx.AddReportVersion(ctx, version)
	})
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.AddReportVersion(ctx, version) }), fault.Conflict) // a version never changes
	next := version
	next.Version, next.Content = 2, json.RawMessage(`{}`)
	report.State, report.Version, report.UpdatedAt = "in_review", 2, f.tick()
	f.write(func(ctx context.Context, tx app.Tx) error {
		if err := tx.AddReportVersion(ctx, next); err != nil {
			return err
		}
		return tx.UpdateReport(ctx, report)
	})
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.UpdateReport(ctx, report) }), fault.Conflict)
	report.Revision++
	equal(t, must[app.Report](t)(f.Report(f.ctx(), report.ID)), report)
	equal(t, must[[]app.ReportVersion](t)(f.ReportVersions(f.ctx(), report.ID)), []app.ReportVersion{next, version})
	reports := must[app.List[app.ReportRow]](t)(f.Reports(f.ctx(), only("state", "in_review")))
	equal(t, reports.Items, []app.ReportRow{{Report: report, CaseNumber: c.Number, CaseTitle: c.Title, BrandName: "ポンプ", DueOn: o.DueOn}})

	obligations := must[app.List[app.ObligationRow]](t)(f.Obligations(f.ctx(), app.ListQuery{Filter: map[string]string{"case": c.ID, "state": "open"}}))
	if obligations.Total != 2 || obligations.Items[0].ReportID != report.ID || obligations.Items[0].ReportState != "in_review" || obligations.Items[0].CaseNumber != c.Number {
		t.Errorf("obligations: %+v", obligations)
	}
	equal(t, must[map[string]int](t)(f.Counts(f.ctx())), map[string]int{"obligations": 2, "intakes": 1, "cases": 2, "findings": 0, "reports": 1, "mismatches": 0})
}

func obligationsByUrgency(t *testing.T, f *fixture) {
	c := f.openCase(f.product("ポンプ"))
	periodic := f.oblige(c, casefile.DuePeriodicReport, "", casefile.ObligationOpen)
	later := f.oblige(c, casefile.DueReport, "2026-07-01", casefile.ObligationOpen)
	met := f.oblige(c, casefile.DueReport, "2026-06-01", casefile.ObligationMet)
	soon := f.oblige(c, casefile.DueDecision, "2026-06-10", casefile.ObligationOpen)
	first := f.oblige(c, casefile.DueFirstReport, "", casefile.ObligationOpen)
	order := func() (out []string) {
		for _, o := range must[app.List[app.ObligationRow]](t)(f.Obligations(f.ctx(), app.ListQuery{})).Items {
			out = append(out, o.ID)
		}
		return out
	}
	equal(t, order(), []string{first.ID, soon.ID, later.ID, periodic.ID, met.ID})
	first.State, first.MetOn, first.Proof = casefile.ObligationMet, caldate.MustParse("2026-06-02"), "FAX 控え"
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.UpdateObligation(ctx, first) })
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.UpdateObligation(ctx, first) }), fault.Conflict)
	equal(t, order(), []string{soon.ID, later.ID, periodic.ID, met.ID, first.ID})
	first.Revision++
	equal(t, must[casefile.Obligation](t)(f.Obligation(f.ctx(), first.ID)), first)
}

func (f *fixture) assess(p register.Product, v app.Vulnerability, version int, status assess.Status) assess.Assessment {
	f.t.Helper()
	a := assess.Assessment{
		ID: ident.New(), ProductID: p.ID, VulnerabilityID: v.ID, Version: version, Status: status, Statement: "調査の結果", Present: register.Yes, Used: register.Unknown,
		FunctionAffected: register.No, Malfunctions: []assess.Malfunction{assess.Specification, assess.AdverseEvent},
		Consequences: assess.Consequences{SettingsChanged: register.No, CareChanged: register.Unknown, DataLost: register.Yes, Misoperation: register.Unknown, Spread: register.No},
		Exploited:    register.No, Harm: assess.NoHarm, ControlsSuffice: register.Unknown, ControlsApplied: register.Yes, ConfidentialOnly: register.No, MadeBy: "鈴木", MadeAt: f.tick(),
	}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddAssessment(ctx, a) })
	return a
}

func assessmentsSupersede(t *testing.T, f *fixture) {
	p, q := f.product("ポンプ"), f.product("モニタ")
	f.advise(advisory("CVE-2026-0001", "CVE-2026-0001"))
	v := must[app.Vulnerability](t)(f.VulnerabilityByName(f.ctx(), "CVE-2026-0001"))
	first := f.assess(p, v, 1, assess.UnderInvestigation)
	other := f.assess(q, v, 1, assess.Affected)
	second := f.assess(p, v, 2, assess.NotAffected)
	equal(t, must[assess.Assessment](t)(f.Assessment(f.ctx(), second.ID)), second)
	first.Superseded = true
	list := must[app.List[app.AssessmentRow]](t)(f.Assessments(f.ctx(), app.ListQuery{}))
	equal(t, list.Items, []app.AssessmentRow{
		{Assessment: second, BrandName: "ポンプ", Vulnerability: v.Name},
		{Assessment: other, BrandName: "モニタ", Vulnerability: v.Name},
		{Assessment: first, BrandName: "ポンプ", Vulnerability: v.Name},
	})
	for filter, want := range map[[2]string]int{{"current", "yes"}: 2, {"product", p.ID}: 2, {"status", "affected"}: 1, {"vulnerability", v.ID}: 3} {
		if list := must[app.List[app.AssessmentRow]](t)(f.Assessments(f.ctx(), only(filter[0], filter[1]))); list.Total != want {
			t.Errorf("assessments with %v: %d, want %d", filter, list.Total, want)
		}
	}
}

func settingsAndNumbers(t *testing.T, f *fixture) {
	_, err := f.Setting(f.ctx(), "mah")
	wantKind(t, err, fault.NotFound)
	for _, content := range []string{`{"name":"株式会社"}`, `{"name":"合同会社"}`} {
		f.write(func(ctx context.Context, tx app.Tx) error { return tx.PutSetting(ctx, "mah", json.RawMessage(content)) })
		equal(t, string(must[json.RawMessage](t)(f.Setting(f.ctx(), "mah"))), content)
	}
	for i, want := range []string{"C-2026-0001", "C-2026-0002"} {
		if got := f.number("C"); got != want {
			t.Errorf("number %d: %s, want %s", i, got, want)
		}
	}
	// A number of a write that fails is given again: no gaps.
	_ = f.try(func(ctx context.Context, tx app.Tx) error {
		if _, err := tx.NextNumber(ctx, "C", 2026); err != nil {
			return err
		}
		return fault.New(fault.Invalid, "no")
	})
	if got := f.number("C"); got != "C-2026-0003" {
		t.Errorf("after a failed write: %s", got)
	}
	if got := f.number("R"); got != "R-2026-0001" {
		t.Errorf("another series: %s", got)
	}
	f.write(func(ctx context.Context, tx app.Tx) error {
		for want := 1; want <= 3; want++ {
			if n, err := tx.NextNumber(ctx, "C", 2027); err != nil || n != want {
				return fmt.Errorf("another year: %d, %v", n, err)
			}
		}
		return nil
	})
}

func imports(t *testing.T, f *fixture) {
	run := app.ImportRun{ID: ident.New(), Kind: "osv", Name: "all.zip", State: "queued", Problems: []register.Problem{}, Trust: []string{}, By: "鈴木", Revision: 1, CreatedAt: f.tick(), UpdatedAt: f.now}
	file := []byte("zip")
	run.SHA256, run.Bytes = "a8c9dad82addd5b5b4abc9b68f6b27a0b1a0c8b8a56d95c4a3f0b1e4b95d4a4a", 3
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.AddImportRun(ctx, run, bytes.NewReader(file)) }), fault.Internal) // the digest is another file's
	run.SHA256 = digest(file)
	f.write(func(ctx context.Context, tx app.Tx) error {
		if err := tx.AddImportRun(ctx, run, bytes.NewReader(file)); err != nil {
			return err
		}
		return tx.Enqueue(ctx, app.Job{Kind: "import", ID: run.ID})
	})
	equal(t, string(must[[]byte](t)(f.Blob(f.ctx(), run.SHA256))), "zip")
	equal(t, must[app.Progress](t)(f.Progress(f.ctx(), run.ID)), app.Progress{})
	_, err := f.Progress(f.ctx(), ident.New())
	wantKind(t, err, fault.NotFound)
	for _, p := range []app.Progress{{Records: 7, Phase: "reading"}, {Records: 8, Phase: "reading", Cancel: true}} {
		if err := f.SetProgress(f.ctx(), run.ID, p); err != nil {
			t.Fatal(err)
		}
		equal(t, must[app.Progress](t)(f.Progress(f.ctx(), run.ID)), p)
	}
	// Whoever writes next does not undo the wish to stop.
	if err := f.SetProgress(f.ctx(), run.ID, app.Progress{Records: 9, Phase: "done"}); err != nil {
		t.Fatal(err)
	}
	equal(t, must[app.Progress](t)(f.Progress(f.ctx(), run.ID)), app.Progress{Records: 9, Phase: "done", Cancel: true})

	run.State, run.Records, run.Changed, run.Rejected, run.Findings, run.FinishedAt = "done", 10, 4, 1, 2, f.tick()
	run.Problems = []register.Problem{{Where: "GHSA-x.json", Message: "kaputt"}}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.UpdateImportRun(ctx, run) })
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.UpdateImportRun(ctx, run) }), fault.Conflict)
	run.Revision++
	equal(t, must[app.ImportRun](t)(f.ImportRun(f.ctx(), run.ID)), run)
	other := app.ImportRun{ID: ident.New(), Kind: "kev", State: "running", Problems: []register.Problem{}, Trust: []string{}, Revision: 1, CreatedAt: f.tick(), UpdatedAt: f.now}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddImportRun(ctx, other, nil) })
	equal(t, must[app.List[app.ImportRun]](t)(f.ImportRuns(f.ctx(), app.ListQuery{})).Items, []app.ImportRun{other, run})
	equal(t, must[app.List[app.ImportRun]](t)(f.ImportRuns(f.ctx(), app.ListQuery{Filter: map[string]string{"state": "done", "kind": "osv"}})).Items, []app.ImportRun{run})

	for _, s := range []app.SourceHealth{
		{Name: "osv", LastError: "offline", AlarmAfterH: 48, CanariesMissing: []string{}, Loaded: map[string]int{}},
		{
			Name: "osv", LastRunID: run.ID, LastGoodAt: f.tick(), AsOfAt: f.tick(), NewestAt: f.tick(), AlarmAfterH: 48, Records: 3, Suspicion: "shrunk",
			Canaries: 4, CanariesMissing: []string{"pkg:npm/a@1 → GHSA-a"}, Loaded: map[string]int{"npm": 3}, Told: "red\nfeed",
		},
	} {
		f.write(func(ctx context.Context, tx app.Tx) error { return tx.PutSource(ctx, s) })
		equal(t, must[[]app.SourceHealth](t)(f.Sources(f.ctx())), []app.SourceHealth{s})
	}
}
