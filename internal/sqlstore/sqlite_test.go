package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
	"mimamori/internal/sqlstore"
)

func mustWrite(t testing.TB, s *sqlstore.Store, n int) {
	t.Helper()
	for range n {
		if err := addSite(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
}

func verify(t testing.TB, s *sqlstore.Store) ledger.Report {
	t.Helper()
	report, err := s.VerifyLedger(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// tampering is what somebody can do who can write the database but has no key.
var tampering = []struct {
	name      string
	statement string
	bad       int64 // the entry to be named
}{
	{"an entry changed", "UPDATE ledger_entries SET canonical = REPLACE(canonical, '佐藤', '鈴木') WHERE seq = 4", 4},
	{"an entry deleted", "DELETE FROM ledger_subjects WHERE seq = 3; DELETE FROM ledger_entries WHERE seq = 3", 3},
	{"the first entry deleted", "DELETE FROM ledger_subjects WHERE seq = 0; DELETE FROM ledger_entries WHERE seq = 0", 0},
	{"the tail cut off", "DELETE FROM ledger_subjects WHERE seq > 6; DELETE FROM ledger_entries WHERE seq > 6", 7},
	{"an entry added", "INSERT INTO ledger_entries SELECT 10, at, actor_id, action, search, canonical FROM ledger_entries WHERE seq = 9", 10},
	{"an entry put before the first", "INSERT INTO ledger_entries SELECT -1, at, actor_id, action, search, canonical FROM ledger_entries WHERE seq = 9", -1},
	{"a hash changed", "UPDATE ledger_hashes SET hash = (SELECT hash FROM ledger_hashes WHERE place = 1) WHERE place = 0", 0},
	{"a hash that is none", "UPDATE ledger_hashes SET hash = 'x' WHERE place = 0", 0},
	{"a hash deleted", "DELETE FROM ledger_hashes WHERE place = 0", 0},
	{"the actor changed where lists look", "UPDATE ledger_entries SET actor_id = 'u9' WHERE seq = 5", 5},
	{"the time changed where lists look", "UPDATE ledger_entries SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 5", 5},
	{"an entry hidden from searches", "UPDATE ledger_entries SET search = '' WHERE seq = 5", 5},
	{"an entry hidden from the list of its record", "DELETE FROM ledger_subjects WHERE seq = 2", 2},
	{"an entry listed under another record", "UPDATE ledger_subjects SET subject_id = 'other' WHERE seq = 2", 2},
	{"the newest checkpoint altered", "UPDATE ledger_head SET note = REPLACE(note, '10', '11')", 9},
	{"the head set back", "UPDATE ledger_head SET size = 5", 4},
	{"an archived checkpoint altered", "UPDATE ledger_checkpoints SET note = REPLACE(note, 'mimamori', 'Mimamori')", 0},
}

func tamper(t *testing.T, s *sqlstore.Store, db *sql.DB, statement string, bad int64) {
	t.Helper()
	mustWrite(t, s, 10)
	if r := verify(t, s); !r.OK || r.Entries != 10 || r.Checkpoints < 2 {
		t.Fatalf("before: %+v %+v", r, r.FirstBad)
	}
	for _, one := range strings.Split(statement, "; ") {
		result, err := db.ExecContext(t.Context(), one)
		if err != nil {
			t.Fatal(err)
		}
		if n, _ := result.RowsAffected(); n == 0 {
			t.Fatalf("nothing was changed by %s", one)
		}
	}
	r := verify(t, s)
	if r.OK || r.FirstBad == nil || r.FirstBad.Seq != bad {
		t.Fatalf("got %+v, first bad %+v; want entry %d", r, r.FirstBad, bad)
	}
}

func TestTamperedSQLiteFile(t *testing.T) {
	for _, tt := range tampering {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.db")
			s := openSQLite(t, path)
			db, err := sql.Open("sqlite", path)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			tamper(t, s, db, tt.statement, tt.bad)
		})
	}
}

func TestTamperedPostgres(t *testing.T) {
	for _, tt := range tampering {
		t.Run(tt.name, func(t *testing.T) {
			address := freshDatabase(t)
			s := openPostgres(t, sqlstore.Config{URL: address})
			db, err := sql.Open("pgx", address)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			tamper(t, s, db, tt.statement, tt.bad)
		})
	}
}

func TestReopen(t *testing.T) {
	dir := t.TempDir()
	url := ""
	for name, config := range map[string]func(t *testing.T) sqlstore.Config{
		"sqlite": func(*testing.T) sqlstore.Config { return sqlstore.Config{Path: filepath.Join(dir, "x.db")} },
		"postgres": func(t *testing.T) sqlstore.Config {
			if url == "" {
				url = freshDatabase(t)
			}
			return sqlstore.Config{URL: url, LedgerKeyPath: filepath.Join(dir, "pg.key")}
		},
	} {
		t.Run(name, func(t *testing.T) {
			var key, checkpoint string
			for round := range 3 {
				s, err := sqlstore.Open(t.Context(), config(t))
				if err != nil {
					t.Fatal(err)
				}
				if round > 0 && s.VerifierKey() != key {
					t.Errorf("the key changed from %s to %s", key, s.VerifierKey())
				}
				key = s.VerifierKey()
				mustWrite(t, s, 3)
				if r := verify(t, s); !r.OK || r.Entries != int64(3*round+3) {
					t.Errorf("round %d: %+v %+v", round, r, r.FirstBad)
				}
				if checkpoint, err = s.Checkpoint(t.Context()); err != nil {
					t.Fatal(err)
				}
				if c, err := ledger.OpenCheckpoint(checkpoint, key); err != nil || c.Size != int64(3*round+3) {
					t.Errorf("checkpoint %+v, %v", c, err)
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				if err := addSite(t.Context(), s); err == nil {
					t.Error("a closed store took a write")
				}
			}

			// Without its key, or with another one, the ledger is not continued.
			c := config(t)
			path := c.LedgerKeyPath
			if path == "" {
				path = filepath.Join(dir, "ledger.key")
			}
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("key file: %v, %v", info.Mode(), err)
			}
			if err := os.Rename(path, path+".away"); err != nil {
				t.Fatal(err)
			}
			if _, err := sqlstore.Open(t.Context(), c); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "key of the ledger is missing") {
				t.Errorf("without the key: %v", err)
			}
			secret, err := ledger.NewKey()
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(secret), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := sqlstore.Open(t.Context(), c); fault.KindOf(err) != fault.Invalid {
				t.Errorf("with another key: %v", err)
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "text.db")
	if err := os.WriteFile(file, []byte(strings.Repeat("this is no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]sqlstore.Config{
		"nothing":         {},
		"both":            {Path: "x", URL: "postgres://x"},
		"no key":          {URL: "postgres://test@127.0.0.1:1/x"},
		"nobody answers":  {URL: "postgres://test:secret-word@127.0.0.1:1/x", LedgerKeyPath: filepath.Join(t.TempDir(), "k")},
		"no address":      {URL: "postgres://test:secret-word@[", LedgerKeyPath: filepath.Join(t.TempDir(), "k")},
		"file of no kind": {Path: file},
	} {
		s, err := sqlstore.Open(t.Context(), c)
		if err == nil {
			t.Errorf("%s: opened %v", name, s)
		} else if strings.Contains(err.Error(), "secret-word") {
			t.Errorf("%s: the error shows the password: %v", name, err)
		}
	}
}

// Every pooled connection has the settings, not only the first.
func TestSQLiteSettings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "with space ? # % 日本.db")
	s := openSQLite(t, path)
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("others can read the database: %v", info.Mode())
	}
	for _, pool := range []struct {
		name     string
		db       *sql.DB
		n        int
		readOnly string
	}{{"writes", s.Handles().SQLite, 1, "0"}, {"reads", sqlstore.Reads(s), 4, "1"}} {
		var held []*sql.Conn
		for i := range pool.n {
			conn, err := pool.db.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			held = append(held, conn)
			for pragma, want := range map[string]string{
				"foreign_keys": "1", "journal_mode": "wal", "synchronous": "2", "busy_timeout": "10000", "query_only": pool.readOnly,
			} {
				var got string
				if err := conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
					t.Errorf("%s, connection %d: %s = %q, %v; want %s", pool.name, i, pragma, got, err, want)
				}
			}
		}
		for _, conn := range held {
			_ = conn.Close()
		}
	}
	if n := s.Handles().SQLite.Stats().MaxOpenConnections; n != 1 {
		t.Errorf("%d connections can write", n)
	}
}

// Two processes on one file, here two stores: both write, nothing is lost.
func TestTwoStoresOnOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	a, b := openSQLite(t, path), openSQLite(t, path)
	twoStores(t, a, b)
}

func TestTwoNodesOnOnePostgres(t *testing.T) {
	c := sqlstore.Config{URL: freshDatabase(t), LedgerKeyPath: filepath.Join(t.TempDir(), "k")}
	twoStores(t, openPostgres(t, c), openPostgres(t, c))
}

func twoStores(t *testing.T, a, b *sqlstore.Store) {
	t.Helper()
	var wait sync.WaitGroup
	for _, s := range []*sqlstore.Store{a, b, a, b} {
		wait.Go(func() {
			for range 20 {
				if err := addSite(t.Context(), s); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	for _, s := range []*sqlstore.Store{a, b} {
		if r := verify(t, s); !r.OK || r.Entries != 80 {
			t.Errorf("%+v %+v", r, r.FirstBad)
		}
	}
}

// Both databases keep what was read as it was, and sort alike: the suite ran on
// both, this compares one list with Japanese and mixed case on each.
func TestBothSortAlike(t *testing.T) {
	var lists [][]string
	for _, s := range []*sqlstore.Store{openSQLite(t, filepath.Join(t.TempDir(), "x.db")), openPostgres(t, sqlstore.Config{})} {
		for _, name := range []string{"b", "B", "a", "ア", "あ", "亜", "_", "Ä", "10", "9", ""} {
			if err := s.Write(t.Context(), func(ctx context.Context, tx app.Tx) error {
				tx.Record(ledger.Entry{Action: "x"})
				return tx.AddSite(ctx, register.Site{ID: ident.New(), Name: name})
			}); err != nil {
				t.Fatal(err)
			}
		}
		page, err := s.Sites(t.Context(), app.ListQuery{Sort: "name"})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, site := range page.Items {
			names = append(names, site.Name)
		}
		lists = append(lists, names)
	}
	if a, b := fmt.Sprint(lists[0]), fmt.Sprint(lists[1]); a != b {
		t.Errorf("SQLite %s\nPostgreSQL %s", a, b)
	}
}

// A job that was asked for in a write that fails does not run; one in a write
// that is committed is in the queue.
func TestJobCommitsWithItsWrite(t *testing.T) {
	for name, open := range map[string]func(t *testing.T) (*sqlstore.Store, *sql.DB){
		"sqlite": func(t *testing.T) (*sqlstore.Store, *sql.DB) {
			s := openSQLite(t, filepath.Join(t.TempDir(), "x.db"))
			return s, s.Handles().SQLite
		},
		"postgres": func(t *testing.T) (*sqlstore.Store, *sql.DB) {
			s := openPostgres(t, sqlstore.Config{})
			return s, sqlstore.Reads(s)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, db := open(t)
			write := func(fail error) error {
				return s.Write(t.Context(), func(ctx context.Context, tx app.Tx) error {
					tx.Record(ledger.Entry{Action: "import.started"})
					if err := tx.Enqueue(ctx, app.Job{Kind: "import", ID: "1"}); err != nil {
						return err
					}
					return fail
				})
			}
			jobsQueued := func() (n int) {
				if err := db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM river_job").Scan(&n); err != nil {
					t.Fatal(err)
				}
				return n
			}
			if err := write(errors.New("no")); err == nil || jobsQueued() != 0 {
				t.Errorf("after a failed write %d jobs are queued", jobsQueued())
			}
			if err := write(nil); err != nil || jobsQueued() != 1 {
				t.Errorf("after a write %d jobs are queued: %v", jobsQueued(), err)
			}
		})
	}
}
