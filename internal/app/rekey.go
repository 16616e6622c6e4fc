package app

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"mimamori/internal/advisory"
	"mimamori/internal/fault"
	"mimamori/internal/ledger"
	"mimamori/internal/match"
)

// JobRematch matches everything anew, after the way of matching changed.
const JobRematch = "rematch"

// matchingSetting says with which match.Version the stored keys and matches
// were made.
const matchingSetting = "matching"

// Matching is how far stored matches follow the present way of matching.
type Matching struct {
	Version int  `json:"version"` // match.Version of the keys and matches; 0: from before versions were kept
	Current bool `json:"current"` // false: a full run is under way or waits, and findings may be missing
}

// Matching tells whether everything stored is matched the present way.
func (a *App) Matching(ctx context.Context) (Matching, error) {
	var m Matching
	text, err := a.Store.Setting(ctx, matchingSetting)
	if fault.KindOf(err) == fault.NotFound {
		return m, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	m.Current = m.Version == match.Version
	return m, err
}

// KeepMatching asks for a full run when the stored matches were made another
// way: by an older program, or a newer one.
func (a *App) KeepMatching(ctx context.Context) error {
	m, err := a.Matching(ctx)
	if err != nil || m.Current {
		return err
	}
	return a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		tx.Record(System.entry("matching.asked", subjectMatching, m, nil, ""))
		return tx.Enqueue(ctx, Job{Kind: JobRematch})
	})
}

var subjectMatching = ledger.Subject{Kind: "matching", ID: "fleet", Name: "matching"}

// Rematched counts what a full run did.
type Rematched struct {
	Components int `json:"components"`
	Advisories int `json:"advisories"`
	Keys       int `json:"keys"` // components and advisories that got other keys
	Findings   int `json:"findings"`
}

// RunRematch is Rematch for a job: it does nothing when another run was first.
func (a *App) RunRematch(ctx context.Context) error {
	m, err := a.Matching(ctx)
	if err != nil || m.Current {
		return err
	}
	_, err = a.Rematch(ctx, System, func(Rematched) {})
	return err
}

// Rematch makes all keys and matches anew and brings the findings in line. It
// goes in steps, each a write of its own, and may be done again at any time;
// tell hears how far it is.
func (a *App) Rematch(ctx context.Context, by Actor, tell func(Rematched)) (Rematched, error) {
	if err := require(by, ImportFeeds); err != nil {
		return Rematched{}, err
	}
	r := &rematching{app: a, by: by, tell: tell}
	for _, step := range []func(context.Context) error{r.advisories, r.components, r.matches} {
		if err := step(ctx); err != nil {
			return r.done, err
		}
	}
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		tx.Record(by.entry("matching.renewed", subjectMatching, nil, r.done, ""))
		return tx.PutSetting(ctx, matchingSetting, asJSON(Matching{Version: match.Version}))
	})
	return r.done, err
}

// rematching is a full run under way.
type rematching struct {
	app  *App
	by   Actor
	tell func(Rematched)
	done Rematched
}

// errEnd ends a walk.
var errEnd = errors.New("end")

// walk calls step, each time in a write of its own, until it returns errEnd.
func (r *rematching) walk(ctx context.Context, step func(ctx context.Context, tx Tx) error) error {
	for {
		end := false
		err := r.app.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
			err := step(ctx, tx)
			if end = errors.Is(err, errEnd); end {
				return nil
			}
			return err
		})
		if err != nil || end {
			return err
		}
		r.tell(r.done)
	}
}

