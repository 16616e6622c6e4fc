package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/term"
)

// FormCmd has the commands about official forms.
type FormCmd struct {
	List    FormListCmd    `cmd:"" help:"List every edition of every form."`
	Check   FormCheckCmd   `cmd:"" help:"Check form definitions, without a server or database."`
	Install FormInstallCmd `cmd:"" help:"Install an amended edition of a form."`
}

// TermCmd has the commands about code lists.
type TermCmd struct {
	List   TermListCmd   `cmd:"" help:"Search the terms of the code lists."`
	Import TermImportCmd `cmd:"" help:"Import files of a code list (IMDRF annexes as JSON, tables)."`
}

// FormListCmd lists forms.
type FormListCmd struct{ Who }

// Run lists forms.
func (c FormListCmd) Run(x *Context) error {
	return c.read(x, func(a *app.App, _ app.Actor) error {
		all, err := a.FormEditions(x.Ctx)
		if err != nil {
			return err
		}
		return c.show(x, all, func(line func(...any)) {
			line("NAME", "EDITION", "NEWEST", "INSTALLED BY", "TITLE")
			for _, e := range all {
				line(e.Name, e.Edition, e.Newest, e.InstalledBy, e.Heading+" "+e.Title.Ja)
			}
		})
	})
}

// FormCheckCmd checks form definitions.
type FormCheckCmd struct {
	Paths []string `arg:"" name:"path" help:"Form definitions (form.yaml), or folders with them."`
	JSON  bool     `name:"json" help:"Print JSON."`
}

// checkedForm is what was found in one file.
type checkedForm struct {
	File     string            `json:"file"`
	Form     string            `json:"form"`
	Edition  string            `json:"edition"`
	Fields   int               `json:"fields"`
	Problems []app.FormProblem `json:"problems"`
}

// Run prints every problem with its file and line. Any problem ends with exit
// code 1.
func (c FormCheckCmd) Run(x *Context) error {
	files, err := formsAt(c.Paths)
	if err != nil {
		return err
	}
	checked, problems := make([]checkedForm, len(files)), 0
	for i, file := range files {
		text, err := os.ReadFile(file) //nolint:gosec // the user names the file
		if err != nil {
			return err
		}
		checked[i].File, checked[i].Problems = file, []app.FormProblem{}
		form, found := app.FormProblems(text)
		if form != nil {
			checked[i].Form, checked[i].Edition, checked[i].Fields = form.ID, form.Edition, len(form.Fields)
		}
		checked[i].Problems = append(checked[i].Problems, found...)
		problems += len(found)
	}
	if c.JSON {
		err = printJSON(x.Out, checked)
	} else {
		err = printForms(x, checked)
	}
	if err == nil && problems > 0 {
		err = ExitFailed
	}
	return err
}

func printForms(x *Context, checked []checkedForm) error {
	var b strings.Builder
	for _, c := range checked {
		for _, p := range c.Problems {
			b.WriteString(c.File)
			if p.Line > 0 {
				fmt.Fprintf(&b, ":%d", p.Line)
			}
			if p.Pointer != "" {
				fmt.Fprintf(&b, ": %s", p.Pointer)
			}
			fmt.Fprintf(&b, ": %s\n", p.Text)
		}
		switch n := len(c.Problems); n {
		case 0:
			fmt.Fprintf(&b, "%s: %s edition %s: %d fields: no problem\n", c.File, c.Form, c.Edition, c.Fields)
		case 1:
			fmt.Fprintf(&b, "%s: 1 problem\n", c.File)
		default:
			fmt.Fprintf(&b, "%s: %d problems\n", c.File, n)
		}
	}
	_, err := x.Out.Write([]byte(b.String()))
	return err
}

// formsAt lists the form definitions of files and folders.
func formsAt(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fault.Wrap(fault.NotFound, err, "form definition")
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		before := len(files)
		err = filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && entry.Name() == "form.yaml" {
				files = append(files, file)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(files) == before {
			return nil, fault.New(fault.NotFound, "%s has no form definition: expected files named form.yaml", path)
		}
	}
	return files, nil
}

// FormInstallCmd installs a form.
type FormInstallCmd struct {
	Who
	Path string `arg:"" type:"existingfile" help:"Form definition."`
}

// Run installs a form, or prints every problem of it.
func (c FormInstallCmd) Run(x *Context) error {
	text, err := os.ReadFile(c.Path)
	if err != nil {
		return err
	}
	if _, problems := app.FormProblems(text); len(problems) > 0 {
		if err := printForms(x, []checkedForm{{File: c.Path, Problems: problems}}); err != nil {
			return err
		}
		return ExitFailed
	}
	return c.with(x, func(a *app.App, by app.Actor) error {
		e, err := a.InstallForm(x.Ctx, by, text)
		if err != nil {
			return err
		}
		return c.show(x, e, func(line func(...any)) { line("Installed", e.Name, e.Edition, e.Heading+" "+e.Title.Ja) })
	})
}

// TermImportCmd imports files of a code list.
type TermImportCmd struct {
	Who
	List    string   `required:"" enum:"imdrf,jfmda" help:"imdrf or jfmda."`
	Release string   `required:"" help:"Release as its publisher names it, for example 2024."`
	Paths   []string `arg:"" name:"path" type:"existingfile" help:"Files of the release."`
}

// Run imports files of a code list, each by itself.
func (c TermImportCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		var all []app.ImportedTerms
		for _, path := range c.Paths {
			done, err := c.take(x, a, by, path)
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			all = append(all, done)
		}
		return c.show(x, all, func(line func(...any)) {
			line("FILE", "TERMS", "NEW", "CHANGED")
			for i, done := range all {
				line(filepath.Base(c.Paths[i]), done.Terms, done.Added, done.Changed)
			}
		})
	})
}

func (c TermImportCmd) take(x *Context, a *app.App, by app.Actor, path string) (done app.ImportedTerms, err error) {
	f, err := os.Open(path) //nolint:gosec // the user names the file
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return a.ImportTerms(x.Ctx, by, app.ImportTerms{List: term.List(c.List), Release: c.Release, Name: filepath.Base(path), File: f})
}

// TermListCmd searches terms.
type TermListCmd struct {
	Who
	Page
	List  string `help:"imdrf or jfmda."`
	Annex string `help:"Annex of the IMDRF terms, A to G."`
}

// Run searches terms.
func (c TermListCmd) Run(x *Context) error {
	return c.read(x, func(a *app.App, _ app.Actor) error {
		list, err := a.Terms(x.Ctx, c.query(map[string]string{"list": c.List, "annex": c.Annex}))
		if err != nil {
			return err
		}
		return c.show(x, list, func(line func(...any)) {
			line("CODE", "TERM", "用語", "STATUS")
			for _, t := range list.Items {
				line(t.Code, t.EN, t.JA, t.Status)
			}
		})
	})
}
