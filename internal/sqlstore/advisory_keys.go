package sqlstore

import (
	"context"

	"mimamori/internal/app"
)

func (r reader) AdvisoriesAfter(ctx context.Context, id string, limit int) ([]app.Advisory, error) {
	return all(ctx, r.queries, advisoryRow, "FROM advisories WHERE id > ? ORDER BY id LIMIT ?", id, limit)
}

func (r reader) AdvisoriesByIDs(ctx context.Context, ids []string) ([]app.Advisory, error) {
	out := []app.Advisory{}
	err := inChunks(ids, func(part []string) error {
		condition, args := in("id", part)
		found, err := all(ctx, r.queries, advisoryRow, "FROM advisories WHERE "+condition+" ORDER BY id", args...)
		out = append(out, found...)
		return err
	})
	return out, err
}

func (r reader) ConditionalAdvisories(ctx context.Context, releaseIDs []string) ([]string, error) {
	seen := map[string]bool{}
	err := inChunks(releaseIDs, func(part []string) error {
		condition, args := in("r.id", part)
		ids, err := r.texts(ctx, "DISTINCT m.advisory_id", "FROM releases r JOIN occurrences o ON o.sbom_id = r.sbom_id "+
			"JOIN matches m ON m.component_id = o.component_id AND m.conditional = 1 WHERE "+condition, args...)
		for _, id := range ids {
			seen[id] = true
		}
		return err
	})
	return sortedKeys(seen), err
}

func (r reader) AllConditionalAdvisories(ctx context.Context) ([]string, error) {
	return r.texts(ctx, "DISTINCT advisory_id", "FROM matches WHERE conditional = 1 ORDER BY advisory_id")
}

func (w writer) SetAdvisoryKeys(ctx context.Context, advisories []app.Advisory) error {
	ids := make([]string, len(advisories))
	var keyed []row
	for i := range advisories {
		a := &advisories[i]
		ids[i] = a.ID
		if _, err := w.exec(ctx, "UPDATE advisories SET match_keys = ? WHERE id = ?", listOf(&a.Keys), a.ID); err != nil {
			return err
		}
		for _, key := range boundedKeys(a.Keys) {
			keyed = append(keyed, row{{"match_key", &key}, {"advisory_id", &a.ID}})
		}
	}
	if err := inChunks(ids, func(part []string) error {
		condition, args := in("advisory_id", part)
		_, err := w.exec(ctx, "DELETE FROM advisory_keys WHERE "+condition, args...)
		return err
	}); err != nil {
		return err
	}
	return w.insert(ctx, "advisory_keys", keyed...)
}
