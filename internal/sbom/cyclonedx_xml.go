package sbom

import (
	"encoding/xml"
	"io"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// graphNamespace is the extension in which CycloneDX 1.1 documents carry their
// dependency graph.
const graphNamespace = "http://cyclonedx.org/schema/ext/dependency-graph/"

// The XML form says the same as the JSON form in other words; these tables
// turn one into the other.
var (
	// cdxTaken are the elements that are read one by one, with their list.
	cdxTaken = map[string]string{
		"metadata": "metadata", "component": "components", "service": "services", "dependency": "dependencies",
		"vulnerability": "vulnerabilities", "property": "properties",
	}
	// cdxPassed are other children of the root; named so that components in them are not taken.
	cdxPassed = []string{"externalReferences", "compositions", "annotations", "formulation", "declarations", "definitions", "citations", "patents"}
	// cdxWrappers hold one element of a list in each child.
	cdxWrappers = map[string]bool{
		"components": true, "services": true, "hashes": true, "licenses": true, "externalReferences": true, "properties": true, "authors": true,
		"patches": true, "resolves": true, "ancestors": true, "descendants": true, "variants": true, "commits": true, "references": true,
		"affects": true, "versions": true, "responses": true, "endpoints": true, "data": true,
	}
	// cdxContent is the member that holds the text of an element.
	cdxContent = map[string]string{"hash": "content", "property": "value"}
	// cdxObjects are objects even without attributes and children.
	cdxObjects = map[string]bool{
		"metadata": true, "component": true, "service": true, "dependency": true, "vulnerability": true, "license": true, "swid": true,
		"pedigree": true, "patch": true, "issue": true, "analysis": true, "target": true,
	}
	cdxRenamed = map[string]string{"responses": "response"}
)

func readCycloneDXXML(in io.Reader, name string, root xml.StartElement) (*Document, *breaches, error) {
	b := &cycloneDX{builder: newBuilder(name)}
	b.d.SpecVersion = strings.TrimPrefix(root.Name.Space, cycloneDXNamespace)
	for _, a := range root.Attr {
		if a.Name.Space == "" && a.Name.Local == "serialNumber" {
			if err := b.member("serialNumber", -1, treeOf(strings.TrimSpace(a.Value))); err != nil {
				return nil, nil, err
			}
		}
	}
	names := append([]string(nil), cdxPassed...)
	for element := range cdxTaken {
		names = append(names, element)
	}
	count := map[string]int{}
	for e, err := range untrusted.XMLElements(in, name, names...) {
		if err != nil {
			return nil, nil, err
		}
		var n xmlNode
		if err := e.Decode(&n); err != nil {
			return nil, nil, err
		}
		list, taken := cdxTaken[n.name.Local]
		if !taken || !strings.HasPrefix(n.name.Space, cycloneDXNamespace) && !strings.HasPrefix(n.name.Space, graphNamespace) {
			continue
		}
		i := -1
		if list != "metadata" {
			i = count[list]
			count[list]++
		}
		if err := b.member(list, i, treeOf(n.value(n.name.Space))); err != nil {
			return nil, nil, err
		}
	}
	if root.Name.Local == "" {
		return nil, nil, fault.New(fault.Invalid, "%s: is not readable as XML: no root element was found", name)
	}
	return b.done("XML"), &b.breaches, nil
}

// value turns an element of a CycloneDX document into what its JSON form has
// in its place. Elements and attributes of other namespaces are left out.
func (n *xmlNode) value(space string) any {
	local := n.name.Local
	if cdxWrappers[local] || local == "tools" && n.child("tool") {
		return n.items(space)
	}
	content, hasContent := cdxContent[local]
	if len(n.attrs) == 0 && len(n.children) == 0 && !hasContent && !cdxObjects[local] {
		return n.text
	}
	out := map[string]any{}
	for _, a := range n.attrs {
		if a.Name.Space == "" && a.Name.Local != "xmlns" {
			out[a.Name.Local] = a.Value
		}
	}
	if hasContent && n.text != "" {
		out[content] = n.text
	} else if n.text != "" && len(n.children) == 0 {
		out["#text"] = n.text
	}
	if local == "dependency" {
		n.dependsOn(out)
		return out
	}
	for _, child := range n.children {
		if child.name.Space != space {
			continue
		}
		member := child.name.Local
		if renamed, ok := cdxRenamed[member]; ok {
			member = renamed
		}
		v := child.value(space)
		switch before := out[member].(type) {
		case nil:
			out[member] = v
		case []any:
			out[member] = append(before, v)
		default:
			out[member] = []any{before, v}
		}
	}
	if len(out) == 1 && !cdxObjects[local] && !hasContent {
		if t, ok := out["#text"]; ok { // only attributes of other namespaces
			return t
		}
	}
	return out
}

func (n *xmlNode) child(local string) bool {
	for _, c := range n.children {
		if c.name.Local == local {
			return true
		}
	}
	return false
}

// items turns a wrapper into a list.
func (n *xmlNode) items(space string) []any {
	out := []any{}
	for _, child := range n.children {
		if child.name.Space != space {
			continue
		}
		switch {
		case n.name.Local == "licenses" && child.name.Local == "license":
			out = append(out, map[string]any{"license": child.value(space)})
		case n.name.Local == "licenses" && child.name.Local == "expression":
			out = append(out, map[string]any{"expression": child.text})
		case n.name.Local == "data" && child.name.Local == "classification":
			item := map[string]any{"classification": child.text}
			if flow := child.attr("flow"); flow != "" {
				item["flow"] = flow
			}
			out = append(out, item)
		default:
			out = append(out, child.value(space))
		}
	}
	return out
}

// dependsOn takes the references nested in a <dependency>.
func (n *xmlNode) dependsOn(out map[string]any) {
	lists := map[string][]any{}
	for _, child := range n.children {
		member := map[string]string{"dependency": "dependsOn", "provides": "provides"}[child.name.Local]
		if member != "" {
			lists[member] = append(lists[member], child.attr("ref"))
		}
	}
	for member, list := range lists {
		out[member] = list
	}
}
