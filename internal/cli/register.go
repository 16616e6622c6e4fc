package cli

import (
	"os"
	"path/filepath"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/register"
)

// ProductCmd has the commands about products.
type ProductCmd struct {
	List ProductListCmd `cmd:"" help:"List products."`
	Add  ProductAddCmd  `cmd:"" help:"Register a product."`
	Show ProductShowCmd `cmd:"" help:"Show a product."`
}

// ProductListCmd lists products.
type ProductListCmd struct {
	Who
	Page
}

// Run lists products.
func (c ProductListCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, _ app.Actor) error {
		list, err := a.Store.Products(x.Ctx, c.query(map[string]string{}))
		if err != nil {
			return err
		}
		return c.show(x, list, func(line func(...any)) {
			line("ID", "BRAND NAME", "GENERIC NAME", "CLASS", "EOS", "RELEASES", "UNITS", "OPEN FINDINGS")
			for _, p := range list.Items {
				line(p.ID, p.BrandName, p.GenericName, p.Class, p.EOSOn, p.Releases, p.Units, p.OpenFindings)
			}
		})
	})
}

// ProductAddCmd registers a product.
type ProductAddCmd struct {
	Who
	BrandName    string       `required:"" help:"Brand name (販売名)."`
	GenericName  string       `required:"" help:"Generic name (一般的名称)."`
	JMDN         string       `name:"jmdn" help:"JMDN code, 8 digits."`
	Route        string       `default:"approval" enum:"approval,certification,notification" help:"How it was admitted: approval, certification or notification."`
	Number       string       `help:"Approval, certification or notification number."`
	LicensedOn   caldate.Date `help:"Its date."`
	Class        string       `required:"" enum:"I,II,III,IV" help:"Class I to IV."`
	Connectivity []string     `help:"Ways of connection: wired, wireless, media, none."`
	SaMD         bool         `name:"samd" help:"It is software as a medical device."`
	EOL          caldate.Date `help:"End of life."`
	EOS          caldate.Date `help:"End of support."`
	Designated   string       `default:"unknown" enum:"yes,no,unknown" help:"Designated under 228-20(2) item 1-ニ."`
	Indication   string       `help:"Indication."`
	SiteOfUse    string       `help:"Site of use."`
}

// Run registers a product.
func (c ProductAddCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		p := register.Product{
			BrandName: c.BrandName, GenericName: c.GenericName, JMDNCode: c.JMDN, Route: register.MarketRoute(c.Route),
			LicenceNumber: c.Number, LicensedOn: c.LicensedOn, Class: register.Class(c.Class), SaMD: c.SaMD, EOLOn: c.EOL, EOSOn: c.EOS,
			Designated: register.Known(c.Designated), Indication: c.Indication, SiteOfUse: c.SiteOfUse,
		}
		for _, link := range c.Connectivity {
			p.Connectivity = append(p.Connectivity, register.Link(link))
		}
		p, err := a.AddProduct(x.Ctx, by, p)
		if err != nil {
			return err
		}
		return c.show(x, p, func(line func(...any)) { line(p.ID, p.BrandName) })
	})
}

// ProductShowCmd shows a product.
type ProductShowCmd struct {
	Who
	ID string `arg:"" help:"Product id."`
}

// Run shows a product.
func (c ProductShowCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, _ app.Actor) error {
		p, err := a.Store.Product(x.Ctx, c.ID)
		if err != nil {
			return err
		}
		return c.show(x, p, func(line func(...any)) {
			line("Brand name", p.BrandName)
			line("Generic name", p.GenericName, p.JMDNCode)
			line("Licence", p.Route, p.LicenceNumber, p.LicensedOn)
			line("Class", p.Class)
			line("Connectivity", p.Connectivity)
			line("EOL, EOS", p.EOLOn, p.EOSOn)
			line("Designated", p.Designated)
		})
	})
}

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
	return c.with(x, func(a *app.App, _ app.Actor) error {
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

// SBOMCmd has the commands about SBOMs.
type SBOMCmd struct {
	Inspect SBOMInspectCmd `cmd:"" help:"Read SBOM files and tell what is in them, without a server or database."`
	Upload  SBOMUploadCmd  `cmd:"" help:"Give a release its SBOM and match it."`
}

// SBOMUploadCmd gives a release its SBOM.
type SBOMUploadCmd struct {
	Who
	Release string `required:"" help:"Release id."`
	File    string `arg:"" type:"existingfile" help:"CycloneDX or SPDX file."`
}

// Run gives a release its SBOM.
func (c SBOMUploadCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		file, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }() // opened for reading only
		up, err := a.UploadSBOM(x.Ctx, by, app.UploadSBOM{ReleaseID: c.Release, FileName: filepath.Base(c.File), File: file})
		if err != nil {
			return err
		}
		return c.show(x, up, func(line func(...any)) {
			line("Format", up.SBOM.Format, up.SBOM.SpecVersion)
			line("Components", up.SBOM.Components)
			line("With purl", up.SBOM.WithPurl)
			line("With CPE", up.SBOM.WithCPE)
			line("Cannot be matched", up.SBOM.Unmatchable)
			line("Problems", len(up.SBOM.Problems))
			line("Findings opened", up.Opened)
			line("Findings closed", up.Closed)
		})
	})
}

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
	return c.with(x, func(a *app.App, _ app.Actor) error {
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
