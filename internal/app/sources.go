package app

import (
	"context"
	"slices"
	"time"
)

// SourceView is a source of vulnerability data with its age.
type SourceView struct {
	SourceHealth
	AgeHours int  `json:"age_h"` // since the last good import; -1 when there was none
	Stale    bool `json:"stale"`
}

// alarmAfterHours is the age at which a source counts as stale, unless its
// record says otherwise.
const alarmAfterHours = 72

// knownSources are shown even before their first import: an empty source is
// loud. The others are shown from their first import on.
var knownSources = []string{"csaf", "kev", "osv"}

// SourcesView returns every source with its age, sorted by name.
func (a *App) SourcesView(ctx context.Context) ([]SourceView, error) {
	stored, err := a.Store.Sources(ctx)
	if err != nil {
		return nil, err
	}
	byName := map[string]SourceHealth{}
	for _, s := range stored {
		byName[s.Name] = s
	}
	names := slices.Clone(knownSources)
	for _, s := range stored {
		if !slices.Contains(names, s.Name) {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	views := make([]SourceView, 0, len(names))
	for _, name := range names {
		s, ok := byName[name]
		if !ok {
			s = SourceHealth{Name: name, AlarmAfterH: alarmAfterHours}
		}
		v := SourceView{SourceHealth: s, AgeHours: -1, Stale: true}
		if !s.LastGoodAt.IsZero() {
			v.AgeHours = int(a.now().Sub(s.LastGoodAt) / time.Hour)
			v.Stale = v.AgeHours >= s.AlarmAfterH
		}
		views = append(views, v)
	}
	return views, nil
}
