package rulebook_test

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	texts "mimamori/docs/readings"
	"mimamori/forms"
	"mimamori/internal/openvalue"
	"mimamori/internal/readings"
	"mimamori/internal/rule"
	"mimamori/rulebook"

	"github.com/goccy/go-yaml"
)

// book is a rulebook as it stands in its file, read without the engine.
type book struct {
	path     string
	ID       string   `yaml:"id"`
	Version  string   `yaml:"version"`
	Extends  string   `yaml:"extends"`
	Readings []string `yaml:"readings"`
	Duties   []struct {
		ID    string `yaml:"id"`
		Value string `yaml:"value"`
	} `yaml:"duties"`
	Rules     []entry `yaml:"rules"`
	Otherwise *entry  `yaml:"otherwise"`
}

// entry is a rule of a book.
type entry struct {
	ID         string `yaml:"id"`
	Address    string `yaml:"address"`
	Quote      string `yaml:"quote"`
	Confidence string `yaml:"confidence"`
	Reading    string `yaml:"reading"`
}

// entries returns the rules with the one that stands in where none applies.
func (b book) entries() []entry {
	all := slices.Clone(b.Rules)
	if b.Otherwise != nil {
		all = append(all, *b.Otherwise)
	}
	return all
}

func books(t *testing.T, paths []string) []book {
	t.Helper()
	var all []book
	for _, name := range paths {
		data, err := rulebook.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		b := book{path: name}
		if err := yaml.Unmarshal(data, &b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if b.ID == "" || len(b.Rules) == 0 {
			t.Fatalf("%s has no id or no rules", name)
		}
		all = append(all, b)
	}
	return all
}

// TestTheLawIsWithoutProblems is what "rulebook check" says of the rulebooks in
// force: all that the loader refuses, every worked example, and every rule has
// one.
func TestTheLawIsWithoutProblems(t *testing.T) {
	var sources []rule.Source
	for _, name := range rulebook.Japan {
		sources = append(sources, rule.Source{FS: rulebook.FS, Path: name})
	}
	for _, c := range rule.Check(sources) {
		for _, p := range c.Problems {
			t.Errorf("%s:%d: %s: %s", p.File, p.Line, p.Rule, p.Message)
		}
		if c.Examples == 0 || c.Rules == 0 {
			t.Errorf("%s: %d rules, %d examples", c.File, c.Rules, c.Examples)
		}
	}
}

// TestEveryRulebookIsInForceOrArchived finds a file that nobody reads.
func TestEveryRulebookIsInForceOrArchived(t *testing.T) {
	others := []string{"jp/calendar.yaml", "jp/open-values.yaml", "jp/cs-notice.examples.yaml"} // no rulebooks
	for _, dir := range []string{"jp", "archive/jp"} {
		files, err := rulebook.FS.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			name := path.Join(dir, f.Name())
			if strings.HasSuffix(name, ".cases.yaml") || slices.Contains(others, name) {
				continue
			}
			if !slices.Contains(rulebook.Japan, name) && !slices.Contains(rulebook.Archive, name) {
				t.Errorf("%s is neither in force nor archived: name it in embed.go", name)
			}
		}
	}
	for _, b := range books(t, rulebook.Archive) {
		if want := "archive/" + b.ID + "@" + b.Version + ".yaml"; b.path != want {
			t.Errorf("%s has %s of version %s: call it %s", b.path, b.ID, b.Version, want)
		}
		for _, now := range books(t, rulebook.Japan) {
			if now.ID == b.ID && now.Version == b.Version {
				t.Errorf("%s is archived and still in force as version %s: give the one in force another", b.path, b.Version)
			}
		}
	}
}

// TestQuotesStandInTheLaw finds the words of every rule in the stored official
// texts, character for character; only line breaks and spaces, which the PDF of
// the notice put in, do not count.
func TestQuotesStandInTheLaw(t *testing.T) {
	var instruments []struct {
		Provisions []struct{ Address, Text string }
	}
	if err := json.Unmarshal(reference(t, "jp-provisions.json"), &instruments); err != nil {
		t.Fatal(err)
	}
	law := map[string]string{}
	for _, i := range instruments {
		for _, p := range i.Provisions {
			law[p.Address] = joined(p.Text)
		}
	}
	csNotice := sections(string(reference(t, "cs-notice-2024-01-15.txt")))
	for _, b := range books(t, slices.Concat(rulebook.Japan, rulebook.Archive)) {
		for _, r := range b.entries() {
			where := law[r.Address]
			if n, ok := strings.CutPrefix(r.Address, "CS "); ok {
				where = csNotice[n]
			}
			switch {
			case where == "":
				t.Errorf("%s: %s: no stored text has the address %q", b.path, r.ID, r.Address)
			case !strings.Contains(where, joined(r.Quote)):
				t.Errorf("%s: %s: the quote does not stand in %s:\n%s", b.path, r.ID, r.Address, r.Quote)
			}
		}
	}
}

