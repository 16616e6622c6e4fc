package httpapi

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/intake"
	"mimamori/internal/register"

	"github.com/danielgtaylor/huma/v2"
)

type listIntakes struct {
	Listing
	Source  string `query:"source" enum:"hospital,finder,foreign_measure,foreign_case,authority,literature,supplier,internal,other"`
	Product string `query:"product" doc:"Product id"`
	Case    string `query:"case" doc:"Case id; none: not in a case yet"`
	Sort    string `query:"sort" enum:"aware_on,-aware_on,number,-number,recorded_at,-recorded_at"`
}

func (a *API) intakes(ctx context.Context, in *listIntakes) (app.List[app.IntakeRow], error) {
	return a.App.Store.Intakes(ctx, in.query(in.Sort, "source", in.Source, "product", in.Product, "case", in.Case))
}

// intakeInput is safety information as it came.
type intakeInput struct {
	Source          intake.Source `json:"source,omitempty"`
	From            string        `json:"from,omitempty" doc:"Who told it"`
	AwareOn         day           `json:"aware_on,omitempty" doc:"情報入手日"`
	OccurredOn      day           `json:"occurred_on,omitempty"`
	Title           string        `json:"title,omitempty"`
	Text            string        `json:"text,omitempty"`
	ProductID       string        `json:"product_id,omitempty"`
	ReleaseID       string        `json:"release_id,omitempty"`
	SiteID          string        `json:"site_id,omitempty"`
	VulnerabilityID string        `json:"vulnerability_id,omitempty"`
}

type recordIntake struct{ Body intakeInput }

func (a *API) recordIntake(ctx context.Context, in *recordIntake) (intake.Record, error) {
	b := in.Body
	return a.App.RecordIntake(ctx, actor(ctx), intake.Record{
		Source: b.Source, From: b.From, AwareOn: b.AwareOn.Date, OccurredOn: b.OccurredOn.Date, Title: b.Title, Text: b.Text,
		ProductID: b.ProductID, ReleaseID: b.ReleaseID, SiteID: b.SiteID, VulnerabilityID: b.VulnerabilityID,
	})
}

// intakeView is an intake record with what it is about.
type intakeView struct {
	Intake      app.IntakeRow       `json:"intake"`
	Product     *register.Product   `json:"product"`
	Site        *register.Site      `json:"site"`
	Attachments []intake.Attachment `json:"attachments" doc:"In the order in which they were added"`
	Dismissed   *app.Refusal        `json:"dismissed" doc:"Why no case was opened from it; null when nobody dismissed it"`
}

func (a *API) intake(ctx context.Context, in *ByID) (intakeView, error) {
	var view intakeView
	var err error
	if view.Intake, err = row(ctx, a.App.Store.Intakes, in.ID); err != nil {
		return intakeView{}, err
	}
	if view.Product, err = optional(ctx, view.Intake.ProductID, a.App.Store.Product); err != nil {
		return intakeView{}, err
	}
	if view.Site, err = optional(ctx, view.Intake.SiteID, a.App.Store.Site); err != nil {
		return intakeView{}, err
	}
	if view.Attachments, err = a.App.Store.Attachments(ctx, in.ID); err != nil {
		return intakeView{}, err
	}
	view.Dismissed, err = a.App.Dismissal(ctx, in.ID)
	return view, err
}

type dismissIntake struct {
	ByID
	Body struct {
		Reason string `json:"reason,omitempty"`
	} `nameHint:"DismissIntake"`
}

// dismissIntake records that no case is opened from an intake record.
func (a *API) dismissIntake(ctx context.Context, in *dismissIntake) (intakeView, error) {
	if _, err := a.App.DismissIntake(ctx, actor(ctx), app.DismissIntake{ID: in.ID, Reason: in.Body.Reason}); err != nil {
		return intakeView{}, err
	}
	return a.intake(ctx, &in.ByID)
}

type addAttachment struct {
	ByID
	Name string `query:"name" required:"true" maxLength:"255" doc:"Name of the file"`
}

// addAttachment keeps a file that came with an intake record.
func (a *API) addAttachment(ctx context.Context, in *addAttachment) (intake.Attachment, error) {
	return a.App.AddAttachment(ctx, actor(ctx), app.AddAttachment{IntakeID: in.ID, Name: in.Name, File: file(ctx)})
}

// attachment is a file as it came, always to be saved and never shown: it is
// from outside.
func (a *API) attachment(ctx context.Context, in *ByID) (func(huma.Context), error) {
	f, err := a.App.Attachment(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return download("application/octet-stream", f.Name, f.Content), nil
}

// optional returns the record of a key, or nil for the empty key.
func optional[T any](ctx context.Context, id string, load func(context.Context, string) (T, error)) (*T, error) {
	if id == "" {
		return nil, nil //nolint:nilnil // no key, no record
	}
	record, err := load(ctx, id)
	if err != nil {
		return nil, err
	}
	return &record, nil
}
