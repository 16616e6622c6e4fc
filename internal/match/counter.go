package match

import (
	"cmp"
	"slices"
	"strings"

	"mimamori/internal/advisory"
	"mimamori/internal/sbom"
)

// Counter is what speaks against a finding: a proposal to judge it as not
// affected or fixed, with its reason.
type Counter struct {
	Status advisory.VEXStatus `json:"status"` // what is proposed
	By     CounterKind        `json:"by"`
	Source string             `json:"source"` // record, issuer of the statement, or "pedigree"
	Reason string             `json:"reason"`
}

// CounterKind is where a Counter comes from, in the order in which they count.
type CounterKind string

// The kinds of counters. All of them beat the range of an upstream version,
// which does not know what was patched without a new version.
const (
	CounterVEX      CounterKind = "VEX"
	CounterPedigree CounterKind = "pedigree"
	CounterDistro   CounterKind = "distribution"
)

// Patch says that a component was patched against a vulnerability: CycloneDX
// pedigree.patches[].resolves, or a distribution's CVE_STATUS "Patched".
type Patch struct {
	Component  string // purl, or sbom.Component.Ref
	Resolves   []string
	Document   string
	Resolution string // what was done, in words; may be empty
}

// Statements are VEX statements and patches, by what they are about.
type Statements struct {
	byVulnerability map[string][]statement
	patches         map[string][]Patch
}

// statement is a VEX statement with the keys of its products.
type statement struct {
	advisory.Statement
	products []statedProduct
}

type statedProduct struct {
	keys    []string
	version string // empty: every version
}

// NewStatements returns the set of the statements and patches. Statements that
// speak for a finding (affected, under investigation) counter nothing.
func NewStatements(list []advisory.Statement, patches []Patch) *Statements {
	out := &Statements{byVulnerability: map[string][]statement{}, patches: map[string][]Patch{}}
	for _, s := range list {
		if s.Status != advisory.VEXNotAffected && s.Status != advisory.VEXFixed {
			continue
		}
		held := statementOf(s)
		for _, id := range append([]string{s.Vulnerability}, s.Aliases...) {
			out.byVulnerability[id] = append(out.byVulnerability[id], held)
		}
	}
	for _, p := range patches {
		for _, id := range p.Resolves {
			out.patches[id] = append(out.patches[id], p)
		}
	}
	return out
}

// statementOf reads the keys of what the statement is about.
func statementOf(s advisory.Statement) statement {
	held := statement{Statement: s}
	for _, p := range s.Products {
		about := []advisory.Product{p}
		if len(p.Subcomponents) > 0 {
			about = p.Subcomponents
		}
		for _, part := range about {
			held.products = append(held.products, productsOf(part)...)
		}
	}
	return held
}

// productsOf lists how a product of a statement can be recognized: each purl
// and CPE name by itself, with the version it carries.
func productsOf(p advisory.Product) []statedProduct {
	var out []statedProduct
	add := func(c sbom.Component) {
		for _, id := range identities(&c, nil) {
			if id.rule == ByPurl || id.rule == ByCPE || id.rule == ByHash {
				version := id.version
				if version == "" { // a range, as it is written, is no version of a component
					version = p.Version
				}
				out = append(out, statedProduct{[]string{id.key}, version})
			}
		}
	}
	for _, purl := range p.Purls {
		add(sbom.Component{Purl: purl})
	}
	for _, cpe := range p.CPEs {
		add(sbom.Component{CPEs: []string{cpe}})
	}
	for _, h := range p.Hashes {
		out = append(out, statedProduct{keys: []string{hashKey(h.Algorithm, h.Value)}})
	}
	return out
}

// counters lists what the statements say about the component and the record.
func (s *Statements) counters(c *sbom.Component, ids []identity, r *record) []Counter {
	if s == nil {
		return nil
	}
	return s.about(c, ids, r.vulnerabilities())
}

// About lists what the statements say about the component and a vulnerability
// with these names.
func (s *Statements) About(c sbom.Component, names []string) []Counter {
	if s == nil {
		return nil
	}
	return s.about(&c, identities(&c, nil), names)
}

func (s *Statements) about(c *sbom.Component, ids []identity, names []string) []Counter {
	var out []Counter
	for _, name := range names {
		for i := range s.byVulnerability[name] {
			if st := &s.byVulnerability[name][i]; st.about(ids) {
				out = append(out, Counter{
					Status: st.Status, By: CounterVEX, Source: cmp.Or(st.Issuer, st.Document),
					Reason: strings.TrimSpace(cmp.Or(st.Justification, st.JustificationLabel) + " " + st.Impact),
				})
			}
		}
		for _, p := range s.patches[name] {
			if p.Component != "" && (p.Component == c.Purl || p.Component == c.Ref) {
				out = append(out, Counter{
					Status: advisory.VEXFixed, By: CounterPedigree, Source: cmp.Or(p.Document, "pedigree"),
					Reason: cmp.Or(p.Resolution, "the component is patched against "+name),
				})
			}
		}
	}
	slices.SortFunc(out, compareCounters)
	return slices.Compact(out)
}

func compareCounters(a, b Counter) int {
	order := []CounterKind{CounterVEX, CounterPedigree, CounterDistro}
	return cmp.Or(cmp.Compare(slices.Index(order, a.By), slices.Index(order, b.By)), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Status, b.Status), cmp.Compare(a.Reason, b.Reason))
}

// about tells whether the statement names the component: by an identifier, and
// by exactly its version where it tells one.
func (s *statement) about(ids []identity) bool {
	for _, p := range s.products {
		for i := range ids {
			if slices.Contains(p.keys, ids[i].key) && (p.version == "" || p.version == sbom.Any || p.version == ids[i].version) {
				return true
			}
		}
	}
	return false
}

// clearances are records of distributions that speak of a component and leave
// its version out, by the vulnerabilities they stand for.
type clearances map[string]Counter

func (c clearances) note(e *entry, id *identity, outside string) {
	if c == nil || outside == "" || e.packages == nil || id.rule != ByPurl && id.rule != BySource || id.pkg.release == "" || id.weak != "" {
		return
	}
	counter := Counter{
		Status: advisory.VEXFixed, By: CounterDistro, Source: e.record.name(),
		Reason: "the distribution's record for " + e.packages.ecosystem + " has " + quote(id.version) + " outside " + outside,
	}
	for _, name := range e.record.vulnerabilities() {
		if held, ok := c[name]; !ok || compareCounters(counter, held) < 0 {
			c[name] = counter
		}
	}
}

// counters lists what distributions say against evidence from elsewhere.
func (c clearances) counters(r *record, evidence []Evidence) []Counter {
	if len(c) == 0 || evidence[0].Rule == BySource || evidence[0].Kind == string(advisory.RangeEcosystem) {
		return nil
	}
	for _, name := range r.vulnerabilities() {
		if counter, ok := c[name]; ok {
			return []Counter{counter}
		}
	}
	return nil
}

// Clearable tells by its keys whether a component is a distribution's package
// that others name as well: there the distribution's record counts against
// theirs, so that what one of them says cannot be judged alone.
func Clearable(keys []string) bool {
	has := func(prefixes ...string) bool {
		return slices.ContainsFunc(keys, func(key string) bool {
			return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
		})
	}
	return has("purl:deb/", "purl:rpm/", "purl:apk/", "purl:alpm/", "purl:ebuild/") && has("cpe:", "repo:", "name:")
}
