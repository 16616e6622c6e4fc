package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
)

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// size returns how many entries the ledger has.
func (f *fixture) size() int {
	f.t.Helper()
	return must[app.List[ledger.Entry]](f.t)(f.Entries(f.ctx(), app.ListQuery{Limit: 1})).Total
}

func (f *fixture) siteCount() int {
	f.t.Helper()
	return must[app.List[app.SiteRow]](f.t)(f.Sites(f.ctx(), app.ListQuery{Limit: 1})).Total
}

func writeIsAllOrNothing(t *testing.T, f *fixture) {
	before := f.size()
	site := register.Site{ID: ident.New(), Name: "x"}
	no := errors.New("no")
	err := f.try(func(ctx context.Context, tx app.Tx) error {
		if err := tx.AddSite(ctx, site); err != nil {
			return err
		}
		if got, err := tx.Site(ctx, site.ID); err != nil || got.Name != "x" {
			t.Errorf("a write does not see its own rows: %v", err)
		}
		if _, err := f.Site(f.ctx(), site.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("others see a row before its commit: %v", err)
		}
		return no
	})
	if !errors.Is(err, no) {
		t.Fatalf("got %v", err)
	}
	// A statement that failed fails the write, even when fn goes on.
	err = f.try(func(ctx context.Context, tx app.Tx) error {
		_ = tx.AddInstallation(ctx, register.Installation{ID: ident.New(), SiteID: "none", ReleaseID: "none"})
		_ = tx.AddSite(ctx, register.Site{ID: ident.New(), Name: "y"})
		return nil
	})
	if err == nil {
		t.Fatal("a swallowed error was committed")
	}
	if f.size() != before || f.siteCount() != 0 {
		t.Fatalf("a failed write left %d entries and %d sites", f.size()-before, f.siteCount())
	}
	// Nothing stored and nothing recorded is no write.
	if err := f.Write(f.ctx(), func(context.Context, app.Tx) error { return nil }); err != nil || f.size() != before {
		t.Fatalf("an empty write: %v, %d entries", err, f.size()-before)
	}
	// One write inside of another would wait for itself.
	err = f.try(func(ctx context.Context, _ app.Tx) error {
		return f.Write(ctx, func(context.Context, app.Tx) error { return nil })
	})
	wantKind(t, err, fault.Internal)
}

func writeNeedsEntry(t *testing.T, f *fixture) {
	for name, fn := range map[string]func(ctx context.Context, tx app.Tx) error{
		"row": func(ctx context.Context, tx app.Tx) error {
			return tx.AddSite(ctx, register.Site{ID: ident.New(), Name: "x"})
		},
		"number": func(ctx context.Context, tx app.Tx) error { _, err := tx.NextNumber(ctx, "C", 2026); return err },
		"job":    func(ctx context.Context, tx app.Tx) error { return tx.Enqueue(ctx, app.Job{Kind: "import", ID: "1"}) },
	} {
		if err := f.Write(f.ctx(), fn); fault.KindOf(err) != fault.Internal || !strings.Contains(fmt.Sprint(err), "without a ledger entry") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if f.siteCount() != 0 {
		t.Error("something was stored")
	}
}

func writeSurvivesPanic(t *testing.T, f *fixture) {
	func() {
		defer func() {
			if p := recover(); p != "boom" {
				t.Errorf("recovered %v", p)
			}
		}()
		_ = f.try(func(ctx context.Context, tx app.Tx) error {
			if err := tx.AddSite(ctx, register.Site{ID: ident.New(), Name: "x"}); err != nil {
				t.Error(err)
			}
			panic("boom")
		})
	}()
	if f.siteCount() != 0 {
		t.Error("a write that panicked was stored")
	}
	f.site("after", "")
}

func writeStopsWhenCancelled(t *testing.T, f *fixture) {
	ctx, cancel := context.WithCancel(f.ctx())
	err := f.Write(ctx, func(ctx context.Context, tx app.Tx) error {
		tx.Record(entry("test.written", "test", "1"))
		if err := tx.AddSite(ctx, register.Site{ID: ident.New(), Name: "x"}); err != nil {
			return err
		}
		cancel()
		return tx.AddSite(ctx, register.Site{ID: ident.New(), Name: "y"})
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if err := f.Write(ctx, func(context.Context, app.Tx) error { t.Error("ran"); return nil }); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if f.siteCount() != 0 {
		t.Error("something was stored")
	}
}

// Many writers at once, some of which fail: no gap in the ledger or the
// numbers, and every write that returned is there.
func writersAtOnce(t *testing.T, f *fixture) {
	const writers, each = 12, 15
	var mutex sync.Mutex
	numbers := map[int]bool{}
	var wait sync.WaitGroup
	for w := range writers {
		wait.Go(func() {
			for i := range each {
				fails := (w+i)%3 == 0
				var n int
				err := f.Write(f.ctx(), func(ctx context.Context, tx app.Tx) (err error) {
					if n, err = tx.NextNumber(ctx, "C", 2026); err != nil {
						return err
					}
					tx.Record(entry("case.opened", "case", fmt.Sprint(n)))
					tx.Record(entry("case.noted", "case", fmt.Sprint(n)))
					if err := tx.AddSite(ctx, register.Site{ID: ident.New(), Name: fmt.Sprint(n)}); err != nil {
						return err
					}
					if fails {
						return fault.New(fault.Invalid, "this one fails")
					}
					return nil
				})
				if fails != (err != nil) {
					t.Errorf("got %v", err)
				}
				if err == nil {
					mutex.Lock()
					if numbers[n] {
						t.Errorf("number %d was given twice", n)
					}
					numbers[n] = true
					mutex.Unlock()
				}
			}
		})
	}
	wait.Wait()
	const good = writers * each * 2 / 3
	if len(numbers) != good || !numbers[1] || !numbers[good] || f.siteCount() != good || f.size() != 2*good {
		t.Errorf("%d numbers, %d sites, %d entries, want %d, %d and %d", len(numbers), f.siteCount(), f.size(), good, good, 2*good)
	}
}

func referencesMustExist(t *testing.T, f *fixture) {
	p := f.product("ポンプ")
	for name, fn := range map[string]func(ctx context.Context, tx app.Tx) error{
		"release of no product": func(ctx context.Context, tx app.Tx) error {
			return tx.AddRelease(ctx, register.Release{ID: ident.New(), ProductID: "none", Version: "1"})
		},
		"installation at no site": func(ctx context.Context, tx app.Tx) error {
			return tx.AddInstallation(ctx, register.Installation{ID: ident.New(), SiteID: "none", ReleaseID: "none", Units: 1})
		},
		"invitation of nobody": func(ctx context.Context, tx app.Tx) error {
			return tx.AddInvitation(ctx, app.Invitation{TokenHash: "x", UserID: "none"})
		},
		"match of no component": func(ctx context.Context, tx app.Tx) error {
			_, err := tx.ReplaceMatches(ctx, []string{"none"}, []string{"none"}, []app.Match{{ComponentID: "none", AdvisoryID: "none"}})
			return err
		},
	} {
		if err := f.try(fn); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.AddProduct(ctx, p) }), fault.Conflict) // the same key
}

// noise is text that does not compress.
func noise(n int) string {
	var out strings.Builder
	for i := 0; out.Len() < n; i++ {
		out.WriteString(digest(fmt.Append(nil, i)))
	}
	return out.String()[:n]
}

// What a hostile client or file can send is kept, or refused with an error;
// both databases do the same.
func hostileText(t *testing.T, f *fixture) {
	f.product("NUL \x00 and \xff\xfe and 'quotes\" ; -- \\ % _ ? $1 𠮷野家")
	list := must[app.List[app.ProductRow]](t)(f.Products(f.ctx(), app.ListQuery{Text: "𠮷野家 ' ? $1 %"}))
	equal(t, list.Items[0].BrandName, "NUL \uFFFD and \uFFFD and 'quotes\" ; -- \\ % _ ? $1 𠮷野家")
	if got := must[app.List[app.ProductRow]](t)(f.Products(f.ctx(), app.ListQuery{Text: "\x00 \xff"})); got.Total != 0 && got.Total != 1 {
		t.Errorf("total %d", got.Total)
	}
	r := f.release(f.product(strings.Repeat("長い", 3_000)), "1")
	long := component(noise(5_000), "1")
	_, occurrences := f.sbom(r, long)
	c := occurrences[0].Component
	if found := must[[]register.Component](t)(f.ComponentsByKeys(f.ctx(), long.Keys)); len(found) != 1 || found[0].ID != c.ID {
		t.Error("a component with a long key is not found by it")
	}
	tooLong := advisory(noise(3_000))
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error {
		_, err := tx.PutAdvisories(ctx, []app.Advisory{tooLong})
		return err
	}), fault.Invalid)
	alias := "CVE-2026-" + strings.Repeat("0", 3_000) + "1"
	a := advisory("GHSA-x", alias, noise(3_000))
	a.Title = noise(9_000)
	changed := f.advise(digested(a))
	equal(t, f.named(alias).ID, changed[0].VulnerabilityID)
	f.match([]register.Component{c}, changed, match(c, changed[0], "affected"))
	if rows := f.findings(app.ListQuery{Sort: "component"}); len(rows) != 1 || rows[0].Component.Name != long.Name || rows[0].BrandName != strings.Repeat("長い", 3_000) {
		t.Error("a finding with long names is not shown with them")
	}
	if err := f.Write(f.ctx(), func(_ context.Context, tx app.Tx) error {
		tx.Record(entry("a\x00b", "k\x00", "id\xff"))
		return nil
	}); err != nil {
		t.Errorf("a ledger entry with NUL: %v", err)
	}
	_, err := f.User(f.ctx(), "a\x00b")
	wantKind(t, err, fault.NotFound)
	_, err = f.Sites(f.ctx(), only("prefecture", "\xff\x00"))
	if err != nil {
		t.Error(err)
	}
}
