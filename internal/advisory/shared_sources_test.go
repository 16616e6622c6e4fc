package advisory_test

import (
	"compress/gzip"
	"io"
	"iter"
	"path/filepath"
	"strings"
	"testing"

	"mimamori/internal/advisory"
	"mimamori/internal/sbom"
)

// unpacked opens a gzip file of the shared data.
func unpacked(t testing.TB, name string) io.Reader {
	t.Helper()
	z, err := gzip.NewReader(open(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// sharedFiles returns the paths of shared files, relative to the data folder.
func sharedFiles(t testing.TB, pattern string) []string {
	t.Helper()
	root := open(t, ".").Name() // skips when there is no shared data
	list, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
	if err != nil || len(list) == 0 {
		t.Fatalf("no file %s: %v", pattern, err)
	}
	for i := range list {
		if list[i], err = filepath.Rel(root, list[i]); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// tally counts what the properties below speak of.
type tally struct {
	records, withdrawn, configured, criteria, bounded, conditions int
	nameless                                                      int // criteria that name no product
}

func count(t *testing.T, records iter.Seq2[advisory.Advisory, error]) (n tally, ids map[string]bool) {
	t.Helper()
	ids = map[string]bool{}
	for a, err := range records {
		if err != nil {
			t.Error(err)
			continue
		}
		n.records++
		ids[a.ID] = true
		if !a.Withdrawn.IsZero() {
			n.withdrawn++
		}
		if len(a.Affected) > 0 {
			n.configured++
		}
		for _, f := range a.Affected {
			n.criteria += len(f.CPEs)
			if !f.Bounds.IsZero() {
				n.bounded += len(f.CPEs)
			}
			for _, name := range f.CPEs {
				if _, err := sbom.ParseCPE(name); err != nil {
					n.nameless++
				}
			}
		}
		n.conditions += ands(a.Configurations)
		for _, c := range a.Configurations {
			inside(t, a, c)
		}
	}
	return n, ids
}

func ands(list []advisory.Configuration) (n int) {
	for _, c := range list {
		if c.Operator == "AND" {
			n++
		}
		n += ands(c.Parts)
	}
	return n
}

// inside checks that a configuration names entries that are there, in order.
func inside(t *testing.T, a advisory.Advisory, c advisory.Configuration) {
	t.Helper()
	if len(c.Entries)+len(c.Parts) == 0 || c.Operator != "AND" && c.Operator != "OR" {
		t.Errorf("%s: configuration %+v", a.ID, c)
	}
	last := -1
	for _, i := range c.Entries {
		if i <= last || i >= len(a.Affected) {
			t.Errorf("%s: configuration %+v of %d entries", a.ID, c, len(a.Affected))
		}
		last = i
	}
	for _, p := range c.Parts {
		inside(t, a, p)
	}
}

// corpus skips a test that reads a whole corpus where that takes too long.
func corpus(t *testing.T) {
	t.Helper()
	if testing.Short() || raceDetector {
		t.Skip("skipped: a whole corpus is read without -short and -race only")
	}
}

// The figures are those of the data's README: counted from the files by another
// program.
func TestSharedNVD(t *testing.T) {
	corpus(t)
	var all tally
	for _, name := range sharedFiles(t, "vuln/nvd/*.gz") {
		n, _ := count(t, advisory.NVD(unpacked(t, name), name))
		all.records += n.records
		all.withdrawn += n.withdrawn
		all.configured += n.configured
		all.criteria += n.criteria
		all.bounded += n.bounded
		all.conditions += n.conditions
		all.nameless += n.nameless
	}
	// 8,096 descriptions start with "** REJECT **", 234 with "Rejected reason:".
	// Of the 65,332 AND nodes, 91 have one part only and are none here.
	if want := (tally{records: 148577, withdrawn: 8096 + 234, configured: 130524, criteria: 1489507, bounded: 112517, conditions: 65332 - 91, nameless: 8}); all != want {
		t.Errorf("got %+v, want %+v", all, want)
	}
}

func TestSharedOverrides(t *testing.T) {
	corpus(t)
	n, ids := count(t, advisory.NVD(unpacked(t, "vuln/nvd-overrides.jsonl.gz"), "overrides"))
	// 47 records take all configurations away.
	if want := (tally{records: 28974, configured: 28974 - 47, criteria: 88100, bounded: 81917, conditions: 976}); n != want || len(ids) != n.records {
		t.Errorf("got %+v, %d ids; want %+v", n, len(ids), want)
	}
}

func TestSharedCVE5(t *testing.T) {
	corpus(t)
	voices, ids, affected := map[string]int{}, map[string]bool{}, map[string]bool{}
	withdrawn, ssvc, exploited, scored := map[string]bool{}, 0, 0, 0
	for a, err := range advisory.CVE(unpacked(t, "vuln/cve5-vulnrichment.jsonl.gz"), "cve5") {
		if err != nil {
			t.Error(err)
			continue
		}
		voices[a.Part]++
		ids[a.ID] = true
		if !a.Withdrawn.IsZero() {
			withdrawn[a.ID] = true
		}
		for _, f := range a.Affected {
			if len(f.Stated.Entries) > 0 {
				affected[a.ID] = true
			}
			if strings.EqualFold(f.Product, "n/a") {
				t.Errorf("%s: product %q", a.ID, f.Product)
			}
		}
		if a.SSVC != nil {
			ssvc++
		}
		if a.Exploited != nil {
			exploited++
			if a.Exploited.AddedOn.IsZero() {
				t.Errorf("%s: exploited without a day", a.ID)
			}
		}
		if len(a.Severities) > 0 {
			scored++
		}
	}
	if len(ids) != 39767 || voices["CNA"] != 39767 || voices["ADP CISA-ADP"] != 39680 || len(voices) != 2 || len(withdrawn) != 87 || len(affected) != 36485 || ssvc != 39681 || exploited != 198 || scored != 29612 {
		t.Errorf("%d ids, voices %v, %d rejected, %d with versions, %d SSVC, %d exploited, %d scored", len(ids), voices, len(withdrawn), len(affected), ssvc, exploited, scored)
	}
}
