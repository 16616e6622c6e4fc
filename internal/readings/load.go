package readings

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/rule"
	"mimamori/internal/untrusted"

	"github.com/goccy/go-yaml"
)

// maxBytes bounds one reading; the longest has about 10 kB.
const maxBytes = 1 << 20

var fileName = regexp.MustCompile(`^R-[0-9]{3}\.md$`)

// Load reads every reading of a folder, by id. Files other than R-NNN.md do not
// count.
//
// A file starts with its id, status and rules as YAML between two lines "---".
// Then come the Japanese and the English half, each with the title as
// "# R-001: title" and every section as "## heading", all in the same order.
//
// It fails, with fault.Invalid, listing every problem of every file with its
// line.
func Load(fsys fs.FS) (map[string]Reading, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fault.Wrap(fault.NotFound, err, "readings")
	}
	all := map[string]Reading{}
	var check fault.Checker
	for _, e := range entries {
		if e.IsDir() || !fileName.MatchString(e.Name()) {
			continue
		}
		text, err := readText(fsys, e.Name())
		if err != nil {
			check.Add("/"+e.Name(), "unreadable", "%v", err)
			continue
		}
		p := &parser{file: e.Name(), check: &check}
		all[strings.TrimSuffix(e.Name(), path.Ext(e.Name()))] = p.reading(text)
	}
	if len(all) == 0 && check.Err("") == nil {
		return nil, fault.New(fault.NotFound, "no readings: expected files R-001.md and so on")
	}
	if err := check.Err("readings"); err != nil {
		return nil, err
	}
	return all, nil
}

func readText(fsys fs.FS, name string) (string, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // only read
	data, err := untrusted.ReadText(f, "reading "+name, maxBytes)
	return string(data), err
}

// parser reads one file and notes its problems.
type parser struct {
	file  string
	check *fault.Checker
}

func (p *parser) problem(line int, kind, format string, args ...any) {
	p.check.Add("/"+p.file, kind, "%s:%d: %s", p.file, line, fmt.Sprintf(format, args...))
}

// half is a reading in one language.
type half struct {
	title string
	parts []part
}

// part is a section as it stands in the file.
type part struct {
	heading, body string
	line          int
}

func (p *parser) reading(text string) Reading {
	r := Reading{ID: strings.TrimSuffix(p.file, ".md"), Sections: []Section{}, Rules: []string{}}
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	start := p.front(&r, lines)
	if start == 0 {
		return r
	}
	halves := p.halves(r.ID, lines, start)
	if len(halves) != 2 {
		p.problem(start+1, "languages", "%d parts that start with \"# %s: title\": expected the Japanese and then the English one", len(halves), r.ID)
		return r
	}
	ja, en := halves[0], halves[1]
	r.Title = rule.Text{JA: ja.title, EN: en.title}
	p.headings(ja, "ja")
	p.headings(en, "en")
	if len(ja.parts) != len(headings) || len(en.parts) != len(headings) {
		return r // told by headings
	}
	for i, h := range headings {
		r.Sections = append(r.Sections, Section{Heading: h, Body: rule.Text{JA: ja.parts[i].body, EN: en.parts[i].body}})
	}
	return r
}

// front reads what stands between the two lines "---" and returns the index of
// the line after it; 0 when it is not there.
func (p *parser) front(r *Reading, lines []string) int {
	end := -1
	if lines[0] == "---" {
		end = slices.Index(lines[1:], "---")
	}
	if end < 0 {
		p.problem(1, "front", "expected id, status and rules between two lines \"---\" at the start")
		return 0
	}
	var head struct {
		ID     string   `yaml:"id"`
		Status Status   `yaml:"status"`
		Rules  []string `yaml:"rules"`
	}
	if err := yaml.UnmarshalWithOptions([]byte(strings.Join(lines[1:end+1], "\n")), &head, yaml.Strict()); err != nil {
		p.problem(2, "front", "expected id, status and rules: %v", err)
		return end + 2
	}
	if head.ID != r.ID {
		p.problem(2, "id", "the id is %q, the file is called %s: make them agree", head.ID, p.file)
	}
	if !slices.Contains([]Status{InForce, ToBeConfirmed, Superseded}, head.Status) {
		p.problem(2, "status", "status %q: expected in_force, to_be_confirmed or superseded", head.Status)
	}
	if len(head.Rules) == 0 && head.Status != Superseded {
		p.problem(2, "rules", "nothing rests on it: name the rules, or make it superseded")
	}
	r.Status, r.Rules = head.Status, append(r.Rules, head.Rules...)
	return end + 2
}

// halves parts the lines from start on by their titles and headings.
func (p *parser) halves(id string, lines []string, start int) []half {
	var halves []half
	for i, line := range lines[start:] {
		at := start + i + 1
		if title, ok := strings.CutPrefix(line, "# "+id+": "); ok {
			halves = append(halves, half{title: strings.TrimSpace(title)})
			continue
		}
		if len(halves) == 0 {
			if strings.TrimSpace(line) != "" {
				p.problem(at, "title", "text before the title: expected \"# %s: title\"", id)
			}
			continue
		}
		h := &halves[len(halves)-1]
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			h.parts = append(h.parts, part{heading: strings.TrimSpace(heading), line: at})
			continue
		}
		if len(h.parts) == 0 {
			if strings.TrimSpace(line) != "" {
				p.problem(at, "heading", "text before the first heading: put it into a section")
			}
			continue
		}
		h.parts[len(h.parts)-1].body += line + "\n"
	}
	for i := range halves {
		for j := range halves[i].parts {
			halves[i].parts[j].body = strings.TrimSpace(halves[i].parts[j].body)
		}
	}
	return halves
}

// headings checks that a half has every section, in order and filled.
func (p *parser) headings(h half, lang string) {
	if h.title == "" {
		p.problem(1, "title", "the title in language %s is empty", lang)
	}
	var got, want []string
	for _, part := range h.parts {
		got = append(got, part.heading)
		if part.body == "" {
			p.problem(part.line, "empty", "%s is empty: fill it in", part.heading)
		}
	}
	for _, heading := range headings {
		want = append(want, heading.In(lang))
	}
	if !slices.Equal(got, want) {
		p.problem(1, "heading", "the headings are %q, expected %q", got, want)
	}
}
