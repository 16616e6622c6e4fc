package app_test

import (
	"path/filepath"
	"testing"

	"mimamori/internal/app"
)

// TestRealAdvisoriesImport takes in the real CISA medical advisories and the
// real KEV catalogue.
func TestRealAdvisoriesImport(t *testing.T) {
	shared := filepath.Join("..", "..", "..", "shared", "data")
	files, err := filepath.Glob(filepath.Join(shared, "csaf", "cisa-icsma.zip"))
	if err != nil || len(files) == 0 {
		t.Skip("skipped: the real advisories (../shared/data) are not beside the project")
	}
	a := newApp(t)
	run := must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "csaf", files[0], func(app.Progress) {}))
	if run.State != "done" || run.Rejected != 0 || run.Records < 95 {
		t.Errorf("all 95 documents are taken over: %+v", run)
	}
	again := must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "csaf", files[0], func(app.Progress) {}))
	if again.Changed != 0 {
		t.Errorf("importing twice is importing once: %d records changed", again.Changed)
	}
	kev := must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "kev", filepath.Join(shared, "vuln", "kev", "known_exploited_vulnerabilities@2025-08-25.json"), func(app.Progress) {}))
	if kev.State != "done" || kev.Records != 1404 {
		t.Errorf("the catalogue has 1,404 entries: %+v", kev)
	}
	v := must[app.VulnerabilityView](t)(a.Vulnerability(t.Context(), "CVE-2017-0143"))
	if len(v.Advisories) != 2 || v.Advisories[0].Source != "csaf" || v.KEV == nil {
		t.Errorf("two advisories name the vulnerability, and it is in the catalogue: %+v", v)
	}
}
