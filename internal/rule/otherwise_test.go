package rule

import (
	"testing"

	"mimamori/internal/caldate"
)

// TestNoRuleMeansANamedPerson decides with a rulebook that has a gap, which
// Load would refuse: there too the answer is never a silent "no".
func TestNoRuleMeansANamedPerson(t *testing.T) {
	rb := &Rulebook{
		Facts: []Fact{
			{ID: "harm", Values: []Value{{ID: "yes"}, {ID: "no"}}},
			{ID: "known", Values: []Value{{ID: "yes"}, {ID: "no"}}},
		},
		Rules: []Rule{
			{ID: "t/1", Item: "T-1", When: Condition{"harm": {"yes"}, "known": {"yes"}}, Then: Outcome{TermDays: 30, Form: "form8"}},
			{ID: "t/not", When: Condition{"harm": {"no"}}, Then: Outcome{None: true}},
		},
		otherwise: Rule{ID: "t/none", Then: Outcome{TermDays: 15, Person: true}},
		index:     map[string]int{"harm": 0, "known": 1},
	}
	rb.compile()
	aware := caldate.MustParse("2026-06-01")
	for _, tt := range []struct {
		name   string
		s      Situation
		result Result
		due    string
		person bool
		state  State // of the rule that stands in
	}{
		{"in the gap", Situation{"harm": {Values: []string{"yes"}}, "known": {Values: []string{"no"}}}, Undetermined, "2026-06-16", true, Applies},
		{"perhaps in the gap", Situation{"harm": {Values: []string{"yes"}}}, Undetermined, "2026-06-16", true, MayApply},
		{"beside the gap", Situation{"known": {Values: []string{"yes"}}, "harm": {Values: []string{"yes"}}}, Report, "2026-07-01", false, ""},
		{"nothing is known", nil, Undetermined, "2026-06-16", true, MayApply},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := rb.Decide(tt.s, aware)
			if err != nil {
				t.Fatal(err)
			}
			if a.Result != tt.result || a.Governing.Due.String() != tt.due || a.Governing.NamedPerson != tt.person {
				t.Errorf("got %s, %+v", a.Result, a.Governing)
			}
			last := a.Proof[len(a.Proof)-1]
			if tt.state == "" && last.Rule == "t/none" || tt.state != "" && (last.Rule != "t/none" || last.State != tt.state) {
				t.Errorf("the last line of the proof is %s %s", last.Rule, last.State)
			}
		})
	}
}
