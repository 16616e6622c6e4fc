package openvalue_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"mimamori/internal/fault"
	"mimamori/internal/openvalue"
	"mimamori/rulebook"

	"pgregory.net/rapid"
)

const whole = `values:
  - id: fax
    label: {ja: 番号, en: Number}
    help: {ja: 番号, en: The number}
    kind: text
    default: ""
    mark: not_seen
    source: 通知
    used_in: [jp/a]
  - id: nil-period
    label: {ja: 要否, en: Due}
    help: {ja: 要否, en: Whether it is due}
    kind: choice
    choices: [{id: ask, label: {ja: 確認, en: ask}}, {id: due, label: {ja: 要, en: due}}]
    default: ask
    mark: C2
    source: 通知
    used_in: [form12]
`

func load(text string) ([]openvalue.OpenValue, error) {
	return openvalue.Load(fstest.MapFS{"v.yaml": {Data: []byte(text)}}, "v.yaml")
}

func TestLoadRefusesAndSaysWhere(t *testing.T) {
	values, err := load(whole)
	if err != nil || len(values) != 2 || values[1].Choices[1].Label.JA != "要" || values[1].Default != "ask" {
		t.Fatalf("the list to break is broken already: %+v, %v", values, err)
	}
	for _, tt := range []struct{ name, old, new, want string }{
		{"an unknown key", "kind: text", "kind: text\n    colour: red", "colour"},
		{"an id in capitals", "id: fax", "id: Fax", `value 1 (Fax): "Fax": write the id in small letters`},
		{"an id that stands twice", "id: nil-period", "id: fax", "value 2 (fax): the id stands twice"},
		{"one language", "label: {ja: 番号, en: Number}", "label: {ja: 番号}", "value 1 (fax): the label is not filled in both languages"},
		{"no help", "help: {ja: 番号, en: The number}", "help: {en: The number}", "the help is not filled"},
		{"an unknown kind", "kind: text", "kind: date", `kind "date": expected text, lines, number or choice`},
		{"choices of another kind", "kind: choice", "kind: lines", "2 choices: a choice has two or more"},
		{"a choice without label", "{id: due, label: {ja: 要, en: due}}", "{id: due, label: {ja: 要}}", `choice "due" has no id or no label`},
		{"a default that is no choice", "default: ask", "default: never", `"never" is no choice: use one of ask, due`},
		{"no default", "    default: \"\"\n", "", "the default is missing"},
		{"an unknown mark", "mark: C2", "mark: sure", `mark "sure": expected C, C2, R or not_seen`},
		{"no source", "source: 通知\n    used_in: [jp/a]", "used_in: [jp/a]", "the source is missing"},
		{"nothing rests on it", "used_in: [form12]", "used_in: []", "used_in is missing"},
		{"no values", whole, "values: []\n", "there is no value"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(whole, tt.old, tt.new, 1)
			if text == whole {
				t.Fatal("nothing was broken")
			}
			_, err := load(text)
			if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("want %q in %v", tt.want, err)
			}
		})
	}
	_, err = load(strings.NewReplacer("mark: C2", "mark: sure", "id: fax", "id: FAX").Replace(whole))
	if n := len(fault.FieldsOf(err)); n != 2 {
		t.Errorf("every problem is told at once: %d in %v", n, err)
	}
	if _, err := openvalue.Load(fstest.MapFS{}, "v.yaml"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no file: %v", err)
	}
}

func TestCheckHoldsAValueToItsKind(t *testing.T) {
	choice := openvalue.OpenValue{Kind: openvalue.Select, Choices: []openvalue.Choice{{ID: "ask"}, {ID: "due"}}}
	for _, tt := range []struct {
		name  string
		v     openvalue.OpenValue
		value string
		want  string // in the error; "" when it fits
	}{
		{"nothing is known yet", openvalue.OpenValue{Kind: openvalue.Line}, "", ""},
		{"one line", openvalue.OpenValue{Kind: openvalue.Line}, "医療機器安全対策課", ""},
		{"a line break", openvalue.OpenValue{Kind: openvalue.Line}, "a\nb", "only one line"},
		{"text that reads in another order than it is written", openvalue.OpenValue{Kind: openvalue.Line}, "a\u202eb", "control characters"},
		{"no text at all", openvalue.OpenValue{Kind: openvalue.Line}, "\xff", "control characters"},
		{"a line that is too long", openvalue.OpenValue{Kind: openvalue.Line}, strings.Repeat("字", 501), "501 letters: at most 500"},
		{"an empty list", openvalue.OpenValue{Kind: openvalue.Lines}, "", ""},
		{"a list with a last line break", openvalue.OpenValue{Kind: openvalue.Lines}, "植込み型除細動器\n冠動脈ステント\n", ""},
		{"an empty line", openvalue.OpenValue{Kind: openvalue.Lines}, "a\n\nb", "line 2 is empty"},
		{"a tab in a line", openvalue.OpenValue{Kind: openvalue.Lines}, "a\nb\tc", "line 2 has control characters"},
		{"too many lines", openvalue.OpenValue{Kind: openvalue.Lines}, strings.Repeat("a\n", 501), "501 lines: at most 500"},
		{"a number", openvalue.OpenValue{Kind: openvalue.Number}, "24", ""},
		{"no number", openvalue.OpenValue{Kind: openvalue.Number}, "soon", "enter a whole number from 1 to 9999"},
		{"zero", openvalue.OpenValue{Kind: openvalue.Number}, "0", "enter a whole number"},
		{"a number with a sign", openvalue.OpenValue{Kind: openvalue.Number}, "+24", "enter a whole number"},
		{"too large", openvalue.OpenValue{Kind: openvalue.Number}, "10000", "enter a whole number"},
		{"a choice", choice, "due", ""},
		{"no choice", choice, "", "is no choice: use one of ask, due"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.v.Check(tt.value)
			if tt.want == "" && err != nil || tt.want != "" && (fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("want %q, got %v", tt.want, err)
			}
		})
	}
}

// TestWhatFitsOneLineFitsAList: a list of one element is an element.
func TestWhatFitsOneLineFitsAList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		line, lines := openvalue.OpenValue{Kind: openvalue.Line}.Check(text), openvalue.OpenValue{Kind: openvalue.Lines}.Check(text)
		if line == nil && lines != nil {
			t.Errorf("%q fits a line and not a list: %v", text, lines)
		}
	})
}

// TestValuesThatAreBuiltIn holds the list to the values that must be obtained
// before the program is used.
func TestValuesThatAreBuiltIn(t *testing.T) {
	values, err := openvalue.Load(rulebook.FS, rulebook.JapanOpenValues)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, v := range values {
		ids = append(ids, v.ID)
	}
	want := "designated-devices pmda-addressee pmda-fax recall-addressee nil-period-form12 periodic-common-cutoff first-report-target-hours form8-code-lists imdrf-required press-release-class-1"
	if got := strings.Join(ids, " "); got != want {
		t.Errorf("the values are %s", got)
	}
}
