package sqlstore_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/ledger"
	"mimamori/internal/sqlstore"
)

// beforeObligations is a database of the version before 00009: two cases with
// confirmed determinations, obligations in every state, reports with versions.
var beforeObligations = []string{
	`INSERT INTO products VALUES ('p1', 'ポンプ', '汎用', '', 'approval', '', '2024-04-01', 'III', '[]', 0, '', '', '', '', '', '', 1, '', '', 'ほんふ')`,
	`INSERT INTO products VALUES ('p2', 'モニタ', '汎用', '', 'approval', '', '', 'II', '[]', 0, '', '', '', '', '', '', 1, '', '', 'もにた')`,
	`INSERT INTO intakes VALUES ('n1', 'IN-2026-0001', 'hospital', '病院', '2026-06-01', '', '停止', '', 'p1', NULL, NULL, NULL, '佐藤', '2026-06-01T00:00:00.000000Z', '')`,
	`INSERT INTO intakes VALUES ('n2', 'IN-2026-0002', 'hospital', '病院', '2026-06-01', '', '停止', '', NULL, NULL, NULL, NULL, '佐藤', '2026-06-02T00:00:00.000000Z', '')`,
	`INSERT INTO cases VALUES ('c1', 'C-2026-0001', '停止', 'p1', NULL, NULL, NULL, '2026-06-01', 'report', '[]', '["n1"]', 3, '佐藤', '', '', '')`,
	`INSERT INTO cases VALUES ('c2', 'C-2026-0002', '表示', 'p2', NULL, NULL, NULL, '2026-06-02', 'determine', '[]', '[]', 1, '佐藤', '', '', '')`,
	`INSERT INTO case_intakes VALUES ('c1', 'n1')`,
	`INSERT INTO determinations VALUES ('d1', 'c1', 1, '2026-06-01', 'undetermined', '', 15, 0, '2026-06-16', 0, '[]', '{}', 'x', '', '佐藤', '2026-06-02T00:00:00.000000Z', 1)`,
	`INSERT INTO determinations VALUES ('d2', 'c1', 2, '2026-06-01', 'report', 'form8', 15, 0, '2026-06-16', 1, '["228-20(2)-1-i"]', '{ "b":1, "a" : "<&>" }', 'y', '確認', '鈴木', '2026-06-03T00:00:00.000000Z', 0)`,
	`INSERT INTO obligations VALUES ('o1', 'c1', NULL, 'decision', '', '[]', '2026-06-01', '2026-06-16', '2026-06-16', '', 'met', '2026-06-03', '', 2, '', '', '2 2026-06-16')`,
	`INSERT INTO obligations VALUES ('o2', 'c1', 'd2', 'first_report', '', '["228-20(2)-1-i"]', '2026-06-01', '', '', '2026-06-02T00:00:00.000000Z', 'void', '', '', 1, '', '', '2 9999-12-31')`,
	`INSERT INTO obligations VALUES ('o3', 'c1', 'd2', 'report', 'form8', '["228-20(2)-1-i"]', '2026-06-01', '2026-06-16', '2026-06-15', '', 'open', '', 'FAX', 4, '2026-06-03T00:00:00.000000Z', '2026-06-04T00:00:00.000000Z', '1 2026-06-16')`,
	`INSERT INTO obligations VALUES ('o4', 'c2', NULL, 'decision', '', '[]', '2026-06-02', '2026-06-17', '2026-06-17', '', 'open', '', '', 1, '', '', '1 2026-06-17')`,
	`INSERT INTO reports VALUES ('w1', 'R-2026-0001', 'c1', 'o3', 'p1', 'form8', '2026', 'in_review', 2, '佐藤', 5, '', '', 'r')`,
	`INSERT INTO reports VALUES ('w2', 'R-2026-0002', 'c1', NULL, 'p1', 'form8', '2026', 'draft', 1, '鈴木', 1, '', '', '')`,
	`INSERT INTO report_versions VALUES ('w1', 1, '{ "a":1 }', 'k', '佐藤', '2026-06-05T00:00:00.000000Z')`,
	`INSERT INTO report_versions VALUES ('w1', 2, '{"a":2}', 'l', '佐藤', '2026-06-06T00:00:00.000000Z')`,
	`INSERT INTO report_versions VALUES ('w2', 1, '{}', 'm', '鈴木', '2026-06-06T00:00:00.000000Z')`,
}

// What the rebuilt tables must have in both databases.
var (
	references = []string{
		"clock_changes.obligation_id → obligations", "determinations.case_id → cases", "notifications.obligation_id → obligations", "notifications.user_id → users",
		"obligations.case_id → cases", "obligations.determination_id → determinations", "obligations.intake_id → intakes", "obligations.product_id → products",
		"report_versions.report_id → reports", "reports.case_id → cases", "reports.obligation_id → obligations", "reports.product_id → products",
	}
	indexes = []string{
		"clock_changes_obligation", "determinations_governing", "notifications_unread", "notifications_user", "obligations_case", "obligations_due", "obligations_intake",
		"obligations_late", "obligations_product", "obligations_urgency", "reports_case", "reports_obligation", "reports_product", "reports_sent", "reports_state", "reports_updated", "signatures_subject",
	}
)

