package sqlstore

import (
	"context"
	"strings"

	"mimamori/internal/app"
	"mimamori/internal/fold"
)

// searched is one table of the search over everything, in the order of the
// results.
type searched struct {
	kind, from, id, title, note, order string
	search                             []string
	exact                              string // condition of a hit by id, number or alias; takes the text as id and as upper case
}

var searchedTables = []searched{
	{
		kind: "case", from: "cases c JOIN products p ON p.id = c.product_id", id: "c.id", title: "c.number || ' ' || c.title", note: "p.brand_name",
		order: "c.updated_at DESC", search: []string{"c.search"}, exact: "c.id = ? OR c.number = ?",
	},
	{
		kind: "report", from: "reports w JOIN products p ON p.id = w.product_id LEFT JOIN cases c ON c.id = w.case_id", id: "w.id", title: "w.number",
		note:  "COALESCE(c.number || ' ' || c.title, p.brand_name || ' ' || w.period_from)",
		order: "w.updated_at DESC", search: []string{"w.search"}, exact: "w.id = ? OR w.number = ?",
	},
	{
		kind: "intake", from: "intakes n", id: "n.id", title: "n.number || ' ' || n.title", note: "n.told_by",
		order: "n.recorded_at DESC", search: []string{"n.search"}, exact: "n.id = ? OR n.number = ?",
	},
	{
		kind: "vulnerability", from: "vulnerabilities v", id: "v.id", title: "v.name", note: "v.title",
		order: "v.open_findings DESC, v.modified_at DESC", search: []string{"v.search"},
		exact: "(v.id = ? OR v.id = (SELECT l.vulnerability_id FROM vulnerability_aliases l WHERE l.alias_key = ?)) AND v.merged_into IS NULL",
	},
	{
		kind: "product", from: "products p", id: "p.id", title: "p.brand_name", note: "p.generic_name",
		order: "p.updated_at DESC", search: []string{"p.search"}, exact: "p.id = ? OR p.licence_number = ?",
	},
	{
		kind: "release", from: "releases r JOIN products p ON p.id = r.product_id", id: "r.id", title: "p.brand_name || ' ' || r.version", note: "r.note",
		order: "r.updated_at DESC", search: []string{"r.search", "p.search"}, exact: "r.id = ? OR r.version = ?",
	},
	{
		kind: "site", from: "sites s", id: "s.id", title: "s.name", note: "s.prefecture",
		order: "s.updated_at DESC", search: []string{"s.search"}, exact: "s.id = ? OR s.name = ?",
	},
	{
		kind: "component", from: "components c", id: "c.id", title: "CASE WHEN c.version = '' THEN c.name ELSE c.name || ' ' || c.version END", note: "c.supplier",
		order: "c.id DESC", search: []string{"c.search"}, exact: "c.id = ? OR c.id = ?",
	},
}

// Search puts exact hits of an id, number or alias first, then every table's
// hits in turn, so that no table crowds out the others.
func (r reader) Search(ctx context.Context, text string, limit int) ([]app.Hit, error) {
	words := fold.Words(text)
	if len(words) == 0 || limit < 1 {
		return []app.Hit{}, nil
	}
	words = words[:min(len(words), maxWords)]
	limit = min(limit, maxLimit)
	id := strings.TrimSpace(text)
	out, seen := []app.Hit{}, map[string]bool{}
	add := func(hits ...app.Hit) {
		for _, h := range hits {
			if key := h.Kind + " " + h.ID; !seen[key] && len(out) < limit {
				seen[key] = true
				out = append(out, h)
			}
		}
	}
	if err := r.unrecorded(ctx, id, add); err != nil {
		return nil, err
	}
	var found [][]app.Hit
	for _, s := range searchedTables {
		exact, err := r.hits(ctx, s, s.exact, []any{id, aliasKey(id)}, limit)
		if err != nil {
			return nil, err
		}
		add(exact...)
		condition, args := "1 = 1", []any{}
		for _, word := range words {
			c, values := containing(s.search, word)
			condition += " AND (" + c + ")"
			args = append(args, values...)
		}
		if s.kind == "vulnerability" {
			condition += " AND v.merged_into IS NULL"
		}
		hits, err := r.hits(ctx, s, condition, args, limit)
		if err != nil {
			return nil, err
		}
		found = append(found, hits)
	}
	for i := 0; i < limit; i++ {
		for _, hits := range found {
			if i < len(hits) {
				add(hits[i])
			}
		}
	}
	return out, nil
}

// unrecorded adds a CVE that only the catalogue of known exploited
// vulnerabilities or a score names.
func (r reader) unrecorded(ctx context.Context, id string, add func(...app.Hit)) error {
	if _, _, ok := cve(id); !ok {
		return nil
	}
	key := aliasKey(id)
	h := app.Hit{Kind: "unrecorded", ID: key, Title: key}
	var kev, epss, known bool
	return r.each(ctx, row{
		{"(SELECT COUNT(*) FROM kev WHERE cve = ?)", &kev},
		{"(SELECT COUNT(*) FROM epss WHERE cve = ?)", &epss},
		{"(SELECT COUNT(*) FROM vulnerability_aliases WHERE alias_key = ?)", &known},
	}, "", []any{key, key, key}, func() error {
		var named []string
		if kev {
			named = append(named, "KEV")
		}
		if epss {
			named = append(named, "EPSS")
		}
		if h.Note = strings.Join(named, ", "); h.Note != "" && !known {
			add(h)
		}
		return nil
	})
}

func (r reader) hits(ctx context.Context, s searched, condition string, args []any, limit int) ([]app.Hit, error) {
	return all(ctx, r.queries, func(h *app.Hit) row {
		h.Kind = s.kind
		return row{{s.id, &h.ID}, {s.title, &h.Title}, {s.note, &h.Note}}
	}, "FROM "+s.from+" WHERE "+condition+" ORDER BY "+s.order+" LIMIT ?", append(args, limit)...)
}

// obligationsWaiting counts what is open; the duties of a case from one
// rulebook are done together and count once.
const obligationsWaiting = "(SELECT COUNT(*) FROM obligations WHERE state = 'open' AND (kind <> 'duty' OR case_id IS NULL)) + " +
	"(SELECT COUNT(*) FROM (SELECT DISTINCT case_id, CASE rulebook WHEN '' THEN id ELSE rulebook END FROM obligations" +
	" WHERE state = 'open' AND kind = 'duty' AND case_id IS NOT NULL) folded)"

// Counts of what waits for somebody.
func (r reader) Counts(ctx context.Context) (map[string]int, error) {
	out := map[string]int{}
	for name, expression := range map[string]string{
		"obligations": obligationsWaiting,
		"intakes":     "(SELECT COUNT(*) FROM intakes n WHERE " + intakeWaiting + ")",
		"cases":       "(SELECT COUNT(*) FROM cases WHERE stage <> 'watch')",
		"findings":    "(SELECT COUNT(*) FROM findings WHERE state = 'open' AND assessment_id IS NULL)",
		"reports":     "(SELECT COUNT(*) FROM reports w WHERE " + reportWaits + ")",
		"mismatches":  "(SELECT COUNT(*) FROM reports w WHERE " + reportMismatch + ")",
	} {
		n, err := r.number(ctx, expression)
		if err != nil {
			return nil, err
		}
		out[name] = n
	}
	return out, nil
}
