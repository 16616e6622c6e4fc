package cli

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// shared returns the path of a file of the test data beside the repository.
func shared(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", filepath.FromSlash(name))
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		t.Skip("skipped: ../shared/data is not beside the repository")
	}
	return path
}

// containerFleet is the call that is measured beside osv-scanner: 632 SBOMs
// against the OSV records at hand.
func containerFleet(t testing.TB) MatchCmd {
	t.Helper()
	c := MatchCmd{SBOM: []string{shared(t, "sbom/container-spdx-trivy.tar.gz")}, Format: "tsv", Mode: "comprehensive"}
	for _, name := range []string{"osv-go", "osv-pypi", "osv-rustsec", "osv-bitnami"} {
		c.OSV = append(c.OSV, shared(t, "vuln/"+name+".jsonl.gz"))
	}
	return c
}

func BenchmarkMatchFleet(b *testing.B) {
	c := containerFleet(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := matchFiles(io.Discard, io.Discard, c); exitCode(err) != int(ExitNeedsAction) {
			b.Fatal(err)
		}
	}
}

// The same SBOMs against the CVE and NVD records at hand.
func BenchmarkMatchNVD(b *testing.B) {
	c := containerFleet(b)
	c.OSV, c.CVE, c.NVD = nil, []string{shared(b, "vuln/cve5-vulnrichment.jsonl.gz")}, []string{shared(b, "vuln/nvd")}
	b.ReportAllocs()
	for b.Loop() {
		if err := matchFiles(io.Discard, io.Discard, c); exitCode(err) != int(ExitNeedsAction) {
			b.Fatal(err)
		}
	}
}
