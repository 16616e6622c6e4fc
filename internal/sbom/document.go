// Package sbom reads software bills of materials: CycloneDX 1.0 to 1.7 as JSON
// and XML, SPDX 2.2 and 2.3 as JSON. Whatever cannot be matched later is kept
// and counted, never dropped.
//
// The decoders are own ones: they read the dozen members that matching and
// display need and nothing else, so a new version of a format, or a mistake in
// a member nobody needs, does not make a whole document unreadable. The
// libraries decode into complete models and stop at the first surprise.
package sbom

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"mimamori/internal/fault"

	"github.com/package-url/packageurl-go"
)

// Format is the family a document belongs to.
type Format string

// The formats that are read.
const (
	CycloneDX Format = "CycloneDX"
	SPDX      Format = "SPDX"
)

// Document is one SBOM as read.
type Document struct {
	Format      Format
	Encoding    string // "JSON" or "XML"
	SpecVersion string // "1.6", "2.3"; as the document states it
	ID          string // CycloneDX serial number or SPDX document namespace; may be empty
	Name        string // SPDX document name, or the name of the subject
	Created     string // time stamp as the document states it; may be empty
	Creators    []string
	// Subject is what the document is about: CycloneDX metadata.component, or
	// the one package that an SPDX document describes. It is nil when not
	// stated. In CycloneDX it is not among Components; in SPDX it is, because
	// there it is a package like the others.
	Subject *Component
	// Components holds every component, nested ones too, sorted by name,
	// version, purl and reference.
	Components []Component
	// Problems are warnings about a document that was read all the same.
	Problems []fault.Field
}

// Component is one part, with the identifiers as the document writes them.
type Component struct {
	Ref          string // bom-ref or SPDXID; unique unless a problem says otherwise
	Parent       string // Ref of the component that holds this one, or empty
	Type         string // "library", "operating-system", ... or empty
	Group        string
	Name         string
	Version      string
	VersionRange string // CycloneDX 1.7, for components that are not shipped along
	Supplier     string // who supplies it; else manufacturer, publisher or author
	Purl         string
	OtherPurls   []string // further purls of an SPDX package
	CPEs         []string
	Hashes       []Hash
	Licenses     []string
	// SourceName and SourceVersion are the distribution's source package that
	// the component was built from, where the document tells. Linux
	// distributions publish advisories for source packages.
	SourceName, SourceVersion string
}

// Hash is a digest of the component's content.
type Hash struct {
	Algorithm string // as CycloneDX writes it: "SHA-256"
	Value     string // lower-case hexadecimal
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
	for _, p := range d.Components {
		purl := ValidPurl(p.Purl)
		cpe := slices.ContainsFunc(p.CPEs, func(text string) bool { _, err := ParseCPE(text); return err == nil })
		if p.Purl != "" {
			c.WithPurl++
		}
		if len(p.CPEs) > 0 {
			c.WithCPE++
		}
		if p.Version == "" {
			c.WithoutVersion++
		}
		if !purl && !cpe {
			c.WithoutIdentifier++
		}
	}
	return c
}

// ValidPurl tells whether text is a package URL that can be read.
func ValidPurl(text string) bool {
	if text == "" {
		return false
	}
	_, err := packageurl.FromString(text)
	return err == nil
}

// maxProblems limits the list of problems; one line says how many more.
const maxProblems = 500

// finish checks the components, sorts them and notes the problems.
func (d *Document) finish(places []string) {
	refs := map[string]bool{}
	problems := d.Problems
	add := func(pointer, rule, format string, args ...any) {
		problems = append(problems, fault.Field{Pointer: pointer, Rule: rule, Message: fmt.Sprintf(format, args...)})
	}
	for i := range d.Components {
		c := &d.Components[i]
		at := places[i]
		if c.Version == "" && c.Purl != "" {
			if p, err := packageurl.FromString(c.Purl); err == nil {
				c.Version = p.Version
			}
		}
		if c.Name == "" {
			add(at, "name", "component without a name: add it")
		}
		if c.Version == "" && c.VersionRange == "" && c.Type != "file" {
			add(at, "version", "%s has no version: matches can only be \"possible\"; add it", label(c))
		}
		if c.Purl != "" && !ValidPurl(c.Purl) {
			_, err := packageurl.FromString(c.Purl)
			add(at, "purl", "%s: the purl %q cannot be read: %v", label(c), short(c.Purl), err)
		}
		for _, text := range c.CPEs {
			if _, err := ParseCPE(text); err != nil {
				add(at, "cpe", "%s: %v", label(c), err)
			}
		}
		if c.Ref != "" && refs[c.Ref] {
			add(at, "unique", "the reference %q is used by more than one component: give each its own", short(c.Ref))
		}
		refs[c.Ref] = true
	}
	if len(d.Components) == 0 {
		add("/", "components", "the document lists no components")
	}
	if len(problems) > maxProblems {
		more := len(problems) - maxProblems
		problems = problems[:maxProblems]
		add("/", "problems", "and %d more problems", more)
	}
	d.Problems = problems
	slices.SortStableFunc(d.Components, func(a, b Component) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Purl, b.Purl), cmp.Compare(a.Ref, b.Ref))
	})
	if d.Name == "" && d.Subject != nil {
		d.Name = d.Subject.Name
	}
}

func label(c *Component) string {
	if c.Name == "" {
		return "a component"
	}
	return fmt.Sprintf("%q", short(c.Name))
}

// short cuts a text for a message.
func short(text string) string {
	const most = 120
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "..."
}
