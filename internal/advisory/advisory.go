// Package advisory reads what publishers say about vulnerabilities: OSV, CVE
// and NVD records, CSAF documents, JVN iPedia, the KEV catalogue, EPSS scores,
// VEX statements and ends of life. Each statement is kept as its source makes
// it; joining them by alias is for others.
package advisory

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/version"
)

// Source names the format in which a statement came.
type Source string

// The sources of affected packages.
const (
	SourceOSV  Source = "OSV"
	SourceCSAF Source = "CSAF"
	SourceCVE  Source = "CVE"
	SourceNVD  Source = "NVD"
	SourceJVN  Source = "JVN"
)

// Advisory is what one record says about one vulnerability.
//
// A CSAF document speaks of several vulnerabilities, which are not the same
// one: it gives one Advisory for each, with the same ID and its own Part; so
// does a record of JVN iPedia with several CVE ids. In a CVE record several
// parties speak of the same vulnerability: each gives one Advisory, its Part.
type Advisory struct {
	Source    Source
	ID        string // the record's own id: "GO-2023-1234", "ICSMA-18-037-01"
	Part      string // CSAF, JVN: a CVE id or "#2"; CVE, NVD: who speaks, "CNA" or "ADP CISA-ADP"; else empty
	Publisher string // who issued it, where the record says so
	// State is the record's own word on how far it is: a vulnStatus of NVD
	// ("Analyzed", "Awaiting Analysis", "Deferred"), a state of a CVE record.
	State     string `json:",omitempty"`
	Aliases   []string
	Upstream  []string // OSV: records this one was derived from; not the same vulnerability
	Modified  time.Time
	Published time.Time
	// Withdrawn is the time the publisher took the record back, zero if not.
	// A withdrawn record is kept and matches nothing.
	Withdrawn  time.Time
	Title      string
	Summary    string
	Details    string
	Severities []Severity
	Affected   []Affected
	References []Reference
	CWEs       []string
	// Configurations say how entries of Affected depend on one another. An
	// entry that none of them names stands by itself.
	Configurations []Configuration `json:",omitempty"`
	SSVC           *SSVC           `json:",omitempty"`
	Exploited      *Exploited      `json:",omitempty"`
	Digest         string          // SHA-256 of Raw, hexadecimal
	Raw            json.RawMessage // the record as it came; for CSAF the whole document
}

// Key identifies the advisory within its source.
func (a *Advisory) Key() string {
	if a.Part == "" {
		return a.ID
	}
	return a.ID + "#" + strings.TrimPrefix(a.Part, "#")
}

// Names returns the ids of the vulnerability itself: the record's own id, when
// it stands for one vulnerability, and its aliases; without any, the Key.
func (a *Advisory) Names() []string {
	switch {
	case a.Source == SourceCSAF, a.Source == SourceJVN && a.Part != "": // the id is that of a document about several
		if len(a.Aliases) > 0 {
			return slices.Clone(a.Aliases)
		}
		return []string{a.Key()}
	}
	return append([]string{a.ID}, a.Aliases...)
}

// Configuration is a condition of NVD or of a CVE record's cpeApplicability
// over entries of Affected: it holds when all (AND) or any (OR) of its Entries
// and Parts do, or, with Negate, when they do not. The entries of status
// Platform in it are what the others have to run on or with.
type Configuration struct {
	Operator string          // "AND" or "OR"
	Negate   bool            `json:",omitempty"`
	Entries  []int           `json:",omitempty"` // indexes in Advisory.Affected, ascending
	Parts    []Configuration `json:",omitempty"`
}

// SSVC is a prioritization by CISA's tree, as a CVE record or NVD carries it:
// the words as published, empty where not given.
type SSVC struct {
	Exploitation    string // "none", "poc" or "active"
	Automatable     string // "yes" or "no"
	TechnicalImpact string // "partial" or "total"
	Role, Version   string
	At              time.Time
}

