package rule_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"mimamori/internal/fault"
	"mimamori/internal/rule"
	"mimamori/rulebook"
)

// A file of the company comes from outside: whatever it is, it is refused with a
// reason, soon, and the program goes on.
func TestHostileFilesOfACompany(t *testing.T) {
	anchors := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		anchors += string(c) + ": &" + string(c) + " [" + strings.TrimSuffix(strings.Repeat("*"+string(c-1)+",", 9), ",") + "]\n"
	}
	for name, text := range map[string]string{
		"10 MB":              strings.Repeat("# nothing\n", 1<<20),
		"a long list":        "id: [" + strings.Repeat("a,", 400_000) + "a]\n",
		"lists in lists":     strings.Repeat("[", 200_000),
		"closed lists":       "id: " + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + "\n",
		"maps in maps":       strings.Repeat("{a: ", 100_000),
		"indented maps":      indented(2_000),
		"lists by dashes":    strings.Repeat("- ", 100_000) + "a\n",
		"anchors of anchors": anchors,
		"alias of itself":    "id: &a [*a]\n",
		"merge":              "a: &a {id: x}\n<<: *a\n",
		"tags of tags":       "id: " + strings.Repeat("!a ", 50_000) + "a\n",
		"anchors in a row":   "id: " + strings.Repeat("&a ", 50_000) + "a\n",
		"quotes":             "id: " + strings.Repeat("\"a\" ", 50_000) + "\n",
		"keys in a row":      strings.Repeat("a: ", 50_000) + "\n",
		"many keys":          strings.Repeat("a: b\n", 100_000),
		"tags on lines":      "id:\n" + strings.Repeat("!a\n", 20_000) + "a\n",
		"anchors on lines":   "id:\n" + strings.Repeat("&a\n", 20_000) + "a\n",
		"zero bytes":         "id: \x00\x00\n",
		"UTF-16":             "\xff\xfei\x00d\x00:\x00",
		"two documents":      "id: a\n---\nid: b\n",
		"empty":              "",
		"tag":                "id: !!binary aGVsbG8=\n",
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			sources := []rule.Source{{FS: rulebook.FS, Path: rulebook.JapanCaseReport}, {FS: fstest.MapFS{"company/own.yaml": {Data: []byte(text)}}, Path: "company/own.yaml", Company: true}}
			_, err := rule.LoadLaw(sources)
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("want a refusal with a reason, got %.200v", err)
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func indented(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}
