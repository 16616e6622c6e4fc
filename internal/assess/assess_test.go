package assess_test

import (
	"slices"
	"testing"

	"mimamori/internal/assess"
	"mimamori/internal/fault"
	"mimamori/internal/register"
)

func whole(change func(*assess.Assessment)) assess.Assessment {
	a := assess.Assessment{
		ProductID: "p", VulnerabilityID: "v", Status: assess.UnderInvestigation, Present: register.Unknown, Used: register.Unknown,
		FunctionAffected: register.Unknown, Exploited: register.Unknown, ControlsSuffice: register.Unknown, ConfidentialOnly: register.Unknown, Harm: assess.HarmUnknown,
	}
	change(&a)
	return a
}

func TestCheck(t *testing.T) {
	tests := []struct {
		name   string // the situation, then what is wrong
		change func(*assess.Assessment)
		want   []string // pointers, sorted
	}{
		{"nothing is known yet: that is an answer", func(*assess.Assessment) {}, nil},
		{"not affected without a justification and a reason", func(a *assess.Assessment) { a.Status = assess.NotAffected }, []string{"/justification", "/statement"}},
		{"not affected with a label that VEX does not know", func(a *assess.Assessment) {
			a.Status, a.Justification, a.Statement = assess.NotAffected, "we_think_so", "x"
		}, []string{"/justification"}},
		{"not affected, but exploited on this product", func(a *assess.Assessment) {
			a.Status, a.Justification, a.Statement, a.Exploited = assess.NotAffected, "inline_mitigations_already_exist", "x", register.Yes
		}, []string{"/status"}},
		{"not present as justification, but answered as present", func(a *assess.Assessment) {
			a.Status, a.Justification, a.Statement, a.Present = assess.NotAffected, "component_not_present", "x", register.Yes
		}, []string{"/justification"}},
		{"a justification without not affected", func(a *assess.Assessment) { a.Status, a.Justification = assess.Affected, "component_not_present" }, []string{"/justification"}},
		{"controls suffice, but which?", func(a *assess.Assessment) { a.ControlsSuffice = register.Yes }, []string{"/controls"}},
		{"everything wrong is told at once", func(a *assess.Assessment) { *a = assess.Assessment{} }, []string{
			"/confidential_only", "/controls_suffice",
			"/exploited", "/function_affected", "/harm", "/present", "/product_id", "/status", "/used", "/vulnerability_id",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range fault.FieldsOf(whole(tt.change).Check()) {
				got = append(got, f.Pointer)
			}
			slices.Sort(got)
			if !slices.Equal(got, tt.want) {
				t.Errorf("problems at %v, want %v", got, tt.want)
			}
		})
	}
}
