package app

import (
	"context"
	"maps"
	"slices"

	"mimamori/internal/match"
	"mimamori/internal/register"
)

// maxTogether is how many components are matched at once: it bounds how many
// advisories are in memory.
const maxTogether = 2_000

// rematch brings the findings of the whole fleet in line with new or changed
// advisories: only components that share a key with them are looked at.
func (a *App) rematch(ctx context.Context, tx Tx, put AdvisoriesPut) ([]FindingChange, error) {
	changed := put.Changed
	if len(changed)+len(put.Named) == 0 {
		return nil, nil
	}
	aliases, err := confirmedAliases(ctx, tx)
	if err != nil {
		return nil, err
	}
	components, err := tx.ComponentsByKeys(ctx, keysOfAdvisories(changed))
	if err != nil {
		return nil, err
	}
	m, err := newMatcher(aliases, mattering(changed, components))
	if err != nil {
		return nil, err
	}
	ids, vulnerabilities := make([]string, len(changed)), make([]string, len(changed))
	for i := range changed {
		ids[i], vulnerabilities[i] = changed[i].ID, changed[i].VulnerabilityID
	}
	found := m.matches(components)
	touched, err := tx.ReplaceMatches(ctx, nil, ids, found)
	if err != nil {
		return nil, err
	}
	settled, err := settleAdvisories(ctx, tx, m, found)
	if err != nil {
		return nil, err
	}
	if err := tx.SettleAdvisories(ctx, ids, settled); err != nil {
		return nil, err
	}
	var changes []FindingChange
	if len(touched) > 0 || len(found) > 0 || len(put.Named) > 0 {
		if changes, err = tx.AlignVulnerabilities(ctx, distinct(vulnerabilities, put.Named), a.now()); err != nil {
			return nil, err
		}
	}
	// What a distribution says of a component counts against what others say of it.
	whole := slices.DeleteFunc(components, func(c register.Component) bool { return !match.Clearable(c.Keys) })
	again, err := matchComponents(ctx, tx, aliases, whole)
	if err != nil {
		return nil, err
	}
	more, err := tx.AlignFindings(ctx, again, a.now())
	if err != nil {
		return nil, err
	}
	changes = append(changes, more...)
	if err := stateChanged(ctx, tx, changes); err != nil {
		return nil, err
	}
	return changes, recount(ctx, tx, put.Named) // a statement may have spoken of them by the new name
}

// mattering returns the advisories that share a key with one of the components:
// of most that arrive, nothing has to be read.
func mattering(list []Advisory, components []register.Component) []Advisory {
	held := map[string]bool{}
	for i := range components {
		for _, key := range components[i].Keys {
			held[key] = true
		}
	}
	var out []Advisory
	for i := range list {
		if slices.ContainsFunc(list[i].Keys, func(key string) bool { return held[key] }) {
			out = append(out, list[i])
		}
	}
	return out
}

// matchComponents matches components with every advisory that shares a key
// with one of them, and returns those whose matches changed.
func matchComponents(ctx context.Context, tx Tx, aliases *match.Aliases, components []register.Component) ([]string, error) {
	var touched []string
	for part := range slices.Chunk(components, maxTogether) {
		var keys []string
		ids := make([]string, len(part))
		for i, c := range part {
			keys, ids[i] = append(keys, c.Keys...), c.ID
		}
		advisories, err := tx.AdvisoriesByKeys(ctx, distinct(keys))
		if err != nil {
			return nil, err
		}
		m, err := newMatcher(aliases, advisories)
		if err != nil {
			return nil, err
		}
		some, err := tx.ReplaceMatches(ctx, ids, nil, m.matches(part))
		if err != nil {
			return nil, err
		}
		touched = append(touched, some...)
	}
	return touched, nil
}

// rematchComponents makes the keys of components anew, with the aliases that
// are confirmed now, and brings their findings in line.
func (a *App) rematchComponents(ctx context.Context, tx Tx, by Actor, componentIDs []string) ([]FindingChange, error) {
	aliases, err := confirmedAliases(ctx, tx)
	if err != nil {
		return nil, err
	}
	components, err := tx.Components(ctx, componentIDs)
	if err != nil {
		return nil, err
	}
	for i := range components {
		components[i].Keys = aliases.Keys(componentOf(components[i]))
	}
	if _, err := tx.SetComponentKeys(ctx, components); err != nil {
		return nil, err
	}
	slices.SortFunc(components, compareNames)
	touched, err := matchComponents(ctx, tx, aliases, components)
	if err != nil {
		return nil, err
	}
	// What else is in these releases may rest on what the components are.
	releases, err := tx.ReleasesOf(ctx, componentIDs)
	if err != nil {
		return nil, err
	}
	ids, err := tx.ConditionalAdvisories(ctx, distinct(slices.Collect(maps.Values(releases))...))
	if err != nil {
		return nil, err
	}
	again, err := resettle(ctx, tx, aliases, ids)
	if err != nil {
		return nil, err
	}
	changes, err := a.align(ctx, tx, distinct(touched, again))
	recordFindings(tx, by, changes)
	return changes, err
}

// align brings findings in line with matches, and with what statements say.
func (a *App) align(ctx context.Context, tx Tx, componentIDs []string) ([]FindingChange, error) {
	changes, err := tx.AlignFindings(ctx, componentIDs, a.now())
	if err != nil {
		return nil, err
	}
	return changes, stateChanged(ctx, tx, changes)
}

func keysOfAdvisories(list []Advisory) []string {
	var keys []string
	for i := range list {
		keys = append(keys, list[i].Keys...)
	}
	return distinct(keys)
}

func confirmedAliases(ctx context.Context, r Reader) (*match.Aliases, error) {
	confirmed, err := r.ConfirmedAliases(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]match.Alias, len(confirmed))
	for i, c := range confirmed {
		list[i] = match.Alias{Supplier: c.Supplier, Name: c.Name, Identity: c.Identity}
	}
	return match.NewAliases(list), nil
}
