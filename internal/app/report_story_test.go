package app_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/intake"
	"mimamori/internal/register"
	"mimamori/internal/report"
)

// sample is the company that reports.
var sample = app.Holder{
	Name: "見本医療機器株式会社", Address: "東京都千代田区見本1-1", Representative: "見本 太郎", ContactName: "安全 花子", Department: "安全管理部",
	Telephone: "03-0000-0000", Email: "safety@sample.example",
}

// matterOn opens a case of a pump that was told of today, answers its facts and
// confirms what the law says.
func matterOn(t testing.TB, a *app.App, source intake.Source, facts ...string) (app.CaseView, register.Product) {
	t.Helper()
	ctx := t.Context()
	must[app.Holder](t)(a.SetHolder(ctx, admin, sample))
	p, r := pump(t, a)
	record := must[intake.Record](t)(a.RecordIntake(ctx, officer, intake.Record{
		Source: source, From: "東京中央病院 ME室", AwareOn: a.Today(), OccurredOn: a.Today().AddDays(-1), Title: "設定の改ざん", Text: "遠隔から設定が変更された。",
		ProductID: p.ID, ReleaseID: r.ID,
	}))
	c := must[casefile.Case](t)(a.OpenCase(ctx, officer, app.OpenCase{IntakeID: record.ID}))
	view := answer(t, a, c.ID, facts...)
	return must[app.CaseView](t)(a.ConfirmDetermination(ctx, officer, app.ConfirmDetermination{Case: c.ID, Shown: view.Answer.Digest})), p
}

// death are the facts of a death in Japan.
var death = []string{"report_kind", "case", "agent", "malfunction", "origin", "domestic", "harm_status", "actual", "seriousness", "death", "predictability", "unpredictable"}

// filledIn answers every problem of a report and fails when some are left.
func filledIn(t testing.TB, a *app.App, view app.ReportView, texts map[string]string) app.ReportView {
	t.Helper()
	view = must[app.ReportView](t)(a.EditReport(t.Context(), officer, app.EditReport{ID: view.Report.ID, Values: texts, Revision: view.Report.Revision}))
	form := must[*report.Form](t)(a.Form(t.Context(), view.Report.Form, view.Report.Edition))
	fill := map[string]string{}
	for _, p := range view.Problems {
		f, _ := form.Field(p.Field)
		switch f.Type {
		case report.Code:
			fill[p.Field] = form.Codes[f.CodeList][0].Code
		case report.Date, report.PartialDate:
			fill[p.Field] = a.Today().String()
		case report.Number:
			fill[p.Field] = "1"
		case report.Group, report.Text, report.LongText, report.Table:
			fill[p.Field] = "確認中"
		}
	}
	view = must[app.ReportView](t)(a.EditReport(t.Context(), officer, app.EditReport{ID: view.Report.ID, Values: fill, Revision: view.Report.Revision}))
	if len(view.Problems) > 0 {
		t.Fatalf("problems left: %+v", view.Problems)
	}
	return view
}

// signedThrice takes a report without problems to its approval.
func signedThrice(t testing.TB, a *app.App, view app.ReportView) app.ReportView {
	t.Helper()
	view = must[app.ReportView](t)(a.SubmitReport(t.Context(), officer, signature(view)))
	view = must[app.ReportView](t)(a.CheckReport(t.Context(), officer, signature(view)))
	view = must[app.ReportView](t)(a.ApproveReport(t.Context(), approver, signature(view)))
	if view.Report.State != "approved" || !view.Can.Send == app.May(approver.Roles, app.WriteReport) {
		t.Fatalf("three signatures make it approved: %s %+v", view.Report.State, view.Can)
	}
	return view
}

func sending(view app.ReportView, at time.Time) app.RecordSubmission {
	return app.RecordSubmission{Report: view.Report.ID, Channel: "fax", SentAt: at, Recipient: "医療機器安全対策課 00-0000-0000", Proof: "送信記録 12枚中12枚"}
}

func dueOf(t testing.TB, a *app.App, caseID string, kind casefile.ObligationKind) []casefile.Obligation {
	t.Helper()
	var out []casefile.Obligation
	for _, o := range must[app.CaseView](t)(a.Case(t.Context(), caseID)).Obligations {
		if o.Kind == kind {
			out = append(out, o.Obligation)
		}
	}
	return out
}

