package sbom_test

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/fault"
	"mimamori/internal/sbom"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/japanese"
)

const pedigreeJSON = `{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"type":"device","bom-ref":"device","name":"Pump"}},"components":[
 {"bom-ref":"k","type":"operating-system","name":"linux","version":"5.10-acme1","pedigree":{"notes":"ours","ancestors":[{"type":"operating-system","name":"linux","version":"5.10","purl":"pkg:generic/linux@5.10"}],
  "patches":[{"type":"backport","diff":{"url":"https://x"},"resolves":[{"type":"security","id":"CVE-2026-2"},{"type":"defect","id":"BUG-1"},{"type":"security","id":"CVE-2026-1"}]},{"type":"unofficial"}]}},
 {"bom-ref":"b","type":"library","name":"b","version":"1"}],
 "dependencies":[{"ref":"device","dependsOn":["k"]},{"ref":"k","dependsOn":["b","k","gone"]},{"ref":"b","dependsOn":["k"],"provides":["svc"]}],"services":[{"bom-ref":"svc","name":"s"}],
 "vulnerabilities":[{"id":"CVE-2026-1","source":{"name":"NVD"},"references":[{"id":"GHSA-1","source":{"name":"GitHub"}}],"updated":"2026-01-01T00:00:00Z",
  "analysis":{"state":"not_affected","justification":"code_not_reachable","response":["will_not_fix","update"],"detail":"d"},"affects":[{"ref":"k","versions":[{"version":"5.10","status":"unaffected"},{"range":"vers:generic/<5"}]}]},{"id":"CVE-2025-9"}]}`

const pedigreeXML = `<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><metadata><component type="device" bom-ref="device"><name>Pump</name></component></metadata><components>
 <component type="operating-system" bom-ref="k"><name>linux</name><version>5.10-acme1</version><pedigree><ancestors><component type="operating-system"><name>linux</name><version>5.10</version><purl>pkg:generic/linux@5.10</purl></component></ancestors>
  <patches><patch type="backport"><diff><url>https://x</url></diff><resolves><issue type="security"><id>CVE-2026-2</id></issue><issue type="defect"><id>BUG-1</id></issue><issue type="security"><id>CVE-2026-1</id></issue></resolves></patch><patch type="unofficial"/></patches><notes>ours</notes></pedigree></component>
 <component type="library" bom-ref="b"><name>b</name><version>1</version></component></components>
 <services><service bom-ref="svc"><name>s</name></service></services>
 <dependencies><dependency ref="device"><dependency ref="k"/></dependency><dependency ref="k"><dependency ref="b"/><dependency ref="k"/><dependency ref="gone"/></dependency><dependency ref="b"><dependency ref="k"/><provides ref="svc"/></dependency></dependencies>
 <vulnerabilities><vulnerability><id>CVE-2026-1</id><source><name>NVD</name></source><references><reference><id>GHSA-1</id><source><name>GitHub</name></source></reference></references><updated>2026-01-01T00:00:00Z</updated>
  <analysis><state>not_affected</state><justification>code_not_reachable</justification><responses><response>will_not_fix</response><response>update</response></responses><detail>d</detail></analysis>
  <affects><target><ref>k</ref><versions><version><version>5.10</version><status>unaffected</status></version><version><range>vers:generic/&lt;5</range></version></versions></target></affects></vulnerability><vulnerability><id>CVE-2025-9</id></vulnerability></vulnerabilities></bom>`

