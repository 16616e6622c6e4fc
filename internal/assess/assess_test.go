package assess_test

import (
	"slices"
	"testing"

	"mimamori/internal/assess"
	"mimamori/internal/fault"
	"mimamori/internal/register"
)

func whole(change func(*assess.Assessment)) assess.Assessment {
	a := assess.Assessment{ProductID: "p", VulnerabilityID: "v", Status: assess.UnderInvestigation}
	a.Fill()
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
		{"controls in place everywhere, but which?", func(a *assess.Assessment) { a.ControlsApplied = register.Yes }, []string{"/controls"}},
		{"not affected, but exploitation can spread", func(a *assess.Assessment) {
			a.Status, a.Justification, a.Statement, a.Consequences.Spread = assess.NotAffected, "inline_mitigations_already_exist", "x", register.Yes
		}, []string{"/status"}},
		{"confidentiality only, and the data can leak: the same said twice", func(a *assess.Assessment) {
			a.ConfidentialOnly, a.Consequences.DataLost = register.Yes, register.Yes
		}, nil},
		{"confidentiality only, but it can spread", func(a *assess.Assessment) {
			a.ConfidentialOnly, a.Consequences.Spread = register.Yes, register.Yes
		}, []string{"/confidential_only"}},
		{"confidentiality only, but no data can leak", func(a *assess.Assessment) {
			a.ConfidentialOnly, a.Consequences.DataLost = register.Yes, register.No
		}, []string{"/confidential_only"}},
		{"function not affected, but settings can be changed", func(a *assess.Assessment) {
			a.FunctionAffected, a.Consequences.SettingsChanged = register.No, register.Yes
		}, []string{"/function_affected"}},
		{"function not affected, and others can be attacked: no contradiction", func(a *assess.Assessment) {
			a.FunctionAffected, a.Consequences.Spread = register.No, register.Yes
		}, nil},
		{"a harmful event without harm", func(a *assess.Assessment) {
			a.Harm, a.Malfunctions = assess.NoHarm, []assess.Malfunction{assess.AdverseEvent}
		}, []string{"/harm"}},
		{"a kind of malfunction that the notice does not have", func(a *assess.Assessment) {
			a.Malfunctions = []assess.Malfunction{assess.Failure, "bad luck"}
		}, []string{"/malfunctions/1"}},
		{"everything wrong is told at once", func(a *assess.Assessment) { *a = assess.Assessment{} }, []string{
			"/confidential_only", "/consequences/care_changed", "/consequences/data_lost", "/consequences/misoperation", "/consequences/settings_changed", "/consequences/spread",
			"/controls_applied", "/controls_suffice",
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

func TestFillKeepsTheKindsInTheOrderOfTheText(t *testing.T) {
	a := assess.Assessment{Malfunctions: []assess.Malfunction{assess.AdverseEvent, "bad luck", assess.Specification, assess.AdverseEvent, assess.Specification}}
	a.Fill()
	if want := []assess.Malfunction{"bad luck", assess.Specification, assess.AdverseEvent}; !slices.Equal(a.Malfunctions, want) {
		t.Errorf("%v, want %v", a.Malfunctions, want) // what is wrong stays: Check tells it
	}
}

// TestExpectedReadsOlderAssessments: "confidentiality only" says of the five
// what it said before they were asked, and never against an answer.
func TestExpectedReadsOlderAssessments(t *testing.T) {
	tests := []struct {
		name string
		only register.Known
		told assess.Consequences
		want assess.Consequences
	}{
		{"only a leak", register.Yes, assess.Consequences{}, assess.Consequences{
			SettingsChanged: register.No, CareChanged: register.No, DataLost: register.Yes, Misoperation: register.No, Spread: register.No,
		}},
		{"more than a leak: what more is not told", register.No, assess.Consequences{DataLost: register.Unknown}, assess.Consequences{DataLost: register.Unknown}},
		{"not known", register.Unknown, assess.Consequences{Spread: register.Yes}, assess.Consequences{Spread: register.Yes}},
		{"an answer stays", register.Yes, assess.Consequences{Spread: register.Yes, DataLost: register.No}, assess.Consequences{
			SettingsChanged: register.No, CareChanged: register.No, DataLost: register.No, Misoperation: register.No, Spread: register.Yes,
		}},
	}
	for _, tt := range tests {
		if got := (assess.Assessment{ConfidentialOnly: tt.only, Consequences: tt.told}).Expected(); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}