func TestADeathFromTheFirstSheetToTheCompleteReport(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	c, _ := matterOn(t, a, intake.Hospital, death...)
	checkObligations(t, c, "decision met", "first_report open", "report form8 open 2026-12-08")

	// The sheet of the first report says what follows it, and until when.
	sheet := must[app.ReportView](t)(a.CreateReport(ctx, officer, app.CreateReport{Case: c.Case.Number, Form: "firstreport"}))
	if v := sheet.Values; v["first_kind"].Text != "domestic_death" || v["next_step"].Text != "様式第8により、2026年12月8日までに報告予定。" || v["aware_on"].Text != "2026-11-23" {
		t.Fatalf("the sheet is filled from the case: %+v", v)
	}
	if _, err := a.RecordSubmission(ctx, officer, sending(sheet, now)); fault.KindOf(err) != fault.Conflict {
		t.Fatalf("nothing is sent before it is approved: %v", err)
	}
	sheet = signedThrice(t, a, filledIn(t, a, sheet, nil))
	sheet = must[app.ReportView](t)(a.RecordSubmission(ctx, officer, sending(sheet, now)))
	if o := dueOf(t, a, c.Case.ID, casefile.DueFirstReport)[0]; o.State != casefile.ObligationMet || o.MetOn.String() != "2026-11-23" || o.Proof != "送信記録 12枚中12枚" {
		t.Fatalf("sending the sheet is the first report: %+v", o)
	}
	if len(sheet.NextKinds) != 0 || sheet.Can.Next {
		t.Errorf("a sheet has no further issue: %+v", sheet.Can)
	}

	// Form 8, not complete: its further report opens by itself.
	first := must[app.ReportView](t)(a.CreateReport(ctx, officer, app.CreateReport{Case: c.Case.ID, Form: "form8"}))
	if v := first.Values; v["report_kind"].Text != "domestic_malfunction" || v["report_term"].Text != "15" || v["next_report_on"].Text != "2026-12-23" || !strings.Contains(v["planned_actions"].Text, "追加報告予定") {
		t.Fatalf("form 8 is filled from the case: %+v", v)
	}
	other := must[app.ReportView](t)(a.EditReport(ctx, officer, app.EditReport{ID: first.Report.ID, Values: map[string]string{"aware_on": "2026-11-22"}, Revision: first.Report.Revision}))
	if rules := rulesAt(other.Problems, "aware_on"); !slices.Contains(rules, "agrees") || !slices.Contains(rules, "agrees_with_sent") {
		t.Fatalf("another awareness date than the records and the sheet that was sent: %v", rules)
	}
	if _, err := a.SubmitReport(ctx, officer, signature(other)); !slices.Contains(pointers(err), "/values/aware_on") {
		t.Fatalf("what disagrees cannot be signed: %v", err)
	}
	first = must[app.ReportView](t)(a.TakeSource(ctx, officer, app.TakeSource{ID: first.Report.ID, Key: "aware_on", Revision: other.Report.Revision}))
	if first.Values["aware_on"].Text != "2026-11-23" || first.Values["aware_on"].Source != "intake" {
		t.Fatalf("the text of the source is taken with its origin: %+v", first.Values["aware_on"])
	}
	first = signedThrice(t, a, filledIn(t, a, first, map[string]string{"outcome": "death", "harm": "死亡"}))
	first = must[app.ReportView](t)(a.RecordSubmission(ctx, officer, sending(first, now)))
	if o := dueOf(t, a, c.Case.ID, casefile.DueReportFollowUp); len(o) != 1 || o[0].DueOn.String() != "2026-12-23" || o[0].State != casefile.ObligationOpen {
		t.Fatalf("the further report is due on the day the report names: %+v", o)
	}
	if _, err := a.EditReport(ctx, officer, app.EditReport{ID: first.Report.ID, Values: map[string]string{"harm": "x"}, Revision: first.Report.Revision}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("what was sent stays: %v", err)
	}
	if o := dueOf(t, a, c.Case.ID, casefile.DueReportFollowUp)[0]; fault.KindOf(meetByHand(a, ctx, o)) != fault.Conflict {
		t.Error("a further report ends with its submission, not by hand")
	}

	// The authority gives a number; the next issue carries it.
	first = must[app.ReportView](t)(a.AcknowledgeSubmission(ctx, officer, app.AcknowledgeSubmission{ID: sent(first).ID, RegistrationNumber: "2026-000123", ReceivedAt: now}))
	if first.Report.RegistrationNumber != "2026-000123" || sent(first).State != app.SubmissionAcknowledged {
		t.Fatalf("numbers of the authority: %+v", first.Report)
	}
	second := must[app.ReportView](t)(a.NextIssue(ctx, officer, app.NextIssue{ID: first.Report.ID, Kind: report.Additional}))
	if second.Issue != 2 || second.Values["registration_number"].Text != "2026-000123" || second.Values["report_order"].Text != "additional" || second.Values["harm"].Text != "死亡" {
		t.Fatalf("the next issue goes on from what was sent: %+v", second.Values)
	}
	second = signedThrice(t, a, filledIn(t, a, second, map[string]string{
		"report_state": "complete", "next_report_on": "", "investigation": "原因を特定した。", "actions_taken": "改修した。", "planned_actions": "なし",
	}))
	diff := must[app.ReportVersionDiff](t)(a.ReportDiff(ctx, second.Report.ID, 0, 0))
	if changed := keysOf(diff.Changes); !slices.Contains(changed, "report_state") || !slices.Contains(changed, "registration_number") || slices.Contains(changed, "harm") {
		t.Errorf("the difference to what was sent before: %v", changed)
	}
	second = must[app.ReportView](t)(a.RecordSubmission(ctx, officer, sending(second, now)))
	if o := dueOf(t, a, c.Case.ID, casefile.DueReportFollowUp); len(o) != 1 || o[0].State != casefile.ObligationMet {
		t.Fatalf("the complete report ends what was promised: %+v", o)
	}

	// Another number than the one it has is a task until somebody decides.
	second = must[app.ReportView](t)(a.AcknowledgeSubmission(ctx, officer, app.AcknowledgeSubmission{
		ID: sent(second).ID, RegistrationNumber: "2026-000999", IdentificationNumber: "K-7", ReceivedAt: now,
		Files: []app.NewFile{{Kind: "acknowledgement", Name: "ack.xml", Content: []byte("<ack/>")}},
	}))
	if sent(second).State != app.SubmissionMismatch || second.Report.RegistrationNumber != "2026-000123" {
		t.Fatalf("a number that differs changes nothing by itself: %+v", second.Report)
	}
	today := must[app.TodayView](t)(a.TodayView(ctx, officer))
	if !slices.ContainsFunc(today.Obligations, func(d app.Due) bool { return d.Next == "numbers" && d.Urgency == app.Now }) {
		t.Errorf("the disagreement stands on the first page: %+v", today.Obligations)
	}
	if _, err := a.ResolveMismatch(ctx, officer, app.ResolveMismatch{ID: sent(second).ID}); fmt.Sprint(pointers(err)) != "[/identification_number /reason /registration_number]" {
		t.Errorf("which numbers, and why: %v", err)
	}
	second = must[app.ReportView](t)(a.ResolveMismatch(ctx, officer, app.ResolveMismatch{
		ID: sent(second).ID, RegistrationNumber: "2026-000123", IdentificationNumber: "K-7", Reason: "PMDAに電話で確認した",
	}))
	if second.Report.IdentificationNumber != "K-7" || sent(second).RegistrationNumber != "2026-000999" || sent(second).State != app.SubmissionAcknowledged {
		t.Errorf("the report has the right numbers, the acknowledgement keeps what it says: %+v", second.Report)
	}
	if file := must[app.File](t)(a.SubmissionFileContent(ctx, sent(second).ID, sent(second).Files[0].SHA256)); string(file.Content) != "<ack/>" {
		t.Errorf("the file of the acknowledgement: %+v", file)
	}
	view := must[app.CaseView](t)(a.Case(ctx, c.Case.ID))
	meetAll(t, a, view) // duties beside the reports
	if view = must[app.CaseView](t)(a.Case(ctx, c.Case.ID)); view.Case.Stage != casefile.StageWatch {
		t.Errorf("everything is done, the case is in %s: %+v", view.Case.Stage, view.Obligations)
	}
	if second = must[app.ReportView](t)(a.Report(ctx, approver, second.Report.ID)); len(second.Issues) != 2 || len(second.Issues[1].Signatures) != 3 || !second.Issues[1].Signatures[2].Stands {
		t.Errorf("each issue has its signatures: %+v", second.Issues)
	}
	for due, want := range map[string]int{"met": 2, "late": 0, "open": 0} {
		if list := must[app.List[app.ReportRow]](t)(a.ReportRegister(ctx, app.ListQuery{Filter: map[string]string{"due": due}})); list.Total != want {
			t.Errorf("deadlines %s: %d reports, want %d", due, list.Total, want)
		}
	}
	if verified, err := a.Store.VerifyLedger(ctx); err != nil || !verified.OK {
		t.Errorf("the ledger is whole: %+v %v", verified, err)
	}
}

