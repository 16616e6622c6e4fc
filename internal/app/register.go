package app

import (
	"context"
	"slices"

	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
)

func subjectProduct(p register.Product) ledger.Subject {
	return ledger.Subject{Kind: "product", ID: p.ID, Name: p.BrandName}
}

func subjectRelease(p register.Product, r register.Release) ledger.Subject {
	return ledger.Subject{Kind: "release", ID: r.ID, Name: p.BrandName + " " + r.Version}
}

func subjectSite(s register.Site) ledger.Subject {
	return ledger.Subject{Kind: "site", ID: s.ID, Name: s.Name}
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
		return tx.AddProduct(ctx, p)
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
		return tx.UpdateProduct(ctx, p)
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
		return tx.AddRelease(ctx, r)
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
		return tx.UpdateRelease(ctx, r)
	})
	if err != nil {
		return register.Release{}, err
	}
	return a.Store.Release(ctx, r.ID)
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

// AddInstallation records units of a release at a site (納入).
func (a *App) AddInstallation(ctx context.Context, by Actor, i register.Installation) (register.Installation, error) {
	if err := require(by, EditRegister); err != nil {
		return register.Installation{}, err
	}
	i.ID, i.Revision, i.CreatedAt, i.UpdatedAt = ident.New(), 1, a.now(), a.now()
	if err := i.Check(); err != nil {
		return register.Installation{}, err
	}
	return i, a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		e, err := installationEntry(ctx, tx, by, "installation.added", nil, i)
		if err != nil {
			return err
		}
		tx.Record(e)
		return tx.AddInstallation(ctx, i)
	})
}

// UpdateInstallation changes an installation, for example to the release the
// units run after an update; the site stays.
func (a *App) UpdateInstallation(ctx context.Context, by Actor, i register.Installation) (register.Installation, error) {
	if err := require(by, EditRegister); err != nil {
		return register.Installation{}, err
	}
	if err := i.Check(); err != nil {
		return register.Installation{}, err
	}
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		before, err := tx.Installation(ctx, i.ID)
		if err != nil {
			return err
		}
		i.SiteID, i.CreatedAt, i.UpdatedAt = before.SiteID, before.CreatedAt, a.now()
		e, err := installationEntry(ctx, tx, by, "installation.changed", before, i)
		if err != nil {
			return err
		}
		tx.Record(e)
		return tx.UpdateInstallation(ctx, i)
	})
	if err != nil {
		return register.Installation{}, err
	}
	return a.Store.Installation(ctx, i.ID)
}

func installationEntry(ctx context.Context, r Reader, by Actor, action string, before any, i register.Installation) (ledger.Entry, error) {
	site, err := r.Site(ctx, i.SiteID)
	if err != nil {
		return ledger.Entry{}, err
	}
	release, err := r.Release(ctx, i.ReleaseID)
	if fault.KindOf(err) == fault.NotFound {
		return ledger.Entry{}, fault.Fields("the installation cannot be kept like this",
			[]fault.Field{{Pointer: "/release_id", Rule: "exists", Message: "there is no such release: choose one of the product's releases"}})
	}
	if err != nil {
		return ledger.Entry{}, err
	}
	product, err := r.Product(ctx, release.ProductID)
	if err != nil {
		return ledger.Entry{}, err
	}
	e := by.entry(action, ledger.Subject{Kind: "installation", ID: i.ID, Name: site.Name + " / " + product.BrandName}, before, i, "")
	e.Parents = []ledger.Subject{subjectSite(site), subjectRelease(product, release), subjectProduct(product)}
	return e, nil
}
