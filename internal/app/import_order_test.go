package app_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/advisory"
	"mimamori/internal/app"
	"mimamori/internal/register"
)

// TestOrderAndBatchesOfImportsDoNotMatter imports real records of three
// sources in several orders and portions, before the SBOMs and after them, and
// wants the same vulnerabilities and findings with the same evidence.
func TestOrderAndBatchesOfImportsDoNotMatter(t *testing.T) {
	records, components := overlapping(t)
	draw := rand.New(rand.NewPCG(7, 8)) // the same orders each time
	var want []string
	for run, portion := range []int{len(records), 700, 90} {
		a := newApp(t)
		list := slices.Clone(records)
		if run > 0 {
			draw.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		}
		before := len(list) / 2 * min(run, 1) // of the SBOMs: none in the first run
		importPortions(t, a, list[:before], portion)
		p := must[register.Product](t)(a.AddProduct(t.Context(), officer, register.Product{BrandName: "CT", GenericName: "CT", Route: register.Approval, Class: register.ClassII}))
		for n := range 2 {
			r := must[register.Release](t)(a.AddRelease(t.Context(), officer, register.Release{ProductID: p.ID, Version: fmt.Sprint(n)}))
			data, err := json.Marshal(map[string]any{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": components[n*len(components)/3:]})
			if err != nil {
				t.Fatal(err)
			}
			must[app.UploadedSBOM](t)(a.UploadSBOM(t.Context(), psirt, app.UploadSBOM{ReleaseID: r.ID, FileName: "ct.cdx.json", File: strings.NewReader(string(data))}))
		}
		importPortions(t, a, list[before:], portion)
		got := everythingFound(t, a)
		if want == nil {
			want = got
			t.Logf("%d records, %d components, %d lines", len(records), len(components), len(got))
			if len(got) < 500 {
				t.Error("little is compared")
			}
			importPortions(t, a, records, 200) // importing twice is importing once
			got = everythingFound(t, a)
		}
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Fatalf("portions of %d, line %d\n got %s\nwant %s", portion, i, got[i], want[i])
			}
		}
		if len(got) != len(want) {
			t.Fatalf("portions of %d: %d lines, want %d", portion, len(got), len(want))
		}
	}
}

// TestStatesOfARecordInAnyOrder imports three states of one record, of which the
// last takes the finding away and a middle one names another vulnerability, in
// every order, one at a time and in one file, and wants one result.
func TestStatesOfARecordInAnyOrder(t *testing.T) {
	state := func(day int, fixed, alias string) string {
		return fmt.Sprintf(`{"id":"GHSA-a","modified":"2026-01-%02dT00:00:00Z","aliases":["CVE-2026-1"%s],"summary":"state %d","affected":[{"package":{"ecosystem":"npm","name":"pkg"},`+
			`"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"%s"}]}]}]}`, day, alias, day, fixed)
	}
	states := []string{state(1, "9.0.0", ""), state(2, "8.0.0", `,"CVE-2026-2"`), state(3, "2.0.0", "")}
	other := `{"id":"GO-2","modified":"2026-01-01T00:00:00Z","aliases":["CVE-2026-2"],"affected":[{"package":{"ecosystem":"npm","name":"pkg"},"versions":["3.0.0"]}]}`
	vex := `{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://example.org/1","author":"Acme","timestamp":"2026-01-01T00:00:00Z","version":1,"statements":[` +
		`{"vulnerability":{"name":"CVE-2026-1"},"products":[{"@id":"pkg:npm/pkg@3.0.0"}],"status":"not_affected","justification":"vulnerable_code_not_present"}]}`
	var want []string
	for n, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		for _, batch := range []int{1, 2 + n%2} {
			a := newApp(t)
			p := must[register.Product](t)(a.AddProduct(t.Context(), officer, register.Product{BrandName: "CT", GenericName: "CT", Route: register.Approval, Class: register.ClassII}))
			r := must[register.Release](t)(a.AddRelease(t.Context(), officer, register.Release{ProductID: p.ID, Version: "1"}))
			must[app.UploadedSBOM](t)(a.UploadSBOM(t.Context(), psirt, app.UploadSBOM{ReleaseID: r.ID, FileName: "ct.cdx.json", File: strings.NewReader(
				`{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[{"type":"library","name":"pkg","version":"3.0.0","purl":"pkg:npm/pkg@3.0.0"}]}`)}))
			must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "osv", write(t, "other.json", other), func(app.Progress) {}))
			must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "vex", write(t, "acme.openvex.json", vex), func(app.Progress) {}))
			older := 0
			for part := range slices.Chunk(order, batch) {
				var lines []string
				for _, n := range part {
					lines = append(lines, states[n])
				}
				run := must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "osv", write(t, "states.jsonl", strings.Join(lines, "\n")), func(app.Progress) {}))
				older += run.Older
			}
			newest, before := -1, 0 // states that came after a newer one
			for _, n := range order {
				if n < newest {
					before++
				}
				newest = max(newest, n)
			}
			if older != before {
				t.Errorf("%v by %d: %d older states told, want %d", order, batch, older, before)
			}
			got := slices.DeleteFunc(everythingFound(t, a), func(line string) bool { return strings.Contains(line, "affectedclosed") }) // what was is history
			if want == nil {
				want = got
				if len(want) != 2 || !strings.Contains(strings.Join(want, " "), "not_affected") || !strings.Contains(strings.Join(want, " "), "state 3") {
					t.Fatalf("one vulnerability with one finding of the other record, and what is stated of it: %q", want)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%v by %d:\n got %q\nwant %q", order, batch, got, want)
			}
		}
	}
}

