package httpapi

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/match"
)

type listVulnerabilities struct {
	Listing
	KEV      string `query:"kev" enum:"yes" doc:"Only those of the catalogue of known exploited vulnerabilities"`
	EPSS     string `query:"epss" doc:"Only those with at least this EPSS probability, from 0 to 1; one without a score is unknown and left out" example:"0.1"`
	Touching string `query:"touching" enum:"yes" doc:"Only those with an open finding"`
	Sort     string `query:"sort" enum:"name,-name,modified_at,-modified_at,findings,-findings,priority,-priority" doc:"priority: known exploited, then by severity; -priority has the most urgent first"`
}

func (a *API) vulnerabilities(ctx context.Context, in *listVulnerabilities) (app.List[app.VulnerabilityRow], error) {
	return a.App.Store.Vulnerabilities(ctx, in.query(in.Sort, "kev", in.KEV, "epss", in.EPSS, "touching", in.Touching))
}

type oneVulnerability struct {
	ID   string `path:"id" maxLength:"200" doc:"Id or any alias" example:"CVE-2021-44228"`
	Mode string `query:"mode" enum:"precise,comprehensive" doc:"What of the fleet is shown as touched, as in the list of findings; default comprehensive"`
}

func (a *API) vulnerability(ctx context.Context, in *oneVulnerability) (app.VulnerabilityView, error) {
	view, err := a.App.Vulnerability(ctx, in.ID, match.Mode(in.Mode))
	if err != nil {
		return view, err
	}
	view.Doubts, err = a.App.Doubts(ctx)
	return view, err
}

// FindingFilter narrows a list of findings.
type FindingFilter struct {
	Release       string `query:"release" doc:"Release id"`
	Product       string `query:"product" doc:"Product id"`
	Site          string `query:"site" doc:"Site id"`
	Vulnerability string `query:"vulnerability" doc:"Vulnerability id"`
	Class         string `query:"class" doc:"Class of the strongest match"`
	State         string `query:"state" enum:"open,closed"`
	Mode          string `query:"mode" enum:"precise,comprehensive" doc:"precise: without names that only resemble and without what a trusted source says is fixed or not affected; default comprehensive"`
	KEV           string `query:"kev" enum:"yes"`
	Assessed      string `query:"assessed" enum:"yes,no"`
}

func (f FindingFilter) filters() []string {
	return []string{
		"release", f.Release, "product", f.Product, "site", f.Site, "vulnerability", f.Vulnerability, "class", f.Class, "state", f.State,
		"mode", f.Mode, "kev", f.KEV, "assessed", f.Assessed,
	}
}

type listFindings struct {
	Listing
	FindingFilter
	Sort string `query:"sort" enum:"priority,-priority,vulnerability,-vulnerability,component,-component,product,-product,first_seen_at,-first_seen_at"`
}

// findingList is a page of findings with what it cannot tell.
type findingList struct {
	app.List[app.FindingRow]
	Doubts []app.Doubt `json:"doubts" doc:"Sources on whose silence nothing may rest now: what is not listed is not \"not affected\""`
}

func (a *API) findings(ctx context.Context, in *listFindings) (findingList, error) {
	list, err := a.App.Findings(ctx, in.query(in.Sort, in.filters()...))
	if err != nil {
		return findingList{}, err
	}
	doubts, err := a.App.Doubts(ctx)
	return findingList{list, doubts}, err
}

func (a *API) finding(ctx context.Context, in *ByID) (app.FindingView, error) {
	return a.App.Finding(ctx, in.ID)
}
