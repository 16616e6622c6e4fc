package sqlstore

import (
	"context"
	"slices"
	"strings"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
)

func advisoryRow(a *app.Advisory) row {
	return row{
		{"id", &a.ID},
		{"source", &a.Source},
		{"record_id", &a.RecordID},
		{"part", &a.Part},
		{"digest", &a.Digest},
		{"vulnerability_id", &a.VulnerabilityID},
		{"aliases", listOf(&a.Aliases)},
		{"title", &a.Title},
		{"severity", &a.Severity},
		{"published_at", instant{&a.PublishedAt}},
		{"modified_at", instant{&a.ModifiedAt}},
		{"withdrawn_at", instant{&a.WithdrawnAt}},
		{"match_keys", listOf(&a.Keys)},
		{"body", raw{&a.Body}},
		{"imported_at", instant{&a.ImportedAt}},
	}
}

func (r reader) Advisories(ctx context.Context, vulnerabilityID string) ([]app.Advisory, error) {
	return all(ctx, r.queries, advisoryRow, "FROM advisories WHERE vulnerability_id = ? ORDER BY source, record_id, part", vulnerabilityID)
}

func (r reader) AdvisoryByRecord(ctx context.Context, source, recordID string) (app.Advisory, error) {
	return one(ctx, r.queries, "advisory "+recordID+" of "+source, advisoryRow,
		"FROM advisories WHERE source = ? AND record_id = ? ORDER BY part LIMIT 1", source, recordID)
}

func (r reader) AdvisoriesByKeys(ctx context.Context, keys []string) ([]app.Advisory, error) {
	out, seen := []app.Advisory{}, map[string]bool{}
	err := inChunks(boundedKeys(keys), func(part []string) error {
		condition, args := in("match_key", part)
		found, err := all(ctx, r.queries, advisoryRow, "FROM advisories WHERE id IN (SELECT advisory_id FROM advisory_keys WHERE "+condition+") ORDER BY id", args...)
		for _, a := range found {
			if !seen[a.ID] {
				seen[a.ID] = true
				out = append(out, a)
			}
		}
		return err
	})
	return out, err
}

// recordKey tells one statement of one source from the others.
type recordKey struct{ source, record, part string }

func keyOf(a app.Advisory) recordKey { return recordKey{a.Source, a.RecordID, a.Part} }

// storedAdvisory is what PutAdvisories needs of an advisory that is known.
type storedAdvisory struct {
	recordKey
	id, digest, group, withdrawn string
	modified, imported           time.Time
}

// pastState is a state of a record that is not in force.
type pastState struct {
	app.Advisory
	of   int  // place of its record among those that change, or -1
	late bool // it came after a newer one
}

func (w writer) PutAdvisories(ctx context.Context, advisories []app.Advisory) (put app.AdvisoriesPut, err error) {
	known, err := w.knownAdvisories(ctx, advisories)
	if err != nil {
		return put, err
	}
	changed, past, err := sortStates(advisories, known)
	if err != nil || len(changed)+len(past) == 0 {
		return app.AdvisoriesPut{Changed: changed}, err
	}
	joined, named, err := w.joinGroups(ctx, changed, past)
	if err != nil {
		return put, err
	}
	if err := w.storeAdvisories(ctx, changed, known); err != nil {
		return put, err
	}
	if err := w.keepPast(ctx, changed, past); err != nil {
		return put, err
	}
	put = app.AdvisoriesPut{Changed: changed, Named: named}
	for i := range past {
		if past[i].late {
			put.Older = append(put.Older, past[i].RecordID)
		}
	}
	return put, w.refreshGroups(ctx, joined)
}

