// Package storetest is the suite that every app.Store passes.
package storetest

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
)

// Run runs the suite. open returns a fresh, empty store that closes itself
// when the test ends.
func Run(t *testing.T, open func(t *testing.T) app.Store) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, *fixture){
		"people": people,
	} {
		t.Run(name, func(t *testing.T) {
			f := &fixture{t: t, Store: open(t), now: time.Date(2026, 6, 1, 0, 0, 0, 123_456_000, time.UTC)}
			test(t, f)
			f.verified()
		})
	}
}

// fixture is a store with short ways to write into it.
type fixture struct {
	app.Store
	t   *testing.T
	now time.Time
}

func (f *fixture) ctx() context.Context { return f.t.Context() }

// tick returns an instant one second after the last one.
func (f *fixture) tick() time.Time {
	f.now = f.now.Add(time.Second)
	return f.now
}

// write runs fn and records one entry.
func (f *fixture) write(fn func(ctx context.Context, tx app.Tx) error) {
	f.t.Helper()
	if err := f.try(fn); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) try(fn func(ctx context.Context, tx app.Tx) error) error {
	return f.Write(f.ctx(), func(ctx context.Context, tx app.Tx) error {
		tx.Record(entry("test.written", "test", "1"))
		return fn(ctx, tx)
	})
}

func entry(action, kind, id string) ledger.Entry {
	return ledger.Entry{
		Actor: ledger.Actor{ID: "u1", Name: "佐藤 花子", Via: "web"}, Action: action,
		Subject: ledger.Subject{Kind: kind, ID: id, Name: kind + " " + id}, After: json.RawMessage(`{"a":"<b>&","z":1}`),
	}
}

// verified holds the ledger to be whole.
func (f *fixture) verified() {
	f.t.Helper()
	report, err := f.VerifyLedger(f.ctx())
	if err != nil {
		f.t.Fatal(err)
	}
	if !report.OK {
		f.t.Fatalf("the ledger does not verify: %+v", *report.FirstBad)
	}
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if fault.KindOf(err) != kind {
		t.Fatalf("got error %v of kind %q, want kind %q", err, fault.KindOf(err), kind)
	}
}

func people(t *testing.T, f *fixture) {
	u := app.User{
		ID: ident.New(), Email: "Sato@Example.jp", Name: "佐藤 花子", Roles: []app.Role{app.Approver, app.Viewer}, Lang: "ja",
		CreatedAt: f.tick(), UpdatedAt: f.now,
	}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddUser(ctx, u) })
	got, err := f.UserByEmail(f.ctx(), "SATO@example.jp")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", got)
}
