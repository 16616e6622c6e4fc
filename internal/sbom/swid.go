package sbom

import (
	"io"
	"slices"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// readSWID reads a SWID tag (ISO/IEC 19770-2:2009 is another format; this is
// :2015): one piece of software, with links to others. The files of its
// payload are not components.
func readSWID(in io.Reader, name string) (*Document, *breaches, error) {
	b := newBuilder(name)
	b.d.Format, b.d.Encoding, b.d.SpecVersion = SWID, "XML", "2015"
	tags := 0
	for e, err := range untrusted.XMLElements(in, name, "SoftwareIdentity") {
		if err != nil {
			return nil, nil, err
		}
		var n xmlNode
		if err := e.Decode(&n); err != nil {
			return nil, nil, err
		}
		if tags++; tags > 1 {
			return nil, nil, fault.New(fault.Invalid, "%s: holds more than one SWID tag: give each its own file", name)
		}
		c := n.software()
		b.d.ID, b.d.Name = c.Ref, c.Name
		if n.attr("corpus") == "true" {
			b.note(fault.At("/SoftwareIdentity", "corpus", "the tag is of an installation package, not of installed software"))
		}
		if n.attr("patch") == "true" {
			b.note(fault.At("/SoftwareIdentity", "patch", "the tag is of a patch, not of the software that it changes"))
		}
		if err := b.add(c, "/SoftwareIdentity"); err != nil {
			return nil, nil, err
		}
		for _, link := range n.children {
			if link.name.Local != "Link" {
				continue
			}
			// swid: names a tag by its id; swidpath: asks a question, which only the device can answer.
			to, isTag := strings.CutPrefix(link.attr("href"), "swid:")
			if rel := link.attr("rel"); isTag && (rel == "requires" || rel == "component" || rel == "parent") {
				from, kind := c.Ref, ""
				if rel == "parent" {
					from, to = to, from
				}
				if rel != "requires" {
					kind = "contains"
				}
				b.others[link.attr("href")[len("swid:"):]] = true
				if err := b.depend(from, to, kind); err != nil {
					return nil, nil, err
				}
			}
		}
		subject := b.d.Components[0]
		b.d.Subject = &subject
	}
	return b.finish(), nil, nil
}

// software turns a tag into a component.
func (n *xmlNode) software() Component {
	c := Component{Ref: n.attr("tagId"), SWID: n.attr("tagId"), Type: "application", Name: n.attr("name"), Version: n.attr("version")}
	var aggregator, distributor string
	for _, e := range n.children {
		if e.name.Local != "Entity" {
			continue
		}
		roles, who := strings.Fields(e.attr("role")), e.attr("name")
		if slices.Contains(roles, "softwareCreator") {
			c.Supplier = firstOf(c.Supplier, who)
			c.Authors = append(c.Authors, who)
		}
		if slices.Contains(roles, "distributor") {
			distributor = who
		}
		if slices.Contains(roles, "aggregator") || slices.Contains(roles, "licensor") {
			aggregator = who
		}
	}
	c.Supplier = firstOf(c.Supplier, distributor, aggregator)
	return c
}
