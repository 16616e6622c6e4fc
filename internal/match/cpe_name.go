package match

import (
	"strings"
	"sync"
	"unique"

	"mimamori/internal/sbom"
	"mimamori/internal/version"
)

// handle is an interned string: eight bytes, and equal texts are stored once.
type handle = unique.Handle[string]

func interned(s string) handle { return unique.Make(s) }

// cpeName is a CPE name: its product by index key, its version and the rest.
type cpeName struct {
	key             handle // cpeKey
	version, update handle
	rest            handle // edition … other, joined; empty when all are ANY
}

const restSeparator = "\x1f"

var anyRest = strings.Repeat(restSeparator+sbom.Any, 6)[1:]

func cpeNameOf(c sbom.CPE) cpeName {
	rest := strings.Join([]string{c.Edition, c.Language, c.SWEdition, c.TargetSW, c.TargetHW, c.Other}, restSeparator)
	if rest == anyRest {
		rest = ""
	}
	return cpeName{interned(cpeKey(c)), interned(c.Version), interned(c.Update), interned(rest)}
}

// restNames are the attributes in cpeName.rest, for reasons.
var restNames = [...]string{"edition", "language", "edition of the software", "target software", "target hardware", "other attribute"}

// includes tells whether the component's attributes after the version are
// among those that a record's name covers (NISTIR 7696, table 6-2): ANY of the
// record covers everything, two values cover each other when they are equal.
// What the component leaves open may be what the record asks for. Updates are
// spelled in too many ways for a difference to prove anything.
func (n *cpeName) includes(c *cpeName) (version.Membership, string) {
	answer, reason := version.Inside, ""
	switch want, has := n.update.Value(), c.update.Value(); {
	case want == sbom.Any || want == has:
	case want == sbom.NA && has == sbom.Any: // "-" is the release without an update
	case has == sbom.Any:
		answer, reason = version.Unknown, "the record is for the update "+quote(want)
	default:
		answer, reason = version.Unknown, "the updates differ: "+quote(want)
	}
	if n.rest == c.rest || n.rest.Value() == "" {
		return answer, reason
	}
	has := c.rest.Value()
	if has == "" {
		has = anyRest
	}
	held := strings.Split(has, restSeparator)
	for i, want := range strings.Split(n.rest.Value(), restSeparator) {
		switch {
		case want == sbom.Any || want == held[i]:
		case held[i] == sbom.Any || wildcards(want) || wildcards(held[i]):
			answer, reason = version.Unknown, "the record is for the "+restNames[i]+" "+quote(want)
		default:
			return version.Outside, ""
		}
	}
	return answer, reason
}

// wildcards tells that a value holds a sign that may stand for others.
func wildcards(value string) bool { return strings.ContainsAny(value, "*?") }

// nameVersion judges the version by the name itself and the bounds beside it.
func (n *cpeName) nameVersion(e *entry, id *identity) (version.Membership, string, string) {
	own := n.version.Value()
	bounds := e.bounds()
	switch {
	case own == sbom.NA && e.status == statusPlatform:
		return version.Inside, "", ""
	case own == sbom.NA:
		return version.Unknown, "", "the record names no versions"
	case own == sbom.Any && bounds.IsZero():
		return version.Inside, "all versions", ""
	case own == sbom.Any:
		return bounds.Contains(version.Generic, id.version), bounds.String(), ""
	case own == id.version:
		return version.Inside, own, ""
	case wildcards(own):
		return version.Unknown, own, "the record's version " + quote(own) + " stands for several"
	}
	at := id.subject(version.Generic)
	if at.known && differentStart(own, id.version) {
		return version.Outside, "", ""
	}
	named, readable := id.known.read(n.version)
	if !readable || !at.known {
		return version.Unknown, own, ""
	}
	order, err := at.at.Compare(named)
	switch {
	case err != nil:
		return version.Unknown, own, ""
	case order == 0:
		return version.Inside, own, ""
	}
	return version.Outside, "", ""
}

// versionTable keeps versions of CPE names as read: a few ten thousand texts
// stand in a million names. The nil table keeps nothing.
type versionTable struct{ byText sync.Map } // handle → *version.Version, nil for what cannot be read

func (t *versionTable) read(text handle) (version.Version, bool) {
	if t != nil {
		if kept, ok := t.byText.Load(text); ok {
			v, _ := kept.(*version.Version)
			if v == nil {
				return version.Version{}, false
			}
			return *v, true
		}
	}
	var kept *version.Version
	v, err := version.Parse(version.Generic, text.Value())
	if err == nil {
		kept = &v
	}
	if t != nil {
		t.byText.Store(text, kept)
	}
	return v, err == nil
}

// differentStart tells that two versions start with different numbers, so that
// they differ: most of the names of an entry are told apart by this.
func differentStart(a, b string) bool {
	number := func(text string) (string, bool) {
		end := 0
		for end < len(text) && '0' <= text[end] && text[end] <= '9' {
			end++
		}
		return strings.TrimLeft(text[:end], "0"), end > 0 && end < len(text) && text[end] == '.'
	}
	x, plainX := number(a)
	y, plainY := number(b)
	return plainX && plainY && x != y
}

// judgeNames judges an entry by its names of the component's product.
func (e *entry) judgeNames(id *identity) verdict {
	out := verdict{member: version.Outside, kind: "CPE"}
	for i := range e.names {
		n := &e.names[i]
		if n.key.Value() != id.key {
			continue
		}
		member, shown, reason := n.nameVersion(e, id)
		if member == version.Outside {
			continue
		}
		if id.rule == ByCPE {
			covered, why := n.includes(&id.name)
			if covered == version.Outside {
				continue
			}
			if covered == version.Unknown && member == version.Inside {
				member, reason = version.Unknown, why
			}
		}
		if member == version.Inside {
			return verdict{member: member, text: shown, kind: "CPE"}
		}
		if out.member == version.Outside || out.text == "" {
			out = verdict{member: member, text: shown, kind: "CPE", reason: reason}
		}
	}
	return out
}
