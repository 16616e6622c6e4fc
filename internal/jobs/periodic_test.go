package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/deadline"
	"mimamori/internal/ident"
	"mimamori/internal/jobs"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
	"mimamori/internal/sqlstore"
	"mimamori/rulebook"

	"pgregory.net/rapid"
)

// Eight in the morning in Tokyo is 23:00 UTC of the day before; there is no
// summer time, so every day has exactly one.
func TestDailyIsByTheClockOfTokyo(t *testing.T) {
	at := func(text string) time.Time {
		v, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for now, want := range map[string]string{
		"2026-11-22T22:59:59Z":      "2026-11-22T23:00:00Z",
		"2026-11-22T23:00:00Z":      "2026-11-23T23:00:00Z", // now is not after now
		"2026-12-31T23:30:00Z":      "2027-01-01T23:00:00Z",
		"2026-03-29T01:30:00+01:00": "2026-03-29T23:00:00Z", // the night in which clocks change in Europe
		"2026-11-01T01:30:00-04:00": "2026-11-01T23:00:00Z", // and in America
	} {
		if got := (jobs.Daily{Hour: 8}).Next(at(now)); !got.Equal(at(want)) {
			t.Errorf("after %s: %v, want %s", now, got.UTC(), want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(rapid.Int64Range(0, 4_000_000_000).Draw(t, "now"), 0)
		next := jobs.Daily{Hour: 8}.Next(now)
		if in := next.In(caldate.Tokyo); in.Hour() != 8 || in.Minute() != 0 || in.Second() != 0 {
			t.Fatalf("next is %v", in)
		}
		if wait := next.Sub(now); wait <= 0 || wait > 24*time.Hour {
			t.Fatalf("%v waits %v", now, wait)
		}
	})
}

// letterbox fails as long as it is told to.
type letterbox struct {
	mu     sync.Mutex
	broken bool
	tries  int
	mails  []app.Mail
}

func (l *letterbox) Send(_ context.Context, m app.Mail) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tries++
	if l.broken {
		return errors.New("the mail server is down")
	}
	l.mails = append(l.mails, m)
	return nil
}

func (l *letterbox) state() (tries, mails int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tries, len(l.mails)
}

func (l *letterbox) mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken = false
}

