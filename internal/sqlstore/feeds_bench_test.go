package sqlstore_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/ledger"
	"mimamori/internal/sqlstore"
)

// One run of a feed of 200,000 records, of which 100 have gone and 100 are new:
// what is compared is read once, what differs is written.
func BenchmarkSeenInFeed(b *testing.B) {
	const records = 200_000
	for name, open := range map[string]func(b *testing.B) app.Store{
		"sqlite":   func(b *testing.B) app.Store { return openSQLite(b, filepath.Join(b.TempDir(), "bench.db")) },
		"postgres": func(b *testing.B) app.Store { return openPostgres(b, sqlstore.Config{}) },
	} {
		b.Run(name, func(b *testing.B) {
			store := open(b)
			at := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
			write := func(fn func(ctx context.Context, tx app.Tx) error) {
				b.Helper()
				err := store.Write(b.Context(), func(ctx context.Context, tx app.Tx) error {
					tx.Record(ledger.Entry{Actor: ledger.Actor{ID: "b"}, Action: "bench", Subject: ledger.Subject{Kind: "feed", ID: "f"}})
					return fn(ctx, tx)
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			seen := func(from int) map[string]bool {
				out := make(map[string]bool, records)
				for n := from; n < from+records; n++ {
					out[fmt.Sprintf("CVE-2026-%07d", n)] = true
				}
				return out
			}
			write(func(ctx context.Context, tx app.Tx) error {
				return tx.AddFeed(ctx, app.Feed{ID: "f", Name: "f", Kind: "cve", Address: "https://example.org", CreatedAt: at, UpdatedAt: at})
			})
			first := seen(0)
			write(func(ctx context.Context, tx app.Tx) error {
				_, err := tx.SeenInFeed(ctx, "f", "cve", first, at, false, 20)
				return err
			})
			run := 0
			for b.Loop() {
				run++
				b.StopTimer()
				now := seen(100 * run)
				b.StartTimer()
				write(func(ctx context.Context, tx app.Tx) error {
					moved, err := tx.SeenInFeed(ctx, "f", "cve", now, at, false, 20)
					if err == nil && moved.Gone != 100 {
						err = fmt.Errorf("%d gone", moved.Gone)
					}
					return err
				})
			}
		})
	}
}
