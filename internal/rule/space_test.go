package rule_test

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"mimamori/internal/caldate"
	"mimamori/internal/rule"
)

func TestTheRulebookHasTheFactsOfTheTable(t *testing.T) {
	rb := japan(t)
	if len(rb.Facts) != len(space) {
		t.Fatalf("%d facts, want %d", len(rb.Facts), len(space))
	}
	for _, f := range space {
		got := rb.Fact(f.fact)
		if got == nil {
			t.Errorf("fact %s is missing", f.fact)
			continue
		}
		var values []string
		for _, v := range got.Values {
			values = append(values, v.ID)
		}
		if !slices.Equal(values, f.values) {
			t.Errorf("%s has values %v, want %v", f.fact, values, f.values)
		}
	}
	if got := rb.Boundaries(); !slices.Equal(got, []caldate.Date{firstNewDay}) {
		t.Errorf("rules start or stop on %v, want %v", got, firstNewDay)
	}
}

// TestEveryWorldHasExactlyOneAnswer walks the whole space on both sides of the
// day on which rules change: one rule settles each world, none is left to the
// rule for worlds without one, every rule fires, and the facts that a fact
// says it matters under really are all.
func TestEveryWorldHasExactlyOneAnswer(t *testing.T) {
	t.Parallel()
	rb := japan(t)
	fired := map[string]bool{}
	for _, aware := range []caldate.Date{lastOldDay, firstNewDay} {
		settledBy := map[string]string{}
		eachWorld(func(world map[string]string) {
			a := decide(t, situation(world), aware)
			var settled []string
			for _, p := range a.Proof {
				if p.State == rule.MayApply {
					t.Fatalf("%s may apply though everything is known: %v", p.Rule, world)
				}
				if p.State == rule.Applies {
					fired[p.Rule] = true
					if !p.Outcome.FirstReport {
						settled = append(settled, p.Rule)
					}
				}
				if p.Reason.JA == "" || p.Reason.EN == "" {
					t.Fatalf("%s is %s without a reason: %v", p.Rule, p.State, world)
				}
			}
			if len(settled) != 1 || settled[0] == rb.Otherwise().ID {
				t.Fatalf("aware %v: rules %v settle %v, want one", aware, settled, world)
			}
			if a.Worlds != 1 || len(a.OpenFacts) != 0 || a.Next != nil {
				t.Fatalf("%d worlds, open %v, next %v though everything is known", a.Worlds, a.OpenFacts, a.Next)
			}
			settledBy[worldKey(world)] = settled[0]
		})
		eachWorld(func(world map[string]string) {
			here := settledBy[worldKey(world)]
			for i := range rb.Facts {
				f := &rb.Facts[i]
				if len(f.Matters) == 0 || slices.ContainsFunc(f.Matters, func(c rule.Condition) bool { return holds(c, world) }) {
					continue
				}
				was := world[f.ID]
				for _, v := range f.Values {
					world[f.ID] = v.ID
					if there := settledBy[worldKey(world)]; there != here {
						t.Fatalf("%s changes %s to %s in %v, where it says that it does not matter", f.ID, here, there, world)
					}
				}
				world[f.ID] = was
			}
		})
	}
	for _, r := range rb.Rules {
		if !fired[r.ID] {
			t.Errorf("rule %s fires nowhere", r.ID)
		}
	}
}

func holds(c rule.Condition, world map[string]string) bool {
	for fact, values := range c {
		if !slices.Contains(values, world[fact]) {
			return false
		}
	}
	return true
}

func worldKey(world map[string]string) string {
	k := ""
	for _, f := range space {
		k += world[f.fact] + " "
	}
	return k
}

