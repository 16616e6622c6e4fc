package app_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/register"
)

// hugeSBOM writes a CycloneDX document of n components with graph, hashes and
// licences, as real tools write them.
func hugeSBOM(w io.Writer, n int) error {
	out := bufio.NewWriter(w)
	ref := func(i int) string { return fmt.Sprintf("pkg:npm/%%40scope%d/name%d@1.%d.0", i%997, i, i%50) }
	fmt.Fprint(out, `{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"type":"device","bom-ref":"device","name":"monitor","version":"1"}},"components":[`)
	for i := range n {
		if i > 0 {
			fmt.Fprint(out, ",")
		}
		fmt.Fprintf(out, `{"bom-ref":"%s","type":"library","group":"@scope%d","name":"name%d","version":"1.%d.0","publisher":"Publisher %d","scope":"required","hashes":[{"alg":"SHA-512","content":"%0128x"}],"licenses":[{"license":{"id":"MIT"}}],"purl":"%s"}`,
			ref(i), i%997, i, i%50, i%313, i, ref(i))
	}
	fmt.Fprint(out, `],"dependencies":[{"ref":"device","dependsOn":["`+ref(0)+`"]}`)
	for i := range n - 1 {
		below, _ := json.Marshal([]string{ref(i + 1), ref((i*7 + 3) % n)}) // texts
		fmt.Fprintf(out, `,{"ref":"%s","dependsOn":%s}`, ref(i), below)
	}
	fmt.Fprint(out, "]}")
	return out.Flush()
}

// An SBOM of 300,000 components is stored and matched in a time that fits the
// upload. Set MIMAMORI_BENCH to run it; scripts/bench-sbom.py measures the same
// through the server, with memory.
func TestHugeUpload(t *testing.T) {
	if os.Getenv("MIMAMORI_BENCH") == "" {
		t.Skip("skipped: set MIMAMORI_BENCH=1 to upload an SBOM of 300,000 components")
	}
	const n = 300_000
	a := newApp(t)
	path := filepath.Join(t.TempDir(), "huge.cdx.json")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }() // temporary
	if err := hugeSBOM(file, n); err != nil {
		t.Fatal(err)
	}
	p := must[register.Product](t)(a.AddProduct(t.Context(), officer, register.Product{BrandName: "monitor", GenericName: "monitor", Route: register.Approval, Class: register.ClassII}))
	r := must[register.Release](t)(a.AddRelease(t.Context(), officer, register.Release{ProductID: p.ID, Version: "1"}))
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	up := must[app.UploadedSBOM](t)(a.UploadSBOM(t.Context(), psirt, app.UploadSBOM{ReleaseID: r.ID, FileName: "huge.cdx.json", File: file}))
	t.Logf("%d components, %d dependencies in %v", up.SBOM.Components, up.SBOM.About.Dependencies, time.Since(began))
	if up.SBOM.Components != n {
		t.Errorf("%d components", up.SBOM.Components)
	}
}
