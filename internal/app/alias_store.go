package app

import (
	"context"
	"time"
)

// ComponentAlias is what a person decided a component is whose SBOM does not
// say: it holds for every component of that supplier and name, in all versions
// and releases, until it is withdrawn.
type ComponentAlias struct {
	ID       string `json:"id"`
	Supplier string `json:"supplier"` // as the SBOM has it; components agree by match.AliasKey
	Name     string `json:"name"`
	// Identity is a purl or a CPE name without version; "" decides that the
	// component has none that a source could know, such as own code.
	Identity        string    `json:"identity"`
	Reason          string    `json:"reason"`
	By              string    `json:"by"` // name of the person
	At              time.Time `json:"at"`
	WithdrawnBy     string    `json:"withdrawn_by"`
	WithdrawnAt     time.Time `json:"withdrawn_at"` // zero: in force
	WithdrawnReason string    `json:"withdrawn_reason"`
}

// AliasReader reads what persons decided about components without identifier.
type AliasReader interface {
	// ConfirmedAliases returns the aliases in force that name an identity, by supplier, name and identity.
	ConfirmedAliases(ctx context.Context) ([]ComponentAlias, error)
	ComponentAlias(ctx context.Context, id string) (ComponentAlias, error)
	// AliasesOf returns every decision about components with this match.AliasKey, those in force first, then the newest.
	AliasesOf(ctx context.Context, aliasKey string) ([]ComponentAlias, error)
}

// AliasWriter keeps such decisions.
type AliasWriter interface {
	// AddAlias stores a decision; Conflict when the same one is in force.
	AddAlias(ctx context.Context, a ComponentAlias) error
	// WithdrawAlias stores who withdrew it, when and why; Conflict when somebody did before.
	WithdrawAlias(ctx context.Context, a ComponentAlias) error
}
