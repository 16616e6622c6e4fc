package sqlstore_test

import (
	"path/filepath"
	"testing"
	"time"

	"mimamori/internal/sqlstore"
)

func TestSessionsEndAndAreForgotten(t *testing.T) {
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	s, err := sqlstore.Open(t.Context(), sqlstore.Config{Path: filepath.Join(t.TempDir(), "sessions.db"), Clock: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	put := func(token, data string, expiresAt time.Time) {
		t.Helper()
		if err := s.PutSession(t.Context(), token, []byte(data), expiresAt); err != nil {
			t.Fatal(err)
		}
	}
	is := func(token, want string, there bool) {
		t.Helper()
		data, found, err := s.Session(t.Context(), token)
		if err != nil || found != there || string(data) != want {
			t.Errorf("session %s: got %q, %v, %v; want %q, %v", token, data, found, err, want, there)
		}
	}
	is("a", "", false)
	put("a", "first", now.Add(time.Hour))
	put("a", "second \x00\xff", now.Add(time.Hour))
	is("a", "second \x00\xff", true)
	put("b", "other", now.Add(2*time.Hour))
	now = now.Add(time.Hour)
	is("a", "", false)
	is("b", "other", true)
	if err := s.DeleteSession(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteSession(t.Context(), "b"); err != nil {
		t.Errorf("signing out twice is no error: %v", err)
	}
	is("b", "", false)
}
