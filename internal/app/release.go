package app

import (
	"context"

	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
)

func subjectRelease(p register.Product, r register.Release) ledger.Subject {
	return ledger.Subject{Kind: "release", ID: r.ID, Name: p.BrandName + " " + r.Version}
}

// AddRelease registers a release of a product (製品バージョン).
func (a *App) AddRelease(ctx context.Context, by Actor, r register.Release) (register.Release, error) {
	if err := require(by, EditRegister); err != nil {
		return register.Release{}, err
	}
	r.ID, r.SBOMID, r.Revision, r.CreatedAt, r.UpdatedAt = ident.New(), "", 1, a.now(), a.now()
	if err := r.Check(); err != nil {
		return register.Release{}, err
	}
	return r, a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		p, err := tx.Product(ctx, r.ProductID)
		if err != nil {
			return err
		}
		e := by.entry("release.added", subjectRelease(p, r), nil, r, "")
		e.Parents = []ledger.Subject{subjectProduct(p)}
		tx.Record(e)
		if err := tx.AddRelease(ctx, r); err != nil {
			return err
		}
		_, _, err = a.syncDevices(ctx, tx, by, p)
		return err
	})
}

// UpdateRelease changes a release; its product and SBOM stay.
func (a *App) UpdateRelease(ctx context.Context, by Actor, r register.Release) (register.Release, error) {
	if err := require(by, EditRegister); err != nil {
		return register.Release{}, err
	}
	if err := r.Check(); err != nil {
		return register.Release{}, err
	}
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		before, err := tx.Release(ctx, r.ID)
		if err != nil {
			return err
		}
		p, err := tx.Product(ctx, before.ProductID)
		if err != nil {
			return err
		}
		r.ProductID, r.SBOMID, r.CreatedAt, r.UpdatedAt = before.ProductID, before.SBOMID, before.CreatedAt, a.now()
		e := by.entry("release.changed", subjectRelease(p, r), before, r, "")
		e.Parents = []ledger.Subject{subjectProduct(p)}
		tx.Record(e)
		if err := tx.UpdateRelease(ctx, r); err != nil {
			return err
		}
		_, _, err = a.syncDevices(ctx, tx, by, p)
		return err
	})
	if err != nil {
		return register.Release{}, err
	}
	return a.Store.Release(ctx, r.ID)
}
