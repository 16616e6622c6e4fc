package httpapi

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/casefile"
)

type listCases struct {
	Listing
	Product       string `query:"product" doc:"Product id"`
	Stage         string `query:"stage" enum:"determine,report,watch"`
	Vulnerability string `query:"vulnerability" doc:"Vulnerability id"`
	Intake        string `query:"intake" doc:"Intake id"`
	Sort          string `query:"sort" enum:"number,-number,aware_on,-aware_on,due_on,-due_on,updated_at,-updated_at"`
}

func (a *API) cases(ctx context.Context, in *listCases) (app.List[app.CaseRow], error) {
	return a.App.Store.Cases(ctx, in.query(in.Sort, "product", in.Product, "stage", in.Stage,
		"vulnerability", in.Vulnerability, "intake", in.Intake))
}

// caseInput is a new case, from an intake, from an assessment or by itself.
type caseInput struct {
	Title           string `json:"title,omitempty"`
	ProductID       string `json:"product_id,omitempty"`
	ReleaseID       string `json:"release_id,omitempty"`
	VulnerabilityID string `json:"vulnerability_id,omitempty"`
	IntakeID        string `json:"intake_id,omitempty"`
	AssessmentID    string `json:"assessment_id,omitempty"`
	AwareOn         day    `json:"aware_on,omitempty" doc:"情報入手日; the intake's own when the case is opened from one"`
}

type openCase struct{ Body caseInput }

func (a *API) openCase(ctx context.Context, in *openCase) (casefile.Case, error) {
	b := in.Body
	return a.App.OpenCase(ctx, actor(ctx), app.OpenCase{
		Title: b.Title, ProductID: b.ProductID, ReleaseID: b.ReleaseID, VulnerabilityID: b.VulnerabilityID,
		IntakeID: b.IntakeID, AssessmentID: b.AssessmentID, AwareOn: b.AwareOn.Date,
	})
}

// OneCase is the input of an operation on one case.
type OneCase struct {
	ID string `path:"id" maxLength:"200" doc:"Id or number" example:"C-2026-0042"`
}

func (a *API) caseFile(ctx context.Context, in *OneCase) (app.CaseView, error) {
	return a.App.Case(ctx, in.ID)
}

type answerFact struct {
	OneCase
	Fact string `path:"fact" maxLength:"100"`
	Body struct {
		Possible []string `json:"possible" maxItems:"50" doc:"Values that are still possible; all of them or none: unknown again"`
		Evidence string   `json:"evidence,omitempty" doc:"Where the answer comes from"`
		Revision int      `json:"revision" doc:"Of the case, as it was read"`
	} `nameHint:"AnswerFact"`
}

// answerFact records one answer and returns the case with what follows from it.
func (a *API) answerFact(ctx context.Context, in *answerFact) (app.CaseView, error) {
	return a.App.AnswerFact(ctx, actor(ctx), app.AnswerFact{
		Case: in.ID, Fact: in.Fact, Possible: in.Body.Possible, Evidence: in.Body.Evidence, Revision: in.Body.Revision,
	})
}

type acceptSuggestions struct {
	OneCase
	Body struct {
		Revision int `json:"revision"`
	} `nameHint:"AcceptSuggestions"`
}

func (a *API) acceptSuggestions(ctx context.Context, in *acceptSuggestions) (app.CaseView, error) {
	return a.App.AcceptSuggestions(ctx, actor(ctx), in.ID, in.Body.Revision)
}

type whatIf struct {
	OneCase
	Body struct {
		Facts map[string][]string `json:"facts" maxProperties:"50" doc:"Values that are still possible, by fact"`
	} `nameHint:"WhatIf"`
}

// whatIf evaluates other answers without recording them.
func (a *API) whatIf(ctx context.Context, in *whatIf) (app.Evaluation, error) {
	return a.App.WhatIf(ctx, in.ID, in.Body.Facts)
}
