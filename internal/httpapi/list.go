package httpapi

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/fault"
)

// Listing is what every list takes. Each list documents its own filters and orders.
type Listing struct {
	Q      string `query:"q" maxLength:"500" doc:"Words to search for; full and half width, case and kana do not matter"`
	Cursor string `query:"cursor" maxLength:"2000" doc:"next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// query makes the request for one page: the order, then filters as field and
// value in turn; empty values do not filter.
func (l Listing) query(sort string, filters ...string) app.ListQuery {
	q := app.ListQuery{Text: l.Q, Sort: sort, Cursor: l.Cursor, Limit: l.Limit}
	for i := 0; i < len(filters); i += 2 {
		if filters[i+1] != "" {
			if q.Filter == nil {
				q.Filter = map[string]string{}
			}
			q.Filter[filters[i]] = filters[i+1]
		}
	}
	return q
}

// ByID is the input of an operation on one record.
type ByID struct {
	ID string `path:"id" maxLength:"200"`
}

// row returns one row of a list, so that a record looks the same in the list
// and on its own page.
func row[T any](ctx context.Context, list func(context.Context, app.ListQuery) (app.List[T], error), id string) (T, error) {
	found, err := list(ctx, app.ListQuery{Filter: map[string]string{"id": id}, Limit: 1})
	if err == nil && len(found.Items) == 0 {
		err = fault.New(fault.NotFound, "there is no such record")
	}
	if err != nil {
		var none T
		return none, err
	}
	return found.Items[0], nil
}
