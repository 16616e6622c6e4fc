package readings_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	texts "mimamori/docs/readings"
	"mimamori/internal/fault"
	"mimamori/internal/readings"
)

// whole is a reading without a problem; tests break it.
const whole = `---
id: R-001
status: in_force
rules: [jp/a]
---

# R-001: 題

## 条文

一

二

## 問い

問

## 解釈の候補

(a)

## 採用した解釈

(a)

## 理由

理

## 誰の指導によるか

誰

## 適用

今

# R-001: Title

## Text

One

## Question

Q

## Candidates

(a)

## Chosen

(a)

## Why

W

## On whose guidance

G

## In force

Now
`

func load(files ...string) (map[string]readings.Reading, error) {
	fsys := fstest.MapFS{"embed.go": {Data: []byte("package readings")}}
	for i, text := range files {
		fsys[fmt.Sprintf("R-%03d.md", i+1)] = &fstest.MapFile{Data: []byte(text)}
	}
	return readings.Load(fsys)
}

func TestReadingInBothLanguages(t *testing.T) {
	all, err := load(whole)
	if err != nil {
		t.Fatal(err)
	}
	r := all["R-001"]
	if r.Title.JA != "題" || r.Title.EN != "Title" || r.Status != readings.InForce || len(r.Sections) != 7 || r.Rules[0] != "jp/a" {
		t.Errorf("got %+v", r)
	}
	first, last := r.Sections[0], r.Sections[6]
	if first.Heading.JA != "条文" || first.Body.JA != "一\n\n二" || first.Body.EN != "One" || last.Heading.EN != "In force" || last.Body.EN != "Now" {
		t.Errorf("got %+v and %+v", first, last)
	}
	data, err := json.Marshal(r)
	if err != nil || !strings.HasPrefix(string(data), `{"id":"R-001","title":{"ja":"題","en":"Title"},"status":"in_force","sections":[{"heading":{"ja":"条文","en":"Text"},"body":`) {
		t.Errorf("as JSON: %s, %v", data, err)
	}
}

func TestLoadRefusesAndSaysWhere(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"no head", "---\nid", "id", "R-001.md:1: expected id, status and rules between two lines"},
		{"a head that does not end", "rules: [jp/a]\n---\n", "rules: [jp/a]\n", "between two lines"},
		{"another id", "id: R-001", "id: R-002", `the id is "R-002", the file is called R-001.md`},
		{"an unknown status", "status: in_force", "status: good", `status "good": expected in_force, to_be_confirmed or superseded`},
		{"an unknown key", "status: in_force", "status: in_force\nowner: me", "owner"},
		{"nothing rests on it", "rules: [jp/a]", "rules: []", "nothing rests on it"},
		{"one language", "# R-001: Title", "", `1 parts that start with "# R-001: title"`},
		{"a title of another reading", "# R-001: 題", "# R-009: 題", "R-001.md:7: text before the title"},
		{"an empty section", "\n問\n", "\n", "R-001.md:15: 問い is empty"},
		{"a missing section", "## Why\n\nW\n", "", "the headings are"},
		{"sections in another order", "## Question\n\nQ\n\n## Candidates\n\n(a)\n", "## Candidates\n\n(a)\n\n## Question\n\nQ\n", "the headings are"},
		{"text before the first heading", "# R-001: Title\n", "# R-001: Title\n\nBy the way\n", "text before the first heading"},
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
	_, err := load(strings.Replace(whole, "(a)", "", 1), strings.Replace(whole, "R-001", "R-003", 2))
	if n := len(fault.FieldsOf(err)); n < 3 {
		t.Errorf("problems of both files are told at once: %d in %v", n, err)
	}
	if _, err := load(); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an empty folder: %v", err)
	}
}

// TestReadingsAreComplete reads the readings that are built in: each is written
// in both languages, in the script of each.
func TestReadingsAreComplete(t *testing.T) {
	all, err := readings.Load(texts.FS)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 25 {
		t.Errorf("%d readings", len(all))
	}
	for id, r := range all {
		if !japanese(r.Title.JA) || !english(r.Title.EN) {
			t.Errorf("%s: titles %q and %q", id, r.Title.JA, r.Title.EN)
		}
		for i, s := range r.Sections {
			if i != 3 && !japanese(s.Body.JA) { // what was chosen may be only "(a)"
				t.Errorf("%s: %s is not written in Japanese: %q", id, s.Heading.JA, s.Body.JA)
			}
			if !english(s.Body.EN) {
				t.Errorf("%s: %s is not written in English: %q", id, s.Heading.EN, s.Body.EN)
			}
		}
	}
}

func japanese(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) })
}

// english tells that there are words in Latin letters; a text of the law may be
// quoted beside them.
func english(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 'a' && r <= 'z' })
}
