package app_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/match"
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
	v := must[app.VulnerabilityView](t)(a.Vulnerability(t.Context(), "CVE-2017-0143", match.Comprehensive))
	if len(v.Advisories) != 2 || v.Advisories[0].Source != "csaf" || v.KEV == nil {
		t.Errorf("two advisories name the vulnerability, and it is in the catalogue: %+v", v)
	}
}

// stop asks an import to stop as soon as it told of its first batch.
func stopAfterFirstBatch(t *testing.T, a *app.App) func(app.Progress) {
	t.Helper()
	asked := false
	return func(app.Progress) {
		if asked {
			return
		}
		asked = true
		runs := must[app.List[app.ImportRun]](t)(a.Store.ImportRuns(t.Context(), app.ListQuery{Filter: map[string]string{"state": "running"}}))
		must[app.ImportRun](t)(a.CancelImport(t.Context(), psirt, runs.Items[0].ID))
	}
}

func TestAnImportCanBeStoppedAndDoneAgain(t *testing.T) {
	a := newApp(t)
	path := write(t, "osv.jsonl", fleet(1_200))
	run := must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "osv", path, stopAfterFirstBatch(t, a)))
	if run.State != "cancelled" || run.Records == 0 || run.Records >= 1_200 {
		t.Fatalf("stopped after the first batch: %+v", run)
	}
	again := must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "osv", path, func(app.Progress) {}))
	if again.State != "done" || again.Records != 1_200 || again.Changed != 1_200-run.Records {
		t.Errorf("doing it again takes over what was missing: first %d, then %+v", run.Records, again)
	}
	all := must[app.List[app.VulnerabilityRow]](t)(a.Store.Vulnerabilities(t.Context(), app.ListQuery{}))
	if all.Total != 1_200 {
		t.Errorf("%d vulnerabilities, want 1,200", all.Total)
	}
}

func TestAnImportStoppedAtTheTerminalDoesNotStayRunning(t *testing.T) {
	a := newApp(t)
	stopping, stop := context.WithCancel(t.Context())
	run, err := a.ImportPath(stopping, psirt, "osv", write(t, "osv.jsonl", fleet(1_200)), func(app.Progress) { stop() })
	if err != nil || run.State != "cancelled" {
		t.Errorf("Ctrl-C cancels the import: %+v, %v", run, err)
	}
	running := must[app.List[app.ImportRun]](t)(a.Store.ImportRuns(t.Context(), app.ListQuery{Filter: map[string]string{"state": "running"}}))
	if len(running.Items) != 0 {
		t.Errorf("nobody works on it any more, and it says it runs: %+v", running.Items)
	}
}

func TestABackgroundImportCutOffByAStopRunsToItsEndLater(t *testing.T) {
	a := newApp(t)
	run := must[app.ImportRun](t)(a.StartImport(t.Context(), psirt, app.StartImport{Kind: "osv", Name: "osv.jsonl", File: strings.NewReader(fleet(600))}))
	stopping, stop := context.WithCancel(t.Context())
	stop()
	if err := a.RunImport(stopping, run.ID); err == nil {
		t.Fatal("the process stops: the job must say that it did not end")
	}
	if err := a.RunImport(t.Context(), run.ID); err != nil {
		t.Fatal(err)
	}
	done := must[app.ImportRun](t)(a.Store.ImportRun(t.Context(), run.ID))
	if done.State != "done" || done.Records != 600 {
		t.Errorf("the second attempt does it all: %+v", done)
	}
	if err := a.RunImport(t.Context(), run.ID); err != nil {
		t.Errorf("a job that comes again after the end does nothing: %v", err)
	}
}

func TestAnUploadGoesByItsOwnName(t *testing.T) {
	a := newApp(t)
	for _, name := range []string{"", ".", "..", "a/b.json", "a\nb.json"} {
		if _, err := a.StartImport(t.Context(), psirt, app.StartImport{Kind: "osv", Name: name, File: strings.NewReader("{}")}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q is no name of a file: %v", name, err)
		}
	}
	_, r := pump(t, a)
	if _, err := a.UploadSBOM(t.Context(), psirt, app.UploadSBOM{ReleaseID: r.ID, FileName: "../a.json", File: strings.NewReader(`{"bomFormat":"CycloneDX","specVersion":"1.5"}`)}); len(fault.FieldsOf(err)) != 1 {
		t.Errorf("an SBOM has a plain name too: %v", err)
	}
	run := must[app.ImportRun](t)(a.StartImport(t.Context(), psirt, app.StartImport{Kind: "osv", Name: "broken.json", File: strings.NewReader("{")}))
	if err := a.RunImport(t.Context(), run.ID); err != nil {
		t.Fatal(err)
	}
	run = must[app.ImportRun](t)(a.Store.ImportRun(t.Context(), run.ID))
	if run.State != "failed" || !strings.HasPrefix(run.Error, "broken.json: ") || len(run.Problems) == 0 || run.Problems[0].Where != "broken.json" {
		t.Errorf("the name as it was uploaded, and no folder of the server: %q, %+v", run.Error, run.Problems)
	}
}

func TestAWaitingImportCanBeTakenBack(t *testing.T) {
	a := newApp(t)
	run := must[app.ImportRun](t)(a.StartImport(t.Context(), psirt, app.StartImport{Kind: "osv", Name: "osv.jsonl", File: strings.NewReader(fleet(3))}))
	run = must[app.ImportRun](t)(a.CancelImport(t.Context(), psirt, run.ID))
	if run.State != "cancelled" {
		t.Fatalf("taken back: %+v", run)
	}
	if err := a.RunImport(t.Context(), run.ID); err != nil {
		t.Fatal(err)
	}
	if all := must[app.List[app.VulnerabilityRow]](t)(a.Store.Vulnerabilities(t.Context(), app.ListQuery{})); all.Total != 0 {
		t.Errorf("a cancelled import takes nothing over, %d vulnerabilities are there", all.Total)
	}
}
