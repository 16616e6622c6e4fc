package match

import (
	"slices"
	"strings"

	"mimamori/internal/advisory"
	"mimamori/internal/version"
)

// verdict is what an entry of a record says about a version.
type verdict struct {
	member version.Membership
	text   string // range as shown
	kind   string
	reason string             // why unknown
	guess  version.Membership // where unknown: the answer if versions compare as they usually do, or empty
}

// judge evaluates an OSV entry by the specification's rule: affected when the
// version is listed or in a SEMVER or ECOSYSTEM range. GIT ranges need the
// commit history and are left aside; when there is nothing else the answer is
// unknown.
func (e *entry) judge(scheme version.Scheme, v subject) verdict {
	versions := e.packages.versions
	if v.text != "" && slices.Contains(versions, v.text) {
		return verdict{member: version.Inside, text: "listed", kind: "versions"}
	}
	uncomparable := func() string {
		if v.text == "" {
			return "the component has no version"
		}
		return "the version " + quote(v.text) + " cannot be compared"
	}
	var unknown verdict
	ranges := e.compiled(scheme).ranges
	for i := range ranges {
		got := ranges[i].contains(v)
		switch got.member {
		case version.Inside:
			return got
		case version.Unknown:
			if !v.known {
				got.reason = uncomparable()
			}
			unknown = got
		default: // Outside this range; another may hold
		}
	}
	if listed, ok := listedAs(versions, scheme, v); ok {
		return verdict{member: version.Inside, text: "listed as " + listed, kind: "versions"}
	}
	switch {
	case unknown.member != "":
		return unknown
	case len(versions) > 0 && !v.known && len(ranges) == 0:
		return verdict{member: version.Unknown, text: "listed versions", kind: "versions", reason: uncomparable()}
	case len(versions) > 0 && v.text == "":
		return verdict{member: version.Unknown, text: "listed versions", kind: "versions", reason: uncomparable()}
	case len(versions) == 0 && len(ranges) == 0 && len(e.packages.ranges) > 0:
		return verdict{member: version.Unknown, text: "commits", kind: string(advisory.RangeGit), reason: "the record names commits only"}
	case len(versions) == 0 && len(ranges) == 0:
		return verdict{member: version.Unknown, reason: "the record names no versions"}
	}
	return verdict{member: version.Outside, text: outsideText(ranges)}
}

// outsideText shows the ranges in which a version does not lie.
func outsideText(ranges []compiledRange) string {
	if len(ranges) == 0 {
		return "the listed versions"
	}
	return ranges[0].text
}

// subject is the version that is judged.
type subject struct {
	text  string
	at    version.Version
	known bool // at could be read
}

func subjectOf(scheme version.Scheme, text string) subject {
	v, err := version.Parse(scheme, text)
	return subject{text, v, err == nil}
}

// listedAs finds a listed version that is written in another way than v but
// equal to it, such as 1.0 and 1.0.0 for PyPI.
func listedAs(list []string, scheme version.Scheme, v subject) (string, bool) {
	if !v.known {
		return "", false
	}
	head := firstNumbers(v.text)
	for _, listed := range list {
		if firstNumbers(listed) != head {
			continue // reading a version costs a hundred times more than this
		}
		w, err := version.Parse(scheme, listed)
		if err != nil {
			continue
		}
		if order, err := v.at.Compare(w); err == nil && order == 0 {
			return listed, true
		}
	}
	return "", false
}

// firstNumbers returns the first two runs of digits after an epoch, without
// leading zeros; a missing second one is 0. Versions that are equal have them
// in common in every scheme.
func firstNumbers(text string) [2]string {
	if at := strings.LastIndexAny(text, "!:"); at >= 0 {
		text = text[at+1:]
	}
	var out [2]string
	for i := range out {
		start := strings.IndexAny(text, "0123456789")
		if start < 0 {
			break
		}
		end := start
		for end < len(text) && '0' <= text[end] && text[end] <= '9' {
			end++
		}
		out[i], text = strings.TrimLeft(text[start:end], "0"), text[end:]
	}
	return out
}

func quote(text string) string {
	const most = 60
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "..."
	}
	return `"` + text + `"`
}

// turn is an event with its version read.
type turn struct {
	advisory.Event
	at    version.Version
	first bool // introduced "0": before everything
}

func (t turn) text() string { return t.Introduced + t.Fixed + t.LastAffected + t.Limit }

