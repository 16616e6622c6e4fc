package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/feed"
	"mimamori/internal/sbom"
)

// SBOMInspectCmd shows what is in SBOM files, without a server or database.
type SBOMInspectCmd struct {
	Files  []string `arg:"" name:"file" help:"SBOM files, folders or archives (.zip, .tar.gz)."`
	JSON   bool     `name:"json" help:"Print JSON."`
	Strict bool     `help:"Refuse CycloneDX documents that are not as their schema asks for, instead of warning."`
}

// Run prints one report for each file. It ends with ExitFailed when one of
// them cannot be read; the others are shown all the same.
func (c *SBOMInspectCmd) Run(ctx *Context) error {
	read := sbom.Read
	if c.Strict {
		read = sbom.ReadStrict
	}
	return inspectSBOMs(ctx.Out, ctx.Err, c.Files, c.JSON, read)
}

// inspection is the report on one file.
type inspection struct {
	File       string            `json:"file"`
	Error      string            `json:"error,omitempty"`
	Format     sbom.Format       `json:"format,omitempty"`
	Encoding   string            `json:"encoding,omitempty"`
	Version    string            `json:"version,omitempty"`
	ID         string            `json:"id,omitempty"`
	Name       string            `json:"name,omitempty"`
	Created    string            `json:"created,omitempty"`
	Creators   []string          `json:"creators,omitempty"`
	Subject    *inspectedSubject `json:"subject,omitempty"`
	Components *sbom.Counts      `json:"components,omitempty"`
	// Dependencies counts the edges of the dependency graph, Statements the
	// vulnerabilities that the document carries, Patched the components with
	// patches that are said to resolve one.
	Dependencies int `json:"dependencies"`
	Statements   int `json:"statements"`
	Patched      int `json:"patched"`

	ProblemList []fault.Field `json:"problems"`
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
func inspectSBOMs(out, errs io.Writer, files []string, asJSON bool, read func(io.Reader, string) (*sbom.Document, error)) error {
	reports := []inspection{}
	failed := false
	take := func(name string, r io.Reader) error {
		d, err := read(r, name)
		if err != nil {
			failed = true
			reports = append(reports, inspection{File: name, Error: err.Error(), ProblemList: []fault.Field{}})
			return nil //nolint:nilerr // it stands in the report, and the next file goes on
		}
		reports = append(reports, inspect(name, d))
		return nil
	}
	for _, path := range files {
		if err := feed.Walk(path, feed.SBOMFiles, take); err != nil {
			failed = true
			reports = append(reports, inspection{File: path, Error: err.Error(), ProblemList: []fault.Field{}})
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
		Dependencies: len(d.Dependencies), Statements: len(d.Statements),
	}
	for i := range d.Components {
		if len(d.Components[i].Resolved()) > 0 {
			r.Patched++
		}
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
	_, err := fmt.Fprintf(out, "%s: %s\n  components %d, with purl %d, with CPE %d, without version %d, without identifier %d\n",
		r.File, strings.Join(strings.Fields(fmt.Sprintf("%s %s %s", r.Format, r.Version, r.Encoding)), " "), n.Total, n.WithPurl, n.WithCPE, n.WithoutVersion, n.WithoutIdentifier)
	if err == nil && r.Dependencies+r.Statements+r.Patched > 0 {
		_, err = fmt.Fprintf(out, "  dependencies %d, vulnerabilities stated %d, patched components %d\n", r.Dependencies, r.Statements, r.Patched)
	}
	for _, p := range r.ProblemList {
		if err == nil {
			_, err = fmt.Fprintf(out, "  %s: %s\n", p.Pointer, p.Message)
		}
	}
	return err
}
