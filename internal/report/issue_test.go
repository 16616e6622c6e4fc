package report_test

import (
	"strings"
	"testing"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/report"
)

// sent is the draft of the complete fixture, signed and given to the authority.
func sent(t *testing.T) (*report.Form, report.Draft) {
	t.Helper()
	form, d := newDraft(t, pumpSources())
	return form, send(t, form, signed(t, form, d))
}

func send(t *testing.T, form *report.Form, d report.Draft) report.Draft {
	t.Helper()
	d, err := report.MarkSent(d, noon)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTheNextIssueGoesOnFromWhatWasSent(t *testing.T) {
	form, first := sent(t)
	s := pumpSources()
	s.Report.ReportedOn, s.Report.NextReportOn = caldate.MustParse("2026-07-09"), caldate.MustParse("2026-08-09")
	s.Report.RegistrationNumber = "2026-000999"
	s.Case.Malfunction = "別の内容"
	next, err := report.Next(form, first, report.Follow{Kind: report.Additional, By: "second", At: noon, Filled: report.Fill(form, s)})
	if err != nil {
		t.Fatal(err)
	}
	if next.Number() != 2 || next.State != report.Drafting || next.Approval != nil || next.Checked != nil || next.Submitted != nil || !next.SentAt.IsZero() || next.Maker != "second" {
		t.Errorf("the second issue: %+v", next)
	}
	var changed []string
	for _, c := range report.Diff(form, first, next) {
		changed = append(changed, c.Field)
	}
	if got := strings.Join(changed, " "); got != "registration_number report_order reported_on next_report_on" {
		t.Errorf("changed fields: %s", got)
	}
	if report.Digest(next) == report.Digest(first) || report.Stands(next) {
		t.Error("the signature of the first issue stands for the second")
	}
	moved := report.Moved(form, next, report.Fill(form, s))
	if len(moved) != 2 || moved["malfunction"].Text != "別の内容" || !strings.Contains(moved["planned_actions"].Text, "2026年8月9日") {
		t.Errorf("want 不具合状況 and 今後の対応 marked, got %v", moved)
	}
}

func TestAWithdrawalSaysWhyAndNothingFollows(t *testing.T) {
	form, first := sent(t)
	d, err := report.Next(form, first, report.Follow{Kind: report.Withdrawal, By: "maker", At: noon})
	if err != nil {
		t.Fatal(err)
	}
	if got := rules(report.Check(form, d)); got != "withdrawal_reason required" {
		t.Errorf("problems %q, want the missing reason", got)
	}
	if d.Kind() != report.Withdrawal || d.Completion() != "complete" || d.Text("next_report_on") != "" {
		t.Errorf("a withdrawal is %s, %s, next on %s", d.Kind(), d.Completion(), d.Text("next_report_on"))
	}
	d, err = report.Edit(form, d, map[string]string{"withdrawal_reason": "重複報告のため"}, "maker", noon)
	if err != nil {
		t.Fatal(err)
	}
	d = send(t, form, signed(t, form, d))
	if _, err := report.Next(form, d, report.Follow{Kind: report.Additional, By: "maker", At: noon}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("something followed a withdrawal: %v", err)
	}
}

func TestNoIssueFollowsOneThatWasNotSent(t *testing.T) {
	form, d := newDraft(t, pumpSources())
	for name, d := range map[string]report.Draft{"a draft": d, "an approved one": signed(t, form, d)} {
		if _, err := report.Next(form, d, report.Follow{Kind: report.Additional}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("something followed %s: %v", name, err)
		}
	}
	form, d = sent(t)
	if _, err := report.Next(form, d, report.Follow{Kind: "first"}); err == nil {
		// "first" is in the code list, but it is no kind that follows.
		t.Error("a second first issue was begun")
	}
}

func TestDisagreementsTellEveryOne(t *testing.T) {
	form, d := newDraft(t, pumpSources())
	records := report.Document{Name: report.Words{Ja: "事案の記録", En: "the records of the case"}, Texts: d.Texts()}
	if got := report.Disagreements(form, d, []report.Document{records}); len(got) != 0 {
		t.Errorf("equal documents disagree: %v", got)
	}
	d, err := report.Edit(form, d, map[string]string{"aware_on": "2026-06-02", "brand_name": "別の品目", "harm": "別の記載"}, "maker", noon)
	if err != nil {
		t.Fatal(err)
	}
	got := report.Disagreements(form, d, []report.Document{records})
	all := report.Problems(form, d, []report.Document{records})
	if rules(all) != "aware_on agrees, brand_name agrees" {
		t.Errorf("all problems in the order of the form: %s", rules(all))
	}
	if rules(got) != "aware_on agrees, brand_name agrees" || !strings.Contains(got[0].Ja, "2026年6月1日") {
		t.Errorf("got %+v", got)
	}
}
