// Package demo fills an empty store with sample data: a fictional
// manufacturer, its devices, hospitals and people, real facts of real
// vulnerabilities in own words, and cases that follow the six examples of the
// CS notice (医薬安発0115第2号, 4(2)). Everything goes through the use cases, so
// the ledger holds all of it.
package demo

import (
	"context"
	"fmt"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/register"
)

// loader keeps what was stored, by the short names that the tables of this
// package use.
type loader struct {
	*app.App

	people   map[string]app.Actor
	products map[string]register.Product
	releases map[string]register.Release
	sites    map[string]register.Site
}

// Load fills an empty store with the sample data. Days are counted from today,
// so that the worklist is alive whenever it is loaded; apart from keys, days
// and times it is always the same.
//
// Errors: fault.Conflict when the store holds a person or a product already.
func Load(ctx context.Context, a *app.App) error {
	if err := requireEmpty(ctx, a); err != nil {
		return err
	}
	l := &loader{
		App: a, people: map[string]app.Actor{}, products: map[string]register.Product{},
		releases: map[string]register.Release{}, sites: map[string]register.Site{},
	}
	for _, part := range []struct {
		name string
		load func(context.Context) error
	}{
		{"people", l.loadPeople},
		{"products", l.loadProducts},
		{"hospitals", l.loadSites},
		{"vulnerability data", l.loadFeeds},
		{"assessments", l.loadAssessments},
		{"cases", l.loadMatters},
	} {
		if err := part.load(ctx); err != nil {
			return fmt.Errorf("sample data, %s: %w", part.name, err)
		}
	}
	return nil
}

func requireEmpty(ctx context.Context, a *app.App) error {
	nobody, err := a.SetupNeeded(ctx)
	if err != nil {
		return err
	}
	products, err := a.Store.Products(ctx, app.ListQuery{Limit: 1})
	if err != nil {
		return err
	}
	if !nobody || products.Total > 0 {
		return fault.New(fault.Conflict, "sample data go into an empty database only; this one is in use: give another folder with --data")
	}
	return nil
}
