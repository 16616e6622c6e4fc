package app

import (
	"slices"
	"strings"
	"testing"

	"mimamori/internal/assess"
	"mimamori/internal/caldate"
	"mimamori/internal/intake"
	"mimamori/internal/register"
	"mimamori/internal/rule"
	"mimamori/rulebook"

	"pgregory.net/rapid"
)

// TestSuggestionsFollowTheNotice reads records of a case and compares what is
// proposed for the facts that the CS notice speaks of.
func TestSuggestionsFollowTheNotice(t *testing.T) {
	notice, err := rule.LoadFactRulebook(rulebook.FS, rulebook.JapanCSNotice)
	if err != nil {
		t.Fatal(err)
	}
	a := &App{Law: &rule.Law{Notice: notice}}
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
		{"whether the controls are in place everywhere is open", wired, "", with(func(b *assess.Assessment) { b.ControlsSuffice = register.Yes }), "harm_status", "potential none", "jp-cs/4(3)-1/feared"},
		{"they are not", wired, "", with(func(b *assess.Assessment) { b.ControlsSuffice, b.ControlsApplied = register.Yes, register.No }), "harm_status", "potential", "jp-cs/4(3)-1/feared"},
		{"they are", wired, "", with(func(b *assess.Assessment) { b.ControlsSuffice, b.ControlsApplied = register.Yes, register.Yes }), "harm_status", "none", "jp-cs/4(3)-3"},
		{"in place everywhere, but do they suffice?", wired, "", with(func(b *assess.Assessment) { b.ControlsSuffice, b.ControlsApplied = register.Unknown, register.Yes }), "harm_status", "potential none", "jp-cs/4(3)-1/feared"},
		{"not in place, and nobody knows whether they would suffice", wired, "", with(func(b *assess.Assessment) { b.ControlsSuffice, b.ControlsApplied = register.Unknown, register.No }), "harm_status", "potential", "jp-cs/4(3)-1/feared"},
		{"no harm to be feared, and it cannot spread", wired, "", with(func(b *assess.Assessment) { b.Harm, b.Consequences.Spread = assess.NoHarm, register.No }), "harm_status", "none", "jp-cs/4(3)-3/no-harm"},
		{"no harm to be feared from this device, but it can spread", wired, "", with(func(b *assess.Assessment) { b.Harm, b.Consequences.Spread = assess.NoHarm, register.Yes }), "harm_status", "", ""},
		{"no harm to be feared, whether it spreads is open", wired, "", with(func(b *assess.Assessment) { b.Harm = assess.NoHarm }), "harm_status", "", ""},
		{"confidentiality only, as it was told before the consequences were asked", wired, "", with(func(b *assess.Assessment) {
			b.Harm, b.FunctionAffected, b.ConfidentialOnly = assess.NoHarm, register.No, register.Yes
		}), "harm_status", "none", "jp-cs/4(3)-3/no-harm"},
		{"a consequence, with its words", wired, "", with(func(b *assess.Assessment) { b.Consequences.CareChanged = register.Yes }), "agent", "malfunction", "jp-cs/3(2)"},
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
			got, err := a.suggest(t.Context(), register.Product{Connectivity: tt.links, Designated: register.Unknown}, intakes, &tt.assessment, caldate.MustParse("2026-06-01"))
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

// TestSupportChangesNoSuggestion: nothing is concluded away, and nothing added,
// because a device is past its end of support or a legacy one; only the clauses
// that say so stand beside.
func TestSupportChangesNoSuggestion(t *testing.T) {
	notice, err := rule.LoadFactRulebook(rulebook.FS, rulebook.JapanCSNotice)
	if err != nil {
		t.Fatal(err)
	}
	day := caldate.MustParse("2026-06-01")
	rapid.Check(t, func(t *rapid.T) {
		s := rule.Situation{}
		for _, f := range notice.Facts() {
			if v := rapid.IntRange(-1, len(f.Values)-1).Draw(t, f.ID); v >= 0 {
				s[f.ID] = rule.Known{Values: []string{f.Values[v].ID}}
			}
		}
		var first []rule.Conclusion
		for _, support := range []string{"supported", "after_eos", "legacy"} {
			s["support"] = rule.Known{Values: []string{support}}
			got, err := notice.Conclude(s, day)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = got.Facts
			}
			for i, c := range got.Facts {
				if !slices.Equal(c.Possible, first[i].Possible) {
					t.Fatalf("%s: %s is %v, before EOS %v", support, c.Fact, c.Possible, first[i].Possible)
				}
			}
		}
	})
}

// TestRegisterTellsTheEndOfSupport: what stands in the register of the end of
// support; that a device is a legacy one never does.
func TestRegisterTellsTheEndOfSupport(t *testing.T) {
	day := caldate.MustParse("2026-06-01")
	for _, tt := range []struct {
		name string
		eos  caldate.Date
		want string
	}{
		{"no date: not known", caldate.Date{}, ""},
		{"it ends tomorrow", day.AddDays(1), "supported legacy"},
		{"it ends on the day itself", day, "after_eos legacy"},
		{"it ended long ago", day.AddDays(-900), "after_eos legacy"},
	} {
		s := noticeSituation(register.Product{EOSOn: tt.eos}, nil, assess.Assessment{}, day)
		if got := strings.Join(s["support"].Values, " "); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
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
