// Package web has the built user interface. The folder dist is made by
// "npm run build"; in a tree where that was not run it holds only .keep, and the
// server then says that the page was not built.
package web

import "embed"

// Dist is the folder dist: index.html and assets/. The text __CSP_NONCE__ in
// index.html is to be replaced by the nonce of the answer's Content-Security-Policy.
//
//go:embed all:dist
var Dist embed.FS
