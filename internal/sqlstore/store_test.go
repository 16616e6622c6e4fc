package sqlstore_test

import (
	"path/filepath"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/jobs"
	"mimamori/internal/sqlstore"
	"mimamori/internal/sqlstore/storetest"
)

func openSQLite(t testing.TB, path string) *sqlstore.Store {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), sqlstore.Config{Path: path, Enqueue: jobs.Enqueue})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) app.Store { return openSQLite(t, filepath.Join(t.TempDir(), "mimamori.db")) })
}

func TestPostgres(t *testing.T) {
	storetest.Run(t, func(t *testing.T) app.Store { return openPostgres(t, sqlstore.Config{}) })
}
