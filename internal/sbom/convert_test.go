package sbom_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"mimamori/internal/sbom"

	"pgregory.net/rapid"
)

// part is a component that every form can say.
type part struct {
	Ref, Name, Version, Supplier, Author, Purl, CPE, SHA256, Licence string
	Parent                                                           int // index of another part, or -1
	Needs                                                            []int
}

var parts = rapid.Custom(func(t *rapid.T) []part {
	n := rapid.IntRange(1, 12).Draw(t, "n")
	list := make([]part, n)
	name := rapid.StringMatching(`[a-zA-Z部品é][a-zA-Z0-9.+_部品é-]{0,12}`)
	version := rapid.SampledFrom([]string{"1", "1.10", "0.0.0", "2.38-r1", "v3", "1e5", "yes", "null", "2026-01-02", "~1", "true"})
	for i := range list {
		p := part{Ref: fmt.Sprintf("SPDXRef-%d", i), Name: name.Draw(t, "name"), Version: version.Draw(t, "version"), Parent: -1}
		if rapid.Bool().Draw(t, "supplied") {
			p.Supplier, p.Author = "Acme "+name.Draw(t, "supplier"), "Beta "+name.Draw(t, "author")
		}
		if rapid.Bool().Draw(t, "identified") {
			p.Purl = "pkg:npm/x" + fmt.Sprint(i) + "@1.0.0"
			p.CPE = "cpe:2.3:a:v:p" + fmt.Sprint(i) + ":1:*:*:*:*:*:*:*"
		}
		if rapid.Bool().Draw(t, "hashed") {
			p.SHA256 = fmt.Sprintf("%064x", i)
		}
		p.Licence = rapid.SampledFrom([]string{"", "MIT", "Apache-2.0"}).Draw(t, "licence")
		if i > 0 && rapid.Bool().Draw(t, "inside") {
			p.Parent = rapid.IntRange(0, i-1).Draw(t, "parent")
		}
		for range rapid.IntRange(0, 2).Draw(t, "needs") {
			if j := rapid.IntRange(0, n-1).Draw(t, "need"); j != i { // cycles are welcome
				p.Needs = append(p.Needs, j)
			}
		}
		list[i] = p
	}
	return list
})

// The writers below are made for this test from the specifications and know
// nothing of the reader.

