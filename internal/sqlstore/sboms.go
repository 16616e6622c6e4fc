package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"mimamori/internal/app"
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
		{"about", nested[register.AboutSBOM]{&s.About}},
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
	return page(ctx, r.queries, l, q, occurrenceRow)
}

func occurrenceRow(o *register.Occurrence) row {
	return append(componentRow(&o.Component).of("c"), column{"o.position", &o.Position}, column{"o.ref", &o.Ref}, column{"o.parent", &o.Parent},
		column{"o.detail", seldom[register.Detail]{&o.Detail}})
}

func (w writer) AddSBOM(ctx context.Context, s register.SBOM, occurrences []register.Occurrence, file io.ReadSeeker, key func([]register.Component)) ([]string, error) {
	if err := w.KeepFile(ctx, s.SHA256, file); err != nil {
		return nil, err
	}
	if err := w.insert(ctx, "sboms", sbomRow(&s)); err != nil {
		return nil, err
	}
	fresh, err := w.intern(ctx, occurrences, key)
	if err != nil {
		return nil, err
	}
	const batch = 2_000 // rows made at a time: all of them would take more memory than the SBOM
	rows := make([]row, 0, min(batch, len(occurrences)))
	for i := range occurrences {
		o := &occurrences[i]
		o.Position = i
		rows = append(rows, row{
			{"sbom_id", &s.ID},
			{"position", &o.Position},
			{"component_id", &o.Component.ID},
			{"ref", &o.Ref},
			{"parent", &o.Parent},
			{"detail", seldom[register.Detail]{&o.Detail}},
		})
		if len(rows) == batch || i == len(occurrences)-1 {
			if err := w.insert(ctx, "occurrences", rows...); err != nil {
				return nil, err
			}
			rows = rows[:0]
		}
	}
	_, err = w.exec(ctx, "UPDATE releases SET sbom_id = ?, updated_at = ? WHERE id = ?", s.ID, instant{&s.UploadedAt}, s.ReleaseID)
	return fresh, err
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

// boundedKeys returns matching keys as they are indexed, sorted, each once.
func boundedKeys(keys []string) []string {
	out := make([]string, len(keys))
	for i, key := range keys {
		out[i] = matchKey(key)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// hashKeyChars is how much of the key of a digest is indexed, in characters:
// "hash:sha512:" and the first 144 bits. What is found by it is compared in full.
const hashKeyChars = 48

// matchKey returns a matching key as it is indexed.
func matchKey(key string) string {
	key = bounded(key)
	if strings.HasPrefix(key, "hash:") {
		chars := 0
		for at := range key {
			if chars == hashKeyChars {
				return key[:at]
			}
			chars++
		}
	}
	return key
}

// bounded returns a key as an index takes it: a longer one is kept as its digest.
func bounded(key string) string {
	key = textOf(key)
	if len(key) <= maxIndexed {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return "sha256:" + hex.EncodeToString(sum[:])
}
