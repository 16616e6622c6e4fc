package main

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"mimamori/forms"
	"mimamori/internal/app"
	"mimamori/internal/auth"
	"mimamori/internal/cli"
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
		Forms: map[string]*report.Form{"form8": form8}, Feed: feed.Disk{}, Renderer: renderer,
	}, store, nil
}

func newestForm(id string) (*report.Form, error) {
	editions, err := report.Editions(forms.FS, id)
	if err != nil {
		return nil, err
	}
	return report.Load(forms.FS, id, editions[len(editions)-1])
}
