package match

import (
	"cmp"
	"slices"
	"strings"
	"sync/atomic"

	"mimamori/internal/advisory"
	"mimamori/internal/sbom"
	"mimamori/internal/version"

	"github.com/package-url/packageurl-go"
)

// Index finds the advisories a component meets. Fill it with Add, then read it
// from as many goroutines as needed; the zero Index is ready to use.
type Index struct {
	byKey   map[string][]posting
	records int
}

// record is what of an advisory a finding shows.
type record struct {
	source   advisory.Source
	id, part string
	aliases  []string
}

// entry is an affected entry with its ranges, read when first needed.
type entry struct {
	*advisory.Affected
	ecosystem string // OSV ecosystem with its release, also where only a purl tells it
	cache     atomic.Pointer[compiledEntry]
}

type compiledEntry struct {
	scheme version.Scheme
	ranges []compiledRange
}

// compiled returns the comparable ranges. They are kept for the scheme that
// asks first, which is nearly always the only one.
func (e *entry) compiled(scheme version.Scheme) []compiledRange {
	if kept := e.cache.Load(); kept != nil && kept.scheme == scheme {
		return kept.ranges
	}
	fresh := &compiledEntry{scheme, compile(e.Ranges, scheme)}
	e.cache.CompareAndSwap(nil, fresh)
	return fresh.ranges
}

// posting is one affected entry under one key.
type posting struct {
	record *record
	entry  *entry
}

// Add takes an advisory in. Withdrawn advisories and entries that are not
// open (fixed, not affected) match nothing.
func (x *Index) Add(a advisory.Advisory) {
	if x.byKey == nil {
		x.byKey = map[string][]posting{}
	}
	x.records++
	if !a.Withdrawn.IsZero() {
		return
	}
	r := &record{a.Source, a.ID, a.Part, a.Aliases}
	for i, keys := range entriesKeys(&a) {
		if len(keys) == 0 {
			continue
		}
		e := &entry{Affected: &a.Affected[i], ecosystem: entryEcosystem(&a.Affected[i])}
		for _, key := range keys {
			x.byKey[key] = append(x.byKey[key], posting{r, e})
		}
	}
}

// entryEcosystem returns the ecosystem of an OSV entry: as it states it, or as
// its purl does.
func entryEcosystem(f *advisory.Affected) string {
	if f.Ecosystem != "" || f.Purl == "" {
		return f.Ecosystem
	}
	p, err := packageurl.FromString(f.Purl)
	if err != nil {
		return ""
	}
	known, _ := ofPurl(p)
	if known.release != "" {
		return known.ecosystem + ":" + known.release
	}
	return known.ecosystem
}

// Len returns how many advisories were added.
func (x *Index) Len() int { return x.records }

// Component returns what meets the component, sorted by record and part, one
// Finding for each, with all its evidence.
func (x *Index) Component(c sbom.Component) []Finding {
	found := map[*record][]Evidence{}
	ids := identities(&c)
	for i := range ids {
		id := &ids[i]
		for _, p := range x.byKey[id.key] {
			e, meets := p.meet(id)
			if !meets {
				continue
			}
			e.describe(p.record.source, p.record.name())
			if !slices.Contains(found[p.record], e) {
				found[p.record] = append(found[p.record], e)
			}
		}
	}
	out := make([]Finding, 0, len(found))
	for r, evidence := range found {
		slices.SortFunc(evidence, compareEvidence)
		out = append(out, Finding{Source: r.source, Record: r.id, Part: r.part, Aliases: r.aliases, Class: evidence[0].Class, Evidence: evidence})
	}
	slices.SortFunc(out, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Record, b.Record), cmp.Compare(a.Part, b.Part), cmp.Compare(a.Source, b.Source), compareClass(a.Class, b.Class), compareEvidence(a.Evidence[0], b.Evidence[0]))
	})
	return out
}

func (r *record) name() string {
	if r.part == "" || r.part[0] == '#' {
		return r.id + r.part
	}
	return r.id + " " + r.part
}

