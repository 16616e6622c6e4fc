package fault_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"mimamori/internal/fault"

	"pgregory.net/rapid"
)

var japanese = fault.NewCatalogue("ja", map[string]string{
	"%s: line %d is broken":                      "%sの%d行目が壊れています。",
	"%d of %s are missing":                       "%[2]sのうち%[1]d個がありません。",
	"there is no such %s":                        "その%#sはありません。",
	"the product cannot be kept":                 "品目を登録できません。",
	"%s is missing: fill it in":                  "%#sが入力されていません。",
	"the name %q is taken":                       "名前%qは使われています。",
	"the entry is 100%% wrong":                   "100%%誤りです。",
	"because of %v":                              "原因: %v",
	"the file is cut off, it ends in the middle": "ファイルが途中で切れています。",
}, map[string]string{"product": "品目", "brand name": "販売名", "product %s of %s": "%[2]sの品目%[1]s"})

// both is a text that exists in both languages.
type both struct{ ja, en string }

func (b both) In(lang string) string {
	if lang == "ja" {
		return b.ja
	}
	return b.en
}
func (b both) String() string { return b.en }

func TestCatalogue(t *testing.T) {
	inner := fault.New(fault.Invalid, "%s: line %d is broken", "a.json", 7)
	var c fault.Checker
	c.Require("/brand_name", " ", "brand name")
	c.Add("/name", "unique", "the name %q is taken", "ポンプ")
	c.Add("/x", "unknown", "no entry for %s", "this")
	tests := []struct {
		name   string
		err    error
		ja, en string
	}{
		{"arguments", inner, "a.jsonの7行目が壊れています。", "a.json: line 7 is broken"},
		{"another order of words", fault.New(fault.Invalid, "%d of %s are missing", 3, "five"), "fiveのうち3個がありません。", "3 of five are missing"},
		{"an argument that is a word", fault.New(fault.NotFound, "there is no such %s", "product"), "その品目はありません。", "there is no such product"},
		{"a word with arguments of its own", fault.New(fault.NotFound, "there is no such %s", "product P-1 of ACME"), "そのACMEの品目P-1はありません。", "there is no such product P-1 of ACME"},
		{"an argument that is no word", fault.New(fault.NotFound, "there is no such %s", "thing"), "そのthingはありません。", "there is no such thing"},
		{"only %#s takes words", fault.New(fault.Invalid, "%s: line %d is broken", "product", 1), "productの1行目が壊れています。", "product: line 1 is broken"},
		{"an argument that is an error", fault.New(fault.Invalid, "because of %v", inner), "原因: a.jsonの7行目が壊れています。", "because of a.json: line 7 is broken"},
		{"an argument in both languages", fault.New(fault.Invalid, "because of %v", both{"雨", "rain"}), "原因: 雨", "because of rain"},
		{"percent", fault.New(fault.Invalid, "the entry is 100%% wrong"), "100%誤りです。", "the entry is 100% wrong"},
		{"a cause", fault.Wrap(fault.Invalid, inner, "the product cannot be kept"), "品目を登録できません。: a.jsonの7行目が壊れています。", "the product cannot be kept: a.json: line 7 is broken"},
		{"a cause of another package", fault.Wrap(fault.Invalid, io.ErrUnexpectedEOF, "the product cannot be kept"), "品目を登録できません。: unexpected EOF", "the product cannot be kept: unexpected EOF"},
		{"text around an error", fmt.Errorf("reading: %w", inner), "reading: a.jsonの7行目が壊れています。", "reading: a.json: line 7 is broken"},
		{"no entry", fault.New(fault.Invalid, "never heard of %d", 5), "never heard of 5", "never heard of 5"},
		{"no entry, both languages", fault.New(fault.Invalid, "never heard of %s", both{"雨", "rain"}), "never heard of 雨", "never heard of rain"},
		{
			"fields", c.Err("the product cannot be kept"),
			"品目を登録できません。\n  /brand_name: 販売名が入力されていません。\n  /name: 名前\"ポンプ\"は使われています。\n  /x: no entry for this",
			"the product cannot be kept\n  /brand_name: brand name is missing: fill it in\n  /name: the name \"ポンプ\" is taken\n  /x: no entry for this",
		},
		{
			"fields made by hand", fault.Fields("the product cannot be kept", []fault.Field{{Pointer: "/name", Message: `the name "A" is taken`}}),
			"品目を登録できません。\n  /name: 名前\"A\"は使われています。", "the product cannot be kept\n  /name: the name \"A\" is taken",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := japanese.Error(tt.err); got != tt.ja {
				t.Errorf("Japanese %q, want %q", got, tt.ja)
			}
			if got := tt.err.Error(); got != tt.en {
				t.Errorf("English %q, want %q", got, tt.en)
			}
			if got := (*fault.Catalogue)(nil).Error(tt.err); got != tt.en {
				t.Errorf("without a catalogue %q, want %q", got, tt.en)
			}
		})
	}
}

