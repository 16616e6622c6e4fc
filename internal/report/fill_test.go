package report_test

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"

	"mimamori/forms"
	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/report"
)

func TestFillAnswersEveryFieldWithItsSource(t *testing.T) {
	form, d := newDraft(t, pumpSources())
	for _, f := range form.Fields {
		if f.Type == report.Group || f.Key == "withdrawal_reason" { // this one is not taken back
			continue
		}
		v, ok := d.Values[f.Key]
		if !ok || v.Text == "" {
			t.Errorf("%s %s is empty though everything is known", f.Number, f.Key)
		}
		if v.Origin.Kind == "" || (v.Origin.Ref == "" && v.Origin.Kind != report.FromForm) {
			t.Errorf("%s does not say where it came from: %+v", f.Key, v.Origin)
		}
		if v.By != "maker" || !v.At.Equal(noon) {
			t.Errorf("%s does not say who put it there and when: %+v", f.Key, v)
		}
	}
	for key, want := range map[string]report.Origin{
		"aware_on":      {Kind: report.FromIntake, Ref: "int-1"},
		"brand_name":    {Kind: report.FromProduct, Ref: "prd-1"},
		"investigation": {Kind: report.FromAssessment, Ref: "asm-1"},
		"actions_taken": {Kind: report.FromMeasure, Ref: "mea-1"},
	} {
		if got := d.Values[key].Origin; got != want {
			t.Errorf("%s came from %+v, want %+v", key, got, want)
		}
	}
	if problems := report.Check(form, d); len(problems) > 0 {
		t.Errorf("a draft of complete records has problems: %+v", problems)
	}
}

func TestFillLeavesUnknownFieldsEmpty(t *testing.T) {
	for key, v := range report.Fill(form8(t), report.Sources{}) {
		switch key {
		case "report_order", "report_state", "planned_actions": // follow from the report being a first, unfinished one
		default:
			t.Errorf("nothing is known, but %s says %q", key, v.Text)
		}
	}
}

func TestAnIncompleteReportAnnouncesTheNextOne(t *testing.T) {
	s := pumpSources()
	if got := report.Fill(form8(t), s)["planned_actions"].Text; !strings.Contains(got, "2026年7月10日までに追加報告予定") || !strings.Contains(got, "修正版の提供") {
		t.Errorf("planned actions are %q", got)
	}
	s.Report.NextReportOn = caldate.Date{}
	form, d := newDraft(t, s)
	if !strings.Contains(d.Text("planned_actions"), "追加報告予定") {
		t.Errorf("planned actions are %q", d.Text("planned_actions"))
	}
	if got := rules(report.Check(form, d)); got != "next_report_on required" {
		t.Errorf("problems are %q, want the missing day of the next report", got)
	}
	s.Report.Complete = true
	form, d = newDraft(t, s)
	if strings.Contains(d.Text("planned_actions"), "追加報告予定") || len(report.Check(form, d)) > 0 {
		t.Errorf("a complete report needs no next one: %q %v", d.Text("planned_actions"), report.Check(form, d))
	}
}

func TestARemarkOnlyFromTheCaseSaysSo(t *testing.T) {
	got := report.Fill(form8(t), report.Sources{Case: report.CaseSource{Ref: "case-1", Remarks: "特記事項"}})["remarks"]
	if want := (report.Value{Text: "特記事項", Origin: report.Origin{Kind: report.FromCase, Ref: "case-1"}}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// rules lists problems as "field rule" joined by ", ".
func rules(problems []report.Problem) string {
	var list []string
	for _, p := range problems {
		list = append(list, p.Field+" "+p.Rule)
	}
	return strings.Join(list, ", ")
}

func TestFillingTakesTheFirstThatHasSomething(t *testing.T) {
	form := form8(t)
	s := report.Sources{Release: report.ReleaseSource{Ref: "rel-1", Version: "2.4.1"}}
	if got := report.Fill(form, s)["serial_or_lot"]; got.Text != "バージョン 2.4.1" || got.Origin.Kind != report.FromRelease {
		t.Errorf("without a serial number the version stands for it: %+v", got)
	}
	s.Installation = report.InstallationSource{Ref: "ins-1", SerialOrLot: "A-1"}
	if got := report.Fill(form, s)["serial_or_lot"]; got.Text != "A-1" || got.Origin.Ref != "ins-1" {
		t.Errorf("the serial number goes first: %+v", got)
	}
	s.Product = report.ProductSource{Ref: "prd-1", GenericName: "汎用輸液ポンプ"}
	if got := report.Fill(form, s)["generic_name"].Text; got != "汎用輸液ポンプ" {
		t.Errorf("without a JMDN code nothing is said of one: %q", got)
	}
}

func TestFormsNameOnlySourcesThatExist(t *testing.T) {
	good, err := fs.ReadFile(forms.FS, "pmda/form8/2021-07/form.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = report.Parse(bytes.Replace(good, []byte("{product.brand_name}"), []byte("{product.nickname}"), 1))
	if fields := fault.FieldsOf(err); len(fields) != 1 || !strings.Contains(fields[0].Message, "product.nickname") {
		t.Errorf("got %v, want the unknown source named", err)
	}
}
