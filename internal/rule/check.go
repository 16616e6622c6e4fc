package rule

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"mimamori/internal/fault"
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

// Checked is what the check of one rulebook found.
type Checked struct {
	File     string    `json:"file"`
	ID       string    `json:"id"`
	Version  string    `json:"version"`
	Target   string    `json:"target"` // rulebook whose facts it concludes; "" when it says what is due
	Facts    int       `json:"facts"`
	Rules    int       `json:"rules"`
	Examples int       `json:"examples"`
	Problems []Problem `json:"problems"` // in order of files and lines
}

// CheckFile checks a rulebook of either kind with its worked examples: all that
// Load refuses, examples that come out differently, and rules without one. The
// facts that a rulebook concludes are held against targets, by id.
//
// A file that cannot be read is a problem too.
func CheckFile(fsys fs.FS, path string, targets map[string]*Rulebook) Checked {
	c := Checked{File: path, Problems: []Problem{}}
	rb, y, err := read(fsys, path)
	if err != nil {
		c.unreadable(path, err)
		return c
	}
	c.ID, c.Version, c.Target, c.Facts, c.Rules = rb.ID, rb.Version, rb.target, len(rb.Facts), len(rb.Rules)
	c.add(path, y)
	if len(c.Problems) == 0 {
		if rb.target != "" {
			c.fits(path, &FactRulebook{rb}, targets)
		}
		c.examples(fsys, rb, y)
	}
	slices.SortStableFunc(c.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), a.Line-b.Line)
	})
	return c
}

func (c *Checked) unreadable(path string, err error) {
	c.Problems = append(c.Problems, Problem{File: path, Kind: "unreadable", Message: err.Error()})
}

// add takes over what a reader noted.
func (c *Checked) add(path string, y *yamlReader) {
	for _, p := range y.problems {
		p.File = path
		c.Problems = append(c.Problems, p)
	}
}

func (c *Checked) fits(path string, fr *FactRulebook, targets map[string]*Rulebook) {
	target := targets[fr.Target()]
	if target == nil {
		c.Problems = append(c.Problems, Problem{
			File: path, Pointer: "/concludes/rulebook", Kind: "target",
			Message: fmt.Sprintf("there is no rulebook %q whose facts could be concluded: check it together with this one", fr.Target()),
		})
		return
	}
	for _, f := range fault.FieldsOf(fr.Fits(target)) {
		c.Problems = append(c.Problems, Problem{File: path, Pointer: f.Pointer, Kind: f.Rule, Message: f.Message})
	}
}

// examples tries every worked example and looks for rules without one.
func (c *Checked) examples(fsys fs.FS, rb *Rulebook, y *yamlReader) {
	path := ExamplesPath(c.File)
	examples, read, err := rb.readExamples(fsys, path)
	if err != nil {
		c.unreadable(path, err)
		if errors.Is(err, fs.ErrNotExist) {
			c.Problems[len(c.Problems)-1].Kind = "no_example"
		}
		return
	}
	c.Examples = len(examples)
	c.add(path, read)
	if len(read.problems) > 0 {
		return
	}
	try := rb.Try
	if rb.target != "" {
		try = (&FactRulebook{rb}).Try
	}
	shown := map[string]bool{}
	for i, e := range examples {
		if err := try(e); err != nil {
			c.Problems = append(c.Problems, Problem{File: path, Line: e.Line, Pointer: fmt.Sprintf("/cases/%d", i), Kind: "example", Message: err.Error()})
			continue
		}
		for _, id := range e.Rules {
			shown[id] = true
		}
	}
	for i, r := range rb.Rules {
		if !shown[r.ID] {
			c.Problems = append(c.Problems, Problem{
				File: c.File, Line: lineOf(y.nodes[i]), Rule: r.ID, Pointer: fmt.Sprintf("/rules/%d", i), Kind: "no_example",
				Message: "no worked example shows it: add one to " + path,
			})
		}
	}
}
