package sbom

import (
	"encoding/json"
	"fmt"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

type cdxJSON struct {
	SerialNumber text `json:"serialNumber"`
	SpecVersion  text `json:"specVersion"`
	Metadata     struct {
		Timestamp text         `json:"timestamp"`
		Tools     cdxJSONTools `json:"tools"`
		Authors   loose[party] `json:"authors"`
		Component *cdxJSONPart `json:"component"`
	} `json:"metadata"`
	Components loose[cdxJSONPart] `json:"components"`
}

// cdxJSONTools is a list of tools (to 1.4) or an object with components and
// services (from 1.5).
type cdxJSONTools struct{ names []string }

type cdxJSONTool struct {
	Vendor  text `json:"vendor"`
	Name    text `json:"name"`
	Version text `json:"version"`
}

func (t *cdxJSONTools) UnmarshalJSON(data []byte) error {
	var list loose[cdxJSONTool]
	if data[0] == '{' {
		var object struct {
			Components loose[cdxJSONTool] `json:"components"`
			Services   loose[cdxJSONTool] `json:"services"`
		}
		if err := json.Unmarshal(data, &object); err != nil {
			return err
		}
		list.items = append(object.Components.items, object.Services.items...)
	} else if err := list.UnmarshalJSON(data); err != nil {
		return err
	}
	for _, tool := range list.items {
		t.names = append(t.names, strings.TrimSpace(fmt.Sprintf("%s %s", tool.Name, tool.Version)))
	}
	return nil
}

type cdxJSONPart struct {
	Ref          text               `json:"bom-ref"`
	Type         text               `json:"type"`
	Group        text               `json:"group"`
	Name         text               `json:"name"`
	Version      text               `json:"version"`
	VersionRange text               `json:"versionRange"`
	Supplier     party              `json:"supplier"`
	Manufacturer party              `json:"manufacturer"`
	Publisher    text               `json:"publisher"`
	Author       text               `json:"author"`
	Authors      loose[party]       `json:"authors"`
	Purl         text               `json:"purl"`
	CPE          text               `json:"cpe"`
	Hashes       loose[cdxJSONHash] `json:"hashes"`
	Licenses     loose[cdxJSONLic]  `json:"licenses"`
	Properties   loose[cdxJSONProp] `json:"properties"`
	Components   loose[cdxJSONPart] `json:"components"`
	Evidence     loose[struct {
		Identity loose[cdxIdentity] `json:"identity"`
	}] `json:"evidence"`
}

type cdxJSONHash struct {
	Alg     text `json:"alg"`
	Content text `json:"content"`
}

type cdxJSONProp struct {
	Name  text `json:"name"`
	Value text `json:"value"`
}

type cdxJSONLic struct {
	Expression text `json:"expression"`
	License    struct {
		ID   text `json:"id"`
		Name text `json:"name"`
	} `json:"license"`
}

func readCycloneDXJSON(data []byte, name string) (*Document, error) {
	var in cdxJSON
	if err := untrusted.DecodeCheckedJSON(data, name, &in); err != nil {
		return nil, err
	}
	b := &cdxBOM{
		serial: string(in.SerialNumber), specVersion: string(in.SpecVersion),
		created: string(in.Metadata.Timestamp), creators: in.Metadata.Tools.names,
	}
	for _, author := range in.Metadata.Authors.items {
		b.creators = append(b.creators, author.name)
	}
	if in.Metadata.Component != nil {
		subject := in.Metadata.Component.component(b, "/metadata/component")
		b.subject = &subject
	}
	b.components = cdxJSONList(b, &in.Components, "/components")
	return b.document("JSON"), nil
}

func cdxJSONList(b *cdxBOM, list *loose[cdxJSONPart], pointer string) []cdxComponent {
	for _, i := range list.skipped {
		b.problems = append(b.problems, fault.Field{Pointer: fmt.Sprintf("%s/%d", pointer, i), Rule: "component", Message: "this element is not a component that can be read: it is left out; correct it"})
	}
	out := make([]cdxComponent, len(list.items))
	for i := range list.items {
		out[i] = list.items[i].component(b, fmt.Sprintf("%s/%d", pointer, list.at[i]))
		out[i].at = list.at[i]
	}
	return out
}

func (p *cdxJSONPart) component(b *cdxBOM, pointer string) cdxComponent {
	c := cdxComponent{Component: Component{
		Ref: string(p.Ref), Type: string(p.Type), Group: string(p.Group), Name: string(p.Name),
		Version: string(p.Version), VersionRange: string(p.VersionRange), Purl: string(p.Purl),
		Supplier: firstOf(p.Supplier.name, p.Manufacturer.name, string(p.Publisher), string(p.Author)),
	}}
	if c.Supplier == "" && len(p.Authors.items) > 0 {
		c.Supplier = p.Authors.items[0].name
	}
	if p.CPE != "" {
		c.CPEs = []string{string(p.CPE)}
	}
	for _, e := range p.Evidence.items {
		for _, identity := range e.Identity.items {
			c.conclude(identity)
		}
	}
	for _, h := range p.Hashes.items {
		c.Hashes = append(c.Hashes, Hash{string(h.Alg), strings.ToLower(string(h.Content))})
	}
	for _, l := range p.Licenses.items {
		if id := firstOf(string(l.Expression), string(l.License.ID), string(l.License.Name)); id != "" {
			c.Licenses = append(c.Licenses, id)
		}
	}
	for _, p := range p.Properties.items {
		c.properties = append(c.properties, [2]string{string(p.Name), string(p.Value)})
	}
	c.nested = cdxJSONList(b, &p.Components, pointer+"/components")
	return c
}