// meet judges one entry for one identity; false when it does not apply.
func (p posting) meet(id *identity) (Evidence, bool) {
	e := Evidence{Class: Affected, Rule: id.rule, Identifier: id.label, Version: id.version}
	weaken := func(reason string) {
		if reason != "" && e.Reason == "" {
			e.Class, e.Reason = Possible, reason
		}
	}
	var v verdict
	if p.record.source == advisory.SourceOSV {
		scheme := id.scheme
		if id.rule == ByCPE {
			scheme = version.SchemeOf(p.entry.ecosystem)
		} else {
			same, reason := sameRelease(p.entry.ecosystem, id.pkg.ecosystem, id.pkg.release)
			if !same {
				return e, false
			}
			weaken(reason)
		}
		v = judge(p.entry, scheme, id.subject(scheme))
	} else {
		v = p.vendorVerdict(id)
		e.Platform = p.entry.Platform
		e.Status = string(p.entry.Status)
		if p.entry.Status == advisory.UnderInvestigation {
			weaken("the publisher is still investigating")
		}
	}
	if v.member == version.Outside {
		return e, false
	}
	if v.member == version.Unknown {
		weaken(cmp.Or(v.reason, "the versions cannot be compared"))
	}
	weaken(id.weak)
	e.Range, e.Kind = v.text, v.kind
	return e, true
}

// vendorVerdict judges an entry whose versions are told by purl, CPE or a
// vendor's text.
func (p posting) vendorVerdict(id *identity) verdict {
	entry := p.entry
	switch id.rule {
	case ByHash:
		return verdict{member: version.Inside, text: "the same file", kind: "hash"}
	case ByPurl, BySource:
		if v, told := p.purlVerdict(id); told {
			return v
		}
	case ByCPE:
		for _, text := range entry.CPEs {
			name, err := sbom.ParseCPE(text)
			if err != nil || cpeKey(name) != id.key || name.Version == sbom.Any || name.Version == sbom.NA {
				continue
			}
			v := verdict{member: equal(version.Generic, id.version, name.Version), text: name.Version, kind: "CPE"}
			if v.member == version.Inside && name.Update != id.cpe.Update && name.Update != sbom.Any && id.cpe.Update != sbom.Any {
				v.member, v.reason = version.Unknown, "the updates differ: "+quote(name.Update)
			}
			return v
		}
	default: // by name: the vendor's text alone tells
	}
	if entry.VersionText == "" {
		return verdict{member: version.Unknown, reason: "the record names no versions"}
	}
	r := version.ParseVendorRange(entry.VersionText)
	v := verdict{member: r.Contains(id.version), text: entry.VersionText, kind: "CSAF"}
	switch {
	case v.member != version.Unknown:
	case id.version == "":
		v.reason = "the component has no version"
	case !r.Understood():
		v.reason = "the record's versions are free text"
	default:
		v.reason = "the version " + quote(id.version) + " cannot be compared"
	}
	return v
}

// purlVerdict judges by what the record's purl tells: the version, and the
// release of the distribution. told is false when it tells neither.
func (p posting) purlVerdict(id *identity) (v verdict, told bool) {
	for _, text := range append([]string{p.entry.Purl}, p.entry.Purls...) {
		purl, err := packageurl.FromString(text)
		if err != nil || !slices.Contains(vendorPurlKeys(purl), id.key) {
			continue
		}
		if known, ok := ofPurl(purl); ok && known.release != "" && id.pkg.release != "" && known.release != id.pkg.release {
			return verdict{member: version.Outside}, true
		}
		if purl.Version == "" {
			return verdict{}, false
		}
		named := purlVersion(purl, ofType[purl.Type], "")
		v = verdict{member: equal(id.scheme, id.version, named), text: named, kind: "purl"}
		if v.member == version.Outside && distribution(purl) && withoutEpoch(named) == withoutEpoch(id.version) && strings.Contains(named, ":") != strings.Contains(id.version, ":") {
			v.member, v.reason = version.Unknown, "only one of the two tells the epoch"
		}
		return v, true
	}
	return verdict{}, false
}

func withoutEpoch(v string) string { return v[strings.IndexByte(v, ':')+1:] }

func equal(scheme version.Scheme, a, b string) version.Membership {
	if a == b && a != "" {
		return version.Inside
	}
	order, err := version.Compare(scheme, a, b)
	switch {
	case err != nil:
		return version.Unknown
	case order == 0:
		return version.Inside
	}
	return version.Outside
}
