package sbom

import (
	"encoding/xml"
	"strings"

	"mimamori/internal/untrusted"
)

type cdxXML struct {
	XMLName  xml.Name `xml:"bom"`
	Serial   string   `xml:"serialNumber,attr"`
	Metadata struct {
		Timestamp string `xml:"timestamp"`
		Tools     struct {
			Tool       []cdxXMLTool `xml:"tool"`
			Components []cdxXMLTool `xml:"components>component"`
			Services   []cdxXMLTool `xml:"services>service"`
		} `xml:"tools"`
		Authors   []string    `xml:"authors>author>name"`
		Component *cdxXMLPart `xml:"component"`
	} `xml:"metadata"`
	Components []cdxXMLPart `xml:"components>component"`
}

type cdxXMLTool struct {
	Name    string `xml:"name"`
	Version string `xml:"version"`
}

type cdxXMLPart struct {
	Ref          string   `xml:"bom-ref,attr"`
	Type         string   `xml:"type,attr"`
	Group        string   `xml:"group"`
	Name         string   `xml:"name"`
	Version      string   `xml:"version"`
	VersionRange string   `xml:"versionRange"`
	Supplier     string   `xml:"supplier>name"`
	Manufacturer string   `xml:"manufacturer>name"`
	Publisher    string   `xml:"publisher"`
	Author       string   `xml:"author"`
	Authors      []string `xml:"authors>author>name"`
	Purl         string   `xml:"purl"`
	CPE          string   `xml:"cpe"`
	Hashes       []struct {
		Alg   string `xml:"alg,attr"`
		Value string `xml:",chardata"`
	} `xml:"hashes>hash"`
	Licenses struct {
		Expression []string `xml:"expression"`
		License    []struct {
			ID   string `xml:"id"`
			Name string `xml:"name"`
		} `xml:"license"`
	} `xml:"licenses"`
	Properties []struct {
		Name  string `xml:"name,attr"`
		Value string `xml:",chardata"`
	} `xml:"properties>property"`
	Components []cdxXMLPart  `xml:"components>component"`
	Identity   []cdxIdentity `xml:"evidence>identity"`
}

func readCycloneDXXML(data []byte, name string) (*Document, error) {
	var in cdxXML
	if err := untrusted.DecodeXML(data, name, &in); err != nil {
		return nil, err
	}
	b := &cdxBOM{
		serial: in.Serial, specVersion: strings.TrimPrefix(in.XMLName.Space, cycloneDXNamespace),
		created: strings.TrimSpace(in.Metadata.Timestamp),
	}
	for _, list := range [][]cdxXMLTool{in.Metadata.Tools.Tool, in.Metadata.Tools.Components, in.Metadata.Tools.Services} {
		for _, t := range list {
			b.creators = append(b.creators, strings.TrimSpace(t.Name+" "+t.Version))
		}
	}
	b.creators = append(b.creators, in.Metadata.Authors...)
	if in.Metadata.Component != nil {
		subject := in.Metadata.Component.component()
		b.subject = &subject
	}
	b.components = cdxXMLList(in.Components)
	return b.document("XML"), nil
}

func cdxXMLList(list []cdxXMLPart) []cdxComponent {
	out := make([]cdxComponent, len(list))
	for i := range list {
		out[i] = list[i].component()
		out[i].at = i
	}
	return out
}

func (p *cdxXMLPart) component() cdxComponent {
	c := cdxComponent{Component: Component{
		Ref: p.Ref, Type: p.Type, Group: strings.TrimSpace(p.Group), Name: strings.TrimSpace(p.Name),
		Version: strings.TrimSpace(p.Version), VersionRange: strings.TrimSpace(p.VersionRange), Purl: strings.TrimSpace(p.Purl),
		Supplier: firstOf(append([]string{p.Supplier, p.Manufacturer, p.Publisher, p.Author}, p.Authors...)...),
	}}
	if cpe := strings.TrimSpace(p.CPE); cpe != "" {
		c.CPEs = []string{cpe}
	}
	for _, e := range p.Identity {
		c.conclude(e)
	}
	for _, h := range p.Hashes {
		c.Hashes = append(c.Hashes, Hash{h.Alg, strings.ToLower(strings.TrimSpace(h.Value))})
	}
	for _, l := range p.Licenses.License {
		if id := firstOf(l.ID, l.Name); id != "" {
			c.Licenses = append(c.Licenses, id)
		}
	}
	for _, e := range p.Licenses.Expression {
		c.Licenses = append(c.Licenses, strings.TrimSpace(e))
	}
	for _, p := range p.Properties {
		c.properties = append(c.properties, [2]string{p.Name, p.Value})
	}
	c.nested = cdxXMLList(p.Components)
	return c
}
