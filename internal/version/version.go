// Package version compares version texts by the rules of the place they come
// from, and says so when it cannot: "cannot compare" is an answer, and never
// turned into "lower" or "higher".
package version

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/google/osv-scalibr/semantic"
)

// ErrCannotCompare tells that two texts have no order under their scheme.
var ErrCannotCompare = errors.New("cannot compare")

// Scheme names the rules of comparison: an OSV ecosystem without its release
// ("PyPI", "Debian"), SemVer, or Generic.
type Scheme string

const (
	// Generic is for vendor texts and CPE names; see generic.go.
	Generic Scheme = "generic"
	// SemVer is Semantic Versioning 2.0.0, the type of OSV's SEMVER ranges.
	SemVer Scheme = "SemVer"
)

// schemes holds the ecosystems whose rules the comparison library has.
var schemes = func() map[string]Scheme {
	out := map[string]Scheme{}
	for _, name := range []string{
		"AlmaLinux", "Alpaquita", "Alpine", "BellSoft Hardened Containers", "Bioconductor", "Bitnami", "Chainguard", "ConanCenter",
		"CRAN", "crates.io", "Debian", "Docker Hardened Images", "GHC", "Go", "Hackage", "Hex", "Julia", "Mageia", "Maven", "MinimOS",
		"npm", "NuGet", "openEuler", "openSUSE", "Packagist", "Pub", "PyPI", "Red Hat", "Rocky Linux", "RubyGems", "SUSE", "SwiftURL",
		"Ubuntu", "Wolfi",
	} {
		out[strings.ToLower(name)] = Scheme(name)
	}
	// Ecosystems of which the library does not know that they use RPM, Debian
	// or Semantic Versioning.
	for name, scheme := range map[string]Scheme{"Photon OS": "Red Hat", "Azure Linux": "Red Hat", "Echo": "Debian", "Kubernetes": SemVer, "VSCode": SemVer, "GitHub Actions": SemVer} {
		out[strings.ToLower(name)] = scheme
	}
	return out
}()

// SchemeOf returns the scheme of an OSV ecosystem such as "Debian:12", in any
// letter case. Ecosystems without known rules get Generic.
func SchemeOf(ecosystem string) Scheme {
	base, _, _ := strings.Cut(ecosystem, ":")
	if scheme, known := schemes[base]; known {
		return scheme
	}
	if scheme, known := schemes[strings.ToLower(base)]; known {
		return scheme
	}
	return Generic
}

// Version is a version text read under a scheme. The zero Version compares
// with nothing.
//
// What is not strictly a version of a semantic versioning scheme, such as
// OpenSSL's 1.1.1q in ConanCenter or 1.2.3.4, is ordered as Generic; so are its
// comparisons with those that are.
type Version struct {
	scheme  Scheme
	text    string
	native  semantic.Version // nil when ordered as Generic
	generic []part           // nil when native is not
}

var (
	// Up to three numbers, then a pre-release or build part. The comparison
	// library reads anything; a fourth number would be taken for a pre-release.
	semverText = regexp.MustCompile(`^[vV]?\d+(\.\d+){0,2}([-+][0-9A-Za-z.+~_-]*)?$`)
	// The name of a commit, which starts with a digit as often as not, and what
	// may be a short one.
	wholeCommit = regexp.MustCompile(`^(?:\d+:)?[0-9a-f]{40}$`)
	commitLike  = regexp.MustCompile(`^[0-9a-f]{7,40}$`)
	// What the other schemes can order: something with a digit, no blanks, no
	// placeholder such as ${project.version}.
	orderable = regexp.MustCompile(`^[0-9A-Za-z.+~^:!_-]*[0-9][0-9A-Za-z.+~^:!_-]*$`)
)

func semverLike(s Scheme) bool {
	switch s {
	case SemVer, "Bitnami", "Bioconductor", "ConanCenter", "crates.io", "Go", "Hex", "Julia", "npm", "SwiftURL", "GHC", "Docker Hardened Images":
		return true
	default:
		return false
	}
}

// Parse reads text under scheme. It fails with ErrCannotCompare when the text
// is no version there: empty, "(devel)", "unknown", "dev-master".
func Parse(scheme Scheme, text string) (Version, error) {
	trimmed := strings.TrimSpace(text)
	commit := wholeCommit.MatchString(trimmed)
	if scheme == Generic && !commit {
		parts, err := genericParts(trimmed)
		if err != nil {
			return Version{}, err
		}
		return Version{scheme: scheme, text: text, generic: parts}, nil
	}
	ok := !commit && orderable.MatchString(trimmed) && !strings.HasPrefix(trimmed, "dev-")
	if semverLike(scheme) {
		ok = semverText.MatchString(trimmed)
		if strings.HasPrefix(trimmed, "V") {
			trimmed = "v" + trimmed[1:]
		}
		if !ok && !commitLike.MatchString(trimmed) {
			if parts, err := genericParts(trimmed); err == nil {
				return Version{scheme: scheme, text: text, generic: parts}, nil
			}
		}
	}
	if !ok {
		return Version{}, fmt.Errorf("%w: %q is not a %s version", ErrCannotCompare, text, scheme)
	}
	ecosystem := string(scheme)
	if scheme == SemVer {
		ecosystem = "npm"
	}
	native, err := semantic.Parse(trimmed, ecosystem)
	if err != nil {
		return Version{}, fmt.Errorf("%w: %q is not a %s version: %w", ErrCannotCompare, text, scheme, err)
	}
	return Version{scheme: scheme, text: text, native: native}, nil
}

// Compare returns -1, 0 or 1 when v is lower than, equal to or higher than w,
// or ErrCannotCompare. Both must be of one scheme.
func (v Version) Compare(w Version) (int, error) {
	if v.scheme != w.scheme || v.scheme == "" {
		return 0, fmt.Errorf("%w: %q is a %s version, %q a %s version", ErrCannotCompare, v.text, v.scheme, w.text, w.scheme)
	}
	if v.native == nil || w.native == nil {
		order, ok := compareParts(v.parts(), w.parts())
		if !ok {
			return 0, fmt.Errorf("%w: %q and %q are of different kinds", ErrCannotCompare, v.text, w.text)
		}
		return order, nil
	}
	order, err := v.native.Compare(w.native)
	if err != nil {
		return 0, fmt.Errorf("%w: %q and %q: %w", ErrCannotCompare, v.text, w.text, err)
	}
	return max(-1, min(1, order)), nil
}

// parts returns the runs of v for a comparison as Generic, in which a build
// part of Semantic Versioning has no place.
func (v Version) parts() []part {
	if v.native == nil {
		return v.generic
	}
	plain, _, _ := strings.Cut(v.text, "+")
	parts, _ := genericParts(plain) // what native could read has a digit and no other signs
	return parts
}

// Compare parses both texts under scheme and compares them.
func Compare(scheme Scheme, a, b string) (int, error) {
	v, err := Parse(scheme, a)
	if err != nil {
		return 0, err
	}
	w, err := Parse(scheme, b)
	if err != nil {
		return 0, err
	}
	return v.Compare(w)
}
