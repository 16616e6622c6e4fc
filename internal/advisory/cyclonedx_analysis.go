package advisory

// CycloneDXAnalysis returns the status that a state of a CycloneDX analysis
// means, empty for one that says nothing, and the justification that
// corresponds to its own, if one does.
func CycloneDXAnalysis(state, justification string) (status VEXStatus, corresponding string) {
	return cdxStates[state], justifications[justification]
}
