package sqlstore_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
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
	"mimamori/internal/term"
)

// manyReports fills a store with 10,000 reports of 5,000 cases, two versions of
// 8 kB each, an obligation each and, for two of three, a submission; and with
// 10,000 terms.
func manyReports(b *testing.B, s *sqlstore.Store) {
	b.Helper()
	content := json.RawMessage(`{"values":"` + strings.Repeat("不具合", 900) + `"}`)
	day, n := caldate.MustParse("2026-01-01"), 0
	for p := range 100 {
		if err := s.Write(b.Context(), func(ctx context.Context, tx app.Tx) error {
			tx.Record(ledger.Entry{Action: "bench.filled"})
			product := register.Product{ID: ident.New(), BrandName: fmt.Sprintf("輸液ポンプ %02d", p)}
			if err := tx.AddProduct(ctx, product); err != nil {
				return err
			}
			for range 50 {
				c := casefile.Case{ID: ident.New(), Number: fmt.Sprint("C-", n), Title: "送液停止", ProductID: product.ID, AwareOn: day, Stage: casefile.StageReport}
				if err := tx.AddCase(ctx, c); err != nil {
					return err
				}
				for _, form := range []string{"form8", "firstreport"} {
					n++
					if err := addReport(ctx, tx, c, form, n, content); err != nil {
						return err
					}
				}
			}
			var terms []term.Term
			for i := range 100 {
				terms = append(terms, term.Term{List: term.JFMDA, Release: "8", Code: fmt.Sprintf("D%02d-a%04d", p, i), JA: fmt.Sprintf("不具合の用語 %d", i), EN: fmt.Sprintf("Problem of the device %d %d", p, i), Definition: strings.Repeat("定義", 60)})
			}
			_, _, err := tx.PutTerms(ctx, terms)
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
}

func addReport(ctx context.Context, tx app.Tx, c casefile.Case, form string, n int, content json.RawMessage) error {
	due := c.AwareOn.AddDays(n % 700)
	o := casefile.Obligation{ID: ident.New(), CaseID: c.ID, ProductID: c.ProductID, Kind: casefile.DueReport, Form: form, DueOn: due, State: casefile.ObligationOpen}
	sent := n%3 > 0
	if sent {
		o.State, o.MetOn = casefile.ObligationMet, due.AddDays(n%7-5)
	}
	if err := tx.AddObligation(ctx, o); err != nil {
		return err
	}
	at := time.Date(2026, 1, 1, 0, n, 0, 0, time.UTC)
	r := app.Report{ID: ident.New(), Number: fmt.Sprintf("R-2026-%05d", n), CaseID: c.ID, ObligationID: o.ID, ProductID: c.ProductID, Form: form, Edition: "2021-07", IssueKind: "first", State: "draft", Version: 2, Maker: "佐藤", CreatedAt: at, UpdatedAt: at}
	if sent {
		r.State = "sent"
	}
	if err := tx.AddReport(ctx, r); err != nil {
		return err
	}
	for version := 1; version <= 2; version++ {
		if err := tx.AddReportVersion(ctx, app.ReportVersion{ReportID: r.ID, Version: version, Content: content, By: "佐藤", At: at}); err != nil {
			return err
		}
	}
	if !sent {
		return nil
	}
	return tx.AddSubmission(ctx, app.Submission{ID: ident.New(), ReportID: r.ID, Issue: 1, Version: 2, ObligationID: o.ID, Channel: "fax", SentAt: at, State: app.SubmissionSent, By: "佐藤", At: at}, nil)
}

// BenchmarkReports reads the register of 10,000 reports and a code list of
// 10,000 terms; p95-ms is the time of the 95th of 100 reads.
func BenchmarkReports(b *testing.B) {
	today := map[string]string{"today": "2026-11-23"}
	with := func(filters ...string) map[string]string {
		all := map[string]string{"today": today["today"]}
		for _, filter := range filters {
			name, value, _ := strings.Cut(filter, "=")
			all[name] = value
		}
		return all
	}
	for name, open := range map[string]func(*testing.B) *sqlstore.Store{
		"sqlite":   func(b *testing.B) *sqlstore.Store { return openSQLite(b, filepath.Join(b.TempDir(), "bench.db")) },
		"postgres": func(b *testing.B) *sqlstore.Store { return openPostgres(b, sqlstore.Config{}) },
	} {
		s := open(b)
		manyReports(b, s)
		reads := map[string]func() error{
			"counts": func() error { _, err := s.Counts(b.Context()); return err },
			"terms":  func() error { _, err := s.Terms(b.Context(), app.ListQuery{}); return err },
			"terms-search": func() error {
				_, err := s.Terms(b.Context(), app.ListQuery{Text: "problem 42"})
				return err
			},
			"term-lists": func() error { _, err := s.TermLists(b.Context()); return err },
		}
		for kind, q := range map[string]app.ListQuery{
			"newest": {Filter: today}, "by-due": {Filter: today, Sort: "due_on"}, "by-sent": {Filter: today, Sort: "-sent_at"}, "page-of-200": {Filter: today, Limit: 200},
			"late": {Filter: with("due=late"), Sort: "due_on"}, "met": {Filter: with("due=met")}, "open": {Filter: with("due=open")},
			"sent-in-a-month": {Filter: with("sent_from=2026-01-03", "sent_to=2026-01-06"), Sort: "-sent_at"}, "waiting": {Filter: with("waiting=yes")},
			"search": {Filter: today, Text: "ポンプ 42"}, "form-of-a-product": {Filter: with("form=form8", "issue_kind=first")},
		} {
			reads["reports-"+kind] = func() error { _, err := s.Reports(b.Context(), q); return err }
		}
		for _, kind := range slices.Sorted(maps.Keys(reads)) {
			b.Run(name+"/"+kind, func(b *testing.B) {
				for b.Loop() {
					var took []time.Duration
					for range 100 {
						began := time.Now()
						if err := reads[kind](); err != nil {
							b.Fatal(err)
						}
						took = append(took, time.Since(began))
					}
					slices.Sort(took)
					b.ReportMetric(float64(took[94].Microseconds())/1000, "p95-ms")
				}
			})
		}
	}
}
