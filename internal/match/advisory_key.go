package match

import (
	"cmp"

	"mimamori/internal/advisory"
)

// AdvisoryKey identifies an advisory.
type AdvisoryKey struct {
	Source   advisory.Source
	ID, Part string
}

func keyOf(a *advisory.Advisory) AdvisoryKey { return AdvisoryKey{a.Source, a.ID, a.Part} }

func compareAdvisoryKeys(a, b AdvisoryKey) int {
	return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Part, b.Part))
}
