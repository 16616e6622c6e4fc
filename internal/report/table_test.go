package report_test

import (
	"strings"
	"testing"

	"mimamori/internal/report"

	"pgregory.net/rapid"
)

func TestTablesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringMatching(`[a-zあ-ん𠮷0-9.]{1,8}`)
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 1, 5), 0, 6).Draw(t, "rows")
		got := report.Rows(report.WriteTable(rows))
		if len(got) != len(rows) {
			t.Fatalf("%d rows became %d", len(rows), len(got))
		}
		for i := range rows {
			if strings.Join(got[i], "|") != strings.Join(rows[i], "|") {
				t.Fatalf("row %d was %q, is %q", i, rows[i], got[i])
			}
		}
	})
}

func TestACellCannotBreakItsTable(t *testing.T) {
	got := report.Rows(report.WriteTable([][]string{{"a\tb", "c\r\nd"}, {"e"}}))
	if len(got) != 2 || len(got[0]) != 2 || got[0][0] != "a b" || got[0][1] != "c d" {
		t.Errorf("got %q", got)
	}
}
