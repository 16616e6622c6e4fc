package app

import (
	"context"
	"time"

	"mimamori/internal/register"
)

// ProductName is what a person decided about a vendor and product that
// advisories name without an identifier: that a product of ours is meant, or
// that it is not.
type ProductName struct {
	ID              string    `json:"id"`
	ProductID       string    `json:"product_id"`
	BrandName       string    `json:"brand_name"` // told by the store
	Key             string    `json:"key"`        // match.AliasKey of vendor and name
	Vendor          string    `json:"vendor"`     // as an advisory has it
	Name            string    `json:"name"`
	Ours            bool      `json:"ours"`
	Reason          string    `json:"reason"`
	By              string    `json:"by"`
	At              time.Time `json:"at"`
	WithdrawnBy     string    `json:"withdrawn_by"`
	WithdrawnAt     time.Time `json:"withdrawn_at"` // zero: in force
	WithdrawnReason string    `json:"withdrawn_reason"`
}

// ProductProposal is a vendor and product of advisories that may be a product
// of ours. It is for a person to decide.
type ProductProposal struct {
	ID         string    `json:"id"`
	ProductID  string    `json:"product_id"`
	BrandName  string    `json:"brand_name"` // told by the store
	Key        string    `json:"key"`        // match.AliasKey of vendor and name
	Vendor     string    `json:"vendor"`
	Name       string    `json:"name"`
	Score      int       `json:"score"`      // similarity in thousandths
	Advisories int       `json:"advisories"` // that name it
	FoundAt    time.Time `json:"found_at"`
}

// ProductNameReader reads which products advisories name.
type ProductNameReader interface {
	ProductName(ctx context.Context, id string) (ProductName, error)
	// ProductNames lists decisions: filter product, state ("in_force", "withdrawn"), ours ("yes", "no"); newest first.
	ProductNames(ctx context.Context, q ListQuery) (List[ProductName], error)
	// ProductProposals lists what nobody decided: filter product; sort score (descending is the default), found_at.
	ProductProposals(ctx context.Context, q ListQuery) (List[ProductProposal], error)
	// ProductNamesComputed tells up to which entry of the ledger proposals were made.
	ProductNamesComputed(ctx context.Context) (Computed, error)
	// DevicesOf returns the components that stand for releases of the product.
	DevicesOf(ctx context.Context, productID string) ([]string, error)
}

// ProductNameWriter keeps such decisions and proposals.
type ProductNameWriter interface {
	AddProductName(ctx context.Context, n ProductName) error // Conflict when one about this product and name is in force
	WithdrawProductName(ctx context.Context, n ProductName) error
	// PutProductProposals makes these the proposals, made up to this entry of the ledger, and returns those that are new.
	PutProductProposals(ctx context.Context, proposals []ProductProposal, upTo Computed) ([]ProductProposal, error)
	// PutDevice stores the component that stands for a release. It returns its id and that of the one before, or "".
	PutDevice(ctx context.Context, releaseID string, c register.Component) (id, before string, err error)
}
