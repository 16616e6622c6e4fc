package sqlstore

import (
	"context"
	"strings"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/fold"
	"mimamori/internal/register"
)

// places are the rows of one SBOM, with the open findings of its release; with
// affected, only those that have one.
const (
	places   = "FROM occurrences o JOIN components c ON c.id = o.component_id LEFT JOIN " + openOfRelease
	affected = "FROM occurrences o JOIN components c ON c.id = o.component_id JOIN " + openOfRelease

	openOfRelease = "(SELECT component_id, COUNT(*) AS findings, MAX(priority) AS priority FROM findings " +
		"WHERE release_id = (SELECT release_id FROM sboms WHERE id = ?) AND state = 'open' GROUP BY component_id) f ON f.component_id = o.component_id " +
		"WHERE o.sbom_id = ?"
)

// placeSorts are the orders of places; each ends with the position.
var placeSorts = map[string]string{
	"name": "o.position", "-name": "o.position DESC",
	"version": "c.version, o.position", "-version": "c.version DESC, o.position DESC",
	"supplier": "c.supplier, o.position", "-supplier": "c.supplier DESC, o.position DESC",
	"findings": "COALESCE(f.priority, -1) DESC, COALESCE(f.findings, 0) DESC, o.position", "-findings": "COALESCE(f.priority, -1), COALESCE(f.findings, 0), o.position DESC",
}

// maxPlaces is the largest page of places.
const maxPlaces = 500

func placeRow(p *app.ComponentPlace, detail *register.Detail) row {
	return append(componentRow(&p.Component).of("c"),
		column{"o.position", &p.Position}, column{"o.detail", seldom[register.Detail]{detail}},
		column{"COALESCE(f.findings, 0)", &p.Findings}, column{"COALESCE(f.priority, -1)", &p.Priority})
}

// wherePlaces returns places or affected with the conditions of a query.
func wherePlaces(sbomID string, q app.ComponentQuery) (string, []any, error) {
	where, args := places, []any{sbomID, sbomID}
	if q.Findings {
		where = affected
	}
	switch q.Match {
	case "":
	case "purl":
		where += " AND c.purl <> ''"
	case "cpe":
		where += " AND c.cpe <> ''"
	case "none":
		where += " AND c.purl = '' AND c.cpe = ''"
	default:
		return "", nil, fault.New(fault.Invalid, "%q is not a value of this filter: choose one of %s", q.Match, "cpe, none, purl")
	}
	words := fold.Words(q.Text)
	if len(words) > maxWords {
		return "", nil, fault.New(fault.Invalid, "a search of %d words: at most %d fit", len(words), maxWords)
	}
	for _, word := range words {
		condition, values := containing([]string{"c.search"}, word)
		where += " AND (" + condition + ")"
		args = append(args, values...)
	}
	return where, args, nil
}

func (r reader) ComponentPlaces(ctx context.Context, sbomID string, q app.ComponentQuery) (app.ComponentPage, error) {
	out := app.ComponentPage{Items: []app.ComponentPlace{}}
	order, ok := placeSorts[q.Sort]
	if q.Sort == "" {
		order, ok = placeSorts["name"], true
	}
	if !ok {
		return out, fault.New(fault.Invalid, "this list cannot be sorted by %q: choose one of %s, with - in front for descending", q.Sort, "findings, name, supplier, version")
	}
	if q.Limit < 1 || q.Limit > maxPlaces || q.From < 0 {
		return out, fault.New(fault.Invalid, "a page of %d items: ask for 1 to %d", q.Limit, maxPlaces)
	}
	where, args, err := wherePlaces(sbomID, q)
	if err != nil {
		return out, err
	}
	plain := where == places // everything: positions count from 0
	if plain {
		out.Total, err = r.number(ctx, "(SELECT components FROM sboms WHERE id = ?)", sbomID)
	} else {
		out.Total, err = r.number(ctx, "(SELECT COUNT(*) "+where+")", args...)
	}
	if err != nil {
		return out, err
	}
	if plain && order == placeSorts["name"] {
		where, args = where+" AND o.position >= ? AND o.position < ?", append(args, q.From, q.From+q.Limit)
	}
	tail := where + " ORDER BY " + order + " LIMIT ?"
	args = append(args, q.Limit)
	if !plain || order != placeSorts["name"] {
		tail, args = tail+" OFFSET ?", append(args, q.From)
	}
	out.Items, err = r.placesOf(ctx, tail, args)
	return out, err
}

