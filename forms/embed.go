// Package forms holds the official report forms as data: one folder per
// authority, form and edition, for example pmda/form8/2021-07. A new edition is
// a new folder; reports made on an older edition keep theirs.
//
// What the folders mean is in package mimamori/internal/report, which reads
// and checks them.
package forms

import "embed"

// FS has the forms at <authority>/<form>/<edition>/form.yaml.
//
//go:embed pmda
var FS embed.FS
