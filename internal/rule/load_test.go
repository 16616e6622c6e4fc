package rule_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/rule"
)

// small is a rulebook without a problem; tests break it. Its lines are counted
// in the tests, so keep their order.
const small = `question: test/due
id: test/small
version: 1.0.0
title: {ja: 試験, en: Test}
instrument: {title: Test act, law_id: T1, text_of: 2026-05-01}
several: never
facts:
  - {id: harm, label: {ja: 被害, en: Harm}, question: {ja: 被害, en: Harm}, help: {ja: 被害, en: Harm}, values: [{id: "yes", label: {ja: 有, en: some}, help: {ja: 有, en: some}}, {id: "no", label: {ja: 無, en: none}, help: {ja: 無, en: none}}]}
  - {id: known, label: {ja: 既知, en: Known}, question: {ja: 既知, en: Known}, help: {ja: 既知, en: Known}, values: [{id: "yes", label: {ja: 有, en: some}, help: {ja: 有, en: some}}, {id: "no", label: {ja: 無, en: none}, help: {ja: 無, en: none}}]}
rules:
  - id: t/1
    item: T-1
    title: {ja: 一, en: One}
    in_force: {from: 2026-05-01}
    address: T1
    citation: {ja: 一, en: One}
    quote: words
    when: {harm: ["yes"]}
    then: {term: 15, unit: calendar_days, form: 8}
    confidence: confirmed
  - id: t/old
    item: T-old
    title: {ja: 旧, en: Old}
    in_force: {from: unknown, until: 2026-05-01}
    address: T1
    citation: {ja: 旧, en: Old}
    quote: words
    when: {harm: ["yes"], known: ["no", "yes"]}
    then: {term: 30, unit: calendar_days, form: 8}
    confidence: recall
  - id: t/not
    title: {ja: 無, en: None}
    in_force: {from: unknown}
    address: T1
    citation: {ja: 無, en: None}
    quote: words
    when: {harm: ["no"]}
    then: {report: none}
    confidence: confirmed
otherwise:
  id: t/none
  title: {ja: 無, en: None}
  address: T1
  citation: {ja: 無, en: None}
  quote: words
  then: {term: 15, unit: calendar_days, person: named}
  confidence: inferred
`

func loadText(text string) (*rule.Rulebook, error) {
	return rule.Load(fstest.MapFS{"r.yaml": {Data: []byte(text)}}, "r.yaml")
}

