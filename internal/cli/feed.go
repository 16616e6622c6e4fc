package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/feed"
)

// FeedCmd has the commands about vulnerability data.
type FeedCmd struct {
	Import FeedImportCmd `cmd:"" help:"Import vulnerability data from files or signed bundles."`
	List   FeedListCmd   `cmd:"" help:"List imports, newest first."`
	Status FeedStatusCmd `cmd:"" help:"Sources and feeds with their state; exit code 3 when one cannot be relied on."`
	Set    FeedSetCmd    `cmd:"" help:"Add a feed, change it, or switch it on or off."`
	Run    FeedRunCmd    `cmd:"" help:"Ask the server to fetch a feed now."`
	Accept FeedAcceptCmd `cmd:"" help:"Take the last run of a feed for right although it raised an alarm."`
	Bundle FeedBundleCmd `cmd:"" help:"Pack vulnerability data into a signed bundle, to be carried to where no network is."`
	Key    FeedKeyCmd    `cmd:"" help:"Make a key to sign bundles with."`
	Fetch  FeedFetchCmd  `cmd:"" help:"Download vulnerability data, when it changed since the last time."`
}

// FeedImportCmd imports vulnerability data.
type FeedImportCmd struct {
	Who
	Kind  string   `default:"auto" enum:"auto,osv,cve,nvd,csaf,jvn,kev,vex,epss,eol" help:"osv, cve, nvd, csaf, jvn, kev, vex, epss or eol; auto: the content tells."`
	Trust []string `placeholder:"KEY" help:"The files are bundles: the public key that must have signed them (repeatable)."`
	Files []string `arg:"" type:"existingpath" help:"Files, folders, .zip, .tar.gz, .jsonl, .jsonl.gz, or bundles."`
}

// Run imports vulnerability data. What was imported before a failure stays;
// importing again does no harm.
func (c FeedImportCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		var runs []app.ImportRun
		one := func(in app.OnDisk) error {
			run, err := a.ImportDisk(x.Ctx, by, in, c.progress(x, in.Path))
			if err != nil {
				return err
			}
			runs = append(runs, run)
			if run.State != "done" {
				return fault.New(fault.Invalid, "import of %s: %s: %s", strings.TrimPrefix(in.Path, in.Folder), run.State, run.Error)
			}
			return nil
		}
		for _, path := range c.Files {
			if len(c.Trust) > 0 {
				if err := importBundle(path, c.Trust, one); err != nil {
					return err
				}
				continue
			}
			kind := c.Kind
			if kind == "auto" {
				told, err := feed.DetectKind(path)
				if err != nil {
					return err
				}
				kind = string(told)
			}
			if err := one(app.OnDisk{Kind: kind, Path: path}); err != nil {
				return err
			}
		}
		return c.show(x, runs, func(line func(...any)) {
			line("FILE", "RECORDS", "CHANGED", "OLDER", "REJECTED", "FINDINGS CHANGED")
			for _, r := range runs {
				line(r.Name, r.Records, r.Changed, r.Older, r.Rejected, r.Findings)
			}
			if slices.ContainsFunc(runs, func(r app.ImportRun) bool { return r.Older > 0 }) {
				line()
				line("OLDER: states that are older than those stored. They are kept as versions that were before and change no finding.")
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
			line("ID", "KIND", "NAME", "STATE", "RECORDS", "CHANGED", "OLDER", "REJECTED", "FINDINGS CHANGED")
			for _, r := range list.Items {
				line(r.ID, r.Kind, r.Name, r.State, r.Records, r.Changed, r.Older, r.Rejected, r.Findings)
			}
		})
	})
}
