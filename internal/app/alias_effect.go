package app

import (
	"cmp"
	"context"
	"slices"

	"mimamori/internal/advisory"
	"mimamori/internal/fault"
	"mimamori/internal/match"
	"mimamori/internal/register"
)

// AliasEffect is what confirming an identity would do: computed with the
// advisories that are there, and not an estimate.
type AliasEffect struct {
	Identity        string       `json:"identity"`        // as it would be kept
	Known           bool         `json:"known"`           // a source names it
	Findings        int          `json:"findings"`        // that would open
	Affected        int          `json:"affected"`        // of them, of this class
	Vulnerabilities int          `json:"vulnerabilities"` // that they are about
	Releases        int          `json:"releases"`        // that they are in
	Versions        []VersionFit `json:"versions"`        // of the components, those with most findings first
}

// VersionFit is what one version of a component would meet.
type VersionFit struct {
	Version  string `json:"version"`
	Affected int    `json:"affected"` // vulnerabilities
	Possible int    `json:"possible"`
}

// maxFits bounds the versions that an effect tells.
const maxFits = 10

// AliasEffectOf is AliasEffect for a supplier and name.
func (a *App) AliasEffectOf(ctx context.Context, supplier, name, identity string) (AliasEffect, error) {
	return a.AliasEffect(ctx, match.AliasKey(supplier, name), identity)
}

// AliasEffect computes what confirming the identity would do.
func (a *App) AliasEffect(ctx context.Context, key, identity string) (AliasEffect, error) {
	identity, err := match.CanonicalIdentity(identity)
	if err != nil {
		return AliasEffect{}, err
	}
	components, err := a.Store.ComponentsOfAlias(ctx, key, maxGroup)
	if err != nil {
		return AliasEffect{}, err
	}
	if len(components) == 0 {
		return AliasEffect{}, fault.New(fault.NotFound, "there is no component of this supplier and name")
	}
	confirmed, err := a.Store.ConfirmedAliases(ctx)
	if err != nil {
		return AliasEffect{}, err
	}
	list := []match.Alias{{Supplier: components[0].Supplier, Name: components[0].Name, Identity: identity}}
	for _, c := range confirmed {
		list = append(list, match.Alias{Supplier: c.Supplier, Name: c.Name, Identity: c.Identity})
	}
	aliases := match.NewAliases(list)
	var keys []string
	for i := range components {
		components[i].Keys = aliases.Keys(componentOf(components[i]))
		keys = append(keys, components[i].Keys...)
	}
	slices.Sort(keys)
	advisories, err := a.Store.AdvisoriesByKeys(ctx, slices.Compact(keys))
	if err != nil {
		return AliasEffect{}, err
	}
	m, err := newMatcher(aliases, advisories)
	if err != nil {
		return AliasEffect{}, err
	}
	effect := AliasEffect{Identity: identity}
	own := match.NewAliases(list[:1]).Keys(componentOf(register.Component{Supplier: list[0].Supplier, Name: list[0].Name, Version: "0"}))
	known, err := a.Store.KnownKeys(ctx, slices.DeleteFunc(own, func(key string) bool { return !match.IdentityKey(key) }))
	if err != nil {
		return effect, err
	}
	effect.Known = len(known) > 0
	return effect, a.countEffect(ctx, m, components, &effect)
}

