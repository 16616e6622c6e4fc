// Package sbom reads software bills of materials: CycloneDX 1.0 to 1.7 as JSON,
// XML and protobuf; SPDX 2.2 and 2.3 as JSON, YAML, XML, RDF/XML, tag-value and
// spreadsheet; SPDX 3 as JSON-LD; SWID tags; and tables (CSV, XLSX) after the
// template in docs/reference/sbom-template.md. Whatever cannot be matched later
// is kept and counted, never dropped.
//
// The decoders are own ones: they read the members that matching and display
// need and nothing else, so a new version of a format, or a mistake in a member
// nobody needs, does not make a whole document unreadable. Every encoding is
// turned, one component at a time, into the same small trees, so a component
// reads the same from all of them, and memory holds what was understood and
// one element, not the file.
package sbom

import (
	"cmp"
	"slices"

	"mimamori/internal/fault"
)

// Format is the family a document belongs to.
type Format string

// The formats that are read.
const (
	CycloneDX Format = "CycloneDX"
	SPDX      Format = "SPDX"
	SWID      Format = "SWID"
	Table     Format = "table"
)

// Document is one SBOM as read.
type Document struct {
	Format      Format
	Encoding    string // "JSON", "XML", "protobuf", "YAML", "tag-value", "RDF", "JSON-LD", "CSV" or "XLSX"
	SpecVersion string // "1.6", "2.3"; as the document states it; empty for tables
	ID          string // CycloneDX serial number, SPDX document namespace, SWID tag id; may be empty
	Name        string // SPDX document name, or the name of the subject
	Created     string // time stamp as the document states it; may be empty
	Creators    []string
	// Subject is what the document is about: CycloneDX metadata.component, the
	// one package that an SPDX document describes, the software of a SWID tag.
	// It is nil when not stated. In CycloneDX it is not among Components; in
	// SPDX and SWID it is, because there it is a component like the others.
	Subject *Component
	// Components holds every component, nested ones too, sorted by name,
	// version, purl and reference.
	Components []Component
	// Dependencies is the dependency graph, sorted, without duplicates. It may
	// have cycles, and references that no component has: see Graph.
	Dependencies []Dependency
	// Statements are the vulnerabilities that a CycloneDX document carries
	// (VEX), sorted by vulnerability. They are claims of whoever wrote the document.
	Statements []Statement
	// Problems are warnings about a document that was read all the same.
	Problems []fault.Field
}

// Component is one part, with the identifiers as the document writes them.
type Component struct {
	Ref          string // bom-ref or SPDXID; unique unless a problem says otherwise
	Parent       string // Ref of the component that holds this one, or empty; never a cycle
	Type         string // "library", "operating-system", ... or empty
	Group        string
	Name         string
	Version      string
	VersionRange string   // CycloneDX 1.7, for components that are not shipped along
	Supplier     string   // who supplies it; else manufacturer, publisher or author
	Manufacturer string   // who made it, where the document names another one than Supplier
	Scope        string   // of CycloneDX: "required", "optional", "excluded" or empty
	Authors      []string // who wrote it, in the order of the document
	Purl         string
	OtherPurls   []string // further purls of an SPDX package
	CPEs         []string
	SWID         string // tag id of its SWID tag
	Hashes       []Hash
	Licenses     []string
	// SourceName and SourceVersion are the distribution's source package that
	// the component was built from, where the document tells. Linux
	// distributions publish advisories for source packages.
	SourceName, SourceVersion string
	// Pedigree is what the component was made from, or nil.
	Pedigree *Pedigree
}

// Hash is a digest of the component's content.
type Hash struct {
	Algorithm string // as CycloneDX writes it: "SHA-256"
	Value     string // lower-case hexadecimal
}

// Pedigree says what a changed component was made from and what was changed.
type Pedigree struct {
	Ancestors []Ancestor `json:"ancestors,omitempty"`
	Patches   []Patch    `json:"patches,omitempty"`
	Notes     string     `json:"notes,omitempty"`
}

