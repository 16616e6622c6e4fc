package cli

import (
	"mimamori/internal/app"
	"mimamori/internal/register"
)

// SiteCmd has the commands about hospitals.
type SiteCmd struct {
	List    SiteListCmd    `cmd:"" help:"List hospitals."`
	Add     SiteAddCmd     `cmd:"" help:"Register a hospital."`
	Install SiteInstallCmd `cmd:"" help:"Record units of a release at a hospital."`
}

// SiteListCmd lists hospitals.
type SiteListCmd struct {
	Who
	Page
	Product string `help:"Only with installations of this product (id)."`
}

// Run lists hospitals.
func (c SiteListCmd) Run(x *Context) error {
	return c.read(x, func(a *app.App, _ app.Actor) error {
		list, err := a.Store.Sites(x.Ctx, c.query(map[string]string{"product": c.Product}))
		if err != nil {
			return err
		}
		return c.show(x, list, func(line func(...any)) {
			line("ID", "NAME", "PREFECTURE", "UNITS")
			for _, s := range list.Items {
				line(s.ID, s.Name, s.Prefecture, s.Units)
			}
		})
	})
}

// SiteAddCmd registers a hospital.
type SiteAddCmd struct {
	Who
	Name       string `required:"" help:"Name."`
	Prefecture string `help:"Prefecture."`
	Contact    string `help:"Person or department."`
	Email      string `help:"E-mail address."`
	Phone      string `help:"Telephone number."`
}

// Run registers a hospital.
func (c SiteAddCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		s, err := a.AddSite(x.Ctx, by, register.Site{Name: c.Name, Prefecture: c.Prefecture, Contact: c.Contact, Email: c.Email, Phone: c.Phone})
		if err != nil {
			return err
		}
		return c.show(x, s, func(line func(...any)) { line(s.ID, s.Name) })
	})
}

// SiteInstallCmd records an installation.
type SiteInstallCmd struct {
	Who
	Site    string `required:"" help:"Hospital (id)."`
	Release string `required:"" help:"Release (id)."`
	Units   int    `required:"" help:"Number of units."`
	Serials string `help:"Serial or lot numbers."`
}

// Run records an installation.
func (c SiteInstallCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		i, err := a.AddInstallation(x.Ctx, by, register.Installation{SiteID: c.Site, ReleaseID: c.Release, Units: c.Units, Serials: c.Serials})
		if err != nil {
			return err
		}
		return c.show(x, i, func(line func(...any)) { line(i.ID, i.Units) })
	})
}
