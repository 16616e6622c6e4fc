package demo_test

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"mimamori/internal/advisory"
	"mimamori/internal/cvss"
	"mimamori/internal/feed"
)

var cve = regexp.MustCompile(`^CVE-\d{4}-\d{4,}$`)

// TestVulnerabilityFiles holds the records to what makes them useful: a CVE, a
// text, ranges, scores that compute, no id twice, and no KEV entry for a
// vulnerability nobody describes.
func TestVulnerabilityFiles(t *testing.T) {
	known, seen := map[string]bool{}, map[string]bool{}
	check := func(a advisory.Advisory, err error) {
		if err != nil {
			t.Error(err)
			return
		}
		if seen[a.Key()] {
			t.Errorf("%s stands there twice", a.Key())
		}
		seen[a.Key()] = true
		names := 0
		for _, name := range append([]string{a.ID}, a.Aliases...) {
			if cve.MatchString(name) {
				names++
				known[name] = true
			}
		}
		if names != 1 || a.Title == "" || a.Details == "" || len(a.Affected) == 0 || a.Modified.IsZero() {
			t.Errorf("%s: incomplete: %+v", a.Key(), a)
		}
		for _, s := range a.Severities {
			score, err := cvss.Score(s.Vector)
			if err != nil {
				t.Errorf("%s: %s: %v", a.Key(), s.Vector, err)
			}
			if published, err := strconv.ParseFloat(s.Score, 64); s.Score != "" && (err != nil || published != score) {
				t.Errorf("%s: %s gives %v, the record says %s", a.Key(), s.Vector, score, s.Score)
			}
		}
	}
	for a, err := range feed.OSV(filepath.Join("data", "osv.jsonl")) {
		check(a, err)
	}
	files, err := filepath.Glob("data/csaf-*.json")
	if err != nil || len(files) != 3 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		for a, err := range feed.CSAF(file) {
			check(a, err)
		}
	}
	if len(seen) < 40 {
		t.Errorf("%d records", len(seen))
	}
	catalogue, err := feed.KEV(filepath.Join("data", "kev.json"))
	if err != nil || len(catalogue.Problems) > 0 {
		t.Fatal(catalogue, err)
	}
	for _, e := range catalogue.Entries {
		if !known[e.CVE] {
			t.Errorf("KEV names %s, which no record describes", e.CVE)
		}
	}
}

// TestSBOMs reads back what was written: the only remark is the one part that
// nobody knows the version of.
func TestSBOMs(t *testing.T) {
	a := load(t, holiday)
	formats := map[string]bool{}
	for _, r := range all(t, a.Store.Releases, nil) {
		stored, err := a.Store.SBOMsOfRelease(t.Context(), r.ID)
		if err != nil || len(stored) != 1 {
			t.Fatal(len(stored), err)
		}
		s := stored[0]
		formats[s.Format+" "+s.SpecVersion] = true
		for _, p := range s.Problems {
			if !strings.Contains(p.Message, "graphics library") {
				t.Errorf("%s %s: %s: %s", r.BrandName, r.Version, p.Where, p.Message)
			}
		}
		if s.Unmatchable == 0 || s.WithPurl+s.WithCPE == 0 {
			t.Errorf("%s %s: %d with a purl, %d with a CPE, %d with neither", r.BrandName, r.Version, s.WithPurl, s.WithCPE, s.Unmatchable)
		}
	}
	for _, want := range []string{"CycloneDX 1.6", "CycloneDX 1.5", "SPDX 2.3"} {
		if !formats[want] {
			t.Errorf("no %s among %v", want, formats)
		}
	}
}
