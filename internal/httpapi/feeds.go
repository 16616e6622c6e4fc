package httpapi

import (
	"context"

	"mimamori/codelists"
	"mimamori/internal/app"
)

// feedInput is what an administrator says of a feed.
type feedInput struct {
	Name        string   `json:"name" doc:"Shown; unique"`
	Kind        string   `json:"kind" enum:"osv,cve,nvd,csaf,jvn,kev,vex,epss,eol"`
	Address     string   `json:"address" doc:"https address of a file, archive or signed bundle, that of the NVD API 2.0, or folder:NAME/below for a folder named when the server was started"`
	Trust       []string `json:"trust,omitempty" doc:"Public keys of bundles: the address then gives bundles signed by one of them"`
	EveryH      int      `json:"every_h" doc:"Hours between two runs"`
	AlarmAfterH int      `json:"alarm_after_h" doc:"Age of its data in hours from which they count as stale"`
	Whole       bool     `json:"whole" doc:"Each run brings everything the source has"`
	On          bool     `json:"on" doc:"Nothing is fetched while it is off"`
	Revision    int      `json:"revision,omitempty" doc:"Of the feed as it was shown; for a change"`
}

func (in feedInput) feed() app.FeedInput {
	return app.FeedInput{
		Name: in.Name, Kind: in.Kind, Address: in.Address, Trust: in.Trust, EveryH: in.EveryH, AlarmAfterH: in.AlarmAfterH, Whole: in.Whole, On: in.On,
	}
}

// feedOptions is what feeds can be made of.
type feedOptions struct {
	Kinds    []string               `json:"kinds"`
	Folders  []string               `json:"folders"` // that were named when the server was started
	Presets  []codelists.PublicFeed `json:"presets"`
	Fetching bool                   `json:"fetching"` // this server can fetch
}

func (a *API) feedOptions(_ context.Context, _ *struct{}) (feedOptions, error) {
	presets, err := codelists.Feeds()
	out := feedOptions{Kinds: app.FeedKinds(), Folders: []string{}, Presets: []codelists.PublicFeed{}, Fetching: a.App.Courier != nil}
	for _, p := range presets {
		if app.IsFeedKind(p.Kind) {
			out.Presets = append(out.Presets, p)
		}
	}
	if a.App.Courier != nil {
		out.Folders = append(out.Folders, a.App.Courier.Folders()...)
	}
	return out, err
}

type addFeed struct {
	Body feedInput `nameHint:"FeedInput"`
}

func (a *API) addFeed(ctx context.Context, in *addFeed) (app.Feed, error) {
	return a.App.AddFeed(ctx, actor(ctx), in.Body.feed())
}

type updateFeed struct {
	ByID
	Body feedInput `nameHint:"FeedInput"`
}

func (a *API) updateFeed(ctx context.Context, in *updateFeed) (app.Feed, error) {
	f, err := a.App.UpdateFeed(ctx, actor(ctx), in.ID, in.Body.Revision, in.Body.feed())
	return a.toldFeed(ctx, f), err
}

func (a *API) fetchFeed(ctx context.Context, in *ByID) (app.ImportRun, error) {
	return a.App.FetchFeed(ctx, actor(ctx), in.ID)
}

type acceptFeed struct {
	ByID
	Body struct {
		Reason string `json:"reason"`
	} `nameHint:"AcceptFeed"`
}

func (a *API) acceptFeed(ctx context.Context, in *acceptFeed) (app.Feed, error) {
	f, err := a.App.AcceptFeed(ctx, actor(ctx), in.ID, in.Body.Reason)
	return a.toldFeed(ctx, f), err
}

// toldFeed has the stored error in the language of the request.
func (a *API) toldFeed(ctx context.Context, f app.Feed) app.Feed {
	f.LastError = a.catalogueFor(ctx).Retell(f.LastError)
	return f
}
