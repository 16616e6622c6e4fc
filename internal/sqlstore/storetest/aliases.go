package storetest

import (
	"context"
	"strings"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	matcher "mimamori/internal/match"
	"mimamori/internal/register"
)

// aliases are kept with who and why, once at a time, and withdrawn, not deleted.
func aliases(t *testing.T, f *fixture) {
	add := func(supplier, name, identity string) app.ComponentAlias {
		t.Helper()
		a := app.ComponentAlias{ID: ident.New(), Supplier: supplier, Name: name, Identity: identity, Reason: "ベンダーに確認した", By: "佐藤 花子", At: f.tick()}
		f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddAlias(ctx, a) })
		return a
	}
	ssl := add("OpenSSL Inc.", "OpenSSL", "cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*")
	zlib := add("", "zlib", "pkg:generic/zlib")
	own := add("当社", "pump-ui", "")
	second := add("", "zlib", "cpe:2.3:a:zlib:zlib:*:*:*:*:*:*:*:*")
	equal(t, must[[]app.ComponentAlias](t)(f.ConfirmedAliases(f.ctx())), []app.ComponentAlias{second, zlib, ssl})
	equal(t, must[app.ComponentAlias](t)(f.ComponentAlias(f.ctx(), own.ID)), own)
	equal(t, must[[]app.ComponentAlias](t)(f.AliasesOf(f.ctx(), matcher.AliasKey("", "ＺＬＩＢ"))), []app.ComponentAlias{second, zlib})

	again := zlib
	again.ID = ident.New()
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.AddAlias(ctx, again) }), fault.Conflict)
	zlib.WithdrawnBy, zlib.WithdrawnAt, zlib.WithdrawnReason = "田中", f.tick(), "別の製品だった"
	withdraw := func() error {
		return f.try(func(ctx context.Context, tx app.Tx) error { return tx.WithdrawAlias(ctx, zlib) })
	}
	if err := withdraw(); err != nil {
		t.Fatal(err)
	}
	wantKind(t, withdraw(), fault.Conflict)
	again.At, again.WithdrawnAt = f.tick(), time.Time{}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddAlias(ctx, again) }) // after a withdrawal it may be confirmed anew
	equal(t, must[[]app.ComponentAlias](t)(f.AliasesOf(f.ctx(), matcher.AliasKey("", "zlib"))), []app.ComponentAlias{again, second, zlib})
	gone := zlib
	gone.ID = "none"
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.WithdrawAlias(ctx, gone) }), fault.NotFound)

	long := add("", strings.Repeat("長い名前 ", 400), "")
	equal(t, must[[]app.ComponentAlias](t)(f.AliasesOf(f.ctx(), matcher.AliasKey("", long.Name))), []app.ComponentAlias{long})
}

// The list of what cannot be matched is what a simple computation gives,
// however it came about: refreshed whole, or one group after a decision.
func unmatched(t *testing.T, f *fixture) {
	refresh := func() []app.UnmatchedRow {
		t.Helper()
		if err := f.RefreshUnmatched(f.ctx(), f.tick()); err != nil {
			t.Fatal(err)
		}
		return must[app.List[app.UnmatchedRow]](t)(f.Unmatched(f.ctx(), app.ListQuery{})).Items
	}
	plain := func(supplier, name, version string, keys ...string) register.Component {
		return register.Component{Type: "library", Supplier: supplier, Name: name, Version: version, Keys: keys}
	}
	osv := advisory("GHSA-1")
	osv.Keys = []string{"osv:npm:lodash", "cpe:a:openssl:openssl", "name:acme|rtos"}
	f.advise(digested(osv))
	p, q := f.product("ポンプ"), f.product("モニタ")
	r1, r2, r3 := f.release(p, "1"), f.release(p, "2"), f.release(q, "1")
	f.sbom(r1, plain("", "zlib", "1.2.11"), plain("", "ZLIB", "1.2.13"), plain("", "left-pad", "1", "osv:npm:left-pad", "purl:npm/left-pad"),
		plain("", "old", "1", "cpe:a:nobody:old"), plain("ACME Inc.", "RTOS", "7", "name:acme|rtos"), plain("", "gone", "1"))
	f.sbom(r1, plain("", "zlib", "1.2.11"), plain("", "ZLIB", "1.2.13"), plain("", "left-pad", "1", "osv:npm:left-pad", "purl:npm/left-pad"),
		plain("", "old", "1", "cpe:a:nobody:old"), plain("ACME Inc.", "RTOS", "7", "name:acme|rtos")) // "gone" is in use no more
	f.sbom(r2, plain("", "zlib", "1.2.11"), plain("", "libssl", "3", "cpe:a:openssl:openssl"))
	f.sbom(r3, plain("", "zlib", "1.2.11"), plain("", "+", ""), plain("", "recipe", "1", "osv:conancenter:recipe"))
	f.install(f.site("東京病院", ""), r1, 3)

	row := func(supplier, name string, reason app.WhyUnmatched, components, releases, products, sites int, versions ...string) app.UnmatchedRow {
		return app.UnmatchedRow{
			Key: matcher.AliasKey(supplier, name), Supplier: supplier, Name: name, Reason: reason, Versions: append([]string{}, versions...),
			Components: components, Releases: releases, Products: products, Sites: sites,
		}
	}
	byKey := func(list []app.UnmatchedRow) map[string]app.UnmatchedRow {
		out := map[string]app.UnmatchedRow{}
		for _, u := range list {
			u.Name, u.Supplier = strings.ToLower(u.Name), strings.ToLower(u.Supplier) // whichever spelling came first
			out[u.Key] = u
		}
		return out
	}
	want := []app.UnmatchedRow{
		row("", "zlib", app.UnmatchedNone, 2, 3, 2, 1, "1.2.11", "1.2.13"),
		row("acme inc.", "rtos", app.UnmatchedNone, 1, 1, 1, 1, "7"),
		row("", "old", app.UnmatchedUnknown, 1, 1, 1, 1, "1"),
		row("", "+", app.UnmatchedNone, 1, 1, 1, 0),
	}
	got := refresh()
	uncovered := must[app.List[app.UnmatchedRow]](t)(f.Unmatched(f.ctx(), only("reason", "uncovered"))).Items
	if len(uncovered) != 1 || uncovered[0].Name != "conancenter" || uncovered[0].Components != 1 || uncovered[0].Releases != 1 {
		t.Errorf("registries without a source: %+v", uncovered)
	}
	equal(t, byKey(got), byKey(want))
	if got[0].Key != matcher.AliasKey("", "zlib") {
		t.Errorf("not the most important first: %+v", got)
	}
	equal(t, refresh(), got)
	newest := must[int64](t)(f.LastFleetChange(f.ctx()))
	if c := must[app.Computed](t)(f.UnmatchedComputed(f.ctx())); c.Seq != newest || c.At.IsZero() {
		t.Errorf("computed %+v, the newest change is %d", c, newest)
	}
	equal(t, len(must[app.List[app.UnmatchedRow]](t)(f.Unmatched(f.ctx(), only("reason", "unknown"))).Items), 1)
	equal(t, len(must[app.List[app.UnmatchedRow]](t)(f.Unmatched(f.ctx(), app.ListQuery{Text: "rtos"})).Items), 1)

	// A decision takes its group off, a withdrawal brings it back, at once.
	zlib := app.ComponentAlias{ID: ident.New(), Name: "Zlib", Reason: "自社で保守している", By: "佐藤", At: f.tick()}
	f.write(func(ctx context.Context, tx app.Tx) error {
		if err := tx.AddAlias(ctx, zlib); err != nil {
			return err
		}
		return tx.AlignUnmatched(ctx, got[0].Key)
	})
	_, err := f.UnmatchedGroup(f.ctx(), got[0].Key)
	wantKind(t, err, fault.NotFound)
	equal(t, must[app.List[app.UnmatchedRow]](t)(f.Unmatched(f.ctx(), app.ListQuery{})).Items, got[1:])
	equal(t, refresh(), got[1:])
	zlib.WithdrawnBy, zlib.WithdrawnAt = "田中", f.tick()
	f.write(func(ctx context.Context, tx app.Tx) error {
		if err := tx.WithdrawAlias(ctx, zlib); err != nil {
			return err
		}
		return tx.AlignUnmatched(ctx, got[0].Key)
	})
	equal(t, must[app.UnmatchedRow](t)(f.UnmatchedGroup(f.ctx(), got[0].Key)), got[0])
	for _, name := range [][2]string{{"", "libssl"}, {"", "old"}, {"ACME Inc.", "RTOS"}, {"", "zlib"}} { // an advisory has a key of the first
		f.write(func(ctx context.Context, tx app.Tx) error {
			return tx.AlignUnmatched(ctx, matcher.AliasKey(name[0], name[1]))
		})
	}
	equal(t, must[app.List[app.UnmatchedRow]](t)(f.Unmatched(f.ctx(), app.ListQuery{})).Items, got)
	// A source begins to cover the ecosystem: it knows the package, or has nothing to say about it.
	conan := advisory("GHSA-2")
	conan.Keys = []string{"osv:conancenter:other"}
	f.advise(digested(conan))
	refresh()
	if left := must[app.List[app.UnmatchedRow]](t)(f.Unmatched(f.ctx(), only("reason", "uncovered"))); left.Total != 0 {
		t.Errorf("a covered registry is listed: %+v", left)
	}

	known := must[map[string]bool](t)(f.KnownKeys(f.ctx(), []string{"osv:npm:lodash", "osv:npm:none"}))
	equal(t, known, map[string]bool{"osv:npm:lodash": true})
	counts := map[string]int{}
	if err := f.AdvisoryKeyCounts(f.ctx(), func(key string, n int) error { counts[key] = n; return nil }); err != nil {
		t.Fatal(err)
	}
	equal(t, counts, map[string]int{"osv:npm:lodash": 1, "cpe:a:openssl:openssl": 1, "name:acme|rtos": 1, "osv:conancenter:other": 1})
	equal(t, len(must[[]register.Component](t)(f.ComponentsOfAlias(f.ctx(), matcher.AliasKey("", "zlib"), 10))), 2)
	equal(t, must[app.List[app.ComponentAlias]](t)(f.Aliases(f.ctx(), only("state", "withdrawn"))).Items, []app.ComponentAlias{zlib})
	equal(t, must[app.List[app.ComponentAlias]](t)(f.Aliases(f.ctx(), only("kind", "identity"))).Total, 0)
}

