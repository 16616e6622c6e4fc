package rulebook_test

import (
	"slices"
	"testing"

	"mimamori/internal/caldate"
	"mimamori/internal/rule"
	"mimamori/rulebook"

	"github.com/goccy/go-yaml"
	"pgregory.net/rapid"
)

// plainBook is a duty rulebook, read and applied without the engine: rule by
// rule, world by world.
type plainBook struct {
	Rules []struct {
		ID      string `yaml:"id"`
		InForce struct {
			From  string `yaml:"from"`
			Until string `yaml:"until"`
		} `yaml:"in_force"`
		When map[string][]string   `yaml:"when"`
		Any  []map[string][]string `yaml:"any"`
		Then struct {
			Duties any `yaml:"duties"`
		} `yaml:"then"`
	} `yaml:"rules"`
}

// duties returns the ids of the duties in a world, sorted, and whether a rule
// applies at all.
func (b plainBook) duties(world map[string]string, day string) (ids []string, told bool) {
	holds := func(c map[string][]string) bool {
		for fact, values := range c {
			if !slices.Contains(values, world[fact]) {
				return false
			}
		}
		return true
	}
	for _, r := range b.Rules {
		if f := r.InForce; f.From != "unknown" && day < f.From || f.Until != "" && day >= f.Until || !holds(r.When) ||
			len(r.Any) > 0 && !slices.ContainsFunc(r.Any, holds) {
			continue
		}
		told = true
		if list, ok := r.Then.Duties.([]any); ok {
			for _, id := range list {
				ids = append(ids, id.(string))
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), told
}

// TestDutiesAgreeWithAPlainReading compares the duties of random situations,
// facts open, settled or half known, with those of each of their worlds, on
// days before and after the notice.
func TestDutiesAgreeWithAPlainReading(t *testing.T) {
	var sources []rule.Source
	for _, name := range rulebook.Japan {
		sources = append(sources, rule.Source{FS: rulebook.FS, Path: name})
	}
	law, err := rule.LoadLaw(sources)
	if err != nil {
		t.Fatal(err)
	}
	if len(law.CaseDuties) != 3 || len(law.ProductDuties) != 2 {
		t.Fatalf("%d rulebooks about cases, %d about products", len(law.CaseDuties), len(law.ProductDuties))
	}
	for _, d := range slices.Concat(law.CaseDuties, law.ProductDuties) {
		t.Run(d.Ref().ID, func(t *testing.T) {
			data, err := rulebook.FS.ReadFile(d.Ref().ID + ".yaml")
			if err != nil {
				t.Fatal(err)
			}
			var plain plainBook
			if err := yaml.Unmarshal(data, &plain); err != nil {
				t.Fatal(err)
			}
			facts := map[string][]string{}
			for _, f := range slices.Concat(law.Facts(), d.Facts()) {
				for _, v := range f.Values {
					if !slices.Contains(facts[f.ID], v.ID) {
						facts[f.ID] = append(facts[f.ID], v.ID)
					}
				}
			}
			asked := map[string]bool{}
			for _, f := range d.Facts() {
				asked[f.ID] = true
			}
			for _, r := range plain.Rules { // those that it uses of another rulebook
				for _, c := range append(r.Any, r.When) {
					for id := range c {
						asked[id] = true
					}
				}
			}
			var ids []string
			for id := range asked {
				ids = append(ids, id)
			}
			slices.Sort(ids)
			rapid.Check(t, func(t *rapid.T) {
				compareDuties(t, d, plain, ids, facts)
			})
		})
	}
}

func compareDuties(t *rapid.T, d *rule.DutyRulebook, plain plainBook, ids []string, facts map[string][]string) {
	day := rapid.SampledFrom([]string{"2024-01-14", "2024-01-15", "2026-06-01"}).Draw(t, "day")
	s := rule.Situation{}
	worlds := []map[string]string{{}}
	for _, id := range ids {
		values := facts[id]
		if rapid.IntRange(0, 3).Draw(t, id+" open") > 0 {
			values = rapid.SliceOfNDistinct(rapid.SampledFrom(values), 1, len(values), rapid.ID[string]).Draw(t, id)
			s[id] = rule.Known{Values: values}
		}
		var wider []map[string]string
		for _, w := range worlds {
			for _, v := range values {
				next := map[string]string{id: v}
				for k, o := range w {
					next[k] = o
				}
				wider = append(wider, next)
			}
		}
		worlds = wider
	}
	count, silent := map[string]int{}, 0
	for _, w := range worlds {
		duties, told := plain.duties(w, day)
		if !told {
			silent++
		}
		for _, id := range duties {
			count[id]++
		}
	}
	a, err := d.Duties(s, caldate.MustParse(day))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]rule.State{}
	for _, l := range a.Duties {
		got[l.Duty.ID] = l.State
	}
	for id, n := range count {
		want := rule.MayApply
		if n == len(worlds) {
			want = rule.Applies
		}
		if got[id] != want {
			t.Errorf("%s: got %q, want %q, in %d of %d worlds", id, got[id], want, n, len(worlds))
		}
	}
	if len(got) != len(count) {
		t.Errorf("%d duties, want %d: %v", len(got), len(count), got)
	}
	if a.NamedPerson != (silent == len(worlds)) {
		t.Errorf("named person %v, but no rule applies in %d of %d worlds", a.NamedPerson, silent, len(worlds))
	}
}
