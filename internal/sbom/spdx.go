package sbom

import (
	"slices"
	"strings"

	"mimamori/internal/fault"
)

// spdx2 takes the members of an SPDX 2 document, in any order and from any
// encoding, as trees of the shape of its JSON form. Packages are components;
// files and snippets are not.
type spdx2 struct {
	*builder
	version   string
	described map[string]bool
	contains  [][2]string // outer and inner
}

func newSPDX2(name string) *spdx2 {
	return &spdx2{builder: newBuilder(name), described: map[string]bool{}}
}

// member takes one member of the document; i is the index in a list, or -1.
func (b *spdx2) member(name string, i int, v tree) error {
	switch name {
	case "spdxVersion":
		b.version = strings.TrimPrefix(v.String(), "SPDX-")
	case "name":
		b.d.Name = v.String()
	case "documentNamespace":
		b.d.ID = v.String()
	case "creationInfo":
		b.d.Created, b.d.Creators = v.text("created"), v.texts("creators")
	case "documentDescribes":
		b.described[v.String()] = true
	case "packages":
		at := place("packages", max(i, 0))
		if !v.isObject() {
			b.note(fault.At(at, "package", "this element is not a package that can be read: it is left out; correct it"))
			return nil
		}
		return b.add(spdxPackage(v), at)
	case "files", "snippets":
		if id := v.text("SPDXID"); id != "" && len(b.others) < maxComponents {
			b.others[id] = true
		}
	case "relationships":
		return b.relationship(v.text("spdxElementId"), v.text("relationshipType"), v.text("relatedSpdxElement"))
	}
	return nil
}

// spdxDependencies are the relationships that make the dependency graph;
// reversed ones name what is needed first.
var spdxDependencies = map[string]struct {
	kind     string
	reversed bool
}{
	"DEPENDS_ON": {"", false}, "DEPENDENCY_OF": {"", true}, "HAS_PREREQUISITE": {"", false}, "PREREQUISITE_FOR": {"", true},
	"BUILD_DEPENDENCY_OF": {"build", true}, "DEV_DEPENDENCY_OF": {"dev", true}, "TEST_DEPENDENCY_OF": {"test", true},
	"OPTIONAL_DEPENDENCY_OF": {"optional", true}, "PROVIDED_DEPENDENCY_OF": {"provided", true}, "RUNTIME_DEPENDENCY_OF": {"runtime", true},
	"STATIC_LINK": {"static_link", false}, "DYNAMIC_LINK": {"dynamic_link", false},
	"BUILD_TOOL_OF": {"build_tool", true}, "DEV_TOOL_OF": {"dev_tool", true}, "TEST_TOOL_OF": {"test_tool", true},
}

func (b *spdx2) relationship(from, kind, to string) error {
	kind = strings.ToUpper(kind)
	if e, ok := spdxDependencies[kind]; ok && stated(from) != "" && stated(to) != "" {
		if e.reversed {
			from, to = to, from
		}
		return b.depend(from, to, e.kind)
	}
	switch kind {
	case "DESCRIBES":
		b.described[to] = true
	case "DESCRIBED_BY":
		b.described[from] = true
	case "CONTAINS":
		return b.contain(from, to)
	case "CONTAINED_BY":
		return b.contain(to, from)
	}
	return nil
}

func (b *spdx2) contain(outer, inner string) error {
	if len(b.contains) >= maxDependencies {
		return fault.New(fault.Invalid, "%s: more than %d dependencies: split the document", b.name, maxDependencies)
	}
	b.contains = append(b.contains, [2]string{b.same(outer), b.same(inner)})
	return nil
}

// done places the components and checks the document as a whole.
func (b *spdx2) done(encoding string) (*Document, error) {
	b.d.Format, b.d.Encoding, b.d.SpecVersion = SPDX, encoding, b.version
	if b.version == "" {
		return nil, fault.New(fault.Invalid, "%s: is no SPDX document: it states no version of SPDX; export it as SPDX 2.3", b.name)
	}
	if b.version != "2.2" && b.version != "2.3" {
		b.note(fault.At("/spdxVersion", "schema", "SPDX %q is not a known version (2.2, 2.3): it was read as far as it is understood", short(b.version)))
	}
	return b.place(b.described)
}

