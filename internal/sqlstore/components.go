package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"mimamori/internal/ident"
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

func (r reader) ComponentsByKeys(ctx context.Context, keys []string) ([]register.Component, error) {
	out, seen := []register.Component{}, map[string]bool{}
	err := inChunks(boundedKeys(keys), func(part []string) error {
		condition, args := in("k.match_key", part)
		found, err := all(ctx, r.queries, componentRow, "FROM components WHERE id IN (SELECT k.component_id FROM component_keys k WHERE "+condition+
			" AND EXISTS (SELECT 1 FROM occurrences o JOIN releases r ON r.sbom_id = o.sbom_id WHERE o.component_id = k.component_id)) ORDER BY id", args...)
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

// intern sets the id of every component: that of an equal identity that is
// known, or a new one. The matching keys of a known identity are brought up to
// date, since the way they are made may have become better.
func (w writer) intern(ctx context.Context, occurrences []register.Occurrence) error {
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
		return w.each(ctx, append(componentRow(&c), column{"identity_sha256", &digest}), "FROM components WHERE "+condition, args,
			func() error { known[digest] = c; return nil })
	})
	if err != nil {
		return err
	}
	var added, keyed []row
	for _, digest := range wanted {
		c := first[digest]
		if k, ok := known[digest]; ok {
			c.ID = k.ID
			if slices.Equal(k.Keys, c.Keys) {
				continue
			}
			if err := w.replaceKeys(ctx, c); err != nil {
				return err
			}
		} else {
			c.ID = ident.New()
			added = append(added, append(componentRow(c), column{"identity_sha256", &digest}, found(c.Group, c.Name, c.Version, c.Supplier, c.Purl, c.CPE)))
		}
		for _, key := range boundedKeys(c.Keys) {
			keyed = append(keyed, row{{"match_key", &key}, {"component_id", &c.ID}})
		}
	}
	for i := range occurrences {
		occurrences[i].Component.ID = first[digests[i]].ID
	}
	if err := w.insert(ctx, "components", added...); err != nil {
		return err
	}
	return w.insert(ctx, "component_keys", keyed...)
}

func (w writer) replaceKeys(ctx context.Context, c *register.Component) error {
	if _, err := w.exec(ctx, "UPDATE components SET match_keys = ? WHERE id = ?", listOf(&c.Keys), c.ID); err != nil {
		return err
	}
	_, err := w.exec(ctx, "DELETE FROM component_keys WHERE component_id = ?", c.ID)
	return err
}
