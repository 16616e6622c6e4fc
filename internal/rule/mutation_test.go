package rule_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"mimamori/internal/caldate"
	"mimamori/internal/rule"
	"mimamori/rulebook"
)

// mutant is a rulebook with one thing changed.
type mutant struct {
	change string
	rules  []rule.Rule
	// deleted rules move the others, so their worlds cannot be compared by place
	deleted bool
}

// mutants deletes each rule, flips each value of each condition and drops each
// exception, one at a time.
func mutants(rules []rule.Rule, facts []rule.Fact) []mutant {
	var out []mutant
	change := func(i int, what string, edit func(*rule.Rule)) {
		m := slices.Clone(rules)
		edit(&m[i])
		out = append(out, mutant{change: m[i].ID + ": " + what, rules: m})
	}
	for i, r := range rules {
		out = append(out, mutant{r.ID + ": deleted", slices.Delete(slices.Clone(rules), i, i+1), true})
		for _, id := range r.Except {
			change(i, "no exception "+id, func(r *rule.Rule) {
				r.Except = slices.DeleteFunc(slices.Clone(r.Except), func(e string) bool { return e == id })
			})
		}
		for _, flip := range flips(r.When, facts) {
			change(i, "when "+flip.what, func(r *rule.Rule) { r.When = flip.c })
		}
		for branch, c := range r.Any {
			for _, flip := range flips(c, facts) {
				change(i, fmt.Sprintf("any %d %s", branch+1, flip.what), func(r *rule.Rule) {
					r.Any = slices.Clone(r.Any)
					r.Any[branch] = flip.c
				})
			}
		}
	}
	return out
}

type flipped struct {
	what string
	c    rule.Condition
}

// flips returns c with one value more or less of one fact that it names.
func flips(c rule.Condition, facts []rule.Fact) []flipped {
	var out []flipped
	for _, f := range facts {
		if c[f.ID] == nil {
			continue
		}
		for _, v := range f.Values {
			m := maps.Clone(c)
			what := fmt.Sprintf("%s with %s", f.ID, v.ID)
			if slices.Contains(c[f.ID], v.ID) {
				what = fmt.Sprintf("%s without %s", f.ID, v.ID)
				m[f.ID] = slices.DeleteFunc(slices.Clone(c[f.ID]), func(id string) bool { return id == v.ID })
			} else {
				m[f.ID] = append(slices.Clone(c[f.ID]), v.ID)
			}
			out = append(out, flipped{what, m})
		}
	}
	return out
}

// Who notices a mutant, the strongest first.
const (
	byExample  = "worked examples or rows of the table"
	byLoad     = "the checks of Load"
	bySecond   = "the second computation, over all worlds"
	equivalent = "nobody: the same rules apply in every world"
	survives   = "nobody"
)

// TestEveryMutantOfTheRegulationIsNoticed changes the rulebook in one place at
// a time: a worked example or a row of the decision table comes out
// differently, Load refuses it, or the second computation disagrees.
func TestEveryMutantOfTheRegulationIsNoticed(t *testing.T) {
	t.Parallel()
	rb := japan(t)
	rows := decisionTable(t)
	examples, err := rb.ReadExamples(rulebook.FS, rule.ExamplesPath(rulebook.JapanCaseReport))
	if err != nil {
		t.Fatal(err)
	}
	withFirstReport, err := rb.ReadExamples(rulebook.FS, "jp/first-report.cases.yaml")
	if err != nil {
		t.Fatal(err)
	}
	second := newTable(t)
	checkMutants(t, mutants(rb.Rules, rb.Facts), func(m mutant) string {
		changed := rb.Mutant(m.rules)
		alone := rb.Mutant(slices.DeleteFunc(slices.Clone(m.rules), func(r rule.Rule) bool { return r.Rulebook != "" }))
		switch {
		case slices.ContainsFunc(examples, func(e rule.Example) bool { return alone.Try(e) != nil }),
			slices.ContainsFunc(withFirstReport, func(e rule.Example) bool { return changed.Try(e) != nil }),
			slices.ContainsFunc(rows, func(r row) bool { return !rowHolds(changed, r) }):
			return byExample
		case !changed.Accepted():
			return byLoad
		case !second.agrees(changed):
			return bySecond
		case !m.deleted && rb.SameWorlds(changed):
			return equivalent
		}
		return survives
	})
}

