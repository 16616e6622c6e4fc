package app

import (
	"cmp"
	"context"
	"strings"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/register"
	"mimamori/internal/sbom"
)

// carriedBy returns what an SBOM says of vulnerabilities: its own statements
// (VEX), and for each patch in a pedigree that it is fixed there. One that no
// identifier of a component belongs to is kept and shown as the others are, but
// speaks of no finding.
func carriedBy(d *sbom.Document, s register.SBOM) []Statement {
	r := carried{document: d, at: s.UploadedAt, parts: map[string]*sbom.Component{}}
	r.base = advisory.Statement{Format: string(d.Format), Document: ownDocument + s.ID}
	if d.Subject != nil {
		r.base.Issuer = d.Subject.Supplier
		r.parts[d.Subject.Ref] = d.Subject
	}
	if r.base.Issuer == "" && len(d.Creators) > 0 {
		r.base.Issuer = d.Creators[0]
	}
	for i := range d.Components {
		if c := &d.Components[i]; len(d.Statements) > 0 && c.Ref != "" && r.parts[c.Ref] == nil { // a large SBOM without them needs no table
			r.parts[c.Ref] = c
		}
	}
	for i := range d.Statements {
		r.stated(&d.Statements[i])
	}
	for i := range d.Components {
		r.patched(&d.Components[i])
	}
	return r.out
}

// carried collects the statements of one document.
type carried struct {
	document *sbom.Document
	base     advisory.Statement
	at       time.Time // upload, where the document tells no time
	parts    map[string]*sbom.Component
	out      []Statement
}

func (r *carried) add(source string, s advisory.Statement) {
	if unfit(r.base.Document, s) == nil {
		r.out = append(r.out, Statement{Statement: s, Source: source, ImportedAt: r.at})
	}
}

// stated takes one vulnerability of the document; without an analysis it is the
// report of a scanner and states nothing, unless versions carry a status.
func (r *carried) stated(v *sbom.Statement) {
	s := r.base
	s.Vulnerability, s.Aliases, s.StatusLabel, s.JustificationLabel = v.Vulnerability, v.Aliases, v.State, v.Justification
	s.Status, s.Justification = advisory.CycloneDXAnalysis(v.State, v.Justification)
	s.Action = strings.Join(v.Responses, ", ")
	if s.Status == advisory.VEXNotAffected {
		s.Impact = v.Detail
	} else {
		s.Action = strings.TrimSpace(v.Detail + " " + s.Action)
	}
	s.StatedAt = r.at
	for _, text := range []string{v.Updated, r.document.Created} {
		if at, err := time.Parse(time.RFC3339, text); err == nil {
			s.StatedAt = at
			break
		}
	}
	byStatus := map[advisory.VEXStatus][]advisory.Product{}
	for _, a := range v.Affects {
		p := r.product(a.Ref)
		if len(a.Versions) == 0 {
			byStatus[s.Status] = append(byStatus[s.Status], p)
		}
		for _, version := range a.Versions {
			one := p
			one.Version = cmp.Or(version.Version, version.Range, p.Version)
			byStatus[versionStatus(version.Status, s.Status)] = append(byStatus[versionStatus(version.Status, s.Status)], one)
		}
	}
	if len(v.Affects) == 0 {
		byStatus[s.Status] = nil
	}
	for _, status := range []advisory.VEXStatus{advisory.VEXNotAffected, advisory.VEXAffected, advisory.VEXFixed, advisory.VEXUnderInvestigation} {
		if products, ok := byStatus[status]; ok {
			one := s
			one.Status, one.Products = status, products
			r.add(StatementSBOM, one)
		}
	}
}

// versionStatus is the status of a version of an affected component: its own,
// or that of the analysis.
func versionStatus(own string, analysis advisory.VEXStatus) advisory.VEXStatus {
	switch {
	case own == "unaffected":
		return advisory.VEXNotAffected
	case analysis != "":
		return analysis
	case own == "affected":
		return advisory.VEXAffected
	case own == "unknown":
		return advisory.VEXUnderInvestigation
	default:
		return "" // states nothing
	}
}

// patched takes the patches of a component.
func (r *carried) patched(c *sbom.Component) {
	if c.Pedigree == nil {
		return
	}
	for _, id := range c.Resolved() {
		s := r.base
		s.Vulnerability, s.Status, s.StatusLabel, s.StatedAt = id, advisory.VEXFixed, "pedigree", r.at
		s.Products = []advisory.Product{productOf(c)}
		for _, p := range c.Pedigree.Patches {
			for _, issue := range p.Resolves {
				if issue.ID == id {
					s.Action = strings.TrimSpace(p.Type + " " + c.Pedigree.Notes)
				}
			}
		}
		r.add(StatementPedigree, s)
	}
}

// product is the component with a reference: of this document, by itself or as
// a link "urn:cdx:serial/version#ref"; of another one, what the link tells.
func (r *carried) product(ref string) advisory.Product {
	if c := r.parts[ref]; c != nil {
		return productOf(c)
	}
	link, fragment, found := strings.Cut(ref, "#")
	if !found || !strings.HasPrefix(ref, "urn:cdx:") {
		fragment = ref
	}
	serial := strings.TrimPrefix(r.document.ID, "urn:uuid:")
	if c := r.parts[fragment]; c != nil && found && serial != "" && strings.HasPrefix(link, "urn:cdx:"+serial) {
		return productOf(c)
	}
	p := advisory.Product{ID: ref}
	if strings.HasPrefix(fragment, "pkg:") {
		p.Purls = []string{fragment}
	}
	return p
}

func productOf(c *sbom.Component) advisory.Product {
	p := advisory.Product{ID: c.Ref, Vendor: c.Supplier, Name: c.Name, Version: c.Version, CPEs: c.CPEs}
	if c.Group != "" {
		p.Name = c.Group + "/" + c.Name
	}
	if c.Purl != "" {
		p.Purls = append([]string{c.Purl}, c.OtherPurls...)
	}
	for _, h := range c.Hashes {
		p.Hashes = append(p.Hashes, advisory.Hash{Algorithm: strings.ToLower(h.Algorithm), Value: h.Value})
	}
	return p
}

// replaceCarried stores what a new SBOM of a release says, takes what the one
// before said out of force, and returns all of it.
func replaceCarried(ctx context.Context, tx Tx, before string, carried []Statement, at time.Time) ([]Statement, error) {
	var touched []Statement
	if before != "" {
		for _, source := range []string{StatementSBOM, StatementPedigree} {
			gone, err := tx.SupersedeDocument(ctx, source, ownDocument+before, at)
			if err != nil {
				return nil, err
			}
			touched = append(touched, gone...)
		}
	}
	if len(carried) == 0 {
		return touched, nil
	}
	changed, err := tx.PutStatements(ctx, carried)
	return append(touched, changed...), err
}
