package storetest

import (
	"context"
	"encoding/json"
	"testing"

	"mimamori/internal/app"
	matcher "mimamori/internal/match"
	"mimamori/internal/register"
)

// A conditional match is in each release what is settled there.
func settlements(t *testing.T, f *fixture) {
	p := f.product("ポンプ")
	r, s, u := f.release(p, "1"), f.release(p, "2"), f.release(p, "3")
	_, o := f.sbom(r, component("openssl", "3.0.1"))
	f.sbom(s, component("openssl", "3.0.1"))
	f.sbom(u, component("openssl", "3.0.1"))
	ssl := o[0].Component
	a := f.advise(advisory("GHSA-a"))[0]
	open := match(ssl, a, "possible")
	open.Conditional = true
	settled := func(release register.Release, class string, precise bool) app.Settlement {
		return app.Settlement{ComponentID: ssl.ID, AdvisoryID: a.ID, ReleaseID: release.ID, Class: class, Precise: precise, Text: class + " here", Evidence: json.RawMessage(`[]`)}
	}
	f.write(func(ctx context.Context, tx app.Tx) error {
		return tx.SettleAdvisories(ctx, []string{a.ID}, []app.Settlement{settled(r, "affected", true), settled(s, "none", false)})
	})
	f.match([]register.Component{ssl}, []app.Advisory{a}, open)
	classes := func() map[string]string {
		t.Helper()
		out := map[string]string{}
		for _, row := range f.findings(only("state", "open")) {
			out[row.Version] = row.Class
			for _, e := range must[[]app.Match](t)(f.Evidence(f.ctx(), row.ID)) {
				out[row.Version] += ", " + e.Class + ": " + e.Text
			}
		}
		return out
	}
	equal(t, classes(), map[string]string{"1": "affected, affected: affected here", "3": "possible, possible: possible by GHSA-a"})
	equal(t, must[[]string](t)(f.ConditionalAdvisories(f.ctx(), []string{s.ID})), []string{a.ID})
	equal(t, must[[]string](t)(f.AllConditionalAdvisories(f.ctx())), []string{a.ID})

	f.write(func(ctx context.Context, tx app.Tx) error {
		return tx.SettleRelease(ctx, s.ID, []app.Settlement{settled(s, "possible", false)})
	})
	equal(t, what(f.align(ssl)), []string{"opened possible"})
	equal(t, len(f.findings(only("mode", "precise"))), 2)
	f.write(func(ctx context.Context, tx app.Tx) error {
		return tx.SettleAdvisories(ctx, []string{a.ID}, []app.Settlement{settled(r, "none", false)})
	})
	equal(t, what(f.align(ssl)), []string{"closed affected"})
}

// Counters stand at a finding, and keep it out of the precise mode only.
func counters(t *testing.T, f *fixture) {
	r := f.release(f.product("ポンプ"), "1")
	_, o := f.sbom(r, component("openssl", "3.0.1"))
	ssl := o[0].Component
	both := f.advise(advisory("GHSA-a", "CVE-2026-1"), advisory("DEBIAN-1", "CVE-2026-1"))
	distribution := matcher.Counter{Status: "fixed", By: matcher.CounterDistro, Source: "DSA-1", Reason: "backported"}
	cleared := match(ssl, both[0], "affected")
	cleared.Precise, cleared.Counters = false, []matcher.Counter{distribution}
	f.match([]register.Component{ssl}, both, cleared)
	one := func() app.FindingRow {
		t.Helper()
		rows := f.findings(app.ListQuery{})
		if len(rows) != 1 || rows[0].State != "open" {
			t.Fatalf("counters never take a finding away: %+v", rows)
		}
		return rows[0]
	}
	equal(t, one().Precise, false)
	equal(t, one().Counters, []matcher.Counter{distribution})
	equal(t, must[[]app.Match](t)(f.Evidence(f.ctx(), one().ID))[0].Counters, []matcher.Counter{distribution})

	// What another record says of the same vulnerability is not countered.
	f.match([]register.Component{ssl}, both, cleared, match(ssl, both[1], "possible"))
	equal(t, one().Precise, true)
	equal(t, one().Counters, []matcher.Counter{})

	vex := matcher.Counter{Status: "not_affected", By: matcher.CounterVEX, Source: "maker", Reason: "not used"}
	say := func(trusted bool) {
		t.Helper()
		f.write(func(ctx context.Context, tx app.Tx) error {
			return tx.SetStated(ctx, []app.FindingStated{{FindingID: one().ID, Counters: []matcher.Counter{vex}, Trusted: trusted}})
		})
	}
	say(false) // what somebody says whom nobody trusts stands there, and counts for nothing
	equal(t, one().Precise, true)
	equal(t, one().Counters, []matcher.Counter{vex})
	equal(t, len(f.findings(only("mode", "precise"))), 1)
	say(true)
	equal(t, one().Precise, false)
	equal(t, one().Counters, []matcher.Counter{vex})
	equal(t, len(f.findings(only("mode", "precise"))), 0)
	equal(t, len(f.findings(only("mode", "comprehensive"))), 1)
	found := must[[]app.OpenFinding](t)(f.OpenFindingsOf(f.ctx(), []string{one().VulnerabilityID}))
	if len(found) != 1 || found[0].Component.ID != ssl.ID || found[0].SBOMID == "" {
		t.Fatalf("open findings: %+v", found)
	}
	equal(t, found[0].Stated, []matcher.Counter{vex})
	f.match([]register.Component{ssl}, both, cleared)
	equal(t, one().Counters, []matcher.Counter{distribution, vex})
	f.write(func(ctx context.Context, tx app.Tx) error {
		return tx.SetStated(ctx, []app.FindingStated{{FindingID: one().ID}})
	})
	equal(t, one().Counters, []matcher.Counter{distribution})
}
