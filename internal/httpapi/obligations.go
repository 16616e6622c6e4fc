package httpapi

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/casefile"
)

type listObligations struct {
	Listing
	Case  string `query:"case" doc:"Case id"`
	State string `query:"state" enum:"open,met,void"`
	Kind  string `query:"kind" enum:"decision,first_report,report,periodic_report"`
	Sort  string `query:"sort" enum:"urgency" doc:"Open first reports, then by due day"`
}

func (a *API) obligations(ctx context.Context, in *listObligations) (app.List[app.ObligationRow], error) {
	return a.App.Store.Obligations(ctx, in.query(in.Sort, "case", in.Case, "state", in.State, "kind", in.Kind))
}

type meetObligation struct {
	ByID
	Body struct {
		MetOn    day    `json:"met_on"`
		Proof    string `json:"proof" maxLength:"4000" doc:"Receipt, number or journal line that shows it"`
		Revision int    `json:"revision"`
	} `nameHint:"MeetObligation"`
}

func (a *API) meetObligation(ctx context.Context, in *meetObligation) (casefile.Obligation, error) {
	return a.App.MeetObligation(ctx, actor(ctx), app.MeetObligation{
		ID: in.ID, MetOn: in.Body.MetOn.Date, Proof: in.Body.Proof, Revision: in.Body.Revision,
	})
}
