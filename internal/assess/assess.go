// Package assess has our judgement of a vulnerability for a product (評価), along
// the questions of the CS notice 4(3).
package assess

import (
	"slices"
	"time"

	"mimamori/internal/fault"
	"mimamori/internal/register"
)

// Status is the VEX status of a product and a vulnerability.
type Status string

// The four statuses of VEX.
const (
	NotAffected        Status = "not_affected"
	Affected           Status = "affected"
	Fixed              Status = "fixed"
	UnderInvestigation Status = "under_investigation"
)

// Statuses lists the statuses.
var Statuses = []Status{UnderInvestigation, Affected, NotAffected, Fixed}

// Justifications lists the labels that VEX knows for "not affected".
var Justifications = []string{
	"component_not_present",
	"vulnerable_code_not_present",
	"vulnerable_code_not_in_execute_path",
	"vulnerable_code_cannot_be_controlled_by_adversary",
	"inline_mitigations_already_exist",
}

// Harm is the gravest harm that could follow for a patient.
type Harm string

// The values follow the facts of art. 228-20(2).
const (
	Death       Harm = "death"
	Serious     Harm = "serious"
	NonSerious  Harm = "non_serious"
	NoHarm      Harm = "none"
	HarmUnknown Harm = "unknown"
)

// Harms lists the values.
var Harms = []Harm{Death, Serious, NonSerious, NoHarm, HarmUnknown}

// Assessment is one judgement. A later one for the same product and
// vulnerability supersedes it; none is changed.
type Assessment struct {
	ID               string         `json:"id"`
	ProductID        string         `json:"product_id"`
	VulnerabilityID  string         `json:"vulnerability_id"`
	Version          int            `json:"version"` // 1, 2, … for the same product and vulnerability
	Status           Status         `json:"status"`
	Justification    string         `json:"justification"` // one of Justifications when not affected
	Statement        string         `json:"statement"`     // why, in words
	Present          register.Known `json:"present"`       // the vulnerable software is in the product
	Used             register.Known `json:"used"`          // and is used
	FunctionAffected register.Known `json:"function_affected"`
	Exploited        register.Known `json:"exploited"` // known to have been exploited on this product
	Harm             Harm           `json:"harm"`
	Controls         string         `json:"controls"`          // patch or other controls, in words
	ControlsSuffice  register.Known `json:"controls_suffice"`  // no harm is to be feared with them
	ConfidentialOnly register.Known `json:"confidential_only"` // only data can leak, no function is touched
	MadeBy           string         `json:"made_by"`
	MadeAt           time.Time      `json:"made_at"`
	Superseded       bool           `json:"superseded"`
}

// Check returns everything that is wrong with a as an Invalid error, or nil.
func (a Assessment) Check() error {
	var c fault.Checker
	c.Require("/product_id", a.ProductID, "product")
	c.Require("/vulnerability_id", a.VulnerabilityID, "vulnerability")
	if !slices.Contains(Statuses, a.Status) {
		c.Add("/status", "vex-status", "status %q: choose one of %v", a.Status, Statuses)
	}
	for _, k := range []struct {
		pointer string
		value   register.Known
	}{
		{"/present", a.Present},
		{"/used", a.Used},
		{"/function_affected", a.FunctionAffected},
		{"/exploited", a.Exploited},
		{"/controls_suffice", a.ControlsSuffice},
		{"/confidential_only", a.ConfidentialOnly},
	} {
		if !k.value.Valid() {
			c.Add(k.pointer, "known", "%q: choose yes, no or unknown", k.value)
		}
	}
	if !slices.Contains(Harms, a.Harm) {
		c.Add("/harm", "harm", "harm %q: choose one of %v", a.Harm, Harms)
	}
	a.checkJustification(&c)
	if a.ControlsSuffice == register.Yes {
		c.Require("/controls", a.Controls, "description of the patch or control that suffices")
	}
	return c.Err("the assessment cannot be kept like this")
}

// checkJustification holds a "not affected" to its reasons and to the other answers.
func (a Assessment) checkJustification(c *fault.Checker) {
	if a.Status != NotAffected {
		if a.Justification != "" {
			c.Add("/justification", "vex-justification", "a justification belongs to not_affected only: clear it or change the status")
		}
		return
	}
	switch {
	case a.Justification == "":
		c.Add("/justification", "vex-justification", "\"not affected\" needs a justification: choose one of %v", Justifications)
	case !slices.Contains(Justifications, a.Justification):
		c.Add("/justification", "vex-justification", "justification %q: choose one of %v", a.Justification, Justifications)
	}
	c.Require("/statement", a.Statement, "reason for \"not affected\"")
	if a.FunctionAffected == register.Yes || a.Exploited == register.Yes {
		c.Add("/status", "vex-consistent", "\"not affected\" contradicts the answers below: a function is affected or it was exploited on this product")
	}
	if a.Justification == "component_not_present" && a.Present == register.Yes {
		c.Add("/justification", "vex-consistent", "the component was answered as present: choose another justification or correct the answer")
	}
}
