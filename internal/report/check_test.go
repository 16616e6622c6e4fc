package report_test

import (
	"strings"
	"testing"

	"mimamori/internal/fault"
	"mimamori/internal/report"

	"pgregory.net/rapid"
)

func TestCheck(t *testing.T) {
	tests := []struct {
		name  string
		texts map[string]string
		want  string
	}{
		{"nothing is wrong", nil, ""},
		{"a required field is empty", map[string]string{"brand_name": ""}, "brand_name required"},
		{"blanks do not fill a field", map[string]string{"brand_name": " 　"}, "brand_name required"},
		{"a death needs the patient's state and treatment", map[string]string{"outcome": "death", "patient_state": "", "treatment": ""}, "patient_state required, treatment required"},
		{"an additional report needs its number", map[string]string{"report_order": "additional", "registration_number": ""}, "registration_number required"},
		{"a complete report needs the investigation", map[string]string{"report_state": "complete", "investigation": "", "actions_taken": ""}, "investigation required, actions_taken required"},
		{"an incomplete report announces the next one", map[string]string{"planned_actions": "対策を検討する。"}, "planned_actions must_say"},
		{"an incomplete report names the next day", map[string]string{"next_report_on": ""}, "next_report_on required"},
		{"the next report comes after this one", map[string]string{"next_report_on": "2026-06-10"}, "next_report_on order"},
		{"no report before awareness", map[string]string{"reported_on": "2026-05-31"}, "reported_on order"},
		{"a report on the day of awareness is in order", map[string]string{"reported_on": "2026-06-01"}, ""},
		{"nobody is aware of what has not happened", map[string]string{"event_on": "2026-06-02"}, "event_on order"},
		{"a month that may lie before awareness is in order", map[string]string{"event_on": "2026-06"}, ""},
		{"a month that lies after awareness is not", map[string]string{"event_on": "2026-07"}, "event_on order"},
		{"an unknown day can be said", map[string]string{"event_on": "不明"}, ""},
		{"a day that does not exist", map[string]string{"aware_on": "2026-02-30"}, "aware_on date"},
		{"a day in another script", map[string]string{"reported_on": "令和8年6月10日"}, "reported_on date"},
		{"awareness is known to the day", map[string]string{"aware_on": "2026-06"}, "aware_on date"},
		{"a month that does not exist", map[string]string{"event_on": "2026-13"}, "event_on date"},
		{"a code not in the list", map[string]string{"patient_sex": "女"}, "patient_sex code"},
		{"a weight in words", map[string]string{"patient_weight": "五十"}, "patient_weight number"},
		{"a weight with a sign", map[string]string{"patient_weight": "-3"}, "patient_weight number"},
		{"a weight too odd for a number", map[string]string{"patient_weight": "1e3"}, "patient_weight number"},
		{"an unknown weight can be said", map[string]string{"patient_weight": "不明"}, ""},
		{"a control character", map[string]string{"harm": "低\x07血圧"}, "harm control"},
		{"a line end in a one-line field", map[string]string{"brand_name": "輸液\nポンプ"}, "brand_name control"},
		{"lines in a long text are in order", map[string]string{"harm": "一\n二"}, ""},
		{"a mark that turns the writing direction", map[string]string{"harm": "abc\u202edef"}, "harm control"},
		{"bytes that are no UTF-8", map[string]string{"harm": "\xff\xfe"}, "harm control"},
		{"a character outside the basic plane is in order", map[string]string{"contact_name": "𠮷田"}, ""},
		{"more than any field can hold", map[string]string{"harm": strings.Repeat("長", 100_001)}, "harm length"},
		{"all problems come at once, in the order of the form", map[string]string{"aware_on": "x", "brand_name": "", "outcome": "y"}, "aware_on date, outcome code, brand_name required"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			form, d := newDraft(t, pumpSources())
			d, err := report.Edit(form, d, tt.texts, "maker", noon)
			if err != nil {
				t.Fatal(err)
			}
			problems := report.Check(form, d)
			if got := rules(problems); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			for _, p := range problems {
				if p.Ja == "" || p.En == "" || p.Number == "" {
					t.Errorf("problem without its words or number: %+v", p)
				}
				japanese := fault.NewCatalogue("ja", nil, nil)
				if got := p.Fault(); got.Pointer != "/values/"+p.Field || got.Message != p.En || japanese.Message(got) != p.Ja {
					t.Errorf("as a field error it is %+v, in Japanese %q", got, japanese.Message(got))
				}
			}
		})
	}
}

func TestALimitCountsOnceItIsSet(t *testing.T) {
	form, d := newDraft(t, pumpSources())
	limit := 5
	for i := range form.Fields {
		if form.Fields[i].Key == "patient_initials" {
			form.Fields[i].MaxLength = report.Limit{Value: &limit, Mark: report.Confirmed}
		}
	}
	for text, want := range map[string]string{"𠮷𠮷𠮷𠮷𠮷": "", "A.B.C.": "patient_initials length"} {
		d, err := report.Edit(form, d, map[string]string{"patient_initials": text}, "maker", noon)
		if err != nil {
			t.Fatal(err)
		}
		if got := rules(report.Check(form, d)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestCheckNeverPanicsAndSubmitAgrees(t *testing.T) {
	form := form8(t)
	var keys []string
	for _, f := range form.Fields {
		if f.Type != report.Group {
			keys = append(keys, f.Key)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		_, d := newDraft(t, pumpSources())
		texts := rapid.MapOfN(rapid.SampledFrom(keys), rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9]{4}(-[0-9]{2}){0,2}`)), 0, 6).Draw(rt, "texts")
		d, err := report.Edit(form, d, texts, "maker", noon)
		if err != nil {
			rt.Fatal(err)
		}
		problems := report.Check(form, d)
		_, err = report.Submit(form, d, sign(d, "maker"))
		if (len(problems) == 0) != (err == nil) || len(fault.FieldsOf(err)) != len(problems) {
			rt.Fatalf("Check finds %d problems, Submit says %v", len(problems), err)
		}
	})
}
