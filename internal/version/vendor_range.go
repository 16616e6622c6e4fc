package version

import (
	"net/url"
	"regexp"
	"strings"
)

// Membership is the answer to "is this version in that range?".
type Membership string

// The three answers. Unknown is given whenever one comparison that matters
// cannot be made; it must never be read as Outside.
const (
	Inside  Membership = "inside"
	Outside Membership = "outside"
	Unknown Membership = "unknown"
)

// VendorRange is what a vendor's text says about versions: CSAF branches of
// the categories product_version and product_version_range. The zero value,
// like a text that is not understood, answers Unknown to everything.
type VendorRange struct {
	text       string
	understood bool
	all        bool
	scheme     Scheme
	terms      []term
}

// term is one condition: an operator and a version, of which only the first
// upTo parts count when the text ends in ".x" (0: all of them).
type term struct {
	op   string // "=", "!=", "<", "<=", ">", ">="
	text string
	upTo int
}

// Understood tells whether the text could be read as a range.
func (r VendorRange) Understood() bool { return r.understood }

var (
	operatorTerm = regexp.MustCompile(`^(<=|>=|=<|=>|==|!=|<|>|=|≤|≥)\s*(.+)$`)
	plainVersion = regexp.MustCompile(`^[vV]?[0-9A-Za-z][0-9A-Za-z._+:/-]*$`)
	wildcard     = regexp.MustCompile(`^(.*?[0-9])((\.[xX*])+)$`)
	belowWords   = regexp.MustCompile(`(?i)^(?:versions?\s+)?(\S+)\s+(?:and|or)\s+(?:below|prior|earlier|older|lower)(?:\s+versions?)?$`)
	aboveWords   = regexp.MustCompile(`(?i)^(?:versions?\s+)?(\S+)\s+(?:and|or)\s+(?:above|later|newer|higher)(?:\s+versions?)?$`)
	beforeWords  = regexp.MustCompile(`(?i)^(?:all\s+)?(?:versions?\s+)?(?:prior\s+to|before|earlier\s+than)\s+(?:version\s+)?(\S+)$`)
	upToWords    = regexp.MustCompile(`(?i)^(?:all\s+)?(?:versions?\s+)?(?:up\s+to(?:\s+and\s+including)?)\s+(?:version\s+)?(\S+)$`)
	versText     = regexp.MustCompile(`^vers:([a-z0-9.+-]+)/(.*)$`)
	versSchemes  = map[string]Scheme{
		"npm": "npm", "semver": SemVer, "golang": "Go", "go": "Go", "cargo": "crates.io", "pypi": "PyPI", "maven": "Maven",
		"nuget": "NuGet", "gem": "RubyGems", "composer": "Packagist", "deb": "Debian", "rpm": "Red Hat",
		"apk": "Alpine", "alpine": "Alpine", "hex": "Hex", "debian": "Debian", "ubuntu": "Ubuntu", "redhat": "Red Hat", "suse": "SUSE",
		"conan": "ConanCenter", "cran": "CRAN", "hackage": "Hackage", "pub": "Pub", "swift": "SwiftURL", "github": SemVer, "julia": "Julia",
	}
)

// ParseVendorRange reads the ways of writing that occur in CSAF documents:
//
//	vers:all/*   vers:generic/>=1.0|<2.0   <= 2.6A   >= 1.0 | <= 1.1.1
//	5.0|5.1   12.x   2.3.6 and below   prior to 4.0   *   all versions
//	1.2.3 およびそれ以前   1.0 から 2.0 より前のバージョン
//
// Anything else is kept as text and not understood.
func ParseVendorRange(text string) VendorRange {
	r := VendorRange{text: text, scheme: Generic}
	body := fromJapanese(strings.TrimSpace(text))
	if m := versText.FindStringSubmatch(strings.ToLower(body)); m != nil {
		body = strings.TrimSpace(body[strings.IndexByte(body, '/')+1:])
		if scheme, known := versSchemes[m[1]]; known {
			r.scheme = scheme
		}
		if plain, err := url.PathUnescape(body); err == nil {
			body = plain
		}
	}
	switch strings.ToLower(body) {
	case "*", "all", "all versions", "any", "any version":
		r.understood, r.all = true, true
		return r
	}
	for _, piece := range strings.Split(body, "|") {
		t, ok := parseTerm(strings.TrimSpace(piece), r.scheme)
		if !ok {
			return VendorRange{text: text, scheme: r.scheme}
		}
		r.terms = append(r.terms, t)
	}
	r.understood = true
	return r
}