// place gives components their parents and finds the subject: the one
// component that is described. A component inside several has the first by
// name as its parent; the others stay in the graph.
func (b *spdx2) place(described map[string]bool) (*Document, error) {
	slices.SortFunc(b.contains, func(x, y [2]string) int { return slices.Compare(x[:], y[:]) })
	parents := map[string]string{}
	for _, c := range slices.Compact(b.contains) {
		outer, inner := c[0], c[1]
		if !b.refs[outer] || !b.refs[inner] || outer == inner {
			continue
		}
		if _, ok := parents[inner]; !ok {
			parents[inner] = outer
		} else if err := b.depend(outer, inner, "contains"); err != nil {
			return nil, err
		}
	}
	var subjects []int
	for i := range b.d.Components {
		c := &b.d.Components[i]
		c.Parent = parents[c.Ref]
		if described[c.Ref] {
			subjects = append(subjects, i)
		}
	}
	if len(subjects) == 1 {
		subject := b.d.Components[subjects[0]]
		b.d.Subject = &subject
	}
	return b.finish(), nil
}

func spdxPackage(t tree) Component {
	c := Component{
		Ref: t.text("SPDXID"), Type: strings.ToLower(t.text("primaryPackagePurpose")), Name: t.text("name"), Version: stated(t.text("versionInfo")),
		Supplier: firstOf(actor(t.text("supplier")), actor(t.text("originator"))),
	}
	if originator := actor(t.text("originator")); originator != "" {
		c.Authors = []string{originator}
	}
	for _, r := range t.objects("externalRefs") {
		kind := strings.ToLower(r.text("referenceType"))
		c.identify(kind[strings.LastIndexByte(kind, '/')+1:], r.text("referenceLocator"))
	}
	for _, h := range t.objects("checksums") {
		c.Hashes = append(c.Hashes, Hash{hashName(h.text("algorithm")), strings.ToLower(h.text("checksumValue"))})
	}
	if l := firstOf(stated(t.text("licenseConcluded")), stated(t.text("licenseDeclared"))); l != "" {
		c.Licenses = []string{l}
	}
	// Trivy writes "built package from: util-linux 2.38-r1".
	if source, found := strings.CutPrefix(t.text("sourceInfo"), "built package from: "); found {
		c.SourceName, c.SourceVersion, _ = strings.Cut(strings.TrimSpace(source), " ")
	}
	return c
}

// identify takes an external identifier; kind is in lower case.
func (c *Component) identify(kind, value string) {
	switch kind {
	case "purl", "packageurl":
		if c.Purl == "" {
			c.Purl = value
		} else if value != "" && value != c.Purl && !slices.Contains(c.OtherPurls, value) {
			c.OtherPurls = append(c.OtherPurls, value)
		}
	case "cpe23type", "cpe22type", "cpe23", "cpe22":
		if value != "" && !slices.Contains(c.CPEs, value) {
			c.CPEs = append(c.CPEs, value)
		}
	case "swid":
		if c.SWID == "" {
			c.SWID = strings.TrimPrefix(value, "swid:")
		}
	}
}

// stated drops the two texts that mean "not stated".
func stated(t string) string {
	if t == "NOASSERTION" || t == "NONE" {
		return ""
	}
	return t
}

// actor takes the name from "Organization: Acme (mail@acme.example)".
func actor(t string) string {
	name := stated(t)
	for _, kind := range []string{"Organization:", "Person:", "Tool:"} {
		name = strings.TrimPrefix(name, kind)
	}
	name, _, _ = strings.Cut(name, " (")
	return strings.TrimSpace(name)
}

// hashName writes an algorithm as CycloneDX does: SHA256 is SHA-256, as is sha256.
func hashName(algorithm string) string {
	upper := strings.ToUpper(algorithm)
	switch rest, sha := strings.CutPrefix(upper, "SHA"); {
	case sha && (strings.HasPrefix(rest, "3-") || strings.HasPrefix(rest, "3_")):
		return "SHA3-" + strings.TrimLeft(rest[1:], "-_")
	case sha && rest != "":
		return "SHA-" + strings.TrimLeft(rest, "-_")
	case strings.HasPrefix(upper, "BLAKE2B"):
		return "BLAKE2b-" + strings.TrimLeft(upper[len("BLAKE2B"):], "-_")
	case strings.HasPrefix(upper, "MD"), upper == "BLAKE3":
		return upper
	}
	return algorithm
}
