// Package render turns reports into files for people and machines: PDF in the
// shape of the official paper, and neutral JSON. Output depends on its
// arguments only, never on the clock: the same content gives the same bytes.
package render

import (
	"embed"
	"io/fs"
)

// The fonts are fetched by `make fonts` and not committed; the package
// compiles without them and New then says what to do.
//
//go:embed all:fonts
var embedded embed.FS

// Fonts returns the fonts built into the binary, for New.
func Fonts() fs.FS {
	fonts, err := fs.Sub(embedded, "fonts")
	if err != nil {
		panic(err) // only for a malformed literal path
	}
	return fonts
}
