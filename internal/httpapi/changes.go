package httpapi

import (
	"context"
	"time"

	"mimamori/internal/app"
)

// Span is a span of time, by name or by days in Tokyo.
type Span struct {
	Since string `query:"since" enum:"yesterday,seen,week" doc:"yesterday: from 00:00 of the day before in Tokyo; seen: since the own last look; week: seven days. Without it yesterday"`
	From  day    `query:"from" doc:"First day in Tokyo; wins over since"`
	To    day    `query:"to" doc:"Last day in Tokyo; without it until now"`
}

func (s Span) ask() app.AskChanges {
	return app.AskChanges{Since: s.Since, From: s.From.Date, To: s.To.Date}
}

type changesQuery struct{ Span }

func (a *API) changes(ctx context.Context, in *changesQuery) (app.ChangesView, error) {
	return a.App.Changes(ctx, actor(ctx), in.ask())
}

type listChanges struct {
	Listing
	Span
	What    string `query:"what" enum:"exploited,opened,closed,reclassed,severity,withdrawn" doc:"Only where this changed"`
	Product string `query:"product" doc:"Product id: only what touches it"`
	Sort    string `query:"sort" enum:"urgency,-urgency,name,-name,at,-at"`
}

func (a *API) vulnerabilityChanges(ctx context.Context, in *listChanges) (app.List[app.VulnerabilityChange], error) {
	return a.App.VulnerabilityChanges(ctx, actor(ctx), in.ask(), in.query(in.Sort, "what", in.What, "product", in.Product))
}

type oneChange struct {
	ID string `path:"id" maxLength:"200" doc:"Vulnerability id"`
	Listing
	Span
	Change string `query:"change" enum:"opened,reopened,closed,class"`
}

func (a *API) vulnerabilityChange(ctx context.Context, in *oneChange) (app.VulnerabilityChangeView, error) {
	return a.App.VulnerabilityChange(ctx, actor(ctx), in.ID, in.ask(), in.query("", "change", in.Change))
}

type seenChanges struct {
	Body struct {
		Until time.Time `json:"until" doc:"The end of the span that was shown"`
	} `nameHint:"SeenChanges"`
}

// seenUntil is until when a person has looked through the changes.
type seenUntil struct {
	SeenUntil time.Time `json:"seen_until"`
}

func (a *API) seenChanges(ctx context.Context, in *seenChanges) (seenUntil, error) {
	until, err := a.App.SeenChanges(ctx, actor(ctx), in.Body.Until)
	return seenUntil{until}, err
}
