package cli

import (
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
	return c.read(x, func(a *app.App, _ app.Actor) error {
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
	return c.read(x, func(a *app.App, _ app.Actor) error {
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
