package sqlstore

import (
	"context"
	"crypto/sha256"
	"fmt"

	"mimamori/internal/app"
)

func rulebookTextRow(t *app.RulebookText) row {
	return row{
		{"digest", &t.Digest},
		{"id", &t.ID},
		{"version", &t.Version},
		{"path", &t.Path},
		{"content", blob{&t.Text}},
		{"kept_at", instant{&t.KeptAt}},
	}
}

func (r reader) RulebookText(ctx context.Context, digest string) (app.RulebookText, error) {
	return one(ctx, r.queries, "rulebook with the digest "+digest, rulebookTextRow, "FROM rulebook_texts WHERE digest = ?", digest)
}

// KeepRulebookText keeps a text once; one that does not have its digest is
// refused, since nothing could be replayed with it.
func (w writer) KeepRulebookText(ctx context.Context, t app.RulebookText) (bool, error) {
	if sum := fmt.Sprintf("sha256:%x", sha256.Sum256(t.Text)); t.Digest != sum {
		return false, fmt.Errorf("the text of the rulebook %s has the digest %s, not %s", t.ID, sum, t.Digest)
	}
	r := rulebookTextRow(&t)
	stored, err := w.exec(ctx, "INSERT INTO rulebook_texts ("+r.names()+") VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING", r.values()...)
	return stored > 0, err
}
