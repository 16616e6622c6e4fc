package sqlstore_test

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/app"
	"mimamori/internal/sqlstore"
	"mimamori/internal/version"
)

// beforeMatching is a database of the version before 00030, whose component and
// advisory were given keys another way: they do not meet.
var beforeMatching = []string{
	`INSERT INTO products VALUES ('p1', 'ポンプ', '汎用', '', 'approval', '', '', 'III', '[]', 0, '', '', '', '', '', '', 1, '', '', '')`,
	`INSERT INTO releases (id, product_id, version, released_on, eos_on, note, sbom_id, revision, created_at, updated_at, search) VALUES ('r1', 'p1', '1.0', '', '', '', NULL, 1, '', '', '')`,
	`INSERT INTO blobs (sha256, content) VALUES ('00', '')`,
	`INSERT INTO sboms VALUES ('s1', 'r1', 'bom.json', '00', 1, 'CycloneDX', '1.5', 1, 0, 1, 0, '[]', '鈴木', '2026-06-01T00:00:00.000000Z')`,
	`UPDATE releases SET sbom_id = 's1'`,
	`INSERT INTO components VALUES ('c1', 'x', 'library', '', 'viewer', '1.0', '', '', 'cpe:2.3:a:example:viewer:1.0:*:*:*:*:*:*:*', '["old:viewer"]', '{}', '')`,
	`INSERT INTO component_keys VALUES ('old:viewer', 'c1')`,
	`INSERT INTO occurrences VALUES ('s1', 0, 'c1', 'a', '')`,
	`INSERT INTO vulnerabilities VALUES ('v1', 'CVE-2026-0001', 'CVE-2026-0001', '', '', 0, '', 0, NULL, '')`,
	`INSERT INTO vulnerability_aliases VALUES ('CVE-2026-0001', 'CVE-2026-0001', 'v1')`,
}

// A database of an older program says that it has to be matched anew, and a full
// run finds what the old keys missed.
func TestOldKeysAreMadeAnew(t *testing.T) {
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
			for _, statement := range beforeMatching {
				if _, err := db.ExecContext(t.Context(), statement); err != nil {
					t.Fatalf("%s: %v", statement, err)
				}
			}
			body, err := json.Marshal(advisory.Advisory{Source: advisory.SourceNVD, ID: "CVE-2026-0001", Affected: []advisory.Affected{{
				Vendor: "example", Product: "viewer", CPEs: []string{"cpe:2.3:a:example:viewer:*:*:*:*:*:*:*:*"}, Bounds: version.Bounds{Before: "2.0"}, Status: advisory.KnownAffected,
			}}})
			if err != nil {
				t.Fatal(err)
			}
			insert := `INSERT INTO advisories VALUES ('a1', 'nvd', 'CVE-2026-0001', '', 'd', 'v1', '["CVE-2026-0001"]', '', '', '', '', '', '["old:product"]', '` + string(body) + `', '')`
			if _, err := db.ExecContext(t.Context(), insert); err != nil {
				t.Fatal(err)
			}
			s, err := sqlstore.Open(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			a := &app.App{Store: s, Clock: time.Now}
			if m, err := a.Matching(t.Context()); err != nil || m.Current {
				t.Errorf("keys of an older program count as present ones: %+v, %v", m, err)
			}
			done, err := a.Rematch(t.Context(), app.System, func(app.Rematched) {})
			if err != nil || done.Keys != 2 || done.Findings != 1 {
				t.Errorf("the run: %+v, %v", done, err)
			}
			if m, err := a.Matching(t.Context()); err != nil || !m.Current {
				t.Errorf("after the run: %+v, %v", m, err)
			}
			found, err := s.Findings(t.Context(), app.ListQuery{Filter: map[string]string{"state": "open"}})
			if err != nil || found.Total != 1 || found.Items[0].Class != "affected" || found.Items[0].Component.Name != "viewer" {
				t.Errorf("findings: %+v, %v", found, err)
			}
		})
	}
}
