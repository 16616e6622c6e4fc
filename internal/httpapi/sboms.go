package httpapi

import (
	"context"

	"mimamori/internal/app"
)

// ComponentFilter asks for the components of an SBOM by number: a screen that
// scrolls over all of them jumps.
type ComponentFilter struct {
	Text     string `query:"q" maxLength:"200" doc:"Words to look for in name, version, supplier and identifiers"`
	Match    string `query:"match" enum:"purl,cpe,none" doc:"By which identifier it can be matched"`
	Findings bool   `query:"findings" doc:"Only components with an open finding in the release"`
}

func (q ComponentFilter) query() app.ComponentQuery {
	return app.ComponentQuery{Text: q.Text, Match: q.Match, Findings: q.Findings}
}

// PageOf is a part of a list by number.
type PageOf struct {
	From  int `query:"from" minimum:"0" maximum:"10000000" doc:"How many to leave out"`
	Limit int `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

type listSBOMComponents struct {
	ByID
	ComponentFilter
	PageOf
	Sort string `query:"sort" enum:"name,-name,version,-version,supplier,-supplier,findings,-findings"`
}

// sbomComponents lists the components of an SBOM, that in use or an older one.
func (a *API) sbomComponents(ctx context.Context, in *listSBOMComponents) (app.ComponentPage, error) {
	if _, err := a.App.Store.SBOM(ctx, in.ID); err != nil {
		return app.ComponentPage{}, err
	}
	q := in.query()
	q.Sort, q.From, q.Limit = in.Sort, in.From, in.Limit
	return a.App.Store.ComponentPlaces(ctx, in.ID, q)
}

type getSBOMComponent struct {
	ByID
	Position int `path:"position" minimum:"0"`
}

func (a *API) sbomComponent(ctx context.Context, in *getSBOMComponent) (app.ComponentView, error) {
	return a.App.SBOMComponent(ctx, in.ID, in.Position)
}

type getSBOMTree struct {
	ByID
	PageOf
	Below int `query:"below" minimum:"-1" default:"-1" doc:"The node whose nodes are asked for; -1: where the tree begins"`
}

func (a *API) sbomTree(ctx context.Context, in *getSBOMTree) (app.TreePage, error) {
	return a.App.SBOMTree(ctx, in.ID, in.Below, in.From, in.Limit)
}

type searchSBOMTree struct {
	ByID
	ComponentFilter
}

func (a *API) searchSBOMTree(ctx context.Context, in *searchSBOMTree) (app.TreeSearch, error) {
	return a.App.SearchSBOMTree(ctx, in.ID, in.query())
}

type compareSBOMs struct {
	ByID
	Since string `query:"since" required:"true" doc:"Id of the SBOM to compare with, usually the one before"`
}

func (a *API) sbomChanges(ctx context.Context, in *compareSBOMs) (app.SBOMChanges, error) {
	out, err := a.App.SBOMChanges(ctx, in.Since, in.ID)
	out.Before, out.After = a.toldSBOM(ctx, out.Before), a.toldSBOM(ctx, out.After)
	return out, err
}
