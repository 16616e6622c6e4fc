package advisory

import (
	"strings"

	"mimamori/internal/version"
)

// nvdConfiguration is one of the alternatives of a record.
type nvdConfiguration struct {
	Operator string    `json:"operator"`
	Negate   bool      `json:"negate"`
	Nodes    []nvdNode `json:"nodes"`
}

// nvdNode is a node of a configuration: of API 2.0 ("cpeMatch", "criteria"), of
// the feeds 1.1 ("cpe_match", "cpe23Uri", "children") or of a CVE record.
type nvdNode struct {
	Operator string     `json:"operator"`
	Negate   bool       `json:"negate"`
	Children []nvdNode  `json:"children"`
	Match    []nvdMatch `json:"cpeMatch"`
	OldMatch []nvdMatch `json:"cpe_match"`
}

type nvdMatch struct {
	Vulnerable     bool   `json:"vulnerable"`
	Criteria       string `json:"criteria"`
	OldCriteria    string `json:"cpe23Uri"`
	StartIncluding string `json:"versionStartIncluding"`
	StartExcluding string `json:"versionStartExcluding"`
	EndIncluding   string `json:"versionEndIncluding"`
	EndExcluding   string `json:"versionEndExcluding"`
}

// addConfiguration takes one alternative over: its criteria as entries, and the
// conditions between them where there are any. A missing operator is OR, as in
// the API's description.
func (a *Advisory) addConfiguration(operator string, negate bool, nodes []nvdNode) {
	c := Configuration{Operator: oneOperator(operator), Negate: negate}
	for i := range nodes {
		c.Parts = append(c.Parts, a.node(&nodes[i]))
	}
	if c = c.simplified(); c.conditional(a.Affected) {
		a.Configurations = append(a.Configurations, c)
	}
}

func oneOperator(text string) string {
	if strings.EqualFold(text, "AND") {
		return "AND"
	}
	return "OR"
}

func (a *Advisory) node(n *nvdNode) Configuration {
	c := Configuration{Operator: oneOperator(n.Operator), Negate: n.Negate, Entries: a.addMatches(n.Match, n.Operator)}
	if len(n.OldMatch) > 0 {
		c.Entries = append(c.Entries, a.addMatches(n.OldMatch, n.Operator)...)
	}
	for i := range n.Children {
		c.Parts = append(c.Parts, a.node(&n.Children[i]))
	}
	return c
}

// addMatches makes entries of the criteria of one node and returns their
// indexes. Alternatives with the same product, bounds and role share an entry.
func (a *Advisory) addMatches(list []nvdMatch, operator string) []int {
	type role struct {
		product    string
		bounds     version.Bounds
		vulnerable bool
	}
	at := map[role]int{}
	var out []int
	for i := range list {
		m := &list[i]
		name := m.Criteria
		if name == "" {
			name = m.OldCriteria
		}
		product, vendor, title := cpeProduct(name)
		r := role{product, version.Bounds{From: m.StartIncluding, After: m.StartExcluding, UpTo: m.EndIncluding, Before: m.EndExcluding}, m.Vulnerable}
		if index, known := at[r]; known && oneOperator(operator) == "OR" {
			a.Affected[index].CPEs = append(a.Affected[index].CPEs, name)
			continue
		}
		entry := Affected{Vendor: vendor, Product: title, CPEs: []string{name}, Bounds: r.bounds, Status: Platform}
		if m.Vulnerable {
			entry.Status = KnownAffected
		}
		at[r] = len(a.Affected)
		out = append(out, len(a.Affected))
		a.Affected = append(a.Affected, entry)
	}
	return out
}

// cpeProduct returns the part, vendor and product of a CPE 2.3 name as one key,
// and vendor and product as they are to be read.
func cpeProduct(name string) (key, vendor, product string) {
	fields := 0
	start := 0
	var cut [6]int
	for i := 0; i < len(name) && fields < len(cut); i++ {
		switch name[i] {
		case '\\':
			i++
		case ':':
			cut[fields] = i //nolint:gosec // the loop ends before it is full
			fields++
		}
	}
	if fields < len(cut) || !strings.HasPrefix(name, "cpe:2.3:") {
		return name, "", ""
	}
	start = cut[1] + 1
	return name[start:cut[4]], strings.ReplaceAll(name[cut[2]+1:cut[3]], `\`, ""), strings.ReplaceAll(name[cut[3]+1:cut[4]], `\`, "")
}

// simplified takes out levels that change nothing: a condition of one part, or
// of no part.
func (c Configuration) simplified() Configuration {
	var parts []Configuration
	for _, p := range c.Parts {
		p = p.simplified()
		if len(p.Parts)+len(p.Entries) == 0 {
			continue
		}
		if p.Operator == c.Operator && !p.Negate && c.Operator == "OR" {
			c.Entries = append(c.Entries, p.Entries...)
			parts = append(parts, p.Parts...)
			continue
		}
		parts = append(parts, p)
	}
	c.Parts = parts
	if len(c.Parts) == 1 && len(c.Entries) == 0 {
		only := c.Parts[0]
		only.Negate = only.Negate != c.Negate
		return only
	}
	if len(c.Entries) == 1 && len(c.Parts) == 0 {
		c.Operator = "OR"
	}
	return c
}

// conditional tells whether the configuration is more than alternatives that
// each stand by themselves. A lone platform is a condition: it must not be
// taken for something affected.
func (c Configuration) conditional(entries []Affected) bool {
	if c.Negate || len(c.Parts) > 0 || c.Operator == "AND" {
		return len(c.Parts)+len(c.Entries) > 0
	}
	for _, i := range c.Entries {
		if entries[i].Status == Platform {
			return true
		}
	}
	return false
}
