package cli

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"mimamori/internal/advisory"
	"mimamori/internal/feed"
	"mimamori/internal/match"
	"mimamori/internal/sbom"
)

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

// matcher is a fleet and what its documents are matched with.
type matcher struct {
	fleet     *fleet
	queries   []match.Query // of fleet.components
	index     match.Index
	mode      match.Mode
	exploited map[string]bool   // CVEs of the KEV catalogue
	found     [][]match.Finding // of fleet.components, where the rest of a document does not matter
}

func newMatcher(f *fleet, mode match.Mode) *matcher {
	m := &matcher{fleet: f, mode: mode, queries: make([]match.Query, len(f.components)), exploited: map[string]bool{}}
	onAllCores(len(m.queries), func(i int) { m.queries[i] = m.index.Query(f.components[i]) })
	m.index.Only(m.queries)
	return m
}

// load reads the sources; what cannot be read goes to report.
func (m *matcher) load(c MatchCmd, report func(error)) {
	for _, source := range []struct {
		kind  advisory.Kind
		paths []string
	}{{advisory.KindOSV, c.OSV}, {advisory.KindCSAF, c.CSAF}, {advisory.KindCVE, c.CVE}, {advisory.KindNVD, c.NVD}, {advisory.KindJVN, c.JVN}} {
		for _, path := range source.paths {
			for a, err := range feed.Advisories(source.kind, path) {
				if err != nil {
					report(err)
					continue
				}
				m.index.Add(a)
			}
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
	m.index.Statements = match.NewStatements(statements, nil)
	for _, path := range c.KEV {
		catalogue, err := feed.KEV(path)
		if err != nil {
			report(err)
			continue
		}
		for _, e := range catalogue.Entries {
			m.exploited[e.CVE] = true
		}
	}
}

// each matches the documents on all cores and hands the rows of each to write,
// in their order. An error of write ends it.
func (m *matcher) each(write func([]matchRow) error) error {
	if !m.index.Conditional() {
		m.found = make([][]match.Finding, len(m.queries))
		onAllCores(len(m.queries), func(i int) { m.found[i] = m.index.Find(&m.queries[i]) })
	}
	const atOnce = 64 // documents whose rows are held
	for some := range slices.Chunk(m.fleet.documents, atOnce) {
		rows := make([][]matchRow, len(some))
		onAllCores(len(some), func(i int) { rows[i] = m.document(&some[i]) })
		for _, list := range rows {
			if err := write(list); err != nil {
				return err
			}
		}
	}
	return nil
}

// onAllCores calls do for 0 to n-1, in any order.
func onAllCores(n int, do func(i int)) {
	cores := runtime.GOMAXPROCS(0)
	step := max(1, min(64, n/(8*cores)))
	var next atomic.Int64
	var working sync.WaitGroup
	for range min(cores, n) {
		working.Go(func() {
			for {
				from := int(next.Add(int64(step))) - step
				if from >= n {
					return
				}
				for i := from; i < min(from+step, n); i++ {
					do(i)
				}
			}
		})
	}
	working.Wait()
}

// findings returns what meets each component of a document.
func (m *matcher) findings(d *fleetDocument) [][]match.Finding {
	if m.found == nil {
		release := make([]sbom.Component, len(d.components))
		for i, at := range d.components {
			release[i] = *m.fleet.components[at]
		}
		return m.index.Release(release)
	}
	out := make([][]match.Finding, len(d.components))
	for i, at := range d.components {
		out[i] = m.found[at]
	}
	return out
}

// document returns the rows of one SBOM, sorted: one for each distinct
// (name, version, purl) and record.
func (m *matcher) document(d *fleetDocument) []matchRow {
	type key struct{ name, version, purl, record string }
	rows := map[key]*matchRow{}
	for i, found := range m.findings(d) {
		c := m.fleet.components[d.components[i]]
		for _, f := range found {
			if !f.In(m.mode) {
				continue
			}
			k := key{c.Name, c.Version, c.Purl, f.Record}
			row := rows[k]
			if row == nil {
				row = &matchRow{SBOM: d.name, Component: c.Name, Version: c.Version, Purl: c.Purl, Vulnerability: f.Record, Class: f.Class}
				rows[k] = row
			}
			row.take(&f, m.exploited)
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

// take adds what a finding says to the row.
func (row *matchRow) take(f *match.Finding, exploited map[string]bool) {
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
		if exploited[alias] {
			row.Exploited = addNew(row.Exploited, alias)
		}
	}
	for _, e := range f.Evidence {
		if !slices.Contains(row.Findings, e) {
			row.Findings = append(row.Findings, e)
		}
	}
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