const rebuilt = "('determinations', 'obligations', 'reports', 'report_versions', 'signatures', 'clock_changes', 'notifications', 'rulebook_texts')"

// A database of an older version keeps everything.
func TestObligationsKeepOldRows(t *testing.T) {
	for name, tt := range map[string]struct {
		config              func(t *testing.T) sqlstore.Config
		references, indexes string
	}{
		"sqlite": {
			func(t *testing.T) sqlstore.Config {
				return sqlstore.Config{Path: filepath.Join(t.TempDir(), "x.db")}
			},
			`SELECT m.name || '.' || f."from" || ' → ' || f."table" FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND m.name IN ` + rebuilt + ``,
			`SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ` + rebuilt + ``,
		},
		"postgres": {
			func(t *testing.T) sqlstore.Config {
				return sqlstore.Config{URL: freshDatabase(t), LedgerKeyPath: filepath.Join(t.TempDir(), "k")}
			},
			`SELECT k.conrelid::regclass || '.' || a.attname || ' → ' || k.confrelid::regclass FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
				WHERE k.contype = 'f' AND k.conrelid::regclass::text IN ` + rebuilt + ``,
			`SELECT indexname::text FROM pg_indexes WHERE tablename IN ` + rebuilt + ` AND indexname NOT LIKE '%\_pkey' AND indexname NOT LIKE '%\_key'`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			config := tt.config(t)
			if err := sqlstore.MigrateTo(t.Context(), config, 8); err != nil {
				t.Fatal(err)
			}
			db := openRaw(t, config)
			for _, statement := range beforeObligations {
				if _, err := db.ExecContext(t.Context(), statement); err != nil {
					t.Fatalf("%s: %v", statement, err)
				}
			}
			s, err := sqlstore.Open(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })

			if got := column(t, db, tt.references); !slices.Equal(got, references) {
				t.Errorf("foreign keys %q\nwant %q", got, references)
			}
			if got := column(t, db, tt.indexes); !slices.Equal(got, indexes) {
				t.Errorf("indexes %q\nwant %q", got, indexes)
			}
			if name == "sqlite" {
				if broken := column(t, db, `SELECT "table" FROM pragma_foreign_key_check`); len(broken) > 0 {
					t.Errorf("rows that refer to nothing in %q", broken)
				}
			}
			for _, statement := range []string{"DELETE FROM obligations WHERE id = 'o3'", "DELETE FROM determinations WHERE id = 'd2'", "DELETE FROM reports WHERE id = 'w1'", "SELECT 1 FROM old_obligations"} {
				if _, err := db.ExecContext(t.Context(), statement); err == nil {
					t.Errorf("%s: no error", statement)
				}
			}
			keptOldRows(t, s)
		})
	}
}

