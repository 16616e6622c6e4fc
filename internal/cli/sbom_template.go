package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"

	"mimamori/internal/sbom"
)

// SBOMTemplateCmd writes the empty form of docs/reference/sbom-template.md.
type SBOMTemplateCmd struct {
	File string `arg:"" optional:"" help:"File to write: .xlsx or .csv. Without it CSV is printed."`
	Lang string `enum:"ja,en" default:"ja" help:"Language of the headings: ja or en. Both are understood."`
}

// Run writes the form. A file that is there already is not touched.
func (c SBOMTemplateCmd) Run(x *Context) error {
	rows := sbom.Template(c.Lang == "ja")
	if c.File == "" {
		return sbom.WriteCSV(x.Out, rows)
	}
	write := sbom.WriteCSV
	if strings.EqualFold(filepath.Ext(c.File), ".xlsx") {
		write = sbom.WriteXLSX
	}
	var content bytes.Buffer
	if err := write(&content, rows); err != nil {
		return err
	}
	f, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content.Bytes())
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}
