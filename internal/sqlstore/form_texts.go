package sqlstore

import (
	"context"
	"crypto/sha256"
	"fmt"

	"mimamori/internal/app"
)

func formTextRow(t *app.FormText) row {
	return row{
		{"form", &t.Form},
		{"edition", &t.Edition},
		{"digest", &t.Digest},
		{"content", blob{&t.Text}},
		{"installed_by", &t.InstalledBy},
		{"installed_at", instant{&t.InstalledAt}},
	}
}

func (r reader) FormTexts(ctx context.Context) ([]app.FormText, error) {
	return all(ctx, r.queries, formTextRow, "FROM form_texts ORDER BY form, edition")
}

func (r reader) FormText(ctx context.Context, form, edition string) (app.FormText, error) {
	return one(ctx, r.queries, "installed form "+form, formTextRow, "FROM form_texts WHERE form = ? AND edition = ?", form, edition)
}

// AddFormText refuses a text that does not have its digest.
func (w writer) AddFormText(ctx context.Context, t app.FormText) error {
	if sum := fmt.Sprintf("sha256:%x", sha256.Sum256(t.Text)); t.Digest != sum {
		return fmt.Errorf("the text of the form %s %s has the digest %s, not %s", t.Form, t.Edition, sum, t.Digest)
	}
	return w.insert(ctx, "form_texts", formTextRow(&t))
}
