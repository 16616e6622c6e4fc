package app

import (
	"context"

	"mimamori/internal/assess"
	"mimamori/internal/match"
)

// FindingView is a finding with its evidence.
type FindingView struct {
	Finding     FindingRow          `json:"finding"`
	Evidence    []Match             `json:"evidence"`
	Assessments []assess.Assessment `json:"assessments"` // of product and vulnerability, newest first
	Sites       []InstallationRow   `json:"sites"`
}

// Finding returns a finding with its evidence and what it touches.
func (a *App) Finding(ctx context.Context, id string) (FindingView, error) {
	f, err := a.Store.Finding(ctx, id)
	if err != nil {
		return FindingView{}, err
	}
	view := FindingView{Finding: f, Assessments: []assess.Assessment{}}
	if view.Evidence, err = a.Store.Evidence(ctx, id); err != nil {
		return view, err
	}
	history, err := a.Store.Assessments(ctx, ListQuery{Filter: map[string]string{"product": f.ProductID, "vulnerability": f.VulnerabilityID}, Sort: "-made_at", Limit: 200})
	if err != nil {
		return view, err
	}
	for _, row := range history.Items {
		view.Assessments = append(view.Assessments, row.Assessment)
	}
	sites, err := a.Store.Installations(ctx, ListQuery{Filter: map[string]string{"release": f.ReleaseID}, Limit: 200})
	view.Sites = sites.Items
	return view, err
}

// Findings returns a page of findings, those that are only possible with why.
func (a *App) Findings(ctx context.Context, q ListQuery) (List[FindingRow], error) {
	list, err := a.Store.Findings(ctx, q)
	if err != nil {
		return list, err
	}
	var possible []string
	for _, f := range list.Items {
		if f.Class == string(match.Possible) {
			possible = append(possible, f.ID)
		}
	}
	reasons, err := a.Store.FindingReasons(ctx, possible)
	for i := range list.Items {
		list.Items[i].Reasons = reasons[list.Items[i].ID]
	}
	return list, err
}