// Retell serves stored and foreign texts: nothing but the text is left.
func TestRetell(t *testing.T) {
	for english, want := range map[string]string{
		"":                         "",
		"a.json: line 7 is broken": "a.jsonの7行目が壊れています。",
		"a: b.json: line 7 is broken: unexpected EOF":                               "a: b.jsonの7行目が壊れています。: unexpected EOF",
		"a.json: line seven is broken":                                              "a.json: line seven is broken",
		"x.zip: the file is cut off, it ends in the middle":                         "x.zip: ファイルが途中で切れています。",
		"the product cannot be kept\n  /name: the name \"a \\\" b\" is taken\nmore": "品目を登録できません。\n  /name: 名前\"a \\\" b\"は使われています。\nmore",
		"the entry is 100% wrong":                                                   "100%誤りです。",
		"%s: line %d is broken":                                                     "%s: line %d is broken",
	} {
		if got := japanese.Retell(english); got != want {
			t.Errorf("%q: got %q, want %q", english, got, want)
		}
	}
}

// A text says the same whether its arguments are still known or not, whatever
// the arguments are.
func TestRetellAgreesWithTheFormat(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.StringMatching(`[A-Za-z0-9ぁ-ん._%"\\-]{0,20}`).Draw(rt, "name")
		line := rapid.Int().Draw(rt, "line")
		for _, err := range []error{
			fault.New(fault.Invalid, "%s: line %d is broken", name, line),
			fault.New(fault.Invalid, "the name %q is taken", name),
			fault.New(fault.Invalid, "%d of %s are missing", line, name),
		} {
			told := japanese.Error(err)
			if again := japanese.Retell(err.Error()); again != told || strings.Contains(told, "%!") {
				rt.Fatalf("%q: %q by its format, %q by its text", err, told, again)
			}
		}
	})
}

func TestKindsAreFoundInTheChain(t *testing.T) {
	err := fmt.Errorf("opening: %w", fault.Wrap(fault.NotFound, io.EOF, "gone"))
	if fault.KindOf(err) != fault.NotFound || !errors.Is(err, io.EOF) || fault.KindOf(io.EOF) != fault.Internal || fault.KindOf(nil) != "" {
		t.Errorf("kind %q", fault.KindOf(err))
	}
	var c fault.Checker
	if err := c.Err("nothing"); err != nil {
		t.Errorf("no problem is %v", err)
	}
}

func BenchmarkRetellUnknown(b *testing.B) {
	for b.Loop() {
		japanese.Retell("openssl@3.0.1: some text that nobody knows, with a few words more: and a cause")
	}
}

// Stored texts hold names out of hostile files.
func TestRetellOfAHostileTextEnds(t *testing.T) {
	for _, text := range []string{strings.Repeat(": ", 100_000), strings.Repeat("line 1 is broken: ", 20_000), strings.Repeat(`"\`, 100_000)} {
		if got := japanese.Retell(text); len(got) < len(text)/2 {
			t.Errorf("%.20q is cut to %d bytes", text, len(got))
		}
	}
}
