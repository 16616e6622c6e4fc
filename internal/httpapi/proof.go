package httpapi

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
)

type determinationPDF struct {
	ByID
	Lang string `query:"lang" enum:"ja,en" doc:"Language of the paper; the one of the request when it is not given"`
}

// determinationPDF hands out the proof of a determination on paper.
func (a *API) determinationPDF(ctx context.Context, in *determinationPDF) (func(huma.Context), error) {
	lang := in.Lang
	if lang == "" {
		lang = languageFor(ctx)
	}
	f, err := a.App.DeterminationPDF(ctx, in.ID, lang)
	return download("application/pdf", f.Name, f.Content), err
}
