package match

import (
	"slices"
	"strings"
	"sync/atomic"

	"mimamori/internal/advisory"
	"mimamori/internal/sbom"
	"mimamori/internal/version"

	"github.com/package-url/packageurl-go"
)

// record is what of an advisory matching needs.
type record struct {
	source     advisory.Source
	id, part   string
	aliases    []string
	entries    []entry // as in Advisory.Affected; those that match nothing are empty
	conditions []advisory.Configuration
}

// vulnerabilities are the ids of what the record is about. A distribution's id
// ends in the CVE id it was made for: "DEBIAN-CVE-2024-1234".
func (r *record) vulnerabilities() []string {
	out := (&advisory.Advisory{Source: r.source, ID: r.id, Part: r.part, Aliases: r.aliases}).Names()
	if at := strings.Index(r.id, "CVE-"); at > 0 {
		out = append(out, r.id[at:])
	}
	return out
}

func (r *record) name() string {
	if r.part == "" || r.part[0] == '#' {
		return r.id + r.part
	}
	return r.id + " " + r.part
}

// entryStatus is an advisory.Status in one byte.
type entryStatus uint8

const (
	statusNone entryStatus = iota // matches nothing
	statusOpen
	statusInvestigated
	statusPlatform
)

// entry is an affected entry in the shape in which it is compared. What few
// entries have lies behind a pointer: there are half a million of them.
type entry struct {
	record    *record
	status    entryStatus
	condition int16 // index in record.conditions of the one that names it, or -1
	keys      []handle
	names     []cpeName
	packages  *packageVersions
	vendor    *vendorVersions
	cache     atomic.Pointer[compiledEntry]
}

// packageVersions are the versions of an OSV entry.
type packageVersions struct {
	ecosystem string // with its release, also where only a purl tells it
	versions  []string
	ranges    []advisory.Range
}

// vendorVersions are versions as vendors, CVE and NVD records tell them.
type vendorVersions struct {
	status   string // of CSAF
	platform string
	within   string // CVE: the package of the product that the versions are of, where it is named
	purls    []packageurl.PackageURL
	text     string
	stated   *version.Stated
	bounds   version.Bounds
}

// compiledEntry holds versions as read, for the scheme that asked first, which
// is nearly always the only one.
type compiledEntry struct {
	scheme version.Scheme
	ranges []compiledRange
	vendor version.VendorRange
}

func (e *entry) compiled(scheme version.Scheme) *compiledEntry {
	if kept := e.cache.Load(); kept != nil && kept.scheme == scheme {
		return kept
	}
	fresh := &compiledEntry{scheme: scheme}
	if e.packages != nil {
		fresh.ranges = compile(e.packages.ranges, scheme)
	}
	if e.vendor != nil && e.vendor.text != "" {
		fresh.vendor = version.ParseVendorRange(e.vendor.text)
	}
	e.cache.CompareAndSwap(nil, fresh)
	return fresh
}

func (e *entry) bounds() version.Bounds {
	if e.vendor == nil {
		return version.Bounds{}
	}
	return e.vendor.bounds
}

// openKeys returns the keys of each entry; none when the advisory is withdrawn.
func openKeys(a *advisory.Advisory) [][]string {
	if !a.Withdrawn.IsZero() {
		return nil
	}
	return entriesKeys(a)
}

// newRecord brings an advisory into the shape in which it is compared, or nil
// when it matches nothing: it is withdrawn, or none of its entries is open.
func newRecord(a *advisory.Advisory) *record { return recordOf(a, openKeys(a)) }

// recordOf is newRecord for an advisory whose openKeys are known.
func recordOf(a *advisory.Advisory, keys [][]string) *record {
	if !slices.ContainsFunc(keys, func(list []string) bool { return len(list) > 0 }) {
		return nil
	}
	r := &record{source: a.Source, id: interned(a.ID).Value(), part: interned(a.Part).Value(), aliases: slices.Clone(a.Aliases), conditions: a.Configurations}
	r.entries = make([]entry, len(a.Affected))
	for i := range a.Affected {
		r.entries[i].take(r, &a.Affected[i], keys[i])
	}
	for i := range r.conditions {
		r.number(&r.conditions[i], i)
	}
	return r
}

// number notes which condition names which entry.
func (r *record) number(c *advisory.Configuration, n int) {
	for _, i := range c.Entries {
		if i >= 0 && i < len(r.entries) && n <= maxConditions {
			r.entries[i].condition = int16(n) //nolint:gosec // below maxConditions
		}
	}
	for i := range c.Parts {
		r.number(&c.Parts[i], n)
	}
}

// maxConditions limits the alternatives of one record; the most in NVD's feeds
// is about 500.
const maxConditions = 1<<15 - 1

