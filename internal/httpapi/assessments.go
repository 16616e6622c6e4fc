package httpapi

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/assess"
	"mimamori/internal/register"
)

type listAssessments struct {
	Listing
	Product       string `query:"product" doc:"Product id"`
	Vulnerability string `query:"vulnerability" doc:"Vulnerability id"`
	Status        string `query:"status" enum:"not_affected,affected,fixed,under_investigation"`
	Current       string `query:"current" enum:"yes" doc:"Without superseded ones"`
	Sort          string `query:"sort" enum:"made_at,-made_at,vulnerability,-vulnerability,product,-product"`
}

func (a *API) assessments(ctx context.Context, in *listAssessments) (app.List[app.AssessmentRow], error) {
	return a.App.Store.Assessments(ctx, in.query(in.Sort, "product", in.Product, "vulnerability", in.Vulnerability,
		"status", in.Status, "current", in.Current))
}

func (a *API) assessment(ctx context.Context, in *ByID) (assess.Assessment, error) {
	return a.App.Store.Assessment(ctx, in.ID)
}

// assessmentInput is a judgement; an answer that is left out is unknown.
type assessmentInput struct {
	ProductID        string         `json:"product_id,omitempty"`
	VulnerabilityID  string         `json:"vulnerability_id,omitempty"`
	Status           assess.Status  `json:"status,omitempty" doc:"VEX: not_affected, affected, fixed or under_investigation"`
	Justification    string         `json:"justification,omitempty" doc:"VEX label, for not_affected"`
	Statement        string         `json:"statement,omitempty" doc:"Why, in words"`
	Present          register.Known `json:"present,omitempty" doc:"yes, no or unknown"`
	Used             register.Known `json:"used,omitempty"`
	FunctionAffected register.Known `json:"function_affected,omitempty"`
	Exploited        register.Known `json:"exploited,omitempty"`
	Harm             assess.Harm    `json:"harm,omitempty" doc:"death, serious, non_serious, none or unknown"`
	Controls         string         `json:"controls,omitempty"`
	ControlsSuffice  register.Known `json:"controls_suffice,omitempty"`
	ConfidentialOnly register.Known `json:"confidential_only,omitempty"`
}

type addAssessment struct{ Body assessmentInput }

func (a *API) addAssessment(ctx context.Context, in *addAssessment) (assess.Assessment, error) {
	b := in.Body
	return a.App.AddAssessment(ctx, actor(ctx), assess.Assessment{
		ProductID: b.ProductID, VulnerabilityID: b.VulnerabilityID, Status: b.Status, Justification: b.Justification,
		Statement: b.Statement, Present: b.Present, Used: b.Used, FunctionAffected: b.FunctionAffected, Exploited: b.Exploited,
		Harm: b.Harm, Controls: b.Controls, ControlsSuffice: b.ControlsSuffice, ConfidentialOnly: b.ConfidentialOnly,
	})
}
