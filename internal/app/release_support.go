package app

import (
	"context"
	"slices"
	"time"

	"mimamori/internal/caldate"
)

// ReleaseSupport tells for the components of a release that an end of life is
// known of, by an exact identifier, how long they are supported. Of every other
// component nothing is known, which is no good news.
type ReleaseSupport struct {
	Known      int                `json:"known"` // components whose support is told
	Ended      int                `json:"ended"` // of them, without support on AsOf
	Components []SupportedElement `json:"components"`
	AsOf       caldate.Date       `json:"as_of"`
}

// SupportedElement is a component with the support of its release line.
type SupportedElement struct {
	ComponentID string       `json:"component_id"`
	Name        string       `json:"name"`
	Version     string       `json:"version"`
	Product     string       `json:"product"`  // as the source calls it
	Line        string       `json:"line"`     // release line, "1.1.1"
	Ended       bool         `json:"ended"`    // nobody gets security updates any more without paying
	EndsOn      caldate.Date `json:"ends_on"`  // first day without; zero: no day is named
	Extended    bool         `json:"extended"` // paid support goes on
	ExtendedTo  caldate.Date `json:"extended_to"`
	Source      string       `json:"source"`
	ImportedAt  time.Time    `json:"imported_at"`
}

// ReleaseSupport returns the support of the components of a release's SBOM in
// use, those without support first, then by the day.
func (a *App) ReleaseSupport(ctx context.Context, releaseID string) (ReleaseSupport, error) {
	r, err := a.Store.Release(ctx, releaseID)
	if err != nil {
		return ReleaseSupport{}, err
	}
	out := ReleaseSupport{Components: []SupportedElement{}, AsOf: a.Today()}
	if r.SBOMID == "" {
		return out, nil
	}
	living, err := a.Store.LivingComponents(ctx, r.SBOMID)
	if err != nil {
		return out, err
	}
	seen := map[string]bool{}
	for _, l := range living {
		e, known := supportOf(l, out.AsOf)
		if !known || seen[e.ComponentID+" "+l.Life.ID] {
			continue
		}
		seen[e.ComponentID+" "+l.Life.ID] = true
		out.Components = append(out.Components, e)
		out.Known++
		if e.Ended {
			out.Ended++
		}
	}
	slices.SortStableFunc(out.Components, func(x, y SupportedElement) int {
		if x.Ended != y.Ended {
			return boolOrder(y.Ended) - boolOrder(x.Ended)
		}
		if x.EndsOn.IsZero() != y.EndsOn.IsZero() {
			return boolOrder(x.EndsOn.IsZero()) - boolOrder(y.EndsOn.IsZero())
		}
		return x.EndsOn.Compare(y.EndsOn)
	})
	return out, nil
}

// supportOf tells how long the release line of a component is supported; known
// is false where the data do not tell.
func supportOf(l LivingComponent, day caldate.Date) (e SupportedElement, known bool) {
	if l.Component.Purl != "" && ofDistribution(l.Component.Purl) { // it supports the package as long as itself
		return e, false
	}
	line, known := l.Life.Line(l.Component.Version)
	if !known {
		return e, false
	}
	e = SupportedElement{
		ComponentID: l.Component.ID, Name: l.Component.Name, Version: l.Component.Version, Product: l.Life.Label, Line: line.Name,
		EndsOn: line.Security.End, ExtendedTo: line.Extended.End, Source: "endoflife.date " + l.Life.ID, ImportedAt: l.Life.ImportedAt,
	}
	e.Ended, known = line.Security.Over(day)
	if over, told := line.Extended.Over(day); told && !over {
		e.Extended = true
	}
	return e, known
}
