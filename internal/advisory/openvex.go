package advisory

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"mimamori/internal/untrusted"
)

// openVEX reads OpenVEX 0.2.0 and 0.0.1, in which vulnerabilities and products
// are texts.
func (v *vexReader) openVEX() error {
	var in struct {
		ID         string `json:"@id"`
		OldID      string `json:"id"`
		Author     string `json:"author"`
		Timestamp  string `json:"timestamp"`
		Statements []struct {
			Vulnerability openVEXVulnerability `json:"vulnerability"`
			Timestamp     string               `json:"timestamp"`
			LastUpdated   string               `json:"last_updated"`
			Products      []openVEXProduct     `json:"products"`
			Subcomponents []openVEXProduct     `json:"subcomponents"` // 0.0.1
			Status        string               `json:"status"`
			Justification string               `json:"justification"`
			Impact        string               `json:"impact_statement"`
			Action        string               `json:"action_statement"`
		} `json:"statements"`
	}
	if err := untrusted.DecodeCheckedJSON(v.data, v.name, &in); err != nil {
		return err
	}
	for i, st := range in.Statements {
		s := Statement{
			Format: "OpenVEX", Document: cmp.Or(in.ID, in.OldID), Issuer: in.Author,
			Vulnerability: st.Vulnerability.name(), Aliases: st.Vulnerability.Aliases,
			StatusLabel: st.Status, JustificationLabel: st.Justification, Justification: justifications[st.Justification],
			Impact: st.Impact, Action: st.Action, StatedAt: instant(cmp.Or(st.LastUpdated, st.Timestamp, in.Timestamp)),
		}
		switch status := VEXStatus(st.Status); status {
		case VEXNotAffected, VEXAffected, VEXFixed, VEXUnderInvestigation:
			s.Status = status
		}
		for _, p := range st.Products {
			product := p.product()
			for _, sub := range append(p.Subcomponents, st.Subcomponents...) {
				product.Subcomponents = append(product.Subcomponents, sub.product())
			}
			s.Products = append(s.Products, product)
		}
		if !v.state(fmt.Sprintf("/statements/%d", i), s) {
			return nil
		}
	}
	return nil
}

type openVEXVulnerability struct {
	ID      string   `json:"@id"`
	Name    string   `json:"name"`
	Aliases []string `json:"aliases"`
}

func (x *openVEXVulnerability) name() string { return cmp.Or(x.Name, x.ID) }

func (x *openVEXVulnerability) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &x.Name) == nil {
		return nil
	}
	type plain openVEXVulnerability
	return json.Unmarshal(data, (*plain)(x))
}

type openVEXProduct struct {
	ID            string            `json:"@id"`
	Identifiers   map[string]string `json:"identifiers"`
	Hashes        map[string]string `json:"hashes"`
	Subcomponents []openVEXProduct  `json:"subcomponents"`
}

func (x *openVEXProduct) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &x.ID) == nil {
		return nil
	}
	type plain openVEXProduct
	return json.Unmarshal(data, (*plain)(x))
}

func (x *openVEXProduct) product() Product {
	p := Product{ID: x.ID}
	add := func(list *[]string, text string) {
		if text != "" && !slices.Contains(*list, text) {
			*list = append(*list, text)
		}
	}
	if strings.HasPrefix(x.ID, "pkg:") {
		add(&p.Purls, x.ID)
	}
	if strings.HasPrefix(x.ID, "cpe:") {
		add(&p.CPEs, x.ID)
	}
	add(&p.Purls, x.Identifiers["purl"])
	add(&p.CPEs, x.Identifiers["cpe23"])
	add(&p.CPEs, x.Identifiers["cpe22"])
	for algorithm, value := range x.Hashes {
		p.Hashes = append(p.Hashes, Hash{strings.ToLower(algorithm), strings.ToLower(value)})
	}
	slices.SortFunc(p.Hashes, func(a, b Hash) int { return strings.Compare(a.Algorithm, b.Algorithm) })
	return p
}
