package app_test

import (
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/match"
)

// A CVE that only the catalogue of known exploited vulnerabilities or a score
// names has a page that says so, is found by its name, and becomes a
// vulnerability as any other when its record comes.
func TestACVEWithoutRecordIsTold(t *testing.T) {
	a := newApp(t)
	must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "kev", write(t, "kev.json",
		`{"catalogVersion":"1","dateReleased":"2026-01-01T00:00:00Z","count":1,"vulnerabilities":[{"cveID":"CVE-2026-7001","vulnerabilityName":"x","dateAdded":"2026-01-01"}]}`), func(app.Progress) {}))
	must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "epss", write(t, "epss_scores-2026-01-31.csv", "cve,epss,percentile\nCVE-2026-7002,0.25,0.9\n"), func(app.Progress) {}))
	for cve, exploited := range map[string]bool{"CVE-2026-7001": true, "cve-2026-7002": false} {
		v := must[app.VulnerabilityView](t)(a.Vulnerability(t.Context(), cve, match.Comprehensive))
		if !v.Unrecorded || (v.KEV != nil) != exploited || (v.Vulnerability.EPSS != nil) == exploited || v.Vulnerability.KEV != exploited || v.Vulnerability.ID != "" {
			t.Errorf("%s: %+v", cve, v)
		}
		hits := must[[]app.Hit](t)(a.Store.Search(t.Context(), cve, 20))
		if len(hits) != 1 || hits[0].Kind != "unrecorded" || hits[0].ID != v.Vulnerability.Name {
			t.Errorf("%s is found as what it is: %+v", cve, hits)
		}
	}
	if _, err := a.Vulnerability(t.Context(), "CVE-2026-7003", match.Comprehensive); fault.KindOf(err) != fault.NotFound {
		t.Errorf("nobody names it: %v", err)
	}
	must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "osv", write(t, "osv.json", `{"id":"GHSA-a","aliases":["CVE-2026-7001"],"modified":"2026-01-01T00:00:00Z","affected":[]}`), func(app.Progress) {}))
	if v := must[app.VulnerabilityView](t)(a.Vulnerability(t.Context(), "CVE-2026-7001", match.Comprehensive)); v.Unrecorded || v.KEV == nil {
		t.Errorf("now there is a record: %+v", v)
	}
	if hits := must[[]app.Hit](t)(a.Store.Search(t.Context(), "CVE-2026-7001", 20)); len(hits) != 1 || hits[0].Kind != "vulnerability" {
		t.Errorf("and it is found: %+v", hits)
	}
}
