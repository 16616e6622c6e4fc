package advisory

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// csafVEX maps the product statuses of CSAF. "recommended" is no status of a
// product, and 2.1's "unknown" states nothing.
var csafVEX = map[Status]VEXStatus{
	KnownAffected: VEXAffected, FirstAffected: VEXAffected, LastAffected: VEXAffected,
	KnownNotAffected: VEXNotAffected, Fixed: VEXFixed, FirstFixed: VEXFixed, UnderInvestigation: VEXUnderInvestigation,
}

// csafTargets are the products that a flag, threat or remediation is about;
// none of both means all products of the vulnerability.
type csafTargets struct {
	Products []string `json:"product_ids"`
	Groups   []string `json:"group_ids"`
}

func (t *csafTargets) holds(id string, groups map[string][]string) bool {
	return len(t.Products)+len(t.Groups) == 0 || slices.Contains(t.Products, id) ||
		slices.ContainsFunc(t.Groups, func(g string) bool { return slices.Contains(groups[g], id) })
}

// csaf reads the product statuses of a CSAF document, of the VEX profile or
// another. Products about which it says the same share a statement.
func (v *vexReader) csaf() error {
	var in csafDocument
	if err := untrusted.DecodeCheckedJSON(v.data, v.name, &in); err != nil {
		return err
	}
	if in.Document.Tracking.ID == "" {
		return fault.New(fault.Invalid, "%s: is not a CSAF document: /document/tracking/id is missing", v.name)
	}
	products := in.ProductTree.products()
	groups := map[string][]string{}
	for _, g := range in.ProductTree.Groups {
		groups[g.ID] = g.Products
	}
	for i := range in.Vulnerabilities {
		vul := &in.Vulnerabilities[i]
		s := Statement{
			Format: "CSAF", Document: in.Document.Tracking.ID, Issuer: in.Document.Publisher.Name,
			Vulnerability: vul.CVE, StatedAt: instant(in.Document.Tracking.Current),
		}
		for _, id := range vul.IDs {
			if s.Vulnerability == "" {
				s.Vulnerability = id.Text
			} else if id.Text != s.Vulnerability {
				s.Aliases = append(s.Aliases, id.Text)
			}
		}
		pointer := fmt.Sprintf("/vulnerabilities/%d", i)
		for _, status := range csafStatuses {
			if _, states := csafVEX[status]; !states {
				continue
			}
			one := s
			one.Status, one.StatusLabel = csafVEX[status], string(status)
			for _, group := range vul.said(one, vul.ProductStatus[string(status)], products, groups) {
				if !v.state(pointer+"/product_status/"+string(status), group) {
					return nil
				}
			}
		}
	}
	return nil
}

// said returns one statement for each set of products about which flags,
// threats and remediations say the same, in the order of their first product.
func (v *csafVulnerability) said(s Statement, ids []string, products map[string]Affected, groups map[string][]string) []Statement {
	type words struct{ justification, impact, action string }
	at := map[words]int{}
	var out []Statement
	for _, id := range ids {
		var w words
		if s.Status == VEXNotAffected {
			for _, f := range v.Flags {
				if f.holds(id, groups) {
					w.justification = cmp.Or(w.justification, f.Label)
				}
			}
			for _, t := range v.Threats {
				if t.Category == "impact" && t.holds(id, groups) {
					w.impact = joined(w.impact, t.Details)
				}
			}
		} else {
			for _, r := range v.Remediations {
				if r.holds(id, groups) {
					w.action = joined(w.action, strings.TrimSpace(r.Category+": "+r.Details))
				}
			}
		}
		index, known := at[w]
		if !known {
			index = len(out)
			at[w] = index
			one := s
			one.JustificationLabel, one.Justification, one.Impact, one.Action = w.justification, justifications[w.justification], w.impact, w.action
			out = append(out, one)
		}
		out[index].Products = append(out[index].Products, csafVEXProduct(id, products))
	}
	return out
}

func csafVEXProduct(id string, products map[string]Affected) Product {
	f, known := products[id]
	if !known {
		return Product{ID: id}
	}
	p := Product{ID: id, Vendor: f.Vendor, Name: cmp.Or(f.Product, f.ProductName), Version: f.VersionText, CPEs: f.CPEs, Hashes: f.Hashes, On: f.Platform}
	for _, purl := range append([]string{f.Purl}, f.Purls...) {
		if purl != "" {
			p.Purls = append(p.Purls, purl)
		}
	}
	return p
}