// agrees compares a rulebook with the second computation in every world; one
// rule, no more and no less, settles each.
func (tb *table) agrees(rb *rule.Rulebook) bool {
	var values [10][]int // place in the rulebook's fact of each value
	var place [10]int
	for i, f := range space {
		place[i] = slices.IndexFunc(rb.Facts, func(g rule.Fact) bool { return g.ID == f.fact })
		for _, id := range f.values {
			values[i] = append(values[i], slices.IndexFunc(rb.Facts[place[i]].Values, func(v rule.Value) bool { return v.ID == id }))
		}
	}
	world := make([]int, len(space))
	for w := range tb.worlds {
		for i, v := range tb.worlds[w] {
			world[place[i]] = values[i][v]
		}
		for epoch, aware := range [2]caldate.Date{lastOldDay, firstNewDay} {
			x := tb.told[epoch][w]
			if rb.World(world, aware) != (rule.WorldAnswer{Ask: x.ask, Form: x.form, Days: x.days, First: x.first, Items: x.item, Rules: 1}) {
				return false
			}
		}
	}
	return true
}

// TestEveryMutantOfTheNoticeIsNoticed: a world in which a mutant concludes
// otherwise is found by walking both diagrams; the second computation must say
// there what the notice says.
func TestEveryMutantOfTheNoticeIsNoticed(t *testing.T) {
	t.Parallel()
	fr := notice(t)
	examples, err := fr.ReadExamples(rulebook.FS, rule.ExamplesPath(rulebook.JapanCSNotice))
	if err != nil {
		t.Fatal(err)
	}
	checkMutants(t, mutants(fr.Rules(), fr.Facts()), func(m mutant) string {
		changed := fr.Mutant(m.rules)
		if slices.ContainsFunc(examples, func(e rule.Example) bool { return changed.Try(e) != nil }) {
			return byExample
		}
		if !changed.Accepted() {
			return byLoad
		}
		if world := fr.Differing(changed, noticeDay); world != nil && slices.Equal(fr.Concluded(world, noticeDay), secondConcluded(fr, world)) {
			return bySecond
		}
		if !m.deleted && fr.SameWorlds(changed) {
			return equivalent
		}
		return survives
	})
}

// checkMutants tries mutants. A deleted rule must be noticed by the worked
// examples or the rows alone.
func checkMutants(t *testing.T, all []mutant, try func(mutant) string) {
	t.Helper()
	count := map[string]int{}
	for _, m := range all {
		by := try(m)
		count[by]++
		if by == survives || m.deleted && by != byExample {
			t.Errorf("noticed by %s: %s", by, m.change)
		}
	}
	t.Logf("%d mutants, noticed by: %v", len(all), count)
}

// rowHolds decides a row of the table, its open facts unknown, on the first or
// last day for which it holds.
func rowHolds(rb *rule.Rulebook, r row) bool {
	aware := firstNewDay
	if r["rule_version"] == "legacy" {
		aware = lastOldDay
	}
	s := rule.Situation{}
	for _, f := range space {
		if !free(r[f.fact]) {
			s[f.fact] = rule.Known{Values: cellValues(r[f.fact])}
		}
	}
	a, err := rb.Decide(s, aware)
	if err != nil {
		return false
	}
	if r["form"] == "none" {
		return a.Result == rule.NotReportable
	}
	g := a.Governing
	return a.Result == rule.Report && text(g.Form) == r["form"] && g.FirstReport == (r["fax_first_report"] == "yes") &&
		g.Periodic == (r["deadline_kind"] == "periodic_1y_2m") && (g.Periodic || fmt.Sprint(number(g.TermDays)) == r["deadline_days"]) &&
		slices.Equal(a.Certain, []string{r["legal_item"]}) && len(a.Possible) == 0
}
