package sqlstore_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
	"mimamori/internal/sqlstore"
)

// The fleet that pages are measured with.
const (
	benchProducts  = 1_000 // with one release each
	benchSites     = 10_000
	benchParts     = 100 // components of a release, of 1,000 there are
	benchAdvisory  = 200_000
	benchTouching  = 1_000 // vulnerabilities with findings
	benchFindings  = benchProducts * benchParts
	benchEntries   = 1_000_000 // of the ledger
	benchPages     = 40        // pages asked for each list
	benchPageBytes = 200 << 10
)

// bigFleet fills a store with 100,000 findings, 200,000 vulnerabilities, 1,000
// products, 10,000 hospitals and a million entries of the ledger.
func bigFleet(b *testing.B, s *sqlstore.Store) (release, product, site string) {
	b.Helper()
	write := func(fn func(ctx context.Context, tx app.Tx) error) {
		b.Helper()
		if err := s.Write(b.Context(), func(ctx context.Context, tx app.Tx) error {
			tx.Record(ledger.Entry{Action: "bench.filled", Subject: ledger.Subject{Kind: "import", ID: "bench", Name: "osv"}})
			return fn(ctx, tx)
		}); err != nil {
			b.Fatal(err)
		}
	}
	parts := components(1_000)
	stored := map[string]string{} // component → id
	var releases []string
	for p := range benchProducts {
		write(func(ctx context.Context, tx app.Tx) error {
			brand := fmt.Sprintf("輸液ポンプ IP-%04d", p)
			made := register.Product{ID: ident.New(), BrandName: brand, GenericName: "汎用輸液ポンプ", Class: register.ClassIII, LicenceNumber: fmt.Sprintf("22700BZX%08d", p)}
			r := register.Release{ID: ident.New(), ProductID: made.ID, Version: "3.2.1"}
			releases, release, product = append(releases, r.ID), r.ID, made.ID
			if err := tx.AddProduct(ctx, made); err != nil {
				return err
			}
			if err := tx.AddRelease(ctx, r); err != nil {
				return err
			}
			file := []byte(r.ID)
			sum := sha256.Sum256(file)
			var used []register.Occurrence
			for i := range benchParts {
				used = append(used, parts[(p+i*benchProducts/benchParts)%len(parts)])
			}
			_, err := tx.AddSBOM(ctx, register.SBOM{ID: ident.New(), ReleaseID: r.ID, FileName: "pump.cdx.json", SHA256: hex.EncodeToString(sum[:]), Components: benchParts}, used, bytes.NewReader(file), func([]register.Component) {})
			for _, o := range used {
				stored[o.Component.Name] = o.Component.ID
			}
			return err
		})
	}
	for chunk := range slices.Chunk(slices.Collect(func(yield func(int) bool) {
		for i := range benchSites {
			if !yield(i) {
				return
			}
		}
	}), 1_000) {
		write(func(ctx context.Context, tx app.Tx) error {
			for _, i := range chunk {
				made := register.Site{ID: ident.New(), Name: fmt.Sprintf("第%05d病院", i), Prefecture: []string{"東京都", "大阪府", "北海道"}[i%3]}
				site = made.ID
				if err := tx.AddSite(ctx, made); err != nil {
					return err
				}
				for k := range 3 {
					if err := tx.AddInstallation(ctx, register.Installation{ID: ident.New(), SiteID: made.ID, ReleaseID: releases[(i*3+k)%len(releases)], Units: 2}); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}
	var touching []app.Advisory
	for chunk := range benchAdvisory / 2_000 {
		var advisories []app.Advisory
		for i := range 2_000 {
			n := 2_000*chunk + i
			name := fmt.Sprintf("CVE-20%02d-%06d", n%26, n)
			advisories = append(advisories, app.Advisory{
				Source: "osv", RecordID: fmt.Sprintf("GHSA-%06d", n), Digest: "d", Aliases: []string{fmt.Sprintf("GHSA-%06d", n), name},
				Title:    fmt.Sprintf("Out-of-bounds write in %s of component %04d allows remote attackers to execute code", []string{"a parser", "libxml", "the kernel", "OpenSSL"}[n%4], n%5_000),
				Severity: []string{"low", "medium", "high", "critical", ""}[n%5], ModifiedAt: time.Date(2020, 1, 1, 0, n, 0, 0, time.UTC), Body: []byte("{}"),
			})
		}
		write(func(ctx context.Context, tx app.Tx) error {
			put, err := tx.PutAdvisories(ctx, advisories)
			if len(touching) < benchTouching {
				touching = append(touching, put.Changed[:benchTouching]...)
			}
			return err
		})
	}
	for from := 0; from < benchTouching; from += 100 {
		var matches []app.Match
		var ids []string
		for i, a := range touching[from : from+100] {
			ids = append(ids, a.ID)
			matches = append(matches, app.Match{
				ComponentID: stored[parts[from+i].Component.Name], AdvisoryID: a.ID, Source: "osv", RecordID: a.RecordID, Class: []string{"affected", "possible"}[i%2],
				Text: "in range < 1.2.4", Evidence: []byte("[]"), Precise: i%4 != 1,
			})
		}
		write(func(ctx context.Context, tx app.Tx) error {
			touched, err := tx.ReplaceMatches(ctx, nil, ids, matches)
			if err == nil {
				_, err = tx.AlignFindings(ctx, touched, time.Now())
			}
			return err
		})
	}
	for range benchEntries / 2_000 {
		write(func(_ context.Context, tx app.Tx) error {
			for range 2_000 {
				tx.Record(ledger.Entry{Actor: ledger.Actor{ID: "u1", Name: "佐藤", Via: "web"}, Action: "finding.opened", Subject: ledger.Subject{Kind: "finding", ID: "f", Name: "CVE"}})
			}
			return nil
		})
	}
	return release, product, site
}

// BenchmarkLists reads pages of every list that grows with the fleet: the
// first and those after it, with every filter and order. It fails when a page
// has more bytes than the pages of the program may have.
func BenchmarkLists(b *testing.B) {
	for name, open := range map[string]func(*testing.B) *sqlstore.Store{
		"sqlite":   func(b *testing.B) *sqlstore.Store { return openSQLite(b, filepath.Join(b.TempDir(), "bench.db")) },
		"postgres": func(b *testing.B) *sqlstore.Store { return openPostgres(b, sqlstore.Config{}) },
	} {
		b.Run(name, func(b *testing.B) {
			s := open(b)
			began := time.Now()
			release, product, site := bigFleet(b, s)
			b.Logf("%s: filled in %v", name, time.Since(began).Round(time.Second))
			open, err := s.Findings(b.Context(), app.ListQuery{Filter: map[string]string{"state": "open"}, Limit: 1})
			if err != nil || open.Total != benchFindings {
				b.Fatalf("%d findings: %v", open.Total, err)
			}
			pages := pagesOf(s, release, product, site, open.Items[0].VulnerabilityID)
			for _, list := range slices.Sorted(maps.Keys(pages)) {
				b.Run(list, func(b *testing.B) { measure(b, pages[list]) })
			}
		})
	}
}

// measure asks for pages one after the other and reports how long they take.
func measure(b *testing.B, ask func(ctx context.Context, cursor string) (next string, page any, err error)) {
	b.Helper()
	var took []time.Duration
	largest := 0
	for b.Loop() {
		cursor := ""
		for range benchPages {
			began := time.Now()
			next, page, err := ask(b.Context(), cursor)
			took = append(took, time.Since(began))
			if err != nil {
				b.Fatal(err)
			}
			data, err := json.Marshal(page)
			if err != nil {
				b.Fatal(err)
			}
			largest = max(largest, len(data))
			cursor = next
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
	b.ReportMetric(float64(largest)/1024, "KB")
	b.ReportMetric(0, "ns/op")
	if largest > benchPageBytes {
		b.Errorf("a page of %d bytes", largest)
	}
}

type asked = func(ctx context.Context, cursor string) (string, any, error)

func paged[T any](list func(ctx context.Context, q app.ListQuery) (app.List[T], error), sort, text string, filters ...string) asked {
	return func(ctx context.Context, cursor string) (string, any, error) {
		q := app.ListQuery{Sort: sort, Text: text, Cursor: cursor, Filter: map[string]string{}}
		for i := 0; i < len(filters); i += 2 {
			q.Filter[filters[i]] = filters[i+1]
		}
		page, err := list(ctx, q)
		return page.Next, page, err
	}
}

// pagesOf is every list with its filters and orders.
func pagesOf(s *sqlstore.Store, release, product, site, vulnerability string) map[string]asked {
	out := map[string]asked{}
	for _, sort := range []string{"", "priority", "vulnerability", "-vulnerability", "component", "product", "-product", "first_seen_at", "-first_seen_at"} {
		out["findings/open/sort="+sort] = paged(s.Findings, sort, "", "state", "open")
		out["findings/all/sort="+sort] = paged(s.Findings, sort, "")
		out["findings/precise/sort="+sort] = paged(s.Findings, sort, "", "state", "open", "mode", "precise")
	}
	for name, filters := range map[string][]string{
		"release": {"release", release, "state", "open"}, "product": {"product", product}, "site": {"site", site, "state", "open"},
		"vulnerability": {"vulnerability", vulnerability, "state", "open"}, "possible": {"class", "possible", "state", "open"}, "kev": {"kev", "yes"},
		"unassessed": {"assessed", "no", "state", "open"}, "assessed": {"assessed", "yes", "state", "open"}, "closed": {"state", "closed"},
		"precise-possible": {"mode", "precise", "class", "possible", "state", "open"},
	} {
		out["findings/"+name] = paged(s.Findings, "", "", filters...)
	}
	for _, text := range []string{"CVE-2017-000017", "ﾎﾟﾝﾌﾟ", "component-0042", "OpenSSL 輸液ポンプ", "nothing-like-it", "ab"} {
		out["findings/text="+text] = paged(s.Findings, "", text, "state", "open")
		out["vulnerabilities/text="+text] = paged(s.Vulnerabilities, "", text)
		out["changes/text="+text] = paged(since(s), "", text)
		out["search/"+text] = func(ctx context.Context, _ string) (string, any, error) {
			hits, err := s.Search(ctx, text, 30)
			return "", hits, err
		}
	}
	for _, sort := range []string{"", "name", "-findings", "-priority", "priority", "modified_at"} {
		out["vulnerabilities/sort="+sort] = paged(s.Vulnerabilities, sort, "")
		out["vulnerabilities/touching/sort="+sort] = paged(s.Vulnerabilities, sort, "", "touching", "yes")
	}
	out["vulnerabilities/kev"] = paged(s.Vulnerabilities, "", "", "kev", "yes")
	for _, sort := range []string{"", "eos_on", "-updated_at", "class"} {
		out["products/sort="+sort] = paged(s.Products, sort, "")
	}
	out["products/text"] = paged(s.Products, "", "ﾎﾟﾝﾌﾟ")
	for _, sort := range []string{"", "prefecture", "-updated_at"} {
		out["sites/sort="+sort] = paged(s.Sites, sort, "")
	}
	out["sites/text"] = paged(s.Sites, "", "00042")
	out["sites/product"] = paged(s.Sites, "", "", "product", product)
	out["sites/vulnerability"] = paged(s.Sites, "", "", "vulnerability", vulnerability)
	out["installations"] = paged(s.Installations, "", "")
	out["installations/text"] = paged(s.Installations, "", "00042")
	out["installations/vulnerability"] = paged(s.Installations, "", "", "vulnerability", vulnerability)
	out["releases"] = paged(s.Releases, "", "")
	out["releases/text"] = paged(s.Releases, "", "ﾎﾟﾝﾌﾟ")
	out["changes"] = paged(since(s), "", "")
	out["changes/opened"] = paged(since(s), "", "", "what", "opened")
	out["changes/product"] = paged(since(s), "", "", "product", product)
	out["changes/of-one"] = paged(func(ctx context.Context, q app.ListQuery) (app.List[app.FindingChangeRow], error) {
		return s.FindingChanges(ctx, vulnerability, always[0], always[1], q)
	}, "", "")
	out["changes/totals"] = func(ctx context.Context, _ string) (string, any, error) {
		totals, err := s.SpanTotals(ctx, always[0], always[1])
		return "", totals, err
	}
	out["counts"] = func(ctx context.Context, _ string) (string, any, error) {
		counts, err := s.Counts(ctx)
		return "", counts, err
	}
	out["ledger"] = paged(s.Entries, "", "")
	out["ledger/reopened-cases"] = paged(s.Entries, "", "", "action_in", "case.reopened", "from", "2026-01-01T00:00:00Z", "to", "2100-01-01T00:00:00Z")
	return out
}

var always = [2]time.Time{time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)}

// since asks for changes of all times: the worst case.
func since(s *sqlstore.Store) func(ctx context.Context, q app.ListQuery) (app.List[app.VulnerabilityChange], error) {
	return func(ctx context.Context, q app.ListQuery) (app.List[app.VulnerabilityChange], error) {
		return s.VulnerabilityChanges(ctx, always[0], always[1], q)
	}
}
