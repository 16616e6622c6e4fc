package main

import (
	"context"
	"iter"
	"os"
	"path/filepath"
	"time"

	"mimamori/forms"
	"mimamori/internal/advisory"
	"mimamori/internal/app"
	"mimamori/internal/auth"
	"mimamori/internal/cli"
	"mimamori/internal/fault"
	"mimamori/internal/feed"
	"mimamori/internal/jobs"
	"mimamori/internal/render"
	"mimamori/internal/report"
	"mimamori/internal/rule"
	"mimamori/internal/sqlstore"
	"mimamori/rulebook"
)

// open opens the store and puts the use cases on it.
func open(ctx context.Context, where cli.Where) (*app.App, func() error, error) {
	a, store, err := openStore(ctx, where)
	if err != nil {
		return nil, nil, err
	}
	return a, store.Close, nil
}

func openStore(ctx context.Context, where cli.Where) (*app.App, *sqlstore.Store, error) {
	if err := os.MkdirAll(where.Data, 0o700); err != nil {
		return nil, nil, err
	}
	config := sqlstore.Config{
		URL: where.Database, LedgerKeyPath: filepath.Join(where.Data, "ledger.key"),
		Enqueue: jobs.Enqueue, Clock: time.Now,
	}
	if where.Database == "" {
		config.Path = filepath.Join(where.Data, "mimamori.db")
	}
	law, err := rule.Load(rulebook.FS, rulebook.JapanCaseReport)
	if err != nil {
		return nil, nil, err
	}
	notice, err := rule.LoadFactRulebook(rulebook.FS, rulebook.JapanCSNotice)
	if err != nil {
		return nil, nil, err
	}
	form8, err := newestForm(report.Form8)
	if err != nil {
		return nil, nil, err
	}
	renderer, err := render.New(render.Fonts())
	if err != nil {
		renderer = nil // built without fonts: everything but PDFs works, and those say why
	}
	store, err := sqlstore.Open(ctx, config)
	if err != nil {
		return nil, nil, err
	}
	return &app.App{
		Store: store, Clock: time.Now, Passwords: auth.NewPasswords(), Rulebook: law, Notice: notice,
		Forms: map[string]*report.Form{"form8": form8}, Feed: disk{}, Renderer: renderer,
	}, store, nil
}

func newestForm(id string) (*report.Form, error) {
	editions, err := report.Editions(forms.FS, id)
	if err != nil {
		return nil, err
	}
	return report.Load(forms.FS, id, editions[len(editions)-1])
}

// disk reads vulnerability data from files.
type disk struct{}

func (disk) Advisories(kind, path string) iter.Seq2[advisory.Advisory, error] {
	if kind == "csaf" {
		return feed.CSAF(path)
	}
	return feed.OSV(path)
}

func (disk) KEV(path string) (*advisory.KEVCatalogue, error) { return feed.KEV(path) }

func (disk) Spool(name string, content []byte) (string, func(), error) {
	dir, err := os.MkdirTemp("", "mimamori-import-")
	if err != nil {
		return "", nil, err
	}
	remove := func() { _ = os.RemoveAll(dir) } // the system clears its temporary folder
	base := filepath.Base(filepath.Clean("/" + name))
	if base == "/" {
		remove()
		return "", nil, fault.New(fault.Invalid, "the upload has no file name")
	}
	path := filepath.Join(dir, base)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		remove()
		return "", nil, err
	}
	return path, remove, nil
}
