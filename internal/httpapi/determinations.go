package httpapi

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/casefile"

	"github.com/danielgtaylor/huma/v2"
)

type confirmDetermination struct {
	OneCase
	Body struct {
		Shown   string `json:"shown" doc:"Digest of the answer that was on the screen"`
		Comment string `json:"comment,omitempty" maxLength:"4000"`
	} `nameHint:"ConfirmDetermination"`
}

// confirmDetermination lets the signed-in person confirm the determination of
// a case as it was shown to them.
//
// Errors: 409 the facts moved since it was shown.
func (a *API) confirmDetermination(ctx context.Context, in *confirmDetermination) (app.CaseView, error) {
	return a.App.ConfirmDetermination(ctx, actor(ctx), app.ConfirmDetermination{
		Case: in.ID, Shown: in.Body.Shown, Comment: in.Body.Comment,
	})
}

type proposeDetermination struct {
	OneCase
	Body struct {
		Shown   string `json:"shown" doc:"Digest of the answer that was on the screen"`
		Comment string `json:"comment,omitempty" maxLength:"4000"`
	} `nameHint:"ProposeDetermination"`
}

// proposeDetermination asks the safety officer to confirm the answer.
//
// Errors: 409 the facts moved since it was shown.
func (a *API) proposeDetermination(ctx context.Context, in *proposeDetermination) (app.CaseView, error) {
	return a.App.ProposeDetermination(ctx, actor(ctx), app.ProposeDetermination{
		Case: in.ID, Shown: in.Body.Shown, Comment: in.Body.Comment,
	})
}

type overrideDetermination struct {
	OneCase
	Body struct {
		Shown       string `json:"shown" doc:"Digest of the answer that was on the screen"`
		Result      string `json:"result" doc:"report or not_reportable"`
		Form        string `json:"form,omitempty" doc:"form8 to form12, for a report"`
		DueOn       day    `json:"due_on,omitempty" doc:"For a report"`
		FirstReport bool   `json:"first_report,omitempty"`
		Reason      string `json:"reason,omitempty"`
		Password    string `json:"password,omitempty" maxLength:"1000" doc:"Given again, for the signature"`
	} `nameHint:"OverrideDetermination"`
}

// overrideDetermination is the first of two signatures under a decision that is
// not the answer of the law, which goes on to govern.
//
// Errors: 422 with /password when it is wrong, 429 after too many attempts, 409
// the facts moved since the answer was shown.
func (a *API) overrideDetermination(ctx context.Context, in *overrideDetermination) (app.CaseView, error) {
	b := in.Body
	return signing(a, ctx, func() (app.CaseView, error) {
		return a.App.OverrideDetermination(ctx, actor(ctx), app.OverrideDetermination{
			Case: in.ID, Shown: b.Shown, Password: b.Password,
			Override: casefile.Override{Result: b.Result, Form: b.Form, DueOn: b.DueOn.Date, FirstReport: b.FirstReport, Reason: b.Reason},
		})
	})
}

type countersignOverride struct {
	ByID
	Body struct {
		Comment  string `json:"comment,omitempty" maxLength:"4000"`
		Password string `json:"password,omitempty" maxLength:"1000" doc:"Given again, for the signature"`
	} `nameHint:"CountersignOverride"`
}

// countersignOverride is the second signature, by another person.
//
// Errors: 403 by the one who asked, 409 the facts moved or it was signed
// already, 422 with /password when it is wrong, 429 after too many attempts.
func (a *API) countersignOverride(ctx context.Context, in *countersignOverride) (app.CaseView, error) {
	return signing(a, ctx, func() (app.CaseView, error) {
		return a.App.CountersignOverride(ctx, actor(ctx), app.CountersignOverride{ID: in.ID, Password: in.Body.Password, Comment: in.Body.Comment})
	})
}

type refuseDetermination struct {
	ByID
	Body struct {
		Reason string `json:"reason,omitempty"`
	} `nameHint:"RefuseDetermination"`
}

// refuseDetermination does not take a proposal or an override that was asked for.
func (a *API) refuseDetermination(ctx context.Context, in *refuseDetermination) (app.CaseView, error) {
	return a.App.RefuseDetermination(ctx, actor(ctx), app.RefuseDetermination{ID: in.ID, Reason: in.Body.Reason})
}

func (a *API) determination(ctx context.Context, in *ByID) (app.DeterminationPage, error) {
	return a.App.Determination(ctx, in.ID)
}

// determinationRecord hands out the bytes that were signed.
func (a *API) determinationRecord(ctx context.Context, in *ByID) (func(huma.Context), error) {
	f, err := a.App.DeterminationRecord(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return download("application/json", f.Name, f.Content), nil
}
