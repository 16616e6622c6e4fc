package app

import (
	"context"

	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
)

func subjectSite(s register.Site) ledger.Subject {
	return ledger.Subject{Kind: "site", ID: s.ID, Name: s.Name}
}

// AddSite registers a hospital (医療機関).
func (a *App) AddSite(ctx context.Context, by Actor, s register.Site) (register.Site, error) {
	if err := require(by, EditRegister); err != nil {
		return register.Site{}, err
	}
	s.ID, s.Revision, s.CreatedAt, s.UpdatedAt = ident.New(), 1, a.now(), a.now()
	if err := s.Check(); err != nil {
		return register.Site{}, err
	}
	return s, a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		tx.Record(by.entry("site.added", subjectSite(s), nil, s, ""))
		return tx.AddSite(ctx, s)
	})
}

// UpdateSite changes a hospital's record.
func (a *App) UpdateSite(ctx context.Context, by Actor, s register.Site) (register.Site, error) {
	if err := require(by, EditRegister); err != nil {
		return register.Site{}, err
	}
	if err := s.Check(); err != nil {
		return register.Site{}, err
	}
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		before, err := tx.Site(ctx, s.ID)
		if err != nil {
			return err
		}
		s.CreatedAt, s.UpdatedAt = before.CreatedAt, a.now()
		tx.Record(by.entry("site.changed", subjectSite(s), before, s, ""))
		return tx.UpdateSite(ctx, s)
	})
	if err != nil {
		return register.Site{}, err
	}
	return a.Store.Site(ctx, s.ID)
}
