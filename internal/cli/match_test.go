package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mimamori/internal/sbom"
)

const (
	testOSV  = `{"id":"GO-1","aliases":["CVE-2026-0001"],"affected":[{"package":{"ecosystem":"Go","name":"m.org/M"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.2.3"}]}]}]}`
	testCSAF = `{"document":{"title":"T","publisher":{"name":"P"},"tracking":{"id":"ICSMA-1"}},"product_tree":{"branches":[{"category":"vendor","name":"Acme","branches":[{"category":"product_name","name":"Pump","branches":[{"category":"product_version_range","name":"<= 2.6A","product":{"product_id":"1","name":"x"}}]}]}]},
	"vulnerabilities":[{"cve":"CVE-2026-2","product_status":{"known_affected":["1"]}},{"cve":"CVE-2026-3","product_status":{"known_affected":["1"]}}]}`
	testSBOM = `{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"type":"device","name":"Pump","version":"2.4","supplier":{"name":"ACME"}}},"components":[
	{"bom-ref":"1","type":"library","name":"m\tx","version":"v1.0.0","purl":"pkg:golang/m.org/m@v1.0.0"},
	{"bom-ref":"2","type":"library","name":"m\tx","version":"v1.0.0","purl":"pkg:golang/m.org/m@v1.0.0"},
	{"bom-ref":"3","type":"library","name":"fixed","version":"v1.2.3","purl":"pkg:golang/m.org/m@v1.2.3"}]}`
	testKEV = `{"catalogVersion":"1","count":1,"vulnerabilities":[{"cveID":"CVE-2026-0001","dateAdded":"2026-01-01"}]}`
)

func files(t *testing.T, contents map[string]string) func(string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range contents {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return func(name string) string { return filepath.Join(dir, name) }
}

func exitCode(err error) int {
	if code, ok := errors.AsType[ExitCode](err); ok {
		return int(code)
	}
	if err != nil {
		return -1
	}
	return 0
}

func TestMatchRows(t *testing.T) {
	at := files(t, map[string]string{"osv.json": testOSV, "csaf.json": testCSAF, "pump.cdx.json": testSBOM, "broken.json": "{", "kev.json": testKEV})
	c := MatchCmd{OSV: []string{at("osv.json")}, CSAF: []string{at("csaf.json")}, SBOM: []string{at("pump.cdx.json"), at("broken.json"), at("pump.cdx.json")}, KEV: []string{at("kev.json")}}
	var out, errs bytes.Buffer
	if code := exitCode(matchFiles(&out, &errs, c)); code != 3 {
		t.Errorf("exit code %d, want 3", code)
	}
	want := "sbom\tcomponent\tversion\tpurl\tvulnerability\tclass\tevidence\n" +
		"pump.cdx.json\tPump\t2.4\t\tICSMA-1\tpossible\tCSAF ICSMA-1 CVE-2026-2: ACME Pump 2.4 against <= 2.6A CSAF, known_affected by name; possible: the names agree, but no identifier does | " +
		"CSAF ICSMA-1 CVE-2026-3: ACME Pump 2.4 against <= 2.6A CSAF, known_affected by name; possible: the names agree, but no identifier does\n" +
		"pump.cdx.json\tm\\tx\tv1.0.0\tpkg:golang/m.org/m@v1.0.0\tGO-1\taffected\tOSV GO-1: pkg:golang/m.org/m v1.0.0 in [0, 1.2.3) SEMVER by purl\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	if !strings.Contains(errs.String(), "broken.json") {
		t.Errorf("the broken file is not told: %q", errs.String())
	}
	c.Format = "json"
	out.Reset()
	if code := exitCode(matchFiles(&out, &errs, c)); code != 3 {
		t.Errorf("exit code %d, want 3", code)
	}
	var rows []matchRow
	if err := json.Unmarshal(out.Bytes(), &rows); err != nil || len(rows) != 2 || len(rows[1].Exploited) != 1 || len(rows[0].Parts) != 2 {
		t.Errorf("JSON: %v, %+v", err, rows)
	}
}

func TestMatchExitCodes(t *testing.T) {
	clean := strings.ReplaceAll(strings.ReplaceAll(testSBOM, "v1.0.0", "v2.0.0"), "Pump", "Bed")
	at := files(t, map[string]string{"osv.json": testOSV, "clean.json": clean, "broken.json": "{", "empty.json": ""})
	tests := []struct {
		name      string
		osv, sbom string
		want      int
	}{
		{"nothing found", "osv.json", "clean.json", 0},
		{"SBOM broken", "osv.json", "broken.json", 1},
		{"SBOM missing", "osv.json", "none.json", 1},
		{"vulnerability data broken", "broken.json", "clean.json", 1},
		{"vulnerability data empty", "empty.json", "clean.json", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			err := matchFiles(&out, &errs, MatchCmd{OSV: []string{at(tt.osv)}, SBOM: []string{at(tt.sbom)}})
			if got := exitCode(err); got != tt.want || (got != 0) != (errs.Len() > 0) {
				t.Errorf("exit code %d, want %d; told %q", got, tt.want, errs.String())
			}
		})
	}
	if err := matchFiles(&bytes.Buffer{}, &bytes.Buffer{}, MatchCmd{SBOM: []string{at("clean.json")}}); err == nil {
		t.Error("no vulnerability data: want an error")
	}
}

func TestInspect(t *testing.T) {
	at := files(t, map[string]string{"good.json": testSBOM, "broken.json": `{"bomFormat":"CycloneDX",`})
	var out, errs bytes.Buffer
	err := inspectSBOMs(&out, &errs, []string{at("broken.json"), at("good.json")}, true, sbom.Read)
	if exitCode(err) != 1 || !strings.Contains(errs.String(), "line 1, column 26") {
		t.Errorf("exit code %d, told %q", exitCode(err), errs.String())
	}
	var reports []inspection
	if err := json.Unmarshal(out.Bytes(), &reports); err != nil {
		t.Fatal(err)
	}
	if len(reports) != 2 || reports[0].Error == "" || reports[1].Version != "1.6" || reports[1].Components.Total != 3 || reports[1].Components.WithPurl != 3 {
		t.Errorf("got %+v", reports)
	}
	out.Reset()
	if err := inspectSBOMs(&out, &errs, []string{at("good.json")}, false, sbom.Read); err != nil || !strings.Contains(out.String(), "components 3, with purl 3") {
		t.Errorf("got %v, %q", err, out.String())
	}
}
