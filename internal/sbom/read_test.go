package sbom_test

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"mimamori/internal/fault"
	"mimamori/internal/sbom"
)

const cdx = `{"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"urn:uuid:1","metadata":{"timestamp":"2026-01-02T03:04:05Z",
"tools":{"components":[{"type":"application","name":"syft","version":"1.0"}]},"component":{"type":"device","name":"Pump","version":"2.4","supplier":{"name":"Acme"}}},
"components":[
 {"bom-ref":"b","type":"library","group":"org.x","name":"b","version":"2","purl":"pkg:maven/org.x/b@2","hashes":[{"alg":"SHA-256","content":"AB"}],
  "licenses":[{"license":{"id":"MIT"}}],"components":[{"bom-ref":"c","type":"library","name":"c","cpe":"cpe:2.3:a:v:c:1.0:*:*:*:*:*:*:*"}]},
 {"bom-ref":"a","type":"library","name":"a","version":1,"purl":"not a purl","supplier":null,"properties":[{"name":"aquasecurity:trivy:SrcName","value":"asrc"}]},
 {"bom-ref":"a","type":"library","name":"d","version":"1"}, null]}`

func read(t *testing.T, text string) *sbom.Document {
	t.Helper()
	d, err := sbom.Read(strings.NewReader(text), "x.json")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestReadCycloneDX(t *testing.T) {
	d := read(t, cdx)
	if d.Format != sbom.CycloneDX || d.SpecVersion != "1.6" || d.Subject == nil || d.Subject.Supplier != "Acme" || d.Creators[0] != "syft 1.0" {
		t.Errorf("head: %+v", d)
	}
	var got []string
	for _, c := range d.Components {
		got = append(got, fmt.Sprintf("%s/%s/%s in %s", c.Ref, c.Name, c.Version, c.Parent))
	}
	want := "a/a/1 in |b/b/2 in |c/c/ in b|a/d/1 in "
	if strings.Join(got, "|") != want {
		t.Errorf("components %q, want %q", got, want)
	}
	if n := d.Counts(); n != (sbom.Counts{Total: 4, WithPurl: 2, WithCPE: 1, WithoutVersion: 1, WithoutIdentifier: 2}) {
		t.Errorf("counts %+v", n)
	}
	if d.Components[0].SourceName != "asrc" || d.Components[1].Hashes[0].Value != "ab" {
		t.Errorf("source or hash: %+v", d.Components[:2])
	}
	rules := map[string]string{}
	for _, p := range d.Problems {
		rules[p.Rule] = p.Pointer
	}
	for rule, pointer := range map[string]string{"component": "/components/3", "version": "/components/0/components/0", "purl": "/components/1", "unique": "/components/2"} {
		if rules[rule] != pointer {
			t.Errorf("problem %q at %q, want %q", rule, rules[rule], pointer)
		}
	}
}

func TestReadSPDX(t *testing.T) {
	d := read(t, `{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"n","documentNamespace":"https://x","creationInfo":{"created":"c","creators":["Tool: t"]},
	"packages":[null,{"SPDXID":"SPDXRef-r","name":"root","primaryPackagePurpose":"CONTAINER"},
	{"SPDXID":"SPDXRef-p","name":"libblkid","versionInfo":"2.38-r1","supplier":"Organization: Acme Corp. (x@y)","sourceInfo":"built package from: util-linux 2.38-r1",
	 "externalRefs":[{"referenceCategory":"PACKAGE_MANAGER","referenceType":"purl","referenceLocator":"pkg:apk/alpine/libblkid@2.38-r1?distro=3.16.0"},
	 {"referenceCategory":"SECURITY","referenceType":"http://spdx.org/rdf/references/cpe23Type","referenceLocator":"cpe:2.3:a:k:u:2.38:*:*:*:*:*:*:*"}],"checksums":[{"algorithm":"SHA256","checksumValue":"AB"}]}],
	"relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-r"},
	{"spdxElementId":"SPDXRef-r","relationshipType":"CONTAINS","relatedSpdxElement":"SPDXRef-p"}]}`)
	if len(d.Components) != 2 || d.Subject == nil || d.Subject.Name != "root" {
		t.Fatalf("got %+v", d)
	}
	p := d.Components[0]
	if p.Parent != "SPDXRef-r" || p.Supplier != "Acme Corp." || p.SourceName != "util-linux" || p.SourceVersion != "2.38-r1" || len(p.CPEs) != 1 || p.Hashes[0].Algorithm != "SHA-256" {
		t.Errorf("got %+v", p)
	}
}

func TestReadRefuses(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", "", "x: the file is empty"},
		{"cut off", cdx[:200], "the file ends too early"},
		{"another JSON", `{"a":1}`, "not an SBOM"},
		{"a JSON list", `[1]`, "not an SBOM"},
		{"another bomFormat", `{"bomFormat":"Other","specVersion":"1.2"}`, "/bomFormat"},
		{"SPDX 3", `{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[]}`, "JSON-LD"},
		{"tag-value cut off in a text", "SPDXVersion: SPDX-2.2\nPackageName: <text>a", "has no end </text>"},
		{"YAML without a version", "SPDXID: x\n", "neither"},
		{"YAML alias", "spdxVersion: SPDX-2.3\na: &a [b]\nc: *a\n", "anchors, aliases"},
		{"YAML twice", "spdxVersion: SPDX-2.3\nname: a\nname: b\n", "already defined"},
		{"YAML merge", "spdxVersion: SPDX-2.3\na: {<<: {b: c}}\n", "anchors, aliases"},
		{"deep YAML", "spdxVersion: SPDX-2.3\na: " + strings.Repeat("[", 100_000), "nested deeper"},
		{"deep YAML block", "spdxVersion: SPDX-2.3\na:\n " + strings.Repeat("- ", 100_000), "nested deeper"},
		{"YAML documents", "spdxVersion: SPDX-2.3\n---\nspdxVersion: SPDX-2.3\n", "2 YAML documents"},
		{"RDF of something else", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>`, "no SPDX document"},
		{"deep RDF", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` + strings.Repeat("<a>", 100_000), "nested too deep"},
		{"a ZIP", "PK\x03\x04 and so on", "ZIP"},
		{"a table without names", "a,b,c\n1,2,3\n", "is not an SBOM"},
		{"a table with a column twice", "name,version,バージョン\na,1,2\n", "two columns mean the same"},
		{"a table with an open quote", "name,version\n\"a,1\n", "not readable as a table"},
		{"protobuf cut off", "\x0a\x031.6\x2a\x7fabc", "cut off"},
		{"protobuf length", "\x0a\x031.6\x2a\xff\xff\xff\xff\x7f", "cut off"},
		{"huge name", `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"` + strings.Repeat("x", 100_000) + `"}]}`, "more than 64 KiB"},
		{"outside entity", `<!DOCTYPE bom SYSTEM "file:///etc/passwd"><bom xmlns="http://cyclonedx.org/schema/bom/1.4"/>`, "document type"},
		{"many empty components", `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[` + strings.Repeat("{},", 700_000) + `{}]}`, "more than 600000 components"},
		{"components in components", `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[` + strings.Repeat(`{"components":[`, 80) + `{}` + strings.Repeat(`]}`, 80) + `]}`, "deeper than 60 levels"},
		{"garbage at the end", `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]} x`, "after the end"},
		{"two SWID tags", `<SoftwareIdentity name="a" tagId="1"></SoftwareIdentity><SoftwareIdentity name="b" tagId="2"/>`, "more than one SWID tag"},
		{"another XML", `<html/>`, "root element is <html>"},
		{"XML of another namespace", `<bom xmlns="http://x/"/>`, "namespace"},
		{"cut-off XML", `<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components>`, "ends too early"},
		{"entity bomb", `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components><component type="library"><name>&b;</name></component></components></bom>`, "document type"},
		{"UTF-16", "\xff\xfe{\x00", "UTF-16"},
		{"UTF-16 without a mark", "{\x00\"\x00a\x00", "UTF-16"},
		{"zeros", strings.Repeat("\x00", 200_000), "NUL byte"},
		{"Latin-1", "{\"bomFormat\":\"CycloneDX\",\"x\":\"\xe9\"}", "not UTF-8"},
		{"NUL", "{\"a\":\x00}", "unexpected '\\x00'"},
		{"duplicate name", `{"bomFormat":"CycloneDX","specVersion":"1.4","components":[],"components":[]}`, "occurs twice"},
		{"deep JSON", strings.Repeat(`{"components":[`, 100_000), "nested deeper"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			d, err := sbom.Read(strings.NewReader(tt.in), "x")
			if took := time.Since(start); took > time.Minute {
				t.Errorf("refused after %v", took)
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "x: ") || fault.KindOf(err) != fault.Invalid || d != nil {
				t.Errorf("got %v, %v; want %q", d, err, tt.want)
			}
		})
	}
}

