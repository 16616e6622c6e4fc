package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	vex "mimamori/internal/advisory"
	"mimamori/internal/app"
	"mimamori/internal/assess"
	"mimamori/internal/caldate"
	"mimamori/internal/fault"
)

// said is a statement about one package.
func said(issuer, document, vulnerability string, status vex.VEXStatus, stated string) app.Statement {
	at, err := time.Parse(time.DateOnly, stated)
	if err != nil {
		panic(err)
	}
	return app.Statement{
		Source: app.StatementVEX, ImportedAt: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
		Statement: vex.Statement{
			Format: "OpenVEX", Document: document, Issuer: issuer, Vulnerability: vulnerability, Status: status, StatusLabel: string(status),
			Products: []vex.Product{{Purls: []string{"pkg:generic/openssl@3.0.1"}}}, StatedAt: at,
		},
	}
}

// state imports whole documents and returns "vulnerability status" of those
// that came into force, with "-" in front of those that went.
func (f *fixture) state(statements ...app.Statement) (changed []string) {
	f.t.Helper()
	f.write(func(ctx context.Context, tx app.Tx) error {
		touched, err := tx.PutStatements(ctx, statements)
		changed = []string{}
		for _, s := range touched {
			text := s.Vulnerability + " " + string(s.Status)
			if !s.SupersededAt.IsZero() {
				text = "-" + text
			}
			changed = append(changed, text)
		}
		slices.Sort(changed)
		return err
	})
	return changed
}

func (f *fixture) about(names ...string) (out []string) {
	f.t.Helper()
	for _, s := range must[[]app.Statement](f.t)(f.StatementsAbout(f.ctx(), names)) {
		out = append(out, fmt.Sprint(s.Issuer, " ", s.Status, " ", s.Trust))
	}
	slices.Sort(out)
	return out
}

