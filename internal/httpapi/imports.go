package httpapi

import (
	"context"
	"strings"

	"mimamori/internal/app"
)

type listImports struct {
	Listing
	State string `query:"state" enum:"queued,running,done,failed,cancelled"`
	Kind  string `query:"kind" enum:"osv,cve,nvd,csaf,jvn,kev,vex,epss,eol"`
	Feed  string `query:"feed" doc:"Runs of this feed only"`
}

func (a *API) imports(ctx context.Context, in *listImports) (app.List[app.ImportRun], error) {
	list, err := a.App.Store.ImportRuns(ctx, in.query("", "state", in.State, "kind", in.Kind, "feed", in.Feed))
	for i := range list.Items {
		list.Items[i] = a.toldRun(ctx, list.Items[i])
	}
	return list, err
}

type startImport struct {
	Kind string `query:"kind" enum:"osv,cve,nvd,csaf,jvn,kev,vex,epss,eol" doc:"Without it the content tells"`
	Name string `query:"name" required:"true" maxLength:"255" doc:"Name of the file"`
}

// startImport takes a file of vulnerability data. It is read in the background;
// follow it with the events of the run.
func (a *API) startImport(ctx context.Context, in *startImport) (app.ImportRun, error) {
	body, remove, err := spool(ctx, in.Name)
	defer remove()
	if err != nil {
		return app.ImportRun{}, err
	}
	return a.App.StartImport(ctx, actor(ctx), app.StartImport{Kind: in.Kind, Name: in.Name, File: body})
}

type startBundle struct {
	Name  string `query:"name" required:"true" maxLength:"255" doc:"Name of the file"`
	Trust string `query:"trust" required:"true" maxLength:"4000" doc:"Public keys, with blanks between them, one of which must have signed the bundle"`
}

// importRuns are the imports of one bundle.
type importRuns struct {
	Items []app.ImportRun `json:"items"` // one for each kind of data
}

// startBundle takes a signed bundle. Nothing is taken over when its signature or
// a digest does not hold.
func (a *API) startBundle(ctx context.Context, in *startBundle) (importRuns, error) {
	body, remove, err := spool(ctx, in.Name)
	defer remove()
	if err != nil {
		return importRuns{}, err
	}
	runs, err := a.App.StartBundle(ctx, actor(ctx), app.StartImport{Name: in.Name, File: body}, strings.Fields(in.Trust))
	return importRuns{Items: runs}, err
}

// importView is a run with how far it is.
type importView struct {
	Run      app.ImportRun `json:"run"`
	Progress app.Progress  `json:"progress"`
}

func (a *API) importRun(ctx context.Context, in *ByID) (importView, error) {
	run, err := a.App.Store.ImportRun(ctx, in.ID)
	if err != nil {
		return importView{}, err
	}
	progress, err := a.progress(ctx, run.ID)
	return importView{Run: a.toldRun(ctx, run), Progress: progress}, err
}

func (a *API) cancelImport(ctx context.Context, in *ByID) (app.ImportRun, error) {
	run, err := a.App.CancelImport(ctx, actor(ctx), in.ID)
	return a.toldRun(ctx, run), err
}

// sourceList has every source of vulnerability data.
type sourceList struct {
	Items  []app.SourceView `json:"items"`
	Doubts []app.Doubt      `json:"doubts"` // sources on whose silence nothing may rest now
}

func (a *API) sources(ctx context.Context, _ *struct{}) (sourceList, error) {
	sources, err := a.App.SourcesView(ctx)
	if err != nil {
		return sourceList{}, err
	}
	doubts, err := a.App.Doubts(ctx)
	for i := range sources {
		sources[i].LastError = a.catalogueFor(ctx).Retell(sources[i].LastError)
		for j := range sources[i].Feeds {
			sources[i].Feeds[j].Feed = a.toldFeed(ctx, sources[i].Feeds[j].Feed)
		}
	}
	return sourceList{Items: sources, Doubts: doubts}, err
}