// Exploited says that a record itself carries the entry of the KEV catalogue.
type Exploited struct {
	AddedOn   caldate.Date
	DueOn     caldate.Date
	Name      string `json:",omitempty"`
	Action    string `json:",omitempty"`
	Reference string `json:",omitempty"`
}

// Severity is a score as the publisher gave it, with neither checked.
type Severity struct {
	Type   string // "CVSS_V2", "CVSS_V3", "CVSS_V4", or another word of the source
	Vector string
	Score  string // decimal as published; empty when only the vector is given
	Source string `json:",omitempty"` // NVD: who scored, "nvd@nist.gov"
	Kind   string `json:",omitempty"` // NVD: "Primary" or "Secondary"
}

// Reference is a link of the record.
type Reference struct{ Type, URL string }

// Affected is a package or product and what is said about its versions. Which
// fields are filled depends on the source; missing ones are empty.
type Affected struct {
	Ecosystem string // OSV, with its release: "PyPI", "Debian:12"
	Name      string // OSV package name
	Purl      string
	Purls     []string // CSAF 2.1: further names of the same product
	CPEs      []string
	Hashes    []Hash

	Vendor, Product string // CSAF branches; CVE, JVN as written; NVD as in the CPE name
	VersionText     string // CSAF: product_version or product_version_range as written; JVN: VersionNumber
	ProductID       string // CSAF product_id within the document
	ProductName     string // CSAF full product name
	Platform        string // CSAF: what the product is a component of, or installed on; CVE: platforms

	Versions []string // OSV: affected versions one by one
	Ranges   []Range
	Stated   *version.Stated `json:",omitempty"` // CVE: versions with their statuses
	Bounds   version.Bounds  `json:",omitzero"`  // NVD: versions of CPEs whose own version is ANY
	Repo     string          `json:",omitempty"` // CVE: address of the source repository
	Status   Status
	Imports  []string // OSV Go: affected packages of the module
}

// Hash is a digest of a product's file.
type Hash struct{ Algorithm, Value string }

// RangeKind says by which rules a range is to be read.
type RangeKind string

// The kinds of OSV ranges.
const (
	RangeSemVer    RangeKind = "SEMVER"
	RangeEcosystem RangeKind = "ECOSYSTEM"
	RangeGit       RangeKind = "GIT" // commits of Repo: not comparable without its history
)

// Range is a list of events, in the order of the record.
type Range struct {
	Kind   RangeKind
	Repo   string
	Events []Event
}

// Event is one turn of a range: exactly one field is filled.
type Event struct {
	Introduced   string `json:"introduced,omitempty"` // "0" is before every version
	Fixed        string `json:"fixed,omitempty"`
	LastAffected string `json:"last_affected,omitempty"`
	Limit        string `json:"limit,omitempty"`
}

// Status is what the record says about an affected entry.
type Status string

// The product statuses of CSAF 2.0, section 3.2.3.9; OSV has only KnownAffected.
const (
	KnownAffected      Status = "known_affected"
	FirstAffected      Status = "first_affected"
	LastAffected       Status = "last_affected"
	UnderInvestigation Status = "under_investigation"
	KnownNotAffected   Status = "known_not_affected"
	Fixed              Status = "fixed"
	FirstFixed         Status = "first_fixed"
	Recommended        Status = "recommended"
	// UnknownStatus: CSAF 2.1, nothing is known and nobody looks into it.
	UnknownStatus Status = "unknown"
	// Platform: not affected itself, a condition of a Configuration.
	Platform Status = "platform"
)

// Open tells whether the status leaves the entry affected or undecided.
func (s Status) Open() bool {
	switch s {
	case KnownAffected, FirstAffected, LastAffected, UnderInvestigation, UnknownStatus:
		return true
	default:
		return false
	}
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// instant reads an RFC 3339 time; a missing zone is UTC, as CVE records and NVD
// have it, and seconds may be missing. Anything else is "not stated".
func instant(text string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05.999999999Z0700"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// takenBack returns the time at which a rejected record was taken back: the
// first of times that is stated, or the first second of 1970 when none is.
func takenBack(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Unix(0, 0).UTC()
}
