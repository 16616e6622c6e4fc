package sqlstore

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/match"
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
	return all(ctx, r.queries, aliasRow, "FROM component_aliases WHERE withdrawn_at = '' AND identity <> '' ORDER BY supplier, name, identity, id")
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
	return w.insert(ctx, "component_aliases", append(aliasRow(&a), column{"alias_key", &key}))
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
