package httpapi

import (
	"context"

	"mimamori/internal/app"
)

func (a *API) reading(_ context.Context, in *ByID) (app.ReadingView, error) {
	return a.App.Reading(in.ID)
}
