package advisory_test

import (
	"archive/zip"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/advisory"
	"mimamori/internal/fault"
)

// open opens a file of the shared test data, or skips.
func open(t testing.TB, name string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", filepath.FromSlash(name)))
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("skipped: ../shared/data/%s is not beside the repository", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func members(t testing.TB, name string, each func(name string, r io.Reader)) {
	t.Helper()
	f := open(t, name)
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range z.File {
		r, err := m.Open()
		if err != nil {
			t.Fatal(err)
		}
		each(m.Name, r)
		_ = r.Close()
	}
}

const osvRecord = `{"schema_version":"1.7.0","id":"GO-1","modified":"2026-01-02T03:04:05Z","withdrawn":null,"aliases":["CVE-2026-1"],"upstream":["X"],
"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N"}],"affected":[{"package":{"ecosystem":"Go","name":"example.com/m","purl":"pkg:golang/example.com/m"},
"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.2.3"}]}],"versions":["1.0.0"],"ecosystem_specific":{"imports":[{"path":"example.com/m/p","symbols":["F"]}]},
"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N"}]}],"database_specific":{"cpes":["cpe:2.3:a:e:m:*:*:*:*:*:*:*:*"],"severity":7}}`

func osv(t testing.TB, text string) (list []advisory.Advisory, problems []error) {
	t.Helper()
	for a, err := range advisory.OSV(strings.NewReader(text), "f") {
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("error of kind %s: %v", fault.KindOf(err), err)
			}
			problems = append(problems, err)
			continue
		}
		list = append(list, a)
	}
	return list, problems
}

func TestOSV(t *testing.T) {
	list, problems := osv(t, osvRecord)
	if len(list) != 1 || len(problems) != 0 {
		t.Fatalf("got %d, %v", len(list), problems)
	}
	a := list[0]
	f := a.Affected[0]
	if a.ID != "GO-1" || a.Modified.Day() != 2 || len(a.Severities) != 1 || a.Upstream[0] != "X" || len(a.Digest) != 64 ||
		f.Ecosystem != "Go" || f.Ranges[0].Events[1].Fixed != "1.2.3" || f.Versions[0] != "1.0.0" || f.Imports[0] != "example.com/m/p" || len(f.CPEs) != 1 {
		t.Errorf("got %+v", a)
	}
}

