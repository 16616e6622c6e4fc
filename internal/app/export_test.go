package app

// IdentityOf is how a component of an SBOM is stored, and Keying gives it its keys.
var (
	IdentityOf = identityOf
	Keying     = keying
)
