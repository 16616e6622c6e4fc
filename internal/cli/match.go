package cli

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"mimamori/internal/advisory"
	"mimamori/internal/fault"
	"mimamori/internal/feed"
	"mimamori/internal/match"
	"mimamori/internal/sbom"
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
	return matchFiles(ctx.Out, ctx.Err, *c)
}

// matchRow is one component meeting one record.
type matchRow struct {
	SBOM          string          `json:"sbom"`
	Component     string          `json:"component"` // name as in the SBOM, without its group
	Version       string          `json:"version"`
	Purl          string          `json:"purl"`
	Vulnerability string          `json:"vulnerability"` // id of the source record
	Class         match.Class     `json:"class"`
	Evidence      string          `json:"evidence"`
	Parts         []string        `json:"parts,omitempty"`
	Aliases       []string        `json:"aliases,omitempty"`
	Counters      []match.Counter `json:"counters,omitempty"` // what speaks against it

	Exploited []string         `json:"exploited,omitempty"` // CVEs of the record in the KEV catalogue
	Findings  []match.Evidence `json:"findings"`
}

func matchFiles(out, errs io.Writer, c MatchCmd) error {
	if len(c.OSV)+len(c.CSAF)+len(c.CVE)+len(c.NVD)+len(c.JVN) == 0 {
		return fault.New(fault.Invalid, "no vulnerability data: name some with --osv, --csaf, --cve, --nvd or --jvn")
	}
	failures := 0
	report := func(err error) {
		failures++
		_, _ = fmt.Fprintln(errs, err) // nothing is left to tell a failing stderr to
	}
	var index match.Index
	load := func(records iter.Seq2[advisory.Advisory, error]) {
		for a, err := range records {
			if err != nil {
				report(err)
				continue
			}
			a.Raw = nil
			index.Add(a)
		}
	}
	for _, kind := range []struct {
		kind  advisory.Kind
		paths []string
	}{{advisory.KindOSV, c.OSV}, {advisory.KindCSAF, c.CSAF}, {advisory.KindCVE, c.CVE}, {advisory.KindNVD, c.NVD}, {advisory.KindJVN, c.JVN}} {
		for _, path := range kind.paths {
			load(feed.Advisories(kind.kind, path))
		}
	}
	var statements []advisory.Statement
	for _, path := range c.VEX {
		for s, err := range feed.VEX(path) {
			if err != nil {
				report(err)
				continue
			}
			statements = append(statements, s)
		}
	}
	index.Statements = match.NewStatements(statements, nil)
	exploited := map[string]bool{}
	for _, path := range c.KEV {
		catalogue, err := feed.KEV(path)
		if err != nil {
			report(err)
			continue
		}
		for _, e := range catalogue.Entries {
			exploited[e.CVE] = true
		}
	}
	if index.Len() == 0 {
		return ExitFailed
	}
	w := newRowWriter(out, c.Format)
	m := &matcher{index: &index, mode: match.Mode(c.Mode), exploited: exploited}
	if err := eachMatched(c.SBOM, m, w.rows, report); err != nil {
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

// matcher is what documents are matched with.
type matcher struct {
	index     *match.Index
	mode      match.Mode
	exploited map[string]bool // CVEs of the KEV catalogue
	known     sync.Map        // identityText → []match.Finding, of components that were met before
}

// findings returns what meets each component. Documents of a fleet have most
// components in common, so each is matched once where the others in its
// document do not matter.
func (m *matcher) findings(components []sbom.Component) [][]match.Finding {
	if m.index.Conditional() {
		return m.index.Release(components)
	}
	out := make([][]match.Finding, len(components))
	for i := range components {
		id := identityText(&components[i])
		kept, known := m.known.Load(id)
		if !known {
			kept = m.index.Component(components[i])
			m.known.Store(id, kept)
		}
		out[i], _ = kept.([]match.Finding) // nothing else is stored
	}
	return out
}

// identityText holds all that matching reads of a component.
func identityText(c *sbom.Component) string {
	var b strings.Builder
	add := func(texts ...string) {
		for _, text := range texts {
			b.WriteString(text)
			b.WriteByte(0)
		}
		b.WriteByte(1)
	}
	add(c.Purl, c.Group, c.Name, c.Version, c.Supplier, c.SourceName, c.SourceVersion)
	add(c.OtherPurls...)
	add(c.CPEs...)
	for _, h := range c.Hashes {
		add(h.Algorithm, h.Value)
	}
	return b.String()
}

// document returns the rows of one SBOM, sorted: one for each distinct
// (name, version, purl) and record. The document's subject counts as a
// component here: a device is affected by an advisory about itself, too.
func (m *matcher) document(name string, d *sbom.Document) []matchRow {
	type key struct{ name, version, purl, record string }
	rows := map[key]*matchRow{}
	components := d.Components
	if d.Subject != nil && d.Format == sbom.CycloneDX {
		components = append(slices.Clip(components), *d.Subject)
	}
	for i, found := range m.findings(components) {
		c := &components[i]
		for _, f := range found {
			if !f.In(m.mode) {
				continue
			}
			k := key{c.Name, c.Version, c.Purl, f.Record}
			row := rows[k]
			if row == nil {
				row = &matchRow{SBOM: name, Component: c.Name, Version: c.Version, Purl: c.Purl, Vulnerability: f.Record, Class: f.Class}
				rows[k] = row
			}
			row.Class = min(row.Class, f.Class) // "affected" sorts before "possible"
			row.Parts = addNew(row.Parts, f.Part)
			for _, counter := range f.Counters {
				if !slices.Contains(row.Counters, counter) {
					row.Counters = append(row.Counters, counter)
				}
			}
			for _, alias := range append([]string{f.Record}, f.Aliases...) {
				if alias != f.Record {
					row.Aliases = addNew(row.Aliases, alias)
				}
				if m.exploited[alias] {
					row.Exploited = addNew(row.Exploited, alias)
				}
			}
			for _, e := range f.Evidence {
				if !slices.Contains(row.Findings, e) {
					row.Findings = append(row.Findings, e)
				}
			}
		}
	}
	out := make([]matchRow, 0, len(rows))
	for _, row := range rows {
		slices.SortStableFunc(row.Findings, func(a, b match.Evidence) int {
			return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.Text, b.Text))
		})
		row.Evidence = evidenceText(row.Findings)
		out = append(out, *row)
	}
	slices.SortFunc(out, compareRows)
	return out
}

// evidenceText joins the evidence of the row's class. The others are weaker
// and stand in the JSON form.
func evidenceText(list []match.Evidence) string {
	const most = 5
	var texts []string
	for _, e := range list {
		if e.Class == list[0].Class {
			texts = addNew(texts, e.Text)
		}
	}
	if len(texts) > most {
		texts = append(texts[:most:most], fmt.Sprintf("and %d more", len(texts)-most))
	}
	return strings.Join(texts, " | ")
}

func addNew(list []string, text string) []string {
	if text == "" || slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

func compareRows(a, b matchRow) int {
	return cmp.Or(cmp.Compare(a.SBOM, b.SBOM), cmp.Compare(a.Component, b.Component), cmp.Compare(a.Version, b.Version),
		cmp.Compare(a.Purl, b.Purl), cmp.Compare(a.Vulnerability, b.Vulnerability))
}
