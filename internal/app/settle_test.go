package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
)

// conditional is a record of NVD: the application is affected where it runs on
// a system before 5.0.
const conditional = `{"resultsPerPage":1,"startIndex":0,"totalResults":1,"format":"NVD_CVE","version":"2.0","vulnerabilities":[{"cve":{
"id":"CVE-2026-1000","sourceIdentifier":"a@example.com","published":"2026-01-01T00:00:00.000","lastModified":"2026-01-02T00:00:00.000","vulnStatus":"Analyzed",
"descriptions":[{"lang":"en","value":"A viewer on an old system."}],"metrics":{},"references":[],
"configurations":[{"operator":"AND","nodes":[
 {"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:a:example:viewer:*:*:*:*:*:*:*:*","versionEndExcluding":"2.0","matchCriteriaId":"1"}]},
 {"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":false,"criteria":"cpe:2.3:o:example:rtos:*:*:*:*:*:*:*:*","versionEndExcluding":"5.0","matchCriteriaId":"2"}]}]}]}}]}`

// bom is a CycloneDX document of parts "name version" of one maker; rtos is a
// system, the others are applications.
func bom(parts ...string) string {
	var out []string
	for i, p := range parts {
		name, v, _ := strings.Cut(p, " ")
		part := "a"
		if name == "rtos" {
			part = "o"
		}
		out = append(out, fmt.Sprintf(`{"type":"library","bom-ref":"%d","name":"%s","version":"%s","cpe":"cpe:2.3:%s:example:%s:%s:*:*:*:*:*:*:*"}`, i, name, v, part, name, v))
	}
	return `{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"components":[` + strings.Join(out, ",") + `]}`
}

func upload(t testing.TB, a *app.App, release, document string) {
	t.Helper()
	must[app.UploadedSBOM](t)(a.UploadSBOM(t.Context(), psirt, app.UploadSBOM{ReleaseID: release, FileName: "bom.json", File: strings.NewReader(document)}))
}

// openByVersion lists the open findings as "component: class", by the version of the release.
func openByVersion(t testing.TB, a *app.App) map[string]string {
	t.Helper()
	out := map[string]string{}
	rows := must[app.List[app.FindingRow]](t)(a.Store.Findings(t.Context(), app.ListQuery{Filter: map[string]string{"state": "open"}, Limit: 200}))
	for _, f := range rows.Items {
		evidence := must[[]app.Match](t)(a.Store.Evidence(t.Context(), f.ID))
		if len(evidence) == 0 || evidence[0].Class != f.Class {
			t.Errorf("finding %s %s in %s is %s, its evidence: %+v", f.Component.Name, f.Vulnerability, f.Version, f.Class, evidence)
		}
		out[f.Version] += f.Component.Name + ": " + f.Class + ";"
	}
	return out
}

// The three releases of the conditions test, by their version.
var settledReleases = map[string][]string{
	"old": {"viewer 1.0", "rtos 4.2"}, "new": {"viewer 1.0", "rtos 5.1"}, "alone": {"viewer 1.0"}, "fixed": {"viewer 2.1", "rtos 4.2"},
}

