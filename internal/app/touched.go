package app

import (
	"context"
	"time"

	"mimamori/internal/match"
)

// TouchedRelease is a release with open findings of a vulnerability.
type TouchedRelease struct {
	ProductID string
	BrandName string
	AffectedRelease
}

// Touch counts the open findings of a vulnerability and what they are in.
type Touch struct{ Findings, Products, Sites int }

// TouchedComponent counts the open findings of a vulnerability that a product
// has by one component.
type TouchedComponent struct {
	ProductID   string
	BrandName   string
	ComponentID string
	Findings    int
}

// AdvisoryVersion is when an advisory said what it does not say any more.
type AdvisoryVersion struct {
	AdvisoryID  string
	ImportedAt  time.Time
	ReplacedAt  time.Time
	WithdrawnAt time.Time
}

// TouchedReader has the reads behind the page of a vulnerability; each is one
// query, bounded by limit.
type TouchedReader interface {
	// TouchedReleases returns the releases with open findings that the mode shows, by brand name and version, and how
	// many there are in all.
	TouchedReleases(ctx context.Context, vulnerabilityID string, mode match.Mode, limit int) (found []TouchedRelease, total int, err error)
	// Touches counts what the mode shows.
	Touches(ctx context.Context, vulnerabilityID string, mode match.Mode) (Touch, error)
	// TouchedComponents returns products and components with open findings, by brand name: of all releases, or, with an
	// SBOM, of those that use it.
	TouchedComponents(ctx context.Context, vulnerabilityID, sbomID string, limit int) ([]TouchedComponent, error)
	// TouchedSites returns the hospitals with units of a release with an open finding that the mode shows, those with
	// most units first.
	TouchedSites(ctx context.Context, vulnerabilityID string, mode match.Mode, limit int) ([]AffectedSite, error)
	// FindingReasons returns why findings are only possible, as their evidence gives it: finding → reasons, each once.
	// Findings that are not only possible are not in it.
	FindingReasons(ctx context.Context, findingIDs []string) (map[string][]string, error)
	// AdvisoryVersions returns replaced versions of the advisories of a vulnerability, newest first.
	AdvisoryVersions(ctx context.Context, vulnerabilityID string, limit int) ([]AdvisoryVersion, error)
	// FirstFinding returns when the first finding of a vulnerability was made; zero: never.
	FirstFinding(ctx context.Context, vulnerabilityID string) (time.Time, error)
}
