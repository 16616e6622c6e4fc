package app_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mimamori/forms"
	"mimamori/internal/app"
	"mimamori/internal/assess"
	"mimamori/internal/auth"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/deadline"
	"mimamori/internal/fault"
	"mimamori/internal/feed"
	"mimamori/internal/intake"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
	"mimamori/internal/sqlstore"
	"mimamori/rulebook"
)

// The day of the story: a Monday, and a holiday.
var now = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

var (
	psirt    = app.Actor{UserID: "u-psirt", Name: "PSIRT", Roles: []app.Role{app.ProductSecurity}, Via: "api"}
	officer  = app.Actor{UserID: "u-officer", Name: "安全管理責任者", Roles: []app.Role{app.SafetyOfficer}, Via: "api"}
	approver = app.Actor{UserID: "u-approver", Name: "総括製造販売責任者", Roles: []app.Role{app.Approver}, Via: "api"}
	admin    = app.Actor{UserID: "u-admin", Name: "管理者", Roles: []app.Role{app.Administrator}, Via: "api"}
)

func newApp(t testing.TB) *app.App {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{
		Path: filepath.Join(t.TempDir(), "test.db"), Clock: func() time.Time { return now },
		Enqueue: func(context.Context, any, app.Job) error { return nil },
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
	a := &app.App{
		Store: store, Clock: func() time.Time { return now }, Passwords: auth.NewPasswords(), Law: law, Texts: app.ArchivedText, Calendar: calendar,
		Forms: catalogue, Feed: feed.Disk{},
	}
	if _, err := a.ApplyLaw(t.Context()); err != nil {
		t.Fatal(err)
	}
	hire(t, a, psirt, officer, approver, admin)
	return a
}

// password is everybody's.
const password = "the pump hums at night"

// passwordHash is computed once: that is slow on purpose.
var passwordHash = sync.OnceValues(func() (string, error) { return auth.NewPasswords().Hash(password) })

// hire stores people as users who can sign.
func hire(t testing.TB, a *app.App, people ...app.Actor) {
	t.Helper()
	hash := must[string](t)(passwordHash())
	err := a.Store.Write(t.Context(), func(ctx context.Context, tx app.Tx) error {
		for _, p := range people {
			u := app.User{ID: p.UserID, Email: p.UserID + "@sample.example", Name: p.Name, Roles: p.Roles, Lang: "ja", PasswordHash: hash, CreatedAt: now, UpdatedAt: now}
			tx.Record(ledger.Entry{Actor: ledger.Actor{ID: "test", Name: "test", Via: "cli"}, Action: "user.added", Subject: ledger.Subject{Kind: "user", ID: u.ID}})
			if err := tx.AddUser(ctx, u); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

const pumpSBOM = `{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[
 {"type":"library","name":"log4j-core","group":"org.apache.logging.log4j","version":"2.14.1","purl":"pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"},
 {"type":"library","name":"lodash","version":"4.17.21","purl":"pkg:npm/lodash@4.17.21"},
 {"type":"firmware","name":"pump-motor-control","version":"1.2"}]}`

const log4shell = `{"id":"GHSA-jfh8-c2jp-5v3q","aliases":["CVE-2021-44228"],"modified":"2025-01-01T00:00:00Z","summary":"Remote code through JNDI lookups in log messages",
 "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"}],
 "affected":[{"package":{"ecosystem":"Maven","name":"org.apache.logging.log4j:log4j-core"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"2.13.0"},{"fixed":"2.15.0"}]}]}]}`

const fixedEarlier = `{"id":"GHSA-jfh8-c2jp-5v3q","aliases":["CVE-2021-44228"],"modified":"2026-01-01T00:00:00Z","summary":"Remote code through JNDI lookups in log messages",
 "affected":[{"package":{"ecosystem":"Maven","name":"org.apache.logging.log4j:log4j-core"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"2.13.0"},{"fixed":"2.14.0"}]}]}]}`

func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// pump registers a product with a release, its SBOM and a hospital.
func pump(t testing.TB, a *app.App) (register.Product, register.Release) {
	t.Helper()
	p := must[register.Product](t)(a.AddProduct(t.Context(), officer, register.Product{
		BrandName: "輸液ポンプ IP-300", GenericName: "汎用輸液ポンプ", JMDNCode: "13215000",
		Route: register.Approval, LicenceNumber: "22700BZX00000000", LicensedOn: caldate.MustParse("2020-04-01"), Class: register.ClassIII,
		Connectivity: []register.Link{register.LinkWireless, register.LinkWired}, Designated: register.No,
	}))
	r := must[register.Release](t)(a.AddRelease(t.Context(), officer, register.Release{ProductID: p.ID, Version: "3.2.1"}))
	up := must[app.UploadedSBOM](t)(a.UploadSBOM(t.Context(), psirt, app.UploadSBOM{ReleaseID: r.ID, FileName: "pump.cdx.json", File: strings.NewReader(pumpSBOM)}))
	if s := up.SBOM; s.Components != 3 || s.WithPurl != 2 || s.Unmatchable != 1 {
		t.Fatalf("the SBOM has 3 components, 2 with purl, 1 without identifier; counted %+v", s)
	}
	site := must[register.Site](t)(a.AddSite(t.Context(), officer, register.Site{Name: "東京中央病院", Prefecture: "東京都"}))
	must[register.Installation](t)(a.AddInstallation(t.Context(), officer, register.Installation{SiteID: site.ID, ReleaseID: r.ID, Units: 12}))
	return p, r
}

func TestAnAdvisoryBecomesAFindingAndGoesWhenTheRangeIsCorrected(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	_, r := pump(t, a)
	importOSV := func(text string) app.ImportRun {
		t.Helper()
		return must[app.ImportRun](t)(a.ImportPath(ctx, psirt, "osv", write(t, "osv.json", text), func(app.Progress) {}))
	}
	if run := importOSV(log4shell); run.State != "done" || run.Changed != 1 || run.Findings != 1 {
		t.Fatalf("one record, one finding: got %+v", run)
	}
	open := must[app.List[app.FindingRow]](t)(a.Store.Findings(ctx, app.ListQuery{Filter: map[string]string{"release": r.ID, "state": "open"}}))
	if len(open.Items) != 1 {
		t.Fatalf("want one open finding, got %+v", open.Items)
	}
	f := open.Items[0]
	if f.Vulnerability != "CVE-2021-44228" || f.Class != "affected" || f.Severity != "critical" || f.Units != 12 || f.Component.Name != "log4j-core" {
		t.Errorf("finding %+v", f)
	}
	view := must[app.FindingView](t)(a.Finding(ctx, f.ID))
	if len(view.Evidence) != 1 || !strings.Contains(view.Evidence[0].Text, "2.15.0") || !strings.Contains(view.Evidence[0].Text, "GHSA-jfh8-c2jp-5v3q") {
		t.Errorf("the evidence names source and range: %+v", view.Evidence)
	}
	if run := importOSV(log4shell); run.Changed != 0 || run.Findings != 0 {
		t.Errorf("importing twice is importing once: %+v", run)
	}
	if run := importOSV(fixedEarlier); run.Findings != 1 {
		t.Errorf("the corrected range closes the finding: %+v", run)
	}
	view = must[app.FindingView](t)(a.Finding(ctx, f.ID))
	if view.Finding.State != "closed" {
		t.Errorf("2.14.1 is outside of the corrected range, the finding is %s", view.Finding.State)
	}
	if run := importOSV(log4shell); run.Findings != 0 || run.Older != 1 {
		t.Errorf("the record as it was before the correction changes nothing: %+v", run)
	}
	if run := importOSV(strings.Replace(log4shell, "2025-01-01T", "2026-01-01T", 1)); run.Findings != 1 {
		t.Errorf("the finding opens again: %+v", run)
	}
	entries := must[app.List[any]](t)(ledgerOf(a, ctx, "finding", f.ID))
	if entries.Total != 3 {
		t.Errorf("the ledger of the finding tells opened, closed, reopened; it has %d entries", entries.Total)
	}
	ofRelease := must[app.List[ledger.Entry]](t)(a.Store.Entries(ctx, app.ListQuery{Filter: map[string]string{"subject_kind": "release", "subject_id": view.Finding.ReleaseID, "action": "finding."}}))
	told := []string{}
	for _, e := range ofRelease.Items {
		told = append(told, e.Action)
	}
	if !slices.Equal(told, []string{"finding.reopened", "finding.closed", "finding.opened"}) {
		t.Errorf("the ledger of the release tells of its finding: %v", told)
	}
}

func ledgerOf(a *app.App, ctx context.Context, kind, id string) (app.List[any], error) {
	list, err := a.Store.Entries(ctx, app.ListQuery{Filter: map[string]string{"subject_kind": kind, "subject_id": id}})
	return app.List[any]{Total: list.Total}, err
}

// answer settles facts of a case one after the other.
func answer(t testing.TB, a *app.App, id string, facts ...string) app.CaseView {
	t.Helper()
	var view app.CaseView
	for i := 0; i < len(facts); i += 2 {
		c := must[casefile.Case](t)(a.Store.Case(t.Context(), id))
		view = must[app.CaseView](t)(a.AnswerFact(t.Context(), officer, app.AnswerFact{Case: id, Fact: facts[i], Possible: strings.Split(facts[i+1], ","), Evidence: "電話記録", Revision: c.Revision}))
	}
	return view
}

func TestFromAHospitalsCallToTheApprovedReport(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	must[app.Holder](t)(a.SetHolder(ctx, admin, app.Holder{Name: "見本医療機器株式会社", Address: "東京都", Representative: "見本 太郎", ContactName: "安全 花子", Telephone: "03-0000-0000", Email: "safety@sample.example"}))
	p, r := pump(t, a)
	call := must[intake.Record](t)(a.RecordIntake(ctx, officer, intake.Record{
		Source: intake.Hospital, From: "東京中央病院 ME室", AwareOn: caldate.MustParse("2026-11-20"),
		OccurredOn: caldate.MustParse("2026-11-19"), Title: "未使用ポートへの不正アクセスで設定が変わった", Text: "輸液の過剰投与があった。", ProductID: p.ID, ReleaseID: r.ID,
	}))
	c := must[casefile.Case](t)(a.OpenCase(ctx, officer, app.OpenCase{IntakeID: call.ID}))
	if c.Number != "C-2026-0001" || c.AwareOn != call.AwareOn {
		t.Fatalf("the clock starts on the awareness date of the record: %+v", c)
	}
	view := must[app.CaseView](t)(a.Case(ctx, c.Number))
	if g := view.Answer.Governing; view.Answer.Result != "undetermined" || g == nil || g.TermDays != 15 || g.Due.String() != "2026-12-05" || g.LastOfficeDay.String() != "2026-12-04" {
		t.Fatalf("knowing nothing means 15 days; Saturday December 5 is due, Friday the last office day: %+v", g)
	}
	if o := view.Obligations; len(o) != 1 || o[0].Kind != casefile.DueDecision || o[0].DueOn.String() != "2026-12-05" {
		t.Fatalf("the decision is due: %+v", o)
	}

	view = must[app.CaseView](t)(a.AcceptSuggestions(ctx, officer, c.ID, view.Case.Revision))
	view = answer(t, a, c.ID, "harm_status", "actual", "seriousness", "serious,death")
	if view.Answer.Result != "report" || !view.Answer.Governing.FirstReport {
		t.Fatalf("death is still possible, so a first report is: %+v", view.Answer.Governing)
	}
	shown := view.Answer.Digest
	view = answer(t, a, c.ID, "seriousness", "serious", "predictability", "unpredictable")
	if _, err := a.ConfirmDetermination(ctx, officer, app.ConfirmDetermination{Case: c.ID, Shown: shown}); fault.KindOf(err) != fault.Conflict {
		t.Fatalf("an answer that is no longer on the screen cannot be confirmed: %v", err)
	}
	if _, err := a.ConfirmDetermination(ctx, psirt, app.ConfirmDetermination{Case: c.ID, Shown: view.Answer.Digest}); fault.KindOf(err) != fault.Forbidden {
		t.Fatalf("product security does not confirm determinations: %v", err)
	}
	view = must[app.CaseView](t)(a.ConfirmDetermination(ctx, officer, app.ConfirmDetermination{Case: c.ID, Shown: view.Answer.Digest}))
	checkObligations(t, view, "decision met", "report form8 open 2026-12-05")
	if d := view.Determinations; len(d) != 2 || d[1].Status != casefile.Provisional || fmt.Sprint(d[0].Items) != "[R228-20(2)-1-ha]" || view.Case.Stage != casefile.StageReport {
		t.Fatalf("item 1-ハ governs: %+v", d)
	}

	approveForm8(t, a, c.ID)

	meetAll(t, a, view)
	if stage := must[app.CaseView](t)(a.Case(ctx, c.ID)).Case.Stage; stage != casefile.StageWatch {
		t.Errorf("everything due is done, the case is under watch, not in %s", stage)
	}
	if _, err := a.ConfirmDetermination(ctx, officer, app.ConfirmDetermination{Case: c.ID, Shown: view.Answer.Digest}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("pressing twice confirms once: %v", err)
	}
	view = must[app.CaseView](t)(a.AnswerFact(ctx, officer, app.AnswerFact{
		Case: c.ID, Fact: "predictability", Possible: []string{"unpredictable"}, Evidence: "設計部門の見解", Revision: must[app.CaseView](t)(a.Case(ctx, c.ID)).Case.Revision,
	}))
	view = must[app.CaseView](t)(a.ConfirmDetermination(ctx, officer, app.ConfirmDetermination{Case: c.ID, Shown: view.Answer.Digest}))
	if len(view.Determinations) != 3 || view.Case.Stage != casefile.StageWatch {
		t.Errorf("more evidence for the same answer makes nothing new due; %d determinations, stage %s", len(view.Determinations), view.Case.Stage)
	}
	view = answer(t, a, c.ID, "seriousness", "death")
	if view.Case.Stage != casefile.StageDetermine || !view.Moved {
		t.Errorf("the patient died: the case is open again; stage %s", view.Case.Stage)
	}
	// The report was made under item 1-ハ; the death is item 1-イ and asks for a
	// first report and a further report, fifteen days from the news of today.
	view = must[app.CaseView](t)(a.ConfirmDetermination(ctx, officer, app.ConfirmDetermination{Case: c.ID, Shown: view.Answer.Digest}))
	checkObligations(t, view, "decision met", "report form8 met", "first_report open", "report form8 open 2026-12-08")
	verified, err := a.Store.VerifyLedger(ctx)
	if err != nil || !verified.OK {
		t.Errorf("the ledger is whole: %+v %v", verified, err)
	}
}

// meetAll records today that everything open in a case was done.
func meetAll(t *testing.T, a *app.App, view app.CaseView) {
	t.Helper()
	for _, o := range must[app.CaseView](t)(a.Case(t.Context(), view.Case.ID)).Obligations {
		if o.State == casefile.ObligationOpen {
			must[casefile.Obligation](t)(a.MeetObligation(t.Context(), officer, app.MeetObligation{ID: o.ID, MetOn: a.Today(), Proof: "受付番号 1", Revision: o.Revision}))
		}
	}
}

// checkObligations compares what is due in a case; duties only where one is wanted.
func checkObligations(t *testing.T, view app.CaseView, want ...string) {
	t.Helper()
	duties := slices.ContainsFunc(want, func(line string) bool { return strings.HasPrefix(line, "duty ") })
	got := map[string]bool{}
	for _, o := range view.Obligations {
		if o.Kind == casefile.DueDuty && !duties {
			continue
		}
		line := strings.TrimSpace(string(o.Kind) + " " + o.Duty)
		if o.Form != "" {
			line += " " + o.Form
		}
		line += " " + string(o.State)
		if o.State == casefile.ObligationOpen && !o.DueOn.IsZero() {
			line += " " + o.DueOn.String()
		}
		got[line] = true
	}
	for _, line := range want {
		if !got[line] {
			t.Errorf("obligations %v lack %q", got, line)
		}
	}
	if len(got) != len(want) {
		t.Errorf("obligations %v, want %v", got, want)
	}
}

// approveForm8 takes a report from the draft to the approval of a second person.
func TestASlipOfTheYearIsNoAwarenessDate(t *testing.T) {
	a := newApp(t)
	p, _ := pump(t, a)
	slip := caldate.MustParse("0206-11-20")
	_, caseErr := a.OpenCase(t.Context(), officer, app.OpenCase{Title: "T", ProductID: p.ID, AwareOn: slip})
	_, intakeErr := a.RecordIntake(t.Context(), officer, intake.Record{Source: intake.Hospital, From: "F", AwareOn: slip, Title: "T", Text: "T"})
	for _, err := range []error{caseErr, intakeErr} {
		if fields := fault.FieldsOf(err); len(fields) != 1 || fields[0].Pointer != "/aware_on" {
			t.Errorf("a term that ran out 1,800 years ago is nobody's: %v", err)
		}
	}
}

func TestACaseHasOneReportOnAFormHoweverManyAskAtOnce(t *testing.T) {
	a := newApp(t)
	p, _ := pump(t, a)
	c := must[casefile.Case](t)(a.OpenCase(t.Context(), officer, app.OpenCase{Title: "T", ProductID: p.ID, AwareOn: caldate.MustParse("2026-11-20")}))
	var group sync.WaitGroup
	begin := make(chan struct{})
	for range 12 {
		group.Go(func() {
			<-begin
			if _, err := a.CreateReport(t.Context(), officer, app.CreateReport{Case: c.ID, Form: "form8"}); err != nil && fault.KindOf(err) != fault.Conflict {
				t.Error(err)
			}
		})
	}
	close(begin)
	group.Wait()
	if reports := must[app.CaseView](t)(a.Case(t.Context(), c.ID)).Reports; len(reports) != 1 {
		t.Errorf("%d reports on form 8, want 1", len(reports))
	}
}

func approveForm8(t *testing.T, a *app.App, caseID string) {
	t.Helper()
	ctx := t.Context()
	view := must[app.ReportView](t)(a.CreateReport(ctx, officer, app.CreateReport{Case: caseID, Form: "form8"}))
	if view.Values["brand_name"].Text != "輸液ポンプ IP-300" || view.Values["aware_on"].Text != "2026-11-20" || view.Values["brand_name"].Source != "product" {
		t.Fatalf("the draft is filled from the records: %+v", view.Values)
	}
	if len(view.Problems) == 0 || view.Can.Review {
		t.Fatal("what nobody has entered yet is listed as a problem, and keeps the report from review")
	}
	done := map[string]string{"report_state": "complete", "next_report_on": "", "planned_actions": "なし"}
	view = must[app.ReportView](t)(a.EditReport(ctx, officer, app.EditReport{ID: view.Report.ID, Values: done, Revision: view.Report.Revision}))
	fill := map[string]string{}
	for _, p := range view.Problems {
		if p.Rule != "required" {
			t.Fatalf("the filled values themselves have no problem: %+v", p)
		}
		fill[p.Field] = textFor(p.Field)
	}
	view = must[app.ReportView](t)(a.EditReport(ctx, officer, app.EditReport{ID: view.Report.ID, Values: fill, Revision: view.Report.Revision}))
	if len(view.Problems) > 0 {
		t.Fatalf("problems left: %+v", view.Problems)
	}
	view = must[app.ReportView](t)(a.SubmitReport(ctx, officer, app.SignReport{ID: view.Report.ID, Revision: view.Report.Revision, Password: password}))
	maker := officer
	maker.Roles = []app.Role{app.SafetyOfficer, app.Approver}
	view = must[app.ReportView](t)(a.CheckReport(ctx, officer, signature(view)))
	if _, err := a.ApproveReport(ctx, maker, signature(view)); fault.KindOf(err) != fault.Forbidden {
		t.Fatalf("the maker cannot approve: %v", err)
	}
	view = must[app.ReportView](t)(a.ApproveReport(ctx, approver, signature(view)))
	if view.Report.State != "approved" || view.Approval == nil || view.Approval.By != approver.Name {
		t.Fatalf("approved by the approver: %+v", view.Approval)
	}
	if file := must[app.File](t)(a.ReportJSON(ctx, view.Report.ID)); !strings.Contains(string(file.Content), "輸液ポンプ IP-300") || file.Name != view.Report.Number+".json" {
		t.Errorf("JSON %s: %.200s", file.Name, file.Content)
	}
	must[app.ReportView](t)(a.RecordSubmission(ctx, officer, app.RecordSubmission{
		Report: view.Report.ID, Channel: "mail", SentAt: now, Recipient: "医薬品医療機器総合機構", Proof: "書留 123",
	}))
}

// signature is everybody's signature under a report as it is shown.
func signature(view app.ReportView) app.SignReport {
	return app.SignReport{ID: view.Report.ID, Digest: view.Digest, Revision: view.Report.Revision, Password: password}
}

// textFor is something that fits a required field of form 8.
func textFor(field string) string {
	switch {
	case strings.HasSuffix(field, "_on"):
		return "2026-11-20"
	case field == "outcome":
		return "unknown"
	case field == "patient_sex":
		return "unknown"
	default:
		return "不明"
	}
}

func TestAForeignMeasureAsksForAFirstReportAndForm10(t *testing.T) {
	a := newApp(t)
	p, _ := pump(t, a)
	record := must[intake.Record](t)(a.RecordIntake(t.Context(), officer, intake.Record{
		Source: intake.ForeignMeasure, From: "外国製造元", AwareOn: caldate.MustParse("2026-11-23"),
		Title: "外国での自主回収", Text: "脆弱性のため回収を開始した。", ProductID: p.ID,
	}))
	c := must[casefile.Case](t)(a.OpenCase(t.Context(), officer, app.OpenCase{IntakeID: record.ID}))
	view := must[app.CaseView](t)(a.AcceptSuggestions(t.Context(), officer, c.ID, c.Revision))
	view = must[app.CaseView](t)(a.ConfirmDetermination(t.Context(), officer, app.ConfirmDetermination{Case: c.ID, Shown: view.Answer.Digest}))
	checkObligations(t, view, "decision met", "first_report open", "report form10 open 2026-12-08")
	if _, err := a.OpenCase(t.Context(), officer, app.OpenCase{IntakeID: record.ID}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("one record, one case: %v", err)
	}
}

func TestNotReportableStaysUnderWatchAndComesBack(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	p, _ := pump(t, a)
	must[app.ImportRun](t)(a.ImportPath(ctx, psirt, "osv", write(t, "osv.json", log4shell), func(app.Progress) {}))
	v := must[app.Vulnerability](t)(a.Store.VulnerabilityByName(ctx, "CVE-2021-44228"))
	in := assess.Assessment{ProductID: p.ID, VulnerabilityID: v.ID, Status: assess.NotAffected, Present: register.Yes, Used: register.No, Harm: assess.NoHarm}
	if _, err := a.AddAssessment(ctx, psirt, in); len(fault.FieldsOf(err)) != 2 {
		t.Fatalf("\"not affected\" needs a justification and a reason: %v", err)
	}
	in.Justification, in.Statement = "vulnerable_code_not_in_execute_path", "ログの検索機能を使用していない。"
	judged := must[assess.Assessment](t)(a.AddAssessment(ctx, psirt, in))
	c := must[casefile.Case](t)(a.OpenCase(ctx, officer, app.OpenCase{Title: "Log4Shell", AssessmentID: judged.ID}))
	view := must[app.CaseView](t)(a.AcceptSuggestions(ctx, officer, c.ID, c.Revision))
	if view.Answer.Result != "not_reportable" {
		t.Fatalf("not used means nothing to report: %+v", view.Answer)
	}
	view = must[app.CaseView](t)(a.ConfirmDetermination(ctx, officer, app.ConfirmDetermination{Case: c.ID, Shown: view.Answer.Digest}))
	checkObligations(t, view, "decision met")
	if view.Case.Stage != casefile.StageWatch {
		t.Fatalf("not reportable stays under watch: %s", view.Case.Stage)
	}
	view = answer(t, a, c.ID, "harm_status", "potential")
	if view.Case.Stage != casefile.StageDetermine {
		t.Errorf("a feared harm opens the case again: %s", view.Case.Stage)
	}
	checkObligations(t, view, "decision met", "decision open 2026-12-08")
}

func TestBadFilesChangeNothing(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	_, r := pump(t, a)
	before := must[app.List[any]](t)(ledgerOf(a, ctx, "release", r.ID))
	for name, text := range map[string]string{
		"truncated.json": pumpSBOM[:200], "entities.xml": `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><bom>&b;</bom>`, "empty.json": "", "other.json": `{"hello":"world"}`,
	} {
		if _, err := a.UploadSBOM(ctx, psirt, app.UploadSBOM{ReleaseID: r.ID, FileName: name, File: strings.NewReader(text)}); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: want an error that names the file, got %v", name, err)
		}
	}
	if after := must[app.List[any]](t)(ledgerOf(a, ctx, "release", r.ID)); after.Total != before.Total {
		t.Errorf("refused files left %d entries", after.Total-before.Total)
	}
	run := must[app.ImportRun](t)(a.ImportPath(ctx, psirt, "osv", write(t, "osv.json", `{"id":`), func(app.Progress) {}))
	if run.State != "failed" || run.Error == "" {
		t.Errorf("an import that yields nothing fails: %+v", run)
	}
}

func TestFilesStayWithTheRecordTheyCameWith(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	record := must[intake.Record](t)(a.RecordIntake(ctx, officer, intake.Record{Source: intake.Hospital, From: "ME室", AwareOn: caldate.MustParse("2026-11-20"), Title: "停止", Text: "停止した。"}))
	add := func(name, content string) error {
		_, err := a.AddAttachment(ctx, officer, app.AddAttachment{IntakeID: record.ID, Name: name, File: strings.NewReader(content)})
		return err
	}
	if err := add("写真 1.jpg", "\xff\xd8 picture"); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"../../etc/passwd": "x", "empty.txt": "", "": "x", "big.bin": strings.Repeat("x", intake.MaxAttachmentBytes+1)} {
		if err := add(name, content); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: want a refusal, got %v", name, err)
		}
	}
	files := must[[]intake.Attachment](t)(a.Store.Attachments(ctx, record.ID))
	if len(files) != 1 || files[0].Name != "写真 1.jpg" || files[0].AddedBy != officer.Name {
		t.Fatalf("one file: %+v", files)
	}
	if file := must[app.File](t)(a.Attachment(ctx, files[0].ID)); string(file.Content) != "\xff\xd8 picture" {
		t.Errorf("the content came back as %q", file.Content)
	}
	if entries := must[app.List[any]](t)(ledgerOf(a, ctx, "intake", record.ID)); entries.Total != 3 {
		t.Errorf("the ledger of the record tells of record, triage and file, it has %d entries", entries.Total)
	}
}
