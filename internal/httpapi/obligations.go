package httpapi

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/casefile"
)

type listObligations struct {
	Listing
	Case    string `query:"case" doc:"Case id"`
	Intake  string `query:"intake" doc:"Intake id"`
	Product string `query:"product" doc:"Product id"`
	State   string `query:"state" enum:"open,met,void"`
	Kind    string `query:"kind" enum:"decision,triage,first_report,report,report_followup,periodic_report,duty"`
	Sort    string `query:"sort" enum:"urgency" doc:"Open first reports, then by due day"`
}

func (a *API) obligations(ctx context.Context, in *listObligations) (app.List[app.ObligationRow], error) {
	return a.App.Store.Obligations(ctx, in.query(in.Sort, "case", in.Case, "intake", in.Intake, "product", in.Product, "state", in.State, "kind", in.Kind))
}

type meetObligation struct {
	ByID
	Body struct {
		MetOn      day    `json:"met_on"`
		Proof      string `json:"proof" maxLength:"4000" doc:"Receipt, number or journal line that shows it"`
		LateReason string `json:"late_reason,omitempty" doc:"遅延理由: needed after the due day"`
		Revision   int    `json:"revision"`
	} `nameHint:"MeetObligation"`
}

func (a *API) meetObligation(ctx context.Context, in *meetObligation) (casefile.Obligation, error) {
	return a.App.MeetObligation(ctx, actor(ctx), app.MeetObligation{
		ID: in.ID, MetOn: in.Body.MetOn.Date, Proof: in.Body.Proof, LateReason: in.Body.LateReason, Revision: in.Body.Revision,
	})
}

type meetDuties struct {
	OneCase
	Body struct {
		IDs        []string `json:"ids" doc:"Open duties of the case"`
		MetOn      day      `json:"met_on,omitempty"`
		Proof      string   `json:"proof,omitempty" maxLength:"4000" doc:"Receipt, number or journal line that shows it, for all of them"`
		LateReason string   `json:"late_reason,omitempty" doc:"遅延理由: needed when one was done after its due day"`
	} `nameHint:"MeetDuties"`
}

// meetDuties records that several duties of a case were done together.
func (a *API) meetDuties(ctx context.Context, in *meetDuties) (app.CaseView, error) {
	return a.App.MeetDuties(ctx, actor(ctx), app.MeetDuties{
		Case: in.ID, IDs: in.Body.IDs, MetOn: in.Body.MetOn.Date, Proof: in.Body.Proof, LateReason: in.Body.LateReason,
	})
}

type rebaseClock struct {
	ByID
	Body struct {
		AwareOn  day    `json:"aware_on,omitempty" doc:"Day from which the term runs"`
		Reason   string `json:"reason,omitempty"`
		Password string `json:"password,omitempty" maxLength:"1000" doc:"Given again, for the signature"`
		Revision int    `json:"revision"`
	} `nameHint:"RebaseClock"`
}

// rebaseClock bases the clock of an obligation on another day; both days stay.
//
// Errors: 422 with /password when it is wrong, 429 after too many attempts.
func (a *API) rebaseClock(ctx context.Context, in *rebaseClock) (casefile.Obligation, error) {
	return signing(a, ctx, func() (casefile.Obligation, error) {
		return a.App.RebaseClock(ctx, actor(ctx), app.RebaseClock{
			ID: in.ID, AwareOn: in.Body.AwareOn.Date, Reason: in.Body.Reason, Password: in.Body.Password, Revision: in.Body.Revision,
		})
	})
}
