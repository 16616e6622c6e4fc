package sqlstore_test

import (
	"context"
	"path/filepath"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
	"mimamori/internal/sqlstore"
)

// addSite is a small durable write: one row, one ledger entry.
func addSite(ctx context.Context, s *sqlstore.Store) error {
	site := register.Site{ID: ident.New(), Name: "東京中央病院", Prefecture: "東京都", Contact: "ME室"}
	return s.Write(ctx, func(ctx context.Context, tx app.Tx) error {
		tx.Record(ledger.Entry{
			Actor: ledger.Actor{ID: "u1", Name: "佐藤", Via: "web"}, Action: "site.added", Subject: ledger.Subject{Kind: "site", ID: site.ID, Name: site.Name},
			After: []byte(`{"id":"` + site.ID + `","name":"東京中央病院","prefecture":"東京都","contact":"ME室"}`),
		})
		return tx.AddSite(ctx, site)
	})
}

func BenchmarkLedgerWrites(b *testing.B) {
	for name, open := range map[string]func(*testing.B) *sqlstore.Store{
		"sqlite":   func(b *testing.B) *sqlstore.Store { return openSQLite(b, filepath.Join(b.TempDir(), "bench.db")) },
		"postgres": func(b *testing.B) *sqlstore.Store { return openPostgres(b, sqlstore.Config{}) },
	} {
		b.Run(name+"/sequential", func(b *testing.B) {
			s := open(b)
			for b.Loop() {
				if err := addSite(b.Context(), s); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
		})
		b.Run(name+"/parallel", func(b *testing.B) {
			s := open(b)
			b.SetParallelism(16)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := addSite(b.Context(), s); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
		})
	}
}
