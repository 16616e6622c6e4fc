package app

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"mimamori/internal/register"
)

// SBOMChanges is what differs between two SBOMs. Components are the same when
// their package URLs agree without the version or, where there is none, group
// and name do.
type SBOMChanges struct {
	Before  register.SBOM     `json:"before"`
	After   register.SBOM     `json:"after"`
	Added   []ComponentChange `json:"added"` // each list is sorted by name and has at most 1,000
	Removed []ComponentChange `json:"removed"`
	Changed []ComponentChange `json:"changed"` // other versions
	Totals  SBOMChangeTotals  `json:"totals"`
}

// SBOMChangeTotals are how many there are in all.
type SBOMChangeTotals struct {
	Added   int `json:"added"`
	Removed int `json:"removed"`
	Changed int `json:"changed"`
	Same    int `json:"same"`
}

// ComponentChange is a component with the versions it had and has, each sorted
// as text; the version "" is one that is not stated.
type ComponentChange struct {
	Group    string   `json:"group"`
	Name     string   `json:"name"`
	Purl     string   `json:"purl"` // without version; may be empty
	Before   []string `json:"before"`
	After    []string `json:"after"`
	Position int      `json:"position"` // of its first place in the newer SBOM, or -1
}

// maxSBOMChanges is the length of each list.
const maxSBOMChanges = 1_000

// SBOMChanges compares two SBOMs.
func (a *App) SBOMChanges(ctx context.Context, beforeID, afterID string) (SBOMChanges, error) {
	var out SBOMChanges
	var err error
	if out.Before, err = a.Store.SBOM(ctx, beforeID); err != nil {
		return out, err
	}
	if out.After, err = a.Store.SBOM(ctx, afterID); err != nil {
		return out, err
	}
	parts := map[string]*ComponentChange{}
	part := func(c register.Component) *ComponentChange {
		base := withoutVersion(c.Purl)
		key := cmp.Or(base, c.Group+"\x1f"+c.Name)
		p := parts[key]
		if p == nil {
			p = &ComponentChange{Group: c.Group, Name: c.Name, Purl: base, Before: []string{}, After: []string{}, Position: -1}
			parts[key] = p
		}
		return p
	}
	if err := a.Store.EachComponent(ctx, beforeID, func(_ int, c register.Component) error {
		p := part(c)
		p.Before = append(p.Before, c.Version)
		return nil
	}); err != nil {
		return out, err
	}
	if err := a.Store.EachComponent(ctx, afterID, func(position int, c register.Component) error {
		p := part(c)
		if p.After = append(p.After, c.Version); p.Position < 0 {
			p.Position = position
		}
		return nil
	}); err != nil {
		return out, err
	}
	out.sort(parts)
	return out, nil
}

// sort puts every part where it belongs.
func (s *SBOMChanges) sort(parts map[string]*ComponentChange) {
	for _, p := range parts {
		slices.Sort(p.Before)
		slices.Sort(p.After)
		p.Before, p.After = slices.Compact(p.Before), slices.Compact(p.After)
		switch {
		case len(p.Before) == 0:
			s.Added = append(s.Added, *p)
		case len(p.After) == 0:
			s.Removed = append(s.Removed, *p)
		case !slices.Equal(p.Before, p.After):
			s.Changed = append(s.Changed, *p)
		default:
			s.Totals.Same++
		}
	}
	s.Totals.Added, s.Totals.Removed, s.Totals.Changed = len(s.Added), len(s.Removed), len(s.Changed)
	for _, list := range []*[]ComponentChange{&s.Added, &s.Removed, &s.Changed} {
		slices.SortFunc(*list, func(a, b ComponentChange) int {
			return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Group, b.Group), cmp.Compare(a.Purl, b.Purl))
		})
		*list = append([]ComponentChange{}, (*list)[:min(len(*list), maxSBOMChanges)]...)
	}
}

// withoutVersion cuts version, qualifiers and subpath from the text of a
// package URL.
func withoutVersion(purl string) string {
	if cut := strings.IndexAny(purl, "?#"); cut >= 0 {
		purl = purl[:cut]
	}
	if at := strings.LastIndexByte(purl, '@'); at > strings.LastIndexByte(purl, '/') {
		purl = purl[:at]
	}
	return purl
}
