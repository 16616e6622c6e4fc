package httpapi

import (
	"context"

	"mimamori/internal/app"
)

// openValues are the values that the company must still obtain or confirm.
type openValues struct {
	Items []app.OpenValueView `json:"items"`
}

func (a *API) openValues(ctx context.Context, _ *struct{}) (openValues, error) {
	items, err := a.App.OpenValues(ctx)
	return openValues{Items: items}, err
}

type setOpenValue struct {
	ByID
	Body struct {
		Value  string `json:"value" maxLength:"300000" doc:"Text; one element a line for a list, digits for a number, the id of a choice"`
		State  string `json:"state" doc:"to_be_confirmed or confirmed"`
		Source string `json:"source,omitempty" doc:"Where the value comes from; needed to confirm it"`
	} `nameHint:"SetOpenValue"`
}

func (a *API) setOpenValue(ctx context.Context, in *setOpenValue) (app.OpenValueView, error) {
	return a.App.SetOpenValue(ctx, actor(ctx), app.SetOpenValue{
		ID: in.ID, Value: in.Body.Value, State: in.Body.State, Source: in.Body.Source,
	})
}
