package rule_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/caldate"
	"mimamori/internal/rule"
	"mimamori/rulebook"

	"github.com/goccy/go-yaml"
)

// looseBook is a rulebook as YAML reads it, for a second computation that knows
// nothing of how the engine reads or compiles it.
type looseBook struct {
	Uses  struct{ Facts []string }
	Facts []struct {
		ID     string
		Values []struct{ ID string }
	}
	Rules []looseRule
}

type looseRule struct {
	ID      string
	InForce struct{ From, Until string } `yaml:"in_force"`
	When    map[string][]string
	Any     []map[string][]string
	Except  []string
	Then    map[string]any
}

func (r *looseRule) holds(world map[string]string, day string) bool {
	fits := func(c map[string][]string) bool { return holds(c, world) }
	from, until := r.InForce.From, r.InForce.Until
	return (from == "unknown" || from <= day) && (until == "" || day < until) && fits(r.When) &&
		(len(r.Any) == 0 || slices.ContainsFunc(r.Any, func(c map[string][]string) bool { return fits(c) }))
}

// apply returns the rules that apply in a world and the duties they ask for,
// each sorted.
func (b *looseBook) apply(world map[string]string, day caldate.Date) (rules, duties []string) {
	var holding []string
	for i := range b.Rules {
		if b.Rules[i].holds(world, day.String()) {
			holding = append(holding, b.Rules[i].ID)
		}
	}
	for i := range b.Rules {
		r := &b.Rules[i]
		if !slices.Contains(holding, r.ID) || slices.ContainsFunc(r.Except, func(id string) bool { return slices.Contains(holding, id) }) {
			continue
		}
		rules = append(rules, r.ID)
		if ids, ok := r.Then["duties"].([]any); ok {
			for _, id := range ids {
				duties = append(duties, id.(string))
			}
		}
	}
	slices.Sort(rules)
	slices.Sort(duties)
	return rules, slices.Compact(duties)
}

func looseText(t testing.TB, l *rule.Law, id string) *looseBook {
	t.Helper()
	var b looseBook
	i := slices.IndexFunc(l.Texts, func(text rule.BookText) bool { return text.Ref.ID == id })
	if err := yaml.Unmarshal(l.Texts[i].Text, &b); err != nil {
		t.Fatal(err)
	}
	return &b
}

// dutyBooks are the duty rulebooks that are built in.
func dutyBooks(t testing.TB) []*rule.DutyRulebook {
	t.Helper()
	books := slices.Concat(theLaw(t).CaseDuties, theLaw(t).ProductDuties)
	if len(books) < 5 {
		t.Fatalf("%d duty rulebooks", len(books))
	}
	return books
}

// daysOf returns a day in each span in which the same rules are in force.
func daysOf(d *rule.DutyRulebook) []caldate.Date {
	days := []caldate.Date{noticeDay}
	for _, b := range d.Boundaries() {
		days = append(days, b.AddDays(-1), b)
	}
	return days
}

// eachWorldIn calls f with every world in which each fact has one of the values
// that s leaves it. The map is reused.
func eachWorldIn(facts []rule.Fact, s rule.Situation, f func(world map[string]string)) {
	world := map[string]string{}
	var pick func(int)
	pick = func(i int) {
		if i == len(facts) {
			f(world)
			return
		}
		known, ok := s[facts[i].ID]
		for _, v := range facts[i].Values {
			if !ok || slices.Contains(known.Values, v.ID) {
				world[facts[i].ID] = v.ID
				pick(i + 1)
			}
		}
	}
	pick(0)
}

// TestDutiesOfEveryWorld walks the whole space of every duty rulebook on both
// sides of every day on which a rule starts or stops, and compares with the
// rules as YAML has them: the rules that apply, the duties, and that nothing is
// left open; a world without a rule is for a named person.
func TestDutiesOfEveryWorld(t *testing.T) {
	t.Parallel()
	for _, d := range dutyBooks(t) {
		t.Run(d.Ref().ID, func(t *testing.T) {
			t.Parallel()
			loose := looseText(t, theLaw(t), d.Ref().ID)
			fired, due := map[string]bool{}, map[string]bool{}
			worlds, unmet := 0, 0
			for _, day := range daysOf(d) {
				eachWorldIn(d.AllFacts(), nil, func(world map[string]string) {
					worlds++
					a, err := d.Duties(situation(world), day)
					if err != nil {
						t.Fatal(err)
					}
					rules, duties := loose.apply(world, day)
					if second := secondDuties[d.Ref().ID]; second != nil && day == noticeDay && !slices.Equal(slices.Sorted(slices.Values(second(world))), rules) {
						t.Fatalf("%v: rules %v, second computation %v", world, rules, second(world))
					}
					for _, id := range rules {
						fired[id] = true
					}
					for _, id := range duties {
						due[id] = true
					}
					if len(rules) == 0 {
						rules = []string{d.Otherwise().ID}
						unmet++
					}
					var got []string
					for _, line := range a.Duties {
						got = append(got, line.Duty.ID)
						if line.State != rule.Applies || len(line.Rules) == 0 {
							t.Fatalf("%s is %s by %v though everything is known", line.Duty.ID, line.State, line.Rules)
						}
					}
					slices.Sort(got)
					var applied []string
					for _, p := range a.Proof {
						if p.State == rule.Applies {
							applied = append(applied, p.Rule)
						}
						if p.State == rule.MayApply || p.Reason.JA == "" || p.Reason.EN == "" || strings.HasPrefix(p.Reason.JA, "である") {
							t.Fatalf("%s is %s: %q", p.Rule, p.State, p.Reason.EN)
						}
					}
					slices.Sort(applied)
					if !slices.Equal(got, duties) || !slices.Equal(applied, rules) || a.NamedPerson != slices.Contains(rules, d.Otherwise().ID) || len(a.OpenFacts) > 0 || a.Next != nil {
						t.Fatalf("%v on %v: duties %v by %v, want %v by %v; named person %v", world, day, got, applied, duties, rules, a.NamedPerson)
					}
				})
			}
			t.Logf("%d worlds, %d of them for a named person", worlds, unmet)
			if len(fired) != len(d.Rules()) || len(due) != len(d.All()) {
				t.Errorf("%d of %d rules fire, %d of %d duties follow", len(fired), len(d.Rules()), len(due), len(d.All()))
			}
		})
	}
}

