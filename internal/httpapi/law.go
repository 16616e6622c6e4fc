package httpapi

import (
	"context"

	"mimamori/internal/app"
)

func (a *API) law(_ context.Context, _ *struct{}) (app.LawView, error) {
	return a.App.LawView()
}
