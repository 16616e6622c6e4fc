package sqlstore_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
	"mimamori/internal/sqlstore"
)

// manyCases fills a store with 10,000 decided cases of 100 products: three
// determinations each with a record of 20 kB, and ten obligations of which one
// is open, due over four years.
func manyCases(b *testing.B, s *sqlstore.Store) {
	b.Helper()
	record := []byte(`{"proof":"` + strings.Repeat("規則", 3_000) + `"}`)
	day, n := caldate.MustParse("2026-01-01"), 0
	for p := range 100 {
		if err := s.Write(b.Context(), func(ctx context.Context, tx app.Tx) error {
			tx.Record(ledger.Entry{Action: "bench.filled"})
			product := register.Product{ID: ident.New(), BrandName: fmt.Sprintf("輸液ポンプ %02d", p)}
			if err := tx.AddProduct(ctx, product); err != nil {
				return err
			}
			for range 100 {
				n++
				c := casefile.Case{ID: ident.New(), Number: fmt.Sprint("C-", n), Title: "送液停止", ProductID: product.ID, AwareOn: day, Stage: casefile.StageWatch}
				if err := tx.AddCase(ctx, c); err != nil {
					return err
				}
				for i, status := range []casefile.DeterminationStatus{casefile.Provisional, casefile.Confirmed, casefile.Proposed} {
					d := casefile.Determination{ID: ident.New(), CaseID: c.ID, Version: i + 1, Status: status, Result: "report", Record: record}
					if err := tx.AddDetermination(ctx, d); err != nil {
						return err
					}
				}
				for i := range 10 {
					o := casefile.Obligation{ID: ident.New(), CaseID: c.ID, ProductID: product.ID, Kind: casefile.DueReport, DueOn: day.AddDays((n*7 + i) % 1_400), State: casefile.ObligationMet}
					if i == 0 {
						o.State = casefile.ObligationOpen
					}
					if err := tx.AddObligation(ctx, o); err != nil {
						return err
					}
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCases reads what runs every day, and on every start of a new law.
func BenchmarkCases(b *testing.B) {
	for name, open := range map[string]func(*testing.B) *sqlstore.Store{
		"sqlite":   func(b *testing.B) *sqlstore.Store { return openSQLite(b, filepath.Join(b.TempDir(), "bench.db")) },
		"postgres": func(b *testing.B) *sqlstore.Store { return openPostgres(b, sqlstore.Config{}) },
	} {
		s := open(b)
		began := time.Now()
		manyCases(b, s)
		b.Logf("%s: filled in %v", name, time.Since(began))
		b.Run(name+"/decided-10000", func(b *testing.B) {
			for b.Loop() {
				n := 0
				for after := ""; ; {
					part, err := s.DecidedCases(b.Context(), after, 500)
					if err != nil {
						b.Fatal(err)
					}
					if len(part) == 0 {
						break
					}
					n, after = n+len(part), part[len(part)-1].Case.ID
				}
				if n != 10_000 {
					b.Fatalf("%d decided cases", n)
				}
			}
		})
		for kind, q := range map[string]app.ListQuery{
			"pressing": {Filter: map[string]string{"state": "open", "due_until": "2026-01-10"}, Limit: 200},
			"open":     {Filter: map[string]string{"state": "open"}},
			"all":      {},
		} {
			b.Run(name+"/obligations-"+kind, func(b *testing.B) {
				for b.Loop() {
					if _, err := s.Obligations(b.Context(), q); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(name+"/cases", func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Cases(b.Context(), app.ListQuery{}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/cases-by-due", func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Cases(b.Context(), app.ListQuery{Sort: "due_on"}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/counts", func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Counts(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