// dutySum is what the worlds of a situation come to together.
type dutySum struct {
	worlds, unmet int
	due           map[string]int
}

func (s *dutySum) add(rules, duties []string) {
	s.worlds++
	if len(rules) == 0 {
		s.unmet++
	}
	if s.due == nil {
		s.due = map[string]int{}
	}
	for _, id := range duties {
		s.due[id]++
	}
}

// told writes it as "certain | possible | person", in the order of the duties.
func (s *dutySum) told(duties []rule.Duty) string {
	var certain, possible []string
	for _, duty := range duties {
		switch s.due[duty.ID] {
		case 0:
		case s.worlds:
			certain = append(certain, duty.ID)
		default:
			possible = append(possible, duty.ID)
		}
	}
	return fmt.Sprint(certain, possible, s.unmet == s.worlds)
}

// TestDutiesJoinTheWorlds compares partly known situations with the sum of their
// worlds: what is certain and possible, what each value of an open fact would
// do, whether it decides, and which fact to ask next.
func TestDutiesJoinTheWorlds(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(68, 11))
	for _, d := range dutyBooks(t) {
		loose := looseText(t, theLaw(t), d.Ref().ID)
		for range 150 {
			s := drawLaw(random, d.AllFacts())
			var whole dutySum
			parts := map[string]*dutySum{}
			eachWorldIn(d.AllFacts(), s, func(world map[string]string) {
				rules, duties := loose.apply(world, noticeDay)
				whole.add(rules, duties)
				for fact, value := range world {
					if parts[fact+"="+value] == nil {
						parts[fact+"="+value] = &dutySum{}
					}
					parts[fact+"="+value].add(rules, duties)
				}
			})
			a, err := d.Duties(s, noticeDay)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := toldDuties(a), whole.told(d.All()); got != want {
				t.Fatalf("%s %v: %s, the worlds say %s", d.Ref().ID, s, got, want)
			}
			next, fewest := "", 1e9
			for _, o := range a.OpenFacts {
				decisive, left := false, 0.0
				for i, out := range o.Outcomes {
					part := parts[o.Fact+"="+out.Value]
					if got, want := fmt.Sprint(out.Certain, out.Possible, out.NamedPerson), part.told(d.All()); got != want {
						t.Fatalf("%s %v: %s=%s gives %s, the worlds say %s", d.Ref().ID, s, o.Fact, out.Value, got, want)
					}
					decisive = decisive || i > 0 && part.told(d.All()) != parts[o.Fact+"="+o.Outcomes[0].Value].told(d.All())
					left += float64(len(out.Possible)) / float64(len(o.Outcomes))
				}
				if decisive != o.Decisive || decisive && !o.Relevant {
					t.Fatalf("%s %v: %s decisive %v relevant %v, the worlds say %v", d.Ref().ID, s, o.Fact, o.Decisive, o.Relevant, decisive)
				}
				if decisive && left < fewest-1e-9 {
					next, fewest = o.Fact, left
				}
			}
			if next != "" && text(a.Next) != next {
				t.Fatalf("%s %v: asks %s next, want %s", d.Ref().ID, s, text(a.Next), next)
			}
		}
	}
}

func toldDuties(a rule.DutyAnswer) string {
	certain, possible := []string{}, []string{}
	for _, line := range a.Duties {
		if line.State == rule.Applies {
			certain = append(certain, line.Duty.ID)
		} else {
			possible = append(possible, line.Duty.ID)
		}
	}
	return fmt.Sprint(certain, possible, a.NamedPerson)
}

// TestEveryMutantOfTheDutiesIsNoticed: each rule deleted, each condition flipped
// and each exception dropped makes a worked example come out otherwise, the
// rulebook is refused, or the second computation disagrees in a world.
func TestEveryMutantOfTheDutiesIsNoticed(t *testing.T) {
	t.Parallel()
	for _, d := range dutyBooks(t) {
		t.Run(d.Ref().ID, func(t *testing.T) {
			examples, err := d.ReadExamples(rulebook.FS, "jp/"+strings.TrimPrefix(d.Ref().ID, "jp/")+".cases.yaml")
			if err != nil {
				t.Fatal(err)
			}
			checkMutants(t, mutants(d.Rules(), d.AllFacts()), func(m mutant) string {
				changed := d.Mutant(m.rules)
				switch {
				case slices.ContainsFunc(examples, func(e rule.Example) bool { return changed.Try(e) != nil }):
					return byExample
				case !changed.Accepted():
					return byLoad
				}
				if world := d.Differing(changed, noticeDay); !m.deleted && world != nil && agreesOnDuties(d, world) {
					return bySecond
				}
				if !m.deleted && d.SameWorlds(changed) {
					return equivalent
				}
				return survives
			})
		})
	}
}
