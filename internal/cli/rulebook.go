package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/rule"
	"mimamori/rulebook"
)

// RulebookCmd has the commands about rulebooks.
type RulebookCmd struct {
	Check RulebookCheckCmd `cmd:"" help:"Check rulebooks and their worked examples, without a server or database."`
}

// RulebookCheckCmd checks rulebooks.
type RulebookCheckCmd struct {
	Paths []string `arg:"" optional:"" name:"path" help:"Files, or folders with rulebooks (*.yaml; *.cases.yaml has worked examples); without any, the ones built in."`
	JSON  bool     `name:"json" help:"Print JSON."`
}

// book is a rulebook file.
type book struct {
	fsys        fs.FS
	path, shown string
}

// Run prints every problem with its file, line and rule. Any problem ends with
// exit code 1.
func (c *RulebookCheckCmd) Run(x *Context) error {
	shipped, err := booksIn(rulebook.FS, ".", "")
	if err != nil {
		return err
	}
	books := shipped
	if len(c.Paths) > 0 {
		if books, err = booksAt(c.Paths); err != nil {
			return err
		}
	}
	targets := map[string]*rule.Rulebook{}
	for _, b := range append(shipped[:len(shipped):len(shipped)], books...) {
		if rb, err := rule.Load(b.fsys, b.path); err == nil { // one with problems concludes nothing here, and they are told below
			targets[rb.ID] = rb
		}
	}
	checked := make([]rule.Checked, len(books))
	problems := 0
	for i, b := range books {
		checked[i] = rule.CheckFile(b.fsys, b.path, targets)
		dir := strings.TrimSuffix(b.shown, b.path)
		checked[i].File = b.shown
		for j := range checked[i].Problems {
			checked[i].Problems[j].File = dir + checked[i].Problems[j].File
		}
		problems += len(checked[i].Problems)
	}
	if c.JSON {
		err = printJSON(x.Out, checked)
	} else {
		err = printChecked(x, checked)
	}
	if err == nil && problems > 0 {
		err = ExitFailed
	}
	return err
}

func printChecked(x *Context, checked []rule.Checked) error {
	var b strings.Builder
	for _, c := range checked {
		for _, p := range c.Problems {
			b.WriteString(p.File)
			if p.Line > 0 {
				fmt.Fprintf(&b, ":%d", p.Line)
			}
			if p.Rule != "" {
				fmt.Fprintf(&b, ": rule %s", p.Rule)
			}
			fmt.Fprintf(&b, ": %s: %s\n", p.Kind, p.Message)
		}
		state := "no problem"
		switch n := len(c.Problems); {
		case n == 1:
			state = "1 problem"
		case n > 1:
			state = fmt.Sprintf("%d problems", n)
		}
		fmt.Fprintf(&b, "%s: %s %s: %d facts, %d rules, %d worked examples: %s\n", c.File, c.ID, c.Version, c.Facts, c.Rules, c.Examples, state)
	}
	_, err := x.Out.Write([]byte(b.String()))
	return err
}

// booksAt lists the rulebooks of files and folders.
func booksAt(paths []string) ([]book, error) {
	var books []book
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fault.Wrap(fault.NotFound, err, "rulebook")
		}
		if !info.IsDir() {
			books = append(books, book{os.DirFS(filepath.Dir(path)), filepath.Base(path), path})
			continue
		}
		in, err := booksIn(os.DirFS(path), ".", filepath.Clean(path)+"/")
		if err != nil {
			return nil, err
		}
		if len(in) == 0 {
			return nil, fault.New(fault.NotFound, "%s has no rulebook: expected files that end in .yaml", path)
		}
		books = append(books, in...)
	}
	return books, nil
}

func booksIn(fsys fs.FS, root, shown string) ([]book, error) {
	var books []book
	err := fs.WalkDir(fsys, root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.HasSuffix(path, ".yaml") && !strings.HasSuffix(path, ".cases.yaml") {
			books = append(books, book{fsys, path, shown + path})
		}
		return err
	})
	return books, err
}