// Pedigree, graph and embedded VEX are the same from JSON and XML.
func TestPedigreeGraphAndVEX(t *testing.T) {
	for form, text := range map[string]string{"JSON": pedigreeJSON, "XML": pedigreeXML} {
		d := read(t, text)
		k := d.Components[1]
		want := &sbom.Pedigree{
			Notes: "ours", Ancestors: []sbom.Ancestor{{Name: "linux", Version: "5.10", Purl: "pkg:generic/linux@5.10"}},
			Patches: []sbom.Patch{{Type: "backport", Resolves: []sbom.Issue{{Type: "security", ID: "CVE-2026-2"}, {Type: "defect", ID: "BUG-1"}, {Type: "security", ID: "CVE-2026-1"}}}, {Type: "unofficial"}},
		}
		if !reflect.DeepEqual(k.Pedigree, want) || !slices.Equal(k.Resolved(), []string{"CVE-2026-1", "CVE-2026-2"}) {
			t.Errorf("%s: pedigree %+v, resolved %v", form, k.Pedigree, k.Resolved())
		}
		edges := []sbom.Dependency{{From: "b", To: "k"}, {From: "b", To: "svc", Kind: "provides"}, {From: "device", To: "k"}, {From: "k", To: "b"}, {From: "k", To: "gone"}}
		if !slices.Equal(d.Dependencies, edges) {
			t.Errorf("%s: dependencies %v", form, d.Dependencies)
		}
		g := d.Graph() // 0 b, 1 k, then 2 the device, 3 gone, 4 svc
		if got := g.Walk().Path(0); !slices.Equal(got, []int{2, 1, 0}) {
			t.Errorf("%s: path %v", form, got)
		}
		if got := g.Needs(1); !slices.Equal(got, []sbom.Edge{{To: 0}, {To: 3}}) || g.Other(3) != "gone" {
			t.Errorf("%s: k needs %v", form, got)
		}
		statements := []sbom.Statement{{Vulnerability: "CVE-2025-9"}, {
			Vulnerability: "CVE-2026-1", Source: "NVD", Aliases: []string{"GHSA-1"}, State: "not_affected", Justification: "code_not_reachable",
			Responses: []string{"will_not_fix", "update"}, Detail: "d", Updated: "2026-01-01T00:00:00Z",
			Affects: []sbom.Affected{{Ref: "k", Versions: []sbom.AffectedVersion{{Version: "5.10", Status: "unaffected"}, {Range: "vers:generic/<5"}}}},
		}}
		if !reflect.DeepEqual(d.Statements, statements) {
			t.Errorf("%s: statements %+v", form, d.Statements)
		}
		if !slices.ContainsFunc(d.Problems, func(f fault.Field) bool { return f.Rule == "reference" && strings.Contains(f.Message, `"gone"`) }) {
			t.Errorf("%s: problems %v", form, d.Problems)
		}
	}
}

// Components that are said to hold each other end in no endless walk.
func TestParentCycle(t *testing.T) {
	d := read(t, `{"spdxVersion":"SPDX-2.3","packages":[{"SPDXID":"a","name":"a"},{"SPDXID":"b","name":"b"},{"SPDXID":"c","name":"c"}],"relationships":[
	{"spdxElementId":"a","relationshipType":"CONTAINS","relatedSpdxElement":"b"},{"spdxElementId":"b","relationshipType":"CONTAINS","relatedSpdxElement":"a"},{"spdxElementId":"b","relationshipType":"CONTAINS","relatedSpdxElement":"c"}]}`)
	parents := map[string]string{}
	for _, c := range d.Components {
		parents[c.Ref] = c.Parent
	}
	for start := range parents {
		steps := 0
		for at := start; at != ""; at = parents[at] {
			if steps++; steps > 3 {
				t.Fatalf("endless from %s: %v", start, parents)
			}
		}
	}
	if parents["c"] != "b" {
		t.Errorf("parents %v", parents)
	}
}

func TestReadSWID(t *testing.T) {
	d := read(t, `<?xml version="1.0" encoding="utf-8"?><SoftwareIdentity xmlns="http://standards.iso.org/iso/19770/-2/2015/schema.xsd" name="ACME Roadrunner" tagId="com.acme.rr-4-1-5" version="4.1.5" patch="true">
	<Entity name="The ACME Corporation" regid="acme.com" role="tagCreator softwareCreator"/><Entity name="Coyote" role="distributor"/>
	<Link rel="requires" href="swid:org.x.engine"/><Link rel="see-also" href="https://x"/><Payload><File name="rr.exe" size="1"/></Payload></SoftwareIdentity>`)
	c := d.Components[0]
	if len(d.Components) != 1 || d.Format != sbom.SWID || c.Name != "ACME Roadrunner" || c.Version != "4.1.5" || c.Supplier != "The ACME Corporation" || c.SWID != "com.acme.rr-4-1-5" || d.Subject == nil {
		t.Errorf("got %+v", d)
	}
	if !slices.Equal(d.Dependencies, []sbom.Dependency{{From: "com.acme.rr-4-1-5", To: "org.x.engine"}}) || d.Problems[0].Rule != "patch" {
		t.Errorf("dependencies %v, problems %v", d.Dependencies, d.Problems)
	}
}

