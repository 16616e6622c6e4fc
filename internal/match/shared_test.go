package match_test

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mimamori/internal/advisory"
	"mimamori/internal/match"
	"mimamori/internal/sbom"
)

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

// load indexes the OSV records of the shared data: 14,031 of them for all four.
func load(t testing.TB, names ...string) *match.Index {
	t.Helper()
	var x match.Index
	for _, name := range names {
		z, err := gzip.NewReader(open(t, "vuln/"+name+".jsonl.gz"))
		if err != nil {
			t.Fatal(err)
		}
		for a, err := range advisory.OSV(z, name) {
			if err != nil {
				t.Fatal(err)
			}
			a.Raw = nil
			x.Add(a)
		}
	}
	return &x
}

var allOSV = []string{"osv-go", "osv-pypi", "osv-rustsec", "osv-bitnami"}

// The fleet of container images against all OSV records. osv-scanner 2.3.1
// with the same records as its local database finds 16,169 pairs of package
// and record in these files, and each of them is found here. The 48 more: 27
// Go modules with capital letters, which it looks up in the purl's lower case;
// 17 possible ones of Go programs of version "(devel)"; 4 of setuptools, where
// it does not look past a GIT range.
// What is found may change only with a reason.
func TestFleetAgainstOSV(t *testing.T) {
	x := load(t, allOSV...)
	z, err := gzip.NewReader(open(t, "sbom/container-spdx-trivy.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	type pair struct{ file, name, version, purl, record string }
	classes := map[match.Class]map[pair]bool{match.Affected: {}, match.Possible: {}}
	for members := tar.NewReader(z); ; {
		h, err := members.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		d, err := sbom.Read(members, h.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range d.Components {
			for _, f := range x.Component(c) {
				classes[f.Class][pair{h.Name, c.Name, c.Version, c.Purl, f.Record}] = true
			}
		}
	}
	if a, p := len(classes[match.Affected]), len(classes[match.Possible]); a != 16159 || p != 58 {
		t.Errorf("%d affected and %d possible pairs, want 16159 and 58", a, p)
	}
}

// The purl-spec suite: what it calls valid is read here, what it calls invalid
// is refused, but for the listed cases where the library is more lenient.
func TestPurlSpecification(t *testing.T) {
	f := open(t, "purl/purl-spec-tests.zip")
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	valid, refused := 0, 0
	var lenient []string
	for _, m := range z.File {
		r, err := m.Open()
		if err != nil {
			t.Fatal(err)
		}
		var suite struct {
			Tests []struct {
				Description string
				Type        string `json:"test_type"`
				Input       any
				Failure     bool `json:"expected_failure"`
			}
		}
		if err := json.NewDecoder(r).Decode(&suite); err != nil {
			t.Fatal(err)
		}
		_ = r.Close()
		for _, tt := range suite.Tests {
			text, ok := tt.Input.(string)
			if !ok || tt.Type != "parse" && tt.Type != "validate" && tt.Type != "roundtrip" {
				continue
			}
			keys := match.Keys(sbom.Component{Name: "x", Purl: text}) // must not panic, whatever the text
			switch {
			case !tt.Failure && (!sbom.ValidPurl(text) || len(keys) == 0):
				t.Errorf("%s: %s: %q is refused", m.Name, tt.Description, text)
			case !tt.Failure:
				valid++
			case sbom.ValidPurl(text):
				lenient = append(lenient, fmt.Sprintf("%s: %s: %q", m.Name, tt.Description, text))
			default:
				refused++
			}
		}
	}
	t.Logf("%d valid, %d invalid refused, %d invalid accepted:\n%s", valid, refused, len(lenient), strings.Join(lenient, "\n"))
	if valid < 150 {
		t.Errorf("only %d valid purls in the suite", valid)
	}
}

// device makes the SBOM of a device of n components, half of them Go modules
// and PyPI packages that records exist for.
func device(n int) string {
	var b strings.Builder
	b.WriteString(`{"bomFormat":"CycloneDX","specVersion":"1.6","components":[`)
	names := []string{"golang/golang.org/x/crypto@v0.%d.0", "pypi/django@3.%d", "npm/left-pad@1.%d.0", "cargo/openssl@0.9.%d", "bitnami/openssl@3.0.%d", "deb/debian/curl@7.%d-1?distro=debian-11"}
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"bom-ref":"%d","type":"library","name":"c%d","version":"1.%d","supplier":{"name":"Acme"},"purl":"pkg:`+names[i%len(names)]+`","cpe":"cpe:2.3:a:acme:c%d:1.%d:*:*:*:*:*:*:*","hashes":[{"alg":"SHA-256","content":"%064d"}],"licenses":[{"license":{"id":"MIT"}}]}`, i, i, i, i%60, i, i, i)
	}
	b.WriteString("]}")
	return b.String()
}

// BenchmarkDevice3000 reads and matches an SBOM of 3,000 components against
// the four OSV databases.
func BenchmarkDevice3000(b *testing.B) {
	x := load(b, allOSV...)
	text := device(3000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		d, err := sbom.Read(strings.NewReader(text), "x")
		if err != nil {
			b.Fatal(err)
		}
		found := 0
		for _, c := range d.Components {
			found += len(x.Component(c))
		}
		if found == 0 {
			b.Fatal("nothing found")
		}
		b.ReportMetric(float64(found), "findings")
	}
}

// BenchmarkLoad reads and indexes the four databases.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		load(b, allOSV...)
	}
}
