package app

import (
	"context"
	"slices"

	"mimamori/internal/assess"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/register"
)

// CaseView is a case with everything that its page shows.
type CaseView struct {
	Case           CaseRow                  `json:"case"`
	Product        ProductRow               `json:"product"`
	Release        *register.Release        `json:"release"`
	Intakes        []IntakeRow              `json:"intakes"`
	Assessment     *assess.Assessment       `json:"assessment"` // current one of product and vulnerability
	Vulnerability  *Vulnerability           `json:"vulnerability"`
	Facts          []FactView               `json:"facts"`
	Answer         AnswerView               `json:"answer"`
	Determinations []casefile.Determination `json:"determinations"` // newest first, without records
	Moved          bool                     `json:"moved"`          // the answer is another one than was confirmed
	Obligations    []Due                    `json:"obligations"`
	Reports        []ReportRow              `json:"reports"`
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
	e, _, err := a.evaluate(c.Facts, c.AwareOn, periodOf{view.Product.LicensedOn, c.AwareOn})
	if err != nil {
		return view, err
	}
	view.Facts, view.Answer = e.Facts, e.Answer
	proposed, err := a.suggest(view.Product.Product, view.Intakes, view.Assessment, c.AwareOn)
	if err != nil {
		return view, err
	}
	for i := range view.Facts {
		if s, ok := proposed[view.Facts[i].Name]; ok && narrows(s.Possible, view.Facts[i].Possible) {
			view.Facts[i].Suggested = &s
		}
	}
	return view, a.addOutcome(ctx, &view, c)
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
	current, err := a.Store.Assessments(ctx, ListQuery{Filter: map[string]string{"product": c.ProductID, "vulnerability": c.VulnerabilityID, "current": "yes"}, Limit: 1})
	if err != nil {
		return err
	}
	if len(current.Items) > 0 {
		view.Assessment = &current.Items[0].Assessment
	}
	return nil
}

// addOutcome adds what was determined and what is due.
func (a *App) addOutcome(ctx context.Context, view *CaseView, c casefile.Case) error {
	determinations, err := a.Store.Determinations(ctx, c.ID)
	if err != nil {
		return err
	}
	for i := range determinations {
		determinations[i].Record = nil
	}
	view.Determinations = slices.Clip(determinations)
	view.Moved = len(determinations) > 0 && !sameOutcome(determinations[0], view.Answer)
	obligations, err := a.Store.Obligations(ctx, ListQuery{Filter: map[string]string{"case": c.ID}, Limit: 200})
	if err != nil {
		return err
	}
	view.Obligations = []Due{}
	for _, o := range obligations.Items {
		view.Obligations = append(view.Obligations, a.due(o))
	}
	reports, err := a.Store.Reports(ctx, ListQuery{Filter: map[string]string{"case": c.ID}, Limit: 200})
	view.Reports = reports.Items
	return err
}

// sameOutcome tells whether an answer asks for the same as a determination did.
func sameOutcome(d casefile.Determination, answer AnswerView) bool {
	g := answer.Governing
	if g == nil {
		g = &GoverningView{}
	}
	return d.Result == answer.Result && d.Form == g.Form && d.TermDays == g.TermDays && d.Periodic == g.Periodic && d.FirstReport == g.FirstReport
}
