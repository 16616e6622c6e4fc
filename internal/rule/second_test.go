package rule_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"mimamori/internal/caldate"
	"mimamori/internal/rule"
)

// told is what the second computation says about one world.
type told struct {
	ask     string // "report", "none" or "person"
	form    string
	days    int // 0: periodic
	first   bool
	item    string
	bit     uint32 // the item as a set
	numbers int    // rank: what is due first has the lower number
}

// secondOpinion decides worlds by looking them up in the decision table, one
// row after the other, with the readings for what the table leaves out. It
// knows nothing of the rulebook.
type secondOpinion struct{ rows []row }

func (o secondOpinion) world(t testing.TB, w map[string]string, old bool) told {
	t.Helper()
	var hits []row
	for _, version := range []string{"legacy", "2026-05-01"} {
		if version == "legacy" && !old || len(hits) > 0 {
			continue
		}
		for _, r := range o.rows {
			if r["rule_version"] != version {
				continue
			}
			fits := true
			for _, f := range space {
				c := r[f.fact]
				fits = fits && (c == "any" || c == "na" || c == w[f.fact] || c == "death_or_serious" && w[f.fact] != "non_serious")
			}
			if fits {
				hits = append(hits, r)
			}
		}
	}
	kind, infection, domestic := w["report_kind"], w["agent"] == "infection", w["origin"] == "domestic"
	switch {
	case len(hits) > 1:
		t.Fatalf("rows %s and %s both fit %v", hits[0]["row_id"], hits[1]["row_id"], w)
	case len(hits) == 1:
		r := hits[0]
		if r["form"] == "none" {
			return told{ask: "none", numbers: 1 << 30}
		}
		x := told{ask: "report", form: r["form"], first: r["fax_first_report"] == "yes", item: r["legal_item"]}
		x.days = map[string]int{"15": 15, "30": 30, "": 0}[r["deadline_days"]]
		x.numbers = 1000 * x.days
		if x.days == 0 {
			x.numbers = 1 << 20
		}
		if !x.first {
			x.numbers += 500
		}
		x.numbers += map[string]int{"form8": 8, "form9": 9, "form10": 10, "form11": 11, "form12": 12}[x.form]
		return x
	case kind == "case" && infection && w["harm_status"] == "potential": // reading R-006
		return told{ask: "person", days: 15, numbers: 15*1000 + 500 + 99}
	case kind == "case" && w["harm_status"] == "none", // nothing is due then
		kind == "rate_change" && infection,
		kind == "rate_change" && domestic && w["seriousness"] == "non_serious",
		kind == "rate_change" && domestic && w["designated_device"] == "no" && w["rate_exceeded"] == "no", // item ni: designated devices only
		kind == "research_report" && w["research_finding"] == "no_efficacy" && !domestic:
		return told{ask: "none", numbers: 1 << 30}
	}
	t.Fatalf("neither a row nor a reading covers %v", w)
	return told{}
}

// table is the second computation for every world, for quick sums.
type table struct {
	worlds [][10]uint8 // values by fact
	told   [2][]told
	items  []string // bit i of told.bit stands for items[i]
}

func newTable(t testing.TB) *table {
	o := secondOpinion{decisionTable(t)}
	tb := &table{}
	number := func(x told) told {
		if x.item != "" {
			i := slices.Index(tb.items, x.item)
			if i < 0 {
				i = len(tb.items)
				tb.items = append(tb.items, x.item)
			}
			x.bit = 1 << i
		}
		return x
	}
	eachWorld(func(w map[string]string) {
		var values [10]uint8
		for i, f := range space {
			values[i] = uint8(slices.Index(f.values, w[f.fact]))
		}
		tb.worlds = append(tb.worlds, values)
		tb.told[0] = append(tb.told[0], number(o.world(t, w, true)))
		tb.told[1] = append(tb.told[1], number(o.world(t, w, false)))
	})
	return tb
}

// sum is the answer of the second computation for a set of worlds.
type sum struct {
	worlds, reports, refusals int
	best                      told
	governing, all, some      uint32 // legal items: of the governing worlds, of all, of any
}

