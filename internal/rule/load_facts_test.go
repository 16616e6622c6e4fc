package rule_test

import (
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/rule"
)

// smallFacts is a fact rulebook without a problem; tests break it.
const smallFacts = `question: test/facts
id: test/facts
version: 1.0.0
title: {ja: 試験, en: Test}
instrument: {title: Test notice, law_id: T1, text_of: 2026-05-01}
concludes: {rulebook: test/small, facts: {harm: ["yes", "no"]}}
facts:
  - {id: used, label: {ja: 使用, en: Used}, question: {ja: 使用, en: Used}, help: {ja: 使用, en: Used}, values: [{id: "yes", label: {ja: 有, en: some}, help: {ja: 有, en: some}}, {id: "no", label: {ja: 無, en: none}, help: {ja: 無, en: none}}]}
  - {id: told, label: {ja: 申告, en: Told}, question: {ja: 申告, en: Told}, help: {ja: 申告, en: Told}, values: [{id: "yes", label: {ja: 有, en: some}, help: {ja: 有, en: some}}, {id: "no", label: {ja: 無, en: none}, help: {ja: 無, en: none}}]}
rules:
  - id: f/1
    title: {ja: 一, en: One}
    in_force: {from: 2026-05-01}
    address: T1
    citation: {ja: 一, en: One}
    quote: words
    when: {used: ["no"]}
    then: {facts: {harm: ["no"]}}
    confidence: confirmed
  - id: f/2
    title: {ja: 二, en: Two}
    in_force: {from: 2026-05-01}
    address: T1
    citation: {ja: 二, en: Two}
    quote: words
    when: {used: ["yes"], told: ["yes"]}
    then: {facts: {harm: ["yes"]}}
    confidence: confirmed
`

func loadFacts(text string) (*rule.FactRulebook, error) {
	return rule.LoadFactRulebook(fstest.MapFS{"f.yaml": {Data: []byte(text)}}, "f.yaml")
}

func TestLoadFactRulebookRefusesAndSaysWhere(t *testing.T) {
	if _, err := loadFacts(smallFacts); err != nil {
		t.Fatalf("the rulebook to break is broken already: %v", err)
	}
	for _, tt := range []struct{ name, old, new, want string }{
		{"rules against each other", `used: ["yes"], told`, `used: ["yes", "no"], told`, `line 20: rule f/2: leaves no value of harm together with f/1, where used is no, told is yes`},
		{"a rule that never fires", "    when: {used: [\"no\"]}\n", "    when: {used: [\"no\"]}\n    except: [f/1b]\n", `except names "f/1b"`},
		{"a fact that the target has not", `then: {facts: {harm: ["no"]}}`, `then: {facts: {age: [old]}}`, `rule f/1: no fact is called "age"`},
		{"a value that the target has not", `then: {facts: {harm: ["no"]}}`, `then: {facts: {harm: [maybe]}}`, `rule f/1: harm has no value "maybe"`},
		{"a conclusion of nothing", `then: {facts: {harm: ["no"]}}`, `then: {facts: {}}`, "no fact is concluded"},
		{"a conclusion that leaves everything", `then: {facts: {harm: ["no"]}}`, `then: {facts: {harm: ["no", "yes"]}}`, "every value of harm remains"},
		{"an obligation", `then: {facts: {harm: ["no"]}}`, `then: {report: none}`, `"report" is not known here`},
		{"facts and scope", `then: {facts: {harm: ["no"]}}`, `then: {facts: {harm: ["no"]}, scope: outside}`, "expected facts with the values that remain"},
		{"an unknown scope", `then: {facts: {harm: ["no"]}}`, `then: {scope: elsewhere}`, `"elsewhere": expected outside`},
		{"a fact of the target with one value", `facts: {harm: ["yes", "no"]}`, `facts: {harm: ["yes"]}`, "1 values"},
		{"no target", "concludes: {rulebook: test/small, ", "concludes: {", "rulebook is missing"},
		{"a stand-in", "rules:\n", "otherwise: {}\nrules:\n", `"otherwise" is not known here`},
		{"no quote", "    quote: words\n    when: {used: [\"no\"]}", "    when: {used: [\"no\"]}", "rule f/1: quote is missing"},
		{"the other kind", smallFacts, small, "concludes no facts of another rulebook"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(smallFacts, tt.old, tt.new, 1)
			if text == smallFacts {
				t.Fatal("nothing was broken")
			}
			_, err := loadFacts(text)
			if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("want %q in %v", tt.want, err)
			}
		})
	}
	if _, err := loadText(smallFacts); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "does not decide what is due by itself") {
		t.Errorf("as a rulebook that decides: %v", err)
	}
}