// sortStates tells which of the advisories are to be in force, one for each
// record, and which states of them are not: of two with different times the
// newer one counts, else the one that came last.
func sortStates(advisories []app.Advisory, known map[recordKey]storedAdvisory) (changed []app.Advisory, past []pastState, err error) {
	changed = []app.Advisory{}
	place := map[recordKey]int{} // in changed
	for _, a := range advisories {
		if len(a.RecordID) > maxIndexed || len(a.Part) > maxIndexed {
			return nil, nil, fault.New(fault.Invalid, "the id of the advisory %.100q… has %d bytes, at most %d fit", a.RecordID, max(len(a.RecordID), len(a.Part)), maxIndexed)
		}
		if a.Aliases = slices.Compact(slices.Sorted(slices.Values(a.Aliases))); len(a.Aliases) == 0 {
			a.Aliases = []string{a.RecordID}
		}
		k, stored := known[keyOf(a)]
		i, again := place[keyOf(a)]
		if !again {
			i = -1
		}
		held := app.Advisory{Digest: k.digest, ModifiedAt: k.modified, ImportedAt: k.imported}
		if again {
			held = changed[i]
		}
		if stored {
			a.ID, a.VulnerabilityID = k.id, k.group
		}
		switch {
		case (stored || again) && held.Digest == a.Digest:
		case (stored || again) && app.Older(a, held):
			past = append(past, pastState{a, i, true})
		case again:
			past = append(past, pastState{held, i, false})
			changed[i] = a
		default:
			place[keyOf(a)] = len(changed)
			changed = append(changed, a)
		}
	}
	return changed, past, nil
}

func (w writer) knownAdvisories(ctx context.Context, advisories []app.Advisory) (map[recordKey]storedAdvisory, error) {
	records := make([]string, len(advisories))
	for i, a := range advisories {
		records[i] = a.RecordID
	}
	slices.Sort(records)
	known := map[recordKey]storedAdvisory{}
	err := inChunks(slices.Compact(records), func(part []string) error {
		condition, args := in("record_id", part)
		sources, values := in("source", sourcesOf(advisories)) // the index begins with the source
		var s storedAdvisory
		shape := row{{"source", &s.source}, {"record_id", &s.record}, {"part", &s.part}, {"id", &s.id}, {"digest", &s.digest}, {"vulnerability_id", &s.group}, {"withdrawn_at", &s.withdrawn}, {"modified_at", instant{&s.modified}}, {"imported_at", instant{&s.imported}}}
		return w.each(ctx, shape, "FROM advisories WHERE "+sources+" AND "+condition, append(values, args...),
			func() error { known[s.recordKey] = s; return nil })
	})
	return known, err
}

func sourcesOf(advisories []app.Advisory) []string {
	var out []string
	for _, a := range advisories {
		if !slices.Contains(out, a.Source) {
			out = append(out, a.Source)
		}
	}
	return out
}

// storeAdvisories writes new advisories, and changed ones after keeping what
// they said before.
func (w writer) storeAdvisories(ctx context.Context, changed []app.Advisory, known map[recordKey]storedAdvisory) error {
	var rows, keyed []row
	replaced := map[string][]string{} // instant → advisories that are replaced then
	for i := range changed {
		a := &changed[i]
		k, ok := known[keyOf(*a)]
		w.news.record(*a, ok, k.withdrawn != "")
		if ok {
			at := instantText(a.ImportedAt)
			replaced[at] = append(replaced[at], a.ID)
		} else {
			a.ID = ident.New()
		}
		rows = append(rows, advisoryRow(a))
		for _, key := range boundedKeys(a.Keys) {
			keyed = append(keyed, row{{"match_key", &key}, {"advisory_id", &a.ID}})
		}
	}
	for _, at := range sortedKeys(replaced) {
		if err := w.keepVersions(ctx, replaced[at], at); err != nil {
			return err
		}
	}
	var changes []string
	for _, c := range advisoryRow(new(app.Advisory)).without("id", "source", "record_id", "part") {
		changes = append(changes, c.name+" = excluded."+c.name)
	}
	if err := w.insertWith(ctx, "advisories", " ON CONFLICT (id) DO UPDATE SET "+strings.Join(changes, ", "), rows...); err != nil {
		return err
	}
	return w.insert(ctx, "advisory_keys", keyed...)
}

// keepVersions keeps what advisories say before they are replaced, and takes
// their keys away.
func (w writer) keepVersions(ctx context.Context, ids []string, at string) error {
	return inChunks(ids, func(part []string) error {
		condition, args := in("id", part)
		if _, err := w.exec(ctx, "INSERT INTO advisory_versions (advisory_id, digest, imported_at, replaced_at, modified_at, withdrawn_at, body) "+
			"SELECT id, digest, imported_at, CAST(? AS TEXT), modified_at, withdrawn_at, body FROM advisories WHERE "+condition, append([]any{at}, args...)...); err != nil {
			return err
		}
		condition, args = in("advisory_id", part)
		_, err := w.exec(ctx, "DELETE FROM advisory_keys WHERE "+condition, args...)
		return err
	})
}

