package rule_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"mimamori/internal/fault"
	"mimamori/internal/rule"
)

func TestReadFacts(t *testing.T) {
	s, err := japan(t).ReadFacts(strings.NewReader("\uFEFF" + ` {"report_kind":"case","trend":"unknown","seriousness":{"not":["death","death"]},"agent":{"not":[]}}` + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(s) != 3 || !slices.Equal(s["report_kind"].Values, []string{"case"}) || !slices.Equal(s["seriousness"].Values, []string{"serious", "non_serious"}) {
		t.Errorf("got %+v", s)
	}
}

func TestReadFactsListsWhatIsWrong(t *testing.T) {
	tests := []struct {
		name, facts string
		want        []string // pointer and part of the message, or part of the error
	}{
		{"everything at once", `{"report_kind":"cases","a/b":1,"seriousness":{"not":["death","dead"]},"trend":{"not":["normal","trend_unpredictable","trend_hazard_change"]},"agent":null,"origin":["domestic"],"harm_status":{"is":"actual"},"predictability":{"not":"predictable"}}`, []string{
			`/report_kind: report_kind has no value "cases": use one of case, rate_change`, `/a~1b: no fact is called "a/b"`,
			`/seriousness/not/1: seriousness has no value "dead"`, "/trend/not: every value of trend is ruled out", "/agent: expected a value",
			"/origin: expected a value", "/harm_status: expected a value", "/predictability/not: expected a list",
		}},
		{"a name twice", `{"agent":"infection","agent":"malfunction"}`, []string{"agent"}},
		{"a value of another fact", `{"origin":"yes"}`, []string{`/origin: origin has no value "yes": use one of domestic, foreign`}},
		{"a number", `{"designated_device":1}`, []string{"/designated_device: expected a value"}},
		{"true", `{"designated_device":true}`, []string{"/designated_device: expected a value"}},
		{"other case", `{"origin":"Domestic"}`, []string{`no value "Domestic"`}},
		{"something after the object", `{} {}`, []string{"after the end"}},
		{"a list", `[]`, []string{"expected a JSON object"}},
		{"null", `null`, []string{"expected a JSON object"}},
		{"not JSON", `report_kind: case`, []string{"not valid JSON"}},
		{"cut off", `{"origin":"dom`, []string{"not valid JSON"}},
		{"nothing", ``, []string{"empty"}},
		{"too large", `{"origin":"` + strings.Repeat("x", 1<<20) + `"}`, []string{"more than"}},
		{"deep", strings.Repeat(`{"a":`, 5000), []string{"not valid JSON"}},
		{"UTF-16", "\xff\xfe{\x00}\x00", []string{"UTF-16"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := japan(t).ReadFacts(strings.NewReader(tt.facts))
			if err == nil || s != nil || fault.KindOf(err) != fault.Invalid {
				t.Fatalf("got %v (%v), want an invalid error", s, err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("want %q in:\n%v", want, err)
				}
			}
		})
	}
}

// FuzzReadFacts: whatever the file holds, the facts fit the rulebook or the
// error is about the input.
func FuzzReadFacts(f *testing.F) {
	for _, seed := range []string{`{}`, `{"agent":{"not":["infection"]}}`, `{"agent":{"not":[null]}}`, `{"agent":{"not":null}}`, `{"agent":""}`, `[`, "\x00"} {
		f.Add(seed)
	}
	rb := japan(f)
	f.Fuzz(func(t *testing.T, facts string) {
		s, err := rb.ReadFacts(strings.NewReader(facts))
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("kind %s: %v", fault.KindOf(err), err)
			}
			return
		}
		if err := rb.Check(s); err != nil {
			t.Fatalf("%q was accepted and does not fit: %v", facts, err)
		}
	})
}

// The decision table writes "any" and "na" where a column does not matter, and
// joins values with "_or_": a row of it is a facts file.
func TestReadFactsTakesTheWordsOfTheDecisionTable(t *testing.T) {
	rb := japan(t)
	got, err := rb.ReadFacts(strings.NewReader(`{"report_kind":"rate_change","trend":"na","predictability":"any","seriousness":"death_or_serious","designated_device":"unknown"}`))
	if err != nil {
		t.Fatal(err)
	}
	want := rule.Situation{"report_kind": {Values: []string{"rate_change"}}, "seriousness": {Values: []string{"death", "serious"}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, wrong := range []string{"death_or_", "_or_", "death_or_dead", "anything"} {
		if got, err := rb.ReadFacts(strings.NewReader(`{"seriousness":"` + wrong + `"}`)); err == nil {
			t.Errorf("%q was read as %v", wrong, got)
		}
	}
}