func spdxJSON(list []part, order []int) string {
	packages, relationships := []any{}, []any{}
	for _, i := range order {
		p := list[i]
		m := map[string]any{"SPDXID": p.Ref, "name": p.Name, "versionInfo": p.Version, "downloadLocation": "NOASSERTION"}
		if p.Supplier != "" {
			m["supplier"], m["originator"] = "Organization: "+p.Supplier, "Person: "+p.Author+" (x@y.example)"
		}
		if p.Purl != "" {
			m["externalRefs"] = []any{
				map[string]any{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": p.Purl},
				map[string]any{"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": p.CPE},
			}
		}
		if p.SHA256 != "" {
			m["checksums"] = []any{map[string]any{"algorithm": "SHA256", "checksumValue": p.SHA256}}
		}
		if p.Licence != "" {
			m["licenseConcluded"] = p.Licence
		}
		packages = append(packages, m)
		if p.Parent >= 0 {
			relationships = append(relationships, map[string]any{"spdxElementId": list[p.Parent].Ref, "relationshipType": "CONTAINS", "relatedSpdxElement": p.Ref})
		}
		for _, j := range p.Needs {
			relationships = append(relationships, map[string]any{"spdxElementId": p.Ref, "relationshipType": "DEPENDS_ON", "relatedSpdxElement": list[j].Ref})
		}
	}
	data, _ := json.Marshal(map[string]any{"spdxVersion": "SPDX-2.3", "name": "n", "packages": packages, "relationships": relationships})
	return string(data)
}

func spdxTagValue(list []part, order []int) string {
	var b strings.Builder
	b.WriteString("SPDXVersion: SPDX-2.3\nDocumentName: n\n")
	for _, i := range order {
		p := list[i]
		fmt.Fprintf(&b, "\nPackageName: %s\nSPDXID: %s\nPackageVersion: %s\nPackageCopyrightText: <text>a\nPackageName: b</text>\n", p.Name, p.Ref, p.Version)
		if p.Supplier != "" {
			fmt.Fprintf(&b, "PackageSupplier: Organization: %s\nPackageOriginator: Person: %s (x@y.example)\n", p.Supplier, p.Author)
		}
		if p.Purl != "" {
			fmt.Fprintf(&b, "ExternalRef: PACKAGE-MANAGER purl %s\nExternalRef: SECURITY cpe23Type %s\n", p.Purl, p.CPE)
		}
		if p.SHA256 != "" {
			fmt.Fprintf(&b, "PackageChecksum: SHA256: %s\n", p.SHA256)
		}
		if p.Licence != "" {
			fmt.Fprintf(&b, "PackageLicenseConcluded: <text>%s</text>\n", p.Licence)
		}
		if p.Parent >= 0 {
			fmt.Fprintf(&b, "Relationship: %s CONTAINED_BY %s\n", p.Ref, list[p.Parent].Ref)
		}
		for _, j := range p.Needs {
			fmt.Fprintf(&b, "Relationship: %s DEPENDENCY_OF %s\n", list[j].Ref, p.Ref)
		}
	}
	return b.String()
}

// quoted writes a YAML text in single quotes.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func spdxYAML(list []part, order []int) string {
	var b, r strings.Builder
	b.WriteString("spdxVersion: SPDX-2.3 # a comment\nname: n\npackages:\n")
	for _, i := range order {
		p := list[i]
		fmt.Fprintf(&b, "- SPDXID: %s\n  name: %s\n  versionInfo: %s\n  description: |-\n    two: lines\n    - here\n", p.Ref, quoted(p.Name), quoted(p.Version))
		if p.Supplier != "" {
			fmt.Fprintf(&b, "  supplier: %s\n  originator: %s\n", quoted("Organization: "+p.Supplier), quoted("Person: "+p.Author))
		}
		if p.Purl != "" {
			fmt.Fprintf(&b, "  externalRefs:\n  - {referenceType: purl, referenceLocator: %q}\n  - referenceType: cpe23Type\n    referenceLocator: %s\n", p.Purl, quoted(p.CPE))
		}
		if p.SHA256 != "" {
			fmt.Fprintf(&b, "  checksums:\n    - algorithm: SHA256\n      checksumValue: %s\n", quoted(p.SHA256))
		}
		if p.Licence != "" {
			fmt.Fprintf(&b, "  licenseConcluded: %s\n", p.Licence)
		}
		if p.Parent >= 0 {
			fmt.Fprintf(&r, "- spdxElementId: %s\n  relationshipType: CONTAINS\n  relatedSpdxElement: %s\n", list[p.Parent].Ref, p.Ref)
		}
		for _, j := range p.Needs {
			fmt.Fprintf(&r, "- {spdxElementId: %s, relationshipType: DEPENDS_ON, relatedSpdxElement: %s}\n", p.Ref, list[j].Ref)
		}
	}
	if r.Len() > 0 {
		b.WriteString("relationships:\n" + r.String())
	}
	return b.String()
}

