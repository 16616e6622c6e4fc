// Package assess has our judgement of a vulnerability for a product (評価), along
// the questions of the CS notice 4(3).
package assess

import (
	"fmt"
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
	Consequences     Consequences   `json:"consequences"` // of exploitation
	Malfunctions     []Malfunction  `json:"malfunctions"` // kinds that occurred or could follow, in the order of the text; empty: not known
	Exploited        register.Known `json:"exploited"`    // known to have been exploited on this product
	Harm             Harm           `json:"harm"`
	Controls         string         `json:"controls"`          // patch or other controls, in words
	ControlsSuffice  register.Known `json:"controls_suffice"`  // no harm is to be feared with them
	ControlsApplied  register.Known `json:"controls_applied"`  // they are in place on every device in use
	ConfidentialOnly register.Known `json:"confidential_only"` // only data can leak, no function is touched; asked before Consequences were
	MadeBy           string         `json:"made_by"`
	MadeAt           time.Time      `json:"made_at"`
	Superseded       bool           `json:"superseded"`
}

// answers lists what was answered with yes, no or unknown, with the JSON pointer.
func (a *Assessment) answers() []answer {
	out := []answer{
		{"/present", &a.Present},
		{"/used", &a.Used},
		{"/function_affected", &a.FunctionAffected},
		{"/exploited", &a.Exploited},
		{"/controls_suffice", &a.ControlsSuffice},
		{"/controls_applied", &a.ControlsApplied},
		{"/confidential_only", &a.ConfidentialOnly},
	}
	for _, c := range a.Consequences.Each() {
		out = append(out, answer{"/consequences/" + c.Name, c.Answer})
	}
	return out
}

type answer struct {
	pointer string
	known   *register.Known
}

// Fill makes every answer that was left out unknown, and puts the kinds of
// malfunction in the order of the text, each once.
func (a *Assessment) Fill() {
	for _, in := range a.answers() {
		if *in.known == "" {
			*in.known = register.Unknown
		}
	}
	if a.Harm == "" {
		a.Harm = HarmUnknown
	}
	kinds := slices.Clone(a.Malfunctions)
	slices.SortStableFunc(kinds, func(x, y Malfunction) int {
		return slices.Index(Malfunctions, x) - slices.Index(Malfunctions, y)
	})
	a.Malfunctions = slices.Compact(kinds)
}

// Check returns everything that is wrong with a as an Invalid error, or nil.
func (a Assessment) Check() error {
	var c fault.Checker
	c.Require("/product_id", a.ProductID, "product")
	c.Require("/vulnerability_id", a.VulnerabilityID, "vulnerability")
	if !slices.Contains(Statuses, a.Status) {
		c.Add("/status", "vex-status", "status %q: choose one of %v", a.Status, Statuses)
	}
	for _, in := range a.answers() {
		if !in.known.Valid() {
			c.Add(in.pointer, "known", "%q: choose yes, no or unknown", *in.known)
		}
	}
	if !slices.Contains(Harms, a.Harm) {
		c.Add("/harm", "harm", "harm %q: choose one of %v", a.Harm, Harms)
	}
	for i, kind := range a.Malfunctions {
		if !slices.Contains(Malfunctions, kind) {
			c.Add(fmt.Sprintf("/malfunctions/%d", i), "malfunction", "kind of malfunction %q: choose from %v", kind, Malfunctions)
		}
	}
	a.checkJustification(&c)
	a.checkConsequences(&c)
	if a.ControlsSuffice == register.Yes || a.ControlsApplied == register.Yes {
		c.Require("/controls", a.Controls, "description of the patch or control that suffices")
	}
	return c.Err("the assessment cannot be kept like this")
}

// checkConsequences holds the five consequences to the other answers.
func (a Assessment) checkConsequences(c *fault.Checker) {
	if a.FunctionAffected == register.No && a.Consequences.TouchesFunction() {
		c.Add("/function_affected", "consistent", "\"function not affected\" contradicts the consequences: changed settings, changed or disabled care, or misoperation is possible")
	}
	if a.ConfidentialOnly == register.Yes && (a.Consequences.TouchesFunction() || a.Consequences.Spread == register.Yes || a.Consequences.DataLost == register.No) {
		c.Add("/confidential_only", "consistent", "\"confidentiality only\" contradicts the consequences: only the loss or disclosure of data may be answered with yes")
	}
	if a.Harm == NoHarm && slices.Contains(a.Malfunctions, AdverseEvent) {
		c.Add("/harm", "consistent", "\"no harm\" contradicts the kinds of malfunction, which name a harmful event: correct one of them")
	}
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
	if a.FunctionAffected == register.Yes || a.Exploited == register.Yes || a.Consequences.Any() {
		c.Add("/status", "vex-consistent", "\"not affected\" contradicts the answers below: a function is affected, exploitation has consequences, or it was exploited on this product")
	}
	if a.Justification == "component_not_present" && a.Present == register.Yes {
		c.Add("/justification", "vex-consistent", "the component was answered as present: choose another justification or correct the answer")
	}
}
