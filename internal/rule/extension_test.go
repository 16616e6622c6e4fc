package rule

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/rulebook"
)

// ownRules is a company's extension of the Japanese rulebook with the rules as
// they are given.
func ownRules(id string, rules ...string) Source {
	text := "question: own/due\nid: " + id + "\nversion: 1.0.0\ntitle: {ja: 社内規程, en: Own rules}\n" +
		"instrument: {title: Own rules, law_id: own, text_of: 2026-05-01}\nextends: jp/reg-228-20-2\nrules:\n"
	for _, r := range rules {
		text += r
	}
	return Source{FS: fstest.MapFS{"own.yaml": {Data: []byte(text)}}, Path: "own.yaml", Company: true}
}

// ownRule is one rule of six lines and those of its conditions and outcome.
func ownRule(id, from, rest string) string {
	return "  - id: " + id + "\n    title: {ja: 社内, en: Own}\n    in_force: {from: " + from + "}\n    address: Own 1\n" +
		"    citation: {ja: 社内規程第1条, en: Own rules 1}\n    quote: words\n    confidence: confirmed\n    " + rest + "\n"
}

func official() []Source {
	var sources []Source
	for _, path := range rulebook.Japan {
		sources = append(sources, Source{FS: rulebook.FS, Path: path})
	}
	return sources
}

const sooner = `item: OWN-1
    when: {report_kind: [case], agent: [malfunction], origin: [domestic], harm_status: [actual], seriousness: [serious], predictability: [unpredictable]}
    then: {term: 10, unit: calendar_days, form: 8}`

func TestExtensionMakesStricter(t *testing.T) {
	l, err := LoadLaw(append(official(),
		ownRules("own/sooner", ownRule("own/1", "2026-05-01", sooner)),
		ownRules("own/more", ownRule("own/2", "2026-06-10", `item: OWN-2
    when: {report_kind: [case], harm_status: [none]}
    then: {term: 30, unit: calendar_days, form: 8}`))))
	if err != nil {
		t.Fatal(err)
	}
	serious := Situation{}
	for fact, value := range map[string]string{"report_kind": "case", "agent": "malfunction", "origin": "domestic", "harm_status": "actual", "seriousness": "serious", "predictability": "unpredictable"} {
		serious[fact] = Known{Values: []string{value}}
	}
	harmless := Situation{"report_kind": {Values: []string{"case"}}, "harm_status": {Values: []string{"none"}}}
	for _, tt := range []struct {
		name  string
		s     Situation
		aware string
		days  int
		item  string
	}{
		{"before the company's day the law governs", serious, "2026-04-30", 15, "R228-20(2)-1-ha"},
		{"from that day the company does", serious, "2026-05-01", 10, "OWN-1"},
		{"the law asks for nothing", harmless, "2026-06-09", 0, ""},
		{"the company does", harmless, "2026-06-10", 30, "OWN-2"},
	} {
		a, err := l.Case.Decide(tt.s, caldate.MustParse(tt.aware))
		if err != nil {
			t.Fatal(err)
		}
		if (a.Governing == nil) != (tt.days == 0) || tt.days > 0 && (*a.Governing.TermDays != tt.days || !slices.Contains(a.Governing.Items, tt.item)) {
			t.Errorf("%s: %+v", tt.name, a.Governing)
		}
	}
}

