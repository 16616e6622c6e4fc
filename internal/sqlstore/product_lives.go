package sqlstore

import (
	"context"

	"mimamori/internal/advisory"
	"mimamori/internal/app"
)

func lifeRow(l *app.Life) row {
	return row{
		{"id", &l.ID},
		{"label", &l.Label},
		{"digest", &l.Digest},
		{"body", nested[advisory.ProductLife]{&l.ProductLife}},
		{"imported_at", instant{&l.ImportedAt}},
	}
}

// PutLives stores the products whose data changed. What a source leaves out
// later stays: an end of support does not cease to be known.
func (w writer) PutLives(ctx context.Context, lives []app.Life) (int, error) {
	known := map[string]string{} // id → digest
	ids := make([]string, len(lives))
	for i, l := range lives {
		ids[i] = l.ID
	}
	err := inChunks(ids, func(part []string) error {
		condition, args := in("id", part)
		var id, digest string
		return w.each(ctx, row{{"id", &id}, {"digest", &digest}}, "FROM product_lives WHERE "+condition, args, func() error { known[id] = digest; return nil })
	})
	if err != nil {
		return 0, err
	}
	fresh := map[string]app.Life{} // the last of several about one product counts
	for _, l := range lives {
		if held, ok := known[l.ID]; !ok || held != l.Digest {
			fresh[l.ID] = l
		}
	}
	changed := sortedKeys(fresh)
	var rows, keyed []row
	for _, id := range changed {
		l := fresh[id]
		rows = append(rows, lifeRow(&l))
		for _, key := range boundedKeys(l.Keys) {
			keyed = append(keyed, row{{"match_key", &key}, {"life_id", &l.ID}})
		}
	}
	if err := w.insertWith(ctx, "product_lives", " ON CONFLICT (id) DO UPDATE SET label = excluded.label, digest = excluded.digest, "+
		"body = excluded.body, imported_at = excluded.imported_at", rows...); err != nil {
		return 0, err
	}
	if err := inChunks(changed, func(part []string) error {
		condition, args := in("life_id", part)
		_, err := w.exec(ctx, "DELETE FROM product_life_keys WHERE "+condition, args...)
		return err
	}); err != nil {
		return 0, err
	}
	return len(changed), w.insert(ctx, "product_life_keys", keyed...)
}

func (r reader) LivingComponents(ctx context.Context, sbomID string) ([]app.LivingComponent, error) {
	const inUse = "EXISTS (SELECT 1 FROM occurrences o WHERE o.component_id = c.id AND o.sbom_id = ?)"
	shape := func(l *app.LivingComponent) row {
		return append(componentRow(&l.Component).of("c"), lifeRow(&l.Life).of("l")...)
	}
	named, err := all(ctx, r.queries, shape, "FROM product_lives l JOIN components c ON c.id IN (SELECT ck.component_id FROM product_life_keys k "+
		"JOIN component_keys ck ON ck.match_key = k.match_key WHERE k.life_id = l.id) WHERE "+inUse+" ORDER BY c.name, c.id, l.id", sbomID)
	if err != nil {
		return nil, err
	}
	systems, err := all(ctx, r.queries, shape, "FROM components c JOIN product_life_keys k ON k.match_key = 'os:' || LOWER(c.name) JOIN product_lives l ON l.id = k.life_id "+
		"WHERE c.type = 'operating-system' AND "+inUse+" ORDER BY c.name, c.id, l.id", sbomID)
	return append(named, systems...), err
}
