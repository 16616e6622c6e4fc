package sbom

import (
	"io"

	"mimamori/internal/untrusted"
)

// spdxXMLMembers are the children of the root of the XML form of SPDX 2. It
// has the members of the JSON form as elements; an element that is repeated is a list.
var spdxXMLMembers = []string{
	"spdxVersion", "name", "documentNamespace", "creationInfo", "documentDescribes", "packages", "relationships", "files", "snippets",
	"hasExtractedLicensingInfos", "externalDocumentRefs", "annotations", "revieweds",
}

func readSPDXXML(in io.Reader, name string) (*Document, *breaches, error) {
	r := newTreeReader(name)
	count := map[string]int{}
	for e, err := range untrusted.XMLElements(in, name, spdxXMLMembers...) {
		if err != nil {
			return nil, nil, err
		}
		var n xmlNode
		if err := e.Decode(&n); err != nil {
			return nil, nil, err
		}
		if err := r.member(e.Local, count[e.Local], treeOf(n.plain())); err != nil {
			return nil, nil, err
		}
		count[e.Local]++
	}
	return r.done("XML")
}

// plain turns an element into a tree: a text, or an object of its children.
func (n *xmlNode) plain() any {
	if len(n.children) == 0 {
		return n.text
	}
	out := map[string]any{}
	for _, child := range n.children {
		switch before := out[child.name.Local].(type) {
		case nil:
			out[child.name.Local] = child.plain()
		case []any:
			out[child.name.Local] = append(before, child.plain())
		default:
			out[child.name.Local] = []any{before, child.plain()}
		}
	}
	return out
}
