package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"mimamori/internal/ident"
	"mimamori/internal/match"
	"mimamori/internal/register"
)

func componentRow(c *register.Component) row {
	return row{
		{"id", &c.ID},
		{"type", &c.Type},
		{"group_name", &c.Group},
		{"name", &c.Name},
		{"version", &c.Version},
		{"supplier", &c.Supplier},
		{"purl", &c.Purl},
		{"cpe", &c.CPE},
		{"match_keys", listOf(&c.Keys)},
		{"more", nested[register.MoreIdentity]{&c.More}},
	}
}

func (r reader) ComponentsOfSBOM(ctx context.Context, sbomID string) ([]register.Component, error) {
	return all(ctx, r.queries, componentRow, "FROM components WHERE id IN (SELECT component_id FROM occurrences WHERE sbom_id = ?) ORDER BY id", sbomID)
}

func (r reader) Components(ctx context.Context, ids []string) ([]register.Component, error) {
	out := []register.Component{}
	err := inChunks(ids, func(part []string) error {
		condition, args := in("id", part)
		found, err := all(ctx, r.queries, componentRow, "FROM components WHERE "+condition+" ORDER BY id", args...)
		out = append(out, found...)
		return err
	})
	return out, err
}

func (r reader) ComponentsAfter(ctx context.Context, id string, limit int) ([]register.Component, error) {
	return all(ctx, r.queries, componentRow, "FROM components WHERE id > ? ORDER BY id LIMIT ?", id, limit)
}

func (r reader) NamesakesAfter(ctx context.Context, cursor string, limit int) ([]register.Component, string, error) {
	id, alias, _ := strings.Cut(cursor, " ")
	out := []register.Component{}
	err := r.collect(ctx, func() (row, func()) {
		c := new(register.Component)
		return append(componentRow(c), column{"alias_key", &alias}), func() { out, id = append(out, *c), c.ID }
	}, "FROM components WHERE (alias_key, id) > (?, ?) ORDER BY alias_key, id LIMIT ?", []any{alias, id, limit})
	return out, id + " " + alias, err
}

func (r reader) ComponentsByKeys(ctx context.Context, keys []string) ([]register.Component, error) {
	out, seen := []register.Component{}, map[string]bool{}
	err := inChunks(boundedKeys(keys), func(part []string) error {
		condition, args := in("match_key", part)
		found, err := all(ctx, r.queries, componentRow, "FROM components WHERE id IN (SELECT component_id FROM component_keys WHERE "+condition+") ORDER BY id", args...)
		for _, c := range found {
			if !seen[c.ID] {
				seen[c.ID] = true
				out = append(out, c)
			}
		}
		return err
	})
	return out, err
}

func (r reader) ReleasesOf(ctx context.Context, componentIDs []string) (map[string][]string, error) {
	out := map[string][]string{}
	err := inChunks(componentIDs, func(part []string) error {
		condition, args := in("o.component_id", part)
		var component, release string
		return r.each(ctx, row{{"DISTINCT o.component_id", &component}, {"r.id", &release}},
			"FROM occurrences o JOIN releases r ON r.sbom_id = o.sbom_id WHERE "+condition+
				" UNION SELECT o.component_id, o.release_id FROM devices o WHERE "+condition, append(args, args...),
			func() error { out[component] = append(out[component], release); return nil })
	})
	return out, err
}

// intern sets the id of every component: that of an equal identity that is
// known, or a new one. key makes the matching keys of components; those of a
// known identity are brought up to date, since the way they are made may have
// become better, or an alias was confirmed. It returns the ids of those that
// share a key with an advisory and are new, and of those that got other keys.
//
// What is stored is made a part at a time: of a large SBOM, all of it would take
// more memory than the SBOM. New components go in as they are placed, and so
// into the order of their ids: places are stored and read beside each other.
func (w writer) intern(ctx context.Context, occurrences []register.Occurrence, key func([]register.Component)) (fresh []string, err error) {
	keys := &componentKeys{}
	distinct, first := identities(occurrences)
	for part := range slices.Chunk(distinct, 500) {
		some, err := w.internPart(ctx, occurrences, part, key)
		if err != nil {
			return nil, err
		}
		for i := range some.added {
			keys.add(some.added[i].ID, some.added[i].Keys)
		}
		for i := range some.changed {
			fresh = append(fresh, some.changed[i].ID)
		}
		if _, err := w.SetComponentKeys(ctx, some.changed); err != nil {
			return nil, err
		}
	}
	for i := range occurrences {
		occurrences[i].Component.ID = occurrences[first[i]].Component.ID
	}
	if err := w.addComponentKeys(ctx, keys); err != nil {
		return nil, err
	}
	meeting, err := w.meeting(ctx, keys)
	return append(fresh, meeting...), err
}

