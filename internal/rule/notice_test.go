package rule_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"mimamori/internal/caldate"
	"mimamori/internal/rule"
)

var noticeDay = caldate.MustParse("2026-06-01")

// secondNotice concludes from one world in the way the notice is told to
// people, without rules or tables. A fact that is not there stays open.
func secondNotice(w map[string]string) map[string]string {
	reachable := w["wired"] == "yes" || w["wireless"] == "yes" || w["media"] == "yes"
	if !reachable || w["device_kind"] == "accessory_without_program" {
		return nil
	}
	harmless := w["gravest_harm"] == "none"
	switch w["occasion"] {
	case "foreign_measure":
		return map[string]string{"report_kind": "safety_measure", "origin": "foreign"}
	case "event":
		out := map[string]string{"report_kind": "case", "agent": "malfunction"}
		if w["device"] == "this" {
			out["origin"] = "domestic"
		}
		if w["harm_occurred"] == "yes" {
			out["harm_status"] = "actual"
		} else if !harmless {
			out["harm_status"], out["seriousness"] = "potential", w["gravest_harm"]
		}
		return out
	}
	out := map[string]string{"report_kind": "case", "agent": "malfunction"}
	if w["device"] != "this" {
		return out
	}
	out["origin"], out["harm_status"] = "domestic", "potential"
	if !harmless {
		out["seriousness"] = w["gravest_harm"]
	}
	switch {
	case w["present"] == "no" || w["used"] == "no":
		out["harm_status"] = "none"
	case w["exploited"] == "yes" && w["harm_occurred"] == "yes":
		out["harm_status"] = "actual"
	case w["controls_suffice"] == "yes" || harmless:
		out["harm_status"] = "none"
	}
	return out
}

// noticeTable is the second computation for every world, in the order of Worlds.
func noticeTable(fr *rule.FactRulebook) [][]uint32 {
	var out [][]uint32
	facts, targets := fr.Facts(), fr.Targets()
	fr.Worlds(noticeDay, func(world []int, _ []uint32) bool {
		w := map[string]string{}
		for i, v := range world {
			w[facts[i].ID] = facts[i].Values[v].ID
		}
		concluded := secondNotice(w)
		row := make([]uint32, len(targets))
		for i, f := range targets {
			row[i] = 1<<len(f.Values) - 1
			if value, ok := concluded[f.ID]; ok {
				row[i] = 1 << slices.IndexFunc(f.Values, func(v rule.Value) bool { return v.ID == value })
			}
		}
		out = append(out, row)
		return true
	})
	return out
}

// agrees compares a fact rulebook with the second computation in every world.
func agrees(fr *rule.FactRulebook, table [][]uint32) bool {
	i, same := 0, true
	fr.Worlds(noticeDay, func(_ []int, concluded []uint32) bool {
		same = slices.Equal(concluded, table[i])
		i++
		return same
	})
	return same
}

func TestNoticeAgreesWithASecondComputation(t *testing.T) {
	t.Parallel()
	fr := notice(t)
	table := noticeTable(fr)
	if len(table) != 98304 {
		t.Fatalf("%d worlds", len(table))
	}
	if !agrees(fr, table) {
		t.Error("a world is concluded differently")
	}
}

// TestConcludeJoinsTheWorlds compares partly known situations with the sum of
// their worlds: nothing that is possible in one world is ruled out, and nothing
// else is left.
func TestConcludeJoinsTheWorlds(t *testing.T) {
	t.Parallel()
	fr := notice(t)
	table := noticeTable(fr)
	facts, targets := fr.Facts(), fr.Targets()
	random := rand.New(rand.NewPCG(115, 2))
	for range 400 {
		s := rule.Situation{}
		allowed := make([]uint32, len(facts))
		known := random.IntN(11)
		for i, f := range facts {
			one := random.IntN(len(f.Values))
			var values []string
			for v := range f.Values {
				if v == one || random.IntN(11) >= known {
					allowed[i] |= 1 << v
					values = append(values, f.Values[v].ID)
				}
			}
			s[f.ID] = rule.Known{Values: values}
		}
		want := make([]uint32, len(targets))
		at := 0
		fr.Worlds(noticeDay, func(world []int, _ []uint32) bool {
			inside := true
			for i, v := range world {
				inside = inside && allowed[i]>>v&1 == 1
			}
			for i := range want {
				if inside {
					want[i] |= table[at][i]
				}
			}
			at++
			return true
		})
		got, err := fr.Conclude(s, noticeDay)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range got.Facts {
			var set uint32
			for _, id := range c.Possible {
				set |= 1 << slices.IndexFunc(targets[i].Values, func(v rule.Value) bool { return v.ID == id })
			}
			if set != want[i] || c.Open != (len(c.Possible) == len(targets[i].Values)) {
				t.Fatalf("%v: %s is %v (open %v), the worlds say %b", s, c.Fact, c.Possible, c.Open, want[i])
			}
			if !c.Open && len(c.Rules) == 0 {
				t.Fatalf("%v: %s is %v without a rule", s, c.Fact, c.Possible)
			}
		}
	}
}

// TestNoticeFitsTheRegulation: what it concludes are facts and values of the
// rulebook that decides.
func TestNoticeFitsTheRegulation(t *testing.T) {
	if err := notice(t).Fits(japan(t)); err != nil {
		t.Error(err)
	}
}
