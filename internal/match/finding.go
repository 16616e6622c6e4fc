// Package match decides which components of an SBOM meet which advisories, and
// says why. It never answers "no" for want of knowledge: what cannot be
// compared is a possible match.
package match

import (
	"cmp"
	"slices"
	"strings"

	"mimamori/internal/advisory"
)

// Class is the strength of a match. There is no class for "not affected":
// that is the absence of a finding, and given only when an identifier does not
// meet, or a comparison was made and the version lies outside.
type Class string

const (
	// Affected: the identity is exact (purl, hash, or CPE vendor and product)
	// and the version is one the record names.
	Affected Class = "affected"
	// Possible: a person must look. The version is missing or cannot be
	// compared, the record names none, the release of the distribution is not
	// known, or the identity rests on names only. Evidence.Reason says which.
	Possible Class = "possible"
)

// Rule is how the component and the record met, strongest first.
type Rule string

// The rules.
const (
	ByPurl    Rule = "purl"           // package URL mapped to the record's ecosystem and name
	BySource  Rule = "source package" // the distribution's source package of the component
	ByHash    Rule = "hash"           // digest of the file
	ByCPE     Rule = "CPE"            // part, vendor and product of a CPE name
	ByAlias   Rule = "alias"          // identity that a person confirmed for this supplier and name
	ByProduct Rule = "product"        // vendor and product of the record, which a person confirmed to be a product of ours
	ByImport  Rule = "import path"    // Go package of the record's module
	ByName    Rule = "name"           // supplier and product name, equal when normalized
)

var ruleOrder = []Rule{ByPurl, BySource, ByHash, ByCPE, ByAlias, ByProduct, ByImport, ByName}

// Evidence is one reason for a finding.
type Evidence struct {
	Class      Class  `json:"class"`
	Rule       Rule   `json:"rule"`
	Identifier string `json:"identifier"`          // what the two have in common
	Version    string `json:"version"`             // the component's, as compared; may be empty
	Range      string `json:"range,omitempty"`     // "[0, 1.2.3)", "<= 2.6A", "listed"
	Kind       string `json:"kind,omitempty"`      // SEMVER, ECOSYSTEM, versions, CSAF, CPE
	Status     string `json:"status,omitempty"`    // CSAF product status
	Platform   string `json:"platform,omitempty"`  // CSAF: only as part of, or on, this
	Reason     string `json:"reason,omitempty"`    // why only possible
	Condition  string `json:"condition,omitempty"` // what else has to be in the release, where that is not known to be so
	// Unlikely tells that the record does not say how its versions compare, and
	// that they exclude this one when they compare as they usually do.
	Unlikely bool   `json:"unlikely,omitempty"`
	Text     string `json:"text"` // all of it in one line
}

// Finding is a component meeting a record.
type Finding struct {
	Source   advisory.Source `json:"source"`
	Record   string          `json:"record"`         // Advisory.ID
	Part     string          `json:"part,omitempty"` // Advisory.Part
	Aliases  []string        `json:"aliases,omitempty"`
	Class    Class           `json:"class"`
	Evidence []Evidence      `json:"evidence"` // strongest first, never empty
	// Counters are what speaks against the finding. They never take it away: a
	// person decides.
	Counters []Counter `json:"counters,omitempty"`
}

func (e *Evidence) describe(source advisory.Source, id string) {
	var b strings.Builder
	b.WriteString(string(source) + " " + id + ": " + e.Identifier)
	if e.Version != "" {
		b.WriteString(" " + e.Version)
	}
	switch {
	case e.Range != "" && e.Reason == "":
		b.WriteString(" in " + e.Range)
	case e.Range != "":
		b.WriteString(" against " + e.Range)
	}
	if e.Kind != "" && e.Range != "" {
		b.WriteString(" " + e.Kind)
	}
	if e.Status != "" {
		b.WriteString(", " + e.Status)
	}
	if e.Platform != "" {
		b.WriteString(", on " + e.Platform)
	}
	b.WriteString(" by " + string(e.Rule))
	if e.Reason != "" {
		b.WriteString("; possible: " + e.Reason)
	}
	e.Text = b.String()
}

// compareEvidence puts the stronger class first, then the stronger rule.
func compareEvidence(a, b Evidence) int {
	return cmp.Or(
		compareClass(a.Class, b.Class),
		cmp.Compare(slices.Index(ruleOrder, a.Rule), slices.Index(ruleOrder, b.Rule)),
		cmp.Compare(a.Text, b.Text),
	)
}

// compareClass puts Affected before Possible.
func compareClass(a, b Class) int { return cmp.Compare(string(a), string(b)) }
