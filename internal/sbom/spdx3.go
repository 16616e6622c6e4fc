package sbom

import (
	"fmt"
	"strings"

	"mimamori/internal/fault"
)

// spdx3 takes the elements of an SPDX 3 document in its JSON-LD serialization:
// a flat list of elements in "@graph" that name one another by "spdxId".
// Packages, of software, AI and data sets, are components.
type spdx3 struct {
	*spdx2
	elements int
	names    map[string]string     // of persons and organizations, by id
	waiting  map[string]*spdx3Link // what a component says by id, by the component's id
	roots    map[string]bool       // of the documents and SBOMs
	boms     map[string]bool       // ids of the documents and SBOMs themselves
}

// spdx3Link holds ids of agents until their names are known.
type spdx3Link struct{ supplied, originated []string }

func newSPDX3(name string) *spdx3 {
	return &spdx3{spdx2: newSPDX2(name), names: map[string]string{}, waiting: map[string]*spdx3Link{}, roots: map[string]bool{}, boms: map[string]bool{}}
}

// spdx3Dependencies are the relationships that make the dependency graph; from
// and to stand as in the document. The names are those of the model, 3.0.1.
var spdx3Dependencies = map[string]string{
	"dependsOn": "", "hasPrerequisite": "", "hasOptionalDependency": "optional", "hasProvidedDependency": "provided",
	"hasStaticLink": "static_link", "hasDynamicLink": "dynamic_link", "hasOptionalComponent": "contains",
	"usesTool": "build_tool",
}

// element takes one element of the graph.
func (b *spdx3) element(i int, t tree) error {
	if !t.isObject() {
		return nil
	}
	b.elements++
	id := firstOf(t.text("spdxId"), t.text("@id"))
	kind := firstOf(t.text("type"), t.text("@type"))
	kind = kind[strings.LastIndexAny(kind, "_:/")+1:]
	switch kind {
	case "Person", "Organization", "SoftwareAgent", "Agent", "Tool":
		b.names[id] = t.text("name")
		b.others[id] = true
	case "CreationInfo":
		b.d.Created = firstOf(b.d.Created, t.text("created"))
		b.version = firstOf(b.version, t.text("specVersion"))
		b.d.Creators = append(b.d.Creators, t.texts("createdBy")...)
		b.d.Creators = append(b.d.Creators, t.texts("createdUsing")...)
	case "SpdxDocument", "Sbom", "Bom":
		b.boms[id] = true
		b.others[id] = true
		for _, root := range t.texts("rootElement") {
			b.roots[root] = true
		}
		if kind == "SpdxDocument" {
			b.d.ID, b.d.Name = id, t.text("name")
		}
	case "Package", "AIPackage", "DatasetPackage":
		return b.pack(t, id, fmt.Sprintf("/@graph/%d", i))
	case "Relationship", "LifecycleScopedRelationship":
		return b.relate(t)
	default:
		if id != "" && len(b.others) < maxComponents {
			b.others[id] = true
		}
	}
	return nil
}

func (b *spdx3) pack(t tree, id, at string) error {
	member := func(name string) string {
		return firstOf(t.text("software_"+name), t.text(name))
	}
	c := Component{
		Ref: id, Type: strings.ToLower(member("primaryPurpose")), Name: t.text("name"), Version: stated(member("packageVersion")), Purl: member("packageUrl"),
	}
	for _, e := range t.objects("externalIdentifier") {
		c.identify(strings.ToLower(e.text("externalIdentifierType")), e.text("identifier"))
	}
	for _, h := range t.objects("verifiedUsing") {
		if value := h.text("hashValue"); value != "" {
			c.Hashes = append(c.Hashes, Hash{hashName(strings.TrimPrefix(h.text("algorithm"), "hashAlgorithm_")), strings.ToLower(value)})
		}
	}
	if source, found := strings.CutPrefix(member("sourceInfo"), "built package from: "); found {
		c.SourceName, c.SourceVersion, _ = strings.Cut(strings.TrimSpace(source), " ")
	}
	if link := (&spdx3Link{b.agents(t, "suppliedBy"), b.agents(t, "originatedBy")}); len(link.supplied)+len(link.originated) > 0 {
		b.waiting[id] = link
	}
	return b.add(c, at)
}

// agents returns the ids of agents; one that is written out in place is taken too.
func (b *spdx3) agents(t tree, member string) []string {
	ids := t.texts(member)
	for _, o := range t.objects(member) {
		id := firstOf(o.text("spdxId"), o.text("@id"), o.text("name"))
		b.names[id] = o.text("name")
		ids = append(ids, id)
	}
	return ids
}

func (b *spdx3) relate(t tree) error {
	from, kind := t.text("from"), t.text("relationshipType")
	kind = kind[strings.LastIndexAny(kind, "_:/")+1:]
	for _, to := range t.texts("to") {
		var err error
		switch dependency, ok := spdx3Dependencies[kind]; {
		case ok:
			if scope := t.text("scope"); dependency == "" && (scope == "build" || scope == "development" || scope == "test" || scope == "runtime") {
				dependency = strings.TrimSuffix(scope, "elopment")
			}
			err = b.depend(from, to, dependency)
		case kind == "contains":
			err = b.contain(from, to)
		case kind == "describes":
			b.roots[to] = true
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// done gives the components the names of their suppliers and checks the
// document as a whole.
func (b *spdx3) done() (*Document, error) {
	if b.elements == 0 {
		return nil, fault.New(fault.Invalid, "%s: is JSON-LD without a list \"@graph\" of elements, as SPDX 3 has it: export it as SPDX 3 or SPDX 2.3 JSON", b.name)
	}
	b.d.Format, b.d.Encoding, b.d.SpecVersion = SPDX, "JSON-LD", b.version
	if !strings.HasPrefix(b.version, "3.") {
		b.note(fault.At("/@graph", "schema", "SPDX %q is not a known version (2.2, 2.3, 3.0): it was read as far as it is understood", short(b.version)))
	}
	for i, id := range b.d.Creators {
		b.d.Creators[i] = firstOf(b.names[id], id)
	}
	for i := range b.d.Components {
		c := &b.d.Components[i]
		link := b.waiting[c.Ref]
		if link == nil {
			continue
		}
		for _, id := range link.originated {
			if name := b.names[id]; name != "" {
				c.Authors = append(c.Authors, name)
			}
		}
		for _, id := range append(link.supplied, link.originated...) {
			c.Supplier = firstOf(c.Supplier, b.names[id])
		}
	}
	return b.place(b.roots)
}
