package sbom_test

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"mimamori/internal/sbom"
)

// large writes a CycloneDX document of n components with what real tools write
// for each, and a dependency for each.
func large(w io.Writer, n int) error {
	out := &errWriter{w: w}
	out.printf(`{"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79","version":1,"metadata":{"component":{"type":"device","bom-ref":"device","name":"monitor","version":"1"}},"components":[`)
	for i := range n {
		comma := ","
		if i == 0 {
			comma = ""
		}
		out.printf(`%s
{"bom-ref":"pkg:npm/%%40scope%d/name%d@1.%d.0","type":"library","group":"@scope%d","name":"name%d","version":"1.%d.0","publisher":"Publisher %d","description":"A component of some length, as registries have them, with one sentence.","scope":"required","hashes":[{"alg":"SHA-512","content":"%0128x"},{"alg":"SHA-1","content":"%040x"}],"licenses":[{"license":{"id":"MIT"}}],"purl":"pkg:npm/%%40scope%d/name%d@1.%d.0","externalReferences":[{"type":"distribution","url":"https://registry.example/name%d/-/name%d-1.0.0.tgz"},{"type":"vcs","url":"https://git.example/scope/name%d"}],"properties":[{"name":"cdx:npm:package:path","value":"node_modules/@scope%d/name%d"}]}`,
			comma, i%997, i, i%50, i%997, i, i%50, i%313, i, i, i%997, i, i%50, i, i, i, i%997, i)
	}
	out.printf(`],"dependencies":[`)
	for i := range n {
		comma := ","
		if i == 0 {
			comma = ""
		}
		out.printf(`%s{"ref":"pkg:npm/%%40scope%d/name%d@1.%d.0","dependsOn":["pkg:npm/%%40scope%d/name%d@1.%d.0"]}`, comma, i%997, i, i%50, (i+1)%n%997, (i+1)%n, (i+1)%n%50)
	}
	out.printf("]}")
	return out.err
}

type errWriter struct {
	w   io.Writer
	err error
}

func (e *errWriter) printf(format string, args ...any) {
	if e.err == nil {
		_, e.err = fmt.Fprintf(e.w, format, args...)
	}
}

// An SBOM of 300,000 components is read in 30 s with less than 800 MB. Set
// MIMAMORI_BENCH to run it; the memory is that of the whole process.
func TestLargeSBOM(t *testing.T) {
	if os.Getenv("MIMAMORI_BENCH") == "" {
		t.Skip("skipped: set MIMAMORI_BENCH=1 to read an SBOM of 300,000 components")
	}
	for _, n := range []int{30_000, 300_000} {
		r, w := io.Pipe()
		size := &counter{w: w}
		go func() { _ = w.CloseWithError(large(size, n)) }() // told to the reader
		start := time.Now()
		d, err := sbom.Read(r, "large.json")
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(start)
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		t.Logf("%d components, %d dependencies, %d MB: %v (with writing it), %d MB held, %d MB from the system", len(d.Components), len(d.Dependencies), size.n>>20, took.Round(time.Millisecond), m.HeapAlloc>>20, m.Sys>>20)
		if len(d.Components) != n || len(d.Dependencies) != n || took > 30*time.Second || m.Sys > 800<<20 {
			t.Errorf("%d components, %d dependencies, %v, %d bytes", len(d.Components), len(d.Dependencies), took, m.Sys)
		}
		runtime.KeepAlive(d)
	}
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

func BenchmarkRead(b *testing.B) {
	var text strings.Builder
	if err := large(&text, 3000); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := sbom.Read(strings.NewReader(text.String()), "x"); err != nil {
			b.Fatal(err)
		}
	}
}
