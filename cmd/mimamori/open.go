package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	texts "mimamori/docs/readings"
	"mimamori/forms"
	"mimamori/internal/app"
	"mimamori/internal/auth"
	"mimamori/internal/cli"
	"mimamori/internal/deadline"
	"mimamori/internal/feed"
	"mimamori/internal/jobs"
	"mimamori/internal/openvalue"
	"mimamori/internal/readings"
	"mimamori/internal/render"
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
	law, err := app.LoadLaw(os.DirFS(where.Data))
	if err != nil {
		return nil, nil, err
	}
	calendar, err := deadline.LoadCalendar(rulebook.FS, rulebook.JapanCalendar)
	if err != nil {
		return nil, nil, err
	}
	unclear, err := readings.Load(texts.FS)
	if err != nil {
		return nil, nil, err
	}
	values, err := openvalue.Load(rulebook.FS, rulebook.JapanOpenValues)
	if err != nil {
		return nil, nil, err
	}
	catalogue, err := app.ReadForms(forms.FS)
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
	a := &app.App{
		Store: store, Clock: time.Now, Passwords: auth.NewPasswords(), Law: law, Texts: app.ArchivedText, Calendar: calendar, Readings: unclear, Values: values,
		Forms: catalogue, Feed: feed.Disk{}, Renderer: renderer,
	}
	if _, err := a.ApplyLaw(ctx); err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	return a, store, nil
}
