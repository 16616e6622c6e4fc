package app

import (
	"context"
	"slices"

	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
)

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
		if err := tx.AddInstallation(ctx, i); err != nil {
			return err
		}
		return a.syncProductOf(ctx, tx, by, i.ReleaseID)
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
		if err := tx.UpdateInstallation(ctx, i); err != nil {
			return err
		}
		return a.syncProductOf(ctx, tx, by, before.ReleaseID, i.ReleaseID)
	})
	if err != nil {
		return register.Installation{}, err
	}
	return a.Store.Installation(ctx, i.ID)
}

// syncProductOf brings the duties of the products of releases in line with the
// units that are in use now.
func (a *App) syncProductOf(ctx context.Context, tx Tx, by Actor, releaseIDs ...string) error {
	var done []string
	for _, id := range releaseIDs {
		r, err := tx.Release(ctx, id)
		if err != nil {
			return err
		}
		if slices.Contains(done, r.ProductID) {
			continue
		}
		done = append(done, r.ProductID)
		if err := a.syncProduct(ctx, tx, by, r.ProductID); err != nil {
			return err
		}
	}
	return nil
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