func (s *sum) add(x *told) {
	if s.worlds == 0 {
		s.all, s.best.numbers = ^uint32(0), 1<<31
	}
	s.worlds++
	s.all &= x.bit
	s.some |= x.bit
	switch x.ask {
	case "report":
		s.reports++
	case "none":
		s.refusals++
	}
	if x.numbers < s.best.numbers {
		s.best, s.governing = *x, 0
	}
	if x.numbers == s.best.numbers {
		s.governing |= x.bit
	}
}

func (s *sum) result() rule.Result {
	switch s.worlds {
	case s.reports:
		return rule.Report
	case s.refusals:
		return rule.NotReportable
	}
	return rule.Undetermined
}

// bits returns items as a set of the table's numbers.
func (tb *table) bits(t testing.TB, items []string) uint32 {
	t.Helper()
	var set uint32
	for _, item := range items {
		i := slices.Index(tb.items, item)
		if i < 0 || set>>i&1 == 1 {
			t.Fatalf("item %q is not in the table, or stands twice in %v", item, items)
		}
		set |= 1 << i
	}
	return set
}

// checkObligation compares an obligation of the engine with the second one.
func (tb *table) checkObligation(t testing.TB, s sum, result rule.Result, g *rule.Obligation, aware caldate.Date) {
	t.Helper()
	if result != s.result() {
		t.Fatalf("result %s, second computation %s", result, s.result())
	}
	if result == rule.NotReportable {
		if g != nil {
			t.Fatalf("governing %+v, want none", g)
		}
		return
	}
	form, days := "", 0
	if g.Form != nil {
		form = *g.Form
	}
	if g.TermDays != nil {
		days = *g.TermDays
	}
	dueRight := days == 0 && g.Due == nil || days > 0 && g.Due != nil && *g.Due == aware.AddDays(days)
	if form != s.best.form || days != s.best.days || g.FirstReport != s.best.first || g.NamedPerson != (s.best.ask == "person") ||
		g.Periodic != (s.best.ask == "report" && s.best.days == 0) || !dueRight || tb.bits(t, g.Items) != s.governing {
		t.Fatalf("governing %+v (form %s, %d days), second computation %+v items %b", g, form, days, s.best, s.governing)
	}
}

// TestSecondComputation compares the engine with the table in every world, and
// in many partly known situations.
func TestSecondComputation(t *testing.T) {
	t.Parallel()
	tb := newTable(t)
	days := [2]caldate.Date{lastOldDay, firstNewDay}
	for w := range tb.worlds {
		for epoch, aware := range days {
			a := decide(t, tb.situation(tb.worlds[w]), aware)
			var s sum
			s.add(&tb.told[epoch][w])
			tb.checkObligation(t, s, a.Result, a.Governing, aware)
		}
	}
	const shares = 4
	for share := range shares {
		t.Run(fmt.Sprintf("share %d", share+1), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(228, 20+uint64(share)))
			for range situations / shares {
				epoch := random.IntN(2)
				tb.checkSituation(t, random, epoch, days[epoch])
			}
		})
	}
}

// checkSituation draws a situation and compares the answer with the sum of its
// worlds.
func (tb *table) checkSituation(t *testing.T, random *rand.Rand, epoch int, aware caldate.Date) {
	t.Helper()
	s, possible := draw(random)
	a := decide(t, s, aware)
	var whole sum
	var part [10][4]sum
	eachIndex(&possible, 0, 0, func(w int) {
		x := &tb.told[epoch][w]
		whole.add(x)
		for f, v := range tb.worlds[w] {
			if possible[f]&(possible[f]-1) != 0 {
				part[f][v].add(x)
			}
		}
	})
	tb.checkObligation(t, whole, a.Result, a.Governing, aware)
	if a.Worlds != whole.worlds || tb.bits(t, a.Certain) != whole.all || tb.bits(t, a.Possible) != whole.some&^whole.all {
		t.Fatalf("%v: %d worlds, certain %v, possible %v; second computation %+v", s, a.Worlds, a.Certain, a.Possible, whole)
	}
	tb.checkOpen(t, a, &part, &possible)
	checkNext(t, a, &whole, &part, &possible)
}