// TestExtensionIsRefused: every problem names the rule, its line and a world.
func TestExtensionIsRefused(t *testing.T) {
	const serious = "when: {report_kind: [case], agent: [malfunction], origin: [domestic], harm_status: [actual], seriousness: [serious], predictability: [unpredictable]}"
	for _, tt := range []struct {
		name, rule string
		want       []string
	}{
		{"says that nothing is due", ownRule("own/1", "unknown", serious+"\n    then: {report: none}"), []string{"own.yaml:16", "rule own/1: says that nothing is due"}},
		{"takes a rule of the law out", ownRule("own/1", "unknown", "item: O\n    "+serious+"\n    except: [jp-reg/228-20(2)-1-ha]\n    then: {term: 10, unit: calendar_days, form: 8}"), []string{`rule own/1: except names "jp-reg/228-20(2)-1-ha", which is no other rule`}},
		{"puts another form first", ownRule("own/1", "unknown", "item: O\n    "+serious+"\n    then: {term: 10, unit: calendar_days, form: 9}"), []string{"own.yaml:8", "rule own/1: another form, or none, takes the place of form8, where report_kind is case, agent is malfunction", "seriousness is serious, predictability is unpredictable"}},
		{"puts a person before the form", ownRule("own/1", "unknown", serious+"\n    then: {term: 10, unit: calendar_days, person: named}"), []string{"rule own/1: another form, or none, takes the place of form8"}},
		{"only on some days", ownRule("own/1", "2027-01-01", "item: O\n    "+serious+"\n    then: {term: 10, unit: calendar_days, form: 9}"), []string{"rule own/1: another form"}},
		{"asks for a first report of nothing", ownRule("own/1", "unknown", "when: {report_kind: [case], harm_status: [none]}\n    then: {first_report: promptly}"), []string{"rule own/1: asks for a first report while nothing else is due"}},
		{"never fires", ownRule("own/1", "unknown", "when: {report_kind: [case]}\n    except: [own/2]\n    then: {first_report: promptly}") + ownRule("own/2", "unknown", "item: O\n    when: {report_kind: [case]}\n    then: {term: 15, unit: calendar_days, form: 8}"), []string{"own.yaml:8", "rule own/1: it applies in no world"}},
		{"an id of the law", ownRule("jp-reg/228-20(2)-1-i", "unknown", sooner), []string{"rule jp-reg/228-20(2)-1-i: the id stands in jp/reg-228-20-2.yaml too"}},
		{"a fact that is not there", ownRule("own/1", "unknown", "when: {age: [old]}\n    then: {first_report: promptly}"), []string{`rule own/1: no fact is called "age"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, err := LoadLaw(append(official(), ownRules("own/rules", tt.rule)))
			if l != nil || fault.KindOf(err) != fault.Invalid {
				t.Fatalf("got %v, want an invalid error and nothing loaded", err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("want %q in:\n%v", want, err)
				}
			}
		})
	}
}

func TestLoadLawListsTheProblemsOfEveryFile(t *testing.T) {
	broken := ownRules("own/a", ownRule("own/1", "soon", "when: {age: [old]}\n    then: {first_report: promptly}"))
	duties := Source{FS: fstest.MapFS{"d.yaml": {Data: []byte(strings.Replace(smallDuties, "duties: [d-2]", "duties: [d-9]", 1))}}, Path: "d.yaml", Company: true}
	alone := Source{FS: fstest.MapFS{"e.yaml": {Data: []byte("question: [")}}, Path: "e.yaml"}
	twice := ownRules("own/a", ownRule("own/3", "unknown", sooner))
	_, err := LoadLaw(append(official(), broken, duties, alone, twice, Source{FS: fstest.MapFS{}, Path: "gone.yaml"}))
	for _, want := range []string{
		"own.yaml:10: rule own/1: ", `own.yaml:15: rule own/1: no fact is called "age"`, `rule d/2: no duty is called "d-9"`, "e.yaml: ",
		"gone.yaml: ", "the rulebook own/a stands in own.yaml too",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q in:\n%v", want, err)
		}
	}
	if _, err := LoadLaw(nil); fault.KindOf(err) != fault.Invalid {
		t.Errorf("no source: %v", err)
	}
	if _, err := LoadLaw([]Source{{FS: rulebook.FS, Path: "jp/first-report.yaml"}}); err == nil || !strings.Contains(err.Error(), "that could be extended") {
		t.Errorf("an extension alone: %v", err)
	}
}

// TestStricterNoticesWhatIsGone: every rule of the law that is taken away makes
// some world less strict, but for those that another one asks the same beside.
func TestStricterNoticesWhatIsGone(t *testing.T) {
	l, err := LoadLaw(official())
	if err != nil {
		t.Fatal(err)
	}
	same := []string{
		"jp-reg/228-20(2)-1-ha/designated", "jp-reg/228-20(2)-2-ro/designated", // the item itself asks the same
		"jp-reg/228-20(2)-none/infection-feared", // the rule that stands in asks the same
	}
	for i, r := range l.Case.Rules {
		if r.Then.None || slices.Contains(same, r.ID) {
			continue
		}
		y := &yamlReader{}
		y.stricter(l.Case, l.Case.with(slices.Delete(slices.Clone(l.Case.Rules), i, i+1)), len(l.Case.Rules))
		if len(y.problems) == 0 {
			t.Errorf("without %s no world is called less strict", r.ID)
		}
	}
	later := slices.Clone(l.Case.Rules)
	for i := range later {
		if later[i].Then.TermDays == 30 {
			later[i].Then.TermDays = 31
		}
	}
	y := &yamlReader{}
	y.stricter(l.Case, l.Case.with(later), len(later))
	if len(y.problems) == 0 || !strings.Contains(y.problems[0].Message, "later or weaker") {
		t.Errorf("a day later: %v", y.problems)
	}
	y = &yamlReader{}
	if y.stricter(l.Case, l.Case, len(l.Case.Rules)); len(y.problems) > 0 {
		t.Errorf("against itself: %v", y.problems)
	}
}

// TestStricterWalksEveryWorld compares the walk of two diagrams with a list of
// the worlds.
func TestStricterWalksEveryWorld(t *testing.T) {
	rb, err := Load(rulebook.FS, rulebook.JapanCaseReport)
	if err != nil {
		t.Fatal(err)
	}
	for i := range rb.Rules {
		after := rb.with(slices.Delete(slices.Clone(rb.Rules), i, i+1))
		day := caldate.MustParse("2026-06-01")
		listed := map[string]bool{}
		world := make([]int, len(rb.Facts))
		var pick func(int)
		pick = func(fact int) {
			if fact == len(world) {
				if how := laxer(rb, after, rb.leafOf(world, day), after.leafOf(world, day)); how != "" {
					listed[how] = true
				}
				return
			}
			for v := range rb.Facts[fact].Values {
				world[fact] = v
				pick(fact + 1)
			}
		}
		pick(0)
		walked := map[string]bool{}
		p := pair{a: rb.at(day), b: after.at(day), seen: map[[2]ref]bool{}, world: nowhere(len(rb.Facts))}
		p.walk(p.a.root, p.b.root, func(a, b *leaf) {
			if how := laxer(rb, after, a, b); how != "" {
				walked[how] = true
			}
		})
		if len(listed) != len(walked) {
			t.Errorf("without %s: the list finds %v, the walk %v", rb.Rules[i].ID, listed, walked)
		}
	}
}

const smallDuties = `question: own/duties
id: own/duties
version: 1.0.0
title: {ja: 試験, en: Test}
instrument: {title: Own rules, law_id: own, text_of: 2026-05-01}
about: case
uses: {rulebook: jp/reg-228-20-2, facts: [harm_status]}
facts:
  - {id: own_told, label: {ja: 申告, en: Told}, question: {ja: 申告, en: Told}, help: {ja: 申告, en: Told}, values: [{id: "yes", label: {ja: 有, en: some}, help: {ja: 有, en: some}}, {id: "no", label: {ja: 無, en: none}, help: {ja: 無, en: none}}]}
duties:
  - {id: d-1, label: {ja: 一, en: One}, to: {ja: 知事, en: Governor}, value: addressee, clock: {promptly: true}, from: answered}
  - {id: d-2, label: {ja: 二, en: Two}, to: {ja: 知事, en: Governor}, clock: {term: 1, unit: months}, from: aware, form: 8}
rules:
  - id: d/1
    title: {ja: 一, en: One}
    in_force: {from: unknown}
    address: Own 1
    citation: {ja: 一, en: One}
    quote: words
    when: {harm_status: [actual]}
    then: {duties: [d-1]}
    confidence: confirmed
  - id: d/2
    title: {ja: 二, en: Two}
    in_force: {from: unknown}
    address: Own 2
    citation: {ja: 二, en: Two}
    quote: words
    when: {own_told: ["yes"]}
    then: {duties: [d-2]}
    confidence: confirmed
  - id: d/3
    title: {ja: 三, en: Three}
    in_force: {from: unknown}
    address: Own 3
    citation: {ja: 三, en: Three}
    quote: words
    when: {harm_status: [none], own_told: ["no"]}
    then: {duties: none}
    confidence: confirmed
otherwise:
  id: d/none
  title: {ja: 無, en: None}
  address: Own 4
  citation: {ja: 無, en: None}
  quote: words
  then: {person: named}
  confidence: inferred
`

func TestDutyRulebookIsRefused(t *testing.T) {
	load := func(text string) error {
		_, err := LoadLaw(append(official(), Source{FS: fstest.MapFS{"d.yaml": {Data: []byte(text)}}, Path: "d.yaml", Company: true}))
		return err
	}
	if err := load(smallDuties); err != nil {
		t.Fatalf("the rulebook to break is broken already: %v", err)
	}
	for _, tt := range []struct{ name, old, new, want string }{
		{"nothing due beside a duty", `{harm_status: [none], own_told: ["no"]}`, `{harm_status: [none]}`, "rule d/3: says that nothing is due while d/2 asks for a duty, where harm_status is none, own_told is yes"},
		{"a duty that follows nowhere", "duties: [d-2]", "duties: [d-1]", "d.yaml:12: the duty d-2 follows in no world"},
		{"a duty that is not declared", "duties: [d-2]", "duties: [d-3]", `d.yaml:30: rule d/2: no duty is called "d-3"`},
		{"a rule that never fires", `when: {own_told: ["yes"]}`, "when: {harm_status: [actual]}\n    except: [d/1]", "rule d/2: it applies in no world"},
		{"no stand-in", smallDuties[strings.Index(smallDuties, "otherwise:"):], "", "otherwise is missing"},
		{"a stand-in that asks for a duty", "{person: named}", "{duties: [d-1]}", `"duties" is not known here`},
		{"a used fact that is not there", "facts: [harm_status]", "facts: [harm_status, harm]", `d.yaml:7: jp/reg-228-20-2 has no fact "harm"`},
		{"a rulebook that is not there", "rulebook: jp/reg-228-20-2", "rulebook: jp/other", `d.yaml:7: there is no rulebook "jp/other"`},
		{"a value that the used fact has not", "harm_status: [actual]", "harm_status: [severe]", `rule d/1: harm_status has no value "severe"`},
		{"a fact that is asked elsewhere", "id: own_told", "id: trend", "fact trend is asked in jp/reg-228-20-2.yaml too"},
		{"about something else", "about: case", "about: site", `"site": expected case or product`},
		{"two clocks", "{promptly: true}", "{promptly: true, continuing: true}", "d.yaml:11: expected promptly: true"},
		{"a term without unit", "{term: 1, unit: months}", "{term: 1}", "d.yaml:12: expected promptly: true"},
		{"a standing duty with a day", "{promptly: true}", "{continuing: true}", `"answered": with this clock expected one of [none]`},
		{"a yearly duty from elsewhere", "{promptly: true}", "{yearly_within: 2, unit: months}", `expected one of [approval]`},
		{"the same duty twice", "id: d-2", "id: d-1", "the duty d-1 stands twice"},
		{"an obligation", "then: {duties: [d-1]}", "then: {report: none}", `rule d/1: "report" is not known here`},
		{"an item", "  - id: d/1\n", "  - id: d/1\n    item: X\n", `rule d/1: "item" is not known here`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			broken := strings.Replace(smallDuties, tt.old, tt.new, 1)
			if broken == smallDuties {
				t.Fatal("nothing was broken")
			}
			if err := load(broken); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("want %q in:\n%v", tt.want, err)
			}
		})
	}
}

// TestNoRuleOfTheDutiesMeansANamedPerson: in a world without a rule a person
// decides; where that is only possible, the proof says so.
func TestNoRuleOfTheDutiesMeansANamedPerson(t *testing.T) {
	l, err := LoadLaw(append(official(), Source{FS: fstest.MapFS{"d.yaml": {Data: []byte(smallDuties)}}, Path: "d.yaml", Company: true}))
	if err != nil {
		t.Fatal(err)
	}
	d := l.CaseDuties[slices.IndexFunc(l.CaseDuties, func(d *DutyRulebook) bool { return d.Ref().ID == "own/duties" })]
	for _, tt := range []struct {
		harm, told string
		person     bool
		state      State
	}{
		{"potential", "no", true, Applies},
		{"potential", "", false, MayApply},
		{"none", "no", false, ""},
	} {
		s := Situation{"harm_status": {Values: []string{tt.harm}}}
		if tt.told != "" {
			s["own_told"] = Known{Values: []string{tt.told}}
		}
		a, err := d.Duties(s, caldate.MustParse("2026-06-01"))
		if err != nil {
			t.Fatal(err)
		}
		last := a.Proof[len(a.Proof)-1]
		if a.NamedPerson != tt.person || tt.state != "" && (last.Rule != "d/none" || last.State != tt.state) || tt.state == "" && last.Rule == "d/none" {
			t.Errorf("%v: named person %v, last line %s %s", s, a.NamedPerson, last.Rule, last.State)
		}
	}
}
