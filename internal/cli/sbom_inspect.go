package cli

import (
	"encoding/json"
	"fmt"
	"io"

	"mimamori/internal/fault"
	"mimamori/internal/feed"
	"mimamori/internal/sbom"
)

// SBOMInspectCmd shows what is in SBOM files, without a server or database.
type SBOMInspectCmd struct {
	Files []string `arg:"" name:"file" help:"SBOM files, folders or archives (.zip, .tar.gz)."`
	JSON  bool     `name:"json" help:"Print JSON."`
}

// Run prints one report for each file. It ends with ExitFailed when one of
// them cannot be read; the others are shown all the same.
func (c *SBOMInspectCmd) Run(ctx *Context) error {
	return inspectSBOMs(ctx.Out, ctx.Err, c.Files, c.JSON)
}

// inspection is the report on one file.
type inspection struct {
	File        string            `json:"file"`
	Error       string            `json:"error,omitempty"`
	Format      sbom.Format       `json:"format,omitempty"`
	Encoding    string            `json:"encoding,omitempty"`
	Version     string            `json:"version,omitempty"`
	ID          string            `json:"id,omitempty"`
	Name        string            `json:"name,omitempty"`
	Created     string            `json:"created,omitempty"`
	Creators    []string          `json:"creators,omitempty"`
	Subject     *inspectedSubject `json:"subject,omitempty"`
	Components  *sbom.Counts      `json:"components,omitempty"`
	ProblemList []fault.Field     `json:"problems"`
}

type inspectedSubject struct {
	Type     string `json:"type,omitempty"`
	Supplier string `json:"supplier,omitempty"`
	Name     string `json:"name"`
	Version  string `json:"version,omitempty"`
	Purl     string `json:"purl,omitempty"`
}

// inspectSBOMs writes the reports to out; as JSON they are one list, also for
// one file. Errors are in the reports, and in text form on errs.
func inspectSBOMs(out, errs io.Writer, files []string, asJSON bool) error {
	reports := []inspection{}
	failed := false
	for _, path := range files {
		for found, err := range feed.SBOMs(path) {
			if err != nil {
				failed = true
				reports = append(reports, inspection{File: found.Path, Error: err.Error(), ProblemList: []fault.Field{}})
				continue
			}
			reports = append(reports, inspect(found.Path, found.Document))
		}
	}
	if asJSON {
		encoder := json.NewEncoder(out)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(reports); err != nil {
			return err
		}
	}
	for _, r := range reports {
		var err error
		switch {
		case r.Error != "":
			_, err = fmt.Fprintln(errs, r.Error)
		case !asJSON:
			err = r.print(out)
		}
		if err != nil {
			return err
		}
	}
	if failed {
		return ExitFailed
	}
	return nil
}

func inspect(path string, d *sbom.Document) inspection {
	counts := d.Counts()
	r := inspection{
		File: path, Format: d.Format, Encoding: d.Encoding, Version: d.SpecVersion, ID: d.ID, Name: d.Name,
		Created: d.Created, Creators: d.Creators, Components: &counts, ProblemList: d.Problems,
	}
	if r.ProblemList == nil {
		r.ProblemList = []fault.Field{}
	}
	if s := d.Subject; s != nil {
		r.Subject = &inspectedSubject{s.Type, s.Supplier, s.Name, s.Version, s.Purl}
	}
	return r
}

func (r *inspection) print(out io.Writer) error {
	n := r.Components
	_, err := fmt.Fprintf(out, "%s: %s %s %s\n  components %d, with purl %d, with CPE %d, without version %d, without identifier %d\n",
		r.File, r.Format, r.Version, r.Encoding, n.Total, n.WithPurl, n.WithCPE, n.WithoutVersion, n.WithoutIdentifier)
	for _, p := range r.ProblemList {
		if err == nil {
			_, err = fmt.Fprintf(out, "  %s: %s\n", p.Pointer, p.Message)
		}
	}
	return err
}
