package app

import (
	"time"

	"mimamori/internal/advisory"
)

// SourceState says whether silence about a vulnerability may be relied on.
type SourceState string

// The states, best first. Only good data carries a "not affected".
const (
	SourceOff   SourceState = "off"   // of a feed: switched off
	SourceGood  SourceState = "good"  // fresh, and checked
	SourceStale SourceState = "stale" // nothing new came for longer than the alarm age
	SourceNever SourceState = "never" // nothing came yet
	SourceRed   SourceState = "red"   // what came cannot be right, or what must be found is not found
	// SourceRenewed is the state of a Doubt only: everything is matched anew.
	SourceRenewed SourceState = "renewed"
)

// worse orders the states.
var worse = map[SourceState]int{SourceOff: -1, SourceGood: 0, SourceStale: 1, SourceNever: 2, SourceRed: 3}

// FeedView is a feed with its state.
type FeedView struct {
	Feed
	State    SourceState `json:"state"`
	AgeHours int         `json:"age_h"`  // of its data; -1 when there are none
	Folder   bool        `json:"folder"` // it reads a folder on the server
}

// SourceView is a source of vulnerability data with its state.
type SourceView struct {
	SourceHealth
	State       SourceState `json:"state"`
	AgeHours    int         `json:"age_h"`        // of its data; -1 when there are none
	NewestHours int         `json:"newest_age_h"` // of its newest record; -1 when no record has a date
	Stale       bool        `json:"stale"`        // its data are too old, or there are none
	Red         bool        `json:"red"`          // nothing may rest on its silence until it is mended
	Feeds       []FeedView  `json:"feeds"`        // by name
}

// Doubt is a source on whose silence nothing may rest, and why: where it is not
// empty, "not affected" and "nothing found" must say so.
type Doubt struct {
	Source string      `json:"source"` // of feedKinds, or doubtMatching
	State  SourceState `json:"state"`  // SourceStale, SourceNever, SourceRed or SourceRenewed
}

// age is how many whole hours have passed since; -1 for never.
func age(now, since time.Time) int {
	if since.IsZero() {
		return -1
	}
	return int(max(0, now.Sub(since)) / time.Hour)
}

// viewFeed tells the state of a feed at an instant.
func viewFeed(f Feed, now time.Time) FeedView {
	v := FeedView{Feed: f, AgeHours: age(now, f.AsOfAt), Folder: isFolder(f.Address)}
	switch {
	case !f.On:
		v.State = SourceOff
	case f.Suspicion != advisory.NoSuspicion:
		v.State = SourceRed
	case v.AgeHours < 0 && age(now, f.UpdatedAt) < f.AlarmAfterH:
		v.State = SourceNever
	case v.AgeHours < 0, v.AgeHours >= f.AlarmAfterH:
		v.State = SourceStale
	default:
		v.State = SourceGood
	}
	return v
}

// viewSource tells the state of a source from its own last runs and from its
// feeds, which are all of its kind. What is fetched is as good as its worst
// feed; without a feed that is on, the files that people import count.
func viewSource(s SourceHealth, feeds []Feed, now time.Time) SourceView {
	v := SourceView{SourceHealth: s, NewestHours: age(now, s.NewestAt), State: SourceGood, Feeds: []FeedView{}}
	on, oldest := 0, time.Time{}
	for _, f := range feeds {
		fv := viewFeed(f, now)
		v.Feeds = append(v.Feeds, fv)
		if !f.On {
			continue
		}
		on++
		if !f.AsOfAt.IsZero() && (oldest.IsZero() || f.AsOfAt.Before(oldest)) {
			oldest = f.AsOfAt
		}
		if worse[fv.State] > worse[v.State] {
			v.State = fv.State
		}
	}
	if oldest.IsZero() {
		oldest = s.AsOfAt
	}
	v.AgeHours = age(now, oldest)
	switch {
	case s.Suspicion != advisory.NoSuspicion, len(s.CanariesMissing) > 0:
		v.State = SourceRed
	case on > 0:
	case v.AgeHours < 0:
		v.State = SourceNever
	case v.AgeHours >= s.AlarmAfterH:
		v.State = SourceStale
	}
	v.Red, v.Stale = v.State == SourceRed, v.AgeHours < 0 || v.State == SourceStale || v.State == SourceNever
	return v
}