// TestLearningNeverBuysTime: one more known fact makes the due day later only
// when it rules out every world that set it, and never turns a settled result
// into another one.
func TestLearningNeverBuysTime(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(15, 30))
	for range 4000 {
		aware := []caldate.Date{lastOldDay, firstNewDay}[random.IntN(2)]
		s, _ := draw(random)
		before := decide(t, s, aware)
		if len(before.OpenFacts) == 0 {
			continue
		}
		o := before.OpenFacts[random.IntN(len(before.OpenFacts))]
		learned := o.Outcomes[random.IntN(len(o.Outcomes))]
		more := maps.Clone(s)
		more[o.Fact] = rule.Known{Values: []string{learned.Value}}
		after := decide(t, more, aware)
		if before.Result != rule.Undetermined && after.Result != before.Result {
			t.Fatalf("%v was %s, learning %s=%s makes it %s", s, before.Result, o.Fact, learned.Value, after.Result)
		}
		if after.Result != learned.Result || (after.Governing == nil) != (learned.Governing == nil) {
			t.Fatalf("%v: foretold %+v for %s=%s, got %+v", s, learned, o.Fact, learned.Value, after)
		}
		if lateness(after.Governing) < lateness(before.Governing) {
			t.Fatalf("%v: learning %s=%s makes %+v earlier than %+v, so it was not the earliest", s, o.Fact, learned.Value, after.Governing, before.Governing)
		}
		if lateness(after.Governing) > lateness(before.Governing) {
			// Then the worlds that set the day must all have another value.
			var ruledOut []string
			for _, v := range o.Outcomes {
				if lateness(v.Governing) == lateness(before.Governing) {
					ruledOut = append(ruledOut, v.Value)
				}
			}
			if len(ruledOut) == 0 || slices.Contains(ruledOut, learned.Value) {
				t.Fatalf("%v: the day moved from %+v to %+v though %s=%s rules out no world that set it", s, before.Governing, after.Governing, o.Fact, learned.Value)
			}
		}
	}
}

// lateness orders obligations by day alone.
func lateness(o *rule.Obligation) int {
	switch {
	case o == nil:
		return 1 << 20
	case o.TermDays != nil:
		return *o.TermDays
	}
	return 1 << 10
}

// TestRelevanceIsExact compares Relevant with a search for two worlds that
// differ only in the fact and in the rules that apply.
func TestRelevanceIsExact(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(9, 9))
	for range 60 {
		s, _ := draw(random)
		a := decide(t, s, firstNewDay)
		if a.Worlds > 300 {
			continue
		}
		applied := map[string]string{}
		allowed := func(fact string) []string { return s[fact].Values } // nil: unknown, all
		eachWorldOf(allowed, func(world map[string]string) {
			rules := ""
			for _, p := range decide(t, situation(world), firstNewDay).Proof {
				if p.State == rule.Applies {
					rules += p.Rule + " "
				}
			}
			applied[worldKey(world)] = rules
		})
		for _, o := range a.OpenFacts {
			matters := false
			eachWorldOf(allowed, func(world map[string]string) {
				here := applied[worldKey(world)]
				if matters {
					return
				}
				was := world[o.Fact]
				for _, v := range o.Outcomes {
					world[o.Fact] = v.Value
					matters = matters || applied[worldKey(world)] != here
				}
				world[o.Fact] = was
			})
			if matters != o.Relevant {
				t.Fatalf("%v: %s relevant %v, search says %v", s, o.Fact, o.Relevant, matters)
			}
		}
	}
}

func TestOrderOfFactsAndValuesDoesNotMatter(t *testing.T) {
	rb := japan(t)
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		s, _ := draw(random)
		shuffled := rule.Situation{}
		for fact, k := range s {
			values := slices.Clone(k.Values)
			random.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
			shuffled[fact] = rule.Known{Values: values}
		}
		if !bytes.Equal(record(t, rb, s), record(t, rb, shuffled)) {
			t.Fatalf("%v and %v give different records", s, shuffled)
		}
	}
}

func record(t testing.TB, rb *rule.Rulebook, s rule.Situation) []byte {
	t.Helper()
	d, err := rb.Determine(s, firstNewDay)
	if err != nil {
		t.Fatal(err)
	}
	b, err := d.Record()
	if err != nil {
		t.Fatal(err)
	}
	return b
}