func TestWhatARecordAsksForBesidesIsSettledInEachRelease(t *testing.T) {
	want := map[string]string{"old": "viewer: affected;", "alone": "viewer: possible;"}
	for name, recordsFirst := range map[string]bool{"the records come first": true, "the SBOMs come first": false} {
		t.Run(name, func(t *testing.T) {
			a := newApp(t)
			records := func() {
				run := must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "nvd", write(t, "nvd.json", conditional), func(app.Progress) {}))
				if run.State != "done" || run.Records != 1 {
					t.Fatalf("import: %+v", run)
				}
			}
			if recordsFirst {
				records()
			}
			p, first := pump(t, a)
			ids := map[string]string{}
			for _, version := range slices.Sorted(maps.Keys(settledReleases)) {
				r := must[register.Release](t)(a.AddRelease(t.Context(), psirt, register.Release{ProductID: p.ID, Version: version}))
				ids[version] = r.ID
				upload(t, a, r.ID, bom(settledReleases[version]...))
			}
			if !recordsFirst {
				records()
			}
			check := func(want map[string]string) {
				t.Helper()
				if got := openByVersion(t, a); !maps.Equal(got, want) {
					t.Errorf("open findings %v, want %v", got, want)
				}
			}
			check(want)
			// Another part of a release changes: what rests on it follows.
			upload(t, a, ids["old"], bom("viewer 1.0", "rtos 6.0"))
			upload(t, a, ids["new"], bom("viewer 1.0", "rtos 4.9"))
			check(map[string]string{"new": "viewer: affected;", "alone": "viewer: possible;"})
			upload(t, a, first.ID, bom("rtos 4.2"))
			check(map[string]string{"new": "viewer: affected;", "alone": "viewer: possible;"})
			// And so does the record.
			changed := strings.Replace(strings.Replace(conditional, `"versionEndExcluding":"5.0"`, `"versionEndExcluding":"9.0"`, 1), "01-02T", "01-03T", 1)
			must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "nvd", write(t, "nvd.json", changed), func(app.Progress) {}))
			check(map[string]string{"old": "viewer: affected;", "new": "viewer: affected;", "alone": "viewer: possible;"})
		})
	}
}

// A database whose keys were made another way is put right by a full run, and
// one that is right is left as it is.
func TestAFullRunMakesKeysAndFindingsAnew(t *testing.T) {
	a := newApp(t)
	p, _ := pump(t, a)
	for version, parts := range settledReleases {
		r := must[register.Release](t)(a.AddRelease(t.Context(), psirt, register.Release{ProductID: p.ID, Version: version}))
		upload(t, a, r.ID, bom(parts...))
	}
	must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "nvd", write(t, "nvd.json", conditional), func(app.Progress) {}))
	before := openByVersion(t, a)
	if m := must[app.Matching](t)(a.Matching(t.Context())); !m.Current {
		t.Errorf("a new database is matched the present way: %+v", m)
	}
	done := must[app.Rematched](t)(a.Rematch(t.Context(), psirt, func(app.Rematched) {}))
	if done.Components < 4 || done.Advisories != 1 || done.Keys != 0 || done.Findings != 0 {
		t.Errorf("there was nothing to mend: %+v", done)
	}
	err := a.Store.Write(t.Context(), func(ctx context.Context, tx app.Tx) error { // as an older program left it
		components, err := tx.ComponentsAfter(ctx, "", 100)
		if err != nil {
			return err
		}
		var ids []string
		for i := range components {
			components[i].Keys = []string{"old:" + components[i].Name}
			ids = append(ids, components[i].ID)
		}
		if _, err := tx.SetComponentKeys(ctx, components); err != nil {
			return err
		}
		if _, err := tx.ReplaceMatches(ctx, ids, nil, nil); err != nil {
			return err
		}
		if _, err := tx.AlignFindings(ctx, ids, time.Now()); err != nil {
			return err
		}
		tx.Record(ledger.Entry{Actor: ledger.Actor{Name: "test"}, Action: "test.keys", Subject: ledger.Subject{Kind: "matching", ID: "fleet"}})
		return tx.PutSetting(ctx, "matching", json.RawMessage(`{"version":1}`))
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := openByVersion(t, a); len(got) != 0 {
		t.Fatalf("without matches there is no finding: %v", got)
	}
	doubts := func() bool {
		list := must[[]app.Doubt](t)(a.Doubts(t.Context()))
		return slices.Contains(list, app.Doubt{Source: "matching", State: app.SourceRenewed})
	}
	if !doubts() {
		t.Error("findings may be missing, and nothing says so")
	}
	if err := a.RunRematch(t.Context()); err != nil {
		t.Fatal(err)
	}
	if doubts() {
		t.Error("everything was matched, and it is doubted")
	}
	if got := openByVersion(t, a); !maps.Equal(got, before) {
		t.Errorf("after the run %v, before %v", got, before)
	}
	if report, err := a.Store.VerifyLedger(t.Context()); err != nil || !report.OK {
		t.Errorf("the ledger: %+v, %v", report, err)
	}
}