func TestLoadRefusesAndSaysWhere(t *testing.T) {
	if _, err := loadText(small); err != nil {
		t.Fatalf("the rulebook to break is broken already: %v", err)
	}
	tests := []struct {
		name     string
		old, new string // replaced once in small
		want     []string
	}{
		{"an unknown fact", `when: {harm: ["no"]}`, `when: {harm: ["no"], age: [old]}`, []string{`line 37: rule t/not: no fact is called "age"`}},
		{"an unknown value", `when: {harm: ["no"]}`, `when: {harm: [never]}`, []string{`rule t/not: harm has no value "never"`}},
		{"a bare no", `when: {harm: ["no"]}`, `when: {harm: [no]}`, []string{"no without quotes"}},
		{"no quote", "    quote: words\n    when: {harm: [\"no\"]}", "    when: {harm: [\"no\"]}", []string{"rule t/not: quote is missing"}},
		{"an empty citation", "citation: {ja: 無, en: None}\n    quote", "citation: {ja: \"\", en: None}\n    quote", []string{"/rules/2/citation/ja", "the text is empty"}},
		{"a day that does not exist", "from: 2026-05-01}\n    address", "from: 2026-02-30}\n    address", []string{"line 14", "2026-02-30"}},
		{"days in the wrong order", "from: unknown, until: 2026-05-01", "from: 2026-06-01, until: 2026-05-01", []string{"rule t/old: from 2026-06-01 is not before until 2026-05-01"}},
		{"a gap on the older days", "from: unknown, until: 2026-05-01", "from: 2026-04-01, until: 2026-05-01", []string{"no rule applies where harm is yes"}},
		{"a gap", `when: {harm: ["yes"]}`, `when: {harm: ["yes"], known: ["yes"]}`, []string{"no rule applies where harm is yes, known is no"}},
		{"a refusal against a report", `when: {harm: ["no"]}`, `when: {known: ["no"]}`, []string{"rule t/not: says that nothing is due while t/1 asks for a report, where harm is yes, known is no", "no rule applies where harm is no, known is yes"}},
		{"two reports without several", `when: {harm: ["no"]}
    then: {report: none}`, `item: T-2
    when: {known: ["no"]}
    then: {term: 30, unit: calendar_days, form: 9}`, []string{"rule t/1: applies together with t/not"}},
		{"a rule that never fires", "    confidence: recall\n", "    confidence: recall\n    except: [t/old2]\n  - id: t/old2\n    item: T-old\n    title: {ja: 旧, en: Old}\n    in_force: {from: unknown, until: 2026-05-01}\n    address: T1\n    citation: {ja: 旧, en: Old}\n    quote: words\n    when: {harm: [\"yes\"]}\n    then: {term: 30, unit: calendar_days, form: 8}\n    confidence: recall\n", []string{"rule t/old: it applies in no world"}},
		{"a first report without a report", "    then: {report: none}\n", "    then: {first_report: promptly}\n", []string{"no rule applies where harm is no", "asks for a first report while nothing else is due"}},
		{"an exception that is no rule", "    confidence: recall\n", "    confidence: recall\n    except: [t/nowhere]\n", []string{`except names "t/nowhere"`}},
		{"the same id twice", "id: t/old\n", "id: t/1\n", []string{"the id stands twice"}},
		{"an unknown key", "    confidence: recall\n", "    confidence: recall\n    priority: high\n", []string{`"priority" is not known here`}},
		{"an outcome of nothing", "then: {report: none}", "then: {form: 8}", []string{"expected term with unit and form"}},
		{"a form that is none of this law", "form: 8}\n    confidence: confirmed", "form: 7}\n    confidence: confirmed", []string{"whole number from 8 to 12"}},
		{"an unknown unit", "unit: calendar_days, form: 8}\n    confidence: confirmed", "unit: weeks, form: 8}\n    confidence: confirmed", []string{`"weeks": expected calendar_days`}},
		{"an unknown confidence", "confidence: recall", "confidence: sure", []string{`"sure": expected confirmed, inferred or recall`}},
		{"a report without an item", "    item: T-1\n", "", []string{"item is missing"}},
		{"a stand-in that says no", "then: {term: 15, unit: calendar_days, person: named}", "then: {report: none}", []string{"a named person must decide"}},
		{"a fact with one value", `{id: known, label: {ja: 既知, en: Known}, question: {ja: 既知, en: Known}, help: {ja: 既知, en: Known}, values: [{id: "yes", label: {ja: 有, en: some}, help: {ja: 有, en: some}}, `, `{id: known, label: {ja: 既知, en: Known}, question: {ja: 既知, en: Known}, help: {ja: 既知, en: Known}, values: [`, []string{"1 values: a fact needs 2"}},
		{"a reading that is no number", "    confidence: recall\n", "    confidence: recall\n    reading: R-1\n", []string{`"R-1" is not the number of a reading`}},
		{"not YAML", "question: test/due", "question: [", []string{"not readable as YAML"}},
		{"a list", small, "- 1\n", []string{"expected names with values"}},
		{"nothing", small, "", []string{"empty"}},
		{"several documents", "question: test/due", "a: 1\n---\nquestion: test/due", []string{"one YAML document"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			broken := strings.Replace(small, tt.old, tt.new, 1)
			if broken == small {
				t.Fatal("the text to replace is not there")
			}
			rb, err := loadText(broken)
			if err == nil || rb != nil {
				t.Fatal("want an error")
			}
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("kind %s, want invalid", fault.KindOf(err))
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("want %q in:\n%v", want, err)
				}
			}
		})
	}
}

func TestLoadListsEveryProblem(t *testing.T) {
	broken := strings.NewReplacer("confidence: recall", "confidence: sure", "from: 2026-05-01}", "from: soon}", `harm: ["no"]`, `age: ["no"]`).Replace(small)
	_, err := loadText(broken)
	if got := len(fault.FieldsOf(err)); got != 3 {
		t.Errorf("%d problems listed, want 3: %v", got, err)
	}
}

func TestLoadMissingFile(t *testing.T) {
	if _, err := rule.Load(fstest.MapFS{}, "r.yaml"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("got %v, want not found", err)
	}
}

func TestRulesInForceFollowTheAwarenessDay(t *testing.T) {
	rb, err := loadText(small)
	if err != nil {
		t.Fatal(err)
	}
	s := rule.Situation{"harm": {Values: []string{"yes"}}}
	for _, tt := range []struct{ aware, item, due, excluded string }{
		{"2026-04-30", "T-old", "2026-05-30", "t/1"},
		{"2026-05-01", "T-1", "2026-05-16", "t/old"},
	} {
		a, err := rb.Decide(s, caldate.MustParse(tt.aware))
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Certain) != 1 || a.Certain[0] != tt.item || day(a.Governing.Due) != tt.due {
			t.Errorf("aware %s: %v due %s, want %s due %s", tt.aware, a.Certain, day(a.Governing.Due), tt.item, tt.due)
		}
		for _, p := range a.Proof {
			if p.Rule == tt.excluded && (p.State != rule.IsExcluded || !strings.Contains(p.Reason.EN, "Not in force on the awareness day "+tt.aware)) {
				t.Errorf("%s is %s: %s", p.Rule, p.State, p.Reason.EN)
			}
		}
	}
}
