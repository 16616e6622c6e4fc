package httpapi

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/assess"
)

type listStatements struct {
	Listing
	Vulnerability string `query:"vulnerability" doc:"Vulnerability id"`
	Issuer        string `query:"issuer" doc:"Key of the issuer"`
	Source        string `query:"source" enum:"vex,sbom,pedigree" doc:"A document of its own, or what an SBOM says"`
	State         string `query:"state" enum:"in_force,superseded"`
	Sort          string `query:"sort" enum:"stated_at,-stated_at"`
}

func (a *API) statements(ctx context.Context, in *listStatements) (app.List[app.StatementView], error) {
	return a.App.Statements(ctx, in.query(in.Sort, "vulnerability", in.Vulnerability, "issuer", in.Issuer, "source", in.Source, "state", in.State))
}

type acceptStatement struct {
	ByID
	Body struct {
		ProductID       string `json:"product_id"`
		VulnerabilityID string `json:"vulnerability_id"`
		Justification   string `json:"justification,omitempty" doc:"VEX label, for not_affected; without it that of the statement"`
		Text            string `json:"text,omitempty" maxLength:"20000" doc:"Why, in words; without it what the statement says"`
		Reason          string `json:"reason,omitempty" maxLength:"4000" doc:"Needed where the statement does not speak of all open findings of the product"`
	}
}

func (a *API) acceptStatement(ctx context.Context, in *acceptStatement) (assess.Assessment, error) {
	b := in.Body
	return a.App.AcceptStatement(ctx, actor(ctx), app.AcceptStatement{
		StatementID: in.ID, ProductID: b.ProductID, VulnerabilityID: b.VulnerabilityID, Justification: b.Justification, Text: b.Text, Reason: b.Reason,
	})
}

type declineStatement struct {
	ByID
	Body struct {
		ProductID       string `json:"product_id"`
		VulnerabilityID string `json:"vulnerability_id"`
		Reason          string `json:"reason" maxLength:"4000"`
	}
}

func (a *API) declineStatement(ctx context.Context, in *declineStatement) (app.StatementDecision, error) {
	b := in.Body
	return a.App.DeclineStatement(ctx, actor(ctx), app.DeclineStatement{StatementID: in.ID, ProductID: b.ProductID, VulnerabilityID: b.VulnerabilityID, Reason: b.Reason})
}

type listIssuers struct {
	Listing
	Key   string `query:"key" doc:"Of one issuer"`
	Trust string `query:"trust" enum:"unknown,untrusted,trusted"`
	Sort  string `query:"sort" enum:"name,-name,statements,-statements"`
}

func (a *API) issuers(ctx context.Context, in *listIssuers) (app.List[app.Issuer], error) {
	return a.App.Store.Issuers(ctx, in.query(in.Sort, "id", in.Key, "trust", in.Trust))
}

// trustIssuer has the key in the body: a name can hold any character.
type trustIssuer struct {
	Body struct {
		Key      string    `json:"key" maxLength:"4000"`
		Trust    app.Trust `json:"trust" enum:"unknown,untrusted,trusted"`
		Reason   string    `json:"reason" maxLength:"4000"`
		Revision int       `json:"revision" doc:"As read; 0 before anybody judged the issuer"`
	}
}

func (a *API) trustIssuer(ctx context.Context, in *trustIssuer) (app.Issuer, error) {
	b := in.Body
	return a.App.TrustIssuer(ctx, actor(ctx), app.TrustIssuer{Key: b.Key, Trust: b.Trust, Reason: b.Reason, Revision: b.Revision})
}

func (a *API) releaseSupport(ctx context.Context, in *ByID) (app.ReleaseSupport, error) {
	return a.App.ReleaseSupport(ctx, in.ID)
}