// advisories makes the keys of advisories anew.
func (r *rematching) advisories(ctx context.Context) error {
	const atOnce = 1_000
	last := ""
	return r.walk(ctx, func(ctx context.Context, tx Tx) error {
		stored, err := tx.AdvisoriesAfter(ctx, last, atOnce)
		if err != nil {
			return err
		}
		if len(stored) == 0 {
			return errEnd
		}
		keys := make([][]string, len(stored))
		if err := inParallel(len(stored), func(i int) error {
			var record advisory.Advisory
			if err := json.Unmarshal(stored[i].Body, &record); err != nil {
				return err
			}
			keys[i] = match.AdvisoryKeys(record)
			return nil
		}); err != nil {
			return err
		}
		var changed []Advisory
		for i := range stored {
			if !slices.Equal(stored[i].Keys, keys[i]) {
				stored[i].Keys = keys[i]
				changed = append(changed, stored[i])
			}
		}
		last = stored[len(stored)-1].ID
		r.done.Advisories, r.done.Keys = r.done.Advisories+len(stored), r.done.Keys+len(changed)
		if len(changed) > 0 {
			r.record(tx, "matching.keys", map[string]int{"advisories": len(changed)})
		}
		return tx.SetAdvisoryKeys(ctx, changed)
	})
}

// components makes the keys of components anew.
func (r *rematching) components(ctx context.Context) error {
	const atOnce = 5_000
	last := ""
	return r.walk(ctx, func(ctx context.Context, tx Tx) error {
		aliases, err := confirmedAliases(ctx, tx)
		if err != nil {
			return err
		}
		stored, err := tx.ComponentsAfter(ctx, last, atOnce)
		if err != nil {
			return err
		}
		if len(stored) == 0 {
			return errEnd
		}
		last = stored[len(stored)-1].ID
		for i := range stored {
			stored[i].Keys = aliases.Keys(componentOf(stored[i]))
		}
		changed, err := tx.SetComponentKeys(ctx, stored)
		if err != nil {
			return err
		}
		r.done.Components, r.done.Keys = r.done.Components+len(stored), r.done.Keys+len(changed)
		if len(changed) > 0 {
			r.record(tx, "matching.keys", map[string]int{"components": len(changed)})
		}
		return nil
	})
}

// matches makes the matches of all components anew, then what is settled of
// them, then brings the findings in line.
func (r *rematching) matches(ctx context.Context) error {
	var touched []string
	cursor := ""
	if err := r.walk(ctx, func(ctx context.Context, tx Tx) error {
		aliases, err := confirmedAliases(ctx, tx)
		if err != nil {
			return err
		}
		components, next, err := tx.NamesakesAfter(ctx, cursor, maxTogether)
		if err != nil {
			return err
		}
		if len(components) == 0 {
			return errEnd
		}
		changed, err := matchComponents(ctx, tx, aliases, components)
		if err != nil {
			return err
		}
		cursor, touched = next, append(touched, changed...)
		if len(changed) > 0 {
			r.record(tx, "matching.matches", map[string]int{"components": len(changed)})
		}
		return nil
	}); err != nil {
		return err
	}
	conditional, err := r.app.Store.AllConditionalAdvisories(ctx)
	if err != nil {
		return err
	}
	const advisoriesAtOnce = 500
	for part := range slices.Chunk(conditional, advisoriesAtOnce) {
		if err := r.app.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
			aliases, err := confirmedAliases(ctx, tx)
			if err != nil {
				return err
			}
			again, err := resettle(ctx, tx, aliases, part)
			touched = append(touched, again...)
			r.record(tx, "matching.conditions", map[string]int{"advisories": len(part), "components": len(again)})
			return err
		}); err != nil {
			return err
		}
		r.tell(r.done)
	}
	const componentsAtOnce = 25 // each may have thousands of findings, all in memory until their write ends
	for part := range slices.Chunk(distinct(touched), componentsAtOnce) {
		if err := r.app.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
			changes, err := r.app.align(ctx, tx, part)
			if err != nil {
				return err
			}
			r.done.Findings += len(changes)
			r.record(tx, "matching.findings", map[string]int{"components": len(part), "findings": len(changes)})
			recordFindings(tx, r.by, changes)
			return nil
		}); err != nil {
			return err
		}
		r.tell(r.done)
	}
	return nil
}

func (r *rematching) record(tx Tx, action string, counts map[string]int) {
	tx.Record(r.by.entry(action, subjectMatching, nil, counts, ""))
}
