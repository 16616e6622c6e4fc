package httpapi

import (
	"context"

	"mimamori/internal/app"
)

type listUnmatched struct {
	Listing
	Reason string `query:"reason" enum:"none,unknown,uncovered" doc:"none: no identity; unknown: one that no source knows; uncovered: registries and distributions whose source is missing"`
	Sort   string `query:"sort" enum:"importance,-importance,name,-name"`
}

func (a *API) unmatched(ctx context.Context, in *listUnmatched) (app.UnmatchedView, error) {
	return a.App.Unmatched(ctx, in.query(in.Sort, "reason", in.Reason))
}

// ByKey is the input of an operation on one group of what cannot be matched, or one name.
type ByKey struct {
	Key string `query:"key" required:"true" maxLength:"3000" doc:"Key of the list of what cannot be matched"`
}

func (a *API) unmatchedDetail(ctx context.Context, in *ByKey) (app.UnmatchedDetail, error) {
	return a.App.UnmatchedDetail(ctx, in.Key)
}

type effectOf struct {
	ByKey
	Identity string `query:"identity" required:"true" maxLength:"2000" doc:"Package URL or CPE name without version"`
}

func (a *API) aliasEffect(ctx context.Context, in *effectOf) (app.AliasEffect, error) {
	return a.App.AliasEffect(ctx, in.Key, in.Identity)
}

type searchIdentities struct {
	Name     string `query:"name" required:"true" minLength:"1" maxLength:"500"`
	Supplier string `query:"supplier" maxLength:"500"`
}

// identityList are identities that words may mean, the best first.
type identityList struct {
	Items []app.AliasProposal `json:"items"`
}

func (a *API) identities(ctx context.Context, in *searchIdentities) (identityList, error) {
	items, err := a.App.ProposeIdentities(ctx, in.Supplier, in.Name)
	return identityList{items}, err
}

type listAliases struct {
	Listing
	State string `query:"state" enum:"in_force,withdrawn"`
	Kind  string `query:"kind" enum:"identity,none" doc:"none: known to have no identity"`
}

func (a *API) aliases(ctx context.Context, in *listAliases) (app.List[app.ComponentAlias], error) {
	return a.App.Store.Aliases(ctx, in.query("", "state", in.State, "kind", in.Kind))
}

type aliasBody struct {
	Supplier string `json:"supplier,omitempty" maxLength:"2000"`
	Name     string `json:"name" maxLength:"2000"`
	Identity string `json:"identity,omitempty" maxLength:"2000" doc:"Package URL or CPE name without version; empty: the component has no identity"`
}

type confirmAliases struct {
	Body struct {
		Components []aliasBody `json:"components" minItems:"1" maxItems:"200"`
		Reason     string      `json:"reason" maxLength:"16000"`
	}
}

// decidedAliases are decisions with what they did.
type decidedAliases struct {
	Items []app.DecidedAlias `json:"items"`
}

// confirmAliases says what components are; all of them or none.
//
// Errors: 409 somebody decided about one of them before.
func (a *API) confirmAliases(ctx context.Context, in *confirmAliases) (decidedAliases, error) {
	list := make([]app.ConfirmAlias, len(in.Body.Components))
	for i, c := range in.Body.Components {
		list[i] = app.ConfirmAlias{Supplier: c.Supplier, Name: c.Name, Identity: c.Identity, Reason: in.Body.Reason}
	}
	done, err := a.App.ConfirmAliases(ctx, actor(ctx), list)
	return decidedAliases{done}, err
}

type withdrawal struct {
	ByID
	Body struct {
		Reason string `json:"reason" maxLength:"16000"`
	}
}

func (a *API) withdrawAlias(ctx context.Context, in *withdrawal) (app.DecidedAlias, error) {
	return a.App.WithdrawAlias(ctx, actor(ctx), in.ID, in.Body.Reason)
}

// decisionList are decisions of persons.
type decisionList struct {
	Items []app.ComponentAlias `json:"items"`
}

func (a *API) findingDecisions(ctx context.Context, in *ByID) (decisionList, error) {
	items, err := a.App.DecisionsOf(ctx, in.ID)
	return decisionList{items}, err
}

type listProductNames struct {
	Listing
	Product string `query:"product" doc:"Product id"`
	State   string `query:"state" enum:"in_force,withdrawn"`
	Ours    string `query:"ours" enum:"yes,no"`
}

func (a *API) productNames(ctx context.Context, in *listProductNames) (app.List[app.ProductName], error) {
	return a.App.Store.ProductNames(ctx, in.query("", "product", in.Product, "state", in.State, "ours", in.Ours))
}

type listProductProposals struct {
	Listing
	Product string `query:"product" doc:"Product id"`
	Sort    string `query:"sort" enum:"score,-score,found_at,-found_at"`
}

func (a *API) productProposals(ctx context.Context, in *listProductProposals) (app.List[app.ProductProposal], error) {
	return a.App.ProductProposals(ctx, in.query(in.Sort, "product", in.Product))
}

type nameOfProduct struct {
	ByID
	ByKey
}

func (a *API) productNameDetail(ctx context.Context, in *nameOfProduct) (app.ProductNameDetail, error) {
	return a.App.ProductNameDetail(ctx, in.ID, in.Key)
}

type decideProductName struct {
	ByID
	Body struct {
		Vendor string `json:"vendor" maxLength:"200"`
		Name   string `json:"name" maxLength:"200"`
		Ours   bool   `json:"ours"`
		Reason string `json:"reason" maxLength:"16000"`
	}
}

// decideProductName says whether advisories that name a vendor and product mean
// the product.
//
// Errors: 409 somebody decided about it before.
func (a *API) decideProductName(ctx context.Context, in *decideProductName) (app.DecidedProductName, error) {
	return a.App.DecideProductName(ctx, actor(ctx), app.DecideProductName{
		ProductID: in.ID, Vendor: in.Body.Vendor, Name: in.Body.Name, Ours: in.Body.Ours, Reason: in.Body.Reason,
	})
}

func (a *API) withdrawProductName(ctx context.Context, in *withdrawal) (app.DecidedProductName, error) {
	return a.App.WithdrawProductName(ctx, actor(ctx), in.ID, in.Body.Reason)
}