func (e *entry) take(r *record, f *advisory.Affected, keys []string) {
	e.record, e.condition = r, -1
	switch {
	case f.Status == advisory.Platform:
		e.status = statusPlatform
	case len(keys) == 0:
		return
	case f.Status == advisory.UnderInvestigation:
		e.status = statusInvestigated
	default:
		e.status = statusOpen
	}
	for _, t := range f.CPEs {
		if name, err := sbom.ParseCPE(t); err == nil {
			e.names = append(e.names, cpeNameOf(name))
		}
	}
	e.names = slices.Clip(e.names)
	if e.status == statusPlatform {
		for i := range e.names {
			if !slices.Contains(e.keys, e.names[i].key) {
				e.keys = append(e.keys, e.names[i].key)
			}
		}
	}
	for _, key := range keys {
		e.keys = append(e.keys, interned(key))
	}
	if r.source == advisory.SourceOSV {
		e.packages = &packageVersions{entryEcosystem(f), f.Versions, f.Ranges}
		return
	}
	v := vendorVersions{platform: f.Platform, text: f.VersionText, stated: f.Stated, bounds: f.Bounds}
	if r.source == advisory.SourceCSAF {
		v.status = string(f.Status)
	}
	if r.source == advisory.SourceCVE && f.Name != "" && !strings.EqualFold(f.Name, f.Product) {
		v.within = f.Name
	}
	for _, t := range append([]string{f.Purl}, f.Purls...) {
		if p, err := packageurl.FromString(t); err == nil {
			v.purls = append(v.purls, p)
		}
	}
	if v.status+v.platform+v.within+v.text != "" || v.stated != nil || !v.bounds.IsZero() || len(v.purls) > 0 {
		e.vendor = &v
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

// meet judges one entry for one identity, whatever conditions name it; false
// when it does not apply. outside then tells that versions were compared, and
// against what.
func (e *entry) meet(id *identity) (found Evidence, meets bool, outside string) {
	found = Evidence{Class: Affected, Rule: id.rule, Identifier: id.label, Version: id.version}
	var v verdict
	if e.packages != nil {
		scheme := id.scheme
		if id.rule == ByCPE {
			scheme = version.SchemeOf(e.packages.ecosystem)
		} else {
			same, reason := sameRelease(e.packages.ecosystem, id.pkg.ecosystem, id.pkg.release)
			if !same {
				return found, false, ""
			}
			found.weaken(reason)
		}
		v = e.judge(scheme, id.subject(scheme))
	} else {
		v = e.vendorVerdict(id)
		if e.vendor != nil {
			found.Platform, found.Status = e.vendor.platform, e.vendor.status
		}
		if e.status == statusInvestigated {
			found.weaken("the publisher is still investigating")
		}
	}
	switch v.member {
	case version.Outside:
		return found, false, v.text
	case version.Unknown:
		found.weaken(firstText(v.reason, "the versions cannot be compared"))
		found.Unlikely = v.guess == version.Outside
	default: // Inside
	}
	found.weaken(id.weak)
	found.Range, found.Kind = v.text, v.kind
	return found, true, ""
}

// weaken makes the evidence only possible, for the first reason given.
func (e *Evidence) weaken(reason string) {
	if reason != "" && e.Reason == "" {
		e.Class, e.Reason = Possible, reason
	}
}

func firstText(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// vendorVerdict judges an entry whose versions are told by purl, CPE, statuses
// or a vendor's text.
func (e *entry) vendorVerdict(id *identity) verdict {
	stated := e.vendor != nil && e.vendor.stated != nil
	switch id.rule {
	case ByHash:
		return verdict{member: version.Inside, text: "the same file", kind: "hash"}
	case ByPurl, BySource, ByAlias:
		if v, told := e.purlVerdict(id); told {
			return v
		}
	default:
	}
	named := e.record.source == advisory.SourceNVD && !stated && len(e.names) > 0
	if !named && id.rule == ByCPE {
		named = slices.ContainsFunc(e.names, func(n cpeName) bool {
			return n.key.Value() == id.key && n.version.Value() != sbom.Any && n.version.Value() != sbom.NA
		}) && (!stated || len(e.vendor.stated.Entries) == 0)
	}
	kind := string(e.record.source)
	switch {
	case e.vendor != nil && e.vendor.within != "" && (id.rule == ByCPE || id.rule == ByName || id.rule == ByProduct):
		return verdict{member: version.Unknown, kind: kind, reason: "the record is about the package " + quote(e.vendor.within) + " in this product"}
	case named && id.rule == ByCPE:
		return e.explained(e.judgeNames(id), id)
	case named:
		return e.explained(e.judgeAnyName(id), id)
	case stated:
		answer := e.vendor.stated.Judge(id.version)
		return verdict{member: answer.Member, guess: answer.Guess, text: answer.Text, kind: kind, reason: answer.Reason}
	case e.vendor == nil || e.vendor.text == "":
		if e.status == statusPlatform {
			return e.judgeNames(id)
		}
		return verdict{member: version.Unknown, reason: "the record names no versions"}
	}
	r := e.compiled(version.Generic).vendor
	v := verdict{member: r.Contains(id.version), text: e.vendor.text, kind: kind}
	if v.member == version.Unknown && id.version != "" && !r.Understood() {
		v.reason = "the record's versions are free text"
	}
	return e.explained(v, id)
}

// judgeAnyName judges by all names of the entry, for an identity that is none
// of CPE: the entry has one product.
func (e *entry) judgeAnyName(id *identity) verdict {
	as := *id
	as.key = e.names[0].key.Value()
	return e.judgeNames(&as)
}

// explained says why a version could not be compared, where nothing better is
// known.
func (e *entry) explained(v verdict, id *identity) verdict {
	switch {
	case v.member != version.Unknown || v.reason != "":
	case id.version == "" || id.version == sbom.Any || id.version == sbom.NA:
		v.reason = "the component has no version"
	default:
		v.reason = "the version " + quote(id.version) + " cannot be compared"
	}
	return v
}

// purlVerdict judges by what the record's purl tells: the version, and the
// release of the distribution. told is false when it tells neither.
func (e *entry) purlVerdict(id *identity) (v verdict, told bool) {
	if e.vendor == nil {
		return verdict{}, false
	}
	for _, purl := range e.vendor.purls {
		if !slices.Contains(vendorPurlKeys(purl), id.key) {
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
