package demo

import (
	"crypto/sha256"
	"encoding/json"
	"encoding/xml"
	"fmt"

	"mimamori/internal/register"
)

// format is the form in which a sample SBOM is written.
type format int

const (
	cycloneDXJSON format = iota
	cycloneDXXML
	spdxJSON
)

const holderName = "みまもりメディカル株式会社（架空）"

// document writes the SBOM of a release and returns its file name. The content
// hangs on the arguments only.
func document(r release, p register.Product, parts []part) (name string, file []byte, err error) {
	switch r.format {
	case cycloneDXXML:
		file, err = xml.MarshalIndent(newCycloneDX("1.5", r, p, parts), "", "  ")
		return r.key + ".cdx.xml", append([]byte(xml.Header), file...), err
	case spdxJSON:
		file, err = json.MarshalIndent(newSPDX(r, p, parts), "", " ")
		return r.key + ".spdx.json", file, err
	default:
		file, err = json.MarshalIndent(newCycloneDX("1.6", r, p, parts), "", " ")
		return r.key + ".cdx.json", file, err
	}
}

// serial is a UUID that hangs on the release only.
func serial(r release) string {
	sum := sha256.Sum256([]byte("mimamori sample " + r.key))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80 // version 8, RFC 9562
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

type cdxDocument struct {
	XMLName     xml.Name       `json:"-" xml:"http://cyclonedx.org/schema/bom/1.5 bom"`
	BOMFormat   string         `json:"bomFormat" xml:"-"`
	SpecVersion string         `json:"specVersion" xml:"-"`
	Serial      string         `json:"serialNumber" xml:"serialNumber,attr"`
	Version     int            `json:"version" xml:"version,attr"`
	Metadata    cdxMetadata    `json:"metadata" xml:"metadata"`
	Components  []cdxComponent `json:"components" xml:"components>component"`
}

type cdxMetadata struct {
	Timestamp string       `json:"timestamp" xml:"timestamp"`
	Component cdxComponent `json:"component" xml:"component"`
	Supplier  *cdxSupplier `json:"supplier,omitempty" xml:"supplier,omitempty"`
}

type cdxSupplier struct {
	Name string `json:"name" xml:"name"`
}

// The order of the members is the one the XML schema asks for.
type cdxComponent struct {
	Type       string        `json:"type" xml:"type,attr"`
	Ref        string        `json:"bom-ref" xml:"bom-ref,attr"`
	Supplier   *cdxSupplier  `json:"supplier,omitempty" xml:"supplier,omitempty"`
	Group      string        `json:"group,omitempty" xml:"group,omitempty"`
	Name       string        `json:"name" xml:"name"`
	Version    string        `json:"version,omitempty" xml:"version,omitempty"`
	CPE        string        `json:"cpe,omitempty" xml:"cpe,omitempty"`
	Purl       string        `json:"purl,omitempty" xml:"purl,omitempty"`
	Properties []cdxProperty `json:"properties,omitempty" xml:"properties>property,omitempty"`
}

type cdxProperty struct {
	Name  string `json:"name" xml:"name,attr"`
	Value string `json:"value" xml:",chardata"`
}

func newCycloneDX(version string, r release, p register.Product, parts []part) cdxDocument {
	d := cdxDocument{BOMFormat: "CycloneDX", SpecVersion: version, Serial: "urn:uuid:" + serial(r), Version: 1, Metadata: cdxMetadata{
		Timestamp: r.on + "T00:00:00Z", Supplier: &cdxSupplier{holderName},
		Component: cdxComponent{Type: "firmware", Ref: r.key, Name: p.BrandName, Version: r.version},
	}}
	for i, part := range parts {
		c := cdxComponent{Type: part.kind, Ref: fmt.Sprintf("c%d", i+1), Group: part.group, Name: part.name, Version: part.version, CPE: part.cpe, Purl: part.purl}
		if part.supplier != "" {
			c.Supplier = &cdxSupplier{part.supplier}
		}
		if part.source != "" && part.source != part.name {
			c.Properties = []cdxProperty{{"syft:metadata:source", part.source}}
		}
		d.Components = append(d.Components, c)
	}
	return d
}

type spdxDocument struct {
	Version       string             `json:"spdxVersion"`
	ID            string             `json:"SPDXID"`
	License       string             `json:"dataLicense"`
	Name          string             `json:"name"`
	Namespace     string             `json:"documentNamespace"`
	Creation      spdxCreation       `json:"creationInfo"`
	Packages      []spdxPackage      `json:"packages"`
	Relationships []spdxRelationship `json:"relationships"`
}

type spdxCreation struct {
	Created  string   `json:"created"`
	Creators []string `json:"creators"`
}

type spdxPackage struct {
	ID       string    `json:"SPDXID"`
	Name     string    `json:"name"`
	Version  string    `json:"versionInfo,omitempty"`
	Supplier string    `json:"supplier,omitempty"`
	Download string    `json:"downloadLocation"`
	Refs     []spdxRef `json:"externalRefs,omitempty"`
}

type spdxRef struct {
	Category string `json:"referenceCategory"`
	Type     string `json:"referenceType"`
	Locator  string `json:"referenceLocator"`
}

type spdxRelationship struct {
	From string `json:"spdxElementId"`
	Type string `json:"relationshipType"`
	To   string `json:"relatedSpdxElement"`
}

func newSPDX(r release, p register.Product, parts []part) spdxDocument {
	const root = "SPDXRef-product"
	d := spdxDocument{
		Version: "SPDX-2.3", ID: "SPDXRef-DOCUMENT", License: "CC0-1.0", Name: p.BrandName + " " + r.version,
		Namespace: "https://sample.example/spdx/" + serial(r),
		Creation:  spdxCreation{Created: r.on + "T00:00:00Z", Creators: []string{"Organization: " + holderName}},
		Packages:  []spdxPackage{{ID: root, Name: p.BrandName, Version: r.version, Supplier: "Organization: " + holderName, Download: "NOASSERTION"}},
		Relationships: []spdxRelationship{
			{From: "SPDXRef-DOCUMENT", Type: "DESCRIBES", To: root},
		},
	}
	for i, part := range parts {
		s := spdxPackage{ID: fmt.Sprintf("SPDXRef-p%d", i+1), Name: part.name, Version: part.version, Download: "NOASSERTION"}
		if part.supplier != "" {
			s.Supplier = "Organization: " + part.supplier
		}
		if part.purl != "" {
			s.Refs = append(s.Refs, spdxRef{"PACKAGE-MANAGER", "purl", part.purl})
		}
		if part.cpe != "" {
			s.Refs = append(s.Refs, spdxRef{"SECURITY", "cpe23Type", part.cpe})
		}
		d.Packages = append(d.Packages, s)
		d.Relationships = append(d.Relationships, spdxRelationship{From: root, Type: "CONTAINS", To: s.ID})
	}
	return d
}
