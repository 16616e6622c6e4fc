package app

import (
	"context"
	"io"

	"mimamori/internal/register"
)

// SBOMReader has the reads of what is inside SBOMs.
type SBOMReader interface {
	// SBOMGraph returns the dependency graph as sbom.ParseGraph reads it; NotFound for SBOMs from before graphs were kept.
	SBOMGraph(ctx context.Context, sbomID string) ([]byte, error)
	// ComponentPlaces returns the places of an SBOM that the query asks for.
	ComponentPlaces(ctx context.Context, sbomID string, q ComponentQuery) (ComponentPage, error)
	// PlacesAt returns the places with these positions, in the order of positions; unknown ones are left out.
	PlacesAt(ctx context.Context, sbomID string, positions []int) ([]ComponentPlace, error)
	// Positions returns the positions that the query asks for, ascending, from its From on and no more than Limit, which
	// may be up to 1,000,000.
	Positions(ctx context.Context, sbomID string, q ComponentQuery) ([]int, error)
	// Occurrence returns one place with everything the SBOM says about it.
	Occurrence(ctx context.Context, sbomID string, position int) (register.Occurrence, error)
	// ComponentFindings returns the open findings of a component in a release, most urgent first, at most 200.
	ComponentFindings(ctx context.Context, releaseID, componentID string) ([]ComponentFinding, error)
	// EachComponent calls fn for every place of an SBOM, in the order of positions, with what identifies its component.
	EachComponent(ctx context.Context, sbomID string, fn func(position int, c register.Component) error) error
	// CopyBlob writes a stored file to w, without holding it in memory.
	CopyBlob(ctx context.Context, sha256 string, w io.Writer) error
}

// SBOMWriter has the changes of what is inside SBOMs.
type SBOMWriter interface {
	// KeepFile keeps a file under its digest, read from its beginning; the same file is kept once.
	KeepFile(ctx context.Context, sha256 string, file io.ReadSeeker) error
	AddSBOMGraph(ctx context.Context, sbomID string, graph []byte) error
}

// ComponentQuery asks for places of an SBOM, by number and not by cursor: a
// screen that scrolls over all of them jumps.
type ComponentQuery struct {
	Text  string // every word must be in name, version, supplier or an identifier
	Match string // "purl", "cpe", "none" or "" for all
	// Findings limits it to components with an open finding in the release.
	Findings bool
	// Sort is "name" (the default, the order of positions), "version", "supplier" or "findings" (most urgent first), with
	// - in front for the opposite.
	Sort  string
	From  int // how many to leave out
	Limit int // 1 to 500
}

// ComponentPlace is a place of an SBOM in a list.
type ComponentPlace struct {
	Position  int                `json:"position"`
	Component register.Component `json:"component"`
	Licenses  []string           `json:"licenses"`
	Patches   int                `json:"patches"`  // in its pedigree
	Findings  int                `json:"findings"` // open ones of the release
	Priority  int                `json:"priority"` // of the most urgent of these: from 0; 10 and more: known exploited; -1: there is none
}

// ComponentPage is what a ComponentQuery gives.
type ComponentPage struct {
	Items []ComponentPlace `json:"items"`
	Total int              `json:"total"` // without From and Limit
}