func statementsSupersede(t *testing.T, f *fixture) {
	const doc = "https://example.org/vex/1"
	investigating := said("Acme", doc, "CVE-2026-1", vex.VEXUnderInvestigation, "2026-01-01")
	other := said("Acme", doc, "CVE-2026-2", vex.VEXAffected, "2026-01-01")
	other.Aliases = []string{"ghsa-x"}
	equal(t, f.state(investigating, other), []string{"CVE-2026-1 under_investigation", "CVE-2026-2 affected"})
	equal(t, f.state(investigating, other), []string{}) // import twice = import once
	equal(t, f.about("cve-2026-1", "CVE-2026-9"), []string{"Acme under_investigation unknown"})
	equal(t, f.about("GHSA-X", "CVE-2026-2"), []string{"Acme affected unknown"})

	// A later version says one thing differently and the other again, which is no change.
	again := other
	again.StatedAt = again.StatedAt.AddDate(0, 1, 0)
	equal(t, f.state(said("Acme", doc, "CVE-2026-1", vex.VEXNotAffected, "2026-02-01"), again), []string{"-CVE-2026-1 under_investigation", "CVE-2026-1 not_affected"})
	equal(t, f.about("CVE-2026-1"), []string{"Acme not_affected unknown"})
	held := must[[]app.Statement](t)(f.StatementsAbout(f.ctx(), []string{"CVE-2026-2"}))[0]
	if !held.StatedAt.Equal(other.StatedAt) || !held.RestatedAt.Equal(again.StatedAt) {
		t.Errorf("stated %s, restated %s", held.StatedAt, held.RestatedAt)
	}
	equal(t, must[app.Statement](t)(f.Statement(f.ctx(), held.ID)), held)
	// The version before, imported after it, stays out of force; what it said is there already.
	equal(t, f.state(investigating, other), []string{})
	// A version between both says what nobody knew of: it is stored and not in force.
	equal(t, f.state(said("Acme", doc, "CVE-2026-1", vex.VEXAffected, "2026-01-15")), []string{})
	equal(t, f.about("CVE-2026-1"), []string{"Acme not_affected unknown"})
	// Somebody else cannot supersede it, whatever id the document takes.
	equal(t, f.state(said("Mallory", doc, "CVE-2026-1", vex.VEXFixed, "2026-12-01")), []string{"CVE-2026-1 fixed"})
	equal(t, f.about("CVE-2026-1"), []string{"Acme not_affected unknown", "Mallory fixed unknown"})
	// Versions of a CycloneDX document have the serial number in common.
	cdx := said("Acme", "urn:uuid:1/1", "CVE-2026-3", vex.VEXAffected, "2026-01-01")
	cdx.Format = "CycloneDX"
	next := cdx
	next.Document, next.Status = "urn:uuid:1/2", vex.VEXFixed
	equal(t, f.state(cdx), []string{"CVE-2026-3 affected"})
	equal(t, f.state(next), []string{"-CVE-2026-3 affected", "CVE-2026-3 fixed"})

	f.advise(advisory("GHSA-a", "CVE-2026-1"), advisory("GHSA-x"))
	v := f.named("CVE-2026-1")
	list := must[app.List[app.Statement]](t)(f.Statements(f.ctx(), only("vulnerability", v.ID)))
	equal(t, list.Total, 4) // two in force, one that went, one that never was
	equal(t, must[app.List[app.Statement]](t)(f.Statements(f.ctx(), app.ListQuery{Filter: map[string]string{"vulnerability": v.ID, "state": "in_force"}})).Total, 2)
	equal(t, must[app.List[app.Statement]](t)(f.Statements(f.ctx(), only("vulnerability", f.named("GHSA-x").ID))).Total, 1)
	equal(t, must[[]string](t)(f.VulnerabilitiesNamed(f.ctx(), []string{"cve-2026-1", "GHSA-A", "none"})), []string{v.ID})

	// An SBOM that is not in use any more says nothing.
	embedded := said("", "sbom:1", "CVE-2026-1", vex.VEXNotAffected, "2026-01-01")
	embedded.Source = app.StatementSBOM
	equal(t, f.state(embedded), []string{"CVE-2026-1 not_affected"})
	f.write(func(ctx context.Context, tx app.Tx) error {
		gone, err := tx.SupersedeDocument(ctx, app.StatementSBOM, "sbom:1", f.now)
		equal(t, len(gone), 1)
		return err
	})
	equal(t, len(f.about("CVE-2026-1")), 2)
	equal(t, f.state(embedded), []string{"CVE-2026-1 not_affected"}) // in use again
	_, err := f.Statement(f.ctx(), "none")
	wantKind(t, err, fault.NotFound)
	equal(t, f.about(), []string(nil))
}