// Tables are read as CSV in two encodings, and as spreadsheets another program wrote.
func TestReadTables(t *testing.T) {
	rows := [][]string{
		{"医療機器 Pump の SBOM"},
		{},
		{"サプライヤー名", "コンポーネント名", "コンポーネントのバージョン", "その他の一意な識別子", "依存関係", "備考", "修正済みの脆弱性"},
		{"富士ソフト", "部品A", "1.10", "pkg:generic/a@1.10 cpe:2.3:a:v:a:1.10:*:*:*:*:*:*:*", "部品B", "x", "CVE-2026-1; CVE-2026-2"},
		{"", "部品B", "2", "", "無い部品", "", ""},
	}
	var csvText strings.Builder
	for _, row := range rows {
		csvText.WriteString(strings.Join(row, ",") + "\r\n")
	}
	sjis, err := japanese.ShiftJIS.NewEncoder().String(csvText.String())
	if err != nil {
		t.Fatal(err)
	}
	book := excelize.NewFile()
	for r, row := range rows {
		for c, text := range row {
			cell, _ := excelize.CoordinatesToCellName(c+1, r+1)
			if err := book.SetCellStr("Sheet1", cell, text); err != nil {
				t.Fatal(err)
			}
		}
	}
	var xlsx bytes.Buffer
	if err := book.Write(&xlsx); err != nil {
		t.Fatal(err)
	}
	for form, text := range map[string]string{"UTF-8": csvText.String(), "byte order mark": "\ufeff" + csvText.String(), "Shift_JIS": sjis, "tabs": strings.ReplaceAll(csvText.String(), ",", "\t"), "XLSX": xlsx.String()} {
		d, err := sbom.Read(strings.NewReader(text), form)
		if err != nil {
			t.Errorf("%s: %v", form, err)
			continue
		}
		a := d.Components[0]
		if len(d.Components) != 2 || a.Name != "部品A" || a.Version != "1.10" || a.Supplier != "富士ソフト" || a.Purl != "pkg:generic/a@1.10" || len(a.CPEs) != 1 ||
			fmt.Sprint(a.Resolved()) != "[CVE-2026-1 CVE-2026-2]" || fmt.Sprint(d.Dependencies) != "[{row 4 row 5 }]" {
			t.Errorf("%s: got %+v %v", form, d.Components, d.Dependencies)
		}
		rules := map[string]bool{}
		for _, p := range d.Problems {
			rules[p.Rule] = true
		}
		if !rules["heading"] || !rules["reference"] || rules["encoding"] != (form == "Shift_JIS") {
			t.Errorf("%s: problems %v", form, d.Problems)
		}
	}
}

// A number in the column of versions has lost its zeros, which is told.
func TestVersionAsNumber(t *testing.T) {
	book := excelize.NewFile()
	for cell, v := range map[string]any{"A1": "Name", "B1": "Version", "A2": "x", "B2": 1.1} {
		if err := book.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	var xlsx bytes.Buffer
	if err := book.Write(&xlsx); err != nil {
		t.Fatal(err)
	}
	d := read(t, xlsx.String())
	if d.Components[0].Version != "1.1" || len(d.Problems) != 1 || d.Problems[0].Rule != "number" {
		t.Errorf("got %+v", d)
	}
}

// The templates are read by another program and by our own reader.
func TestTemplate(t *testing.T) {
	for _, ja := range []bool{true, false} {
		rows := sbom.Template(ja)
		var csvFile, xlsx bytes.Buffer
		if err := sbom.WriteCSV(&csvFile, rows); err != nil {
			t.Fatal(err)
		}
		if err := sbom.WriteXLSX(&xlsx, rows); err != nil {
			t.Fatal(err)
		}
		book, err := excelize.OpenReader(bytes.NewReader(xlsx.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		got, err := book.GetRows("SBOM")
		if err != nil || !slices.Equal(got[0], rows[0]) {
			t.Errorf("got %v, %v", got, err)
		}
		for form, text := range map[string]string{"CSV": csvFile.String(), "XLSX": xlsx.String()} {
			if d := read(t, text); d.Encoding != form || len(d.Components) != 1 || d.Components[0].Purl == "" || len(d.Problems) != 0 {
				t.Errorf("%s: got %+v", form, d)
			}
		}
	}
}
