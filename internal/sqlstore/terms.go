package sqlstore

import (
	"context"
	"reflect"
	"strings"

	"mimamori/internal/app"
	"mimamori/internal/fold"
	"mimamori/internal/term"
)

func termRow(t *term.Term) row {
	return row{
		{"list", &t.List},
		{"release", &t.Release},
		{"code", &t.Code},
		{"en", &t.EN},
		{"ja", &t.JA},
		{"also", listOf(&t.Also)},
		{"definition", &t.Definition},
		{"status", &t.Status},
		{"note", &t.Note},
		{"paths", listOf(&t.Paths)},
		{"cyber", &t.Cyber},
	}
}

// termKey is the key of a term. A release holds no slash.
func termKey(t term.Term) string { return string(t.List) + "/" + t.Release + "/" + t.Code }

// termNames are code and names as a rank looks for them.
func termNames(t term.Term) string {
	return "\n" + strings.Join([]string{fold.Text(t.Code), fold.Text(t.JA), fold.Text(t.EN)}, "\n") + "\n"
}

// termsFor lists terms in the order of term.Rank for these words.
func termsFor(text string) listing {
	place, values := "'3'", []any{}
	if q := fold.Text(text); q != "" {
		place = `CASE WHEN t.names LIKE ? ESCAPE '\' THEN '0' WHEN t.names LIKE ? ESCAPE '\' THEN '1' WHEN t.names LIKE ? ESCAPE '\' THEN '2' ELSE '3' END`
		values = []any{pattern("\n" + q + "\n"), pattern("\n" + q), pattern(q)}
	}
	return listing{
		from: "terms t", id: "t.id", search: []string{"t.search"}, order: "rank",
		sorts: map[string]string{
			"rank": "CASE WHEN t.selectable = 1 THEN '0' ELSE '1' END || " + place + " || CASE WHEN t.cyber = 1 THEN '0' ELSE '1' END || t.code",
		},
		sortValues: values,
		filters: map[string]filter{
			"list": equals("t.list"), "release": equals("t.release"), "annex": equals("t.annex"),
			"selectable": oneOf(map[string]string{"yes": "t.selectable = 1"}), "cyber": oneOf(map[string]string{"yes": "t.cyber = 1"}),
		},
	}
}

func (r reader) Terms(ctx context.Context, q app.ListQuery) (app.List[app.TermRow], error) {
	list, err := page(ctx, r.queries, termsFor(q.Text), q, func(t *app.TermRow) row { return termRow(&t.Term).of("t") })
	for i := range list.Items {
		t := &list.Items[i]
		t.Annex, t.Selectable = t.Term.Annex(), t.Term.Selectable()
	}
	return list, err
}

func (r reader) TermLists(ctx context.Context) ([]app.TermList, error) {
	return all(ctx, r.queries, func(l *app.TermList) row {
		return row{
			{"list", &l.List},
			{"release", &l.Release},
			{"COUNT(*)", &l.Terms},
			{"SUM(selectable)", &l.Selectable},
			{"SUM(CASE WHEN ja <> '' THEN 1 ELSE 0 END)", &l.Japanese},
		}
	}, "FROM terms GROUP BY list, release ORDER BY list, release")
}

func (w writer) PutTerms(ctx context.Context, terms []term.Term) (added, changed int, err error) {
	place, given := map[string]int{}, []term.Term{}
	for _, t := range terms { // a code that stands twice is one term
		key := termKey(t)
		if n, again := place[key]; again {
			given[n] = term.Merge(given[n], t)
			continue
		}
		place[key] = len(given)
		given = append(given, t)
	}
	known := map[string]term.Term{}
	err = inChunks(sortedKeys(place), func(part []string) error {
		condition, args := in("id", part)
		stored, err := all(ctx, w.queries, termRow, "FROM terms WHERE "+condition, args...)
		for _, t := range stored {
			known[termKey(t)] = t
		}
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	var rows []row
	for i := range given {
		was, stored := known[termKey(given[i])]
		if stored {
			given[i] = term.Merge(was, given[i])
			if reflect.DeepEqual(was, given[i]) {
				continue
			}
			changed++
		} else {
			added++
		}
		rows = append(rows, storedTerm(&given[i]))
	}
	return added, changed, w.insertWith(ctx, "terms", " ON CONFLICT (id) DO UPDATE SET en = excluded.en, ja = excluded.ja, also = excluded.also, "+
		"definition = excluded.definition, status = excluded.status, note = excluded.note, paths = excluded.paths, cyber = excluded.cyber, "+
		"selectable = excluded.selectable, names = excluded.names, search = excluded.search", rows...)
}

func storedTerm(t *term.Term) row {
	id, annex, selectable, names, search := termKey(*t), t.Annex(), t.Selectable(), termNames(*t), t.SearchText()
	return append(termRow(t), column{"id", &id}, column{"annex", &annex}, column{"selectable", &selectable}, column{"names", &names}, column{"search", &search})
}
