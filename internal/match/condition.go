package match

import (
	"slices"
	"strings"

	"mimamori/internal/advisory"
	"mimamori/internal/sbom"
	"mimamori/internal/version"
)

// ConditionKeys returns the keys of everything that a condition of the record
// can rest on: what shares none of them with a release's other components
// settles nothing.
func ConditionKeys(a advisory.Advisory) []string {
	r := newRecord(&a)
	if r == nil || len(r.conditions) == 0 {
		return nil
	}
	var keys []string
	for i := range r.entries {
		e := &r.entries[i]
		for _, key := range e.keys {
			keys = append(keys, key.Value())
		}
		e.impliedBy(func(key string) bool {
			keys = append(keys, key)
			return false
		})
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// holds evaluates a condition in three values: what is not known to be in the
// release is unknown, and so is what depends on it.
func holds(r *record, c *advisory.Configuration, member func(*entry) version.Membership) version.Membership {
	answer := version.Membership("")
	join := or
	if c.Operator == "AND" {
		join = and
	}
	for _, i := range c.Entries {
		if i >= 0 && i < len(r.entries) {
			answer = join(answer, member(&r.entries[i]))
		}
	}
	for i := range c.Parts {
		answer = join(answer, holds(r, &c.Parts[i], member))
	}
	if c.Negate {
		return not(answer)
	}
	return answer
}

// or and and are Kleene's; the empty Membership is the neutral element of both.
func or(a, b version.Membership) version.Membership {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	case a == version.Inside || b == version.Inside:
		return version.Inside
	case a == version.Outside && b == version.Outside:
		return version.Outside
	}
	return version.Unknown
}

func and(a, b version.Membership) version.Membership {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	case a == version.Outside || b == version.Outside:
		return version.Outside
	case a == version.Inside && b == version.Inside:
		return version.Inside
	}
	return version.Unknown
}

func not(m version.Membership) version.Membership {
	switch m {
	case version.Inside:
		return version.Outside
	case version.Outside:
		return version.Inside
	default:
		return m
	}
}

// member tells whether the identity is what the entry names.
func (e *entry) member(id *identity) version.Membership {
	evidence, meets, _ := e.meet(id)
	if !meets {
		return version.Outside
	}
	return memberOf(&evidence)
}

// impliedBy tells that a platform goes without saying: the firmware of a piece
// of hardware runs on that hardware, which no SBOM lists.
func (e *entry) impliedBy(has func(key string) bool) bool {
	if e.status != statusPlatform || len(e.names) == 0 {
		return false
	}
	for i := range e.names {
		hardware, isHardware := strings.CutPrefix(e.names[i].key.Value(), "cpe:h:")
		v := e.names[i].version.Value()
		if isHardware && (v == sbom.NA || v == sbom.Any) && has("cpe:o:"+hardware+"_firmware") {
			return true
		}
	}
	return false
}

// condition takes the answer of a condition into the evidence; false when the
// release is known not to meet it.
func (e *Evidence) condition(r *record, c *advisory.Configuration, answer version.Membership) bool {
	switch answer {
	case version.Outside:
		return false
	case version.Unknown:
		if e.Class == Affected {
			e.Condition = conditionText(r, c)
			e.weaken("the record asks for something else in the release that is not known to be there")
		}
	default: // Inside, or nothing asked for
	}
	return true
}

// maxConditionNames limits what Evidence.Condition lists.
const maxConditionNames = 4

// conditionText lists what a condition is about besides affected products.
func conditionText(r *record, c *advisory.Configuration) string {
	var names []string
	var walk func(c *advisory.Configuration)
	walk = func(c *advisory.Configuration) {
		for _, i := range c.Entries {
			if i < 0 || i >= len(r.entries) || r.entries[i].status != statusPlatform || len(r.entries[i].names) == 0 {
				continue
			}
			name := strings.TrimPrefix(r.entries[i].names[0].key.Value(), "cpe:")
			if v := r.entries[i].names[0].version.Value(); v != sbom.Any && v != sbom.NA {
				name += ":" + v
			}
			names = append(names, name)
		}
		for i := range c.Parts {
			walk(&c.Parts[i])
		}
	}
	walk(c)
	if len(names) > maxConditionNames {
		names = append(names[:maxConditionNames], "…")
	}
	return strings.Join(names, ", ")
}
