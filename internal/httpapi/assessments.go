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
	// The five of the CS notice 3(2).
	Consequences     consequencesInput    `json:"consequences,omitempty" doc:"What exploitation led to or can lead to: yes, no or unknown each"`
	Malfunctions     []assess.Malfunction `json:"malfunctions,omitempty" doc:"Kinds of malfunction that occurred or could follow: specification, defective, failure, insufficient_insert, adverse_event"`
	Exploited        register.Known       `json:"exploited,omitempty"`
	Harm             assess.Harm          `json:"harm,omitempty" doc:"death, serious, non_serious, none or unknown"`
	Controls         string               `json:"controls,omitempty"`
	ControlsSuffice  register.Known       `json:"controls_suffice,omitempty"`
	ControlsApplied  register.Known       `json:"controls_applied,omitempty" doc:"The controls are in place on every device in use"`
	ConfidentialOnly register.Known       `json:"confidential_only,omitempty" doc:"Older way to say that of the consequences only data_lost is possible"`
}

type consequencesInput struct {
	SettingsChanged register.Known `json:"settings_changed,omitempty"`
	CareChanged     register.Known `json:"care_changed,omitempty"`
	DataLost        register.Known `json:"data_lost,omitempty"`
	Misoperation    register.Known `json:"misoperation,omitempty"`
	Spread          register.Known `json:"spread,omitempty"`
}

type addAssessment struct{ Body assessmentInput }

func (a *API) addAssessment(ctx context.Context, in *addAssessment) (assess.Assessment, error) {
	b := in.Body
	return a.App.AddAssessment(ctx, actor(ctx), assess.Assessment{
		ProductID: b.ProductID, VulnerabilityID: b.VulnerabilityID, Status: b.Status, Justification: b.Justification,
		Statement: b.Statement, Present: b.Present, Used: b.Used, FunctionAffected: b.FunctionAffected, Exploited: b.Exploited,
		Consequences: assess.Consequences(b.Consequences), Malfunctions: b.Malfunctions,
		Harm: b.Harm, Controls: b.Controls, ControlsSuffice: b.ControlsSuffice, ControlsApplied: b.ControlsApplied, ConfidentialOnly: b.ConfidentialOnly,
	})
}