func openRaw(t *testing.T, config sqlstore.Config) *sql.DB {
	t.Helper()
	driver, address := "pgx", config.URL
	if config.Path != "" {
		driver, address = "sqlite", "file:"+config.Path+"?_pragma=foreign_keys(1)&_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// column returns a column of text, sorted.
func column(t *testing.T, db *sql.DB, query string) (out []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		out = append(out, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func keptOldRows(t *testing.T, s *sqlstore.Store) {
	t.Helper()
	ctx := t.Context()
	on, at := caldate.MustParse, func(day int) time.Time { return time.Date(2026, 6, day, 0, 0, 0, 0, time.UTC) }
	same := func(got any, err error, want any) {
		t.Helper()
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("\ngot  %+v, %v\nwant %+v", got, err, want)
		}
	}
	items := []string{"228-20(2)-1-i"}

	determinations, err := s.Determinations(ctx, "c1")
	same(determinations, err, []casefile.Determination{
		{
			ID: "d2", CaseID: "c1", Version: 2, Status: casefile.Confirmed, AwareOn: on("2026-06-01"), Result: "report", Form: "form8", TermDays: 15, DueOn: on("2026-06-16"), FirstReport: true,
			Items: items, Record: json.RawMessage(`{ "b":1, "a" : "<&>" }`), Digest: "y", Comment: "確認", MadeBy: "鈴木", MadeAt: at(3),
		},
		{
			ID: "d1", CaseID: "c1", Version: 1, Status: casefile.Confirmed, AwareOn: on("2026-06-01"), Result: "undetermined", TermDays: 15, DueOn: on("2026-06-16"),
			Items: []string{}, Record: json.RawMessage(`{}`), Digest: "x", MadeBy: "佐藤", MadeAt: at(2), Superseded: true,
		},
	})
	for id, want := range map[string]casefile.Obligation{
		"o1": {CaseID: "c1", ProductID: "p1", Kind: casefile.DueDecision, Items: []string{}, AwareOn: on("2026-06-01"), DueOn: on("2026-06-16"), LastOfficeDay: on("2026-06-16"), State: casefile.ObligationMet, MetOn: on("2026-06-03"), Revision: 2},
		"o2": {CaseID: "c1", ProductID: "p1", DeterminationID: "d2", Kind: casefile.DueFirstReport, Items: items, AwareOn: on("2026-06-01"), TargetAt: at(2), State: casefile.ObligationVoid, Revision: 1},
		"o3": {
			CaseID: "c1", ProductID: "p1", DeterminationID: "d2", Kind: casefile.DueReport, Form: "form8", Items: items, AwareOn: on("2026-06-01"), DueOn: on("2026-06-16"),
			LastOfficeDay: on("2026-06-15"), State: casefile.ObligationOpen, Proof: "FAX", Revision: 4, CreatedAt: at(3), UpdatedAt: at(4),
		},
		"o4": {CaseID: "c2", ProductID: "p2", Kind: casefile.DueDecision, Items: []string{}, AwareOn: on("2026-06-02"), DueOn: on("2026-06-17"), LastOfficeDay: on("2026-06-17"), State: casefile.ObligationOpen, Revision: 1},
	} {
		want.ID = id
		got, err := s.Obligation(ctx, id)
		same(got, err, want)
	}
	list, err := s.Obligations(ctx, app.ListQuery{})
	var order []string
	for _, o := range list.Items {
		order = append(order, o.ID+" "+o.CaseNumber+" "+o.BrandName+" "+o.ReportID)
	}
	same(order, err, []string{"o3 C-2026-0001 ポンプ w1", "o4 C-2026-0002 モニタ ", "o1 C-2026-0001 ポンプ ", "o2 C-2026-0001 ポンプ "})

	reports, err := s.Reports(ctx, app.ListQuery{Sort: "number"})
	same(reports.Items, err, []app.ReportRow{
		{Report: app.Report{ID: "w1", Number: "R-2026-0001", CaseID: "c1", ObligationID: "o3", ProductID: "p1", Form: "form8", Edition: "2026", Issue: 1, IssueKind: "first", State: "in_review", Version: 2, Maker: "佐藤", Revision: 5}, CaseNumber: "C-2026-0001", CaseTitle: "停止", BrandName: "ポンプ", DueOn: on("2026-06-16")},
		{Report: app.Report{ID: "w2", Number: "R-2026-0002", CaseID: "c1", ProductID: "p1", Form: "form8", Edition: "2026", Issue: 1, IssueKind: "first", State: "draft", Version: 1, Maker: "鈴木", Revision: 1}, CaseNumber: "C-2026-0001", CaseTitle: "停止", BrandName: "ポンプ"},
	})
	versions, err := s.ReportVersions(ctx, "w1")
	same(versions, err, []app.ReportVersion{
		{ReportID: "w1", Version: 2, Content: json.RawMessage(`{"a":2}`), Digest: "l", By: "佐藤", At: at(6)},
		{ReportID: "w1", Version: 1, Content: json.RawMessage(`{ "a":1 }`), Digest: "k", By: "佐藤", At: at(5)},
	})
	decided, err := s.DecidedCases(ctx, "", 10)
	if err != nil || len(decided) != 1 || decided[0].Case.ID != "c1" || decided[0].Determination.ID != "d2" || decided[0].LicensedOn != on("2024-04-01") {
		t.Errorf("decided: %+v, %v", decided, err)
	}
	counts, err := s.Counts(ctx)
	same(counts, err, map[string]int{"obligations": 2, "intakes": 1, "cases": 2, "findings": 0, "reports": 2, "mismatches": 0})

	// And it goes on: the old obligation can be met, a duplicate of the old report is refused.
	write := func(fn func(ctx context.Context, tx app.Tx) error) error {
		return s.Write(ctx, func(ctx context.Context, tx app.Tx) error {
			tx.Record(ledger.Entry{Action: "test.written"})
			return fn(ctx, tx)
		})
	}
	if err := write(func(ctx context.Context, tx app.Tx) error {
		o, err := tx.Obligation(ctx, "o3")
		if err != nil {
			return err
		}
		o.State, o.MetOn, o.LateReason = casefile.ObligationMet, on("2026-06-20"), "休業"
		return tx.UpdateObligation(ctx, o)
	}); err != nil {
		t.Error(err)
	}
	if err := write(func(ctx context.Context, tx app.Tx) error {
		return tx.AddReport(ctx, app.Report{ID: "w3", Number: "R-2026-0001", CaseID: "c1", ProductID: "p1"})
	}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a number was given twice: %v", err)
	}
}
