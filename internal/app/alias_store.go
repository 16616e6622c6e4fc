package app

import (
	"context"
	"time"

	"mimamori/internal/register"
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

// InForce tells that nobody withdrew it.
func (c ComponentAlias) InForce() bool { return c.WithdrawnAt.IsZero() }

// WhyUnmatched says why no source can be asked about a component.
type WhyUnmatched string

// The reasons. UnmatchedUnknown is said of an identity that no loaded source
// names. A package of a registry or distribution that a source covers is none
// of them: the source simply has nothing to say about it. Where none covers it,
// not the package is unknown but the source is missing: UnmatchedUncovered is
// said once of all its packages.
const (
	UnmatchedNone      WhyUnmatched = "none"
	UnmatchedUnknown   WhyUnmatched = "unknown"
	UnmatchedUncovered WhyUnmatched = "uncovered"
)

// UnmatchedRow are the components of SBOMs in use with one supplier and name
// that no source can be asked about, over all versions and releases; or those of
// one registry or distribution that no source covers, which is then the Name.
type UnmatchedRow struct {
	Key        string       `json:"key"` // match.AliasKey, bounded
	Supplier   string       `json:"supplier"`
	Name       string       `json:"name"`
	Reason     WhyUnmatched `json:"reason"`
	Identifier string       `json:"identifier"` // purl or CPE name of one of them; "" where they have none
	Versions   []string     `json:"versions"`   // some of them, sorted
	Components int          `json:"components"` // distinct identities
	Releases   int          `json:"releases"`
	Products   int          `json:"products"`
	Sites      int          `json:"sites"` // with an installation of one of the releases
}

// FindingKey is what there is one finding for.
type FindingKey struct{ ReleaseID, ComponentID, VulnerabilityID string }

// Computed says up to when something that is computed from records is in line.
type Computed struct {
	Seq int64 // of the ledger
	At  time.Time
}

// AliasReader reads what persons decided about components without identifier,
// and what waits for such a decision.
type AliasReader interface {
	// ConfirmedAliases returns the aliases in force that name an identity, by supplier, name and identity, and then the
	// names that were confirmed to be products of ours, with match.DeviceName for a name.
	ConfirmedAliases(ctx context.Context) ([]ComponentAlias, error)
	ComponentAlias(ctx context.Context, id string) (ComponentAlias, error)
	// AliasesOf returns every decision about components with this match.AliasKey, those in force first, then the newest.
	AliasesOf(ctx context.Context, aliasKey string) ([]ComponentAlias, error)
	// Aliases lists the decisions: filter state ("in_force", "withdrawn"), kind ("identity", "none"); newest first.
	Aliases(ctx context.Context, q ListQuery) (List[ComponentAlias], error)

	// Unmatched: filter reason (default: all but uncovered); sort importance (sites, products, releases; descending is the default), name.
	Unmatched(ctx context.Context, q ListQuery) (List[UnmatchedRow], error)
	UnmatchedGroup(ctx context.Context, key string) (UnmatchedRow, error)
	// UnmatchedComputed tells when the list was last brought in line; LastFleetChange is the newest entry of the ledger
	// after which it may not be any more.
	UnmatchedComputed(ctx context.Context) (Computed, error)
	LastFleetChange(ctx context.Context) (seq int64, err error)
	// ComponentsOfAlias returns the components with this match.AliasKey, by id, at most limit.
	ComponentsOfAlias(ctx context.Context, aliasKey string, limit int) ([]register.Component, error)
	// OpenFindings returns which open findings the components have.
	OpenFindings(ctx context.Context, componentIDs []string) (map[FindingKey]bool, error)
	// AdvisoryKeyCounts calls fn for every matching key of advisories with the number of advisories that have it, in the
	// order of the keys.
	AdvisoryKeyCounts(ctx context.Context, fn func(key string, advisories int) error) error
	// KnownKeys returns those of the matching keys that an advisory has.
	KnownKeys(ctx context.Context, keys []string) (map[string]bool, error)
}

// AliasWriter keeps such decisions.
type AliasWriter interface {
	// AddAlias stores a decision; Conflict when the same one is in force.
	AddAlias(ctx context.Context, a ComponentAlias) error
	// WithdrawAlias stores who withdrew it, when and why; Conflict when somebody did before.
	WithdrawAlias(ctx context.Context, a ComponentAlias) error
	// AlignUnmatched brings one group of the list in line.
	AlignUnmatched(ctx context.Context, aliasKey string) error
}

// ComputedStore brings in line what is computed from records. That is no
// record itself, so it has no ledger entry.
type ComputedStore interface {
	// RefreshUnmatched computes the whole list anew and stores what is different.
	RefreshUnmatched(ctx context.Context, at time.Time) error
}
