// Package advisory reads what publishers say about vulnerabilities: OSV
// records, CSAF documents and the KEV catalogue. Each statement is kept as its
// source makes it; joining them by alias is for others.
package advisory

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"
)

// Source names the format in which a statement came.
type Source string

// The sources of affected packages.
const (
	SourceOSV  Source = "OSV"
	SourceCSAF Source = "CSAF"
)

// Advisory is what one record says about one vulnerability.
//
// A CSAF document speaks of several vulnerabilities, which are not the same
// one: it gives one Advisory for each, with the same ID and its own Part.
type Advisory struct {
	Source    Source
	ID        string // the record's own id: "GO-2023-1234", "ICSMA-18-037-01"
	Part      string // which vulnerability of the record: a CVE id or "#2"; empty for OSV
	Publisher string // who issued it, where the record says so
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
	Digest     string          // SHA-256 of Raw, hexadecimal
	Raw        json.RawMessage // the record as it came; for CSAF the whole document
}

// Key identifies the advisory within its source.
func (a *Advisory) Key() string {
	if a.Part == "" {
		return a.ID
	}
	return a.ID + "#" + strings.TrimPrefix(a.Part, "#")
}

// Severity is a score as the publisher gave it, with neither checked.
type Severity struct {
	Type   string // "CVSS_V2", "CVSS_V3", "CVSS_V4", or another word of the source
	Vector string
	Score  string // decimal as published; empty when only the vector is given
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

	Vendor, Product string // CSAF branches
	VersionText     string // CSAF: product_version or product_version_range as written
	ProductID       string // CSAF product_id within the document
	ProductName     string // CSAF full product name
	Platform        string // CSAF: what the product is a component of, or installed on

	Versions []string // OSV: affected versions one by one
	Ranges   []Range
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

// The product statuses of CSAF 2.0, section 3.2.3.9; OSV has only Affected.
const (
	KnownAffected      Status = "known_affected"
	FirstAffected      Status = "first_affected"
	LastAffected       Status = "last_affected"
	UnderInvestigation Status = "under_investigation"
	KnownNotAffected   Status = "known_not_affected"
	Fixed              Status = "fixed"
	FirstFixed         Status = "first_fixed"
	Recommended        Status = "recommended"
)

// Open tells whether the status leaves the entry affected or undecided.
func (s Status) Open() bool {
	switch s {
	case KnownAffected, FirstAffected, LastAffected, UnderInvestigation:
		return true
	default:
		return false
	}
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// instant reads an RFC 3339 time; anything else is "not stated".
func instant(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}
