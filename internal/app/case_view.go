package app

import (
	"context"
	"slices"

	"mimamori/internal/assess"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/register"
	"mimamori/internal/rule"
)

// CaseView is a case with everything that its page shows.
type CaseView struct {
	Case          CaseRow            `json:"case"`
	Product       ProductRow         `json:"product"`
	Release       *register.Release  `json:"release"`
	Intakes       []IntakeRow        `json:"intakes"`
	Assessment    *assess.Assessment `json:"assessment"` // current one of product and vulnerability
	Vulnerability *Vulnerability     `json:"vulnerability"`
	Evaluation
	Determinations []DeterminationView `json:"determinations"` // newest first, without records
	Moved          bool                `json:"moved"`          // the law answers otherwise than where persons signed
	Obligations    []Due               `json:"obligations"`    // with the periodic report of the product that covers the case
	Reports        []ReportRow         `json:"reports"`
	Examples       []ExampleView       `json:"examples"` // of the CS notice, the most similar first; they decide nothing
}

// Case returns a case by id or number, evaluated as it stands.
func (a *App) Case(ctx context.Context, id string) (CaseView, error) {
	c, err := a.Store.Case(ctx, id)
	if err != nil {
		return CaseView{}, err
	}
	view := CaseView{}
	if err := a.addRows(ctx, &view, c); err != nil {
		return view, err
	}
	if err := a.addOrigins(ctx, &view, c); err != nil {
		return view, err
	}
	m := matter{facts: c.Facts, aware: c.AwareOn, product: view.Product.Product, intakes: view.Intakes, assessment: view.Assessment}
	e, joined, err := a.evaluate(m)
	if err != nil {
		return view, err
	}
	view.Evaluation = e
	view.Examples = a.similarExamples(view.Product.Product, view.Intakes, view.Assessment, c.Facts)
	proposed, err := a.suggest(ctx, view.Product.Product, view.Intakes, view.Assessment, c.AwareOn)
	if err != nil {
		return view, err
	}
	for i := range view.Facts {
		if s, ok := proposed[view.Facts[i].Name]; ok && narrows(s.Possible, view.Facts[i].Possible) {
			view.Facts[i].Suggested = &s
		}
	}
	return view, a.addOutcome(ctx, &view, c, joined)
}

// narrows tells whether a suggestion says more than is known, and nothing
// against it: what a person ruled out is never proposed again.
func narrows(proposed, possible []string) bool {
	return len(proposed) < len(possible) &&
		!slices.ContainsFunc(proposed, func(v string) bool { return !slices.Contains(possible, v) })
}

// addRows adds the case and its product as lists show them.
func (a *App) addRows(ctx context.Context, view *CaseView, c casefile.Case) error {
	cases, err := a.Store.Cases(ctx, ListQuery{Filter: map[string]string{"id": c.ID}, Limit: 1})
	if err != nil {
		return err
	}
	products, err := a.Store.Products(ctx, ListQuery{Filter: map[string]string{"id": c.ProductID}, Limit: 1})
	if err != nil {
		return err
	}
	if len(cases.Items) == 0 || len(products.Items) == 0 {
		return fault.New(fault.NotFound, "there is no such case")
	}
	view.Case, view.Product = cases.Items[0], products.Items[0]
	return nil
}

// addOrigins adds what the case came from.
func (a *App) addOrigins(ctx context.Context, view *CaseView, c casefile.Case) error {
	if c.ReleaseID != "" {
		r, err := a.Store.Release(ctx, c.ReleaseID)
		if err != nil {
			return err
		}
		view.Release = &r
	}
	intakes, err := a.Store.Intakes(ctx, ListQuery{Filter: map[string]string{"case": c.ID}, Limit: 200})
	if err != nil {
		return err
	}
	view.Intakes = intakes.Items
	if c.VulnerabilityID == "" {
		return nil
	}
	v, err := a.Store.Vulnerability(ctx, c.VulnerabilityID)
	if err != nil {
		return err
	}
	view.Vulnerability = &v
	view.Assessment, err = currentAssessment(ctx, a.Store, c)
	return err
}

// addOutcome adds what was determined and what is due.
func (a *App) addOutcome(ctx context.Context, view *CaseView, c casefile.Case, joined rule.Joined) error {
	determinations, err := a.Store.Determinations(ctx, c.ID)
	if err != nil {
		return err
	}
	view.Determinations = []DeterminationView{}
	for _, d := range determinations {
		shown, err := viewDetermination(ctx, a.Store, d)
		if err != nil {
			return err
		}
		shown.Record = nil
		view.Determinations = append(view.Determinations, shown)
	}
	obligations, err := a.Store.Obligations(ctx, ListQuery{Filter: map[string]string{"case": c.ID}, Limit: 200})
	if err != nil {
		return err
	}
	if d, ok := governing(determinations); ok {
		view.Moved = len(a.moved(d, joined, obligations.Items)) > 0
	}
	due, err := withCycles(ctx, a.Store, obligations.Items)
	if err != nil {
		return err
	}
	if view.Obligations, err = a.dues(ctx, a.Store, due); err != nil {
		return err
	}
	if err := addChanges(ctx, a.Store, view.Obligations); err != nil {
		return err
	}
	reports, err := a.Store.Reports(ctx, ListQuery{Filter: map[string]string{"case": c.ID}, Limit: 200})
	view.Reports = reports.Items
	return err
}

// addChanges adds to obligations what was changed of their clocks.
func addChanges(ctx context.Context, r Reader, dues []Due) error {
	ids := make([]string, len(dues))
	for i := range dues {
		ids[i] = dues[i].ID
	}
	changes, err := r.ClockChanges(ctx, ids)
	if err != nil {
		return err
	}
	for _, c := range changes {
		i := slices.Index(ids, c.ObligationID)
		dues[i].Changes = append(dues[i].Changes, c)
	}
	return nil
}
