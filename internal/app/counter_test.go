package app_test

import (
	"strings"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/match"
	"mimamori/internal/register"
)

// upstream says that the viewer is affected before 2.0; the distribution that
// it mended 1.0 in its third revision.
const (
	upstream = `{"resultsPerPage":1,"startIndex":0,"totalResults":1,"format":"NVD_CVE","version":"2.0","vulnerabilities":[{"cve":{
"id":"CVE-2026-2000","sourceIdentifier":"a@example.com","published":"2026-01-01T00:00:00.000","lastModified":"2026-01-02T00:00:00.000","vulnStatus":"Analyzed",
"descriptions":[{"lang":"en","value":"A viewer."}],"metrics":{},"references":[],
"configurations":[{"nodes":[{"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:a:example:viewer:*:*:*:*:*:*:*:*","versionEndExcluding":"2.0","matchCriteriaId":"1"}]}]}]}}]}`
	backport = `{"schema_version":"1.7.0","id":"DEBIAN-CVE-2026-2000","modified":"2026-02-01T00:00:00Z","upstream":["CVE-2026-2000"],"aliases":["CVE-2026-2000"],
"affected":[{"package":{"ecosystem":"Debian:12","name":"viewer"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.0-3"}]}]}]}`
	packaged = `{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"components":[{"type":"library","name":"viewer","version":"VERSION",
"purl":"pkg:deb/debian/viewer@VERSION?distro=debian-12","cpe":"cpe:2.3:a:example:viewer:1.0:*:*:*:*:*:*:*"}]}`
)

// What a distribution mended without a new upstream version speaks against
// the upstream range, in whichever order things are learned; it never takes the
// finding away.
func TestABackportCountersTheUpstreamRange(t *testing.T) {
	steps := map[string]func(t *testing.T, a *app.App, release string){
		"upstream": func(t *testing.T, a *app.App, _ string) {
			must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "nvd", write(t, "nvd.json", upstream), func(app.Progress) {}))
		},
		"backport": func(t *testing.T, a *app.App, _ string) {
			must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "osv", write(t, "osv.json", backport), func(app.Progress) {}))
		},
		"SBOM": func(t *testing.T, a *app.App, release string) {
			upload(t, a, release, strings.ReplaceAll(packaged, "VERSION", "1.0-3"))
		},
	}
	for _, order := range []string{"upstream backport SBOM", "backport upstream SBOM", "SBOM upstream backport", "SBOM backport upstream", "upstream SBOM backport", "backport SBOM upstream"} {
		t.Run(order, func(t *testing.T) {
			a := newApp(t)
			p, _ := pump(t, a)
			r := must[register.Release](t)(a.AddRelease(t.Context(), psirt, register.Release{ProductID: p.ID, Version: "9"}))
			for step := range strings.FieldsSeq(order) {
				steps[step](t, a, r.ID)
			}
			one := func() app.FindingRow {
				t.Helper()
				rows := must[app.List[app.FindingRow]](t)(a.Store.Findings(t.Context(), app.ListQuery{Filter: map[string]string{"release": r.ID, "state": "open"}}))
				if rows.Total != 1 || rows.Items[0].Vulnerability != "CVE-2026-2000" {
					t.Fatalf("one finding: %+v", rows)
				}
				return rows.Items[0]
			}
			f := one()
			if f.Precise || len(f.Counters) != 1 || f.Counters[0].By != match.CounterDistro || !strings.Contains(f.Counters[0].Source, "DEBIAN-CVE-2026-2000") {
				t.Errorf("the distribution's record counts against NVD's: precise %v, %+v", f.Precise, f.Counters)
			}
			// The distribution finds that it was wrong: nothing speaks against it any more.
			worse := strings.Replace(strings.Replace(backport, "1.0-3", "1.0-9", 1), "02-01T", "02-02T", 1)
			must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "osv", write(t, "osv.json", worse), func(app.Progress) {}))
			if f := one(); !f.Precise || len(f.Counters) != 0 || f.Class != "affected" {
				t.Errorf("now both say affected: %s, precise %v, %+v", f.Class, f.Precise, f.Counters)
			}
			upload(t, a, r.ID, strings.ReplaceAll(packaged, "VERSION", "1.0-9"))
			if f := one(); f.Precise || len(f.Counters) != 1 {
				t.Errorf("the mended package: precise %v, %+v", f.Precise, f.Counters)
			}
		})
	}
}