// countEffect fills in what the components would meet.
func (a *App) countEffect(ctx context.Context, m *matcher, components []register.Component, effect *AliasEffect) error {
	found := m.matches(components)
	group := map[string]string{} // advisory → vulnerability
	for _, stored := range m.stored {
		group[stored.ID] = stored.VulnerabilityID
	}
	ids, version := make([]string, len(components)), map[string]string{}
	for i, c := range components {
		ids[i], version[c.ID] = c.ID, c.Version
	}
	releases, err := a.Store.ReleasesOf(ctx, ids)
	if err != nil {
		return err
	}
	open, err := a.Store.OpenFindings(ctx, ids)
	if err != nil {
		return err
	}
	settled, err := a.settleEffect(ctx, m, components, found, releases)
	if err != nil {
		return err
	}
	classes := map[FindingKey]string{}
	for _, f := range found {
		for _, r := range releases[f.ComponentID] {
			class := f.Class
			if f.Conditional {
				class = cmp.Or(settled[settlementKey{f.ComponentID, f.AdvisoryID, r}], class)
			}
			key := FindingKey{ReleaseID: r, ComponentID: f.ComponentID, VulnerabilityID: group[f.AdvisoryID]}
			if class != settledNone && !open[key] && (classes[key] == "" || class < classes[key]) { // "affected" < "possible"
				classes[key] = class
			}
		}
	}
	in, about := map[string]bool{}, map[string]bool{}
	type met struct{ version, vulnerability string }
	fits := map[met]string{}
	for key, class := range classes {
		effect.Findings++
		in[key.ReleaseID], about[key.VulnerabilityID] = true, true
		if class == string(match.Affected) {
			effect.Affected++
		}
		at := met{version[key.ComponentID], key.VulnerabilityID}
		if fits[at] == "" || class < fits[at] {
			fits[at] = class
		}
	}
	effect.Releases, effect.Vulnerabilities = len(in), len(about)
	byVersion := map[string]*VersionFit{}
	for _, v := range version {
		byVersion[v] = &VersionFit{Version: v}
	}
	for at, class := range fits {
		if class == string(match.Affected) {
			byVersion[at.version].Affected++
		} else {
			byVersion[at.version].Possible++
		}
	}
	effect.Versions = make([]VersionFit, 0, len(byVersion))
	for _, fit := range byVersion {
		effect.Versions = append(effect.Versions, *fit)
	}
	slices.SortFunc(effect.Versions, func(x, y VersionFit) int {
		return cmp.Or(cmp.Compare(y.Affected, x.Affected), cmp.Compare(y.Possible, x.Possible), cmp.Compare(x.Version, y.Version))
	})
	effect.Versions = effect.Versions[:min(len(effect.Versions), maxFits)]
	return nil
}

type settlementKey struct{ component, advisory, release string }

// settleEffect tells what conditional matches of the components are in each
// release: what else is there may settle them.
func (a *App) settleEffect(ctx context.Context, m *matcher, components []register.Component, found []Match, releases map[string][]string) (map[settlementKey]string, error) {
	asked := map[string]bool{}
	records := map[string]bool{}
	for _, f := range found {
		if f.Conditional {
			records[f.AdvisoryID] = true
			for _, r := range releases[f.ComponentID] {
				asked[r] = true
			}
		}
	}
	if len(asked) == 0 {
		return map[settlementKey]string{}, nil
	}
	only := &matcher{stored: m.stored, conditional: map[match.AdvisoryKey]advisory.Advisory{}}
	only.index.Aliases = m.index.Aliases
	var keys []string
	for key, record := range m.conditional {
		if records[m.stored[key].ID] {
			only.conditional[key] = record
			only.index.Add(record)
			keys = append(keys, match.ConditionKeys(record)...)
		}
	}
	slices.Sort(keys)
	around, err := a.Store.ComponentsByKeys(ctx, slices.Compact(keys))
	if err != nil {
		return nil, err
	}
	own := map[string]bool{}
	for _, c := range components {
		own[c.ID] = true
	}
	around = slices.DeleteFunc(around, func(c register.Component) bool { return own[c.ID] })
	ids := make([]string, len(around))
	for i := range around {
		ids[i] = around[i].ID
	}
	elsewhere, err := a.Store.ReleasesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	in := map[string][]register.Component{}
	for _, c := range slices.Concat(components, around) {
		for _, r := range append(releases[c.ID], elsewhere[c.ID]...) {
			if asked[r] {
				in[r] = append(in[r], c)
			}
		}
	}
	out := map[settlementKey]string{}
	for r, there := range in {
		for _, s := range only.settle(r, there) {
			out[settlementKey{s.ComponentID, s.AdvisoryID, s.ReleaseID}] = s.Class
		}
	}
	return out, nil
}
