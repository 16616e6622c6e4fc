package cli

import (
	"os"
	"path/filepath"

	"mimamori/internal/app"
)

// SBOMCmd has the commands about SBOMs.
type SBOMCmd struct {
	Inspect  SBOMInspectCmd  `cmd:"" help:"Read SBOM files and tell what is in them, without a server or database."`
	Template SBOMTemplateCmd `cmd:"" help:"Write an empty table for SBOMs that are kept by hand."`
	Upload   SBOMUploadCmd   `cmd:"" help:"Give a release its SBOM and match it."`
}

// SBOMUploadCmd gives a release its SBOM.
type SBOMUploadCmd struct {
	Who
	Release string `required:"" help:"Release id."`
	Strict  bool   `help:"Refuse what the schema of the format does not allow, instead of warning."`
	File    string `arg:"" type:"existingfile" help:"CycloneDX, SPDX or SWID file, or a table (CSV, XLSX)."`
}

// Run gives a release its SBOM.
func (c SBOMUploadCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		file, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }() // opened for reading only
		up, err := a.UploadSBOM(x.Ctx, by, app.UploadSBOM{ReleaseID: c.Release, FileName: filepath.Base(c.File), File: file, Strict: c.Strict})
		if err != nil {
			return err
		}
		return c.show(x, up, func(line func(...any)) {
			line("Format", up.SBOM.Format, up.SBOM.SpecVersion)
			line("Components", up.SBOM.Components)
			line("With purl", up.SBOM.WithPurl)
			line("With CPE", up.SBOM.WithCPE)
			line("Cannot be matched", up.SBOM.Unmatchable)
			line("Dependencies", up.SBOM.About.Dependencies)
			line("Problems", len(up.SBOM.Problems))
			for _, p := range up.SBOM.Problems {
				line("", p.Where, p.Message)
			}
			line("Findings opened", up.Opened)
			line("Findings closed", up.Closed)
		})
	})
}
