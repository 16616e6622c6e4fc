package advisory_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/advisory"
)

// lines returns some lines of a shared file, evenly spread.
func lines(t testing.TB, name string, every int) [][]byte {
	t.Helper()
	var out [][]byte
	in := bufio.NewReader(unpacked(t, name))
	for i := 0; ; i++ {
		line, err := in.ReadBytes('\n')
		if i%every == 0 && len(bytes.TrimSpace(line)) > 0 {
			out = append(out, bytes.TrimSpace(line))
		}
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// contents returns what was read as texts that are equal when the records are,
// sorted.
func contents(t *testing.T, records iter.Seq2[advisory.Advisory, error]) []string {
	t.Helper()
	var out []string
	for a, err := range records {
		if err != nil {
			t.Fatal(err)
		}
		a.Raw = nil
		text, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, a.Key()+" "+a.Digest+" "+string(text))
	}
	slices.Sort(out)
	return out
}

// The order of records, how many come in one file, how they are packed, and
// reading them again change nothing.
func TestOrderAndBatchingDoNotMatter(t *testing.T) {
	for _, tt := range []struct {
		file, list string
		every      int
		read       func(io.Reader, string) iter.Seq2[advisory.Advisory, error]
	}{
		{"vuln/cve5-vulnrichment.jsonl.gz", "", 53, advisory.CVE},
		{"vuln/nvd-overrides.jsonl.gz", "vulnerabilities", 37, advisory.NVD},
		{"vuln/osv-pypi.jsonl.gz", "", 7, advisory.OSV},
	} {
		t.Run(tt.file, func(t *testing.T) {
			records := lines(t, tt.file, tt.every)
			want := contents(t, tt.read(bytes.NewReader(bytes.Join(records, []byte("\n"))), "f"))
			if len(want) < len(records) {
				t.Fatalf("%d of %d records", len(want), len(records))
			}
			same := func(how string, got []string) {
				t.Helper()
				slices.Sort(got)
				if !slices.Equal(got, want) {
					t.Errorf("%s: %d records differ from %d", how, len(got), len(want))
				}
			}
			random := rand.New(rand.NewPCG(1, uint64(len(records))))
			shuffled := slices.Clone(records)
			random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			same("shuffled", contents(t, tt.read(bytes.NewReader(bytes.Join(shuffled, []byte("\n"))), "f")))
			var inParts []string
			for batch := range slices.Chunk(shuffled, 97) {
				inParts = append(inParts, contents(t, tt.read(bytes.NewReader(bytes.Join(batch, []byte("\n"))), "f"))...)
			}
			same("in parts", inParts)
			same("as a list", contents(t, tt.read(strings.NewReader("["+string(bytes.Join(shuffled, []byte(",\n")))+"]"), "f")))
			if tt.list != "" {
				same("in a wrapping object", contents(t, tt.read(strings.NewReader(fmt.Sprintf(`{"format":"x",%q:[%s]}`, tt.list, bytes.Join(shuffled, []byte(" , ")))), "f")))
			}
			twice := contents(t, tt.read(bytes.NewReader(bytes.Join(append(slices.Clone(records), shuffled...), []byte("\n"))), "f"))
			same("twice", slices.Compact(twice))
		})
	}
}

func FuzzCVE(f *testing.F) {
	f.Add(cveText)
	f.Add(strings.ReplaceAll(cveText, "\n", "") + "\n{\n" + strings.ReplaceAll(cveText, "\n", ""))
	f.Fuzz(func(t *testing.T, text string) { neverSilent(t, advisory.CVE(strings.NewReader(text), "f")) })
}

func FuzzNVD(f *testing.F) {
	f.Add(nvd2Text)
	f.Add(`{"CVE_Items":[` + nvd1("A", `{"operator":"AND","children":[{"operator":"OR","children":[],"cpe_match":[{"vulnerable":false,"cpe23Uri":"cpe:2.3:a:b:c"}]}],"cpe_match":[]}`) + `]}`)
	f.Add(`{"_annotation":{"cve_id":"CVE-2026-0001"},"cve":{"configurations":[{"negate":true,"nodes":[{"negate":true,"cpeMatch":[{"criteria":"x"}]}]}]}}`)
	f.Fuzz(func(t *testing.T, text string) {
		neverSilent(t, advisory.NVD(strings.NewReader(text), "f"))
		for a := range advisory.NVD(strings.NewReader(text), "f") {
			for _, c := range a.Configurations {
				inside(t, a, c)
			}
		}
	})
}

func FuzzJVN(f *testing.F) {
	f.Add(jvnRSS)
	f.Add(jvnDetail)
	f.Fuzz(func(t *testing.T, text string) { neverSilent(t, advisory.JVN(strings.NewReader(text), "f")) })
}

func FuzzVEX(f *testing.F) {
	f.Add(`{"document":{"tracking":{"id":"A"}},"vulnerabilities":[{"cve":"CVE-2026-0001","product_status":{"fixed":["1"]}}]}`)
	f.Add(`{"@context":"https://openvex.dev/ns","statements":[{"vulnerability":"CVE-2026-0001","products":["pkg:npm/x@1"],"status":"fixed"}]}`)
	f.Add(`{"bomFormat":"CycloneDX","components":[{"bom-ref":"a"}],"vulnerabilities":[{"id":"CVE-2026-0001","analysis":{"state":"resolved"},"affects":[{"ref":"a"}]}]}`)
	f.Fuzz(func(t *testing.T, text string) { neverSilent(t, advisory.VEX(strings.NewReader(text), "f")) })
}

func FuzzEPSS(f *testing.F) {
	f.Add("#model_version:v1,score_date:2026-01-02T00:00:00Z\ncve,epss,percentile\nCVE-2020-0001,0.5,0.5\n")
	f.Add(`{"data":[{"cve":"CVE-2020-0001","epss":"0.5"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		for s, err := range advisory.EPSS(strings.NewReader(text), "f") {
			if err == nil && !(s.Probability >= 0 && s.Probability <= 1 && s.Percentile >= 0 && s.Percentile <= 1) {
				t.Errorf("%+v", s)
			}
		}
		neverSilent(t, advisory.EPSS(strings.NewReader(text), "f"))
	})
}

func FuzzEOL(f *testing.F) {
	f.Add(`{"result":[{"name":"x","releases":[{"name":"1","isEol":true,"eolFrom":"2026-01-01"}]}]}`)
	f.Add(`[{"cycle":1,"eol":false},{"cycle":"2","eol":"2026-01-01"}]`)
	f.Fuzz(func(t *testing.T, text string) { neverSilent(t, advisory.EOL(strings.NewReader(text), "f")) })
}

func FuzzDetect(f *testing.F) {
	for _, text := range []string{cveText, nvd2Text, jvnRSS, csafText, "cve,epss\n", `[{"cycle":1,"eol":false}]`, `{"a":{"b":"`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		kind, err := advisory.Detect([]byte(text), "f")
		if (err == nil) != (kind != "") {
			t.Errorf("%q and %v", kind, err)
		}
	})
}

// neverSilent checks that a reader yields a record or says why there is none.
func neverSilent[T any](t *testing.T, records iter.Seq2[T, error]) {
	t.Helper()
	n := 0
	for range records {
		n++
	}
	if n == 0 {
		t.Error("neither a record nor an error")
	}
}

func TestDetect(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want advisory.Kind
	}{
		{cveText, advisory.KindCVE},
		{"[" + cveText, advisory.KindCVE},
		{`{"containers":{"cna":{`, advisory.KindCVE},
		{nvd2Text, advisory.KindNVD},
		{`{"CVE_data_type":"CVE","CVE_Items":[`, advisory.KindNVD},
		{`{"_annotation":{},"cve":{}}`, advisory.KindNVD},
		{nvd1("A", ""), advisory.KindNVD},
		{jvnRSS, advisory.KindJVN},
		{jvnDetail, advisory.KindJVN},
		{csafText, advisory.KindCSAF},
		{`{"title":"CISA Catalog","catalogVersion":"2025.08.25","dateReleased":"x","count":1,"vulnerabilities":[`, advisory.KindKEV},
		{"cveID,vendorProject,product\n", advisory.KindKEV},
		{"\uFEFF  " + osvRecord, advisory.KindOSV},
		{"[" + osvRecord, advisory.KindOSV},
		{`{"@context":"https://openvex.dev/ns/v0.2.0","@id":"x"`, advisory.KindVEX},
		{`{"bomFormat":"CycloneDX","specVersion":"1.4","vulnerabilities":[`, advisory.KindVEX},
		{"#model_version:v1,score_date:x\n", advisory.KindEPSS},
		{"cve,epss,percentile\n", advisory.KindEPSS},
		{`{"status":"OK","status-code":200,"data":[`, advisory.KindEPSS},
		{`{"schema_version":"1.2.0","generated_at":"x","result":[{`, advisory.KindEOL},
		{`[{"cycle":"1","releaseDate":"x","eol":false}`, advisory.KindEOL},
	} {
		if got, err := advisory.Detect([]byte(tt.in), "f"); got != tt.want {
			t.Errorf("%.60q: got %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
	for in, want := range map[string]string{
		"":                     "empty",
		"hello":                "neither JSON, XML nor CSV",
		`{"a":1,"b":{"id":2}}`: "members a, b",
		`{"bomFormat":"CycloneDX","components":[]}`: "an SBOM",
		`{"spdxVersion":"SPDX-2.3"}`:                "an SBOM",
		`{"feed":{}}`:                               "a list of advisories",
		"<html></html>":                             "XML that is not of JVN",
		`{"resultsPerPage":1,"products":[]}`:        "members resultsPerPage",
	} {
		if got, err := advisory.Detect([]byte(in), "f"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %q, %v; want %q", in, got, err, want)
		}
	}
}
