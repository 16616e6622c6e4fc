package sbom

import (
	"io"
	"strconv"
	"strings"
	"unicode"

	"mimamori/internal/untrusted"
)

const (
	rdfNamespace  = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	spdxNamespace = "http://spdx.org/rdf/terms#"
)

// rdfGraph holds the resources of an RDF/XML document by their identifiers.
// It knows what SPDX tools write: typed node elements, nested or referred to
// by rdf:resource and rdf:nodeID, and texts. Documents are held in memory as a
// whole, so they may take no more than untrusted.MaxRecordBytes.
type rdfGraph struct {
	nodes map[string]*rdfNode
	order []*rdfNode
}

// rdfNode is one resource with its properties of the SPDX vocabulary.
type rdfNode struct {
	id, kind string
	values   map[string][]string // property: texts, and identifiers of resources
}

func readSPDXRDF(in io.Reader, name string) (*Document, *breaches, error) {
	g := &rdfGraph{nodes: map[string]*rdfNode{}}
	for e, err := range untrusted.XMLElements(in, name, "RDF") {
		if err != nil {
			return nil, nil, err
		}
		var root xmlNode
		if err := e.Decode(&root); err != nil {
			return nil, nil, err
		}
		for _, child := range root.children {
			g.node(child)
		}
	}
	b := newSPDX2(name)
	if err := g.feed(b); err != nil {
		return nil, nil, err
	}
	d, err := b.done("RDF")
	return d, nil, err
}

// node takes a node element and returns the identifier of its resource.
func (g *rdfGraph) node(e *xmlNode) string {
	id := ""
	for _, a := range e.attrs {
		if a.Name.Space == rdfNamespace && (a.Name.Local == "about" || a.Name.Local == "ID" || a.Name.Local == "nodeID") {
			id = strings.TrimSpace(a.Value)
		}
	}
	if id == "" {
		id = "_:" + strconv.Itoa(len(g.order))
	}
	n := g.nodes[id]
	if n == nil {
		n = &rdfNode{id: id, values: map[string][]string{}}
		g.nodes[id] = n
		g.order = append(g.order, n)
	}
	if e.name.Space == spdxNamespace {
		n.kind = e.name.Local
	}
	for _, property := range e.children {
		member := property.name.Local
		if property.name.Space == rdfNamespace && member == "type" {
			n.kind = fragment(property.attr("resource"))
			continue
		}
		switch {
		case len(property.children) > 0:
			for _, inner := range property.children {
				n.values[member] = append(n.values[member], g.node(inner))
			}
		case firstOf(property.attr("resource"), property.attr("nodeID")) != "":
			n.values[member] = append(n.values[member], firstOf(property.attr("resource"), property.attr("nodeID")))
		default:
			n.values[member] = append(n.values[member], property.text)
		}
	}
	return id
}

// fragment returns what stands behind the # of an identifier.
func fragment(id string) string { return id[strings.LastIndexByte(id, '#')+1:] }

// one returns the first value of a property.
func (n *rdfNode) one(property string) string {
	if n == nil || len(n.values[property]) == 0 {
		return ""
	}
	return n.values[property][0]
}

// word turns "http://spdx.org/rdf/terms#checksumAlgorithm_sha1" into "SHA1" and
// "relationshipType_dependsOn" into "DEPENDS_ON".
func word(text string) string {
	name := fragment(text)
	name = name[strings.IndexByte(name, '_')+1:]
	var out strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			out.WriteByte('_')
		}
		out.WriteRune(unicode.ToUpper(r))
	}
	return out.String()
}

// feed gives the resources to b in the shape of the JSON form.
func (g *rdfGraph) feed(b *spdx2) error {
	packages, relationships := 0, 0
	for _, n := range g.order {
		var err error
		switch n.kind {
		case "SpdxDocument":
			namespace, _, _ := strings.Cut(n.id, "#")
			info := g.nodes[n.one("creationInfo")]
			creators := []any{}
			if info != nil {
				for _, c := range info.values["creator"] {
					creators = append(creators, c)
				}
			}
			for member, v := range map[string]any{
				"spdxVersion": n.one("specVersion"), "name": n.one("name"), "documentNamespace": namespace,
				"creationInfo": map[string]any{"created": info.one("created"), "creators": creators},
			} {
				if err == nil {
					err = b.member(member, -1, treeOf(v))
				}
			}
			for _, id := range n.values["describesPackage"] {
				b.described[fragment(id)] = true
			}
		case "Package":
			err = b.member("packages", packages, treeOf(g.pack(n)))
			packages++
		case "File", "Snippet":
			err = b.member("files", 0, treeOf(map[string]any{"SPDXID": fragment(n.id)}))
		}
		if err != nil {
			return err
		}
		for _, id := range n.values["relationship"] {
			r := g.nodes[id]
			err := b.member("relationships", relationships, treeOf(map[string]any{
				"spdxElementId": fragment(n.id), "relationshipType": word(r.one("relationshipType")), "relatedSpdxElement": fragment(r.one("relatedSpdxElement")),
			}))
			if err != nil {
				return err
			}
			relationships++
		}
	}
	return nil
}

func (g *rdfGraph) pack(n *rdfNode) map[string]any {
	refs, checksums := []any{}, []any{}
	for _, id := range n.values["externalRef"] {
		r := g.nodes[id]
		refs = append(refs, map[string]any{"referenceType": r.one("referenceType"), "referenceLocator": r.one("referenceLocator")})
	}
	for _, id := range n.values["checksum"] {
		c := g.nodes[id]
		checksums = append(checksums, map[string]any{"algorithm": word(c.one("algorithm")), "checksumValue": c.one("checksumValue")})
	}
	out := map[string]any{
		"SPDXID": fragment(n.id), "externalRefs": refs, "checksums": checksums,
		"primaryPackagePurpose": strings.ReplaceAll(word(n.one("primaryPackagePurpose")), "_", "-"),
	}
	for _, member := range []string{"name", "versionInfo", "supplier", "originator", "sourceInfo"} {
		out[member] = n.one(member)
	}
	for _, member := range []string{"licenseConcluded", "licenseDeclared"} {
		if id, ok := strings.CutPrefix(n.one(member), "http://spdx.org/licenses/"); ok {
			out[member] = id
		}
	}
	return out
}
