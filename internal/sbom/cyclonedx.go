package sbom

import (
	"fmt"
	"slices"
	"strings"

	"mimamori/internal/fault"
)

const cycloneDXNamespace = "http://cyclonedx.org/schema/bom/"

var cycloneDXVersions = []string{"1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"}

// cdxBOM is what the two encodings of CycloneDX are decoded to.
type cdxBOM struct {
	serial, specVersion, created string
	creators                     []string
	subject                      *cdxComponent
	components                   []cdxComponent
	problems                     []fault.Field
}

// cdxComponent is a component before flattening.
type cdxComponent struct {
	Component
	properties [][2]string
	at         int // index in its list
	nested     []cdxComponent
}

// document flattens the components and checks the result.
func (b *cdxBOM) document(encoding string) *Document {
	d := &Document{
		Format: CycloneDX, Encoding: encoding, SpecVersion: b.specVersion, ID: b.serial,
		Created: b.created, Creators: b.creators, Problems: b.problems,
	}
	if !slices.Contains(cycloneDXVersions, b.specVersion) {
		d.Problems = append(d.Problems, fault.Field{
			Pointer: "/specVersion", Rule: "version",
			Message: fmt.Sprintf("CycloneDX %q is not a known version (1.0 to 1.7): it was read as far as it is understood", short(b.specVersion)),
		})
	}
	var places []string
	if b.subject != nil {
		b.subject.fillSource()
		subject := b.subject.Component
		d.Subject = &subject
		places = b.flatten(d, b.subject.nested, subject.Ref, "/metadata/component/components", places)
	}
	places = b.flatten(d, b.components, "", "/components", places)
	d.finish(places)
	return d
}

// flatten appends list and what is nested in it. Depth is limited by the
// reader of the encoding.
func (b *cdxBOM) flatten(d *Document, list []cdxComponent, parent, pointer string, places []string) []string {
	for i := range list {
		c := &list[i]
		at := fmt.Sprintf("%s/%d", pointer, c.at)
		c.Parent = parent
		c.fillSource()
		d.Components = append(d.Components, c.Component)
		places = append(places, at)
		places = b.flatten(d, c.nested, c.Ref, at+"/components", places)
	}
	return places
}

// fillSource takes the source package from the properties in which Trivy and
// Syft write it.
func (c *cdxComponent) fillSource() {
	property := func(name string) string {
		for _, p := range c.properties {
			if strings.EqualFold(p[0], name) {
				return strings.TrimSpace(p[1])
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

// cdxIdentity is what a tool concluded about an identifier of a component
// (evidence.identity, from CycloneDX 1.6 on with the value).
type cdxIdentity struct {
	Field     text `json:"field" xml:"field"`
	Concluded text `json:"concludedValue" xml:"concludedValue"`
}

// conclude takes a concluded purl or CPE where the component states none.
func (c *cdxComponent) conclude(e cdxIdentity) {
	value := strings.TrimSpace(string(e.Concluded))
	switch {
	case value == "":
	case e.Field == "purl" && c.Purl == "":
		c.Purl = value
	case e.Field == "cpe" && len(c.CPEs) == 0:
		c.CPEs = []string{value}
	}
}

// firstOf returns the first text that is not blank.
func firstOf(texts ...string) string {
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			return t
		}
	}
	return ""
}
