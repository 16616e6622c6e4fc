package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/register"
)

// fleet writes OSV records of n packages; every tenth concerns the version
// that bigSBOM has.
func fleet(n int) string {
	var out strings.Builder
	for i := range n {
		fixed := "1.0.0"
		if i%10 == 0 {
			fixed = "9.0.0"
		}
		fmt.Fprintf(&out, `{"id":"BENCH-%d","modified":"2026-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"pkg-%d"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"%s"}]}]}]}`+"\n", i, i, fixed)
	}
	return out.String()
}

// bigSBOM is a CycloneDX document of n components.
func bigSBOM(b *testing.B, n int, version string) []byte {
	b.Helper()
	type component struct {
		Type    string `json:"type"`
		Name    string `json:"name"`
		Version string `json:"version"`
		Purl    string `json:"purl"`
	}
	components := make([]component, n)
	for i := range components {
		name := fmt.Sprintf("pkg-%d", i)
		components[i] = component{"library", name, version, "pkg:npm/" + name + "@" + version}
	}
	data, err := json.Marshal(map[string]any{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": components})
	if err != nil {
		b.Fatal(err)
	}
	return data
}

// BenchmarkUploadSBOM3000 uploads an SBOM of 3,000 components, none of them
// known yet, to a store with 20,000 advisories: read, stored, matched, 300
// findings opened, all with the ledger.
func BenchmarkUploadSBOM3000(b *testing.B) {
	a := newApp(b)
	ctx := b.Context()
	run := must[app.ImportRun](b)(a.ImportPath(ctx, psirt, "osv", write(b, "osv.jsonl", fleet(20_000)), func(app.Progress) {}))
	if run.State != "done" {
		b.Fatalf("import: %+v", run)
	}
	p := must[register.Product](b)(a.AddProduct(ctx, officer, register.Product{BrandName: "CT", GenericName: "CT", Route: register.Approval, Class: register.ClassII}))
	var files [][]byte
	for i := range b.N {
		files = append(files, bigSBOM(b, 3_000, fmt.Sprintf("2.0.%d", i)))
	}
	b.ResetTimer()
	for i := range b.N {
		b.StopTimer()
		r := must[register.Release](b)(a.AddRelease(ctx, officer, register.Release{ProductID: p.ID, Version: fmt.Sprint(i)}))
		b.StartTimer()
		up := must[app.UploadedSBOM](b)(a.UploadSBOM(ctx, psirt, app.UploadSBOM{ReleaseID: r.ID, FileName: "ct.cdx.json", File: bytes.NewReader(files[i])}))
		if up.Opened != 300 {
			b.Fatalf("300 findings are there, %d were opened", up.Opened)
		}
	}
}

// BenchmarkWrites adds hospitals one after the other: one durable commit each,
// with its ledger entry.
func BenchmarkWrites(b *testing.B) {
	a := newApp(b)
	for i := range b.N {
		must[register.Site](b)(a.AddSite(b.Context(), officer, register.Site{Name: fmt.Sprintf("病院 %d", i)}))
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
}

// BenchmarkCasePage evaluates a case with everything unknown for its page:
// answer, grid, proof, obligations.
func BenchmarkCasePage(b *testing.B) {
	a := newApp(b)
	p := must[register.Product](b)(a.AddProduct(b.Context(), officer, register.Product{BrandName: "CT", GenericName: "CT", Route: register.Approval, Class: register.ClassII}))
	c, err := a.OpenCase(b.Context(), officer, app.OpenCase{Title: "x", ProductID: p.ID, AwareOn: caldate.MustParse("2026-11-20")})
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for range b.N {
		must[app.CaseView](b)(a.Case(b.Context(), c.ID))
	}
}
