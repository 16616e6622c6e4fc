package match_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/advisory"
	"mimamori/internal/match"
)

// The canaries of all sources that the shared data has are answered; without
// the data every one that must find something is missing.
func TestCanaries(t *testing.T) {
	finds := 0
	for _, c := range match.Canaries() {
		if c.Source == "" || len(c.Parts) == 0 || len(c.Finds)+len(c.Leaves) == 0 || (c.Source == advisory.SourceOSV) != (c.Ecosystem != "") {
			t.Errorf("an incomplete canary: %+v", c)
		}
		finds += len(c.Finds)
	}
	var empty match.Index
	if got := match.CheckCanaries(&empty); len(got) != finds {
		t.Errorf("an empty index misses %d answers, want %d", len(got), finds)
	}

	x := load(t, allOSV...)
	for _, name := range []string{"vuln/cve5-vulnrichment.jsonl.gz", "vuln/nvd/nvdcve-1.1-2014.json.gz"} {
		z, err := gzip.NewReader(open(t, name))
		if err != nil {
			t.Fatal(err)
		}
		read := advisory.NVD
		if strings.Contains(name, "cve5") {
			read = advisory.CVE
		}
		var in io.Reader = z
		if strings.HasSuffix(name, ".jsonl.gz") { // one record a line: most need not be read
			var few bytes.Buffer
			lines := bufio.NewScanner(z)
			lines.Buffer(nil, 16<<20)
			for lines.Scan() {
				if bytes.Contains(lines.Bytes(), []byte("CVE-2020-11846")) {
					few.Write(append(lines.Bytes(), '\n'))
				}
			}
			in = &few
		}
		for a, err := range read(in, name) {
			if err == nil {
				x.Add(a)
			}
		}
	}
	for archive, suffix := range map[string]string{"csaf/cisa-icsma.zip": "icsma-17-009-01.json", "vuln/jvn-fixtures.zip": "jvndb_detail_2021.rdf"} {
		f := open(t, archive)
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		z, err := zip.NewReader(f, info.Size())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range z.File {
			if !strings.HasSuffix(m.Name, suffix) && (suffix != "icsma-17-009-01.json" || !strings.Contains(m.Name, "17-009-01")) || strings.Contains(m.Name, ".json.") {
				continue
			}
			r, err := m.Open()
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(m.Name, ".rdf") {
				for a, err := range advisory.JVN(r, m.Name) {
					if err == nil {
						x.Add(a)
					}
				}
				continue
			}
			list, err := advisory.CSAF(r, m.Name)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range list {
				x.Add(a)
			}
		}
	}
	notHere := []string{"npm", "Maven", "NuGet"} // not in the shared data
	for _, m := range match.CheckCanaries(x) {
		if !slices.Contains(notHere, m.Ecosystem) {
			t.Errorf("%+v", m)
		}
	}
}