// checkNext compares the fact to ask next: of those that change the result or
// what governs, the one that moves the day most on average, in the order of the
// rulebook; else the first that matters at all.
func checkNext(t *testing.T, a rule.Answer, whole *sum, part *[10][4]sum, possible *[10]uint8) {
	t.Helper()
	want, most := "", -1.0
	for f := range space {
		n, moved, decisive := 0.0, 0.0, false
		var first *sum
		for v := range space[f].values {
			if possible[f]&(possible[f]-1) == 0 || possible[f]>>v&1 == 0 {
				continue
			}
			p := &part[f][v]
			if first == nil {
				first = p
			}
			decisive = decisive || p.result() != first.result() || p.best.numbers != first.best.numbers
			n++
			moved += whole.lateness(p)
		}
		if decisive && moved/n > most+1e-9 {
			want, most = space[f].fact, moved/n
		}
	}
	if i := slices.IndexFunc(a.OpenFacts, func(o rule.OpenFact) bool { return o.Relevant }); want == "" && i >= 0 {
		want = a.OpenFacts[i].Fact
	}
	if text(a.Next) != want {
		t.Fatalf("asks %q next, second computation %q (moves the day by %.2f)", text(a.Next), want, most)
	}
}

// lateness tells by how many days p is due later than s; a periodic report
// counts as 400 days and nothing as 800.
func (s *sum) lateness(p *sum) float64 {
	days := func(s *sum) int {
		switch {
		case s.best.ask == "none":
			return 800
		case s.best.days == 0:
			return 400
		}
		return s.best.days
	}
	return float64(days(p) - days(s))
}

// checkOpen compares the outcome of each value of each open fact.
func (tb *table) checkOpen(t testing.TB, a rule.Answer, part *[10][4]sum, possible *[10]uint8) {
	t.Helper()
	i := 0
	for f := range space {
		if possible[f]&(possible[f]-1) == 0 {
			continue
		}
		o := a.OpenFacts[i]
		i++
		place := 0
		decisive := false
		for v, value := range space[f].values {
			if possible[f]>>v&1 == 0 {
				continue
			}
			got := o.Outcomes[place]
			if o.Fact != space[f].fact || got.Value != value {
				t.Fatalf("open fact %s value %s, want %s %s", o.Fact, got.Value, space[f].fact, value)
			}
			tb.checkObligation(t, part[f][v], got.Result, got.Governing, a.Aware)
			first := &part[f][slices.Index(space[f].values, o.Outcomes[0].Value)]
			decisive = decisive || part[f][v].result() != first.result() || part[f][v].best.numbers != first.best.numbers
			place++
		}
		if o.Decisive != decisive || o.Decisive && !o.Relevant || place != len(o.Outcomes) {
			t.Fatalf("%s: decisive %v, relevant %v; second computation decisive %v", o.Fact, o.Decisive, o.Relevant, decisive)
		}
	}
	if i != len(a.OpenFacts) {
		t.Fatalf("%d open facts, want %d", len(a.OpenFacts), i)
	}
}

func (tb *table) situation(values [10]uint8) rule.Situation {
	s := rule.Situation{}
	for f, v := range values {
		s[space[f].fact] = rule.Known{Values: []string{space[f].values[v]}}
	}
	return s
}

// draw makes a situation: facts known, partly known or unknown. It returns the
// possible values of each fact as a bit set too.
func draw(random *rand.Rand) (rule.Situation, [10]uint8) {
	s := rule.Situation{}
	known := max(random.IntN(11), random.IntN(11)) // from hardly anything to nearly all, where worlds are few more often
	var possible [10]uint8
	for f := range space {
		var values []string
		one := random.IntN(len(space[f].values))
		for v := range space[f].values {
			if v == one || random.IntN(11) >= known {
				possible[f] |= 1 << v
				values = append(values, space[f].values[v])
			}
		}
		if len(values) < len(space[f].values) || random.IntN(2) == 0 {
			random.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
			s[space[f].fact] = rule.Known{Values: values}
		}
	}
	return s, possible
}

// eachIndex calls f with the place, in the order of eachWorld, of every world
// that has possible values only.
func eachIndex(possible *[10]uint8, fact, place int, f func(int)) {
	if fact == len(space) {
		f(place)
		return
	}
	for v := range space[fact].values {
		if possible[fact]>>v&1 == 1 {
			eachIndex(possible, fact+1, place*len(space[fact].values)+v, f)
		}
	}
}
