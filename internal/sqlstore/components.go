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
// known, or a new one. The matching keys of a known identity are brought up to
// date, since the way they are made may have become better, or an alias was
// confirmed. It returns the ids of those that are new or got other keys.
func (w writer) intern(ctx context.Context, occurrences []register.Occurrence) ([]string, error) {
	first := map[string]*register.Component{} // by digest of the identity
	digests := make([]string, len(occurrences))
	var wanted []string
	for i := range occurrences {
		sum := sha256.Sum256([]byte(occurrences[i].Component.IdentityKey()))
		digests[i] = hex.EncodeToString(sum[:])
		if first[digests[i]] == nil {
			first[digests[i]] = &occurrences[i].Component
			wanted = append(wanted, digests[i])
		}
	}
	known := map[string]register.Component{}
	err := inChunks(wanted, func(part []string) error {
		condition, args := in("identity_sha256", part)
		var digest string
		var c register.Component
		return w.each(ctx, row{{"id", &c.ID}, {"match_keys", listOf(&c.Keys)}, {"identity_sha256", &digest}}, "FROM components WHERE "+condition, args,
			func() error { known[digest] = c; return nil })
	})
	if err != nil {
		return nil, err
	}
	var fresh []string
	var added, keyed []row
	var changed []register.Component
	for _, digest := range wanted {
		c := first[digest]
		if k, ok := known[digest]; ok {
			if c.ID = k.ID; !slices.Equal(k.Keys, c.Keys) {
				changed, fresh = append(changed, *c), append(fresh, c.ID)
			}
			continue
		}
		c.ID = ident.New()
		fresh = append(fresh, c.ID)
		alias := aliasOf(c)
		added = append(added, append(componentRow(c), column{"identity_sha256", &digest}, column{"alias_key", &alias},
			found(c.Group, c.Name, c.Version, c.Supplier, c.Purl, c.CPE)))
		keyed = append(keyed, keyRows(c)...)
	}
	for i := range occurrences {
		occurrences[i].Component.ID = first[digests[i]].ID
	}
	if _, err := w.SetComponentKeys(ctx, changed); err != nil {
		return nil, err
	}
	if err := w.insert(ctx, "components", added...); err != nil {
		return nil, err
	}
	return fresh, w.insert(ctx, "component_keys", keyed...)
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
