package httpapi

import (
	"context"
	"io"

	"mimamori/internal/app"
	"mimamori/internal/register"

	"github.com/danielgtaylor/huma/v2"
)

type listReleases struct {
	Listing
	Product string `query:"product" doc:"Product id"`
	Sort    string `query:"sort" enum:"version,-version,released_on,-released_on,updated_at,-updated_at"`
}

func (a *API) releases(ctx context.Context, in *listReleases) (app.List[app.ReleaseRow], error) {
	return a.App.Store.Releases(ctx, in.query(in.Sort, "product", in.Product))
}

// releaseInput is what a person states about a release.
type releaseInput struct {
	Version    string `json:"version,omitempty" doc:"As printed on the device"`
	ReleasedOn day    `json:"released_on,omitempty"`
	EOSOn      day    `json:"eos_on,omitempty" doc:"Of this version, when it differs from the product"`
	Note       string `json:"note,omitempty"`
	Revision   int    `json:"revision,omitempty" doc:"As it was read; not for a new release"`
}

func (r releaseInput) release() register.Release {
	return register.Release{Version: r.Version, ReleasedOn: r.ReleasedOn.Date, EOSOn: r.EOSOn.Date, Note: r.Note, Revision: r.Revision}
}

type addRelease struct {
	ByID
	Body releaseInput
}

func (a *API) addRelease(ctx context.Context, in *addRelease) (register.Release, error) {
	r := in.Body.release()
	r.ProductID = in.ID
	return a.App.AddRelease(ctx, actor(ctx), r)
}

type updateRelease struct {
	ByID
	Body releaseInput
}

func (a *API) updateRelease(ctx context.Context, in *updateRelease) (register.Release, error) {
	r := in.Body.release()
	r.ID = in.ID
	return a.App.UpdateRelease(ctx, actor(ctx), r)
}

// releaseView is a release with its product and every SBOM it ever had.
type releaseView struct {
	Release app.ReleaseRow   `json:"release"`
	Product register.Product `json:"product"`
	SBOMs   []register.SBOM  `json:"sboms" doc:"Newest first; the first is in use"`
	Doubts  []app.Doubt      `json:"doubts" doc:"Sources on whose silence nothing may rest now: \"no findings\" is not \"not affected\""`
}

func (a *API) release(ctx context.Context, in *ByID) (releaseView, error) {
	var view releaseView
	var err error
	if view.Release, err = row(ctx, a.App.Store.Releases, in.ID); err != nil {
		return releaseView{}, err
	}
	if view.Product, err = a.App.Store.Product(ctx, view.Release.ProductID); err != nil {
		return releaseView{}, err
	}
	view.SBOMs, err = a.App.Store.SBOMsOfRelease(ctx, in.ID)
	for i := range view.SBOMs {
		view.SBOMs[i] = a.toldSBOM(ctx, view.SBOMs[i])
	}
	if err != nil {
		return releaseView{}, err
	}
	view.Doubts, err = a.App.Doubts(ctx)
	return view, err
}

type uploadSBOM struct {
	ByID
	Name   string `query:"name" required:"true" maxLength:"255" doc:"Name of the file"`
	Strict bool   `query:"strict" doc:"Refuse what the schema of the format does not allow; otherwise such faults are warnings"`
}

// uploadedSBOM is what became of an SBOM.
type uploadedSBOM struct {
	SBOM     register.SBOM `json:"sbom" doc:"With the problems of the file"`
	Findings struct {
		Opened int `json:"opened"`
		Closed int `json:"closed"`
	} `json:"findings"`
}

// uploadSBOM reads an SBOM, keeps it and matches its components in one go.
func (a *API) uploadSBOM(ctx context.Context, in *uploadSBOM) (uploadedSBOM, error) {
	body, remove, err := spool(ctx, in.Name)
	defer remove()
	if err != nil {
		return uploadedSBOM{}, err
	}
	done, err := a.App.UploadSBOM(ctx, actor(ctx), app.UploadSBOM{ReleaseID: in.ID, FileName: in.Name, File: body, Strict: in.Strict})
	if err != nil {
		return uploadedSBOM{}, err
	}
	out := uploadedSBOM{SBOM: a.toldSBOM(ctx, done.SBOM)}
	out.Findings.Opened, out.Findings.Closed = done.Opened, done.Closed
	return out, nil
}

type listComponents struct {
	ByID
	Listing
	Match string `query:"match" enum:"purl,cpe,none" doc:"By which identifier it can be matched"`
	Sort  string `query:"sort" enum:"name,-name,version,-version,supplier,-supplier"`
}

func (a *API) components(ctx context.Context, in *listComponents) (app.List[register.Occurrence], error) {
	r, err := a.App.Store.Release(ctx, in.ID)
	if err != nil || r.SBOMID == "" {
		return app.List[register.Occurrence]{}, err
	}
	return a.App.Store.Occurrences(ctx, r.SBOMID, in.query(in.Sort, "match", in.Match))
}

// sbomFile is an SBOM as it was uploaded, byte for byte.
func (a *API) sbomFile(ctx context.Context, in *ByID) (func(huma.Context), error) {
	s, err := a.App.Store.SBOM(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return downloadFrom("application/octet-stream", s.FileName, s.Bytes, func(w io.Writer) error {
		return a.App.Store.CopyBlob(ctx, s.SHA256, w)
	}), nil
}
