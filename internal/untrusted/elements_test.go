package untrusted_test

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"

	"pgregory.net/rapid"
)

func elements(in io.Reader) (found []string, problems []error) {
	for r, err := range untrusted.Elements(in, "f", "list", "items") {
		if err != nil {
			problems = append(problems, err)
			continue
		}
		found = append(found, string(r.Data))
	}
	return found, problems
}

func TestElements(t *testing.T) {
	one := []string{`{"a":1}`, `{"b":[2,{"c":"}]"}]}`}
	for _, tt := range []struct {
		name, in string
		want     []string
		problem  string
	}{
		{"in a wrapping object", `{"n":2,"list":[{"a":1} , {"b":[2,{"c":"}]"}]}],"end":{"x":[1]}}`, one, ""},
		{"with a byte order mark", "\uFEFF{\"list\":[{\"a\":1}]}", one[:1], ""},
		{"two wrapping objects", `{"list":[{"a":1}]}` + "\n" + `{"items":[{"b":[2,{"c":"}]"}]}]}`, one, ""},
		{"both lists in one", `{"list":[{"a":1}],"items":[{"b":[2,{"c":"}]"}]}]}`, one, ""},
		{"one a line", one[0] + "\n" + one[1], one, ""},
		{"a bare list", "[" + one[0] + "," + one[1] + "]", one, ""},
		{"a record that has no list", one[0], one[:1], ""},
		{"the name occurs deeper only", `{"a":{"list":[{"x":1}]}}`, []string{`{"a":{"list":[{"x":1}]}}`}, ""},
		{"what is no list", `{"list":{"x":1}}`, []string{`{"list":{"x":1}}`}, ""},
		{"an empty list", `{"list":[],"n":0}`, nil, ""},
		{"elements that are no objects", `{"list":[1,"x",null]}`, []string{"1", `"x"`, "null"}, ""},
		{"cut off inside an element", `{"list":[{"a":1},{"b":`, one[:1], "ends at line 1"},
		{"cut off after an element", `{"list":[{"a":1}`, one[:1], "cut off"},
		{"cut off after the list", `{"list":[{"a":1}]`, one[:1], "cut off"},
		{"a comma is missing", `{"list":[{"a":1}{"a":2}]}`, one[:1], "expected ','"},
		{"a comma too many", "{\"list\":[{\"a\":1},\n]}", one[:1], "line 2"},
		{"text after it", `{"list":[{"a":1}]} x`, one[:1], "after the end"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, in := range []io.Reader{strings.NewReader(tt.in), iotest.OneByteReader(strings.NewReader(tt.in))} {
				found, problems := elements(in)
				for i := range found {
					found[i] = strings.TrimSpace(found[i])
				}
				if !slices.Equal(found, tt.want) {
					t.Errorf("got %q, want %q", found, tt.want)
				}
				switch {
				case tt.problem == "" && len(problems) > 0, tt.problem != "" && (len(problems) != 1 || !strings.Contains(problems[0].Error(), tt.problem) || fault.KindOf(problems[0]) != fault.Invalid):
					t.Errorf("problems %v, want %q", problems, tt.problem)
				}
			}
		})
	}
}

// However many elements a list has and however they are written, all come out.
func TestElementsFindsAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want []string
		for i := range rapid.IntRange(0, 30).Draw(t, "n") {
			text := strings.NewReplacer("\n", "", "\r", "").Replace(fmt.Sprintf("%q", rapid.String().Draw(t, "text")))
			want = append(want, fmt.Sprintf(`{"i":%d,"t":%s,"x":%s}`, i, text, strings.Repeat("[", i)+strings.Repeat("]", i)))
		}
		between := rapid.SampledFrom([]string{",", " ,\n ", ",\n"}).Draw(t, "between")
		found, problems := elements(strings.NewReader(`{"head":[1,2,{"list":3}],"list":[` + strings.Join(want, between) + `],"tail":"]}"}`))
		if len(problems) > 0 || !slices.EqualFunc(found, want, func(a, b string) bool { return strings.TrimSpace(a) == b }) {
			t.Errorf("got %q, %v; want %q", found, problems, want)
		}
	})
}

func TestElementsIsBounded(t *testing.T) {
	for name, in := range map[string]io.Reader{
		"one endless element": io.MultiReader(strings.NewReader(`{"list":["`), &endless{'x', 1 << 30}),
		"one endless member":  io.MultiReader(strings.NewReader(`{"list":[],"x":"`), &endless{'x', 1 << 30}),
		"one endless name":    io.MultiReader(strings.NewReader(`{"list":[],"`), &endless{'x', 1 << 30}),
	} {
		_, problems := elements(in)
		if len(problems) != 1 || !strings.Contains(problems[0].Error(), "larger than") {
			t.Errorf("%s: %v", name, problems)
		}
	}
}

func TestXMLElements(t *testing.T) {
	type item struct {
		ID   string `xml:"id"`
		Text string `xml:",innerxml"`
	}
	read := func(in io.Reader) (ids []string, problems []error) {
		for e, err := range untrusted.XMLElements(in, "f", "item") {
			var i item
			if err == nil {
				err = e.Decode(&i)
			}
			if err != nil {
				problems = append(problems, err)
				continue
			}
			ids = append(ids, i.ID)
		}
		return ids, problems
	}
	for _, tt := range []struct {
		name, in string
		want     []string
		problem  string
	}{
		{"at any depth and in any namespace", `<r xmlns:s="u"><item><id>1</id></item><x><s:item><s:id>2</s:id></s:item></x></r>`, []string{"1", "2"}, ""},
		{"none", `<r/>`, nil, ""},
		{"not decoded is passed over", `<r><other><id>1</id></other><item><id>2</id></item></r>`, []string{"2"}, ""},
		{"empty", "", nil, "empty"},
		{"cut off", `<r><item><id>1</id></item><item><id>`, []string{"1"}, "too early"},
		{"broken", "<r><item><id>1</id></item>\n<a></b></r>", []string{"1"}, "line 2"},
		{"an entity of its own", `<!DOCTYPE r [<!ENTITY x "y">]><r><item><id>&x;</id></item></r>`, nil, "not accepted"},
		{"an unknown entity", `<r><item><id>&x;</id></item></r>`, nil, "line 1"},
		{"too deep", strings.Repeat("<a>", 300), nil, "nested too deep"},
		{"another encoding", `<?xml version="1.0" encoding="Shift_JIS"?><r/>`, nil, "UTF-8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ids, problems := read(strings.NewReader(tt.in))
			if !slices.Equal(ids, tt.want) || tt.problem == "" && len(problems) > 0 || tt.problem != "" && (len(problems) != 1 || !strings.Contains(problems[0].Error(), tt.problem) || fault.KindOf(problems[0]) != fault.Invalid) {
				t.Errorf("got %q, %v; want %q, %q", ids, problems, tt.want, tt.problem)
			}
		})
	}
	if raceDetector {
		return // what follows reads 32 MiB byte by byte
	}
	if _, problems := read(io.MultiReader(strings.NewReader(`<r><item><id>`), &endless{'x', 1 << 30})); len(problems) != 1 || !strings.Contains(problems[0].Error(), "larger than") {
		t.Errorf("endless: %v", problems)
	}
}
