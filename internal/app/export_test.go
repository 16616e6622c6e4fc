package app

// IdentityOf is how a component of an SBOM is stored.
var IdentityOf = identityOf
