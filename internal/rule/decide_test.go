package rule_test

import (
	"encoding/json"
	"strings"
	"testing"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/rule"
)

func TestDecidePartlyKnown(t *testing.T) {
	tests := []struct {
		name, facts string
		result      rule.Result
		form        string
		days        int
		first       bool
		items       string
		next        string
	}{
		{"nothing is known: the strictest term runs", `{}`, rule.Undetermined, "form8", 15, true, "R228-20(2)-1-i R228-20(2)-1-he R228-20(2)-1-to", "report_kind"},
		{"harm in Japan: a death is still possible", `{"report_kind":"case","agent":"malfunction","origin":"domestic","harm_status":"actual"}`, rule.Undetermined, "form8", 15, true, "R228-20(2)-1-i", "seriousness"},
		{"the patient is alive: only a foreign measure asks for a first report", `{"seriousness":{"not":["death"]}}`, rule.Undetermined, "form10", 15, true, "R228-20(2)-1-chi", "report_kind"},
		{"alive, harm in Japan: 15 days without first report", `{"report_kind":"case","agent":"malfunction","origin":"domestic","harm_status":"actual","seriousness":{"not":["death"]}}`, rule.Undetermined, "form8", 15, false, "R228-20(2)-1-ha", "seriousness"},
		{"a death in Japan is settled whatever else is open", `{"report_kind":"case","agent":"malfunction","origin":"domestic","harm_status":"actual","seriousness":"death","designated_device":"unknown"}`, rule.Report, "form8", 15, true, "R228-20(2)-1-i", ""},
		{"facts that do not matter do not disturb", `{"report_kind":"safety_measure","origin":"foreign","harm_status":"none","seriousness":"non_serious","rate_exceeded":"no"}`, rule.Report, "form10", 15, true, "R228-20(2)-1-chi", ""},
		{"days come before periodic", `{"report_kind":"case","agent":"malfunction","origin":"domestic","harm_status":"potential","seriousness":"serious","predictability":"predictable"}`, rule.Report, "form8", 30, false, "R228-20(2)-2-ro", "designated_device"},
		{"periodic comes before nothing", `{"report_kind":"case","agent":"malfunction","origin":"domestic","harm_status":"potential","seriousness":"non_serious"}`, rule.Undetermined, "form12", 0, false, "R228-20(2)-3-ha", "predictability"},
		{"no efficacy counts for this device only", `{"report_kind":"research_report","research_finding":"no_efficacy"}`, rule.Undetermined, "form10", 30, false, "R228-20(2)-2-ha", "origin"},
		{"a feared infection is for a named person", `{"report_kind":"case","agent":"infection","harm_status":"potential"}`, rule.Undetermined, "", 15, false, "", ""},
		{"on the same day a form comes before a person", `{"report_kind":"case","agent":"infection","origin":"foreign","seriousness":"serious","harm_status":{"not":["none"]}}`, rule.Undetermined, "form8", 15, false, "R228-20(2)-1-to", "harm_status"},
		{"no harm to be feared", `{"report_kind":"case","harm_status":"none"}`, rule.NotReportable, "", 0, false, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := japan(t).ReadFacts(strings.NewReader(tt.facts))
			if err != nil {
				t.Fatal(err)
			}
			a := decide(t, s, caldate.MustParse("2026-06-01"))
			if a.Result != tt.result || text(a.Next) != tt.next {
				t.Errorf("result %s, next %q; want %s, %q", a.Result, text(a.Next), tt.result, tt.next)
			}
			if a.Governing == nil {
				if tt.result != rule.NotReportable {
					t.Error("nothing governs")
				}
				return
			}
			g := a.Governing
			if text(g.Form) != tt.form || number(g.TermDays) != tt.days || g.FirstReport != tt.first || strings.Join(g.Items, " ") != tt.items {
				t.Errorf("got %s, %d days, first %v, %v", text(g.Form), number(g.TermDays), g.FirstReport, g.Items)
			}
		})
	}
}

