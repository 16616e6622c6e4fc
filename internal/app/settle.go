package app

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"mimamori/internal/match"
	"mimamori/internal/register"
)

// settleAdvisories tells of each conditional match among found what it is in
// each release that has the component.
func settleAdvisories(ctx context.Context, tx Tx, m *matcher, found []Match) ([]Settlement, error) {
	inQuestion := map[string]bool{} // components
	records := map[string]bool{}
	for _, f := range found {
		if f.Conditional {
			inQuestion[f.ComponentID], records[f.AdvisoryID] = true, true
		}
	}
	if len(inQuestion) == 0 {
		return nil, nil
	}
	var keys []string
	for key, record := range m.conditional {
		if records[m.stored[key].ID] {
			keys = append(keys, match.ConditionKeys(record)...)
		}
	}
	slices.Sort(keys)
	around, err := tx.ComponentsByKeys(ctx, slices.Compact(keys))
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(around))
	for i := range around {
		ids[i] = around[i].ID
	}
	releases, err := tx.ReleasesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	in := map[string][]register.Component{} // release → those of its components that matter
	asked := map[string]bool{}
	for _, c := range around {
		for _, r := range releases[c.ID] {
			in[r] = append(in[r], c)
			asked[r] = asked[r] || inQuestion[c.ID]
		}
	}
	var out []Settlement
	for _, r := range slices.Sorted(maps.Keys(in)) {
		if asked[r] {
			out = append(out, m.settle(r, in[r])...)
		}
	}
	return out, nil
}

// settleRelease settles all conditional matches of a release.
func settleRelease(ctx context.Context, tx Tx, aliases *match.Aliases, releaseID string, components []register.Component) error {
	ids, err := tx.ConditionalAdvisories(ctx, []string{releaseID})
	if err != nil {
		return err
	}
	stored, err := tx.AdvisoriesByIDs(ctx, ids)
	if err != nil {
		return err
	}
	m, err := newMatcher(aliases, stored)
	if err != nil {
		return err
	}
	return tx.SettleRelease(ctx, releaseID, m.settle(releaseID, components))
}

// resettle settles again what depends on conditions in the releases.
func (a *App) resettle(ctx context.Context, tx Tx, aliases *match.Aliases, releaseIDs []string) ([]FindingChange, error) {
	ids, err := tx.ConditionalAdvisories(ctx, releaseIDs)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	stored, err := tx.AdvisoriesByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	components, err := tx.ComponentsByKeys(ctx, keysOfAdvisories(stored))
	if err != nil {
		return nil, err
	}
	m, err := newMatcher(aliases, stored)
	if err != nil {
		return nil, err
	}
	found := m.matches(components)
	settled, err := settleAdvisories(ctx, tx, m, found)
	if err != nil {
		return nil, err
	}
	if err := tx.SettleAdvisories(ctx, ids, settled); err != nil {
		return nil, err
	}
	touched := map[string]bool{}
	for _, f := range found {
		touched[f.ComponentID] = true
	}
	return a.align(ctx, tx, slices.Sorted(maps.Keys(touched)))
}

// compareNames puts components together that the same advisories are about.
func compareNames(a, b register.Component) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Supplier, b.Supplier), cmp.Compare(a.Version, b.Version), cmp.Compare(a.ID, b.ID))
}

func distinct(lists map[string][]string) []string {
	seen := map[string]bool{}
	for _, list := range lists {
		for _, item := range list {
			seen[item] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
