package sbom_test

import (
	"cmp"
	"fmt"
	"io"
	"path"
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
		{"SPDX tag-value", "SPDXVersion: SPDX-2.2\n", "tag-value"},
		{"SPDX YAML", "SPDXID: x\n", "YAML"},
		{"SPDX RDF", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>`, "SPDX in XML or RDF"},
		{"another XML", `<html/>`, "root element is <html>"},
		{"XML of another namespace", `<bom xmlns="http://x/"/>`, "namespace"},
		{"cut-off XML", `<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components>`, "ends too early"},
		{"entity bomb", `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components><component type="library"><name>&b;</name></component></components></bom>`, "document type"},
		{"UTF-16", "\xff\xfe{\x00", "UTF-16"},
		{"Latin-1", "{\"bomFormat\":\"CycloneDX\",\"x\":\"\xe9\"}", "not UTF-8"},
		{"NUL", "{\"a\":\x00}", "NUL byte"},
		{"duplicate name", `{"bomFormat":"CycloneDX","specVersion":"1.4","components":[],"components":[]}`, "occurs twice"},
		{"deep JSON", strings.Repeat(`{"components":[`, 100_000), "nested deeper"},
		{"wrong shape", `{"bomFormat":"CycloneDX","specVersion":"1.4","metadata":[]}`, "found list, expected object"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := sbom.Read(strings.NewReader(tt.in), "x")
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

// Every CycloneDX conformance document that is called valid is read.
func TestCycloneDXConformance(t *testing.T) {
	n := 0
	shared(t, "sbom/cyclonedx-spec-tests.zip", func(name string, r io.Reader) {
		base := path.Base(name)
		if !strings.HasPrefix(base, "valid-") || !strings.HasSuffix(name, ".json") && !strings.HasSuffix(name, ".xml") {
			return
		}
		n++
		d, err := sbom.Read(r, name)
		if err != nil {
			t.Errorf("%v", err)
			return
		}
		if want := path.Base(path.Dir(name)); d.SpecVersion != want && d.SpecVersion != "" {
			t.Errorf("%s: version %q", name, d.SpecVersion)
		}
	})
	if n < 250 {
		t.Errorf("only %d documents", n)
	}
}

// Every SBOM of the shared data is read, or refused for the reason listed.
func TestAllSharedSBOMs(t *testing.T) {
	refused := func(name string) string {
		switch {
		case strings.Contains(name, "spdx3.0"):
			return "JSON-LD"
		case strings.HasSuffix(name, ".rdf"), strings.HasSuffix(name, ".spdx.xml"):
			return "SPDX in XML or RDF"
		case strings.HasSuffix(name, ".yaml"):
			return "YAML"
		case strings.HasSuffix(name, ".xlsx"):
			return "ZIP-compressed"
		case strings.HasSuffix(name, ".spdx"):
			return "tag-value"
		}
		return ""
	}
	total := map[string]int{}
	twins, pairs := map[string]string{}, 0
	for _, archive := range []string{"container-spdx-trivy.tar.gz", "cyclonedx-bom-examples.zip", "dependency-track-boms.zip", "medical-device-sbom.zip", "spdx-examples.zip", "spdx-tools-golang.zip", "wild-spdx.zip"} {
		documents, components, slowest := 0, 0, time.Duration(0)
		shared(t, "sbom/"+archive, func(name string, r io.Reader) {
			start := time.Now()
			d, err := sbom.Read(r, name)
			slowest = max(slowest, time.Since(start))
			if want := refused(name); want != "" {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%s: got %v, want refused: %s", name, err, want)
				}
				return
			}
			if err != nil {
				t.Error(err)
				return
			}
			documents++
			if strings.HasPrefix(name, "SBOM/") {
				var list strings.Builder
				for _, c := range d.Components {
					fmt.Fprintf(&list, "%s %s %s %s %s %s\n", c.Type, c.Group, c.Name, c.Version, c.Purl, c.Supplier)
				}
				key := strings.TrimSuffix(name, path.Ext(name))
				if other, seen := twins[key]; seen && other != list.String() {
					t.Errorf("%s: JSON and XML differ", key)
				} else if seen {
					pairs++
				}
				twins[key] = list.String()
			}
			components += len(d.Components)
			total[archive] = components
		})
		t.Logf("%s: %d documents, %d components, slowest %v", archive, documents, components, slowest)
	}
	if pairs < 4 {
		t.Errorf("%d real documents in both encodings, want 4 or more", pairs)
	}
	// Counted independently, from the JSON itself.
	for archive, want := range map[string]int{"container-spdx-trivy.tar.gz": 181508, "medical-device-sbom.zip": 55} {
		if total[archive] != want {
			t.Errorf("%s: %d components, want %d", archive, total[archive], want)
		}
	}
}

func FuzzReadSBOM(f *testing.F) {
	f.Add([]byte(cdx))
	f.Add([]byte(`<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components><component type="library"><name>a</name><purl>pkg:npm/a@1</purl></component></components></bom>`))
	f.Add([]byte(`{"spdxVersion":"SPDX-2.3","packages":[{"name":"a","externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:npm/a@1"}]}]}`))
	f.Add([]byte("\ufeff{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := sbom.Read(strings.NewReader(string(data)), "fuzz")
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("error of kind %s: %v", fault.KindOf(err), err)
			}
			return
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