func TestOSVBrokenRecordsAreReportedAndTheRestGoesOn(t *testing.T) {
	tests := []struct {
		name, in string
		records  int
		want     string
	}{
		{"broken line", osvLine("A") + `{"id":"B",}` + "\n" + osvLine("C"), 2, "f line 2: not valid JSON at line 1, column 11"},
		{"cut-off line", osvLine("A") + `{"id":"B","affected":[{` + "\n" + osvLine("C"), 2, "f line 2"},
		{"cut-off file", osvLine("A") + `{"id":"B","aff`, 1, "cut off"},
		{"no id", osvLine("A") + `{"modified":"x"}`, 1, "/id is missing"},
		{"duplicate name", `{"id":"A","id":"B"}`, 0, "occurs twice"},
		{"wrong shape", `{"id":"A","affected":{}}`, 0, "found object, expected list"},
		{"withdrawn is not a time", `{"id":"A","withdrawn":"soon"}`, 0, "/withdrawn"},
		{"deep nesting", `{"id":"A","x":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}", 0, "nested deeper"},
		{"empty list", "[]", 0, "no OSV record"},
		{"empty", "", 0, "empty"},
		{"a text", "hello\n", 0, "record ('{') should start"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list, problems := osv(t, tt.in)
			if len(list) != tt.records || len(problems) != 1 || !strings.Contains(problems[0].Error(), tt.want) {
				t.Errorf("got %d records, problems %v; want %d and %q", len(list), problems, tt.records, tt.want)
			}
		})
	}
}

func osvLine(id string) string { return `{"id":"` + id + `"}` + "\n" }

// The record counts are the ones the data's README gives.
func TestSharedOSV(t *testing.T) {
	for name, want := range map[string]int{"osv-bitnami": 6694, "osv-go": 3853, "osv-pypi": 2415, "osv-rustsec": 1069} {
		z, err := gzip.NewReader(open(t, "vuln/"+name+".jsonl.gz"))
		if err != nil {
			t.Fatal(err)
		}
		n, withdrawn := 0, 0
		for a, err := range advisory.OSV(z, name) {
			if err != nil {
				t.Fatal(err)
			}
			n++
			if !a.Withdrawn.IsZero() {
				withdrawn++
			}
		}
		if n != want {
			t.Errorf("%s: %d records, want %d", name, n, want)
		}
		if want := map[string]int{"osv-go": 15, "osv-pypi": 10, "osv-rustsec": 11}[name]; withdrawn != want {
			t.Errorf("%s: %d withdrawn, want %d", name, withdrawn, want)
		}
	}
}

const csafText = `{"document":{"category":"csaf_security_advisory","csaf_version":"2.0","title":"T","publisher":{"name":"P"},"notes":[{"category":"summary","text":"S"}],
"tracking":{"id":"A-1","current_release_date":"2026-01-02T00:00:00Z","initial_release_date":"2026-01-01T00:00:00Z"}},
"product_tree":{"branches":[{"category":"vendor","name":"Acme","branches":[{"category":"product_name","name":"Pump","branches":[
 {"category":"product_version_range","name":"<= 2.6A","product":{"product_id":"1","name":"Acme Pump <= 2.6A","product_identification_helper":{"cpe":"cpe:2.3:h:acme:pump:*:*:*:*:*:*:*:*"}}},
 {"category":"product_version","name":"3.0","product":{"product_id":"2","name":"Acme Pump 3.0"}}]}]}],
 "full_product_names":[{"product_id":"3","name":"OS","product_identification_helper":{"purl":"pkg:npm/x@1","hashes":[{"filename":"f","file_hashes":[{"algorithm":"sha256","value":"AB"}]}]}}],
 "relationships":[{"category":"installed_on","product_reference":"5","relates_to_product_reference":"3","full_product_name":{"product_id":"6","name":"twice"}},
  {"category":"installed_on","product_reference":"2","relates_to_product_reference":"3","full_product_name":{"product_id":"5","name":"Pump 3.0 on OS"}}]},
"vulnerabilities":[{"cve":"CVE-2026-1","cwe":{"id":"CWE-1","name":"x"},"notes":[{"category":"description","text":"D"}],
  "product_status":{"known_affected":["1","5","9"],"fixed":["2"],"under_investigation":["6"]},"scores":[{"cvss_v3":{"vectorString":"CVSS:3.1/AV:N","baseScore":6.7},"products":["1"]}]},
 {"title":"no CVE","ids":[{"system_name":"s","text":"X-1"}],"product_status":{"known_not_affected":["3"]}}]}`

func TestCSAF(t *testing.T) {
	list, err := advisory.CSAF(strings.NewReader(csafText), "f")
	if err != nil || len(list) != 2 {
		t.Fatalf("got %d, %v", len(list), err)
	}
	a := list[0]
	if a.Key() != "A-1#CVE-2026-1" || list[1].Key() != "A-1#2" || !slices.Equal(list[1].Aliases, []string{"X-1"}) || a.Publisher != "P" || a.Details != "D" || a.Severities[0].Score != "6.7" {
		t.Errorf("heads: %+v", list)
	}
	var got []string
	for _, f := range a.Affected {
		got = append(got, strings.Join([]string{f.ProductID, f.Vendor, f.Product, f.VersionText, f.Platform, string(f.Status)}, "/"))
	}
	want := []string{"1/Acme/Pump/<= 2.6A//known_affected", "5/Acme/Pump/3.0/OS/known_affected", "9/////known_affected", "6/Acme/Pump/3.0/OS/under_investigation", "2/Acme/Pump/3.0//fixed"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if f := list[1].Affected[0]; f.Purl != "pkg:npm/x@1" || f.Hashes[0] != (advisory.Hash{Algorithm: "sha256", Value: "ab"}) {
		t.Errorf("helper: %+v", f)
	}
}

func TestCSAFRefuses(t *testing.T) {
	for name, tt := range map[string]struct{ in, want string }{
		"trailing garbage": {csafText + "x", "after the end"},
		"cut off":          {csafText[:300], "ends too early"},
		"another JSON":     {`{"feed":{}}`, "not a CSAF document"},
		"empty":            {"", "empty"},
		"UTF-16":           {"\xfe\xff\x00{", "UTF-16"},
		"duplicate":        {`{"document":{},"document":{}}`, "occurs twice"},
		"deep branches":    {strings.Repeat(`{"branches":[`, 1000), "nested deeper"},
	} {
		if _, err := advisory.CSAF(strings.NewReader(tt.in), "f"); err == nil || !strings.Contains(err.Error(), tt.want) || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: got %v, want %q", name, err, tt.want)
		}
	}
}

// All medical advisories of CISA are read; the totals were counted from the
// documents by another program.
func TestSharedMedicalAdvisories(t *testing.T) {
	documents, vulnerabilities, affected, unresolved := 0, 0, 0, 0
	products := map[string]bool{}
	members(t, "csaf/cisa-icsma.zip", func(name string, r io.Reader) {
		if !strings.HasSuffix(name, ".json") {
			return
		}
		list, err := advisory.CSAF(r, name)
		if err != nil {
			t.Error(err)
			return
		}
		documents++
		vulnerabilities += len(list)
		for _, a := range list {
			if !strings.EqualFold(a.ID, strings.TrimSuffix(filepath.Base(name), ".json")) || len(a.Severities) == 0 {
				t.Errorf("%s: id %s, severities %v", name, a.ID, a.Severities)
			}
			for _, f := range a.Affected {
				affected++
				products[a.ID+f.ProductID] = true
				if f.Vendor == "" || f.Product == "" || f.VersionText == "" || f.Status != advisory.KnownAffected {
					unresolved++
				}
			}
		}
	})
	if documents != 95 || vulnerabilities != 265 || affected != 1029 || len(products) != 388 || unresolved != 0 {
		t.Errorf("%d documents, %d vulnerabilities, %d affected, %d products, %d unresolved", documents, vulnerabilities, affected, len(products), unresolved)
	}
}

// Documents of other publishers and the official examples: read, or broken on
// purpose.
func TestSharedCSAFOfOthers(t *testing.T) {
	for _, archive := range []string{"cisa-icsa-sample", "cisa-icsma-history", "examples-2.0", "examples-2.1", "vendor-csaf-fixtures", "gocsaf-provider-testdata", "validator-tests-2.0", "validator-tests-2.1"} {
		read := 0
		var refused []string
		members(t, "csaf/"+archive+".zip", func(name string, r io.Reader) {
			if !strings.HasSuffix(name, ".json") {
				return
			}
			if _, err := advisory.CSAF(r, name); err != nil {
				refused = append(refused, err.Error())
			} else {
				read++
			}
		})
		t.Logf("%s: %d read, %d refused", archive, read, len(refused))
		for _, r := range refused {
			expected := strings.Contains(r, "/document/tracking/id is missing") || strings.Contains(r, "trailing-garbage") || strings.Contains(r, "openeuler") ||
				strings.Contains(r, "processor-requirements") || strings.Contains(r, "white-feed.json") || strings.Contains(r, "invalid-csaf")
			if !expected {
				t.Error(r)
			}
		}
	}
}

func TestKEV(t *testing.T) {
	for name, want := range map[string]int{"known_exploited_vulnerabilities@2025-08-25.json": 1404, "known_exploited_vulnerabilities@2025-08-25.csv": 1404, "known_exploited_vulnerabilities@2025-02-21.json": 1276} {
		c, err := advisory.KEV(open(t, "vuln/kev/"+name), name)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Entries) != want || len(c.Problems) > 0 {
			t.Errorf("%s: %d entries, problems %v", name, len(c.Entries), c.Problems)
		}
	}
	a, _ := advisory.KEV(open(t, "vuln/kev/known_exploited_vulnerabilities@2025-08-25.json"), "json")
	b, _ := advisory.KEV(open(t, "vuln/kev/known_exploited_vulnerabilities@2025-08-25.csv"), "csv")
	for i := range a.Entries {
		x, y := a.Entries[i], b.Entries[i]
		if x.CVE != y.CVE || x.AddedOn != y.AddedOn || x.DueOn != y.DueOn || x.Vendor != y.Vendor || x.KnownInRansomware != y.KnownInRansomware || !slices.Equal(x.CWEs, y.CWEs) && len(x.CWEs)+len(y.CWEs) > 0 {
			t.Errorf("JSON %+v\nCSV %+v", x, y)
		}
	}
}

func TestKEVRefuses(t *testing.T) {
	for name, tt := range map[string]struct{ in, want string }{
		"empty catalogue": {`{"catalogVersion":"1","count":0,"vulnerabilities":[]}`, "no usable entry"},
		"another JSON":    {`{"a":1}`, "no usable entry"},
		"another CSV":     {"a,b\n1,2\n", "no column"},
		"bad entries":     {`{"vulnerabilities":[{"cveID":"CVE-1","dateAdded":"2025-01-01"}]}`, "left out"},
		"empty":           {"", "empty"},
	} {
		if _, err := advisory.KEV(strings.NewReader(tt.in), "f"); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", name, err, tt.want)
		}
	}
	c, err := advisory.KEV(strings.NewReader(`{"count":2,"vulnerabilities":[{"cveID":"CVE-2025-0001","dateAdded":"2025-01-01","dueDate":""}]}`), "f")
	if err != nil || len(c.Problems) != 1 || c.Problems[0].Pointer != "/count" {
		t.Errorf("cut-off catalogue: %+v, %v", c, err)
	}
}

func FuzzOSV(f *testing.F) {
	f.Add(osvRecord)
	f.Add("[" + osvRecord + "," + osvRecord + "]")
	f.Add(osvLine("A") + "{\n" + osvLine("B"))
	f.Fuzz(func(t *testing.T, text string) {
		list, problems := osv(t, text)
		if len(list)+len(problems) == 0 {
			t.Error("neither a record nor an error")
		}
	})
}

func FuzzCSAF(f *testing.F) {
	f.Add(csafText)
	f.Add(`{"document":{"tracking":{"id":"A"}},"product_tree":{"relationships":[{"product_reference":"a","full_product_name":{"product_id":"a"}}]},"vulnerabilities":[{}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		list, err := advisory.CSAF(strings.NewReader(text), "f")
		if (err == nil) != (len(list) > 0) {
			t.Errorf("%d advisories and error %v", len(list), err)
		}
	})
}
