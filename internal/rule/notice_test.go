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
	out["origin"] = "domestic"
	if !harmless {
		out["seriousness"] = w["gravest_harm"]
	}
	switch {
	case w["present"] == "no" || w["used"] == "no":
		out["harm_status"] = "none"
	case w["exploited"] == "yes" && w["harm_occurred"] == "yes":
		out["harm_status"] = "actual"
	case w["controls_suffice"] == "yes", harmless && w["spread"] == "no":
		out["harm_status"] = "none"
	case !harmless:
		out["harm_status"] = "potential"
	}
	return out
}

// secondConcluded is the second computation for a world, given by the value of
// each fact, as bit sets.
func secondConcluded(fr *rule.FactRulebook, world []int) []uint32 {
	facts, targets := fr.Facts(), fr.Targets()
	w := map[string]string{}
	for i, v := range world {
		w[facts[i].ID] = facts[i].Values[v].ID
	}
	concluded := secondNotice(w)
	out := make([]uint32, len(targets))
	for i, f := range targets {
		out[i] = 1<<len(f.Values) - 1
		if value, ok := concluded[f.ID]; ok {
			out[i] = 1 << slices.IndexFunc(f.Values, func(v rule.Value) bool { return v.ID == value })
		}
	}
	return out
}

// drawWorld picks a value of every fact that allowed leaves open; nil leaves all.
func drawWorld(random *rand.Rand, facts []rule.Fact, allowed []uint32) []int {
	world := make([]int, len(facts))
	for i, f := range facts {
		for {
			world[i] = random.IntN(len(f.Values))
			if allowed == nil || allowed[i]>>world[i]&1 == 1 {
				break
			}
		}
	}
	return world
}

// The facts of the notice have more worlds than can be listed, so they are
// drawn; TestEveryMutantOfTheNoticeIsNoticed compares those that matter.
func TestNoticeAgreesWithASecondComputation(t *testing.T) {
	t.Parallel()
	fr := notice(t)
	random := rand.New(rand.NewPCG(115, 1))
	for range 200_000 {
		world := drawWorld(random, fr.Facts(), nil)
		if got, want := fr.Concluded(world, noticeDay), secondConcluded(fr, world); !slices.Equal(got, want) {
			t.Fatalf("%s: concludes %b, second computation %b", shownWorld(fr.Facts(), world), got, want)
		}
	}
}

func shownWorld(facts []rule.Fact, world []int) string {
	out := ""
	for i, v := range world {
		out += facts[i].ID + "=" + facts[i].Values[v].ID + " "
	}
	return out
}

// TestConcludeJoinsTheWorlds compares partly known situations with worlds drawn
// from them: nothing that is possible in one of them is ruled out, and where
// there are few worlds nothing else is left.
func TestConcludeJoinsTheWorlds(t *testing.T) {
	t.Parallel()
	fr := notice(t)
	facts, targets := fr.Facts(), fr.Targets()
	random := rand.New(rand.NewPCG(115, 2))
	for range 400 {
		s := rule.Situation{}
		allowed := make([]uint32, len(facts))
		known := random.IntN(11)
		worlds := 1
		for i, f := range facts {
			one := random.IntN(len(f.Values))
			var values []string
			for v := range f.Values {
				if v == one || random.IntN(11) >= known {
					allowed[i] |= 1 << v
					values = append(values, f.Values[v].ID)
				}
			}
			worlds *= len(values)
			s[f.ID] = rule.Known{Values: values}
		}
		want := make([]uint32, len(targets))
		for range 2000 {
			for i, set := range secondConcluded(fr, drawWorld(random, facts, allowed)) {
				want[i] |= set
			}
		}
		got, err := fr.Conclude(s, noticeDay)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range got.Facts {
			var set uint32
			for _, id := range c.Possible {
				set |= 1 << slices.IndexFunc(targets[i].Values, func(v rule.Value) bool { return v.ID == id })
			}
			if want[i]&^set != 0 || worlds < 100 && set != want[i] || c.Open != (len(c.Possible) == len(targets[i].Values)) {
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
