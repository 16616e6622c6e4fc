package app

import (
	"context"
	"slices"

	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
)

func subjectProduct(p register.Product) ledger.Subject {
	return ledger.Subject{Kind: "product", ID: p.ID, Name: p.BrandName}
}

// AddProduct registers a product (品目).
func (a *App) AddProduct(ctx context.Context, by Actor, p register.Product) (register.Product, error) {
	if err := require(by, EditRegister); err != nil {
		return register.Product{}, err
	}
	p = withDefaults(p)
	p.ID, p.Revision, p.CreatedAt, p.UpdatedAt = ident.New(), 1, a.now(), a.now()
	if err := p.Check(); err != nil {
		return register.Product{}, err
	}
	return p, a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		tx.Record(by.entry("product.added", subjectProduct(p), nil, p, ""))
		if err := tx.AddProduct(ctx, p); err != nil {
			return err
		}
		return a.syncProduct(ctx, tx, by, p.ID)
	})
}

// UpdateProduct changes a product; p.Revision is the one that was read.
func (a *App) UpdateProduct(ctx context.Context, by Actor, p register.Product) (register.Product, error) {
	if err := require(by, EditRegister); err != nil {
		return register.Product{}, err
	}
	p = withDefaults(p)
	if err := p.Check(); err != nil {
		return register.Product{}, err
	}
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		before, err := tx.Product(ctx, p.ID)
		if err != nil {
			return err
		}
		p.CreatedAt, p.UpdatedAt = before.CreatedAt, a.now()
		tx.Record(by.entry("product.changed", subjectProduct(p), before, p, ""))
		if err := tx.UpdateProduct(ctx, p); err != nil {
			return err
		}
		if _, _, err := a.syncDevices(ctx, tx, by, p); err != nil {
			return err
		}
		return a.syncProduct(ctx, tx, by, p.ID)
	})
	if err != nil {
		return register.Product{}, err
	}
	return a.Store.Product(ctx, p.ID)
}

func withDefaults(p register.Product) register.Product {
	p.Connectivity = slices.Clone(p.Connectivity)
	slices.Sort(p.Connectivity)
	p.Connectivity = slices.Compact(p.Connectivity)
	if p.Designated == "" {
		p.Designated = register.Unknown
	}
	return p
}
