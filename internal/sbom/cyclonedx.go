package sbom

import (
	"fmt"
	"slices"
	"strings"

	"mimamori/internal/fault"
)

const cycloneDXNamespace = "http://cyclonedx.org/schema/bom/"

var cycloneDXVersions = []string{"1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"}

// cycloneDX takes the members of a CycloneDX document, in any order and from
// any encoding, as trees of the shape of its JSON form.
type cycloneDX struct {
	*builder
	bomFormat, schema string
}

// member takes one member of the document; i is the index in a list, or -1.
func (b *cycloneDX) member(name string, i int, v tree) error {
	b.breaches.member(name, i, v)
	switch name {
	case "bomFormat":
		b.bomFormat = v.String()
	case "$schema":
		b.schema = v.String()
	case "specVersion":
		b.d.SpecVersion = v.String()
	case "serialNumber":
		b.d.ID = v.String()
	case "metadata":
		return b.metadata(v)
	case "components":
		if i < 0 && !v.isObject() {
			return nil
		}
		return b.component(v, "", place(name, i), 0)
	case "services":
		b.service(v, 0)
	case "dependencies":
		return b.dependency(v)
	case "vulnerabilities":
		return b.vulnerability(v)
	}
	return nil
}

// done checks the document as a whole.
func (b *cycloneDX) done(encoding string) *Document {
	b.d.Format, b.d.Encoding = CycloneDX, encoding
	if !slices.Contains(cycloneDXVersions, b.d.SpecVersion) {
		b.note(fault.At("/specVersion", "schema", "CycloneDX %q is not a known version (1.0 to 1.7): it was read as far as it is understood", short(b.d.SpecVersion)))
	}
	b.breaches.report(b.builder, encoding)
	return b.finish()
}

func (b *cycloneDX) metadata(m tree) error {
	b.d.Created = m.text("timestamp")
	tools := m.objects("tools")
	if len(tools) == 1 && (tools[0].member("components").there() || tools[0].member("services").there()) { // from 1.5 on an object
		tools = append(tools[0].objects("components"), tools[0].objects("services")...)
	}
	for _, t := range tools {
		b.d.Creators = append(b.d.Creators, strings.TrimSpace(t.text("name")+" "+t.text("version")))
	}
	for _, a := range m.objects("authors") {
		b.d.Creators = append(b.d.Creators, a.text("name"))
	}
	subject := m.object("component")
	if !subject.isObject() {
		return nil
	}
	c := cycloneDXComponent(subject)
	if err := b.tidy(&c, "/metadata/component"); err != nil {
		return err
	}
	b.d.Subject = &c
	return b.nested(subject, c.Ref, "/metadata/component", 0)
}

// component takes a component and those inside it.
func (b *cycloneDX) component(t tree, parent, at string, depth int) error {
	if !t.isObject() {
		b.note(fault.At(at, "component", "this element is not a component that can be read: it is left out; correct it"))
		return nil
	}
	c := cycloneDXComponent(t)
	c.Parent = parent
	if err := b.add(c, at); err != nil {
		return err
	}
	return b.nested(t, c.Ref, at, depth)
}

func (b *cycloneDX) nested(t tree, ref, at string, depth int) error {
	list := t.list("components")
	if len(list) > 0 && depth >= maxNesting {
		return fault.New(fault.Invalid, "%s: %s: components inside components, deeper than %d levels: no real document needs that", b.name, at, maxNesting)
	}
	for i, v := range list {
		if err := b.component(v, ref, fmt.Sprintf("%s/components/%d", at, i), depth+1); err != nil {
			return err
		}
	}
	return nil
}

// service only remembers the references, which the dependency graph may name.
func (b *cycloneDX) service(t tree, depth int) {
	if ref := t.text("bom-ref"); ref != "" && len(b.others) < maxComponents {
		b.others[ref] = true
	}
	if depth < maxNesting {
		for _, s := range t.objects("services") {
			b.service(s, depth+1)
		}
	}
}

func (b *cycloneDX) dependency(t tree) error {
	from := t.text("ref")
	for _, to := range t.texts("dependsOn") {
		if err := b.depend(from, to, ""); err != nil {
			return err
		}
	}
	for _, to := range t.texts("provides") {
		if err := b.depend(from, to, "provides"); err != nil {
			return err
		}
	}
	return nil
}

