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
	reason string // why unknown
}

// judge evaluates an OSV entry by the specification's rule: affected when the
// version is listed or in a SEMVER or ECOSYSTEM range. GIT ranges need the
// commit history and are left aside; when there is nothing else the answer is
// unknown.
func judge(entry *advisory.Affected, scheme version.Scheme, text string) verdict {
	if text != "" && slices.Contains(entry.Versions, text) {
		return verdict{member: version.Inside, text: "listed", kind: "versions"}
	}
	v, err := version.Parse(scheme, text)
	var unknown verdict
	comparable := false
	for i := range entry.Ranges {
		r := &entry.Ranges[i]
		if r.Kind == advisory.RangeGit {
			continue
		}
		comparable = true
		got := inRange(r, scheme, v, err == nil)
		switch {
		case got.member == version.Inside:
			return got
		case got.member == version.Unknown:
			if text == "" {
				got.reason = "the component has no version"
			} else if err != nil {
				got.reason = "the version " + quote(text) + " cannot be compared"
			}
			unknown = got
		}
	}
	if err == nil {
		for _, listed := range entry.Versions {
			w, err := version.Parse(scheme, listed)
			if err != nil {
				continue
			}
			if order, err := v.Compare(w); err == nil && order == 0 {
				return verdict{member: version.Inside, text: "listed as " + listed, kind: "versions"}
			}
		}
	}
	switch {
	case unknown.member != "":
		return unknown
	case len(entry.Versions) > 0 && text == "":
		return verdict{version.Unknown, "listed versions", "versions", "the component has no version"}
	case len(entry.Versions) > 0 && err != nil && !comparable:
		return verdict{version.Unknown, "listed versions", "versions", "the version " + quote(text) + " cannot be compared"}
	case len(entry.Versions) == 0 && !comparable && len(entry.Ranges) > 0:
		return verdict{version.Unknown, "commits", string(advisory.RangeGit), "the record names commits only"}
	case len(entry.Versions) == 0 && !comparable:
		return verdict{version.Unknown, "", "", "the record names no versions"}
	}
	return verdict{member: version.Outside}
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

// inRange evaluates one range. known tells whether v could be read; a range
// that covers every version holds even when it could not.
func inRange(r *advisory.Range, scheme version.Scheme, v version.Version, known bool) verdict {
	if scheme == version.Generic && r.Kind == advisory.RangeSemVer {
		scheme = version.SemVer
		if known {
			var err error
			v, err = version.Parse(scheme, v.Text())
			known = err == nil
		}
	}
	out := verdict{member: version.Unknown, kind: string(r.Kind)}
	turns := make([]turn, 0, len(r.Events))
	broken := ""
	var limits []turn
	everything := false
	for _, e := range r.Events {
		t := turn{Event: e, first: e.Introduced == "0"}
		if !t.first && t.text() != "*" {
			var err error
			if t.at, err = version.Parse(scheme, t.text()); err != nil {
				broken = t.text()
			}
		}
		if t.first {
			everything = len(r.Events) == 1
		}
		if e.Limit != "" {
			limits = append(limits, t)
			continue
		}
		turns = append(turns, t)
	}
	switch {
	case len(r.Events) == 0:
		out.reason = "the record's range has no events"
		return out
	case everything:
		out.member, out.text = version.Inside, "[0, ∞)"
		return out
	case broken != "":
		out.text, out.reason = rangeText(turns, limits), "the record's version "+quote(broken)+" cannot be compared"
		return out
	}
	// Stable: events at one version keep the record's order, so that
	// "fixed 1.0, introduced 1.0" stays affected from 1.0 on.
	failed := false
	slices.SortStableFunc(turns, func(a, b turn) int {
		switch {
		case a.first && b.first:
			return 0
		case a.first:
			return -1
		case b.first:
			return 1
		}
		order, err := a.at.Compare(b.at)
		failed = failed || err != nil
		return order
	})
	out.text = rangeText(turns, limits)
	if failed {
		out.reason = "the record's versions cannot be put in order"
		return out
	}
	if !known {
		return out
	}
	in, ok := evaluate(turns, limits, v)
	switch {
	case !ok:
		out.reason = "the version " + quote(v.Text()) + " cannot be compared"
	case in:
		out.member = version.Inside
	default:
		out.member = version.Outside
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