func spdx3JSON(list []part, order []int) string {
	graph := []any{map[string]any{"type": "CreationInfo", "@id": "_:c", "specVersion": "3.0.1"}}
	for _, i := range order {
		p := list[i]
		m := map[string]any{"type": "software_Package", "spdxId": p.Ref, "creationInfo": "_:c", "name": p.Name, "software_packageVersion": p.Version}
		if p.Supplier != "" {
			m["suppliedBy"], m["originatedBy"] = "urn:s"+p.Ref, []any{"urn:a" + p.Ref}
			graph = append(graph, map[string]any{"type": "Organization", "spdxId": "urn:s" + p.Ref, "name": p.Supplier})
			graph = append(graph, map[string]any{"type": "Person", "spdxId": "urn:a" + p.Ref, "name": p.Author})
		}
		if p.Purl != "" {
			m["software_packageUrl"] = p.Purl
			m["externalIdentifier"] = []any{map[string]any{"type": "ExternalIdentifier", "externalIdentifierType": "cpe23", "identifier": p.CPE}}
		}
		if p.SHA256 != "" {
			m["verifiedUsing"] = []any{map[string]any{"type": "Hash", "algorithm": "sha256", "hashValue": p.SHA256}}
		}
		graph = append(graph, m)
		if p.Parent >= 0 {
			graph = append(graph, map[string]any{"type": "Relationship", "from": list[p.Parent].Ref, "relationshipType": "contains", "to": []any{p.Ref}})
		}
		var to []any
		for _, j := range p.Needs {
			to = append(to, list[j].Ref)
		}
		if len(to) > 0 {
			graph = append(graph, map[string]any{"type": "Relationship", "from": p.Ref, "relationshipType": "dependsOn", "to": to})
		}
	}
	data, _ := json.Marshal(map[string]any{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": graph})
	return string(data)
}

// cdxTree nests components as their parents say.
func cdxTree(list []part, order []int, parent int) []any {
	out := []any{}
	for _, i := range order {
		p := list[i]
		if p.Parent != parent {
			continue
		}
		m := map[string]any{"type": "library", "bom-ref": p.Ref, "name": p.Name, "version": p.Version}
		if p.Supplier != "" {
			m["supplier"], m["authors"] = map[string]any{"name": p.Supplier}, []any{map[string]any{"name": p.Author}}
		}
		if p.Purl != "" {
			m["purl"], m["cpe"] = p.Purl, p.CPE
		}
		if p.SHA256 != "" {
			m["hashes"] = []any{map[string]any{"alg": "SHA-256", "content": p.SHA256}}
		}
		if p.Licence != "" {
			m["licenses"] = []any{map[string]any{"license": map[string]any{"id": p.Licence}}}
		}
		if inside := cdxTree(list, order, i); len(inside) > 0 {
			m["components"] = inside
		}
		out = append(out, m)
	}
	return out
}

func cdxJSON(list []part, order []int) string {
	dependencies := []any{}
	for _, i := range order {
		to := []any{}
		for _, j := range list[i].Needs {
			to = append(to, list[j].Ref)
		}
		dependencies = append(dependencies, map[string]any{"ref": list[i].Ref, "dependsOn": to})
	}
	data, _ := json.Marshal(map[string]any{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": cdxTree(list, order, -1), "dependencies": dependencies})
	return string(data)
}

func escaped(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a buffer takes all
	return b.String()
}

func cdxXML(list []part, order []int) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><c:bom xmlns:c="http://cyclonedx.org/schema/bom/1.6" version="1"><c:components>`)
	var write func(parent int)
	write = func(parent int) {
		for _, i := range order {
			p := list[i]
			if p.Parent != parent {
				continue
			}
			fmt.Fprintf(&b, `<c:component type="library" bom-ref="%s">`, p.Ref)
			if p.Supplier != "" {
				fmt.Fprintf(&b, `<c:supplier><c:name>%s</c:name></c:supplier><c:authors><c:author><c:name>%s</c:name></c:author></c:authors>`, escaped(p.Supplier), escaped(p.Author))
			}
			fmt.Fprintf(&b, "<c:name>%s</c:name>\n<c:version>%s</c:version>", escaped(p.Name), escaped(p.Version))
			if p.SHA256 != "" {
				fmt.Fprintf(&b, `<c:hashes><c:hash alg="SHA-256">%s</c:hash></c:hashes>`, p.SHA256)
			}
			if p.Licence != "" {
				fmt.Fprintf(&b, `<c:licenses><c:license><c:id>%s</c:id></c:license></c:licenses>`, p.Licence)
			}
			if p.Purl != "" {
				fmt.Fprintf(&b, `<c:cpe>%s</c:cpe><c:purl><![CDATA[%s]]></c:purl>`, escaped(p.CPE), p.Purl)
			}
			b.WriteString(`<c:components>`)
			write(i)
			b.WriteString(`</c:components></c:component>`)
		}
	}
	write(-1)
	b.WriteString(`</c:components><c:dependencies>`)
	for _, i := range order {
		fmt.Fprintf(&b, `<c:dependency ref="%s">`, list[i].Ref)
		for _, j := range list[i].Needs {
			fmt.Fprintf(&b, `<c:dependency ref="%s"/>`, list[j].Ref)
		}
		b.WriteString(`</c:dependency>`)
	}
	b.WriteString(`</c:dependencies></c:bom>`)
	return b.String()
}

// field writes a protobuf field with a length, number an enumeration.
func field(number int, content string) string {
	return string(varint(uint64(number)<<3|2)) + string(varint(uint64(len(content)))) + content
}

func number(field, value int) string {
	return string(varint(uint64(field)<<3)) + string(varint(uint64(value)))
}

func varint(v uint64) []byte {
	var out []byte
	for ; v >= 0x80; v >>= 7 {
		out = append(out, byte(v)|0x80)
	}
	return append(out, byte(v))
}

func cdxProtobuf(list []part, order []int) string {
	out := field(1, "1.6")
	var inside func(parent, number int) string
	inside = func(parent, at int) string {
		var all string
		for _, i := range order {
			p := list[i]
			if p.Parent != parent {
				continue
			}
			c := number(1, 3) + field(3, p.Ref) + field(8, p.Name) + field(9, p.Version)
			if p.Supplier != "" {
				c += field(4, field(1, p.Supplier)) + field(29, field(2, "x@y.example")+field(1, p.Author))
			}
			if p.SHA256 != "" {
				c += field(12, number(1, 3)+field(2, p.SHA256))
			}
			if p.Licence != "" {
				c += field(13, field(1, field(1, p.Licence)))
			}
			if p.Purl != "" {
				c += field(15, p.CPE) + field(16, p.Purl)
			}
			all += field(at, c+inside(i, 21))
		}
		return all
	}
	out += inside(-1, 5)
	for _, i := range order {
		d := field(1, list[i].Ref)
		for _, j := range list[i].Needs {
			d += field(2, field(1, list[j].Ref))
		}
		out += field(8, d)
	}
	return out
}

func tableCSV(list []part, order []int) string {
	var b strings.Builder
	b.WriteString("部品番号;部品名;バージョン;供給者;作成者;purl;CPE;ハッシュ値;ライセンス;上位部品;依存先\n")
	for _, i := range order {
		p := list[i]
		hash, parent, needs := "", "", []string{}
		if p.SHA256 != "" {
			hash = "sha256:" + p.SHA256
		}
		if p.Parent >= 0 {
			parent = list[p.Parent].Ref
		}
		for _, j := range p.Needs {
			needs = append(needs, list[j].Ref)
		}
		fmt.Fprintf(&b, "%s;%s;%s;%s;%s;%s;%s;%s;%s;%s;%s\n", p.Ref, p.Name, p.Version, p.Supplier, p.Author, p.Purl, p.CPE, hash, p.Licence, parent, strings.Join(needs, ", "))
	}
	return b.String()
}

// The same SBOM gives the same components and the same graph in every form,
// and whatever the order of its components.
func TestSameInEveryForm(t *testing.T) {
	forms := map[string]func([]part, []int) string{
		"SPDX JSON": spdxJSON, "SPDX tag-value": spdxTagValue, "SPDX YAML": spdxYAML, "SPDX 3": spdx3JSON,
		"CycloneDX JSON": cdxJSON, "CycloneDX XML": cdxXML, "CycloneDX protobuf": cdxProtobuf, "table": tableCSV,
	}
	rapid.Check(t, func(t *rapid.T) {
		list := parts.Draw(t, "parts")
		order := make([]int, len(list))
		for i := range order {
			order[i] = i
		}
		shuffled := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Perm(len(list))
		want := ""
		for form, write := range forms {
			for _, o := range [][]int{order, shuffled} {
				text := write(list, o)
				d, err := sbom.Read(strings.NewReader(text), form)
				if err != nil {
					t.Fatalf("%v\n%s", err, text)
				}
				for i := range d.Components {
					c := &d.Components[i]
					c.Type = "" // only CycloneDX must state it
					if form == "SPDX 3" {
						c.Licenses = nil // a relationship there; not read
						for _, p := range list {
							if p.Ref == c.Ref && p.Licence != "" {
								c.Licenses = []string{p.Licence}
							}
						}
					}
				}
				got := summary(d, true)
				if want == "" {
					want = got
				}
				if got != want {
					t.Fatalf("%s differs:\n%s\n%s", form, difference(want, got), text)
				}
			}
		}
	})
}
