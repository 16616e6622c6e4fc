package cli

import (
	"fmt"
	"io"
	"runtime/debug"

	"mimamori/internal/fault"
	"mimamori/internal/match"
)

// MatchCmd matches SBOMs with vulnerability data, all from files, without a
// server or database.
type MatchCmd struct {
	OSV    []string `name:"osv" sep:"none" placeholder:"PATH" help:"OSV records: file, folder, .zip, .jsonl.gz (repeatable)."`
	CSAF   []string `name:"csaf" sep:"none" placeholder:"PATH" help:"CSAF documents: file, folder, .zip (repeatable)."`
	CVE    []string `name:"cve" sep:"none" placeholder:"PATH" help:"CVE records of format 5: file, folder, .zip, .jsonl.gz (repeatable)."`
	NVD    []string `name:"nvd" sep:"none" placeholder:"PATH" help:"NVD feeds or answers of its API: file, folder, archive (repeatable)."`
	JVN    []string `name:"jvn" sep:"none" placeholder:"PATH" help:"JVN iPedia records: file, folder, archive (repeatable)."`
	VEX    []string `name:"vex" sep:"none" placeholder:"PATH" help:"VEX documents: CSAF, OpenVEX, CycloneDX; what they say stands beside a match (repeatable)."`
	KEV    []string `name:"kev" sep:"none" placeholder:"PATH" help:"KEV catalogue, JSON or CSV: marks exploited vulnerabilities in the JSON form; adds no rows (repeatable)."`
	SBOM   []string `name:"sbom" sep:"none" required:"" placeholder:"PATH" help:"SBOMs: file, folder, .zip, .tar.gz (repeatable)."`
	Format string   `name:"format" enum:"tsv,json" default:"tsv" help:"Output form: tsv or json."`
	JSON   bool     `name:"json" help:"The same as --format json."`
	Mode   string   `name:"mode" enum:"comprehensive,precise" default:"comprehensive" help:"comprehensive: all that cannot be excluded; precise: without what rests on names alone or on something unknown."`
}

// Run prints the rows. It ends with ExitNeedsAction when there is one, else
// with ExitFailed when an input could not be read, which is told on ctx.Err.
func (c *MatchCmd) Run(ctx *Context) error {
	if c.JSON {
		c.Format = "json"
	}
	// Each document is garbage as soon as its rows are out: collecting less
	// often saves a tenth of the time and costs some 50 MB.
	const collectAtPercent = 250
	defer debug.SetGCPercent(debug.SetGCPercent(collectAtPercent))
	c.tellAge(ctx.Err, ctx.Now())
	return matchFiles(ctx.Out, ctx.Err, *c)
}

// matchFiles reads the SBOMs first, so that of the records only those are kept
// that are about a component.
func matchFiles(out, errs io.Writer, c MatchCmd) error {
	if len(c.OSV)+len(c.CSAF)+len(c.CVE)+len(c.NVD)+len(c.JVN) == 0 {
		return fault.New(fault.Invalid, "no vulnerability data: name some with --osv, --csaf, --cve, --nvd or --jvn")
	}
	failures := 0
	report := func(err error) {
		failures++
		_, _ = fmt.Fprintln(errs, err) // nothing is left to tell a failing stderr to
	}
	f, problems := readFleet(c.SBOM)
	m := newMatcher(f, match.Mode(c.Mode))
	m.load(c, report)
	if m.index.Len() == 0 {
		return ExitFailed
	}
	for _, err := range problems {
		report(err)
	}
	w := newRowWriter(out, c.Format)
	if err := m.each(w.rows); err != nil {
		return err
	}
	switch err := w.end(); {
	case err != nil:
		return err
	case w.count > 0:
		return ExitNeedsAction
	case failures > 0:
		return ExitFailed
	}
	return nil
}
