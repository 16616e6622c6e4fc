package match

import (
	"mimamori/internal/advisory"
	"mimamori/internal/sbom"
)

// Concerns tells for each statement which of the components it names: by an
// identifier, and by exactly its version where it tells one. Names alone are no
// identifier. What the statement says of them does not matter here.
func Concerns(statements []advisory.Statement, components []sbom.Component) [][]bool {
	ids := make([][]identity, len(components))
	for i := range components {
		ids[i] = identities(&components[i], nil)
	}
	out := make([][]bool, len(statements))
	for n := range statements {
		held := statementOf(statements[n])
		out[n] = make([]bool, len(components))
		for i := range components {
			out[n][i] = held.about(ids[i])
		}
	}
	return out
}
