package sqlstore

import (
	"cmp"
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
// known, or a new one. The matching keys of a known identity are brought up to
// date, since the way they are made may have become better, or an alias was
// confirmed. It returns the ids of those that are new or got other keys.
//
// What is stored is made a part at a time, and in the order of the indexes it
// goes into: of a large SBOM, all of it would take more memory than the SBOM,
// and each row another page of the index.
func (w writer) intern(ctx context.Context, occurrences []register.Occurrence) (fresh []string, err error) {
	var keys []componentKey
	for part := range slices.Chunk(identitiesOf(occurrences), 500) {
		some, err := w.internPart(ctx, occurrences, part)
		if err != nil {
			return nil, err
		}
		for _, c := range some.added {
			fresh = append(fresh, c.ID)
			for _, key := range boundedKeys(c.Keys) {
				keys = append(keys, componentKey{key, c.ID})
			}
		}
		for _, c := range some.changed {
			fresh = append(fresh, c.ID)
		}
		if _, err := w.SetComponentKeys(ctx, some.changed); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(keys, func(a, b componentKey) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.component, b.component))
	})
	for part := range slices.Chunk(keys, maxParameters/2) {
		rows := make([]row, len(part))
		for i := range part {
			rows[i] = row{{"match_key", &part[i].key}, {"component_id", &part[i].component}}
		}
		if err := w.insert(ctx, "component_keys", rows...); err != nil {
			return nil, err
		}
	}
	return fresh, nil
}

// componentKey is a matching key with a component that has it.
type componentKey struct{ key, component string }

// identity is one component identity with the places it has among occurrences.
type identity struct {
	digest string
	places []int32
}

// identitiesOf returns each identity once, sorted by digest.
func identitiesOf(occurrences []register.Occurrence) []identity {
	byDigest := make(map[[sha256.Size]byte][]int32, len(occurrences))
	for i := range occurrences {
		sum := sha256.Sum256([]byte(occurrences[i].Component.IdentityKey()))
		byDigest[sum] = append(byDigest[sum], int32(i)) //nolint:gosec // an SBOM has less than a million
	}
	out := make([]identity, 0, len(byDigest))
	for sum, places := range byDigest {
		out = append(out, identity{hex.EncodeToString(sum[:]), places})
	}
	slices.SortFunc(out, func(a, b identity) int { return cmp.Compare(a.digest, b.digest) })
	return out
}

// internedPart is what became of some identities.
type internedPart struct {
	added   []*register.Component
	changed []register.Component // known, with other keys
}

func (w writer) internPart(ctx context.Context, occurrences []register.Occurrence, part []identity) (internedPart, error) {
	digests := make([]string, len(part))
	for i := range part {
		digests[i] = part[i].digest
	}
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
	for i := range part {
		c := &occurrences[part[i].places[0]].Component
		k, ok := known[part[i].digest]
		if ok {
			c.ID = k.ID
		} else {
			c.ID = ident.New()
		}
		for _, at := range part[i].places[1:] {
			occurrences[at].Component.ID = c.ID
		}
		switch {
		case !ok:
			alias := aliasOf(c)
			out.added = append(out.added, c)
			rows = append(rows, append(componentRow(c), column{"identity_sha256", &part[i].digest}, column{"alias_key", &alias},
				found(c.Group, c.Name, c.Version, c.Supplier, c.Purl, c.CPE)))
		case !slices.Equal(k.Keys, c.Keys):
			out.changed = append(out.changed, *c)
		}
	}
	return out, w.insert(ctx, "components", rows...)
}

func aliasOf(c *register.Component) string { return bounded(match.AliasKey(c.Supplier, c.Name)) }

func keyRows(c *register.Component) []row {
	var out []row
	for _, key := range boundedKeys(c.Keys) {
		out = append(out, row{{"match_key", &key}, {"component_id", &c.ID}})
	}
	return out
}

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
	var changed, other []string // other has those with other matching keys
	var keyed []row
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
		if !slices.Equal(k.match, c.Keys) {
			other = append(other, c.ID)
			keyed = append(keyed, keyRows(c)...)
		}
	}
	if err := inChunks(other, func(part []string) error {
		condition, args := in("component_id", part)
		_, err := w.exec(ctx, "DELETE FROM component_keys WHERE "+condition, args...)
		return err
	}); err != nil {
		return nil, err
	}
	return changed, w.insert(ctx, "component_keys", keyed...)
}
