package sqlstore_test

import (
	"path/filepath"
	"testing"

	"mimamori/internal/assess"
	"mimamori/internal/register"
	"mimamori/internal/sqlstore"
)

// beforeConsequences is a database of the version before 00020: assessments
// whose controls suffice, do not, or are not known to, and that are about a leak
// only, about more, or not known to be.
var beforeConsequences = []string{
	`INSERT INTO products VALUES ('p1', 'ポンプ', '汎用', '', 'approval', '', '', 'III', '[]', 0, '', '', '', '', '', '', 1, '', '', '')`,
	`INSERT INTO vulnerabilities VALUES ('v1', 'CVE-2026-0001', 'CVE-2026-0001', '', '', 0, '', 0, NULL, '')`,
	`INSERT INTO assessments VALUES ('a1', 'p1', 'v1', 1, 'affected', '', '', 'yes', 'yes', 'no', 'no', 'none', 'パッチ', 'yes', 'yes', '鈴木', '2026-06-01T00:00:00.000000Z', 1, '')`,
	`INSERT INTO assessments VALUES ('a2', 'p1', 'v1', 2, 'affected', '', '', 'yes', 'yes', 'no', 'no', 'none', '', 'no', 'no', '鈴木', '2026-06-02T00:00:00.000000Z', 1, '')`,
	`INSERT INTO assessments VALUES ('a3', 'p1', 'v1', 3, 'affected', '', '', 'yes', 'yes', 'no', 'no', 'none', '', 'unknown', 'unknown', '鈴木', '2026-06-03T00:00:00.000000Z', 0, '')`,
}

// Older assessments say what they said: controls that suffice are in place, a
// leak only is a leak only, and of all else nothing is known.
func TestAssessmentsKeepOldRows(t *testing.T) {
	for name, config := range map[string]func(t *testing.T) sqlstore.Config{
		"sqlite": func(t *testing.T) sqlstore.Config { return sqlstore.Config{Path: filepath.Join(t.TempDir(), "x.db")} },
		"postgres": func(t *testing.T) sqlstore.Config {
			return sqlstore.Config{URL: freshDatabase(t), LedgerKeyPath: filepath.Join(t.TempDir(), "k")}
		},
	} {
		t.Run(name, func(t *testing.T) {
			config := config(t)
			if err := sqlstore.MigrateTo(t.Context(), config, 19); err != nil {
				t.Fatal(err)
			}
			db := openRaw(t, config)
			for _, statement := range beforeConsequences {
				if _, err := db.ExecContext(t.Context(), statement); err != nil {
					t.Fatalf("%s: %v", statement, err)
				}
			}
			s, err := sqlstore.Open(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			nothing := assess.Assessment{}
			nothing.Fill()
			leak := assess.Consequences{SettingsChanged: register.No, CareChanged: register.No, DataLost: register.Yes, Misoperation: register.No, Spread: register.No}
			for id, want := range map[string]struct {
				applied  register.Known
				expected assess.Consequences
			}{
				"a1": {register.Yes, leak},
				"a2": {register.Unknown, nothing.Consequences},
				"a3": {register.Unknown, nothing.Consequences},
			} {
				a, err := s.Assessment(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				if a.ControlsApplied != want.applied || a.Expected() != want.expected || a.Consequences != nothing.Consequences || len(a.Malfunctions) > 0 || a.Malfunctions == nil {
					t.Errorf("%s: %+v", id, a)
				}
				if err := a.Check(); err != nil {
					t.Errorf("%s can no longer be kept: %v", id, err)
				}
			}
		})
	}
}
