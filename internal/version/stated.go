package version

import (
	"slices"
	"strings"
)

// Stated is what a CVE record says about the versions of one product: entries
// of which the first that speaks of a version decides, and a status for the
// versions of which none does.
//
// Source: CVE record format 5.x, "Version status decision algorithm".
type Stated struct {
	Default StatedStatus  `json:"default,omitempty"` // empty is unknown
	Entries []StatedEntry `json:"entries,omitempty"`
}

// StatedStatus is "affected", "unaffected" or "unknown"; any other text is
// read as unknown.
type StatedStatus string

// The statuses of a version.
const (
	StatedAffected   StatedStatus = "affected"
	StatedUnaffected StatedStatus = "unaffected"
	StatedUnknown    StatedStatus = "unknown"
)

// StatedEntry speaks of one version, or of those from Version on and below
// Before or up to UpTo.
type StatedEntry struct {
	Version string         `json:"version"` // "0" as a lower bound: every version
	Before  string         `json:"before,omitempty"`
	UpTo    string         `json:"up_to,omitempty"`
	Type    string         `json:"type,omitempty"` // how versions compare: "semver", "custom", free text
	Status  StatedStatus   `json:"status"`
	Changes []StatedChange `json:"changes,omitempty"` // in the order of the record
}

// StatedChange is the status from a version of a range on.
type StatedChange struct {
	At     string       `json:"at"`
	Status StatedStatus `json:"status"`
}

// StatedAnswer is what a Stated says about one version.
type StatedAnswer struct {
	Member Membership // Inside: affected; Outside: unaffected
	// Guess is the answer when versions of an unnamed type are taken to be
	// ordered as Generic does; it differs from Member only where that is
	// Unknown. It is good for ranking and never a proof.
	Guess  Membership
	Text   string // the entry that decides, as shown; empty for the default
	Reason string // why Unknown, else empty
}

// statedSchemes are the version types whose rules of comparison are known.
var statedSchemes = map[string]Scheme{
	"semver": SemVer, "maven": "Maven", "python": "PyPI", "pypi": "PyPI", "rpm": "Red Hat", "deb": "Debian", "dpkg": "Debian",
	"npm": "npm", "nuget": "NuGet", "gem": "RubyGems", "ruby": "RubyGems", "go": "Go", "golang": "Go", "apk": "Alpine", "composer": "Packagist",
	"cargo": "crates.io", "hex": "Hex",
}

// gitTypes are the version types that name commits, which have an order only
// in their repository.
var gitTypes = []string{"git", "original_commit_for_fix", "commit"}

// Judge answers whether the version text is affected. What cannot be compared,
// because the text is no version or the record's version type names no rules
// of comparison ("custom", free text, absent), is Unknown.
func (s Stated) Judge(text string) StatedAnswer {
	text = strings.TrimSpace(text)
	sure, guess := outcomes{}, outcomes{}
	out := StatedAnswer{}
	sureDone, guessDone := false, false
	for i := range s.Entries {
		e := &s.Entries[i]
		in := e.judge(text)
		if !sureDone && in.sure != Outside {
			sureDone = in.sure == Inside
			e.add(&sure, text, sureDone, false)
			if out.Text == "" || sureDone {
				out.Text = e.String()
			}
			if in.sure == Unknown {
				out.Reason = in.reason
			}
		}
		if !guessDone && in.guess != Outside {
			guessDone = in.guess == Inside
			e.add(&guess, text, guessDone, true)
		}
	}
	if !sureDone {
		sure.add(s.Default)
	}
	if !guessDone {
		guess.add(s.Default)
	}
	out.Member, out.Guess = sure.membership(), guess.membership()
	if out.Member != Unknown {
		out.Guess, out.Reason = out.Member, ""
	} else if out.Reason == "" {
		out.Reason = "the record does not know whether this version is affected"
		if text == "" {
			out.Reason = "the component has no version"
		}
	}
	return out
}

// MayAffect tells whether any version can come out as affected or unknown.
func (s Stated) MayAffect() bool {
	var all outcomes
	all.add(s.Default)
	for i := range s.Entries {
		all.add(s.Entries[i].Status)
		for _, c := range s.Entries[i].Changes {
			all.add(c.Status)
		}
	}
	return all.affected || all.unknown
}

// outcomes is the set of statuses that are possible.
type outcomes struct{ affected, unaffected, unknown bool }

func (o *outcomes) add(status StatedStatus) {
	switch status {
	case StatedAffected:
		o.affected = true
	case StatedUnaffected:
		o.unaffected = true
	default:
		o.unknown = true
	}
}

func (o *outcomes) membership() Membership {
	switch {
	case o.unknown, o.affected && o.unaffected:
		return Unknown
	case o.affected:
		return Inside
	}
	return Outside
}

// entryAnswer is whether an entry speaks of a version: for sure, and with the
// order guessed.
type entryAnswer struct {
	sure, guess Membership
	reason      string
}