func issuersAndDecisions(t *testing.T, f *fixture) {
	f.state(said("株式会社アクメ", "d1", "CVE-2026-1", vex.VEXNotAffected, "2026-01-01"), said("Beta", "d2", "CVE-2026-1", vex.VEXAffected, "2026-01-01"))
	list := must[app.List[app.Issuer]](t)(f.Issuers(f.ctx(), app.ListQuery{}))
	equal(t, list.Total, 2)
	acme := list.Items[1]
	equal(t, acme, app.Issuer{Key: app.IssuerKey("株式会社アクメ"), Name: "株式会社アクメ", Trust: app.TrustUnknown, Statements: 1})
	acme.Trust, acme.Reason, acme.SetBy, acme.SetAt = app.Trusted, "製造元", "佐藤", f.tick()
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.PutIssuer(ctx, acme) })
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.PutIssuer(ctx, acme) }), fault.Conflict)
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.PutIssuer(ctx, app.Issuer{Key: "none"}) }), fault.NotFound)
	acme.Revision = 1
	equal(t, must[app.Issuer](t)(f.Issuer(f.ctx(), acme.Key)), acme)
	equal(t, f.about("CVE-2026-1"), []string{"Beta affected unknown", "株式会社アクメ not_affected trusted"})
	f.state(said("株式会社アクメ", "d3", "CVE-2026-2", vex.VEXNotAffected, "2026-01-01")) // trust stays
	equal(t, f.about("CVE-2026-2"), []string{"株式会社アクメ not_affected trusted"})

	p := f.product("ポンプ")
	f.advise(advisory("GHSA-a", "CVE-2026-1"))
	a := f.assess(p, f.named("CVE-2026-1"), 1, assess.NotAffected)
	s := must[[]app.Statement](t)(f.StatementsAbout(f.ctx(), []string{"CVE-2026-1"}))
	declined := app.StatementDecision{ID: "d1", StatementID: s[0].ID, ProductID: p.ID, Reason: "版が違う", By: "佐藤", At: f.tick()}
	accepted := app.StatementDecision{ID: "d2", StatementID: s[0].ID, ProductID: p.ID, Accepted: true, AssessmentID: a.ID, By: "佐藤", At: f.tick()}
	f.write(func(ctx context.Context, tx app.Tx) error {
		if err := tx.AddStatementDecision(ctx, declined); err != nil {
			return err
		}
		return tx.AddStatementDecision(ctx, accepted)
	})
	equal(t, must[[]app.StatementDecision](t)(f.StatementDecisions(f.ctx(), []string{s[0].ID, s[1].ID})), []app.StatementDecision{accepted, declined})
}

func epssScores(t *testing.T, f *fixture) {
	score := func(cve string, p float64, on, model string) vex.EPSSScore {
		return vex.EPSSScore{CVE: cve, Probability: p, Percentile: p / 2, ScoredOn: caldate.MustParse(on), Model: model}
	}
	older := 0
	put := func(scores ...vex.EPSSScore) (n int) {
		f.write(func(ctx context.Context, tx app.Tx) (err error) {
			put, err := tx.PutEPSS(ctx, scores)
			n, older = put.Changed, put.Older
			return err
		})
		for _, s := range scores {
			f.write(func(ctx context.Context, tx app.Tx) error { return tx.KeepEPSSJumps(ctx, s.ScoredOn) })
		}
		return n
	}
	of := func(cve string) app.EPSS {
		t.Helper()
		return must[[]app.EPSS](t)(f.EPSS(f.ctx(), []string{cve, "CVE-1999-9999"}))[0]
	}
	equal(t, put(score("cve-2026-1", 0.00043, "2026-01-01", "v1"), score("CVE-2026-2", 0.5, "2026-01-01", "v1")), 2)
	equal(t, put(score("CVE-2026-1", 0.00043, "2026-01-01", "v1"), score("CVE-2026-2", 0.5, "2026-01-01", "v1")), 0)
	equal(t, of("CVE-2026-1"), app.EPSS{CVE: "CVE-2026-1", Probability: 0.00043, Percentile: 0.000215, ScoredOn: caldate.MustParse("2026-01-01"), Model: "v1"})
	// A later file: the score before is kept; one that jumps is remembered.
	equal(t, put(score("CVE-2026-1", 0.30043, "2026-01-02", "v1"), score("CVE-2026-2", 0.41, "2026-01-02", "v1")), 2)
	e := of("cve-2026-1")
	equal(t, *e.Before, app.EPSSBefore{Probability: 0.00043, Percentile: 0.000215, ScoredOn: caldate.MustParse("2026-01-01"), Model: "v1", Comparable: true})
	jumps := must[[]app.EPSSJump](t)(f.EPSSJumps(f.ctx(), []string{"CVE-2026-1", "CVE-2026-2"}))
	equal(t, jumps, []app.EPSSJump{{CVE: "CVE-2026-1", From: 0.00043, To: 0.30043, BeforeOn: caldate.MustParse("2026-01-01"), ScoredOn: caldate.MustParse("2026-01-02"), Model: "v1"}})
	equal(t, put(score("CVE-2026-1", 0.9, "2025-12-31", "v1")), 0) // an older file changes nothing
	equal(t, older, 1)
	equal(t, of("CVE-2026-1"), e)
	// Files of three days in any order: the newest score, and the one of the day before it.
	for n, order := range [][]int{{1, 2, 3}, {1, 3, 2}, {2, 1, 3}, {2, 3, 1}, {3, 1, 2}, {3, 2, 1}} {
		cve := fmt.Sprintf("CVE-2027-%d", n)
		for _, day := range order {
			put(score(cve, 0.2*float64(day), fmt.Sprintf("2026-03-0%d", day), "v1"))
		}
		got := of(cve)
		if got.Probability != 0.6 || got.Before == nil || got.Before.Probability != 0.4 || got.Before.ScoredOn != caldate.MustParse("2026-03-02") {
			t.Errorf("in the order %v: %+v, before %+v", order, got, got.Before)
		}
		last := must[[]app.EPSSJump](t)(f.EPSSJumps(f.ctx(), []string{cve}))
		if j := last[len(last)-1]; j.From != 0.4 || j.To != 0.6 {
			t.Errorf("in the order %v: the last jump is %+v", order, j)
		}
	}
	equal(t, put(score("CVE-2026-1", 0.31, "2026-01-02", "v1")), 1) // the day's file, corrected
	equal(t, *of("CVE-2026-1").Before, *e.Before)
	equal(t, put(score("CVE-2026-1", 0.9, "2026-01-03", "v2")), 1) // another model: not comparable, no jump
	if of("CVE-2026-1").Before.Comparable || len(must[[]app.EPSSJump](t)(f.EPSSJumps(f.ctx(), []string{"CVE-2026-1"}))) != 1 {
		t.Error("scores of different models were compared")
	}
	// Two files in one part of an import: the one before is that of the day before.
	equal(t, put(score("CVE-2026-5", 0.2, "2026-01-02", "v1"), score("CVE-2026-5", 0.1, "2026-01-01", "v1")), 2)
	equal(t, of("CVE-2026-5").Before.Probability, 0.1)
	equal(t, must[[]app.EPSS](t)(f.EPSS(f.ctx(), nil)), []app.EPSS{})
}