func TestDecideNeedsADayAndFactsOfTheRulebook(t *testing.T) {
	rb := japan(t)
	if _, err := rb.Decide(rule.Situation{}, caldate.Date{}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("no day: got %v", err)
	}
	_, err := rb.Decide(rule.Situation{"age": {Values: []string{"old"}}, "origin": {}, "trend": {Values: []string{"up", "normal"}}}, firstNewDay)
	if got := len(fault.FieldsOf(err)); fault.KindOf(err) != fault.Invalid || got != 3 {
		t.Errorf("%d problems, want 3: %v", got, err)
	}
}

func TestAnswerAsJSON(t *testing.T) {
	b, err := json.Marshal(decide(t, rule.Situation{"report_kind": {Values: []string{"case"}}, "harm_status": {Values: []string{"none"}}}, firstNewDay))
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(b, &object); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"result": `"not_reportable"`, "aware": `"2026-05-01"`, "governing": "null", "certain": "[]", "possible": "[]", "next": "null", "worlds": "1152",
	} {
		if string(object[name]) != want {
			t.Errorf("%s is %s, want %s", name, object[name], want)
		}
	}
	for _, name := range []string{"open_facts", "rulebook", "proof"} {
		if len(object[name]) < 10 {
			t.Errorf("%s is %s", name, object[name])
		}
	}
	b, err = json.Marshal(decide(t, rule.Situation{"report_kind": {Values: []string{"safety_measure"}}, "origin": {Values: []string{"foreign"}}}, firstNewDay).Governing)
	if want := `{"form":"form10","term_days":15,"periodic":false,"due":"2026-05-16","first_report":true,"named_person":false,"items":["R228-20(2)-1-chi"]}`; err != nil || string(b) != want {
		t.Errorf("governing is\n%s, want\n%s", b, want)
	}
}

func TestProofSaysWhyNot(t *testing.T) {
	s, err := japan(t).ReadFacts(strings.NewReader(`{"report_kind":"case","agent":"malfunction","origin":"domestic","harm_status":"actual","seriousness":"serious","trend":"normal"}`))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]struct {
		state  rule.State
		ja, en string
	}{
		"jp-reg/228-20(2)-1-i":                   {rule.IsExcluded, "重篤性が「重篤」（要件は「死亡」）であるため該当しない。", "It does not apply because “Seriousness” is “serious” (it needs “death”)."},
		"jp-reg/228-20(2)-2-i":                   {rule.MayApply, "「予測可能性」「発生率を把握できる医療機器の指定」により該当する可能性がある。", "It may apply, depending on “Predictability”, “Designated for its malfunction rate”."},
		"jp-reg/228-20(2)-2-i/before-2026-05-01": {rule.IsExcluded, "情報入手日2026-06-01には効力がない（2026-05-01より前の情報に適用）。", "Not in force on the awareness day 2026-06-01 (for information before 2026-05-01)."},
	}
	for _, p := range decide(t, s, caldate.MustParse("2026-06-01")).Proof {
		if w, ok := want[p.Rule]; ok && (p.State != w.state || p.Reason.JA != w.ja || p.Reason.EN != w.en) {
			t.Errorf("%s is %s\n %s\n %s", p.Rule, p.State, p.Reason.JA, p.Reason.EN)
		}
	}
	death, err := japan(t).ReadFacts(strings.NewReader(`{"report_kind":"case","agent":"malfunction","origin":"domestic","harm_status":"actual","seriousness":"death"}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range decide(t, death, caldate.MustParse("2026-06-01")).Proof {
		if p.Rule == "jp-reg/228-20(2)-2-i" && (p.State != rule.IsExcluded || !strings.Contains(p.Reason.JA, "施行規則第228条の20第2項第1号イ") || !strings.Contains(p.Reason.EN, "Taken out")) {
			t.Errorf("2-イ is %s for a death: %s %s", p.State, p.Reason.JA, p.Reason.EN)
		}
	}
}
