package version

import "strings"

// Bounds is an interval of versions as CPE match criteria give it (NVD API
// 2.0, "cpeMatch"): each bound is empty when there is none, and of the two
// bounds of one side at most one is filled.
type Bounds struct {
	From   string `json:"from,omitempty"`   // versionStartIncluding
	After  string `json:"after,omitempty"`  // versionStartExcluding
	UpTo   string `json:"up_to,omitempty"`  // versionEndIncluding
	Before string `json:"before,omitempty"` // versionEndExcluding
}

// IsZero tells that there is no bound: nothing is said about versions.
func (b Bounds) IsZero() bool { return b == Bounds{} }

// Contains tells whether the version lies between the bounds under scheme.
// Without any bound every version does, an unknown one too.
func (b Bounds) Contains(scheme Scheme, text string) Membership {
	answer := Inside
	for _, bound := range []struct {
		text string
		in   func(order int) bool
	}{
		{b.From, func(order int) bool { return order >= 0 }},
		{b.After, func(order int) bool { return order > 0 }},
		{b.UpTo, func(order int) bool { return order <= 0 }},
		{b.Before, func(order int) bool { return order < 0 }},
	} {
		if bound.text != "" {
			answer = and(answer, holdsOrder(scheme, text, bound.text, bound.in))
		}
	}
	return answer
}

// String prints the interval: "[1.0, 2.0)", "(-∞, 1.2.3]".
func (b Bounds) String() string {
	var out strings.Builder
	switch {
	case b.From != "":
		out.WriteString("[" + b.From)
	case b.After != "":
		out.WriteString("(" + b.After)
	default:
		out.WriteString("(-∞")
	}
	switch {
	case b.UpTo != "":
		out.WriteString(", " + b.UpTo + "]")
	case b.Before != "":
		out.WriteString(", " + b.Before + ")")
	default:
		out.WriteString(", ∞)")
	}
	return out.String()
}

// holdsOrder compares two texts and asks in about their order.
func holdsOrder(scheme Scheme, a, b string, in func(order int) bool) Membership {
	order, err := Compare(scheme, a, b)
	switch {
	case err != nil:
		return Unknown
	case in(order):
		return Inside
	}
	return Outside
}
