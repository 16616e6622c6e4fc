package register

import (
	"slices"
	"strings"
	"unicode"

	"mimamori/internal/fault"
	"mimamori/internal/fold"
	"mimamori/internal/sbom"
)

// AboutSBOM is what an SBOM says about itself, and how it was read. Texts stand
// as the document has them and may be empty.
type AboutSBOM struct {
	Encoding     string      `json:"encoding"`    // "JSON", "XML", "protobuf", "tag-value", …; empty for SBOMs from before this was kept
	Strict       bool        `json:"strict"`      // read as its schema asks for; otherwise as real tools write, with warnings
	DocumentID   string      `json:"document_id"` // CycloneDX serial number, SPDX namespace, SWID tag id
	Created      string      `json:"created"`
	Creators     []string    `json:"creators"` // tools and persons
	Subject      SBOMSubject `json:"subject"`
	Dependencies int         `json:"dependencies"` // edges of the graph, those of components inside components too
	Statements   int         `json:"statements"`   // of vulnerabilities (VEX) in the document
	Patched      int         `json:"patched"`      // components with a patch in their pedigree
}

// SBOMSubject is what an SBOM says it is about.
type SBOMSubject struct {
	Name     string `json:"name"`
	Version  string `json:"version"`
	Supplier string `json:"supplier"`
	Purl     string `json:"purl"`
}

// About returns what the document says about itself.
func About(d *sbom.Document, strict bool) AboutSBOM {
	a := AboutSBOM{
		Encoding: d.Encoding, Strict: strict, DocumentID: d.ID, Created: d.Created, Creators: []string{},
		Subject: SBOMSubject{Name: d.Name}, Statements: len(d.Statements),
	}
	for _, creator := range d.Creators {
		if creator != "" && !slices.Contains(a.Creators, creator) && len(a.Creators) < 50 {
			a.Creators = append(a.Creators, creator)
		}
	}
	if s := d.Subject; s != nil {
		a.Subject = SBOMSubject{Name: s.Name, Version: s.Version, Supplier: s.Supplier, Purl: s.Purl}
	}
	for i := range d.Components {
		if len(d.Components[i].Resolved()) > 0 {
			a.Patched++
		}
	}
	return a
}

// Doubts returns why an SBOM may not be that of the release: the version that
// it states for its subject is another one, or its name shares no word with the
// names of the product. Names in different scripts cannot be compared and give
// no doubt; nor does what is not stated.
func (s SBOMSubject) Doubts(p Product, r Release) []Problem {
	var out []Problem
	doubt := func(f fault.Field) { out = append(out, Problem{Where: f.Pointer, Message: f.Message}) }
	if s.Version != "" && plainVersion(s.Version) != plainVersion(r.Version) {
		doubt(fault.At("/subject/version", "release", "the SBOM says it is about version %q, the release is %q: check that it is the right file", short(s.Version), r.Version))
	}
	ours, theirs := latinWords(p.BrandName+" "+p.GenericName), latinWords(s.Name)
	if len(ours) > 0 && len(theirs) > 0 && !slices.ContainsFunc(theirs, func(word string) bool { return slices.Contains(ours, word) }) {
		doubt(fault.At("/subject/name", "release", "the SBOM says it is about %q, the product is %q: check that it is the right file", short(s.Name), p.BrandName))
	}
	return out
}

// plainVersion drops what people write before a version, as in "v1.2" or "Ver. 1.2".
func plainVersion(text string) string {
	text = strings.TrimSpace(fold.Text(text))
	return strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(text, "version"), "ver"), "v. ")
}

// latinWords returns the words of Latin letters, folded, of two letters or more.
func latinWords(text string) []string {
	return slices.DeleteFunc(strings.FieldsFunc(fold.Text(text), func(r rune) bool { return !unicode.Is(unicode.Latin, r) }),
		func(word string) bool { return len(word) < 2 })
}

// short cuts a text from outside for a message.
func short(text string) string {
	const most = 120 // bytes
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// Occurrence is one place of a component in an SBOM.
type Occurrence struct {
	Position  int       `json:"position"` // among the components of the SBOM, which are sorted by name, version, purl and ref; from 0
	Component Component `json:"component"`
	Ref       string    `json:"ref"`    // bom-ref or SPDXID
	Parent    string    `json:"parent"` // ref of the enclosing component, or ""
	Detail    Detail    `json:"detail"`
}

// Detail is what an SBOM says about a component at one place. It belongs to
// the place: two SBOMs may say different things of the same identity. Hashes are
// part of the identity.
type Detail struct {
	Authors      []string       `json:"authors,omitempty"`
	Manufacturer string         `json:"manufacturer,omitempty"` // where it is not the supplier
	Licenses     []string       `json:"licenses,omitempty"`
	SWID         string         `json:"swid,omitempty"` // tag id
	Scope        string         `json:"scope,omitempty"`
	Pedigree     *sbom.Pedigree `json:"pedigree,omitempty"`
}

// DetailOf returns what belongs to the place of a component.
func DetailOf(c *sbom.Component) Detail {
	d := Detail{
		Authors: c.Authors, Manufacturer: c.Manufacturer, Licenses: c.Licenses, SWID: c.SWID, Scope: c.Scope, Pedigree: c.Pedigree,
	}
	if len(d.Authors) == 1 && d.Authors[0] == c.Supplier {
		d.Authors = nil // the supplier was taken from there
	}
	return d
}

// Empty tells whether nothing is said.
func (d Detail) Empty() bool {
	return len(d.Authors) == 0 && d.Manufacturer == "" && len(d.Licenses) == 0 && d.SWID == "" && d.Scope == "" && d.Pedigree == nil
}
