package sqlstore_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/sqlstore"
)

// What runs often on tables that grow finds its rows by an index: SQLite says
// how. A wrong index in a list of cases once cost half a minute.
func TestReadsUseTheirIndexes(t *testing.T) {
	s := openSQLite(t, filepath.Join(t.TempDir(), "x.db"))
	list := func(filters string) app.ListQuery {
		q := app.ListQuery{Filter: map[string]string{}}
		for filter := range strings.FieldsSeq(filters) {
			name, value, _ := strings.Cut(filter, "=")
			q.Filter[name] = value
		}
		return q
	}
	for name, tt := range map[string]struct {
		read func(ctx context.Context, r app.Reader) error
		want []string // must be among the steps
		not  string   // must not be part of any, or ""
	}{
		"what presses": {
			read: func(ctx context.Context, r app.Reader) error {
				_, err := r.Obligations(ctx, list("state=open due_until=2026-06-01"))
				return err
			},
			want: []string{"o USING INDEX obligations_due (state=? AND due_on>? AND due_on<?)", "x USING INDEX reports_obligation (obligation_id=?)", "s USING INDEX submissions_obligation (obligation_id=?)"},
		},
		"obligations of a case": {
			read: func(ctx context.Context, r app.Reader) error {
				_, err := r.Obligations(ctx, list("case=x state=open"))
				return err
			},
			want: []string{"o USING INDEX obligations_case (case_id=? AND state=?)"},
		},
		"obligations of an intake record": {
			read: func(ctx context.Context, r app.Reader) error {
				_, err := r.Obligations(ctx, list("intake=x"))
				return err
			},
			want: []string{"o USING INDEX obligations_intake (intake_id=?)"},
		},
		"obligations of a product": {
			read: func(ctx context.Context, r app.Reader) error {
				_, err := r.Obligations(ctx, list("product=x state=open"))
				return err
			},
			want: []string{"o USING INDEX obligations_product (product_id=? AND state=?)"},
		},
		"cases": {
			read: func(ctx context.Context, r app.Reader) error { _, err := r.Cases(ctx, app.ListQuery{}); return err },
			want: []string{"c USING COVERING INDEX cases_updated", "o USING COVERING INDEX obligations_case (case_id=? AND state=?)", "d USING INDEX determinations_governing (case_id=?)"},
		},
		"cases by due day": {
			read: func(ctx context.Context, r app.Reader) error {
				_, err := r.Cases(ctx, app.ListQuery{Sort: "due_on"})
				return err
			},
			want: []string{"o USING COVERING INDEX obligations_case (case_id=? AND state=?)", "o USING INDEX obligations_case (case_id=? AND state=?)"},
		},
		"decided cases": {
			read: func(ctx context.Context, r app.Reader) error { _, err := r.DecidedCases(ctx, "x", 100); return err },
			want: []string{"d USING INDEX determinations_governing (case_id>?)"},
			not:  "ORDER BY", // sorting all of them for every part
		},
		"intakes that wait": {
			read: func(ctx context.Context, r app.Reader) error { _, err := r.Intakes(ctx, list("case=none")); return err },
			want: []string{"o USING INDEX obligations_intake (intake_id=? AND kind=?)"},
		},
		"notifications": {
			read: func(ctx context.Context, r app.Reader) error {
				_, err := r.Notifications(ctx, "x", app.ListQuery{})
				return err
			},
			want: []string{"m USING COVERING INDEX notifications_user (user_id=?)"},
		},
		"unread notifications": {
			read: func(ctx context.Context, r app.Reader) error {
				_, err := r.Notifications(ctx, "x", list("unread=yes"))
				return err
			},
			want: []string{"m USING COVERING INDEX notifications_unread (user_id=?)"},
		},
		"signatures": {
			read: func(ctx context.Context, r app.Reader) error {
				_, err := r.Signatures(ctx, "determination", "x")
				return err
			},
			want: []string{"signatures USING INDEX signatures_subject (kind=? AND subject=?)"},
		},
		"reports": {
			read: func(ctx context.Context, r app.Reader) error { _, err := r.Reports(ctx, app.ListQuery{}); return err },
			want: []string{"w USING INDEX reports_updated", "s USING INDEX submissions_report (report_id=?)"},
		},
		"reports by the day they were sent": {
			read: func(ctx context.Context, r app.Reader) error {
				q := list("sent_from=2026-04-01 sent_to=2027-03-31")
				q.Sort = "-sent_at"
				_, err := r.Reports(ctx, q)
				return err
			},
			want: []string{"w USING INDEX reports_sent (sent_at>? AND sent_at<?)"},
		},
		"the report of a period": {
			read: func(ctx context.Context, r app.Reader) error {
				_, err := r.Reports(ctx, list("product=x form=form12 period=2026-04-01"))
				return err
			},
			want: []string{"w USING INDEX reports_product (product_id=? AND form=? AND period_from=?)"},
		},
		"reports of a case": {
			read: func(ctx context.Context, r app.Reader) error { _, err := r.Reports(ctx, list("case=x")); return err },
			want: []string{"w USING INDEX reports_case (case_id=?)"},
		},
		"reports with other numbers": {
			read: func(ctx context.Context, r app.Reader) error {
				_, err := r.Reports(ctx, list("mismatch=yes"))
				return err
			},
			want: []string{"s USING COVERING INDEX submissions_mismatch"},
		},
		"submissions of reports": {
			read: func(ctx context.Context, r app.Reader) error {
				_, err := r.SubmissionsOf(ctx, []string{"x", "y"})
				return err
			},
			want: []string{"submissions USING INDEX submissions_report (report_id=?)"},
		},
		"a version of a report": {
			read: func(ctx context.Context, r app.Reader) error {
				if _, err := r.ReportVersion(ctx, "x", 3); fault.KindOf(err) != fault.NotFound {
					return err
				}
				return nil
			},
			want: []string{"report_versions USING INDEX"},
		},
		"releases with their open findings": { // by the wrong index it took two minutes at 160,000 findings
			read: func(ctx context.Context, r app.Reader) error {
				_, err := r.Releases(ctx, app.ListQuery{})
				return err
			},
			want: []string{"f USING COVERING INDEX findings_release (release_id=? AND state=?)"},
		},
		"findings of a product": {
			read: func(ctx context.Context, r app.Reader) error {
				_, err := r.Findings(ctx, list("product=x state=open"))
				return err
			},
			want: []string{"f USING COVERING INDEX findings_release (release_id=? AND state=?)", "x USING COVERING INDEX releases_product (product_id=?)"},
			not:  "findings_by_priority",
		},
		"findings of a product, of all states": {
			read: func(ctx context.Context, r app.Reader) error {
				_, err := r.Findings(ctx, list("product=x"))
				return err
			},
			want: []string{"f USING COVERING INDEX findings_release (release_id=?)"},
			not:  "findings_all_by_priority",
		},
		"findings of a product and a vulnerability": {
			read: func(ctx context.Context, r app.Reader) error {
				_, err := r.Findings(ctx, list("product=x state=open vulnerability=y"))
				return err
			},
			want: []string{"f USING INDEX findings_vulnerability (vulnerability_id=? AND state=? AND release_id=?)"},
		},
		"findings of a hospital": {
			read: func(ctx context.Context, r app.Reader) error {
				_, err := r.Findings(ctx, list("site=x state=open"))
				return err
			},
			want: []string{"f USING COVERING INDEX findings_release (release_id=? AND state=?)", "i USING COVERING INDEX installations_site (site_id=?)"},
			not:  "findings_by_priority",
		},
		"components by keys": {
			read: func(ctx context.Context, r app.Reader) error {
				_, err := r.ComponentsByKeys(ctx, []string{"x", "y"})
				return err
			},
			want: []string{"component_keys USING PRIMARY KEY (match_key=?)", "components USING INDEX"},
		},
		"advisories by keys": {
			read: func(ctx context.Context, r app.Reader) error {
				_, err := r.AdvisoriesByKeys(ctx, []string{"x", "y"})
				return err
			},
			want: []string{"advisory_keys USING PRIMARY KEY (match_key=?)", "advisories USING INDEX"},
		},
		"known keys": {
			read: func(ctx context.Context, r app.Reader) error {
				_, err := r.KnownKeys(ctx, []string{"x", "y"})
				return err
			},
			want: []string{"advisory_keys USING PRIMARY KEY (match_key=?)"},
		},
		"ledger of a release": {
			read: func(ctx context.Context, r app.Reader) error {
				_, err := r.Entries(ctx, list("subject_kind=release subject_id=x"))
				return err
			},
			want: []string{
				"e USING INTEGER PRIMARY KEY (rowid=?)", "s USING PRIMARY KEY (subject_kind=? AND subject_id=?)",
				"f USING COVERING INDEX findings_release (release_id=?)",
			},
		},
		"agreements with hospitals": {
			read: func(ctx context.Context, r app.Reader) error { _, err := r.Agreements(ctx, "x"); return err },
			want: []string{"hospital_agreements USING INDEX hospital_agreements_report (report_id=?)"},
		},
		"clock changes": {
			read: func(ctx context.Context, r app.Reader) error {
				_, err := r.ClockChanges(ctx, []string{"x", "y"})
				return err
			},
			want: []string{"clock_changes USING INDEX clock_changes_obligation (obligation_id=?)"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			queries, err := sqlstore.Recorded(s, func(r app.Reader) error { return tt.read(t.Context(), r) })
			if err != nil {
				t.Fatal(err)
			}
			var steps []string
			for _, q := range queries {
				steps = append(steps, planned(t, s, q)...)
			}
			for _, step := range steps {
				// The parts of a page, and few rows, are read one after the other; a table is not.
				if strings.HasPrefix(step, "SCAN") && !strings.Contains(step, "INDEX") && step != "SCAN page" && step != "SCAN CONSTANT ROW" {
					t.Errorf("reads a whole table: %s", step)
				}
				if tt.not != "" && strings.Contains(step, tt.not) {
					t.Errorf("a step is %q", step)
				}
			}
			for _, want := range tt.want {
				if !slices.ContainsFunc(steps, func(step string) bool { return strings.Contains(step, want) }) {
					t.Errorf("no step %q in\n%s", want, strings.Join(steps, "\n"))
				}
			}
		})
	}
}

func planned(t *testing.T, s *sqlstore.Store, q sqlstore.Query) (steps []string) {
	t.Helper()
	rows, err := sqlstore.Reads(s).QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+q.Text, q.Args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return steps
}