// pressing is an app with a safety officer and a report that is due tomorrow.
func pressing(t *testing.T, path string, box *letterbox) (*app.App, *sqlstore.Store) {
	t.Helper()
	a, store := openApp(t, path)
	law, err := app.BuiltInLaw()
	if err != nil {
		t.Fatal(err)
	}
	a.Law, a.Mail, a.Address = law, box, "http://localhost"
	if a.Calendar, err = deadline.LoadCalendar(rulebook.FS, rulebook.JapanCalendar); err != nil {
		t.Fatal(err)
	}
	if users, err := store.Users(t.Context()); err != nil || len(users) > 0 {
		return a, store // opened a second time
	}
	err = store.Write(t.Context(), func(ctx context.Context, tx app.Tx) error {
		tx.Record(ledger.Entry{Actor: ledger.Actor{ID: "t", Name: "t", Via: "cli"}, Action: "test.begun", Subject: ledger.Subject{Kind: "setting", ID: "t"}})
		product := register.Product{ID: ident.New(), BrandName: "輸液ポンプ", GenericName: "ポンプ", Route: register.Approval, Class: register.ClassII, Designated: register.No, Revision: 1, CreatedAt: time.Now()}
		return errors.Join(
			tx.AddUser(ctx, app.User{ID: "u-officer", Email: "anzen@example.jp", Name: "安全 太郎", Roles: []app.Role{app.SafetyOfficer}, Lang: "ja", CreatedAt: time.Now()}),
			tx.AddProduct(ctx, product),
			tx.AddObligation(ctx, casefile.Obligation{
				ID: ident.New(), ProductID: product.ID, Kind: casefile.DueReport, Form: "form8", Items: []string{}, State: casefile.ObligationOpen, DueOn: a.Today().AddDays(1),
			}))
	})
	if err != nil {
		t.Fatal(err)
	}
	return a, store
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for range 600 {
		if done() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%s: not within 30 s", what)
}

// A start tells what presses; mail that fails is tried again; neither a second
// start nor a second server tells anything twice.
func TestAStartTellsOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jobs.db")
	box := &letterbox{broken: true}
	a, store := pressing(t, path, box)
	runner := startRunner(t, a, store)
	eventually(t, "the first try", func() bool { tries, _ := box.state(); return tries >= 1 })
	told, err := store.Notifications(t.Context(), "u-officer", app.ListQuery{})
	if err != nil || told.Total != 1 || !told.Items[0].MailedAt.IsZero() {
		t.Fatalf("told in the app while mail fails: %+v, %v", told, err)
	}
	box.mend()
	eventually(t, "the second try", func() bool { _, mails := box.state(); return mails == 1 })
	if err := errors.Join(runner.Stop(t.Context()), store.Close()); err != nil {
		t.Error(err)
	}

	a, store = pressing(t, path, box)
	first := startRunner(t, a, store)
	second, err := jobs.OnSQLite(store.Handles().SQLite, a, slog.New(slog.DiscardHandler))
	if err == nil {
		err = second.Start(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	finished := "SELECT COUNT(*) FROM river_job WHERE kind = 'daily' AND state = 'completed'"
	eventually(t, "the daily work after the second start", func() bool {
		var n int
		if err := store.Handles().SQLite.QueryRowContext(t.Context(), finished).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n >= 2
	})
	told, err = store.Notifications(t.Context(), "u-officer", app.ListQuery{})
	if _, mails := box.state(); err != nil || told.Total != 1 || mails != 1 || told.Items[0].MailedAt.IsZero() {
		t.Errorf("%d notifications, %d messages, %v; want one of each", told.Total, mails, err)
	}
	if err := errors.Join(first.Stop(t.Context()), second.Stop(t.Context()), store.Close()); err != nil {
		t.Error(err)
	}
}

// A mail job that a killed server was at may have been sent a moment ago: it
// waits until that server must have ended, then finds what was marked.
func TestMailThatAKilledServerWasAtWaits(t *testing.T) {
	box := &letterbox{}
	a, store := pressing(t, filepath.Join(t.TempDir(), "jobs.db"), box)
	if err := a.Escalate(t.Context()); err != nil {
		t.Fatal(err)
	}
	db := store.Handles().SQLite
	if _, err := db.ExecContext(t.Context(),
		"UPDATE river_job SET state = 'running', attempt = 1, attempted_at = strftime('%Y-%m-%d %H:%M:%f', 'now', '-1 seconds'), attempted_by = json_array('killed') WHERE kind = 'mail'"); err != nil {
		t.Fatal(err)
	}
	runner := startRunner(t, a, store)
	var state string
	var ahead float64
	if err := db.QueryRowContext(t.Context(), "SELECT state, (julianday(scheduled_at) - julianday('now')) * 86400 FROM river_job WHERE kind = 'mail'").Scan(&state, &ahead); err != nil {
		t.Fatal(err)
	}
	if state != "retryable" || ahead < 60 || ahead > 121 {
		t.Errorf("the job is %s and due in %.0f s; want it to wait about two minutes", state, ahead)
	}
	if err := errors.Join(runner.Stop(t.Context()), store.Close()); err != nil {
		t.Error(err)
	}
	if _, mails := box.state(); mails != 0 {
		t.Errorf("%d messages went out", mails)
	}
}

func TestMailIsRefusedByNoQueue(t *testing.T) {
	if err := jobs.Enqueue(t.Context(), nil, app.Job{Kind: "unknown", ID: "x"}); err == nil {
		t.Error("a job that nobody works is taken")
	}
}
