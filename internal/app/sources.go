package app

import (
	"context"
	"slices"
)

// alarmAfterHours is the age at which a source counts as stale, unless its
// record says otherwise.
const alarmAfterHours = 72

// knownSources are shown even before their first import: an empty source is
// loud. The others are shown from their first import or feed on.
var knownSources = []string{feedCSAF, feedKEV, feedOSV}

// SourcesView returns every source with its state, sorted by name.
func (a *App) SourcesView(ctx context.Context) ([]SourceView, error) {
	return a.sourcesView(ctx, a.Store)
}

func (a *App) sourcesView(ctx context.Context, r Reader) ([]SourceView, error) {
	stored, err := r.Sources(ctx)
	if err != nil {
		return nil, err
	}
	feeds, err := r.Feeds(ctx)
	if err != nil {
		return nil, err
	}
	byName, ofKind := map[string]SourceHealth{}, map[string][]Feed{}
	names := slices.Clone(knownSources)
	for _, s := range stored {
		byName[s.Name] = s
		names = append(names, s.Name)
	}
	for _, f := range feeds {
		ofKind[f.Kind] = append(ofKind[f.Kind], f)
		names = append(names, f.Kind)
	}
	slices.Sort(names)
	views := []SourceView{}
	for _, name := range slices.Compact(names) {
		s, ok := byName[name]
		if !ok {
			s = newSource(name)
		}
		views = append(views, viewSource(s, ofKind[name], a.now()))
	}
	return views, nil
}

// newSource is a source before its first run.
func newSource(name string) SourceHealth {
	return SourceHealth{Name: name, AlarmAfterH: alarmAfterHours, CanariesMissing: []string{}, Loaded: map[string]int{}}
}

// doubtMatching is the source of a doubt that all sources share: what is stored
// is being matched anew, and is not yet.
const doubtMatching = "matching"

// Doubts returns the sources on whose silence nothing may rest now, by name:
// those that are red or stale, those that are fetched and did not come yet and,
// while nothing was imported at all, those that everybody knows. While
// everything is matched anew, that comes last.
func (a *App) Doubts(ctx context.Context) ([]Doubt, error) {
	sources, err := a.SourcesView(ctx)
	if err != nil {
		return nil, err
	}
	finds := func(s SourceView) bool {
		return slices.ContainsFunc(feedKinds, func(k feedKind) bool { return k.name == s.Name && k.finds })
	}
	sources = slices.DeleteFunc(sources, func(s SourceView) bool { return !finds(s) })
	some := slices.ContainsFunc(sources, func(s SourceView) bool { return s.State != SourceNever })
	doubts := []Doubt{}
	for _, s := range sources {
		fetched := slices.ContainsFunc(s.Feeds, func(f FeedView) bool { return f.On })
		if s.State == SourceRed || s.State == SourceStale || s.State == SourceNever && (fetched || !some) {
			doubts = append(doubts, Doubt{Source: s.Name, State: s.State})
		}
	}
	matching, err := a.Matching(ctx)
	if err == nil && !matching.Current {
		doubts = append(doubts, Doubt{Source: doubtMatching, State: SourceRenewed})
	}
	return doubts, err
}