func (r reader) placesOf(ctx context.Context, tail string, args []any) ([]app.ComponentPlace, error) {
	out := []app.ComponentPlace{}
	err := r.collect(ctx, func() (row, func()) {
		p, detail := new(app.ComponentPlace), new(register.Detail)
		return placeRow(p, detail), func() {
			if p.Licenses = detail.Licenses; p.Licenses == nil {
				p.Licenses = []string{}
			}
			if detail.Pedigree != nil {
				p.Patches = len(detail.Pedigree.Patches)
			}
			out = append(out, *p)
		}
	}, tail, args)
	return out, err
}

func (r reader) PlacesAt(ctx context.Context, sbomID string, positions []int) ([]app.ComponentPlace, error) {
	if len(positions) == 0 {
		return []app.ComponentPlace{}, nil
	}
	args := []any{sbomID, sbomID}
	for _, p := range positions {
		args = append(args, p)
	}
	return r.placesOf(ctx, places+" AND o.position IN ("+strings.TrimSuffix(strings.Repeat("?, ", len(positions)), ", ")+") ORDER BY o.position", args)
}

func (r reader) Positions(ctx context.Context, sbomID string, q app.ComponentQuery) ([]int, error) {
	where, args, err := wherePlaces(sbomID, q)
	if err != nil {
		return nil, err
	}
	out := []int{}
	var position int
	err = r.each(ctx, row{{"o.position", &position}}, where+" ORDER BY o.position LIMIT ? OFFSET ?", append(args, q.Limit, q.From),
		func() error { out = append(out, position); return nil })
	return out, err
}

func (r reader) Occurrence(ctx context.Context, sbomID string, position int) (register.Occurrence, error) {
	return one(ctx, r.queries, "component at this place of the SBOM", occurrenceRow, "FROM occurrences o JOIN components c ON c.id = o.component_id WHERE o.sbom_id = ? AND o.position = ?", sbomID, position)
}

func (r reader) ComponentFindings(ctx context.Context, releaseID, componentID string) ([]app.ComponentFinding, error) {
	return all(ctx, r.queries, func(f *app.ComponentFinding) row {
		return row{
			{"f.id", &f.ID},
			{"f.vulnerability_id", &f.VulnerabilityID},
			{"v.name", &f.Vulnerability},
			{"v.title", &f.Title},
			{"v.severity", &f.Severity},
			{"f.kev", &f.KEV},
			{"f.class", &f.Class},
		}
	}, "FROM findings f JOIN vulnerabilities v ON v.id = f.vulnerability_id WHERE f.release_id = ? AND f.component_id = ? AND f.state = 'open' "+
		"ORDER BY f.priority DESC, v.name, f.id LIMIT 200", releaseID, componentID)
}

func (r reader) EachComponent(ctx context.Context, sbomID string, fn func(position int, c register.Component) error) error {
	var position int
	var c register.Component
	identity := row{
		{"o.position", &position},
		{"c.id", &c.ID},
		{"c.type", &c.Type},
		{"c.group_name", &c.Group},
		{"c.name", &c.Name},
		{"c.version", &c.Version},
		{"c.supplier", &c.Supplier},
		{"c.purl", &c.Purl},
		{"c.cpe", &c.CPE},
	}
	return r.each(ctx, identity, "FROM occurrences o JOIN components c ON c.id = o.component_id WHERE o.sbom_id = ? ORDER BY o.position", []any{sbomID},
		func() error { return fn(position, c) })
}

func (r reader) SBOMGraph(ctx context.Context, sbomID string) ([]byte, error) {
	var graph []byte
	found := false
	err := r.each(ctx, row{{"graph", blob{&graph}}}, "FROM sbom_graphs WHERE sbom_id = ?", []any{sbomID}, func() error { found = true; return nil })
	if err == nil && !found {
		return nil, fault.New(fault.NotFound, "there is no dependency graph of the SBOM %s: it was uploaded before graphs were kept", sbomID)
	}
	return graph, err
}

func (w writer) AddSBOMGraph(ctx context.Context, sbomID string, graph []byte) error {
	return w.insert(ctx, "sbom_graphs", row{{"sbom_id", &sbomID}, {"graph", blob{&graph}}})
}