func TestCPE(t *testing.T) {
	for text, want := range map[string][11]string{
		"cpe:2.3:a:OpenSSL:openssl:1.0.2k:*:*:*:*:*:*:*":               {"a", "openssl", "openssl", "1.0.2k"},
		`cpe:2.3:a:foo\:bar:big\$money:1\.0:sp1:*:*:*:*:*:*`:           {"a", "foo:bar", "big$money", "1.0", "sp1"},
		"cpe:2.3:a:v:p:-:*:*:en:lite:node.js:x64:o":                    {"a", "v", "p", "-", "", "", "en", "lite", "node.js", "x64", "o"},
		"cpe:/o:linux:linux_kernel":                                    {"o", "linux", "linux_kernel"},
		"cpe:/a:hp:insight_diagnostics:7.4.0.1570%7e:~~online~win2003": {"a", "hp", "insight_diagnostics", "7.4.0.1570~", "~~online~win2003"},
		// NISTIR 7695, 6.1.2.4, example 4
		"cpe:/a:hp:insight_diagnostics:7.4.0.1570::~~online~win2003~x64~": {"a", "hp", "insight_diagnostics", "7.4.0.1570", "", "", "", "online", "win2003", "x64"},
		"cpe:/a:v:p:1:-:~ed~~~~:fr":                                       {"a", "v", "p", "1", "-", "ed", "fr"},
	} {
		for i := range want {
			want[i] = cmp.Or(want[i], sbom.Any)
		}
		c, err := sbom.ParseCPE(text)
		if got := [11]string{c.Part, c.Vendor, c.Product, c.Version, c.Update, c.Edition, c.Language, c.SWEdition, c.TargetSW, c.TargetHW, c.Other}; err != nil || got != want {
			t.Errorf("%s: got %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "openssl", "cpe:2.3:a:b", "cpe:2.3:x:a:b:c:*:*:*:*:*:*:*", "cpe:2.3:a:v:*:1:*:*:*:*:*:*:*", "cpe:/a:v%zz:p"} {
		if got, err := sbom.ParseCPE(text); err == nil {
			t.Errorf("%s: got %+v, want an error", text, got)
		}
	}
}

// An identifier that a tool concluded stands in where none is stated; an
// identity of another shape does no harm.
func TestConcludedIdentity(t *testing.T) {
	const evidence = `"evidence":{"identity":[{"field":"purl","concludedValue":"pkg:npm/b@1.0.0"},{"field":"cpe","concludedValue":"cpe:/a:b:b:1"},{"field":"name"}]}`
	for name, in := range map[string]string{
		"JSON": `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[
			{"type":"library","name":"a","purl":"pkg:npm/a@1.0.0",` + evidence + `},{"type":"library","name":"b",` + evidence + `},
			{"type":"library","name":"c","purl":"pkg:npm/c@1.0.0","evidence":[7]},{"type":"library","name":"d","purl":"pkg:npm/d@1","evidence":{"identity":{"field":"purl","confidence":1}}}]}`,
		"XML": `<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components>
			<component type="library"><name>a</name><purl>pkg:npm/a@1.0.0</purl><evidence><identity><field>purl</field><concludedValue>pkg:npm/x@1</concludedValue></identity></evidence></component>
			<component type="library"><name>b</name><evidence><identity><field>purl</field><concludedValue>pkg:npm/b@1.0.0</concludedValue></identity><identity><field>cpe</field><concludedValue>cpe:/a:b:b:1</concludedValue></identity></evidence></component>
			<component type="library"><name>c</name><purl>pkg:npm/c@1.0.0</purl></component><component type="library"><name>d</name><purl>pkg:npm/d@1</purl></component></components></bom>`,
	} {
		d, err := sbom.Read(strings.NewReader(in), name)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range d.Components {
			got = append(got, c.Purl)
		}
		if want := "pkg:npm/a@1.0.0 pkg:npm/b@1.0.0 pkg:npm/c@1.0.0 pkg:npm/d@1"; strings.Join(got, " ") != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
		if b := d.Components[1]; len(b.CPEs) != 1 || b.Version != "1.0.0" {
			t.Errorf("%s: got %+v", name, b)
		}
	}
}

func FuzzReadSBOM(f *testing.F) {
	f.Add([]byte(cdx))
	f.Add([]byte(`<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components><component type="library"><name>a</name><purl>pkg:npm/a@1</purl></component></components></bom>`))
	f.Add([]byte(`{"spdxVersion":"SPDX-2.3","packages":[{"name":"a","externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:npm/a@1"}]}]}`))
	f.Add([]byte("\ufeff{}"))
	f.Add([]byte(pedigreeJSON))
	f.Add([]byte(pedigreeXML))
	list := []part{{Ref: "SPDXRef-0", Name: "a", Version: "1", Supplier: "s", Author: "t", Purl: "pkg:npm/a@1", CPE: "cpe:/a:v:a:1", SHA256: strings.Repeat("0", 64), Parent: -1, Needs: []int{1}}, {Ref: "SPDXRef-1", Name: "b", Parent: 0}}
	for _, write := range []func([]part, []int) string{spdxJSON, spdxTagValue, spdxYAML, spdx3JSON, cdxJSON, cdxXML, cdxProtobuf, tableCSV} {
		f.Add([]byte(write(list, []int{0, 1})))
	}
	f.Add([]byte(`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="http://spdx.org/rdf/terms#"><s:SpdxDocument rdf:about="x#SPDXRef-DOCUMENT"><s:specVersion>SPDX-2.2</s:specVersion><s:relationship><s:Relationship><s:relationshipType rdf:resource="http://spdx.org/rdf/terms#relationshipType_describes"/><s:relatedSpdxElement><s:Package rdf:about="x#SPDXRef-a"><s:name>a</s:name></s:Package></s:relatedSpdxElement></s:Relationship></s:relationship></s:SpdxDocument></rdf:RDF>`))
	f.Add([]byte(`<Document><spdxVersion>SPDX-2.2</spdxVersion><packages><name>a</name><externalRefs><referenceType>purl</referenceType></externalRefs></packages></Document>`))
	f.Add([]byte(`<SoftwareIdentity name="a" tagId="t"><Entity name="e" role="softwareCreator"/><Link rel="parent" href="swid:p"/></SoftwareIdentity>`))
	var book strings.Builder
	if err := sbom.WriteXLSX(&book, sbom.Template(true)); err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(book.String()))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := sbom.Read(strings.NewReader(string(data)), "fuzz")
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("error of kind %s: %v", fault.KindOf(err), err)
			}
			return
		}
		checkGraph(t, d)
		if _, err := sbom.ReadStrict(strings.NewReader(string(data)), "fuzz"); err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("strict: error of kind %s: %v", fault.KindOf(err), err)
		}
		if n := d.Counts(); n.Total != len(d.Components) || n.WithoutIdentifier > n.Total {
			t.Errorf("counts %+v", n)
		}
	})
}

// A gigabyte of spaces is refused at once, before a component or after.
func TestReadSpaces(t *testing.T) {
	start := time.Now()
	if _, err := sbom.Read(io.LimitReader(spaces{}, 1<<30), "x"); err == nil || time.Since(start) > time.Second {
		t.Errorf("got %v after %v", err, time.Since(start))
	}
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}