// Ancestor is a component that another one was derived from.
type Ancestor struct {
	Name    string `json:"name,omitempty"`
	Version string `json:"version,omitempty"`
	Purl    string `json:"purl,omitempty"`
	CPE     string `json:"cpe,omitempty"`
}

// Patch is a change to a component.
type Patch struct {
	Type     string  `json:"type,omitempty"` // "backport", "cherry-pick", "monkey", "unofficial" or empty
	Resolves []Issue `json:"resolves,omitempty"`
}

// Issue is what a patch is said to resolve.
type Issue struct {
	Type string `json:"type,omitempty"` // "security", "defect", "enhancement" or empty
	ID   string `json:"id,omitempty"`   // for example a CVE id
}

// Resolved returns the ids of the security issues that patches of c are said
// to resolve, sorted, without duplicates. An issue without a type counts.
func (c *Component) Resolved() []string {
	if c.Pedigree == nil {
		return nil
	}
	var ids []string
	for _, p := range c.Pedigree.Patches {
		for _, issue := range p.Resolves {
			if issue.ID != "" && (issue.Type == "security" || issue.Type == "") {
				ids = append(ids, issue.ID)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Statement is what a document says about one vulnerability. The words of the
// analysis are those of CycloneDX; nothing is translated.
type Statement struct {
	Vulnerability string   // its id, for example "CVE-2026-0001"
	Aliases       []string // ids of the same in other sources
	Source        string   // who gave the id, for example "NVD"
	State         string   // "not_affected", "exploitable", ... or empty: nothing was analysed
	Justification string   // "code_not_reachable", ...
	Responses     []string // "update", ...
	Detail        string
	Updated       string // last time stamp of analysis or vulnerability, as written
	Affects       []Affected
}

// Affected is a component that a statement is about.
type Affected struct {
	Ref string // a Ref of this document, or a link to another one ("urn:cdx:serial/version#ref")
	// Versions are the versions the statement is limited to; none: the version of the component.
	Versions []AffectedVersion
}

// AffectedVersion is a version or a range in vers notation.
type AffectedVersion struct {
	Version, Range string
	Status         string // "affected", "unaffected", "unknown" or empty
}

// Counts says how much of a document can be matched by identifier.
type Counts struct {
	Total             int `json:"total"`
	WithPurl          int `json:"with_purl"`
	WithCPE           int `json:"with_cpe"`
	WithoutVersion    int `json:"without_version"`
	WithoutIdentifier int `json:"without_identifier"` // neither a readable purl nor a readable CPE
}

// Counts counts the components of d; its subject is not among them unless the
// format says so.
func (d *Document) Counts() Counts {
	c := Counts{Total: len(d.Components)}
	for i := range d.Components {
		p := &d.Components[i]
		if p.Purl != "" {
			c.WithPurl++
		}
		if len(p.CPEs) > 0 {
			c.WithCPE++
		}
		if p.Version == "" {
			c.WithoutVersion++
		}
		if !ValidPurl(p.Purl) && !slices.ContainsFunc(p.CPEs, func(text string) bool { _, err := ParseCPE(text); return err == nil }) {
			c.WithoutIdentifier++
		}
	}
	return c
}

func compareComponents(a, b *Component) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Purl, b.Purl), cmp.Compare(a.Ref, b.Ref))
}

// sortComponents sorts as compareComponents says; equal ones keep their order.
// Components are large, so their places are sorted, and each is moved once.
func sortComponents(list []Component) {
	places := make([]int, len(list))
	for i := range places {
		places[i] = i
	}
	slices.SortFunc(places, func(a, b int) int {
		return cmp.Or(compareComponents(&list[a], &list[b]), cmp.Compare(a, b))
	})
	for first := range places { // along the cycles of the permutation
		at, held := first, list[first]
		for places[at] != first && places[at] >= 0 {
			next := places[at]
			list[at], places[at] = list[next], -1
			at = next
		}
		if places[at] == first {
			list[at], places[at] = held, -1
		}
	}
}
