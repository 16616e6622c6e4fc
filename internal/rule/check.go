package rule

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

// Problem is one thing wrong with a rulebook or its worked examples.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line"`    // 0: the file as a whole
	Rule    string `json:"rule"`    // id of the rule; "" when it is about none
	Pointer string `json:"pointer"` // RFC 6901, into the YAML document
	Kind    string `json:"kind"`    // for example "gap", "conflict", "never_fires", "no_example"
	Message string `json:"message"`
}

// about names the rule of the problem, for the start of a message.
func (p Problem) about() string {
	if p.Rule == "" {
		return ""
	}
	return "rule " + p.Rule + ": "
}

// place is "file:line", or the file when the problem is about all of it.
func (p Problem) place() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// problems returns what is wrong with a file, in the order of its lines.
func (f *bookFile) problems() []Problem {
	if f.err != nil {
		return []Problem{{File: f.text.Path, Kind: "unreadable", Message: f.err.Error()}}
	}
	problems := slices.Clone(f.y.problems)
	for i := range problems {
		problems[i].File = f.text.Path
	}
	sortProblems(problems)
	return problems
}

func sortProblems(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), a.Line-b.Line)
	})
}

// Checked is what the check of one rulebook found.
type Checked struct {
	File     string    `json:"file"`
	ID       string    `json:"id"`
	Version  string    `json:"version"`
	Kind     string    `json:"kind"`   // "decides", "concludes", "extends" or "duties"
	Target   string    `json:"target"` // rulebook that it extends, whose facts it concludes or uses; "" for none
	Facts    int       `json:"facts"`
	Rules    int       `json:"rules"`
	Examples int       `json:"examples"`
	Problems []Problem `json:"problems"` // in order of files and lines
}

// Check checks rulebooks of every kind together, with their worked examples:
// all that LoadLaw refuses, examples that come out differently, and rules
// without one. There is one answer for each source, in their order.
//
// A rulebook that others rest on must be among the sources. The worked examples
// of an extension are decided with its rulebook, the extensions of the law and
// itself; those of its rulebook without any extension.
func Check(sources []Source) []Checked {
	files := make([]*bookFile, len(sources))
	for i, s := range sources {
		files[i] = openBook(s)
	}
	s := shelve(files)
	checked := make([]Checked, len(files))
	for i, f := range files {
		checked[i] = Checked{File: f.text.Path, Problems: append([]Problem{}, f.problems()...)}
		c := &checked[i]
		if f.err != nil {
			continue
		}
		c.ID, c.Version, c.Kind, c.Target = f.book.ID, f.book.Version, kinds[f.book.kind], f.book.target
		c.Facts, c.Rules = len(f.book.Facts), len(f.book.Rules)
		if f.whole {
			if rb := s.shows(f); rb != nil {
				c.examples(sources[i].FS, rb, f)
			}
		}
		sortProblems(c.Problems)
	}
	return checked
}

// IDOf returns the id that a rulebook file names, "" when it names none or
// cannot be read.
func IDOf(s Source) string {
	f := openBook(s)
	id := child(f.body, "id")
	if id == nil {
		return ""
	}
	return id.GetToken().Value
}

// shows returns the rulebook that decides the worked examples of a file, nil
// when what it rests on has problems.
func (s *shelf) shows(f *bookFile) *Rulebook {
	if f.book.kind != extends {
		return f.book
	}
	base := s.base(f.book.target)
	if s.joined[base.ID] == nil {
		return nil
	}
	rules := slices.Clone(base.Rules)
	for _, o := range s.inOrder() {
		if o == f || o.book.kind == extends && o.book.target == base.ID && !o.text.Company && len(o.y.problems) == 0 {
			rules = append(rules, o.book.Rules...)
		}
	}
	return base.with(rules)
}

// examples tries every worked example and looks for rules without one.
func (c *Checked) examples(fsys fs.FS, rb *Rulebook, f *bookFile) {
	path := ExamplesPath(c.File)
	examples, read, err := rb.readExamples(fsys, path)
	if err != nil {
		kind := "unreadable"
		if errors.Is(err, fs.ErrNotExist) {
			kind = "no_example"
		}
		c.Problems = append(c.Problems, Problem{File: path, Kind: kind, Message: err.Error()})
		return
	}
	c.Examples = len(examples)
	for _, p := range read.problems {
		p.File = path
		c.Problems = append(c.Problems, p)
	}
	if len(read.problems) > 0 {
		return
	}
	shown := map[string]bool{}
	for i, e := range examples {
		if err := rb.tryAny(e); err != nil {
			c.Problems = append(c.Problems, Problem{File: path, Line: e.Line, Pointer: fmt.Sprintf("/cases/%d", i), Kind: "example", Message: err.Error()})
			continue
		}
		for _, id := range e.Rules {
			shown[id] = true
		}
	}
	for i, r := range f.book.Rules {
		if !shown[r.ID] {
			c.Problems = append(c.Problems, Problem{
				File: c.File, Line: lineOf(f.y.nodes[i]), Rule: r.ID, Pointer: fmt.Sprintf("/rules/%d", i), Kind: "no_example",
				Message: "no worked example shows it: add one to " + path,
			})
		}
	}
}
