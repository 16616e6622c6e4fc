package sqlstore_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

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

// manyFindings fills a store with 100 releases of 100 components that each
// meet 10 vulnerabilities: 100,000 findings.
func manyFindings(b *testing.B, s *sqlstore.Store) {
	b.Helper()
	write := func(fn func(ctx context.Context, tx app.Tx) error) {
		b.Helper()
		if err := s.Write(b.Context(), func(ctx context.Context, tx app.Tx) error {
			tx.Record(ledger.Entry{Action: "bench.filled"})
			return fn(ctx, tx)
		}); err != nil {
			b.Fatal(err)
		}
	}
	occurrences := components(100)
	var releases []string
	for p := range 10 {
		write(func(ctx context.Context, tx app.Tx) error {
			product := register.Product{ID: ident.New(), BrandName: fmt.Sprintf("輸液ポンプ %02d", p), Class: register.ClassIII}
			if err := tx.AddProduct(ctx, product); err != nil {
				return err
			}
			for r := range 10 {
				release := register.Release{ID: ident.New(), ProductID: product.ID, Version: fmt.Sprint(r)}
				releases = append(releases, release.ID)
				if err := tx.AddRelease(ctx, release); err != nil {
					return err
				}
				file := []byte(release.ID)
				sum := sha256.Sum256(file)
				sbom := register.SBOM{ID: ident.New(), ReleaseID: release.ID, SHA256: hex.EncodeToString(sum[:])}
				if _, err := tx.AddSBOM(ctx, sbom, occurrences, bytes.NewReader(file), func([]register.Component) {}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	var advisories []app.Advisory
	for i := range 1_000 {
		advisories = append(advisories, app.Advisory{
			Source: "osv", RecordID: fmt.Sprintf("GHSA-%04d", i), Digest: "d", Aliases: []string{fmt.Sprintf("GHSA-%04d", i), fmt.Sprintf("CVE-2026-%04d", i)},
			Title: "Out-of-bounds write in a parser", Severity: []string{"low", "medium", "high", "critical", ""}[i%5], Body: []byte("{}"),
		})
	}
	write(func(ctx context.Context, tx app.Tx) (err error) {
		put, err := tx.PutAdvisories(ctx, advisories)
		advisories = put.Changed
		return err
	})
	var matches []app.Match
	for i, a := range advisories {
		matches = append(matches, app.Match{ComponentID: occurrences[i%100].Component.ID, AdvisoryID: a.ID, Source: "osv", RecordID: a.RecordID, Class: "affected", Evidence: []byte("{}")})
	}
	write(func(ctx context.Context, tx app.Tx) error {
		touched, err := tx.ReplaceMatches(ctx, nil, nil, matches)
		if err != nil {
			return err
		}
		changes, err := tx.AlignFindings(ctx, touched, time.Now())
		if err == nil && len(changes) != 100_000 {
			err = fmt.Errorf("%d findings", len(changes))
		}
		return err
	})
}

func components(n int) []register.Occurrence {
	out := make([]register.Occurrence, n)
	for i := range out {
		name := fmt.Sprintf("component-%04d", i)
		out[i] = register.Occurrence{Ref: name, Component: register.Component{
			Type: "library", Name: name, Version: "1.2.3", Supplier: "Example", Purl: "pkg:npm/" + name + "@1.2.3", Keys: []string{"pkg:npm/" + name},
		}}
	}
	return out
}

func BenchmarkFindingsPage(b *testing.B) {
	for name, open := range map[string]func(*testing.B) *sqlstore.Store{
		"sqlite":   func(b *testing.B) *sqlstore.Store { return openSQLite(b, filepath.Join(b.TempDir(), "bench.db")) },
		"postgres": func(b *testing.B) *sqlstore.Store { return openPostgres(b, sqlstore.Config{}) },
	} {
		s := open(b)
		began := time.Now()
		manyFindings(b, s)
		b.Logf("%s: filled in %v", name, time.Since(began))
		first, err := s.Findings(b.Context(), app.ListQuery{Filter: map[string]string{"state": "open"}})
		if err != nil {
			b.Fatal(err)
		}
		for kind, q := range map[string]app.ListQuery{
			"first":      {Filter: map[string]string{"state": "open"}},
			"all":        {},
			"second":     {Filter: map[string]string{"state": "open"}, Cursor: first.Next},
			"by-name":    {Filter: map[string]string{"state": "open"}, Sort: "vulnerability"},
			"unassessed": {Filter: map[string]string{"state": "open", "assessed": "no"}},
			"product":    {Filter: map[string]string{"product": first.Items[0].ProductID}},
			"text":       {Text: "CVE-2026-0042 ﾎﾟﾝﾌﾟ"},
		} {
			b.Run(name+"/"+kind, func(b *testing.B) {
				for b.Loop() {
					if _, err := s.Findings(b.Context(), q); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkAddSBOM3000(b *testing.B) {
	for name, open := range map[string]func(*testing.B) *sqlstore.Store{
		"sqlite":   func(b *testing.B) *sqlstore.Store { return openSQLite(b, filepath.Join(b.TempDir(), "bench.db")) },
		"postgres": func(b *testing.B) *sqlstore.Store { return openPostgres(b, sqlstore.Config{}) },
	} {
		b.Run(name, func(b *testing.B) {
			s := open(b)
			product := register.Product{ID: ident.New(), BrandName: "輸液ポンプ"}
			release := register.Release{ID: ident.New(), ProductID: product.ID, Version: "1"}
			if err := s.Write(b.Context(), func(ctx context.Context, tx app.Tx) error {
				tx.Record(ledger.Entry{Action: "bench"})
				return errors.Join(tx.AddProduct(ctx, product), tx.AddRelease(ctx, release))
			}); err != nil {
				b.Fatal(err)
			}
			file := make([]byte, 2<<20)
			n := 0
			for b.Loop() {
				n++
				copy(file, fmt.Sprint(n))
				sum := sha256.Sum256(file)
				sbom := register.SBOM{ID: ident.New(), ReleaseID: release.ID, SHA256: hex.EncodeToString(sum[:])}
				occurrences := components(3_000)
				for i := range occurrences {
					occurrences[i].Component.Version = fmt.Sprint(n) // all new
				}
				if err := s.Write(b.Context(), func(ctx context.Context, tx app.Tx) error {
					tx.Record(ledger.Entry{Action: "sbom.added"})
					_, err := tx.AddSBOM(ctx, sbom, occurrences, bytes.NewReader(file), func([]register.Component) {})
					return err
				}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkImport stores 100,000 advisories, 2,000 at a time, and then looks
// for some of them.
func BenchmarkImport(b *testing.B) {
	for name, open := range map[string]func(*testing.B) *sqlstore.Store{
		"sqlite":   func(b *testing.B) *sqlstore.Store { return openSQLite(b, filepath.Join(b.TempDir(), "bench.db")) },
		"postgres": func(b *testing.B) *sqlstore.Store { return openPostgres(b, sqlstore.Config{}) },
	} {
		s := open(b)
		imported := func() {
			for chunk := range 50 {
				var advisories []app.Advisory
				for i := range 2_000 {
					n := 2_000*chunk + i
					advisories = append(advisories, app.Advisory{
						Source: "osv", RecordID: fmt.Sprintf("GHSA-%06d", n), Digest: "d", Aliases: []string{fmt.Sprintf("GHSA-%06d", n), fmt.Sprintf("CVE-2026-%06d", n)},
						Title: "Out-of-bounds write in a parser", Severity: "high", Keys: []string{fmt.Sprintf("pkg:npm/p%d", n%5_000)}, Body: make([]byte, 0),
					})
				}
				if err := s.Write(b.Context(), func(ctx context.Context, tx app.Tx) error {
					tx.Record(ledger.Entry{Action: "advisories.imported"})
					_, err := tx.PutAdvisories(ctx, advisories)
					return err
				}); err != nil {
					b.Fatal(err)
				}
			}
		}
		began := time.Now()
		imported()
		b.Logf("%s: 100,000 new advisories in %v", name, time.Since(began))
		began = time.Now()
		imported()
		b.Logf("%s: the same again in %v", name, time.Since(began))
		b.Run(name+"/page", func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Vulnerabilities(b.Context(), app.ListQuery{}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/text", func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Vulnerabilities(b.Context(), app.ListQuery{Text: "cve-2026-004242"}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/search", func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Search(b.Context(), "cve-2026-004242", 10); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/search-nothing", func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Search(b.Context(), "nothing like it", 10); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkVerify computes a ledger of 100,000 entries again.
func BenchmarkVerify(b *testing.B) {
	s := openSQLite(b, filepath.Join(b.TempDir(), "bench.db"))
	for range 500 {
		if err := s.Write(b.Context(), func(_ context.Context, tx app.Tx) error {
			for range 200 {
				tx.Record(ledger.Entry{
					Actor: ledger.Actor{ID: "u1", Name: "佐藤", Via: "web"}, Action: "site.changed", Subject: ledger.Subject{Kind: "site", ID: ident.New(), Name: "東京中央病院"},
					Before: []byte(`{"name":"東京中央病院","prefecture":"東京都","contact":"ME室"}`), After: []byte(`{"name":"東京中央病院","prefecture":"東京都","contact":"薬剤部"}`),
				})
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if r := verify(b, s); !r.OK || r.Entries != 100_000 {
			b.Fatalf("%+v", r)
		}
	}
}
