package sqlstore

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/match"
	"mimamori/internal/register"
)

func aliasRow(a *app.ComponentAlias) row {
	return row{
		{"id", &a.ID},
		{"supplier", &a.Supplier},
		{"name", &a.Name},
		{"identity", &a.Identity},
		{"reason", &a.Reason},
		{"made_by", &a.By},
		{"made_at", instant{&a.At}},
		{"withdrawn_by", &a.WithdrawnBy},
		{"withdrawn_at", instant{&a.WithdrawnAt}},
		{"withdrawn_reason", &a.WithdrawnReason},
	}
}

func (r reader) ConfirmedAliases(ctx context.Context) ([]app.ComponentAlias, error) {
	out, err := all(ctx, r.queries, aliasRow, "FROM component_aliases WHERE withdrawn_at = '' AND identity <> '' ORDER BY supplier, name, identity, id")
	if err != nil {
		return nil, err
	}
	names, err := all(ctx, r.queries, productNameRow, "FROM product_names WHERE withdrawn_at = '' AND ours = 1 ORDER BY product_id, name_key, id")
	for _, n := range names {
		out = append(out, app.ComponentAlias{ID: n.ID, Name: match.DeviceName(n.ProductID), Identity: n.Key, Reason: n.Reason, By: n.By, At: n.At})
	}
	return out, err
}

var componentAliases = listing{
	from: "component_aliases d", id: "d.id", search: []string{"d.search"}, order: "-made_at",
	sorts: map[string]string{"made_at": "d.made_at"},
	filters: map[string]filter{
		"state": oneOf(map[string]string{"in_force": "d.withdrawn_at = ''", "withdrawn": "d.withdrawn_at <> ''"}),
		"kind":  oneOf(map[string]string{"identity": "d.identity <> ''", "none": "d.identity = ''"}),
	},
}

func (r reader) Aliases(ctx context.Context, q app.ListQuery) (app.List[app.ComponentAlias], error) {
	return page(ctx, r.queries, componentAliases, q, func(a *app.ComponentAlias) row { return aliasRow(a).of("d") })
}

func (r reader) ComponentAlias(ctx context.Context, id string) (app.ComponentAlias, error) {
	return one(ctx, r.queries, "alias "+id, aliasRow, "FROM component_aliases WHERE id = ?", id)
}

func (r reader) AliasesOf(ctx context.Context, aliasKey string) ([]app.ComponentAlias, error) {
	return all(ctx, r.queries, aliasRow, "FROM component_aliases WHERE alias_key = ? "+
		"ORDER BY CASE WHEN withdrawn_at = '' THEN 0 ELSE 1 END, made_at DESC, id DESC", bounded(aliasKey))
}

func (w writer) AddAlias(ctx context.Context, a app.ComponentAlias) error {
	key := bounded(match.AliasKey(a.Supplier, a.Name))
	return w.insert(ctx, "component_aliases", append(aliasRow(&a), column{"alias_key", &key}, found(a.Supplier, a.Name, a.Identity, a.Reason)))
}

func (w writer) WithdrawAlias(ctx context.Context, a app.ComponentAlias) error {
	n, err := w.set(ctx, "component_aliases", row{
		{"withdrawn_by", &a.WithdrawnBy},
		{"withdrawn_at", instant{&a.WithdrawnAt}},
		{"withdrawn_reason", &a.WithdrawnReason},
	}, "id = ? AND withdrawn_at = ''", a.ID)
	if err != nil || n > 0 {
		return err
	}
	if _, err := w.ComponentAlias(ctx, a.ID); err != nil {
		return err
	}
	return fault.New(fault.Conflict, "somebody else withdrew this alias: load it again")
}

func (r reader) ComponentsOfAlias(ctx context.Context, aliasKey string, limit int) ([]register.Component, error) {
	return all(ctx, r.queries, componentRow, "FROM components WHERE alias_key = ? ORDER BY id LIMIT ?", bounded(aliasKey), limit)
}

func (r reader) OpenFindings(ctx context.Context, componentIDs []string) (map[app.FindingKey]bool, error) {
	out := map[app.FindingKey]bool{}
	err := inChunks(componentIDs, func(part []string) error {
		condition, args := in("component_id", part)
		var key app.FindingKey
		return r.each(ctx, row{{"release_id", &key.ReleaseID}, {"component_id", &key.ComponentID}, {"vulnerability_id", &key.VulnerabilityID}},
			"FROM findings WHERE state = 'open' AND "+condition, args, func() error { out[key] = true; return nil })
	})
	return out, err
}

func (r reader) AdvisoryKeyCounts(ctx context.Context, fn func(key string, advisories int) error) error {
	var key string
	var n int
	return r.each(ctx, row{{"match_key", &key}, {"COUNT(*)", &n}}, "FROM advisory_keys GROUP BY match_key ORDER BY match_key", nil, func() error { return fn(key, n) })
}

func (r reader) KnownKeys(ctx context.Context, keys []string) (map[string]bool, error) {
	known, err := r.knownKeys(ctx, boundedKeys(keys))
	out := map[string]bool{}
	for _, key := range keys {
		if known[matchKey(key)] {
			out[key] = true
		}
	}
	return out, err
}

// knownKeys returns those of the keys, as they are indexed, that advisories have.
func (r reader) knownKeys(ctx context.Context, keys []string) (map[string]bool, error) {
	out := map[string]bool{}
	err := inChunks(keys, func(part []string) error {
		condition, args := in("match_key", part)
		known, err := r.texts(ctx, "DISTINCT match_key", "FROM advisory_keys WHERE "+condition, args...)
		for _, key := range known {
			out[key] = true
		}
		return err
	})
	return out, err
}
