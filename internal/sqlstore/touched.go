package sqlstore

import (
	"context"
	"time"

	"mimamori/internal/app"
)

func (r reader) TouchedReleases(ctx context.Context, vulnerabilityID string, limit int) ([]app.TouchedRelease, int, error) {
	const open = "FROM findings f WHERE f.vulnerability_id = ? AND f.state = 'open'"
	total, err := r.number(ctx, "(SELECT COUNT(DISTINCT f.release_id) "+open+")", vulnerabilityID)
	if err != nil {
		return nil, 0, err
	}
	found, err := all(ctx, r.queries, func(t *app.TouchedRelease) row {
		return row{
			{"r.product_id", &t.ProductID},
			{"p.brand_name", &t.BrandName},
			{"r.id", &t.ID},
			{"r.version", &t.Version},
			{"g.findings", &t.Findings},
			{"g.class", &t.Class},
			{"(SELECT COUNT(DISTINCT i.site_id) FROM installations i WHERE i.release_id = r.id)", &t.Sites},
			{"(SELECT COALESCE(SUM(i.units), 0) FROM installations i WHERE i.release_id = r.id)", &t.Units},
		}
	}, "FROM (SELECT f.release_id, COUNT(*) AS findings, MIN(f.class) AS class "+open+" GROUP BY f.release_id) g "+ // "affected" is the stronger class
		"JOIN releases r ON r.id = g.release_id JOIN products p ON p.id = r.product_id ORDER BY p.brand_name, p.id, r.version, r.id LIMIT ?", vulnerabilityID, limit)
	return found, total, err
}

func (r reader) TouchedComponents(ctx context.Context, vulnerabilityID, sbomID string, limit int) ([]app.TouchedComponent, error) {
	where, args := "f.vulnerability_id = ? AND f.state = 'open'", []any{vulnerabilityID}
	if sbomID != "" {
		where, args = where+" AND f.release_id IN (SELECT r.id FROM releases r WHERE r.sbom_id = ?)", append(args, sbomID)
	}
	return all(ctx, r.queries, func(t *app.TouchedComponent) row {
		return row{
			{"g.product_id", &t.ProductID},
			{"p.brand_name", &t.BrandName},
			{"g.component_id", &t.ComponentID},
			{"g.findings", &t.Findings},
		}
	}, "FROM (SELECT f.product_id, f.component_id, COUNT(*) AS findings FROM findings f WHERE "+where+" GROUP BY f.product_id, f.component_id) g "+
		"JOIN products p ON p.id = g.product_id ORDER BY p.brand_name, g.product_id, g.component_id LIMIT ?", append(args, limit)...)
}

func (r reader) TouchedSites(ctx context.Context, vulnerabilityID string, limit int) ([]app.AffectedSite, error) {
	return all(ctx, r.queries, func(s *app.AffectedSite) row {
		return row{{"s.id", &s.ID}, {"s.name", &s.Name}, {"s.prefecture", &s.Prefecture}, {"g.units", &s.Units}}
	}, "FROM (SELECT i.site_id, SUM(i.units) AS units FROM installations i WHERE i.release_id IN "+
		"(SELECT f.release_id FROM findings f WHERE f.vulnerability_id = ? AND f.state = 'open') GROUP BY i.site_id) g "+
		"JOIN sites s ON s.id = g.site_id ORDER BY g.units DESC, s.name, s.id LIMIT ?", vulnerabilityID, limit)
}

func (r reader) AdvisoryVersions(ctx context.Context, vulnerabilityID string, limit int) ([]app.AdvisoryVersion, error) {
	return all(ctx, r.queries, func(v *app.AdvisoryVersion) row {
		return row{
			{"v.advisory_id", &v.AdvisoryID},
			{"v.imported_at", instant{&v.ImportedAt}},
			{"v.replaced_at", instant{&v.ReplacedAt}},
			{"v.withdrawn_at", instant{&v.WithdrawnAt}},
		}
	}, "FROM advisory_versions v WHERE v.in_force = 1 AND v.advisory_id IN (SELECT a.id FROM advisories a WHERE a.vulnerability_id = ?) "+
		"ORDER BY v.replaced_at DESC, v.advisory_id LIMIT ?", vulnerabilityID, limit)
}

func (r reader) FirstFinding(ctx context.Context, vulnerabilityID string) (time.Time, error) {
	var first time.Time
	err := r.each(ctx, row{{"(SELECT COALESCE(MIN(f.first_seen_at), '') FROM findings f WHERE f.vulnerability_id = ?)", instant{&first}}}, "", []any{vulnerabilityID},
		func() error { return nil })
	return first, err
}
