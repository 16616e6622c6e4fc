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
