package sqlstore

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/register"
)

func releaseRow(r *register.Release) row {
	return row{
		{"id", &r.ID},
		{"product_id", &r.ProductID},
		{"version", &r.Version},
		{"released_on", day{&r.ReleasedOn}},
		{"eos_on", day{&r.EOSOn}},
		{"note", &r.Note},
		{"sbom_id", ref{&r.SBOMID}},
		{"revision", &r.Revision},
		{"created_at", instant{&r.CreatedAt}},
		{"updated_at", instant{&r.UpdatedAt}},
	}
}

var releases = listing{
	from: "releases r", found: " JOIN products p ON p.id = r.product_id", id: "r.id", search: []string{"r.search", "p.search"}, order: "-updated_at",
	sorts:   map[string]string{"version": "r.version", "released_on": "r.released_on", "updated_at": "r.updated_at"},
	filters: map[string]filter{"product": equals("r.product_id")},
}

func (r reader) Release(ctx context.Context, id string) (register.Release, error) {
	return one(ctx, r.queries, "release "+id, releaseRow, "FROM releases WHERE id = ?", id)
}

func (r reader) Releases(ctx context.Context, q app.ListQuery) (app.List[app.ReleaseRow], error) {
	out, err := page(ctx, r.queries, releases, q, func(x *app.ReleaseRow) row {
		return append(releaseRow(&x.Release).of("r"), row{
			{"p.brand_name", &x.BrandName},
			{"(SELECT COUNT(DISTINCT i.site_id) FROM installations i WHERE i.release_id = r.id)", &x.Sites},
			{"(SELECT COALESCE(SUM(i.units), 0) FROM installations i WHERE i.release_id = r.id)", &x.Units},
			{"(SELECT COUNT(*) FROM findings f WHERE f.release_id = r.id AND f.state = 'open')", &x.OpenFindings},
		}...)
	})
	if err != nil {
		return out, err
	}
	var ids []string
	for _, x := range out.Items {
		if x.SBOMID != "" {
			ids = append(ids, x.SBOMID)
		}
	}
	if len(ids) == 0 {
		return out, nil
	}
	condition, args := in("id", ids)
	sboms, err := all(ctx, r.queries, func(s *register.SBOM) row { return sbomRow(s).without("problems") }, "FROM sboms WHERE "+condition, args...)
	if err != nil {
		return out, err
	}
	byID := map[string]*register.SBOM{}
	for i := range sboms {
		sboms[i].Problems = []register.Problem{}
		byID[sboms[i].ID] = &sboms[i]
	}
	for i := range out.Items {
		out.Items[i].SBOM = byID[out.Items[i].SBOMID]
	}
	return out, nil
}

func (w writer) AddRelease(ctx context.Context, r register.Release) error {
	r.Revision = max(r.Revision, 1)
	return w.insert(ctx, "releases", append(releaseRow(&r), found(r.Version, r.Note)))
}

// UpdateRelease leaves the SBOM in use alone: AddSBOM sets it.
func (w writer) UpdateRelease(ctx context.Context, r register.Release) error {
	return w.revise(ctx, "releases", "release", r.ID, r.Revision, append(releaseRow(&r).without("sbom_id"), found(r.Version, r.Note)))
}
