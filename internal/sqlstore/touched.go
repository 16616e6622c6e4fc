package sqlstore

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/match"
)

// shownPrecisely holds for the findings that the precise mode shows.
const shownPrecisely = "f.precise = 1 AND f.trusted = 0"

// touching selects the open findings of a vulnerability that a mode shows, as
// the list of findings does.
func touching(mode match.Mode) string {
	const open = "FROM findings f WHERE f.vulnerability_id = ? AND f.state = 'open'"
	if mode == match.Precise {
		return open + " AND " + shownPrecisely
	}
	return open
}

func (r reader) Touches(ctx context.Context, vulnerabilityID string, mode match.Mode) (t app.Touch, err error) {
	shown := touching(mode)
	err = r.each(ctx, row{
		{"(SELECT COUNT(*) " + shown + ")", &t.Findings},
		{"(SELECT COUNT(DISTINCT f.product_id) " + shown + ")", &t.Products},
		{"(SELECT COUNT(DISTINCT i.site_id) FROM installations i WHERE i.release_id IN (SELECT f.release_id " + shown + "))", &t.Sites},
	}, "", []any{vulnerabilityID, vulnerabilityID, vulnerabilityID}, func() error { return nil })
	return t, err
}

func (r reader) TouchedReleases(ctx context.Context, vulnerabilityID string, mode match.Mode, limit int) ([]app.TouchedRelease, int, error) {
	open := touching(mode)
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

func (r reader) TouchedSites(ctx context.Context, vulnerabilityID string, mode match.Mode, limit int) ([]app.AffectedSite, error) {
	return all(ctx, r.queries, func(s *app.AffectedSite) row {
		return row{{"s.id", &s.ID}, {"s.name", &s.Name}, {"s.prefecture", &s.Prefecture}, {"g.units", &s.Units}}
	}, "FROM (SELECT i.site_id, SUM(i.units) AS units FROM installations i WHERE i.release_id IN "+
		"(SELECT f.release_id "+touching(mode)+") GROUP BY i.site_id) g "+
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

// FindingReasons reads the records of each finding's vulnerability first: they
// are few, while a component may meet thousands.
func (r reader) FindingReasons(ctx context.Context, findingIDs []string) (map[string][]string, error) {
	out := map[string][]string{}
	err := inChunks(findingIDs, func(part []string) error {
		condition, args := in("f.id", part)
		var id string
		var body json.RawMessage
		return r.each(ctx, row{{"f.id", &id}, {"COALESCE(s.evidence, m.evidence)", raw{&body}}},
			"FROM findings f CROSS JOIN advisories a CROSS JOIN matches m "+joinSettled("f.release_id")+" WHERE "+condition+" AND f.class = 'possible' "+
				"AND a.vulnerability_id = f.vulnerability_id AND m.component_id = f.component_id AND m.advisory_id = a.id "+
				"AND COALESCE(s.class, m.class) = 'possible' ORDER BY f.id, m.source, m.record_id, m.advisory_id", args, func() error {
				var evidence []match.Evidence
				if err := json.Unmarshal(body, &evidence); err != nil {
					return err
				}
				for _, e := range evidence {
					if e.Reason != "" && !slices.Contains(out[id], e.Reason) {
						out[id] = append(out[id], e.Reason)
					}
				}
				return nil
			})
	})
	return out, err
}
