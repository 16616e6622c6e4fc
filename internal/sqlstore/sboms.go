package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"unicode/utf8"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/register"
)

func sbomRow(s *register.SBOM) row {
	return row{
		{"id", &s.ID},
		{"release_id", &s.ReleaseID},
		{"file_name", &s.FileName},
		{"sha256", &s.SHA256},
		{"bytes", &s.Bytes},
		{"format", &s.Format},
		{"spec_version", &s.SpecVersion},
		{"components", &s.Components},
		{"with_purl", &s.WithPurl},
		{"with_cpe", &s.WithCPE},
		{"unmatchable", &s.Unmatchable},
		{"problems", listOf(&s.Problems)},
		{"uploaded_by", &s.UploadedBy},
		{"uploaded_at", instant{&s.UploadedAt}},
	}
}

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

var occurrences = listing{
	from: "occurrences o JOIN components c ON c.id = o.component_id", id: "o.position", counted: true, base: "o.sbom_id = ?", search: []string{"c.search"}, order: "name",
	sorts: map[string]string{"name": "c.name", "version": "c.version", "supplier": "c.supplier"},
	filters: map[string]filter{
		"match": oneOf(map[string]string{"purl": "c.purl <> ''", "cpe": "c.cpe <> ''", "none": "c.purl = '' AND c.cpe = ''"}),
	},
}

func (r reader) SBOM(ctx context.Context, id string) (register.SBOM, error) {
	return one(ctx, r.queries, "SBOM "+id, sbomRow, "FROM sboms WHERE id = ?", id)
}

func (r reader) SBOMsOfRelease(ctx context.Context, releaseID string) ([]register.SBOM, error) {
	return all(ctx, r.queries, sbomRow, "FROM sboms WHERE release_id = ? ORDER BY uploaded_at DESC, id DESC", releaseID)
}

func (r reader) Occurrences(ctx context.Context, sbomID string, q app.ListQuery) (app.List[register.Occurrence], error) {
	l := occurrences
	l.values = []any{sbomID}
	return page(ctx, r.queries, l, q, func(o *register.Occurrence) row {
		return append(componentRow(&o.Component).of("c"), column{"o.ref", &o.Ref}, column{"o.parent", &o.Parent})
	})
}

func (r reader) Blob(ctx context.Context, digest string) ([]byte, error) {
	var content []byte
	found := false
	err := r.each(ctx, row{{"content", &content}}, "FROM blobs WHERE sha256 = ?", []any{digest}, func() error { found = true; return nil })
	if err == nil && !found {
		return nil, fault.New(fault.NotFound, "there is no file with the SHA-256 %s", digest)
	}
	return content, err
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

func (w writer) AddSBOM(ctx context.Context, s register.SBOM, occurrences []register.Occurrence, file []byte) error {
	if err := w.addBlob(ctx, s.SHA256, file); err != nil {
		return err
	}
	if err := w.insert(ctx, "sboms", sbomRow(&s)); err != nil {
		return err
	}
	if err := w.intern(ctx, occurrences); err != nil {
		return err
	}
	rows := make([]row, len(occurrences))
	for i := range occurrences {
		o, position := &occurrences[i], i
		rows[i] = row{{"sbom_id", &s.ID}, {"position", &position}, {"component_id", &o.Component.ID}, {"ref", &o.Ref}, {"parent", &o.Parent}}
	}
	if err := w.insert(ctx, "occurrences", rows...); err != nil {
		return err
	}
	_, err := w.exec(ctx, "UPDATE releases SET sbom_id = ?, updated_at = ? WHERE id = ?", s.ID, instant{&s.UploadedAt}, s.ReleaseID)
	return err
}

// addBlob keeps a file under its digest; the same file is kept once.
func (w writer) addBlob(ctx context.Context, digest string, file []byte) error {
	sum := sha256.Sum256(file)
	if digest != hex.EncodeToString(sum[:]) {
		return fmt.Errorf("the file has the SHA-256 %x, not %s", sum, digest)
	}
	if file == nil {
		file = []byte{} // an empty file, not NULL
	}
	_, err := w.exec(ctx, "INSERT INTO blobs (sha256, content) VALUES (?, ?) ON CONFLICT (sha256) DO NOTHING", digest, file)
	return err
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

// maxIndexed is the longest text in an index, in bytes. An index of PostgreSQL
// takes about 2,700 bytes in all.
const maxIndexed = 500

// sortKey returns the beginning of text, as much as an index takes.
func sortKey(text string) string {
	text = textOf(text)
	for end := min(len(text), maxIndexed); ; end-- {
		if end == len(text) || utf8.RuneStart(text[end]) {
			return text[:end]
		}
	}
}

// boundedKeys returns the keys as they are indexed, sorted, each once. A longer
// one is kept as its digest.
func boundedKeys(keys []string) []string {
	out := make([]string, len(keys))
	for i, key := range keys {
		out[i] = bounded(key)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func bounded(key string) string {
	key = textOf(key)
	if len(key) <= maxIndexed {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return "sha256:" + hex.EncodeToString(sum[:])
}