func parseTerm(piece string, scheme Scheme) (term, bool) {
	op := "="
	if m := operatorTerm.FindStringSubmatch(piece); m != nil {
		op, piece = m[1], strings.TrimSpace(m[2])
		switch op {
		case "=<", "≤":
			op = "<="
		case "=>", "≥":
			op = ">="
		case "==":
			op = "="
		}
	} else {
		for _, words := range []struct {
			re *regexp.Regexp
			op string
		}{{belowWords, "<="}, {aboveWords, ">="}, {beforeWords, "<"}, {upToWords, "<="}} {
			if m := words.re.FindStringSubmatch(piece); m != nil {
				op, piece = words.op, m[1]
				break
			}
		}
	}
	if !plainVersion.MatchString(piece) {
		return term{}, false
	}
	t := term{op: op, text: piece}
	if m := wildcard.FindStringSubmatch(piece); m != nil {
		if scheme != Generic {
			return term{}, false
		}
		parts, err := genericParts(m[1])
		if err != nil {
			return term{}, false
		}
		t.text, t.upTo = m[1], len(parts)
	}
	_, err := Parse(scheme, t.text)
	return t, err == nil
}

// Contains tells whether the version is in the range.
//
// Single versions are alternatives; a lower bound followed by an upper bound
// is an interval; a bound alone is open to its side (VERS, "a range is a list
// of constraints", and the same by custom in "a | b" texts of advisories).
func (r VendorRange) Contains(text string) Membership {
	if strings.TrimSpace(text) == "" {
		return Unknown
	}
	if !r.understood {
		return Unknown
	}
	if r.all {
		return Inside
	}
	excluded := Outside // by a "!=", which may stand between two bounds
	var terms []term
	for _, t := range r.terms {
		if t.op == "!=" {
			excluded = or(excluded, not(r.holds(t, text)))
		} else {
			terms = append(terms, t)
		}
	}
	if len(terms) == 0 {
		return not(excluded)
	}
	answer := Outside
	for i := 0; i < len(terms); i++ {
		m := r.holds(terms[i], text)
		if strings.HasPrefix(terms[i].op, ">") && i+1 < len(terms) && strings.HasPrefix(terms[i+1].op, "<") {
			m = and(m, r.holds(terms[i+1], text))
			i++
		}
		answer = or(answer, m)
	}
	return and(answer, not(excluded))
}

func not(m Membership) Membership {
	switch m {
	case Inside:
		return Outside
	case Outside:
		return Inside
	default:
		return Unknown
	}
}

func and(a, b Membership) Membership {
	switch {
	case a == Outside || b == Outside:
		return Outside
	case a == Inside && b == Inside:
		return Inside
	}
	return Unknown
}

func or(a, b Membership) Membership {
	switch {
	case a == Inside || b == Inside:
		return Inside
	case a == Outside && b == Outside:
		return Outside
	}
	return Unknown
}

func (r VendorRange) holds(t term, text string) Membership {
	v, err := Parse(r.scheme, text)
	if err != nil {
		return Unknown
	}
	w, err := Parse(r.scheme, t.text)
	if err != nil {
		return Unknown
	}
	if t.upTo > 0 && len(v.generic) > t.upTo {
		v.generic = v.generic[:t.upTo]
	}
	order, err := v.Compare(w)
	if err != nil {
		return Unknown
	}
	var in bool
	switch t.op {
	case "=":
		in = order == 0
	case "!=":
		in = order != 0
	case "<":
		in = order < 0
	case "<=":
		in = order <= 0
	case ">":
		in = order > 0
	case ">=":
		in = order >= 0
	}
	if in {
		return Inside
	}
	return Outside
}