func endsOfLife(t *testing.T, f *fixture) {
	p := f.product("ポンプ")
	system := component("Ubuntu", "22.04.3")
	system.Type, system.Purl = "operating-system", ""
	s, o := f.sbom(f.release(p, "1"), component("openssl", "1.1.1"), component("zlib", "1"), system)
	life := func(id, digest string, keys ...string) app.Life {
		return app.Life{
			ProductLife: vex.ProductLife{ID: id, Label: id, Digest: digest, Lines: []vex.ReleaseLine{{Name: "1.1.1"}}},
			Keys:        keys, ImportedAt: f.now,
		}
	}
	put := func(lives ...app.Life) (n int) {
		f.write(func(ctx context.Context, tx app.Tx) (err error) {
			n, err = tx.PutLives(ctx, lives)
			return err
		})
		return n
	}
	found := func() (out []string) {
		for _, l := range must[[]app.LivingComponent](t)(f.LivingComponents(f.ctx(), s.ID)) {
			out = append(out, l.Component.Name+" "+l.Life.ID+" "+l.Life.Digest)
		}
		return out
	}
	key := o[0].Component.Keys[0]
	equal(t, put(life("openssl", "1", key), life("ubuntu", "1", "os:ubuntu"), life("nginx", "1", "purl:generic/nginx")), 3)
	equal(t, put(life("openssl", "1", key)), 0)
	equal(t, found(), []string{"openssl openssl 1", "Ubuntu ubuntu 1"})
	equal(t, put(life("openssl", "2", "purl:generic/other")), 1) // another identifier
	equal(t, found(), []string{"Ubuntu ubuntu 1"})
}