func sent(view app.ReportView) app.Submission {
	s := view.Issues[0].Submissions
	return s[len(s)-1]
}

func meetByHand(a *app.App, ctx context.Context, o casefile.Obligation) error {
	_, err := a.MeetObligation(ctx, officer, app.MeetObligation{ID: o.ID, MetOn: a.Today(), Proof: "x", Revision: o.Revision})
	return err
}

func keysOf(changes []report.Change) []string {
	var keys []string
	for _, c := range changes {
		keys = append(keys, c.Field)
	}
	return keys
}

func rulesAt(problems []report.Problem, field string) []string {
	var rules []string
	for _, p := range problems {
		if p.Field == field {
			rules = append(rules, p.Rule)
		}
	}
	return rules
}

func pointers(err error) []string {
	var at []string
	for _, f := range fault.FieldsOf(err) {
		at = append(at, f.Pointer)
	}
	slices.Sort(at)
	return at
}

func TestAForeignMeasureIsToldByFaxAndOnForm10AndTakenBack(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	c, _ := matterOn(t, a, intake.ForeignMeasure, "report_kind", "safety_measure", "origin", "foreign")
	checkObligations(t, c, "decision met", "first_report open", "report form10 open 2026-12-08")
	for _, o := range c.Obligations {
		if o.Kind != casefile.DueFirstReport && o.Kind != casefile.DueReport {
			continue
		}
		view := must[app.ReportView](t)(a.CreateReportFor(ctx, officer, o.ID))
		if kind := view.Values["report_kind"].Text + view.Values["first_kind"].Text; kind != "safety_measure" && kind != "foreign_measure" {
			t.Errorf("%s says it is %q", view.Report.Form, kind)
		}
		view = signedThrice(t, a, filledIn(t, a, view, nil))
		must[app.ReportView](t)(a.RecordSubmission(ctx, officer, sending(view, now)))
		if o.Kind != casefile.DueReport {
			continue
		}
		back := must[app.ReportView](t)(a.NextIssue(ctx, officer, app.NextIssue{ID: view.Report.ID, Kind: report.Withdrawal}))
		if len(rulesAt(back.Problems, "registration_number")) == 0 {
			t.Error("a withdrawal names the report that it takes back")
		}
		back = signedThrice(t, a, filledIn(t, a, back, map[string]string{"withdrawal_reason": "対象外の品目であった。", "registration_number": "1"}))
		back = must[app.ReportView](t)(a.RecordSubmission(ctx, officer, sending(back, now)))
		if _, err := a.NextIssue(ctx, officer, app.NextIssue{ID: view.Report.ID, Kind: report.Additional}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("nothing follows a withdrawal: %v", err)
		}
		if open := dueOf(t, a, c.Case.ID, casefile.DueReportFollowUp); len(open) != 1 || open[0].State != casefile.ObligationMet {
			t.Errorf("the withdrawal ends what was promised: %+v", open)
		}
		if back.Report.IssueKind != "withdrawal" {
			t.Errorf("the register shows what the issue is for: %+v", back.Report)
		}
	}
}