// keepPast keeps states of records that were never in force, each once.
func (w writer) keepPast(ctx context.Context, changed []app.Advisory, past []pastState) error {
	type version struct{ advisory, digest string }
	var ids []string
	for i := range past {
		if p := &past[i]; p.of >= 0 {
			p.ID = changed[p.of].ID
		}
		ids = append(ids, past[i].ID)
	}
	slices.Sort(ids)
	kept := map[version]bool{}
	if err := inChunks(slices.Compact(ids), func(part []string) error {
		condition, args := in("advisory_id", part)
		var v version
		return w.each(ctx, row{{"advisory_id", &v.advisory}, {"digest", &v.digest}}, "FROM advisory_versions WHERE "+condition, args, func() error { kept[v] = true; return nil })
	}); err != nil {
		return err
	}
	var rows []row
	for i := range past {
		p, inForce := &past[i], false
		if v := (version{p.ID, p.Digest}); !kept[v] {
			kept[v] = true
			rows = append(rows, row{
				{"advisory_id", &p.ID},
				{"digest", &p.Digest},
				{"imported_at", instant{&p.ImportedAt}},
				{"replaced_at", instant{&p.ImportedAt}},
				{"modified_at", instant{&p.ModifiedAt}},
				{"withdrawn_at", instant{&p.WithdrawnAt}},
				{"body", raw{&p.Body}},
				{"in_force", &inForce},
			})
		}
	}
	return w.insert(ctx, "advisory_versions", rows...)
}

func kevRow(k *app.KEVEntry) row {
	return row{
		{"cve", &k.CVE},
		{"added_on", day{&k.AddedOn}},
		{"name", &k.Name},
		{"action", &k.Action},
		{"due_on", day{&k.DueOn}},
		{"ransomware", &k.Ransomware},
		{"released_at", instant{&k.ReleasedAt}},
	}
}

func (r reader) KEV(ctx context.Context, cve string) (app.KEVEntry, error) {
	return one(ctx, r.queries, "entry "+cve+" in the catalogue of known exploited vulnerabilities", kevRow, "FROM kev WHERE cve = ?", aliasKey(cve))
}

func (w writer) PutKEV(ctx context.Context, entries []app.KEVEntry) (put app.DataPut, err error) {
	known := map[string]app.KEVEntry{}
	var names []string
	for _, e := range entries {
		names = append(names, aliasKey(e.CVE))
	}
	err = inChunks(names, func(part []string) error {
		condition, args := in("cve", part)
		var k app.KEVEntry
		return w.each(ctx, kevRow(&k), "FROM kev WHERE "+condition, args, func() error { known[k.CVE] = k; return nil })
	})
	if err != nil {
		return put, err
	}
	fresh := map[string]app.KEVEntry{} // the last of several lines for one CVE counts
	for _, e := range entries {
		e.CVE = aliasKey(e.CVE)
		if k, ok := known[e.CVE]; ok && !e.ReleasedAt.IsZero() && e.ReleasedAt.Before(k.ReleasedAt) {
			if k.ReleasedAt = e.ReleasedAt; k != e {
				put.Older++
			}
			continue
		}
		fresh[e.CVE] = e
	}
	var changed []string
	var rows []row
	for _, cve := range sortedKeys(fresh) {
		e, k := fresh[cve], known[cve]
		again := e.ReleasedAt.Equal(k.ReleasedAt)
		k.ReleasedAt = e.ReleasedAt
		if k != e {
			changed = append(changed, cve)
		} else if again {
			continue
		}
		rows = append(rows, kevRow(&e))
	}
	if err := w.insertWith(ctx, "kev", " ON CONFLICT (cve) DO UPDATE SET added_on = excluded.added_on, name = excluded.name, "+
		"action = excluded.action, due_on = excluded.due_on, ransomware = excluded.ransomware, released_at = excluded.released_at", rows...); err != nil {
		return put, err
	}
	var groups []string
	if err := inChunks(changed, func(part []string) error {
		condition, args := in("alias_key", part)
		ids, err := w.texts(ctx, "vulnerability_id", "FROM vulnerability_aliases WHERE "+condition, args...)
		groups = append(groups, ids...)
		return err
	}); err != nil {
		return put, err
	}
	put.Changed = len(changed)
	return put, w.refreshGroups(ctx, groups)
}

func aliasKey(alias string) string { return bounded(strings.ToUpper(strings.TrimSpace(alias))) }

func newest(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }
