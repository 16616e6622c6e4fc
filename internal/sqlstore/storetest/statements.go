package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/app"
	"mimamori/internal/assess"
	"mimamori/internal/caldate"
	"mimamori/internal/fault"
)

// said is a statement about one package.
func said(issuer, document, vulnerability string, status advisory.VEXStatus, stated string) app.Statement {
	at, err := time.Parse(time.DateOnly, stated)
	if err != nil {
		panic(err)
	}
	return app.Statement{
		Source: app.StatementVEX, ImportedAt: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
		Statement: advisory.Statement{
			Format: "OpenVEX", Document: document, Issuer: issuer, Vulnerability: vulnerability, Status: status, StatusLabel: string(status),
			Products: []advisory.Product{{Purls: []string{"pkg:generic/openssl@3.0.1"}}}, StatedAt: at,
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
	investigating := said("Acme", doc, "CVE-2026-1", advisory.VEXUnderInvestigation, "2026-01-01")
	other := said("Acme", doc, "CVE-2026-2", advisory.VEXAffected, "2026-01-01")
	other.Aliases = []string{"ghsa-x"}
	equal(t, f.state(investigating, other), []string{"CVE-2026-1 under_investigation", "CVE-2026-2 affected"})
	equal(t, f.state(investigating, other), []string{}) // import twice = import once
	equal(t, f.about("cve-2026-1", "CVE-2026-9"), []string{"Acme under_investigation unknown"})
	equal(t, f.about("GHSA-X", "CVE-2026-2"), []string{"Acme affected unknown"})

	// A later version: one statement is another, one is said again, which is no change.
	later := other
	later.StatedAt = later.StatedAt.AddDate(0, 1, 0)
	equal(t, f.state(said("ACME ", doc, "CVE-2026-1", advisory.VEXNotAffected, "2026-02-01"), later), []string{"-CVE-2026-1 under_investigation", "-CVE-2026-2 affected", "CVE-2026-1 not_affected", "CVE-2026-2 affected"}[0:4][:0:0])
}