func TestAYearOnForm12CollectsItsCases(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	c, p := matterOn(t, a, intake.Hospital,
		"report_kind", "case", "agent", "malfunction", "origin", "domestic", "harm_status", "actual", "seriousness", "non_serious", "predictability", "unpredictable", "designated_device", "no")
	if err := a.OpenPeriods(ctx); err != nil {
		t.Fatal(err)
	}
	ofCase := dueOf(t, a, c.Case.ID, casefile.DuePeriodicReport)
	if len(ofCase) != 1 || ofCase[0].Form != "form12" {
		t.Fatalf("the case belongs into the periodic report: %+v", ofCase)
	}
	if _, err := a.CreateReport(ctx, officer, app.CreateReport{Case: c.Case.ID, Form: "form12"}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a periodic report is not of one case: %v", err)
	}
	view := must[app.ReportView](t)(a.CreateReportFor(ctx, officer, ofCase[0].ID))
	if view.Report.CaseID != "" || view.Report.PeriodFrom.String() != "2026-04-01" || view.Report.PeriodTo.String() != "2027-03-31" || view.Values["period_number"].Text != "7" {
		t.Fatalf("the period of the product: %+v %v", view.Report, view.Values["period_number"])
	}
	if rows := report.Rows(view.Values["case_list"].Text); len(rows) != 1 || fmt.Sprint(rows[0]) != "["+c.Case.Number+" 2026-11-23 設定の改ざん 健康被害（非重篤）]" {
		t.Errorf("the cases of the period: %q", view.Values["case_list"].Text)
	}
	if rows := report.Rows(view.Values["counts"].Text); len(rows) != 1 || fmt.Sprint(rows[0]) != "[健康被害（非重篤） 1 1]" {
		t.Errorf("the counts of the period: %q", view.Values["counts"].Text)
	}
	if _, err := a.CreateReportFor(ctx, officer, ofCase[0].ID); fault.KindOf(err) != fault.Conflict {
		t.Errorf("one report for a product, form and period: %v", err)
	}
	later := time.Date(2027, 4, 20, 1, 0, 0, 0, time.UTC)
	a.Clock = func() time.Time { return later }
	view = signedThrice(t, a, filledIn(t, a, view, map[string]string{
		"reported_on": "2027-04-20", "shipped": "12", "shipped_total": "120", "occurrence": "some", "report_state": "complete", "next_report_on": "", "planned_actions": "なし",
	}))
	if _, err := a.RecordSubmission(ctx, officer, sending(view, now)); fmt.Sprint(pointers(err)) != "[/sent_at]" {
		t.Errorf("the period is not over: %v", err)
	}
	must[app.ReportView](t)(a.RecordSubmission(ctx, officer, sending(view, later)))
	due := must[app.List[app.ObligationRow]](t)(a.Store.Obligations(ctx, app.ListQuery{Filter: map[string]string{"product": p.ID, "kind": string(casefile.DuePeriodicReport)}}))
	for _, o := range due.Items {
		if o.PeriodTo.String() == "2027-03-31" || o.CaseID != "" {
			if want := map[bool]casefile.ObligationState{true: casefile.ObligationMet, false: casefile.ObligationCovered}[o.CaseID == ""]; o.State != want {
				t.Errorf("the report of the period stands for its cases too, want %s: %+v", want, o)
			}
		}
	}
}

