package rule_test

import (
	"slices"
	"testing"

	"mimamori/internal/caldate"
	"mimamori/internal/rule"
)

// free tells whether a cell of the table leaves the fact open.
func free(cell string) bool { return cell == "any" || cell == "na" }

// cellValues returns the values that a cell of the table stands for, nil for all.
func cellValues(cell string) []string {
	switch {
	case cell == "death_or_serious":
		return []string{"death", "serious"}
	case free(cell):
		return nil
	}
	return []string{cell}
}

// TestEveryRowOfTheTable decides each row with its open facts unknown, and with
// every combination of them, on the days for which the row holds.
func TestEveryRowOfTheTable(t *testing.T) {
	t.Parallel()
	rows := decisionTable(t)
	for _, r := range rows {
		days := []caldate.Date{firstNewDay, caldate.MustParse("2026-06-01"), caldate.MustParse("2031-12-20")}
		if r["rule_version"] == "legacy" {
			days = []caldate.Date{lastOldDay, caldate.MustParse("2019-01-31")}
		} else if !replaced(rows, r) {
			days = append(days, lastOldDay, caldate.MustParse("2024-02-28"))
		}
		t.Run(r["row_id"], func(t *testing.T) {
			for _, aware := range days {
				s := rule.Situation{}
				for _, f := range space {
					if !free(r[f.fact]) {
						s[f.fact] = rule.Known{Values: cellValues(r[f.fact])}
					}
				}
				checkRow(t, r, decide(t, s, aware), aware)
				if aware == firstNewDay || aware == lastOldDay {
					eachWorldOf(func(fact string) []string { return cellValues(r[fact]) }, func(world map[string]string) {
						checkRow(t, r, decide(t, situation(world), aware), aware)
					})
				}
				if t.Failed() {
					return
				}
			}
		})
	}
}

// replaced tells whether an older row says something else about the same facts.
func replaced(rows []row, r row) bool {
	return slices.ContainsFunc(rows, func(o row) bool {
		if o["rule_version"] != "legacy" {
			return false
		}
		for _, f := range space {
			if o[f.fact] != r[f.fact] {
				return false
			}
		}
		return true
	})
}

func checkRow(t *testing.T, r row, a rule.Answer, aware caldate.Date) {
	t.Helper()
	if r["form"] == "none" {
		if a.Result != rule.NotReportable || a.Governing != nil || len(a.Certain)+len(a.Possible) > 0 {
			t.Errorf("aware %v: got %s %+v, want not reportable", aware, a.Result, a.Governing)
		}
		checkConfidence(t, r, a)
		return
	}
	if a.Result != rule.Report || a.Governing == nil {
		t.Fatalf("aware %v: got %s %+v, want a report", aware, a.Result, a.Governing)
	}
	g := a.Governing
	if g.Form == nil || *g.Form != r["form"] {
		t.Errorf("form: got %v, want %s", g.Form, r["form"])
	}
	if g.FirstReport != (r["fax_first_report"] == "yes") {
		t.Errorf("first report: got %v, want %s", g.FirstReport, r["fax_first_report"])
	}
	want := []string{r["legal_item"]}
	if !slices.Equal(g.Items, want) || !slices.Equal(a.Certain, want) || len(a.Possible) != 0 {
		t.Errorf("items %v, certain %v, possible %v, want %v", g.Items, a.Certain, a.Possible, want)
	}
	if r["deadline_kind"] == "periodic_1y_2m" {
		if !g.Periodic || g.TermDays != nil || g.Due != nil {
			t.Errorf("got %+v, want periodic", g)
		}
	} else {
		days := map[string]int{"15": 15, "30": 30}[r["deadline_days"]]
		if g.Periodic || g.TermDays == nil || *g.TermDays != days || g.Due == nil || *g.Due != aware.AddDays(days) {
			t.Errorf("got %+v, want %d days after %v", g, days, aware)
		}
	}
	checkConfidence(t, r, a)
}

// checkConfidence compares the confidence of the row with that of the rules
// that apply, leaving out the first report.
func checkConfidence(t *testing.T, r row, a rule.Answer) {
	t.Helper()
	for _, p := range a.Proof {
		if p.State != rule.IsExcluded && !p.Outcome.FirstReport && string(p.Confidence) != r["confidence"] && !ownReading(p.Rule) {
			t.Errorf("%s: confidence %s, the table says %s", p.Rule, p.Confidence, r["confidence"])
		}
	}
}

// ownReading names rules that no row of the table covers.
func ownReading(id string) bool {
	return slices.Contains([]string{
		"jp-reg/228-20(2)-not/rate-non-serious", "jp-reg/228-20(2)-not/rate-of-infections",
		"jp-reg/228-20(2)-not/research-no-efficacy-foreign", "jp-reg/228-20(2)-none/infection-feared",
	}, id)
}