// sections parts the annex of the notice by its numbers: "1" to "6", and within
// those with parts "4(1)" and so on. What stands in a part stands in its
// section too.
func sections(text string) map[string]string {
	_, annex, _ := strings.Cut(text, "1. はじめに")
	out := map[string]string{}
	section, part := "1", ""
	for line := range strings.Lines(annex) {
		line = strings.TrimSpace(line)
		if n, _, ok := strings.Cut(line, ". "); ok && len(n) == 1 && n[0] == section[0]+1 {
			section, part = n, ""
		}
		if n, rest, ok := strings.Cut(strings.TrimPrefix(line, "（"), "）"); ok && strings.HasPrefix(line, "（") && len(n) == 1 && n >= "1" && n <= "4" && len([]rune(rest)) < 30 {
			part = section + "(" + n + ")"
		}
		out[section] += joined(line)
		if part != "" {
			out[part] += joined(line)
		}
	}
	return out
}

func joined(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}

// reference reads a text of the law beside the repository.
func reference(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "shared", "reference", "law", name))
	if err != nil {
		t.Skipf("the reference folder is not beside the repository: %s is not checked", name)
	}
	return data
}

// TestReadingsNameWhatRestsOnThem finds the reading of every rule and rulebook,
// and the rule or rulebook in the reading; a reading names no rule that is gone.
func TestReadingsNameWhatRestsOnThem(t *testing.T) {
	all, err := readings.Load(texts.FS)
	if err != nil {
		t.Fatal(err)
	}
	users := map[string][]string{}
	known := map[string]bool{"jp/calendar": true}
	for _, b := range books(t, slices.Concat(rulebook.Japan, rulebook.Archive)) {
		known[b.ID] = true
		for _, r := range b.Readings {
			users[r] = append(users[r], b.ID)
		}
		for _, r := range b.entries() {
			known[r.ID] = true
			switch {
			case r.Reading != "":
				users[r.Reading] = append(users[r.Reading], r.ID)
			case r.Confidence != "confirmed":
				t.Errorf("%s: %s is %s and names no reading", b.path, r.ID, r.Confidence)
			}
		}
	}
	for id, rests := range users {
		reading, ok := all[id]
		if !ok {
			t.Errorf("%v rest on %s, which is not written down", rests, id)
			continue
		}
		for _, user := range rests {
			if !slices.Contains(reading.Rules, user) {
				t.Errorf("%s does not name %s, which rests on it", id, user)
			}
		}
	}
	for id, reading := range all {
		for _, r := range reading.Rules {
			if strings.HasPrefix(r, "jp") && !known[r] {
				t.Errorf("%s names %s, which is no rule or rulebook", id, r)
			}
		}
	}
}

// TestOpenValuesFitTheLaw finds the open value of every duty, and every
// rulebook and form in which an open value is said to be used.
func TestOpenValuesFitTheLaw(t *testing.T) {
	values, err := openvalue.Load(rulebook.FS, rulebook.JapanOpenValues)
	if err != nil {
		t.Fatal(err)
	}
	usedIn := map[string][]string{}
	for _, v := range values {
		usedIn[v.ID] = v.UsedIn
	}
	known := map[string]bool{}
	for _, b := range books(t, rulebook.Japan) {
		known[b.ID] = true
		for _, d := range b.Duties {
			if d.Value == "" {
				continue
			}
			if used, ok := usedIn[d.Value]; !ok {
				t.Errorf("%s: the duty %s rests on the open value %s, which is not listed", b.path, d.ID, d.Value)
			} else if !slices.Contains(used, b.ID) {
				t.Errorf("the open value %s is not said to be used in %s", d.Value, b.ID)
			}
		}
	}
	for id, used := range usedIn {
		for _, u := range used {
			_, err := forms.FS.ReadDir("pmda/" + u)
			if !known[u] && err != nil {
				t.Errorf("the open value %s is said to be used in %s, which is no rulebook and no form", id, u)
			}
		}
	}
}
