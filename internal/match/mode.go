package match

import "slices"

// Mode is how much of what may be a match is looked at.
type Mode string

// The two modes.
const (
	// Comprehensive shows everything that cannot be excluded.
	Comprehensive Mode = "comprehensive"
	// Precise leaves out what rests on names alone, on a package inside a
	// module, on something unknown beside the component or on the order of
	// versions that the record does not tell and the usual order excludes, and
	// what a distribution, a patch or a VEX statement speaks against. What it
	// leaves out is not thereby "not affected".
	Precise Mode = "precise"
)

// In tells whether the finding is looked at in the mode.
func (f *Finding) In(mode Mode) bool {
	if mode != Precise {
		return true
	}
	return len(f.Counters) == 0 && slices.ContainsFunc(f.Evidence, func(e Evidence) bool {
		return e.Class == Affected || e.Rule != ByName && e.Rule != ByImport && e.Condition == "" && !e.Unlikely
	})
}
