package sqlstore

import (
	"context"
	"math"
	"strconv"

	"mimamori/internal/app"
	"mimamori/internal/fault"
)

func vulnerabilityRow(v *app.Vulnerability) row {
	return row{
		{"id", &v.ID},
		{"name", &v.Name},
		{"title", &v.Title},
		{"severity", &v.Severity},
		{"kev", &v.KEV},
		{"modified_at", instant{&v.ModifiedAt}},
	}
}

var vulnerabilities = listing{
	from: "vulnerabilities v", id: "v.id", search: []string{"v.search"}, order: "-modified_at", base: "v.merged_into IS NULL",
	sorts: map[string]string{"name": "v.name", "modified_at": "v.modified_at", "findings": "v.open_findings", "priority": priorityExpression},
	filters: map[string]filter{
		"kev": oneOf(map[string]string{"yes": "v.kev = 1", "no": "v.kev = 0"}),
		"epss": func(value string, _ map[string]string) (string, []any, error) {
			least, err := strconv.ParseFloat(value, 64)
			if err != nil || !(least >= 0 && least <= 1) { // also true of NaN
				return "", nil, fault.New(fault.Invalid, "%q is no probability: give a number from 0 to 1", value)
			}
			return "v.id IN (SELECT l.vulnerability_id FROM epss e JOIN vulnerability_aliases l ON l.alias_key = e.cve WHERE e.probability >= ?)",
				[]any{int64(math.Round(least * nanoUnits))}, nil
		},
		"touching": oneOf(map[string]string{"yes": "v.open_findings > 0", "no": "v.open_findings = 0"}),
	},
}

// Vulnerability returns the group; the id of a group that was joined to
// another one leads to that one.
func (r reader) Vulnerability(ctx context.Context, id string) (app.Vulnerability, error) {
	v, err := one(ctx, r.queries, "vulnerability "+id, vulnerabilityRow,
		"FROM vulnerabilities WHERE id = (SELECT COALESCE(merged_into, id) FROM vulnerabilities WHERE id = ?)", id)
	if err != nil {
		return v, err
	}
	aliases, err := r.aliases(ctx, []string{v.ID})
	v.Aliases = aliases[v.ID]
	return v, err
}

func (r reader) VulnerabilityByName(ctx context.Context, alias string) (app.Vulnerability, error) {
	ids, err := r.texts(ctx, "vulnerability_id", "FROM vulnerability_aliases WHERE alias_key = ?", aliasKey(alias))
	if err != nil {
		return app.Vulnerability{}, err
	}
	if len(ids) == 0 {
		return app.Vulnerability{}, fault.New(fault.NotFound, "no advisory that was imported names the vulnerability %.100s: that does not mean that nothing is affected", alias)
	}
	return r.Vulnerability(ctx, ids[0])
}

func (r reader) Vulnerabilities(ctx context.Context, q app.ListQuery) (app.List[app.VulnerabilityRow], error) {
	out, err := page(ctx, r.queries, vulnerabilities, q, func(v *app.VulnerabilityRow) row {
		return append(vulnerabilityRow(&v.Vulnerability).of("v"), row{
			{"v.open_findings", &v.OpenFindings},
			{"(SELECT COUNT(*) FROM advisories a WHERE a.vulnerability_id = v.id)", &v.Advisories},
			{"(SELECT COUNT(DISTINCT f.product_id) FROM findings f WHERE f.vulnerability_id = v.id AND f.state = 'open')", &v.Products},
			{"(SELECT COUNT(DISTINCT i.site_id) FROM findings f JOIN installations i ON i.release_id = f.release_id " +
				"WHERE f.vulnerability_id = v.id AND f.state = 'open')", &v.Sites},
		}...)
	})
	if err != nil {
		return out, err
	}
	ids := make([]string, len(out.Items))
	for i, v := range out.Items {
		ids[i] = v.ID
	}
	aliases, err := r.aliases(ctx, ids)
	if err != nil {
		return out, err
	}
	var names []string
	for i := range out.Items {
		out.Items[i].Aliases = aliases[out.Items[i].ID]
		names = append(names, out.Items[i].Aliases...)
	}
	return out, r.addEPSS(ctx, out.Items, names)
}

// addEPSS gives each vulnerability the highest score among its names.
func (r reader) addEPSS(ctx context.Context, rows []app.VulnerabilityRow, names []string) error {
	scores, err := r.EPSS(ctx, names)
	byCVE := make(map[string]*app.EPSS, len(scores))
	for i := range scores {
		byCVE[scores[i].CVE] = &scores[i]
	}
	for i := range rows {
		for _, alias := range rows[i].Aliases {
			if e := byCVE[aliasKey(alias)]; e != nil && (rows[i].EPSS == nil || e.Probability > rows[i].EPSS.Probability) {
				rows[i].EPSS = e
			}
		}
	}
	return err
}

// survivor puts the group that lives on in the place of one that was joined to
// it meanwhile, so that a page opened before still writes to the right one.
func (w writer) survivor(ctx context.Context, id *string) error {
	if *id == "" {
		return nil
	}
	found, err := w.texts(ctx, "COALESCE(merged_into, id)", "FROM vulnerabilities WHERE id = ?", *id)
	if err == nil && len(found) > 0 {
		*id = found[0]
	}
	return err
}

// aliases returns the sorted aliases of each group.
func (r reader) aliases(ctx context.Context, ids []string) (map[string][]string, error) {
	out := map[string][]string{}
	for _, id := range ids {
		out[id] = []string{}
	}
	err := inChunks(ids, func(part []string) error {
		condition, args := in("vulnerability_id", part)
		var id, alias string
		return r.each(ctx, row{{"vulnerability_id", &id}, {"alias", &alias}}, "FROM vulnerability_aliases WHERE "+condition+" ORDER BY alias", args,
			func() error { out[id] = append(out[id], alias); return nil })
	})
	return out, err
}