func TestFitsNamesEveryFactAndValue(t *testing.T) {
	target, err := loadText(small)
	if err != nil {
		t.Fatal(err)
	}
	fr, err := loadFacts(smallFacts)
	if err != nil {
		t.Fatal(err)
	}
	if err := fr.Fits(target); err != nil {
		t.Errorf("it fits: %v", err)
	}
	if err := fr.Fits(japan(t)); fault.KindOf(err) != fault.Invalid {
		t.Errorf("another target: %v", err)
	}
	wide, err := loadFacts(strings.Replace(smallFacts, `facts: {harm: ["yes", "no"]}`, `facts: {harm: ["yes", "no", perhaps], known: ["yes", sure], age: [young, old]}`, 1))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(fault.FieldsOf(wide.Fits(target))); got != 3 {
		t.Errorf("%d problems, want 3: %v", got, wide.Fits(target))
	}
}

// TestConclude: no rule leaves a fact open, also before the first day in force.
func TestConclude(t *testing.T) {
	fr, err := loadFacts(smallFacts)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, used, told, aware, want string
		rules                         int // that speak of the fact
	}{
		{"a rule applies", "no", "", "2026-06-01", "no", 1},
		{"the other one", "yes", "yes", "2026-06-01", "yes", 1},
		{"no rule", "yes", "no", "2026-06-01", "yes no", 0},
		{"one in each world", "", "yes", "2026-06-01", "yes no", 2},
		{"before they are in force", "no", "yes", "2026-04-30", "yes no", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := rule.Situation{}
			for fact, value := range map[string]string{"used": tt.used, "told": tt.told} {
				if value != "" {
					s[fact] = rule.Known{Values: []string{value}}
				}
			}
			c, err := fr.Conclude(s, caldate.MustParse(tt.aware))
			if err != nil {
				t.Fatal(err)
			}
			f := c.Facts[0]
			if strings.Join(f.Possible, " ") != tt.want || f.Open != (tt.want == "yes no") || len(f.Rules) != tt.rules {
				t.Errorf("got %+v", f)
			}
			if len(c.Proof) != 2 || c.Rulebook != fr.Ref() {
				t.Errorf("proof %+v of %+v", c.Proof, c.Rulebook)
			}
		})
	}
	if _, err := fr.Conclude(rule.Situation{}, caldate.Date{}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("no day: %v", err)
	}
	if _, err := fr.Conclude(rule.Situation{"age": {Values: []string{"old"}}}, noticeDay); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a fact that it does not have: %v", err)
	}
}

// TestCheckFindsWhatLoadDoesNot: examples that come out otherwise, rules
// without one, and a target that is not there.
func TestCheckFindsWhatLoadDoesNot(t *testing.T) {
	const cases = `cases:
  - {title: {ja: 一, en: One}, rules: [f/1], aware: 2026-06-01, facts: {used: "no"}, expect: {harm: ["no"]}}
  - {title: {ja: 二, en: Two}, rules: [f/2], aware: 2026-06-01, facts: {used: "yes", told: "yes"}, expect: {harm: ["yes"]}}
`
	for _, tt := range []struct{ name, cases, want string }{
		{"nothing", cases, ""},
		{"no file", "", "no_example f.cases.yaml:0 "},
		{"another conclusion", strings.Replace(cases, `expect: {harm: ["no"]}`, "expect: {}", 1), "example f.cases.yaml:2 ; no_example f.yaml:11 f/1"},
		{"a rule without example", strings.Split(cases, "  - {title: {ja: 二")[0], "no_example f.yaml:20 f/2"},
		{"an unknown fact", strings.Replace(cases, "facts: {used", "facts: {age", 1), "unknown_fact f.cases.yaml:2 "},
		{"no day", strings.Replace(cases, "aware: 2026-06-01, ", "", 1), "required f.cases.yaml:2 "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fsys := fstest.MapFS{"f.yaml": {Data: []byte(smallFacts)}, "r.yaml": {Data: []byte(small)}}
			if tt.cases != "" {
				fsys["f.cases.yaml"] = &fstest.MapFile{Data: []byte(tt.cases)}
			}
			if got := problems(rule.Check([]rule.Source{{FS: fsys, Path: "f.yaml"}, {FS: fsys, Path: "r.yaml"}})[0]); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	fsys := fstest.MapFS{"f.yaml": {Data: []byte(smallFacts)}, "f.cases.yaml": {Data: []byte(cases)}}
	if got := problems(rule.Check([]rule.Source{{FS: fsys, Path: "f.yaml"}})[0]); got != "target f.yaml:0 " {
		t.Errorf("without its target: %q", got)
	}
	if got := problems(rule.Check([]rule.Source{{FS: fsys, Path: "jp/nowhere.yaml"}})[0]); got != "unreadable jp/nowhere.yaml:0 " {
		t.Errorf("no file: %q", got)
	}
}

func problems(c rule.Checked) string {
	var out []string
	for _, p := range c.Problems {
		out = append(out, p.Kind+" "+p.File+":"+strconv.Itoa(p.Line)+" "+p.Rule)
	}
	return strings.Join(out, "; ")
}