// identity is one component identity by its digest, with its first place.
type identity struct {
	digest [sha256.Size]byte
	at     int32
}

// identities returns each identity once, in the order of places, and of each
// place the first one of the same identity.
func identities(occurrences []register.Occurrence) (distinct []identity, first []int32) {
	distinct, first = make([]identity, 0, len(occurrences)), make([]int32, len(occurrences))
	known := make(map[[sha256.Size]byte]int32, len(occurrences))
	for i := range occurrences {
		digest := sha256.Sum256([]byte(occurrences[i].Component.IdentityKey()))
		at, again := known[digest]
		if !again {
			at = int32(i) //nolint:gosec // an SBOM has less than a million
			known[digest] = at
			distinct = append(distinct, identity{digest, at})
		}
		first[i] = at
	}
	return distinct, first
}

// internedPart is what became of some identities.
type internedPart struct {
	added   []register.Component
	changed []register.Component // known, with other keys
}

func (w writer) internPart(ctx context.Context, occurrences []register.Occurrence, part []identity, key func([]register.Component)) (internedPart, error) {
	digests, components := make([]string, len(part)), make([]register.Component, len(part))
	for i := range part {
		digests[i], components[i] = hex.EncodeToString(part[i].digest[:]), occurrences[part[i].at].Component
	}
	key(components)
	known := map[string]register.Component{}
	condition, args := in("identity_sha256", digests)
	var digest string
	var stored register.Component
	if err := w.each(ctx, row{{"id", &stored.ID}, {"match_keys", listOf(&stored.Keys)}, {"identity_sha256", &digest}}, "FROM components WHERE "+condition, args,
		func() error { known[digest] = stored; return nil }); err != nil {
		return internedPart{}, err
	}
	var out internedPart
	var rows []row
	for i := range components {
		c := &components[i]
		k, ok := known[digests[i]]
		if c.ID = k.ID; !ok {
			c.ID = ident.New()
		}
		occurrences[part[i].at].Component.ID = c.ID
		switch {
		case !ok:
			alias := aliasOf(c)
			out.added = append(out.added, *c)
			rows = append(rows, append(componentRow(c), column{"identity_sha256", &digests[i]}, column{"alias_key", &alias},
				found(c.Group, c.Name, c.Version, c.Supplier, c.Purl, c.CPE)))
		case !slices.Equal(k.Keys, c.Keys):
			out.changed = append(out.changed, *c)
		}
	}
	return out, w.insert(ctx, "components", rows...)
}

func aliasOf(c *register.Component) string { return bounded(match.AliasKey(c.Supplier, c.Name)) }

func (w writer) SetComponentKeys(ctx context.Context, components []register.Component) ([]string, error) {
	ids := make([]string, len(components))
	for i := range components {
		ids[i] = components[i].ID
	}
	type keys struct {
		alias string
		match []string
	}
	stored := map[string]keys{}
	if err := inChunks(ids, func(part []string) error {
		condition, args := in("id", part)
		var id string
		var k keys
		return w.each(ctx, row{{"id", &id}, {"alias_key", &k.alias}, {"match_keys", listOf(&k.match)}}, "FROM components WHERE "+condition, args,
			func() error { stored[id] = k; return nil })
	}); err != nil {
		return nil, err
	}
	var changed []string
	added := &componentKeys{}
	for i := range components {
		c := &components[i]
		k, known := stored[c.ID]
		if !known || k.alias == aliasOf(c) && slices.Equal(k.match, c.Keys) {
			continue
		}
		if _, err := w.exec(ctx, "UPDATE components SET match_keys = ?, alias_key = ? WHERE id = ?", listOf(&c.Keys), aliasOf(c), c.ID); err != nil {
			return nil, err
		}
		changed = append(changed, c.ID)
		if err := inChunks(without(k.match, c.Keys), func(gone []string) error {
			condition, args := in("match_key", gone)
			_, err := w.exec(ctx, "DELETE FROM component_keys WHERE component_id = ? AND "+condition, append([]any{c.ID}, args...)...)
			return err
		}); err != nil {
			return nil, err
		}
		added.add(c.ID, without(c.Keys, k.match))
	}
	return changed, w.addComponentKeys(ctx, added)
}

// without returns the keys that are not, as they are indexed, among others.
func without(keys, others []string) []string {
	held := boundedKeys(others)
	return slices.DeleteFunc(boundedKeys(keys), func(key string) bool { return slices.Contains(held, key) })
}