// What advisories name is proposed until somebody decides, and what was
// confirmed meets the release itself, with or without an SBOM.
func productNames(t *testing.T, f *fixture) {
	p := f.product("ポータル")
	r := f.release(p, "2.1")
	proposal := app.ProductProposal{ProductID: p.ID, Key: "name:philips|dosewise portal", Vendor: "Philips", Name: "DoseWise Portal", Score: 910, Advisories: 1, FoundAt: f.tick()}
	other := proposal
	other.Key, other.Name, other.Score = "name:philips|portal", "Portal", 500
	put := func(list ...app.ProductProposal) (added []app.ProductProposal) {
		t.Helper()
		f.write(func(ctx context.Context, tx app.Tx) (err error) {
			added, err = tx.PutProductProposals(ctx, list, app.Computed{Seq: 7, At: f.now})
			return err
		})
		return added
	}
	list := func() []app.ProductProposal {
		t.Helper()
		return must[app.List[app.ProductProposal]](t)(f.ProductProposals(f.ctx(), only("product", p.ID))).Items
	}
	equal(t, len(put(proposal, other)), 2)
	equal(t, len(put(proposal, other)), 0)
	equal(t, must[app.Computed](t)(f.ProductNamesComputed(f.ctx())).Seq, int64(7))
	proposal.Advisories = 3
	equal(t, len(put(proposal)), 0) // the other one is named no more
	first := list()
	if len(first) != 1 || first[0].Advisories != 3 || first[0].BrandName != "ポータル" || !first[0].FoundAt.Equal(proposal.FoundAt) {
		t.Fatalf("proposals %+v", first)
	}
	n := app.ProductName{ID: ident.New(), ProductID: p.ID, BrandName: "ポータル", Key: proposal.Key, Vendor: "Philips", Name: "DoseWise Portal", Ours: true, Reason: "当社が販売する同じ製品", By: "佐藤", At: f.tick()}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddProductName(ctx, n) })
	equal(t, len(list()), 0)
	again := n
	again.ID = ident.New()
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.AddProductName(ctx, again) }), fault.Conflict)
	equal(t, must[[]app.ComponentAlias](t)(f.ConfirmedAliases(f.ctx())), []app.ComponentAlias{
		{ID: n.ID, Name: matcher.DeviceName(p.ID), Identity: n.Key, Reason: n.Reason, By: n.By, At: n.At},
	})
	equal(t, must[app.List[app.ProductName]](t)(f.ProductNames(f.ctx(), only("ours", "yes"))).Items, []app.ProductName{n})

	device := func(version string) (id, before string) {
		t.Helper()
		f.write(func(ctx context.Context, tx app.Tx) (err error) {
			id, before, err = tx.PutDevice(ctx, r.ID, register.Component{Type: "device", Name: "ポータル", Version: version, Purl: matcher.DevicePurl(p.ID, r.ID), Keys: []string{n.Key}})
			return err
		})
		return id, before
	}
	id, _ := device("2.1")
	equal(t, must[[]string](t)(f.DevicesOf(f.ctx(), p.ID)), []string{id})
	equal(t, must[map[string][]string](t)(f.ReleasesOf(f.ctx(), []string{id})), map[string][]string{id: {r.ID}})
	a := f.advise(advisory("ICSMA-1", "CVE-2026-1"))[0]
	c := register.Component{ID: id}
	equal(t, what(f.match([]register.Component{c}, []app.Advisory{a}, match(c, a, "affected"))), []string{"opened affected"})
	if rows := f.findings(only("release", r.ID)); len(rows) != 1 || rows[0].Component.ID != id {
		t.Errorf("findings %+v", rows)
	}
	// The SBOM of the release has nothing to do with it.
	f.sbom(r, component("zlib", "1"))
	f.write(func(ctx context.Context, tx app.Tx) error {
		changes, err := tx.SyncFindings(ctx, r.ID, f.tick())
		if len(changes) > 0 {
			t.Errorf("a new SBOM changed %+v", changes)
		}
		return err
	})
	// The release is given another version: another component stands for it.
	moved, before := device("2.2")
	if moved == id || before != id {
		t.Errorf("%s after %s, told %s", moved, id, before)
	}
	equal(t, what(f.align(c)), []string{"closed affected"})
	n.WithdrawnBy, n.WithdrawnAt, n.WithdrawnReason = "田中", f.tick(), "別の製品だった"
	withdraw := func() error {
		return f.try(func(ctx context.Context, tx app.Tx) error { return tx.WithdrawProductName(ctx, n) })
	}
	if err := withdraw(); err != nil {
		t.Fatal(err)
	}
	wantKind(t, withdraw(), fault.Conflict)
	equal(t, len(list()), 1)
	equal(t, must[app.ProductName](t)(f.ProductName(f.ctx(), n.ID)), n)
}
