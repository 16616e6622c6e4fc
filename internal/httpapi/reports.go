package httpapi

import (
	"context"

	"mimamori/internal/app"

	"github.com/danielgtaylor/huma/v2"
)

type listReports struct {
	Listing
	Case    string `query:"case" doc:"Case id"`
	Product string `query:"product" doc:"Product id"`
	State   string `query:"state" enum:"draft,returned,in_review,approved"`
	Form    string `query:"form" example:"form8"`
	Sort    string `query:"sort" enum:"number,-number,updated_at,-updated_at"`
}

func (a *API) reports(ctx context.Context, in *listReports) (app.List[app.ReportRow], error) {
	return a.App.Store.Reports(ctx, in.query(in.Sort, "case", in.Case, "product", in.Product, "state", in.State, "form", in.Form))
}

type createReport struct {
	OneCase
	Body struct {
		Form string `json:"form" example:"form8"`
	} `nameHint:"CreateReport"`
}

// createReport makes a draft filled from everything that is known.
func (a *API) createReport(ctx context.Context, in *createReport) (app.ReportView, error) {
	return a.App.CreateReport(ctx, actor(ctx), app.CreateReport{Case: in.ID, Form: in.Body.Form})
}

func (a *API) report(ctx context.Context, in *ByID) (app.ReportView, error) {
	return a.App.Report(ctx, actor(ctx), in.ID)
}

type editReport struct {
	ByID
	Body struct {
		Values   map[string]string `json:"values" maxProperties:"500" doc:"Changed fields only, by key"`
		Revision int               `json:"revision"`
	} `nameHint:"EditReport"`
}

func (a *API) editReport(ctx context.Context, in *editReport) (app.ReportView, error) {
	return a.App.EditReport(ctx, actor(ctx), app.EditReport{ID: in.ID, Values: in.Body.Values, Revision: in.Body.Revision})
}

type submitReport struct {
	ByID
	Body struct {
		Revision int `json:"revision"`
	} `nameHint:"SubmitReport"`
}

// submitReport asks another person for approval.
func (a *API) submitReport(ctx context.Context, in *submitReport) (app.ReportView, error) {
	return a.App.SubmitReport(ctx, actor(ctx), in.ID, in.Body.Revision)
}

type approveReport struct {
	ByID
	Body struct {
		Digest   string `json:"digest" doc:"Of the content that was on the screen"`
		Revision int    `json:"revision"`
	} `nameHint:"ApproveReport"`
}

// approveReport signs a report as it was shown.
//
// Errors: 403 for whoever wrote it, 409 when it changed since it was shown.
func (a *API) approveReport(ctx context.Context, in *approveReport) (app.ReportView, error) {
	return a.App.ApproveReport(ctx, actor(ctx), app.ApproveReport{ID: in.ID, Digest: in.Body.Digest, Revision: in.Body.Revision})
}

type returnReport struct {
	ByID
	Body struct {
		Reason   string `json:"reason" maxLength:"4000"`
		Revision int    `json:"revision"`
	} `nameHint:"ReturnReport"`
}

func (a *API) returnReport(ctx context.Context, in *returnReport) (app.ReportView, error) {
	return a.App.ReturnReport(ctx, actor(ctx), app.ReturnReport{ID: in.ID, Reason: in.Body.Reason, Revision: in.Body.Revision})
}

func (a *API) reportPDF(ctx context.Context, in *ByID) (func(huma.Context), error) {
	f, err := a.App.ReportPDF(ctx, in.ID)
	return download("application/pdf", f.Name, f.Content), err
}

func (a *API) reportJSON(ctx context.Context, in *ByID) (func(huma.Context), error) {
	f, err := a.App.ReportJSON(ctx, in.ID)
	return download("application/json", f.Name, f.Content), err
}
