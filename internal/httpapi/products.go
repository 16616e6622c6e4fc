package httpapi

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/register"
)

type listProducts struct {
	Listing
	Class string `query:"class" enum:"I,II,III,IV"`
	Route string `query:"route" enum:"approval,certification,notification"`
	EOS   string `query:"eos" enum:"past,soon,supported" doc:"End of support: past, within 180 days, or later"`
	Sort  string `query:"sort" enum:"brand_name,-brand_name,generic_name,-generic_name,licence_number,-licence_number,class,-class,eos_on,-eos_on,updated_at,-updated_at"`
}

func (a *API) products(ctx context.Context, in *listProducts) (app.List[app.ProductRow], error) {
	q := in.query(in.Sort, "class", in.Class, "route", in.Route, "eos", in.EOS)
	if in.EOS != "" {
		q.Filter["today"] = a.App.Today().String()
	}
	return a.App.Store.Products(ctx, q)
}

// productInput is what a person states about a product. What is missing or
// wrong is told by register.Product.Check, everything at once.
type productInput struct {
	BrandName     string               `json:"brand_name,omitempty" doc:"販売名"`
	GenericName   string               `json:"generic_name,omitempty" doc:"一般的名称"`
	JMDNCode      string               `json:"jmdn_code,omitempty" doc:"Code of the generic name, 8 digits"`
	Route         register.MarketRoute `json:"route,omitempty" doc:"approval 承認, certification 認証 or notification 届出"`
	LicenceNumber string               `json:"licence_number,omitempty" doc:"承認/認証/届出番号"`
	LicensedOn    day                  `json:"licensed_on,omitempty"`
	Class         register.Class       `json:"class,omitempty" doc:"I, II, III or IV"`
	Connectivity  []register.Link      `json:"connectivity,omitempty" doc:"wired, wireless, media, or none alone; empty: not yet looked at"`
	SaMD          bool                 `json:"samd,omitempty" doc:"プログラム医療機器"`
	EOLOn         day                  `json:"eol_on,omitempty"`
	EOSOn         day                  `json:"eos_on,omitempty"`
	Designated    register.Known       `json:"designated,omitempty" doc:"規則228条の20第2項1号ニ: yes, no or unknown"`
	Indication    string               `json:"indication,omitempty" doc:"使用目的又は効果"`
	SiteOfUse     string               `json:"site_of_use,omitempty"`
	Note          string               `json:"note,omitempty"`
	Revision      int                  `json:"revision,omitempty" doc:"As it was read; not for a new product"`
}

func (p productInput) product(id string) register.Product {
	return register.Product{
		ID: id, BrandName: p.BrandName, GenericName: p.GenericName, JMDNCode: p.JMDNCode, Route: p.Route,
		LicenceNumber: p.LicenceNumber, LicensedOn: p.LicensedOn.Date, Class: p.Class, Connectivity: p.Connectivity, SaMD: p.SaMD,
		EOLOn: p.EOLOn.Date, EOSOn: p.EOSOn.Date, Designated: p.Designated, Indication: p.Indication, SiteOfUse: p.SiteOfUse,
		Note: p.Note, Revision: p.Revision,
	}
}

type addProduct struct{ Body productInput }

func (a *API) addProduct(ctx context.Context, in *addProduct) (register.Product, error) {
	return a.App.AddProduct(ctx, actor(ctx), in.Body.product(""))
}

type updateProduct struct {
	ByID
	Body productInput
}

func (a *API) updateProduct(ctx context.Context, in *updateProduct) (register.Product, error) {
	return a.App.UpdateProduct(ctx, actor(ctx), in.Body.product(in.ID))
}

func (a *API) product(ctx context.Context, in *ByID) (app.ProductView, error) {
	return a.App.Product(ctx, in.ID)
}
