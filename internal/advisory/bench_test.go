package advisory_test

import (
	"bufio"
	"compress/gzip"
	"io"
	"iter"
	"runtime"
	"testing"

	"mimamori/internal/advisory"
)

// counted counts what is read of the unpacked file.
type counted struct {
	r io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// benchmarkReader reads a file and tells records and unpacked bytes a second,
// and the most memory that was in use at any thousandth record.
func benchmarkReader[T any](b *testing.B, file string, read func(io.Reader, string) iter.Seq2[T, error]) {
	records, bytes, peak := 0, int64(0), uint64(0)
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	for b.Loop() {
		z, err := gzip.NewReader(bufio.NewReader(open(b, file)))
		if err != nil {
			b.Fatal(err)
		}
		in := &counted{r: z}
		for _, err := range read(in, file) {
			if err != nil {
				b.Fatal(err)
			}
			if records++; records%1000 == 0 {
				runtime.ReadMemStats(&now)
				peak = max(peak, now.HeapInuse)
			}
		}
		bytes += in.n
	}
	seconds := b.Elapsed().Seconds()
	b.ReportMetric(float64(records)/seconds, "records/s")
	b.ReportMetric(float64(bytes)/seconds/1e6, "MB/s")
	b.ReportMetric(float64(peak-min(peak, before.HeapInuse))/(1<<20), "MiB-peak")
}

func BenchmarkCVE(b *testing.B) {
	benchmarkReader(b, "vuln/cve5-vulnrichment.jsonl.gz", advisory.CVE)
}

func BenchmarkNVD(b *testing.B) {
	benchmarkReader(b, "vuln/nvd/nvdcve-1.1-2018.json.gz", advisory.NVD)
}

func BenchmarkOverrides(b *testing.B) {
	benchmarkReader(b, "vuln/nvd-overrides.jsonl.gz", advisory.NVD)
}

func BenchmarkOSV(b *testing.B) { benchmarkReader(b, "vuln/osv-bitnami.jsonl.gz", advisory.OSV) }

func BenchmarkEPSS(b *testing.B) {
	benchmarkReader(b, "vuln/epss/epss_scores-2024-01-13.csv.gz", advisory.EPSS)
}
