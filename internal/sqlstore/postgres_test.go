package sqlstore_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mimamori/internal/jobs"
	"mimamori/internal/sqlstore"
	"mimamori/internal/sqlstore/pgtest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	pgtest.Stop()
	os.Exit(code)
}

// freshDatabase makes an empty database of its own.
var freshDatabase = pgtest.Address

func openPostgres(t testing.TB, config sqlstore.Config) *sqlstore.Store {
	t.Helper()
	if config.URL == "" {
		config.URL = freshDatabase(t)
	}
	if config.LedgerKeyPath == "" {
		config.LedgerKeyPath = filepath.Join(t.TempDir(), "ledger.key")
	}
	config.Enqueue = jobs.Enqueue
	s, err := sqlstore.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil && !strings.Contains(err.Error(), "closed") {
			t.Error(err)
		}
	})
	return s
}
