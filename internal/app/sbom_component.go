package app

import (
	"context"

	"mimamori/internal/register"
)

// ComponentView is one component at its place in an SBOM.
type ComponentView struct {
	Occurrence register.Occurrence `json:"occurrence"`
	Kept       bool                `json:"kept"` // the dependency graph is kept; else Path and NeededBy are empty
	// Path is a shortest chain from the product, or whatever the tree begins
	// with, to the component, both included: why it is in the device.
	Path          []TreeNode         `json:"path"`
	Connected     bool               `json:"connected"` // Path begins with what the document is about
	NeededBy      []TreeNode         `json:"needed_by"` // at most 100
	NeededByTotal int                `json:"needed_by_total"`
	Findings      []ComponentFinding `json:"findings"` // open ones of the release, most urgent first, at most 200
}

// ComponentFinding is an open finding of a component.
type ComponentFinding struct {
	ID              string `json:"id"`
	VulnerabilityID string `json:"vulnerability_id"`
	Vulnerability   string `json:"vulnerability"`
	Title           string `json:"title"`
	Severity        string `json:"severity"`
	KEV             bool   `json:"kev"`
	Class           string `json:"class"`
}

// maxNeededBy is how many of the components that need one are listed.
const maxNeededBy = 100

// SBOMComponent returns the component at a position of an SBOM.
func (a *App) SBOMComponent(ctx context.Context, sbomID string, position int) (ComponentView, error) {
	v := ComponentView{Path: []TreeNode{}, NeededBy: []TreeNode{}}
	var err error
	if v.Occurrence, err = a.Store.Occurrence(ctx, sbomID, position); err != nil {
		return v, err
	}
	t, err := a.sbomTree(ctx, sbomID)
	if err != nil {
		return v, err
	}
	if v.Findings, err = a.Store.ComponentFindings(ctx, t.sbom.ReleaseID, v.Occurrence.Component.ID); err != nil {
		return v, err
	}
	if v.Kept = t.kept; !t.kept || position >= t.graph.Components() {
		return v, nil
	}
	path := t.walk.Path(position)
	v.Connected = path[0] == t.graph.Subject()
	if v.Path, err = a.treeNodes(ctx, t, t.along(path)); err != nil {
		return v, err
	}
	above := t.walk.NeededBy(position)
	v.NeededByTotal = len(above)
	v.NeededBy, err = a.treeNodes(ctx, t, edgesTo(above[:min(len(above), maxNeededBy)]))
	return v, err
}
