package sqlstore

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/register"
)

func siteRow(s *register.Site) row {
	return row{
		{"id", &s.ID},
		{"name", &s.Name},
		{"prefecture", &s.Prefecture},
		{"contact", &s.Contact},
		{"email", &s.Email},
		{"phone", &s.Phone},
		{"note", &s.Note},
		{"revision", &s.Revision},
		{"created_at", instant{&s.CreatedAt}},
		{"updated_at", instant{&s.UpdatedAt}},
	}
}

func siteSearch(s register.Site) column {
	return found(s.Name, s.Prefecture, s.Contact, s.Email, s.Phone, s.Note)
}

func installationRow(i *register.Installation) row {
	return row{
		{"id", &i.ID},
		{"site_id", &i.SiteID},
		{"release_id", &i.ReleaseID},
		{"units", &i.Units},
		{"serials", &i.Serials},
		{"installed_on", day{&i.InstalledOn}},
		{"note", &i.Note},
		{"revision", &i.Revision},
		{"created_at", instant{&i.CreatedAt}},
		{"updated_at", instant{&i.UpdatedAt}},
	}
}

var sites = listing{
	from: "sites s", id: "s.id", search: []string{"s.search"}, order: "name",
	sorts: map[string]string{"name": "s.name", "prefecture": "s.prefecture", "updated_at": "s.updated_at"},
	filters: map[string]filter{
		"product": within("s.id IN (SELECT i.site_id FROM installations i JOIN releases r ON r.id = i.release_id WHERE r.product_id = ?)"),
		"release": within("s.id IN (SELECT i.site_id FROM installations i WHERE i.release_id = ?)"),
		"vulnerability": within("s.id IN (SELECT i.site_id FROM installations i JOIN findings f ON f.release_id = i.release_id" +
			" WHERE f.state = 'open' AND f.vulnerability_id = (SELECT COALESCE(merged_into, id) FROM vulnerabilities WHERE id = ?))"),
		"prefecture": equals("s.prefecture"),
	},
}

var installations = listing{
	from: "installations i JOIN sites s ON s.id = i.site_id JOIN releases r ON r.id = i.release_id JOIN products p ON p.id = r.product_id",
	id:   "i.id", search: []string{"i.search", "s.search", "p.search", "r.search"}, order: "site",
	sorts: map[string]string{"site": "s.name", "product": "p.brand_name", "units": "i.units"},
	filters: map[string]filter{
		"site": equals("i.site_id"), "release": equals("i.release_id"), "product": equals("r.product_id"),
		"vulnerability": within("i.release_id IN (SELECT f.release_id FROM findings f" +
			" WHERE f.state = 'open' AND f.vulnerability_id = (SELECT COALESCE(merged_into, id) FROM vulnerabilities WHERE id = ?))"),
	},
}

func (r reader) Site(ctx context.Context, id string) (register.Site, error) {
	return one(ctx, r.queries, "site "+id, siteRow, "FROM sites WHERE id = ?", id)
}

func (r reader) Sites(ctx context.Context, q app.ListQuery) (app.List[app.SiteRow], error) {
	return page(ctx, r.queries, sites, q, func(s *app.SiteRow) row {
		return append(siteRow(&s.Site).of("s"), row{
			{"(SELECT COUNT(*) FROM installations i WHERE i.site_id = s.id)", &s.Installations},
			{"(SELECT COALESCE(SUM(i.units), 0) FROM installations i WHERE i.site_id = s.id)", &s.Units},
			{"(SELECT COUNT(DISTINCT r.product_id) FROM installations i JOIN releases r ON r.id = i.release_id WHERE i.site_id = s.id)", &s.Products},
		}...)
	})
}

func (r reader) Installation(ctx context.Context, id string) (register.Installation, error) {
	return one(ctx, r.queries, "installation "+id, installationRow, "FROM installations WHERE id = ?", id)
}

func (r reader) Installations(ctx context.Context, q app.ListQuery) (app.List[app.InstallationRow], error) {
	return page(ctx, r.queries, installations, q, func(i *app.InstallationRow) row {
		return append(installationRow(&i.Installation).of("i"), row{
			{"s.name", &i.SiteName},
			{"p.id", &i.ProductID},
			{"p.brand_name", &i.BrandName},
			{"r.version", &i.Version},
		}...)
	})
}

func (w writer) AddSite(ctx context.Context, s register.Site) error {
	s.Revision = max(s.Revision, 1)
	return w.insert(ctx, "sites", append(siteRow(&s), siteSearch(s)))
}

func (w writer) UpdateSite(ctx context.Context, s register.Site) error {
	return w.revise(ctx, "sites", "site", s.ID, s.Revision, append(siteRow(&s), siteSearch(s)))
}

func (w writer) AddInstallation(ctx context.Context, i register.Installation) error {
	i.Revision = max(i.Revision, 1)
	return w.insert(ctx, "installations", append(installationRow(&i), found(i.Serials, i.Note)))
}

func (w writer) UpdateInstallation(ctx context.Context, i register.Installation) error {
	return w.revise(ctx, "installations", "installation", i.ID, i.Revision, append(installationRow(&i), found(i.Serials, i.Note)))
}
