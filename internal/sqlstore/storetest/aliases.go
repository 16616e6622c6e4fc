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
