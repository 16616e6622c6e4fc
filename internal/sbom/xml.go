package sbom

import (
	"bufio"
	"encoding/xml"
	"io"
	"strings"

	"mimamori/internal/fault"
)

// xmlNode is one element with everything inside it. How deep it may be is
// limited by the reader.
type xmlNode struct {
	name     xml.Name
	attrs    []xml.Attr
	children []*xmlNode
	text     string
}

// UnmarshalXML implements xml.Unmarshaler.
func (n *xmlNode) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	n.name, n.attrs = start.Name, start.Attr
	var content strings.Builder
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			child := &xmlNode{}
			if err := child.UnmarshalXML(d, t.Copy()); err != nil {
				return err
			}
			n.children = append(n.children, child)
		case xml.CharData:
			content.Write(t)
		case xml.EndElement:
			n.text = strings.TrimSpace(content.String())
			return nil
		}
	}
}

// attr returns the attribute of that local name; empty when there is none.
func (n *xmlNode) attr(local string) string {
	for _, a := range n.attrs {
		if a.Name.Local == local {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// xmlHead is how far into a document its root element is looked for.
const xmlHead = 64 << 10

// xmlRoot returns the root element without its content and without taking
// anything from in; an element without a name when there is none to be found.
func xmlRoot(in *bufio.Reader) xml.StartElement {
	head, _ := in.Peek(xmlHead) // the reading below tells what is wrong with a short input
	d := xml.NewDecoder(strings.NewReader(string(head)))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // only names are looked at
	for {
		token, err := d.RawToken()
		if err != nil {
			return xml.StartElement{}
		}
		if start, ok := token.(xml.StartElement); ok {
			return withNamespaces(start)
		}
	}
}

// withNamespaces resolves the prefix of a raw root element.
func withNamespaces(start xml.StartElement) xml.StartElement {
	for _, a := range start.Attr {
		if a.Name.Space == "xmlns" && a.Name.Local == start.Name.Space || a.Name.Space == "" && a.Name.Local == "xmlns" && start.Name.Space == "" {
			start.Name.Space = a.Value
			break
		}
	}
	return start
}

func readXML(in *bufio.Reader, name string) (*Document, *breaches, error) {
	root := xmlRoot(in)
	switch {
	case root.Name.Local == "bom" && strings.HasPrefix(root.Name.Space, cycloneDXNamespace), root.Name.Local == "":
		return readCycloneDXXML(in, name, root)
	case root.Name.Local == "RDF":
		return readSPDXRDF(in, name)
	case root.Name.Local == "Document":
		return readSPDXXML(in, name)
	case root.Name.Local == "SoftwareIdentity":
		return readSWID(in, name)
	case root.Name.Local == "bom":
		return nil, nil, fault.New(fault.Invalid, "%s: the element <bom> has the namespace %q instead of %sN.N: correct it", name, short(root.Name.Space), cycloneDXNamespace)
	}
	return nil, nil, fault.New(fault.Invalid, "%s: is XML but not an SBOM: its root element is <%s> instead of <bom>", name, short(root.Name.Local))
}
