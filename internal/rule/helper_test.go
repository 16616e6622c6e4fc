package rule_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"mimamori/internal/caldate"
	"mimamori/internal/rule"
	"mimamori/rulebook"
)

// inForce are the rulebooks that are built in.
func inForce() []rule.Source {
	var sources []rule.Source
	for _, path := range rulebook.Japan {
		sources = append(sources, rule.Source{FS: rulebook.FS, Path: path})
	}
	return sources
}

var loadedLaw = sync.OnceValues(func() (*rule.Law, error) { return rule.LoadLaw(inForce()) })

// theLaw returns the law that is built in.
func theLaw(t testing.TB) *rule.Law {
	t.Helper()
	l, err := loadedLaw()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// japan returns the rulebook that decides, with its extensions.
func japan(t testing.TB) *rule.Rulebook {
	t.Helper()
	return theLaw(t).Case
}

// notice returns the rulebook of the CS notice.
func notice(t testing.TB) *rule.FactRulebook {
	t.Helper()
	return theLaw(t).Notice
}

// Days on both sides of the day on which the rules change.
var (
	lastOldDay  = caldate.MustParse("2026-04-30")
	firstNewDay = caldate.MustParse("2026-05-01")
)

// reference opens a file of the reference folder beside the repository.
func reference(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "reference", name))
	if err != nil {
		t.Skipf("the reference folder is not beside the repository: %s is not checked", name)
	}
	return data
}

// row is one line of the decision table, by column.
type row map[string]string

func decisionTable(t testing.TB) []row {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(string(reference(t, "jp-decision-table.csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	for _, r := range records[1:] {
		m := row{}
		for i, column := range records[0] {
			m[column] = r[i]
		}
		rows = append(rows, m)
	}
	if len(rows) != 75 {
		t.Fatalf("the decision table has %d rows, want 75", len(rows))
	}
	return rows
}

// space lists the facts with their values, written down independently of the
// rulebook.
var space = []struct {
	fact   string
	values []string
}{
	{"report_kind", []string{"case", "rate_change", "research_report", "safety_measure"}},
	{"agent", []string{"malfunction", "infection"}},
	{"research_finding", []string{"risk_of_serious_disease", "marked_trend_change", "no_efficacy", "other"}},
	{"origin", []string{"domestic", "foreign"}},
	{"harm_status", []string{"actual", "potential", "none"}},
	{"seriousness", []string{"death", "serious", "non_serious"}},
	{"predictability", []string{"unpredictable", "predictable"}},
	{"trend", []string{"normal", "trend_unpredictable", "trend_hazard_change"}},
	{"designated_device", []string{"yes", "no"}},
	{"rate_exceeded", []string{"yes", "no"}},
}

// eachWorld calls f with every world of the space. The map is reused.
func eachWorld(f func(world map[string]string)) {
	eachWorldOf(func(string) []string { return nil }, f)
}

// eachWorldOf calls f with every world in which each fact has one of the values
// that allowed names; nil allows all. The map is reused.
func eachWorldOf(allowed func(fact string) []string, f func(world map[string]string)) {
	values := make([][]string, len(space))
	for i := range space {
		if values[i] = allowed(space[i].fact); values[i] == nil {
			values[i] = space[i].values
		}
	}
	world := map[string]string{}
	var pick func(int)
	pick = func(i int) {
		if i == len(space) {
			f(world)
			return
		}
		for _, v := range values[i] {
			world[space[i].fact] = v
			pick(i + 1)
		}
	}
	pick(0)
}

func situation(world map[string]string) rule.Situation {
	s := rule.Situation{}
	for fact, value := range world {
		s[fact] = rule.Known{Values: []string{value}}
	}
	return s
}

func decide(t testing.TB, s rule.Situation, aware caldate.Date) rule.Answer {
	t.Helper()
	a, err := japan(t).Decide(s, aware)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
