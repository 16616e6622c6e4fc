package sqlstore_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/sqlstore"
)

// An older database keeps its keys: components and advisories are found by
// them, also by those of digests, which are kept in part only since then.
func TestOldKeysAreFound(t *testing.T) {
	digest := "hash:sha512:" + strings.Repeat("0123456789abcdef", 8)
	twin := digest[:60] + strings.Repeat("0", 80) // the same in the part that is kept
	short := "hash:sha1:" + strings.Repeat("ab", 20)
	for name, config := range map[string]func(t *testing.T) sqlstore.Config{
		"sqlite": func(t *testing.T) sqlstore.Config { return sqlstore.Config{Path: filepath.Join(t.TempDir(), "x.db")} },
		"postgres": func(t *testing.T) sqlstore.Config {
			return sqlstore.Config{URL: freshDatabase(t), LedgerKeyPath: filepath.Join(t.TempDir(), "k")}
		},
	} {
		t.Run(name, func(t *testing.T) {
			config := config(t)
			if err := sqlstore.MigrateTo(t.Context(), config, 24); err != nil {
				t.Fatal(err)
			}
			db := openRaw(t, config)
			statements := slices.Concat(beforeMatching, []string{
				`INSERT INTO components VALUES ('c2', 'y', 'library', '', 'other', '1.0', '', '', '', '[]', '{}', '')`,
				`INSERT INTO component_keys VALUES ('` + twin + `', 'c2'), ('` + digest + `', 'c2'), ('` + short + `', 'c1'), ('name:日本|ビューア', 'c1'), ('` + digest + `', 'c1')`,
				`INSERT INTO advisories VALUES ('a1', 'nvd', 'CVE-2026-0001', '', 'd', 'v1', '["CVE-2026-0001"]', '', '', '', '', '', '[]', '{}', '')`,
				`INSERT INTO advisory_keys VALUES ('` + twin + `', 'a1'), ('` + digest + `', 'a1'), ('old:viewer', 'a1')`,
			})
			for _, statement := range statements {
				if _, err := db.ExecContext(t.Context(), statement); err != nil {
					t.Fatalf("%s: %v", statement, err)
				}
			}
			s, err := sqlstore.Open(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			for key, want := range map[string][]string{
				digest: {"c1", "c2"}, twin: {"c1", "c2"}, short: {"c1"}, "name:日本|ビューア": {"c1"}, "old:viewer": {"c1"}, short[:40]: nil,
			} {
				found, err := s.ComponentsByKeys(t.Context(), []string{key})
				var ids []string
				for _, c := range found {
					ids = append(ids, c.ID)
				}
				if err != nil || !slices.Equal(ids, want) {
					t.Errorf("components by %s: %v, %v", key, ids, err)
				}
			}
			for _, key := range []string{digest, twin, "old:viewer"} {
				if found, err := s.AdvisoriesByKeys(t.Context(), []string{key}); err != nil || len(found) != 1 {
					t.Errorf("advisories by %s: %v, %v", key, found, err)
				}
			}
			var rows int
			if err := openRaw(t, config).QueryRowContext(t.Context(), "SELECT (SELECT COUNT(*) FROM component_keys) * 100 + (SELECT COUNT(*) FROM advisory_keys)").Scan(&rows); err != nil || rows != 502 {
				t.Errorf("rows: %d, %v", rows, err)
			}
		})
	}
}
