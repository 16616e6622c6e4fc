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
	rule.Source
	shown string // as the user wrote its path
}

// Run prints every problem with its file, line and rule. Any problem ends with
// exit code 1.
//
// Files of the user are checked together with the rulebooks built in, as rules
// of the company; one with the id of a rulebook built in stands in its place.
func (c *RulebookCheckCmd) Run(x *Context) error {
	var own []book
	if len(c.Paths) > 0 {
		var err error
		if own, err = booksAt(c.Paths); err != nil {
			return err
		}
	}
	var sources []rule.Source
	taken := map[string]bool{}
	for _, b := range own {
		sources = append(sources, b.Source)
		taken[rule.IDOf(b.Source)] = true
	}
	for _, s := range officialBooks() {
		if !taken[rule.IDOf(s)] {
			sources = append(sources, s)
		}
	}
	checked := rule.Check(sources)
	if len(own) > 0 {
		checked = checked[:len(own)]
	}
	problems := 0
	for i := range checked {
		if len(own) > 0 {
			dir := strings.TrimSuffix(own[i].shown, own[i].Path)
			checked[i].File = own[i].shown
			for j := range checked[i].Problems {
				checked[i].Problems[j].File = dir + checked[i].Problems[j].File
			}
		}
		problems += len(checked[i].Problems)
	}
	var err error
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
			books = append(books, book{rule.Source{FS: os.DirFS(filepath.Dir(path)), Path: filepath.Base(path), Company: true}, path})
			continue
		}
		in, err := booksIn(path)
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

// booksIn lists the rulebooks of a folder and those below it.
func booksIn(dir string) ([]book, error) {
	var books []book
	fsys := os.DirFS(dir)
	err := fs.WalkDir(fsys, ".", func(path string, entry fs.DirEntry, err error) error {
		isBook := strings.HasSuffix(path, ".yaml") && !strings.HasSuffix(path, ".cases.yaml") && !strings.HasSuffix(path, ".examples.yaml")
		if err == nil && !entry.IsDir() && isBook {
			books = append(books, book{rule.Source{FS: fsys, Path: path, Company: true}, filepath.Clean(dir) + "/" + path})
		}
		return err
	})
	return books, err
}

// officialBooks lists the rulebooks in force that are built in.
func officialBooks() []rule.Source {
	sources := make([]rule.Source, len(rulebook.Japan))
	for i, path := range rulebook.Japan {
		sources[i] = rule.Source{FS: rulebook.FS, Path: path}
	}
	return sources
}
