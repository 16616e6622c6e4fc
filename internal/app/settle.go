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
	asking := map[string]bool{} // components
	for _, id := range inQuestion(found) {
		asking[id] = true
	}
	if len(asking) == 0 {
		return nil, nil
	}
	records := map[string]bool{}
	for _, f := range found {
		records[f.AdvisoryID] = true
	}
	var keys []string
	for key, record := range m.conditional {
		if records[m.stored[key].ID] {
			keys = append(keys, match.ConditionKeys(record)...)
		}
	}
	around, err := tx.ComponentsByKeys(ctx, distinct(keys))
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
			asked[r] = asked[r] || asking[c.ID]
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
func settleRelease(ctx context.Context, tx Tx, aliases *match.Aliases, releaseID string, components func() []register.Component) error {
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
	var settled []Settlement
	if len(m.conditional) > 0 {
		settled = m.settle(releaseID, components())
	}
	return tx.SettleRelease(ctx, releaseID, settled)
}

// resettle settles again what the conditional advisories meet, and returns the
// components in question.
func resettle(ctx context.Context, tx Tx, aliases *match.Aliases, advisoryIDs []string) ([]string, error) {
	if len(advisoryIDs) == 0 {
		return nil, nil
	}
	stored, err := tx.AdvisoriesByIDs(ctx, advisoryIDs)
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
	return inQuestion(found), tx.SettleAdvisories(ctx, advisoryIDs, settled)
}

// inQuestion returns the components with a conditional match.
func inQuestion(found []Match) []string {
	var out []string
	for _, f := range found {
		if f.Conditional {
			out = append(out, f.ComponentID)
		}
	}
	return distinct(out)
}

// compareNames puts components together that the same advisories are about.
func compareNames(a, b register.Component) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Supplier, b.Supplier), cmp.Compare(a.Version, b.Version), cmp.Compare(a.ID, b.ID))
}

// distinct returns everything in the lists, sorted, each once.
func distinct(lists ...[]string) []string {
	out := slices.Concat(lists...)
	slices.Sort(out)
	return slices.Compact(out)
}
