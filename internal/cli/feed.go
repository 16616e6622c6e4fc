package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fault"
)

// FeedCmd has the commands about vulnerability data.
type FeedCmd struct {
	Import FeedImportCmd `cmd:"" help:"Import vulnerability data from files."`
	List   FeedListCmd   `cmd:"" help:"List imports, newest first."`
}

// FeedImportCmd imports vulnerability data.
type FeedImportCmd struct {
	Who
	Kind  string   `required:"" enum:"osv,csaf,kev" help:"osv, csaf or kev."`
	Files []string `arg:"" type:"existingpath" help:"Files, folders, .zip, .jsonl or .jsonl.gz."`
}

// Run imports vulnerability data. What was imported before a failure stays;
// importing again does no harm.
func (c FeedImportCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		var runs []app.ImportRun
		for _, path := range c.Files {
			run, err := a.ImportPath(x.Ctx, by, c.Kind, path, c.progress(x, path))
			if err != nil {
				return err
			}
			runs = append(runs, run)
			if run.State != "done" {
				return fault.New(fault.Invalid, "import of %s: %s: %s", path, run.State, run.Error)
			}
		}
		return c.show(x, runs, func(line func(...any)) {
			line("FILE", "RECORDS", "CHANGED", "REJECTED", "FINDINGS CHANGED")
			for _, r := range runs {
				line(r.Name, r.Records, r.Changed, r.Rejected, r.Findings)
			}
		})
	})
}

// progress prints how far an import is, on a terminal once a second.
func (c FeedImportCmd) progress(x *Context, path string) func(app.Progress) {
	stderr, ok := x.Err.(*os.File)
	if !ok {
		return func(app.Progress) {}
	}
	if info, err := stderr.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return func(app.Progress) {}
	}
	var last time.Time
	return func(p app.Progress) {
		if p.Phase != "done" && x.Now().Sub(last) < time.Second {
			return
		}
		last = x.Now()
		_, _ = fmt.Fprintf(stderr, "\r%s: %s, %d records ", filepath.Base(path), p.Phase, p.Records) // only a courtesy
		if p.Phase == "done" {
			_, _ = fmt.Fprintln(stderr)
		}
	}
}

// FeedListCmd lists imports.
type FeedListCmd struct {
	Who
	Page
}

// Run lists imports.
func (c FeedListCmd) Run(x *Context) error {
	return c.read(x, func(a *app.App, _ app.Actor) error {
		list, err := a.Store.ImportRuns(x.Ctx, c.query(map[string]string{}))
		if err != nil {
			return err
		}
		return c.show(x, list, func(line func(...any)) {
			line("ID", "KIND", "NAME", "STATE", "RECORDS", "CHANGED", "REJECTED", "FINDINGS CHANGED")
			for _, r := range list.Items {
				line(r.ID, r.Kind, r.Name, r.State, r.Records, r.Changed, r.Rejected, r.Findings)
			}
		})
	})
}
