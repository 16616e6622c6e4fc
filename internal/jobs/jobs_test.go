package jobs_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/feed"
	"mimamori/internal/jobs"
	"mimamori/internal/sqlstore"
)

var psirt = app.Actor{UserID: "u", Name: "PSIRT", Roles: []app.Role{app.ProductSecurity}, Via: "api"}

func openApp(t *testing.T, path string) (*app.App, *sqlstore.Store) {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{Path: path, Enqueue: jobs.Enqueue})
	if err != nil {
		t.Fatal(err)
	}
	return &app.App{Store: store, Clock: time.Now, Feed: feed.Disk{}}, store
}

func startRunner(t *testing.T, a *app.App, store *sqlstore.Store) *jobs.Runner {
	t.Helper()
	runner, err := jobs.OnSQLite(store.Handles().SQLite, a, slog.New(slog.DiscardHandler))
	if err == nil {
		err = runner.Start(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return runner
}

func record(n int) []byte {
	return fmt.Appendf(nil, `{"id":"JOB-%d","modified":"2026-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"p"}}]}`, n)
}

func TestAnImportAskedForBeforeAStopIsDoneAfterTheNextStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jobs.db")
	a, store := openApp(t, path)
	first, err := a.StartImport(t.Context(), psirt, app.StartImport{Kind: "osv", Name: "a.json", File: bytes.NewReader(record(1))})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil { // nothing ran yet
		t.Fatal(err)
	}

	a, store = openApp(t, path)
	runner := startRunner(t, a, store)
	second, err := a.StartImport(t.Context(), psirt, app.StartImport{Kind: "osv", Name: "b.json", File: bytes.NewReader(record(2))})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{first.ID, second.ID} {
		waitDone(t, a, id)
	}
	if err := errors.Join(runner.Stop(t.Context()), store.Close()); err != nil {
		t.Error(err)
	}
}

func TestAnImportThatAKilledServerWasAtIsDoneAfterTheNextStart(t *testing.T) {
	a, store := openApp(t, filepath.Join(t.TempDir(), "jobs.db"))
	run, err := a.StartImport(t.Context(), psirt, app.StartImport{Kind: "osv", Name: "a.json", File: bytes.NewReader(record(1))})
	if err != nil {
		t.Fatal(err)
	}
	// What kill -9 leaves behind: a job that somebody is at, and nobody is.
	if _, err := store.Handles().SQLite.ExecContext(t.Context(),
		"UPDATE river_job SET state = 'running', attempt = 1, attempted_at = strftime('%Y-%m-%d %H:%M:%f', 'now', '-1 seconds'), attempted_by = json_array('killed')"); err != nil {
		t.Fatal(err)
	}
	runner := startRunner(t, a, store)
	waitDone(t, a, run.ID)
	if err := errors.Join(runner.Stop(t.Context()), store.Close()); err != nil {
		t.Error(err)
	}
}

func waitDone(t *testing.T, a *app.App, id string) {
	t.Helper()
	for range 600 {
		run, err := a.Store.ImportRun(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if run.State == "done" && run.Records == 1 {
			return
		}
		if run.State != "queued" && run.State != "running" {
			t.Fatalf("import %s is %s: %s", run.Name, run.State, run.Error)
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("import %s did not end within 30 s", id)
}

func TestARefusedWriteLeavesNoJob(t *testing.T) {
	a, store := openApp(t, filepath.Join(t.TempDir(), "jobs.db"))
	if _, err := a.StartImport(t.Context(), app.Actor{UserID: "v", Roles: []app.Role{app.Viewer}}, app.StartImport{Kind: "osv", Name: "a.json", File: bytes.NewReader(record(1))}); err == nil {
		t.Fatal("a viewer may not import")
	}
	var count int
	if err := store.Handles().SQLite.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM river_job").Scan(&count); err != nil || count != 0 {
		t.Errorf("%d jobs wait, %v; want none", count, err)
	}
	if err := store.Close(); err != nil {
		t.Error(err)
	}
}

// A feed that is switched on is fetched by the server that works the queue,
// without anybody asking.
func TestAFeedThatIsOnIsFetched(t *testing.T) {
	var lines []byte
	for n := range 3 {
		lines = append(append(lines, record(n)...), '\n')
	}
	publisher := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(lines) }))
	t.Cleanup(publisher.Close)
	a, store := openApp(t, filepath.Join(t.TempDir(), "jobs.db"))
	a.Courier = &feed.Courier{Dir: t.TempDir(), Now: time.Now}
	admin := app.Actor{UserID: "a", Name: "管理者", Roles: []app.Role{app.Administrator}, Via: "api"}
	f, err := a.AddFeed(t.Context(), admin, app.FeedInput{Name: "npm", Kind: "osv", Address: publisher.URL + "/all.jsonl", EveryH: 24, AlarmAfterH: 72, Whole: true, On: true})
	if err != nil {
		t.Fatal(err)
	}
	runner := startRunner(t, a, store)
	deadline := time.Now().Add(30 * time.Second)
	for f.Records != 3 && time.Now().Before(deadline) {
		time.Sleep(50 * time.Millisecond)
		if f, err = store.Feed(t.Context(), f.ID); err != nil {
			t.Fatal(err)
		}
	}
	if f.Records != 3 || f.RunID != "" || !f.NextAt.After(time.Now()) {
		t.Errorf("after 30 seconds: %+v", f)
	}
	if err := errors.Join(runner.Stop(t.Context()), store.Close()); err != nil {
		t.Error(err)
	}
}
