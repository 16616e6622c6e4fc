package httpapi

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/fault"
)

func (a *API) today(ctx context.Context, _ *struct{}) (app.TodayView, error) {
	return a.App.TodayView(ctx, actor(ctx))
}

// counts says how many things wait.
type counts struct {
	Obligations int `json:"obligations"`
	Intakes     int `json:"intakes"`
	Cases       int `json:"cases"`
	Findings    int `json:"findings"`
	Reports     int `json:"reports"`
}

func (a *API) counts(ctx context.Context, _ *struct{}) (counts, error) {
	c, err := a.App.Store.Counts(ctx)
	return counts{Obligations: c["obligations"], Intakes: c["intakes"], Cases: c["cases"], Findings: c["findings"], Reports: c["reports"]}, err
}

type search struct {
	Q string `query:"q" required:"true" minLength:"1" maxLength:"500"`
}

// hits is what a search found.
type hits struct {
	Items  []app.Hit   `json:"items" doc:"Best first, at most 30"`
	Doubts []app.Doubt `json:"doubts" doc:"Sources on whose silence nothing may rest now: \"nothing found\" is not \"not affected\""`
}

func (a *API) search(ctx context.Context, in *search) (hits, error) {
	const most = 30
	found, err := a.App.Store.Search(ctx, in.Q, most)
	if err != nil {
		return hits{}, err
	}
	doubts, err := a.App.Doubts(ctx)
	return hits{Items: found, Doubts: doubts}, err
}

type calendarQuery struct {
	From day `query:"from" required:"true"`
	To   day `query:"to" required:"true"`
}

// calendarView has the days of the calendar of national offices.
type calendarView struct {
	Days []app.DayView `json:"days"`
}

func (a *API) calendar(ctx context.Context, in *calendarQuery) (calendarView, error) {
	const most = 400
	var c fault.Checker
	if in.To.Before(in.From.Date) {
		c.Add("/query/to", "order", "the last day is before the first: exchange them")
	} else if in.From.DaysUntil(in.To.Date) >= most {
		c.Add("/query/to", "length", "at most %d days are shown at once", most)
	}
	if err := c.Err("the calendar cannot be shown like this"); err != nil {
		return calendarView{}, err
	}
	days, err := a.App.Days(ctx, in.From.Date, in.To.Date)
	return calendarView{Days: days}, err
}

func (a *API) holder(ctx context.Context, _ *struct{}) (app.Holder, error) {
	return a.App.Holder(ctx)
}

type setHolder struct{ Body app.Holder }

func (a *API) setHolder(ctx context.Context, in *setHolder) (app.Holder, error) {
	return a.App.SetHolder(ctx, actor(ctx), in.Body)
}