// importPortions imports records in portions, each a file for each kind in it.
func importPortions(t *testing.T, a *app.App, records []fleetRecord, portion int) {
	t.Helper()
	for part := range slices.Chunk(records, portion) {
		lines := map[string]string{}
		for _, r := range part {
			lines[r.kind] += strings.TrimSpace(r.raw) + "\n"
		}
		for _, kind := range slices.Sorted(maps.Keys(lines)) {
			if run := must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, kind, write(t, "some."+kind+".jsonl", lines[kind]), func(app.Progress) {})); run.State != "done" {
				t.Fatalf("%+v", run)
			}
		}
	}
}

// overlapping returns records of OSV, and of NVD and CVE about the same
// vulnerabilities, and components of which some meet them.
func overlapping(t *testing.T) (records []fleetRecord, components []map[string]string) {
	t.Helper()
	if _, err := os.Stat(sharedData); err != nil {
		t.Skip("skipped: the real records (../shared/data) are not beside the project")
	}
	nvd := map[string]string{}
	for _, line := range someLines(t, "nvd-overrides", 29_000) {
		id := recordID.FindString(line)
		nvd[id] = line
	}
	for _, line := range someLines(t, "cve5-vulnrichment", 4_000) {
		var head struct{ CVEMetadata struct{ CVEID string } }
		if err := json.Unmarshal([]byte(line), &head); err != nil {
			t.Fatal(err)
		}
		other, both := nvd[head.CVEMetadata.CVEID]
		if !both || len(records) >= 800 {
			continue
		}
		records = append(records, fleetRecord{"cve", line}, fleetRecord{"nvd", other})
		for record, err := range advisory.NVD(strings.NewReader(other), "x.jsonl") {
			if err == nil && len(components) < 60 && len(record.Affected) > 0 && len(record.Affected[0].CPEs) > 0 {
				cpe := record.Affected[0].CPEs[0]
				components = append(components, map[string]string{"type": "application", "name": "part", "version": strings.Split(cpe, ":")[5], "cpe": cpe})
			}
		}
	}
	for n, line := range someLines(t, "osv-pypi", 600) {
		records = append(records, fleetRecord{"osv", line})
		for record, err := range advisory.OSV(strings.NewReader(line), "x.jsonl") {
			if err == nil && n%10 == 0 && len(record.Affected) > 0 && len(record.Affected[0].Versions) > 0 {
				name, version := record.Affected[0].Name, record.Affected[0].Versions[0]
				components = append(components, map[string]string{"type": "library", "name": name, "version": version, "purl": "pkg:pypi/" + name + "@" + version})
			}
		}
	}
	return records, components
}

// someLines returns the first n records of a file.
func someLines(t *testing.T, file string, n int) (lines []string) {
	t.Helper()
	zipped := must[*os.File](t)(os.Open(filepath.Join(sharedData, "vuln", file+".jsonl.gz")))
	defer func() { _ = zipped.Close() }() // only read
	in := bufio.NewScanner(must[*gzip.Reader](t)(gzip.NewReader(zipped)))
	in.Buffer(nil, 64<<20)
	for len(lines) < n && in.Scan() {
		lines = append(lines, in.Text())
	}
	return lines
}

// everythingFound describes all vulnerabilities and findings without keys and times.
func everythingFound(t *testing.T, a *app.App) (lines []string) {
	t.Helper()
	ctx := t.Context()
	for q := (app.ListQuery{Limit: 200}); ; {
		page := must[app.List[app.VulnerabilityRow]](t)(a.Store.Vulnerabilities(ctx, q))
		for _, v := range page.Items {
			lines = append(lines, fmt.Sprint("vulnerability ", v.Name, v.Title, v.Severity, v.KEV, v.ModifiedAt, v.Aliases, v.OpenFindings, v.Advisories))
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	for q := (app.ListQuery{Limit: 200}); ; {
		page := must[app.List[app.FindingRow]](t)(a.Store.Findings(ctx, q))
		for _, f := range page.Items {
			line := fmt.Sprint("finding ", f.Version, f.Component.Purl, f.Component.CPE, f.Vulnerability, f.Title, f.Class, f.State, f.Precise, f.Counters)
			var matches []string
			for _, m := range must[[]app.Match](t)(a.Store.Evidence(ctx, f.ID)) {
				matches = append(matches, fmt.Sprint(m.Source, m.RecordID, m.Class, m.Text, string(m.Evidence)))
			}
			slices.Sort(matches)
			lines = append(lines, line+strings.Join(matches, "|"))
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			slices.Sort(lines)
			return lines
		}
	}
}
