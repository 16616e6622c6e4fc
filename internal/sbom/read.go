package sbom

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// Read reads one SBOM from r, at most untrusted.MaxBytes. name is the file's
// name for messages; the format is told by the content alone.
//
// A document that cannot be read gives one fault.Invalid error: what is wrong,
// where, and how to mend it. Lesser faults stand in Document.Problems.
func Read(r io.Reader, name string) (*Document, error) {
	data, err := untrusted.ReadText(r, name, untrusted.MaxBytes)
	if err != nil {
		return nil, err
	}
	start := bytes.TrimLeft(data, " \t\r\n")
	switch {
	case start[0] == '{':
		return readJSON(data, name)
	case start[0] == '<':
		return readXML(data, name)
	case bytes.HasPrefix(start, []byte("SPDXVersion:")) || bytes.HasPrefix(start, []byte("#")) && bytes.Contains(start, []byte("\nSPDXVersion:")):
		return nil, fault.New(fault.Invalid, "%s: is SPDX in the tag-value form, which is not read: export it as SPDX 2.3 JSON", name)
	case bytes.HasPrefix(start, []byte("---")) || bytes.HasPrefix(start, []byte("SPDXID:")):
		return nil, fault.New(fault.Invalid, "%s: looks like YAML, which is not read: export it as JSON", name)
	}
	return nil, fault.New(fault.Invalid, "%s: is not an SBOM: it starts with %q instead of { or <; CycloneDX JSON or XML, or SPDX JSON, is expected", name, string(bytes.Runes(start[:min(len(start), 32)])[:1]))
}

func readJSON(data []byte, name string) (*Document, error) {
	var probe struct {
		BOMFormat   text `json:"bomFormat"`
		SpecVersion text `json:"specVersion"`
		Schema      text `json:"$schema"`
		SPDXVersion text `json:"spdxVersion"`
		Context     any  `json:"@context"`
	}
	if err := untrusted.DecodeJSON(data, name, &probe); err != nil {
		return nil, err
	}
	switch {
	case probe.BOMFormat == "CycloneDX", probe.BOMFormat == "" && strings.Contains(string(probe.Schema), "cyclonedx.org"):
		return readCycloneDXJSON(data, name)
	case probe.BOMFormat != "":
		return nil, fault.New(fault.Invalid, "%s: /bomFormat is %q instead of \"CycloneDX\": correct it, or choose an SBOM", name, short(string(probe.BOMFormat)))
	case strings.HasPrefix(string(probe.SPDXVersion), "SPDX-2."):
		return readSPDX(data, name)
	case probe.SPDXVersion != "":
		return nil, fault.New(fault.Invalid, "%s: /spdxVersion is %q, which is not read: export it as SPDX 2.3 JSON", name, short(string(probe.SPDXVersion)))
	case probe.Context != nil:
		return nil, fault.New(fault.Invalid, "%s: is JSON-LD, as SPDX 3 is; only SPDX 2.2 and 2.3 JSON are read: export it in that version", name)
	}
	return nil, fault.New(fault.Invalid, "%s: is JSON but not an SBOM: neither \"bomFormat\" (CycloneDX) nor \"spdxVersion\" (SPDX) is at its top level", name)
}

func readXML(data []byte, name string) (*Document, error) {
	root, err := xmlRoot(data)
	switch {
	case err != nil:
		return readCycloneDXXML(data, name) // gives the error with its place
	case strings.HasPrefix(root.Space, cycloneDXNamespace) && root.Local == "bom":
		return readCycloneDXXML(data, name)
	case root.Local == "RDF" || root.Local == "Document":
		return nil, fault.New(fault.Invalid, "%s: looks like SPDX in XML or RDF, which is not read: export it as SPDX 2.3 JSON", name)
	case root.Local == "bom":
		return nil, fault.New(fault.Invalid, "%s: the element <bom> has the namespace %q instead of %sN.N: correct it", name, short(root.Space), cycloneDXNamespace)
	}
	return nil, fault.New(fault.Invalid, "%s: is XML but not an SBOM: its root element is <%s> instead of <bom>", name, short(root.Local))
}

// xmlRoot returns the name of the root element.
func xmlRoot(data []byte) (xml.Name, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := d.Token()
		if err != nil {
			return xml.Name{}, err
		}
		if start, ok := token.(xml.StartElement); ok {
			return start.Name, nil
		}
	}
}
