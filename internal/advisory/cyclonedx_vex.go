package advisory

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"mimamori/internal/untrusted"
)

// cdxStates maps the states of a CycloneDX analysis.
var cdxStates = map[string]VEXStatus{
	"resolved": VEXFixed, "resolved_with_pedigree": VEXFixed, "exploitable": VEXAffected, "in_triage": VEXUnderInvestigation,
	"false_positive": VEXNotAffected, "not_affected": VEXNotAffected,
}

type cdxComponent struct {
	Ref        string         `json:"bom-ref"`
	Group      string         `json:"group"`
	Name       string         `json:"name"`
	Version    string         `json:"version"`
	Purl       string         `json:"purl"`
	CPE        string         `json:"cpe"`
	Supplier   cdxName        `json:"supplier"`
	Publisher  string         `json:"publisher"`
	Components []cdxComponent `json:"components"`
	Hashes     []struct {
		Algorithm string `json:"alg"`
		Content   string `json:"content"`
	} `json:"hashes"`
}

// cdxName is an organization, or its name alone; another shape has no name.
type cdxName struct{ Name string }

func (n *cdxName) UnmarshalJSON(data []byte) error {
	var in struct {
		Name string `json:"name"`
	}
	if json.Unmarshal(data, &in) == nil {
		n.Name = in.Name
	}
	return nil
}

// cycloneDX reads the vulnerabilities of a CycloneDX document that carry an
// analysis, or whose affected versions carry a status. Those without either are
// reports of a scanner and state nothing.
func (v *vexReader) cycloneDX() error {
	var in struct {
		Serial   string      `json:"serialNumber"`
		Version  json.Number `json:"version"`
		Metadata struct {
			Timestamp    string       `json:"timestamp"`
			Component    cdxComponent `json:"component"`
			Supplier     cdxName      `json:"supplier"`
			Manufacture  cdxName      `json:"manufacture"`
			Manufacturer cdxName      `json:"manufacturer"`
			Authors      []cdxName    `json:"authors"`
		} `json:"metadata"`
		Components      []cdxComponent `json:"components"`
		Services        []cdxComponent `json:"services"`
		Vulnerabilities []struct {
			ID         string `json:"id"`
			References []struct {
				ID string `json:"id"`
			} `json:"references"`
			Analysis struct {
				State         string   `json:"state"`
				Justification string   `json:"justification"`
				Response      []string `json:"response"`
				Detail        string   `json:"detail"`
				FirstIssued   string   `json:"firstIssued"`
				LastUpdated   string   `json:"lastUpdated"`
			} `json:"analysis"`
			Recommendation string `json:"recommendation"`
			Updated        string `json:"updated"`
			Affects        []struct {
				Ref      string `json:"ref"`
				Versions []struct {
					Version string `json:"version"`
					Range   string `json:"range"`
					Status  string `json:"status"`
				} `json:"versions"`
			} `json:"affects"`
		} `json:"vulnerabilities"`
	}
	if err := untrusted.DecodeCheckedJSON(v.data, v.name, &in); err != nil {
		return err
	}
	products := map[string]Product{}
	cdxProducts(append([]cdxComponent{in.Metadata.Component}, in.Components...), products)
	cdxProducts(in.Services, products)
	issuer := cmp.Or(in.Metadata.Supplier.Name, in.Metadata.Manufacturer.Name, in.Metadata.Manufacture.Name, in.Metadata.Component.Supplier.Name)
	if issuer == "" && len(in.Metadata.Authors) > 0 {
		issuer = in.Metadata.Authors[0].Name
	}
	document := in.Serial
	if in.Version != "" && document != "" {
		document += "/" + in.Version.String()
	}
	for i, vul := range in.Vulnerabilities {
		s := Statement{
			Format: "CycloneDX", Document: document, Issuer: issuer, Vulnerability: vul.ID,
			StatusLabel: vul.Analysis.State, Status: cdxStates[vul.Analysis.State],
			JustificationLabel: vul.Analysis.Justification, Justification: justifications[vul.Analysis.Justification],
			Action:   joined(strings.Join(vul.Analysis.Response, ", "), vul.Recommendation),
			StatedAt: instant(cmp.Or(vul.Analysis.LastUpdated, vul.Analysis.FirstIssued, vul.Updated, in.Metadata.Timestamp)),
		}
		if s.Status == VEXNotAffected {
			s.Impact = vul.Analysis.Detail
		} else {
			s.Action = joined(vul.Analysis.Detail, s.Action)
		}
		for _, r := range vul.References {
			if r.ID != "" && r.ID != vul.ID {
				s.Aliases = append(s.Aliases, r.ID)
			}
		}
		byStatus := map[string][]Product{}
		var order []string
		for _, affects := range vul.Affects {
			p, known := products[affects.Ref]
			if !known {
				p = linked(affects.Ref)
			}
			if len(affects.Versions) == 0 {
				affects.Versions = append(affects.Versions, struct {
					Version string `json:"version"`
					Range   string `json:"range"`
					Status  string `json:"status"`
				}{})
			}
			for _, version := range affects.Versions {
				one := p
				one.Version = cmp.Or(version.Version, version.Range, p.Version)
				if byStatus[version.Status] == nil {
					order = append(order, version.Status)
				}
				byStatus[version.Status] = append(byStatus[version.Status], one)
			}
		}
		if len(order) == 0 {
			order = []string{""}
		}
		for _, status := range order {
			one := s
			one.Products = byStatus[status]
			switch {
			case status == "unaffected":
				one.Status, one.StatusLabel = VEXNotAffected, status
			case s.StatusLabel == "" && status == "affected":
				one.Status, one.StatusLabel = VEXAffected, status
			case s.StatusLabel == "" && status == "unknown":
				one.Status, one.StatusLabel = VEXUnderInvestigation, status
			case s.StatusLabel == "":
				continue // states nothing
			}
			if !v.state(fmt.Sprintf("/vulnerabilities/%d", i), one) {
				return nil
			}
		}
	}
	return nil
}

func cdxProducts(list []cdxComponent, out map[string]Product) {
	for i := range list {
		c := &list[i]
		p := Product{ID: c.Ref, Vendor: cmp.Or(c.Supplier.Name, c.Publisher), Name: c.Name, Version: c.Version}
		if c.Group != "" {
			p.Name = c.Group + "/" + c.Name
		}
		if c.Purl != "" {
			p.Purls = []string{c.Purl}
		}
		if c.CPE != "" {
			p.CPEs = []string{c.CPE}
		}
		for _, h := range c.Hashes {
			p.Hashes = append(p.Hashes, Hash{strings.ToLower(h.Algorithm), strings.ToLower(h.Content)})
		}
		if c.Ref != "" {
			out[c.Ref] = p
		}
		cdxProducts(c.Components, out)
	}
}

// linked is a product of another document: a BOM-Link such as
// "urn:cdx:SERIAL/VERSION#REF", or a reference that itself is a purl.
func linked(ref string) Product {
	p := Product{ID: ref}
	_, fragment, found := strings.Cut(ref, "#")
	if !found || !strings.HasPrefix(ref, "urn:cdx:") {
		fragment = ref
	}
	if strings.HasPrefix(fragment, "pkg:") {
		p.Purls = []string{fragment}
	}
	return p
}