// compiledRange is a range whose versions were read and put in order.
type compiledRange struct {
	kind       string
	scheme     version.Scheme
	text       string
	everything bool   // every version is inside, readable or not
	reason     string // why nothing can be compared with it
	turns      []turn
	limits     []turn
}

// compile reads the comparable ranges of an entry. GIT ranges are left out.
func compile(ranges []advisory.Range, scheme version.Scheme) []compiledRange {
	out := make([]compiledRange, 0, len(ranges))
	for i := range ranges {
		if ranges[i].Kind != advisory.RangeGit {
			out = append(out, compileRange(&ranges[i], scheme))
		}
	}
	return out
}

func compileRange(r *advisory.Range, scheme version.Scheme) compiledRange {
	if scheme == version.Generic && r.Kind == advisory.RangeSemVer {
		scheme = version.SemVer
	}
	out := compiledRange{kind: string(r.Kind), scheme: scheme}
	for _, e := range r.Events {
		t := turn{Event: e, first: e.Introduced == "0"}
		if !t.first && t.text() != "*" {
			var err error
			if t.at, err = version.Parse(scheme, t.text()); err != nil {
				out.reason = "the record's version " + quote(t.text()) + " cannot be compared"
			}
		}
		if e.Limit != "" {
			out.limits = append(out.limits, t)
		} else {
			out.turns = append(out.turns, t)
		}
	}
	switch {
	case len(r.Events) == 0:
		out.reason = "the record's range has no events"
	case len(r.Events) == 1 && len(out.turns) == 1 && out.turns[0].first:
		out.everything = true
	case out.reason == "":
		out.sort()
	}
	out.text = rangeText(out.turns, out.limits)
	return out
}

// sort is stable: events at one version keep the record's order, so that
// "fixed 1.0, introduced 1.0" stays affected from 1.0 on.
func (r *compiledRange) sort() {
	slices.SortStableFunc(r.turns, func(a, b turn) int {
		switch {
		case a.first && b.first:
			return 0
		case a.first:
			return -1
		case b.first:
			return 1
		}
		order, err := a.at.Compare(b.at)
		if err != nil {
			r.reason = "the record's versions cannot be put in order"
		}
		return order
	})
}

func (r *compiledRange) contains(v subject) verdict {
	out := verdict{member: version.Unknown, text: r.text, kind: r.kind, reason: r.reason}
	if r.scheme == version.SemVer && v.known {
		v = subjectOf(version.SemVer, v.text)
	}
	switch {
	case r.everything:
		out.member = version.Inside
	case r.reason != "" || !v.known:
	default:
		in, ok := evaluate(r.turns, r.limits, v.at)
		switch {
		case !ok:
			out.reason = "the version " + quote(v.text) + " cannot be compared"
		case in:
			out.member = version.Inside
		default:
			out.member = version.Outside
		}
	}
	return out
}

// evaluate is the algorithm of the OSV specification, section "Evaluation".
func evaluate(turns, limits []turn, v version.Version) (in, ok bool) {
	before := len(limits) == 0
	for _, l := range limits {
		if l.Limit == "*" {
			before = true
			continue
		}
		order, err := v.Compare(l.at)
		if err != nil {
			return false, false
		}
		before = before || order < 0
	}
	for _, t := range turns {
		if t.first {
			in = true
			continue
		}
		order, err := v.Compare(t.at)
		if err != nil {
			return false, false
		}
		switch {
		case t.Introduced != "" && order >= 0:
			in = true
		case t.Fixed != "" && order >= 0:
			in = false
		case t.LastAffected != "" && order > 0:
			in = false
		}
	}
	return in && before, true
}

// rangeText prints sorted events as intervals: "[0, 1.2.3), [2.0, 2.1]".
func rangeText(turns, limits []turn) string {
	var parts []string
	open := ""
	for _, t := range turns {
		switch {
		case t.Introduced != "" && open == "":
			open = "[" + t.Introduced
		case t.Fixed != "" && open != "":
			parts, open = append(parts, open+", "+t.Fixed+")"), ""
		case t.LastAffected != "" && open != "":
			parts, open = append(parts, open+", "+t.LastAffected+"]"), ""
		}
	}
	if open != "" {
		parts = append(parts, open+", ∞)")
	}
	for _, l := range limits {
		parts = append(parts, "below "+l.Limit)
	}
	return strings.Join(parts, ", ")
}
