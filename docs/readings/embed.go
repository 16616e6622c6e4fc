// Package readings has the recorded readings of unclear texts of the law, one
// file each, R-001.md and so on. The package internal/readings reads them.
package readings

import "embed"

// FS has the readings at its root.
//
//go:embed R-*.md
var FS embed.FS
