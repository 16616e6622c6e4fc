package httpapi

import (
	"context"

	"mimamori/internal/app"
)

type listNotifications struct {
	Cursor string `query:"cursor" maxLength:"2000" doc:"next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Unread string `query:"unread" enum:"yes" doc:"Only what was not read yet"`
}

func (a *API) notifications(ctx context.Context, in *listNotifications) (app.NotificationsView, error) {
	page := Listing{Cursor: in.Cursor, Limit: in.Limit}
	return a.App.Notifications(ctx, actor(ctx), page.query("", "unread", in.Unread))
}

type readNotifications struct {
	Body struct {
		IDs []string `json:"ids" doc:"Own notifications; none means all"`
	} `nameHint:"ReadNotifications"`
}

func (a *API) readNotifications(ctx context.Context, in *readNotifications) error {
	return a.App.ReadNotifications(ctx, actor(ctx), in.Body.IDs)
}