func (b *cycloneDX) vulnerability(t tree) error {
	if !t.isObject() {
		return nil
	}
	if len(b.d.Statements) >= maxStatements {
		return fault.New(fault.Invalid, "%s: more than %d vulnerabilities: split the document", b.name, maxStatements)
	}
	analysis := t.object("analysis")
	s := Statement{
		Vulnerability: t.text("id"), Source: t.party("source"), State: analysis.text("state"), Justification: analysis.text("justification"),
		Responses: analysis.texts("response"), Detail: analysis.text("detail"), Updated: firstOf(analysis.text("lastUpdated"), t.text("updated")),
	}
	for _, r := range t.objects("references") {
		if id := r.text("id"); id != "" && id != s.Vulnerability {
			s.Aliases = append(s.Aliases, id)
		}
	}
	for _, target := range t.objects("affects") {
		a := Affected{Ref: b.same(target.text("ref"))}
		for _, v := range target.objects("versions") {
			a.Versions = append(a.Versions, AffectedVersion{v.text("version"), v.text("range"), v.text("status")})
		}
		s.Affects = append(s.Affects, a)
	}
	b.d.Statements = append(b.d.Statements, s)
	return nil
}

func cycloneDXComponent(t tree) Component {
	c := Component{
		Ref: t.text("bom-ref"), Type: t.text("type"), Group: t.text("group"), Name: t.text("name"), Version: t.text("version"),
		VersionRange: t.text("versionRange"), Purl: t.text("purl"), SWID: t.object("swid").text("tagId"), Scope: t.text("scope"),
	}
	for _, a := range t.objects("authors") {
		if name := a.text("name"); name != "" {
			c.Authors = append(c.Authors, name)
		}
	}
	if author := t.text("author"); author != "" && len(c.Authors) == 0 {
		c.Authors = []string{author}
	}
	c.Supplier = firstOf(t.party("supplier"), t.party("manufacturer"), t.text("publisher"), t.text("author"))
	if c.Supplier == "" && len(c.Authors) > 0 {
		c.Supplier = c.Authors[0]
	}
	if maker := firstOf(t.party("manufacturer"), t.text("publisher")); maker != c.Supplier {
		c.Manufacturer = maker
	}
	if cpe := t.text("cpe"); cpe != "" {
		c.CPEs = []string{cpe}
	}
	for _, e := range t.objects("evidence") {
		for _, identity := range e.objects("identity") {
			c.conclude(identity.text("field"), identity.text("concludedValue"))
		}
	}
	for _, h := range t.objects("hashes") {
		c.Hashes = append(c.Hashes, Hash{h.text("alg"), strings.ToLower(h.text("content"))})
	}
	for _, l := range t.objects("licenses") {
		if id := firstOf(l.text("expression"), l.object("license").text("id"), l.object("license").text("name")); id != "" {
			c.Licenses = append(c.Licenses, id)
		}
	}
	c.fillSource(t.objects("properties"))
	c.Pedigree = cycloneDXPedigree(t.object("pedigree"))
	return c
}

func cycloneDXPedigree(t tree) *Pedigree {
	p := Pedigree{Notes: t.text("notes")}
	for _, a := range t.objects("ancestors") {
		p.Ancestors = append(p.Ancestors, Ancestor{a.text("name"), a.text("version"), a.text("purl"), a.text("cpe")})
	}
	for _, one := range t.objects("patches") {
		patch := Patch{Type: one.text("type")}
		for _, issue := range one.objects("resolves") {
			patch.Resolves = append(patch.Resolves, Issue{issue.text("type"), firstOf(issue.text("id"), issue.text("name"))})
		}
		p.Patches = append(p.Patches, patch)
	}
	if len(p.Ancestors) == 0 && len(p.Patches) == 0 && p.Notes == "" {
		return nil
	}
	return &p
}

// fillSource takes the source package from the properties in which Trivy and
// Syft write it.
func (c *Component) fillSource(properties []tree) {
	if len(properties) == 0 {
		return
	}
	property := func(name string) string {
		for _, p := range properties {
			if strings.EqualFold(p.text("name"), name) {
				return p.text("value")
			}
		}
		return ""
	}
	if name := property("aquasecurity:trivy:SrcName"); name != "" {
		c.SourceName, c.SourceVersion = name, property("aquasecurity:trivy:SrcVersion")
		if release := property("aquasecurity:trivy:SrcRelease"); release != "" && c.SourceVersion != "" {
			c.SourceVersion += "-" + release
		}
		if epoch := property("aquasecurity:trivy:SrcEpoch"); epoch != "" && epoch != "0" && c.SourceVersion != "" {
			c.SourceVersion = epoch + ":" + c.SourceVersion
		}
		return
	}
	if name := property("syft:metadata:source"); name != "" {
		c.SourceName, c.SourceVersion = name, property("syft:metadata:sourceVersion")
	} else if name := property("syft:metadata:originPackage"); name != "" {
		c.SourceName = name
	}
}

// conclude takes a purl or CPE that a tool concluded (evidence.identity, from
// CycloneDX 1.6 on with the value) where the component states none.
func (c *Component) conclude(field, value string) {
	switch {
	case value == "":
	case field == "purl" && c.Purl == "":
		c.Purl = value
	case field == "cpe" && len(c.CPEs) == 0:
		c.CPEs = []string{value}
	}
}