// judge tells whether the entry speaks of the version.
func (e *StatedEntry) judge(text string) entryAnswer {
	kind := strings.ToLower(strings.TrimSpace(e.Type))
	if slices.Contains(gitTypes, kind) {
		if text == e.Version && text != "" && e.Before+e.UpTo == "" {
			return entryAnswer{Inside, Inside, ""}
		}
		return entryAnswer{Unknown, Unknown, "the record names commits only"}
	}
	if text == "" {
		if e.everything() {
			return entryAnswer{Inside, Inside, ""}
		}
		return entryAnswer{Unknown, Unknown, "the component has no version"}
	}
	scheme, known := statedSchemes[kind]
	if !known {
		scheme = Generic
	}
	guess := e.contains(scheme, text)
	switch {
	case e.everything(), e.Before+e.UpTo == "" && text == strings.TrimSpace(e.Version):
		return entryAnswer{Inside, Inside, ""}
	case guess == Unknown:
		return entryAnswer{Unknown, Unknown, "the versions cannot be compared"}
	case known, guess == Outside && e.plain(text):
		return entryAnswer{guess, guess, ""}
	}
	return entryAnswer{Unknown, guess, "the record does not say how its versions compare"}
}

// plain tells that the entry names one version, and that text is another one
// whatever the rules: both are nothing but numbers with dots, and not the same.
func (e *StatedEntry) plain(text string) bool {
	return e.Before+e.UpTo == "" && dottedNumbers(e.Version) && dottedNumbers(text)
}

func dottedNumbers(text string) bool {
	return text != "" && strings.Trim(text, "0123456789.") == "" && isDigit(text[0])
}

// everything tells that the entry is about all versions, whatever they are.
func (e *StatedEntry) everything() bool {
	if e.Before+e.UpTo == "" {
		return allVersions(e.Version)
	}
	return (e.Version == "0" || noBound(e.Version)) && (noBound(e.Before) && noBound(e.UpTo)) && len(e.Changes) == 0
}

func allVersions(text string) bool {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "*", "all", "all versions", "any", "any version":
		return true
	}
	return false
}

// noBound tells that a bound is open: left out, "*", or "unspecified" as
// records converted from the fourth format have it.
func noBound(text string) bool {
	text = strings.ToLower(strings.TrimSpace(text))
	return text == "" || text == "*" || text == "unspecified" || text == "unknown"
}

// contains evaluates the entry under scheme.
func (e *StatedEntry) contains(scheme Scheme, text string) Membership {
	if e.Before+e.UpTo == "" {
		return single(scheme, e.Version, text)
	}
	answer := Inside
	if after, found := strings.CutPrefix(e.Version, "next of "); found {
		answer = holdsOrder(scheme, text, after, func(order int) bool { return order > 0 })
	} else if e.Version != "0" && !noBound(e.Version) {
		answer = holdsOrder(scheme, text, e.Version, func(order int) bool { return order >= 0 })
	}
	if !noBound(e.Before) {
		answer = and(answer, holdsOrder(scheme, text, e.Before, func(order int) bool { return order < 0 }))
	}
	if noBound(e.UpTo) {
		return answer
	}
	if stem, found := strings.CutSuffix(e.UpTo, ".*"); found { // up to the last of 6.6
		parts, err := genericParts(stem)
		v, errText := genericParts(text)
		if err != nil || errText != nil {
			return and(answer, Unknown)
		}
		order, ok := compareParts(v[:min(len(v), len(parts))], parts)
		switch {
		case !ok:
			return and(answer, Unknown)
		case order > 0:
			return Outside
		}
		return answer
	}
	return and(answer, holdsOrder(scheme, text, e.UpTo, func(order int) bool { return order <= 0 }))
}

// single evaluates the text of an entry without bounds, which is one version
// or, in spite of the format, a range in words or signs: "< 1.2.3",
// ">= 1.0, < 1.4", "12.x", "2.3.6 and prior".
func single(scheme Scheme, stated, text string) Membership {
	if order, err := Compare(scheme, text, stated); err == nil {
		if order == 0 {
			return Inside
		}
		return Outside
	}
	pieces := strings.Split(stated, ",")
	for i := range pieces {
		pieces[i] = strings.TrimSpace(pieces[i])
	}
	return ParseVendorRange(strings.Join(pieces, "|")).Contains(text)
}

// add adds what the entry's statuses can be for the version. sure tells that
// the entry speaks of it; guessed that an unnamed order is taken for Generic.
func (e *StatedEntry) add(o *outcomes, text string, sure, guessed bool) {
	if !sure {
		o.add(e.Status)
		for _, c := range e.Changes {
			o.add(c.Status)
		}
		return
	}
	scheme, known := statedSchemes[strings.ToLower(strings.TrimSpace(e.Type))]
	if !known && len(e.Changes) > 0 && !guessed {
		e.add(o, text, false, false)
		return
	}
	if !known {
		scheme = Generic
	}
	status := e.Status
	changes := slices.Clone(e.Changes)
	ordered := true
	slices.SortStableFunc(changes, func(a, b StatedChange) int {
		order, err := Compare(scheme, a.At, b.At)
		ordered = ordered && err == nil
		return order
	})
	for _, c := range changes {
		order, err := Compare(scheme, text, c.At)
		if err != nil || !ordered {
			e.add(o, text, false, guessed)
			return
		}
		if order >= 0 {
			status = c.Status
		}
	}
	o.add(status)
}

// String prints the entry: "affected [1.0, 1.2.3) semver", "affected 2.4".
func (e *StatedEntry) String() string {
	out := string(e.Status) + " "
	if e.Before+e.UpTo == "" {
		out += e.Version
	} else {
		out += Bounds{From: e.Version, UpTo: e.UpTo, Before: e.Before}.String()
	}
	if e.Type != "" {
		out += " " + e.Type
	}
	for _, c := range e.Changes {
		out += ", from " + c.At + " on " + string(c.Status)
	}
	return out
}
