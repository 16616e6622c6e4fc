package match_test

import (
	"archive/tar"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/match"
	"mimamori/internal/sbom"
)

// everything yields all records of the shared vulnerability data.
func everything(t testing.TB) iter.Seq[advisory.Advisory] {
	t.Helper()
	type reader = func(io.Reader, string) iter.Seq2[advisory.Advisory, error]
	read := map[string]reader{"nvd": advisory.NVD, "cve5": advisory.CVE, "osv": advisory.OSV}
	open(t, "README.md") // or skip
	var files []string
	for _, pattern := range []string{"vuln/*.jsonl.gz", "vuln/nvd/*.json.gz"} {
		found, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "data", filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	return func(yield func(advisory.Advisory) bool) {
		for _, name := range files {
			f, err := os.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			z, err := gzip.NewReader(f)
			if err != nil {
				t.Fatal(err)
			}
			base := filepath.Base(name)
			kind := strings.TrimRight(base[:strings.IndexAny(base, "-.")], "0123456789")
			if strings.HasPrefix(base, "cve5") {
				kind = "cve5"
			} else if strings.HasPrefix(base, "nvd") {
				kind = "nvd"
			}
			for a, err := range read[kind](z, base) {
				if err == nil {
					a.Raw = nil
					if !yield(a) {
						return
					}
				}
			}
			_ = f.Close()
		}
	}
}

// realSBOMs returns the components of the container SBOMs, a release each.
func realSBOMs(t testing.TB) [][]sbom.Component {
	t.Helper()
	z, err := gzip.NewReader(open(t, "sbom/container-spdx-trivy.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	var out [][]sbom.Component
	for members := tar.NewReader(z); ; {
		h, err := members.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		d, err := sbom.Read(members, h.Name)
		if err != nil {
			t.Fatal(err)
		}
		list := make([]sbom.Component, len(d.Components))
		for i, c := range d.Components {
			list[i] = sbom.Component{Name: c.Name, Version: c.Version, Supplier: c.Supplier, Purl: c.Purl, SourceName: c.SourceName, SourceVersion: c.SourceVersion}
		}
		out = append(out, list)
	}
}

// identityText is the id of a component: what its identity consists of.
func identityText(c *sbom.Component) string {
	return strings.Join(append([]string{c.Purl, c.Name, c.Version, c.Supplier, c.SourceName, c.SourceVersion}, c.CPEs...), "|")
}

// fleetRows generates a fleet of at least n occurrences: releases are real
// SBOMs in turn. In each, one component in ten is of a version that was drawn,
// and ten components with CPE names of the NVD's products are added.
func fleetRows(sboms [][]sbom.Component, cpes []string, n int) iter.Seq[[]match.Row] {
	return func(yield func([]match.Row) bool) {
		draw := rand.New(rand.NewPCG(1, 2))
		count := 0
		for release := 0; count < n; release++ {
			name := "release-" + strconv.Itoa(release)
			var rows []match.Row
			for _, c := range sboms[release%len(sboms)] {
				if draw.IntN(10) == 0 && c.Purl != "" {
					at := strings.IndexAny(c.Purl, "@")
					if at > 0 {
						rest := c.Purl[at:]
						end := cmp.Or(max(strings.IndexAny(rest, "?#"), 0), len(rest))
						c.Version = fmt.Sprintf("%d.%d.%d", draw.IntN(6), draw.IntN(20), draw.IntN(5))
						c.Purl = c.Purl[:at+1] + c.Version + rest[end:]
					}
				}
				rows = append(rows, match.Row{ID: identityText(&c), Release: name, Component: c})
			}
			for range 10 {
				c := sbom.Component{Name: "part", CPEs: []string{cpes[int(float64(len(cpes))*draw.Float64()*draw.Float64())]}}
				rows = append(rows, match.Row{ID: identityText(&c), Release: name, Component: c})
			}
			count += len(rows)
			if !yield(rows) {
				return
			}
		}
	}
}

// heapMB is what is in use after a collection.
func heapMB() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / 1e6
}

// TestFleetGrowth prints the figures of `make bench-fleet`. FLEET lists the
// numbers of occurrences; without it the test is skipped: it takes minutes.
func TestFleetGrowth(t *testing.T) {
	sizes := os.Getenv("FLEET")
	if sizes == "" {
		t.Skip("skipped: make bench-fleet runs it")
	}
	sboms := realSBOMs(t)
	for _, text := range strings.Fields(sizes) {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		growth(t, sboms, n)
	}
}

// growth builds a fleet as a server does: components first, then every record
// that matters to one of them.
func growth(t *testing.T, sboms [][]sbom.Component, n int) {
	cpes, sample := drawn(t)
	idle := heapMB()
	f := match.NewFleet(nil)
	begun := time.Now()
	for rows := range fleetRows(sboms, cpes, n) {
		f.AddComponents(rows)
	}
	added := time.Since(begun)
	components := heapMB()
	size := f.Size()
	t.Logf("%d occurrences, %d distinct components, %d releases, %d keys", size.Occurrences, size.Components, size.Releases, size.Keys)
	t.Logf("components: %.0f MB, added in %.1f s", components-idle, added.Seconds())

	records := 0
	put := time.Duration(0)
	batch := make([]advisory.Advisory, 0, 1000)
	flush := func() {
		begun := time.Now()
		f.PutAdvisories(batch)
		put += time.Since(begun)
		clear(batch)
		batch = batch[:0]
	}
	for a := range everything(t) {
		records++
		if f.Matters(&a) {
			if batch = append(batch, a); len(batch) == cap(batch) {
				flush()
			}
		}
	}
	flush()
	t.Logf("%d records read, %d matter: %.0f MB, put with their matches in %.1f s", records, f.Size().Advisories, heapMB()-components, put.Seconds())

	var times []time.Duration
	hits, most := 0, 0
	for i := range sample {
		key := match.AdvisoryKey{Source: sample[i].Source, ID: sample[i].ID, Part: sample[i].Part}
		f.DeleteAdvisories([]match.AdvisoryKey{key})
		begun := time.Now()
		f.PutAdvisories(sample[i : i+1])
		found := len(f.Affected(key))
		times = append(times, time.Since(begun))
		hits, most = hits+found, max(most, found)
	}
	slices.Sort(times)
	t.Logf("new record to affected releases, %d records that matter: p50 %v, p95 %v, max %v; %d hits, at most %d", len(times), times[len(times)/2], times[len(times)*95/100], times[len(times)-1], hits, most)

	begun, busy := time.Now(), cpuTime()
	met, matches := 0, 0
	for _, found := range f.All() {
		met++
		matches += len(found)
	}
	took := time.Since(begun)
	t.Logf("full re-match: %.1f s, %.1f s of processor time, %.1f µs a distinct component; %d of them have %d matches; peak memory of the process %s MB", took.Seconds(), (cpuTime() - busy).Seconds(), float64(took.Microseconds())/float64(size.Components), met, matches, peakMB(t))
	runtime.KeepAlive(f)
}

// drawn returns CPE names that records name, and records that have some.
func drawn(t *testing.T) (cpes []string, sample []advisory.Advisory) {
	n := 0
	for a := range everything(t) {
		n++
		for i := range a.Affected {
			if list := a.Affected[i].CPEs; len(list) > 0 && n%3 == 0 && a.Affected[i].Status.Open() {
				cpes = append(cpes, strings.Clone(list[len(list)/2]))
			}
		}
		if n%200 == 0 && len(match.AdvisoryKeys(a)) > 0 {
			sample = append(sample, a)
		}
	}
	slices.Sort(cpes)
	return slices.Compact(cpes), sample
}

// cpuTime is the processor time of the process so far: elapsed time tells
// little on a machine that others use.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage) // cannot fail for the process itself
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// peakMB is the largest resident set so far; it never falls, so only the last
// and largest fleet of a run tells its own.
func peakMB(t *testing.T) string {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "?"
	}
	for line := range strings.Lines(string(status)) {
		if rest, found := strings.CutPrefix(line, "VmHWM:"); found {
			kb, _ := strconv.Atoi(strings.Fields(rest)[0])
			return strconv.Itoa(kb / 1024)
		}
	}
	return "?"
}
