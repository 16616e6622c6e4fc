package cli

import (
	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/register"
)

// ReleaseCmd has the commands about releases.
type ReleaseCmd struct {
	List ReleaseListCmd `cmd:"" help:"List releases."`
	Add  ReleaseAddCmd  `cmd:"" help:"Register a release."`
}

// ReleaseListCmd lists releases.
type ReleaseListCmd struct {
	Who
	Page
	Product string `help:"Only of this product (id)."`
}

// Run lists releases.
func (c ReleaseListCmd) Run(x *Context) error {
	return c.read(x, func(a *app.App, _ app.Actor) error {
		list, err := a.Store.Releases(x.Ctx, c.query(map[string]string{"product": c.Product}))
		if err != nil {
			return err
		}
		return c.show(x, list, func(line func(...any)) {
			line("ID", "PRODUCT", "VERSION", "COMPONENTS", "UNMATCHABLE", "UNITS", "OPEN FINDINGS")
			for _, r := range list.Items {
				components, unmatchable := any("no SBOM"), any("")
				if r.SBOM != nil {
					components, unmatchable = r.SBOM.Components, r.SBOM.Unmatchable
				}
				line(r.ID, r.BrandName, r.Version, components, unmatchable, r.Units, r.OpenFindings)
			}
		})
	})
}

// ReleaseAddCmd registers a release.
type ReleaseAddCmd struct {
	Who
	Product    string       `required:"" help:"Product id."`
	Version    string       `required:"" help:"Version, as printed on the device."`
	ReleasedOn caldate.Date `help:"Day of release."`
	EOS        caldate.Date `help:"End of support of this version, when it differs from the product."`
}

// Run registers a release.
func (c ReleaseAddCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		r, err := a.AddRelease(x.Ctx, by, register.Release{ProductID: c.Product, Version: c.Version, ReleasedOn: c.ReleasedOn, EOSOn: c.EOS})
		if err != nil {
			return err
		}
		return c.show(x, r, func(line func(...any)) { line(r.ID, r.Version) })
	})
}
