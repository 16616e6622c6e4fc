package httpapi

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/register"
)

type listSites struct {
	Listing
	Product       string `query:"product" doc:"Product id"`
	Release       string `query:"release" doc:"Release id"`
	Vulnerability string `query:"vulnerability" doc:"Vulnerability id: units of releases with an open finding"`
	Prefecture    string `query:"prefecture"`
	Sort          string `query:"sort" enum:"name,-name,prefecture,-prefecture,updated_at,-updated_at"`
}

func (a *API) sites(ctx context.Context, in *listSites) (app.List[app.SiteRow], error) {
	return a.App.Store.Sites(ctx, in.query(in.Sort, "product", in.Product, "release", in.Release,
		"vulnerability", in.Vulnerability, "prefecture", in.Prefecture))
}

// siteInput is what a person states about a hospital.
type siteInput struct {
	Name       string `json:"name,omitempty"`
	Prefecture string `json:"prefecture,omitempty"`
	Contact    string `json:"contact,omitempty" doc:"Person or department"`
	Email      string `json:"email,omitempty"`
	Phone      string `json:"phone,omitempty"`
	Note       string `json:"note,omitempty"`
	Revision   int    `json:"revision,omitempty" doc:"As it was read; not for a new site"`
}

func (s siteInput) site(id string) register.Site {
	return register.Site{
		ID: id, Name: s.Name, Prefecture: s.Prefecture, Contact: s.Contact, Email: s.Email, Phone: s.Phone,
		Note: s.Note, Revision: s.Revision,
	}
}

type addSite struct{ Body siteInput }

func (a *API) addSite(ctx context.Context, in *addSite) (register.Site, error) {
	return a.App.AddSite(ctx, actor(ctx), in.Body.site(""))
}

type updateSite struct {
	ByID
	Body siteInput
}

func (a *API) updateSite(ctx context.Context, in *updateSite) (register.Site, error) {
	return a.App.UpdateSite(ctx, actor(ctx), in.Body.site(in.ID))
}

// siteView is a hospital with what is installed there.
type siteView struct {
	Site          app.SiteRow           `json:"site"`
	Installations []app.InstallationRow `json:"installations" doc:"The first 200; further ones with GET /installations"`
}

func (a *API) site(ctx context.Context, in *ByID) (siteView, error) {
	var view siteView
	var err error
	if view.Site, err = row(ctx, a.App.Store.Sites, in.ID); err != nil {
		return siteView{}, err
	}
	installed, err := a.App.Store.Installations(ctx, app.ListQuery{Filter: map[string]string{"site": in.ID}, Limit: 200})
	view.Installations = installed.Items
	return view, err
}

type listInstallations struct {
	Listing
	Site          string `query:"site" doc:"Site id"`
	Release       string `query:"release" doc:"Release id"`
	Product       string `query:"product" doc:"Product id"`
	Vulnerability string `query:"vulnerability" doc:"Vulnerability id: units of releases with an open finding"`
	Sort          string `query:"sort" enum:"site,-site,product,-product,units,-units"`
}

func (a *API) installations(ctx context.Context, in *listInstallations) (app.List[app.InstallationRow], error) {
	return a.App.Store.Installations(ctx, in.query(in.Sort, "site", in.Site, "release", in.Release, "product", in.Product, "vulnerability", in.Vulnerability))
}

// installationInput is what a person states about units at a site.
type installationInput struct {
	ReleaseID   string `json:"release_id,omitempty"`
	Units       int    `json:"units,omitempty" doc:"1 to 1,000,000"`
	Serials     string `json:"serials,omitempty" doc:"Serial or lot numbers"`
	InstalledOn day    `json:"installed_on,omitempty"`
	Note        string `json:"note,omitempty"`
	Revision    int    `json:"revision,omitempty" doc:"As it was read; not for a new installation"`
}

func (i installationInput) installation() register.Installation {
	return register.Installation{
		ReleaseID: i.ReleaseID, Units: i.Units, Serials: i.Serials, InstalledOn: i.InstalledOn.Date,
		Note: i.Note, Revision: i.Revision,
	}
}

type addInstallation struct {
	ByID
	Body installationInput
}

func (a *API) addInstallation(ctx context.Context, in *addInstallation) (register.Installation, error) {
	i := in.Body.installation()
	i.SiteID = in.ID
	return a.App.AddInstallation(ctx, actor(ctx), i)
}

type updateInstallation struct {
	ByID
	Body installationInput
}

func (a *API) updateInstallation(ctx context.Context, in *updateInstallation) (register.Installation, error) {
	i := in.Body.installation()
	i.ID = in.ID
	return a.App.UpdateInstallation(ctx, actor(ctx), i)
}