func TestOnlyOneOfManyApprovalsCounts(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	c, _ := matterOn(t, a, intake.Hospital, death...)
	view := filledIn(t, a, must[app.ReportView](t)(a.CreateReport(ctx, officer, app.CreateReport{Case: c.Case.ID, Form: "form8"})), map[string]string{"outcome": "death"})
	view = must[app.ReportView](t)(a.SubmitReport(ctx, officer, signature(view)))
	view = must[app.ReportView](t)(a.CheckReport(ctx, officer, signature(view)))
	others := []app.Actor{approver}
	for i := range 5 {
		others = append(others, app.Actor{UserID: fmt.Sprint("u-approver-", i), Name: fmt.Sprint("承認者", i), Roles: []app.Role{app.Approver}, Via: "api"})
	}
	hire(t, a, others[1:]...)
	var group sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for _, who := range others {
		group.Go(func() {
			_, err := a.ApproveReport(ctx, who, signature(view))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				done++
			} else if fault.KindOf(err) != fault.Conflict {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if signatures := must[[]app.Signature](t)(a.Store.Signatures(ctx, "report", view.Report.ID)); done != 1 || len(signatures) != 3 || signatures[2].Meaning != "approved" {
		t.Errorf("%d approvals, signatures %+v", done, signatures)
	}
}

func TestSignaturesAreHeldToTheirOrderTheirPersonAndTheirContent(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	c, _ := matterOn(t, a, intake.Hospital, death...)
	view := must[app.ReportView](t)(a.CreateReport(ctx, officer, app.CreateReport{Case: c.Case.ID, Form: "form8"}))
	if _, err := a.SubmitReport(ctx, officer, signature(view)); !slices.Contains(pointers(err), "/values/harm") {
		t.Errorf("every missing field is named: %v", err)
	}
	view = filledIn(t, a, view, map[string]string{"outcome": "death"})
	stale := signature(view)
	wrong := signature(view)
	wrong.Password = "guess"
	if _, err := a.SubmitReport(ctx, officer, wrong); fmt.Sprint(pointers(err)) != "[/password]" || !app.WrongPassword(err) {
		t.Errorf("a wrong password: %v", err)
	}
	both := app.Actor{UserID: "u-both", Name: "兼務", Roles: []app.Role{app.SafetyOfficer, app.Approver}, Via: "api"}
	hire(t, a, both)
	kinds := func(name string, want fault.Kind, err error) {
		t.Helper()
		if fault.KindOf(err) != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	_, err := a.CheckReport(ctx, officer, signature(view))
	kinds("checked before it was handed in", fault.Conflict, err)
	_, err = a.ApproveReport(ctx, approver, signature(view))
	kinds("approved before it was handed in", fault.Conflict, err)
	view = must[app.ReportView](t)(a.SubmitReport(ctx, officer, signature(view)))
	_, err = a.ApproveReport(ctx, approver, signature(view))
	kinds("approved before it was checked", fault.Conflict, err)
	_, err = a.CheckReport(ctx, officer, stale)
	kinds("an older revision", fault.Conflict, err)
	_, err = a.CheckReport(ctx, approver, signature(view))
	kinds("the approver checks", fault.Forbidden, err)
	other := signature(view)
	other.Digest = strings.Repeat("0", 64)
	_, err = a.CheckReport(ctx, officer, other)
	kinds("another content was shown", fault.Conflict, err)
	_, err = a.ReturnReport(ctx, officer, app.ReturnReport{ID: view.Report.ID, Revision: view.Report.Revision})
	if fmt.Sprint(pointers(err)) != "[/reason]" {
		t.Errorf("sending back needs a reason: %v", err)
	}
	view = must[app.ReportView](t)(a.ReturnReport(ctx, approver, app.ReturnReport{ID: view.Report.ID, Reason: "転帰を確認すること", Revision: view.Report.Revision}))
	if view.Report.State != "returned" || view.Returned == nil || view.Submitted != nil || view.Issues[0].Signatures[0].Stands {
		t.Errorf("sent back, the signature is void: %+v %+v", view.Returned, view.Issues)
	}
	view = signedThrice(t, a, view)
	view = must[app.ReportView](t)(a.EditReport(ctx, officer, app.EditReport{ID: view.Report.ID, Values: map[string]string{"harm": "死亡（確認済み）"}, Revision: view.Report.Revision}))
	if view.Report.State != "draft" || view.Approval != nil || view.Can.Send {
		t.Errorf("a change voids the approval: %+v", view.Report)
	}
	if _, err := a.RecordSubmission(ctx, officer, sending(view, now)); fault.KindOf(err) != fault.Conflict {
		t.Errorf("changed content is not sent: %v", err)
	}
}

func TestASourceThatMovedIsToldAndChangesNothing(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	c, p := matterOn(t, a, intake.Hospital, death...)
	view := must[app.ReportView](t)(a.CreateReport(ctx, officer, app.CreateReport{Case: c.Case.ID, Form: "form8"}))
	if len(view.Moved) != 0 {
		t.Fatalf("a fresh report has what its sources say: %+v", view.Moved)
	}
	p.BrandName = "輸液ポンプ IP-300S"
	must[register.Product](t)(a.UpdateProduct(ctx, officer, p))
	view = must[app.ReportView](t)(a.Report(ctx, officer, view.Report.ID))
	if view.Values["brand_name"].Text != "輸液ポンプ IP-300" || view.Moved["brand_name"].Text != p.BrandName || view.Moved["brand_name"].Source != "product" {
		t.Errorf("the text stays, the move is told: %+v %+v", view.Values["brand_name"], view.Moved)
	}
	if !slices.Contains(rulesAt(view.Problems, "brand_name"), "agrees") {
		t.Error("a name that is not the one of the register cannot be signed")
	}
}

func TestTheHospitalsReportAgrees(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	c, _ := matterOn(t, a, intake.Hospital, death...)
	view := must[app.ReportView](t)(a.CreateReport(ctx, officer, app.CreateReport{Case: c.Case.ID, Form: "form8"}))
	for name, in := range map[string]app.RecordAgreement{
		"[/on /with]": {Report: view.Report.ID},
		"[/on]":       {Report: view.Report.ID, On: caldate.MustParse("2026-11-22"), With: "ME室"},
		"[/on] ":      {Report: view.Report.ID, On: caldate.MustParse("2026-11-24"), With: "ME室"},
	} {
		if _, err := a.RecordAgreement(ctx, officer, in); fmt.Sprint(pointers(err)) != strings.TrimSpace(name) {
			t.Errorf("%+v: %v", in, err)
		}
	}
	view = must[app.ReportView](t)(a.RecordAgreement(ctx, officer, app.RecordAgreement{Report: view.Report.ID, On: a.Today(), With: "ME室 鈴木", Note: "日付と転帰"}))
	if g := view.Agreements; len(g) != 1 || g[0].Version != view.Report.Version || g[0].Issue != 1 || g[0].By != officer.Name {
		t.Errorf("the agreement names the version: %+v", g)
	}
}
