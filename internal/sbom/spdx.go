package sbom

import (
	"fmt"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

type spdxJSON struct {
	Version      text `json:"spdxVersion"`
	Name         text `json:"name"`
	Namespace    text `json:"documentNamespace"`
	CreationInfo struct {
		Created  text        `json:"created"`
		Creators loose[text] `json:"creators"`
	} `json:"creationInfo"`
	Describes     loose[text]        `json:"documentDescribes"`
	Packages      loose[spdxPackage] `json:"packages"`
	Relationships loose[struct {
		From text `json:"spdxElementId"`
		Type text `json:"relationshipType"`
		To   text `json:"relatedSpdxElement"`
	}] `json:"relationships"`
}

type spdxPackage struct {
	ID           text `json:"SPDXID"`
	Name         text `json:"name"`
	Version      text `json:"versionInfo"`
	Supplier     text `json:"supplier"`
	Originator   text `json:"originator"`
	Purpose      text `json:"primaryPackagePurpose"`
	Concluded    text `json:"licenseConcluded"`
	Declared     text `json:"licenseDeclared"`
	SourceInfo   text `json:"sourceInfo"`
	ExternalRefs loose[struct {
		Type    text `json:"referenceType"`
		Locator text `json:"referenceLocator"`
	}] `json:"externalRefs"`
	Checksums loose[struct {
		Algorithm text `json:"algorithm"`
		Value     text `json:"checksumValue"`
	}] `json:"checksums"`
}

// readSPDX reads SPDX 2.2 and 2.3 JSON. Packages are components; files and
// snippets are not. A package's parent is the package that CONTAINS it.
func readSPDX(data []byte, name string) (*Document, error) {
	var in spdxJSON
	if err := untrusted.DecodeCheckedJSON(data, name, &in); err != nil {
		return nil, err
	}
	d := &Document{
		Format: SPDX, Encoding: "JSON", SpecVersion: strings.TrimPrefix(string(in.Version), "SPDX-"),
		ID: string(in.Namespace), Name: string(in.Name), Created: string(in.CreationInfo.Created),
	}
	if d.SpecVersion != "2.2" && d.SpecVersion != "2.3" {
		d.Problems = append(d.Problems, fault.Field{
			Pointer: "/spdxVersion", Rule: "version",
			Message: fmt.Sprintf("SPDX %q is not a known version (2.2, 2.3): it was read as far as it is understood", short(d.SpecVersion)),
		})
	}
	for _, c := range in.CreationInfo.Creators.items {
		d.Creators = append(d.Creators, string(c))
	}
	for _, i := range in.Packages.skipped {
		d.Problems = append(d.Problems, fault.Field{Pointer: fmt.Sprintf("/packages/%d", i), Rule: "package", Message: "this element is not a package that can be read: it is left out; correct it"})
	}
	described, parents := map[string]bool{}, map[string]string{}
	for _, id := range in.Describes.items {
		described[string(id)] = true
	}
	for _, r := range in.Relationships.items {
		switch strings.ToUpper(string(r.Type)) {
		case "DESCRIBES":
			described[string(r.To)] = true
		case "DESCRIBED_BY":
			described[string(r.From)] = true
		case "CONTAINS":
			parents[string(r.To)] = string(r.From)
		case "CONTAINED_BY":
			parents[string(r.From)] = string(r.To)
		}
	}
	packages := map[string]bool{}
	for i := range in.Packages.items {
		packages[string(in.Packages.items[i].ID)] = true
	}
	places := make([]string, 0, len(in.Packages.items))
	var subjects []Component
	for i := range in.Packages.items {
		c := in.Packages.items[i].component()
		if parent := parents[c.Ref]; packages[parent] && parent != c.Ref {
			c.Parent = parent
		}
		if described[c.Ref] {
			subjects = append(subjects, c)
		}
		d.Components = append(d.Components, c)
		places = append(places, fmt.Sprintf("/packages/%d", in.Packages.at[i]))
	}
	if len(subjects) == 1 {
		d.Subject = &subjects[0]
	}
	d.finish(places)
	return d, nil
}

func (p *spdxPackage) component() Component {
	c := Component{
		Ref: string(p.ID), Type: strings.ToLower(string(p.Purpose)), Name: string(p.Name), Version: stated(p.Version),
		Supplier: firstOf(actor(p.Supplier), actor(p.Originator)),
	}
	for _, r := range p.ExternalRefs.items {
		kind := strings.ToLower(string(r.Type))
		switch kind[strings.LastIndexByte(kind, '/')+1:] {
		case "purl":
			if c.Purl == "" {
				c.Purl = string(r.Locator)
			} else if string(r.Locator) != c.Purl {
				c.OtherPurls = append(c.OtherPurls, string(r.Locator))
			}
		case "cpe23type", "cpe22type":
			c.CPEs = append(c.CPEs, string(r.Locator))
		}
	}
	for _, h := range p.Checksums.items {
		c.Hashes = append(c.Hashes, Hash{hashName(string(h.Algorithm)), strings.ToLower(string(h.Value))})
	}
	for _, l := range []text{p.Concluded, p.Declared} {
		if l = text(stated(l)); l != "" {
			c.Licenses = append(c.Licenses, string(l))
			break
		}
	}
	// Trivy writes "built package from: util-linux 2.38-r1".
	if source, found := strings.CutPrefix(string(p.SourceInfo), "built package from: "); found {
		c.SourceName, c.SourceVersion, _ = strings.Cut(strings.TrimSpace(source), " ")
	}
	return c
}

// stated drops the two texts that mean "not stated".
func stated(t text) string {
	if t == "NOASSERTION" || t == "NONE" {
		return ""
	}
	return string(t)
}

// actor takes the name from "Organization: Acme (mail@acme.example)".
func actor(t text) string {
	name := stated(t)
	for _, kind := range []string{"Organization:", "Person:", "Tool:"} {
		name = strings.TrimPrefix(name, kind)
	}
	name, _, _ = strings.Cut(name, " (")
	return strings.TrimSpace(name)
}

// hashName writes an algorithm as CycloneDX does: SHA256 is SHA-256.
func hashName(algorithm string) string {
	if rest, found := strings.CutPrefix(algorithm, "SHA"); found && !strings.HasPrefix(rest, "-") && !strings.HasPrefix(rest, "3-") {
		return "SHA-" + rest
	}
	return algorithm
}
