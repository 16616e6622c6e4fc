package httpapi

import (
	"context"

	"mimamori/internal/app"
	"mimamori/internal/term"
)

type listTerms struct {
	Listing
	List       string `query:"list" enum:"imdrf,jfmda" doc:"Without a list the IMDRF terms"`
	Release    string `query:"release" maxLength:"40" doc:"Without one the newest that is loaded"`
	Annex      string `query:"annex" enum:"A,B,C,D,E,F,G" doc:"Of the IMDRF terms"`
	Selectable string `query:"selectable" enum:"yes" doc:"Only terms that a report may use"`
	Cyber      string `query:"cyber" enum:"yes" doc:"Only terms that matter most for cybersecurity"`
}

// terms lists terms, those that a report may use and that matter for
// cybersecurity first.
func (a *API) terms(ctx context.Context, in *listTerms) (app.List[app.TermRow], error) {
	return a.App.Terms(ctx, in.query("", "list", in.List, "release", in.Release, "annex", in.Annex, "selectable", in.Selectable, "cyber", in.Cyber))
}

// termLists are the releases of code lists that are loaded.
type termLists struct {
	Items []app.TermList `json:"items"`
}

func (a *API) termLists(ctx context.Context, _ *struct{}) (termLists, error) {
	lists, err := a.App.Store.TermLists(ctx)
	return termLists{lists}, err
}

type importTerms struct {
	List    string `query:"list" required:"true" enum:"imdrf,jfmda"`
	Release string `query:"release" required:"true" maxLength:"40" doc:"As its publisher names it, for example 2024"`
	Name    string `query:"name" required:"true" maxLength:"255" doc:"Name of the file: .json is an annex as the IMDRF publishes it, everything else a table"`
}

// importTerms takes a file of a code list over.
func (a *API) importTerms(ctx context.Context, in *importTerms) (app.ImportedTerms, error) {
	return a.App.ImportTerms(ctx, actor(ctx), app.ImportTerms{List: term.List(in.List), Release: in.Release, Name: in.Name, File: file(ctx)})
}