// A VEX statement stands beside a finding whoever makes it; only that of an
// issuer whom a person trusts counts in the precise mode, from then on.
func TestOnlyATrustedIssuerCountsInThePreciseMode(t *testing.T) {
	a := newApp(t)
	p, _ := pump(t, a)
	r := must[register.Release](t)(a.AddRelease(t.Context(), psirt, register.Release{ProductID: p.ID, Version: "9"}))
	must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "nvd", write(t, "nvd.json", upstream), func(app.Progress) {}))
	upload(t, a, r.ID, strings.ReplaceAll(packaged, "VERSION", "1.0-3"))
	const statement = `{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://example.com/vex-1","author":"Example Maker","timestamp":"2026-03-01T00:00:00Z","version":1,
"statements":[{"vulnerability":{"name":"CVE-2026-2000"},"products":[{"@id":"pkg:deb/debian/viewer@1.0-3?distro=debian-12"}],"status":"not_affected","justification":"vulnerable_code_not_present"}]}`
	run := must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "vex", write(t, "vex.json", statement), func(app.Progress) {}))
	if run.State != "done" || run.Records != 1 {
		t.Fatalf("import: %+v", run)
	}
	check := func(precise bool) {
		t.Helper()
		rows := must[app.List[app.FindingRow]](t)(a.Store.Findings(t.Context(), app.ListQuery{Filter: map[string]string{"release": r.ID, "state": "open"}}))
		if rows.Total != 1 || rows.Items[0].Precise != precise || len(rows.Items[0].Counters) != 1 || rows.Items[0].Counters[0].By != match.CounterVEX {
			t.Errorf("precise %v, and the statement beside it: %+v", precise, rows.Items)
		}
	}
	check(true)
	trust := func(trust app.Trust) {
		t.Helper()
		issuer := must[app.Issuer](t)(a.Store.Issuer(t.Context(), app.IssuerKey("Example Maker")))
		must[app.Issuer](t)(a.TrustIssuer(t.Context(), psirt, app.TrustIssuer{Key: issuer.Key, Trust: trust, Reason: "電話で確認した", Revision: issuer.Revision}))
	}
	trust(app.Trusted)
	check(false)
	trust(app.Untrusted)
	check(true)
}

// The page of a vulnerability shows what the list of findings shows in its
// mode, and the list says why a finding is only possible.
func TestTheVulnerabilityPageIsLookedAtInAMode(t *testing.T) {
	a := newApp(t)
	p, _ := pump(t, a)
	for _, version := range []string{"1.0-3", "1.0-2"} { // mended, and not
		r := must[register.Release](t)(a.AddRelease(t.Context(), psirt, register.Release{ProductID: p.ID, Version: version}))
		upload(t, a, r.ID, strings.ReplaceAll(packaged, "VERSION", version))
	}
	must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "nvd", write(t, "nvd.json", upstream), func(app.Progress) {}))
	must[app.ImportRun](t)(a.ImportPath(t.Context(), psirt, "osv", write(t, "osv.json", backport), func(app.Progress) {}))
	for mode, want := range map[match.Mode]string{match.Precise: "1.0-2", match.Comprehensive: "1.0-2 1.0-3"} {
		page := must[app.VulnerabilityView](t)(a.Vulnerability(t.Context(), "CVE-2026-2000", mode))
		list := must[app.List[app.FindingRow]](t)(a.Findings(t.Context(), app.ListQuery{Filter: map[string]string{"vulnerability": page.Vulnerability.ID, "state": "open", "mode": string(mode)}}))
		var got []string
		findings := 0
		for _, product := range page.Affected {
			for _, r := range product.Releases {
				got, findings = append(got, r.Version), findings+r.Findings
			}
		}
		if strings.Join(got, " ") != want || findings != list.Total || page.Vulnerability.OpenFindings != list.Total || page.ReleaseCount != len(got) {
			t.Errorf("%s: releases %q with %d findings, counted %d in %d; the list has %d", mode, got, findings, page.Vulnerability.OpenFindings, page.ReleaseCount, list.Total)
		}
	}
	list := must[app.List[app.FindingRow]](t)(a.Findings(t.Context(), app.ListQuery{Filter: map[string]string{"state": "open"}}))
	told := 0
	for _, f := range list.Items {
		if (len(f.Reasons) > 0) != (f.Class == "possible") {
			t.Errorf("%s %s is %s because of %q", f.Version, f.Vulnerability, f.Class, f.Reasons)
		}
		told += len(f.Reasons)
	}
	if told == 0 {
		t.Errorf("nothing is only possible here, so nothing is tested: %+v", list.Items)
	}
}
