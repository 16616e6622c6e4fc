package app

import (
	"strings"
	"testing"

	"mimamori/internal/assess"
	"mimamori/internal/caldate"
	"mimamori/internal/intake"
	"mimamori/internal/register"
	"mimamori/internal/rule"
	"mimamori/rulebook"
)

// TestSuggestionsFollowTheNotice reads records of a case and compares what is
// proposed for the facts that the CS notice speaks of.
func TestSuggestionsFollowTheNotice(t *testing.T) {
	notice, err := rule.LoadFactRulebook(rulebook.FS, rulebook.JapanCSNotice)
	if err != nil {
		t.Fatal(err)
	}
	a := &App{Notice: notice}
	wired := []register.Link{register.LinkWired}
	judged := assess.Assessment{Present: register.Yes, Used: register.Yes, FunctionAffected: register.Yes, Exploited: register.No, ControlsSuffice: register.No, Harm: assess.Serious}
	with := func(change func(*assess.Assessment)) assess.Assessment {
		b := judged
		change(&b)
		return b
	}
	tests := []struct {
		name       string
		links      []register.Link
		source     intake.Source // "": no intake record
		assessment assess.Assessment
		fact       string
		want       string // possible values; "": nothing is proposed
		rule       string // the first clause
	}{
		{"harm is to be feared", wired, "", judged, "harm_status", "potential", "jp-cs/4(3)-1/feared"},
		{"its gravity follows", wired, "", judged, "seriousness", "serious", "jp-cs/4(1)/serious"},
		{"it is a matter of a malfunction", wired, "", judged, "agent", "malfunction", "jp-cs/3(2)"},
		{"of this device", wired, "", judged, "origin", "domestic", "jp-cs/4(3)/this-device"},
		{"not used: none", wired, "", with(func(b *assess.Assessment) { b.Used = register.No }), "harm_status", "none", "jp-cs/4(3)-2"},
		{"not used, told by a finder: none", wired, intake.Finder, with(func(b *assess.Assessment) { b.Used = register.No }), "harm_status", "none", "jp-cs/4(3)-2"},
		{"not used, but a hospital told of an event: a person judges", wired, intake.Hospital, with(func(b *assess.Assessment) { b.Used = register.No; b.Harm = assess.NoHarm }), "harm_status", "", ""},
		{"an authority may have told of an event", wired, intake.Authority, with(func(b *assess.Assessment) { b.Used = register.No; b.Harm = assess.NoHarm }), "harm_status", "", ""},
		{"a hospital told of an event: none is ruled out", wired, intake.Hospital, judged, "harm_status", "actual potential", "jp-cs/4(2)-1/occurred"},
		{"how grave harm was comes from the hospital", wired, intake.Hospital, judged, "seriousness", "", ""},
		{"whether the controls suffice is open", wired, "", with(func(b *assess.Assessment) { b.ControlsSuffice = register.Unknown }), "harm_status", "potential none", "jp-cs/4(3)-1/feared"},
		{"exploited: harm may have occurred", wired, "", with(func(b *assess.Assessment) { b.Exploited = register.Yes }), "harm_status", "actual potential", "jp-cs/4(3)-1/occurred"},
		{"nobody looked whether it can be connected", nil, "", judged, "harm_status", "", ""},
		{"it cannot be connected", []register.Link{register.LinkNone}, "", judged, "agent", "", ""},
		{"a measure abroad: what the record says of itself", wired, intake.ForeignMeasure, judged, "report_kind", "safety_measure", ""},
		{"a study: what the record says of itself", wired, intake.Literature, judged, "report_kind", "research_report", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var intakes []IntakeRow
			if tt.source != "" {
				intakes = []IntakeRow{{Record: intake.Record{Source: tt.source, Number: "IN-1"}}}
			}
			got, err := a.suggest(register.Product{Connectivity: tt.links, Designated: register.Unknown}, intakes, &tt.assessment, caldate.MustParse("2026-06-01"))
			if err != nil {
				t.Fatal(err)
			}
			s := got[tt.fact]
			if strings.Join(s.Possible, " ") != tt.want {
				t.Fatalf("proposed %v, want %q", s.Possible, tt.want)
			}
			if tt.rule == "" {
				if len(s.Clauses) > 0 {
					t.Errorf("clauses %v, want none", s.Clauses)
				}
				return
			}
			first := s.Clauses[0]
			if first.Rule != tt.rule || !strings.Contains(s.Why.Ja, first.Quote) || !strings.Contains(s.Why.En, first.Citation.En) {
				t.Errorf("%+v does not show %s", s, tt.rule)
			}
			if first.Confidence != "confirmed" && (first.Reading == "" || !strings.Contains(s.Why.Ja, "解釈"+first.Reading)) {
				t.Errorf("%+v does not say that it rests on a reading", s)
			}
		})
	}
}

// TestSuggestionsNeverGoAgainstAPerson: what somebody ruled out is not proposed.
func TestSuggestionsNeverGoAgainstAPerson(t *testing.T) {
	all := []string{"actual", "potential", "none"}
	for _, tt := range []struct {
		proposed, possible []string
		want               bool
	}{
		{[]string{"none"}, all, true},
		{[]string{"potential", "none"}, all, true},
		{[]string{"none"}, []string{"potential", "none"}, true},
		{[]string{"potential", "none"}, []string{"none"}, false},
		{[]string{"none"}, []string{"actual", "potential"}, false},
		{[]string{"none"}, []string{"none"}, false},
	} {
		if got := narrows(tt.proposed, tt.possible); got != tt.want {
			t.Errorf("%v for %v: %v", tt.proposed, tt.possible, got)
		}
	}
}
