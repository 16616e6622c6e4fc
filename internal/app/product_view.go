package app

import (
	"context"

	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
)

// ProductView is a product with everything that its page shows.
type ProductView struct {
	Product     ProductRow   `json:"product"`
	Releases    []ReleaseRow `json:"releases" doc:"The first 200"`
	Obligations []Cycle      `json:"obligations" doc:"Periodic reports, by period"`
	Duties      []Due        `json:"duties" doc:"Other duties of the product that set an obligation, open ones first"`
	// ApprovalDayMissing tells that periodic reports are due or may be, and that
	// nobody can say when before the day of approval is entered.
	ApprovalDayMissing bool       `json:"approval_day_missing"`
	DutySteps          []DutyStep `json:"duty_steps"`
}

// Cycle is the periodic report of one period with the cases that fall into it.
type Cycle struct {
	Due
	Cases []CycleCase `json:"cases"`
}

// CycleCase is a case that a periodic report is to tell of.
type CycleCase struct {
	ID           string       `json:"id"`
	Number       string       `json:"number"`
	Title        string       `json:"title"`
	AwareOn      caldate.Date `json:"aware_on"`
	ObligationID string       `json:"obligation_id"` // of the case
}

// Product returns a product with its duties.
func (a *App) Product(ctx context.Context, id string) (ProductView, error) {
	p, err := productRow(ctx, a.Store, id)
	if err != nil {
		return ProductView{}, err
	}
	view := ProductView{Product: p, Obligations: []Cycle{}}
	releases, err := a.Store.Releases(ctx, ListQuery{Filter: map[string]string{"product": p.ID}, Limit: 200})
	if err != nil {
		return view, err
	}
	view.Releases = releases.Items
	facts, answers, err := a.productAnswers(p.ProductUnits)
	if err != nil {
		return view, err
	}
	if view.DutySteps, err = dutySteps(a.Law.ProductDuties, answers, facts, productSituation(facts), a.Today()); err != nil {
		return view, err
	}
	view.ApprovalDayMissing = p.LicensedOn.IsZero() && len(cyclesOf(answers)) > 0
	periodic, err := periodicOf(ctx, a.Store, p.ID)
	if err != nil {
		return view, err
	}
	due, err := a.dues(ctx, a.Store, periodic)
	if err != nil {
		return view, err
	}
	for _, d := range due {
		if d.CaseID == "" && d.State != casefile.ObligationVoid {
			view.Obligations = append(view.Obligations, Cycle{d, casesIn(d.Obligation, periodic)})
		}
	}
	duties, err := productDuties(ctx, a.Store, p.ID)
	if err != nil {
		return view, err
	}
	view.Duties, err = a.dues(ctx, a.Store, duties)
	return view, err
}

// casesIn returns the cases whose own periodic obligation is on the form of a
// cycle, known in its period.
func casesIn(cycle casefile.Obligation, periodic []ObligationRow) []CycleCase {
	in := []CycleCase{}
	for _, o := range periodic {
		if o.CaseID == "" || o.State == casefile.ObligationVoid || o.Form != cycle.Form ||
			o.AwareOn.Before(cycle.PeriodFrom) || o.AwareOn.After(cycle.PeriodTo) {
			continue
		}
		in = append(in, CycleCase{ID: o.CaseID, Number: o.CaseNumber, Title: o.CaseTitle, AwareOn: o.AwareOn, ObligationID: o.ID})
	}
	return in
}

func productRow(ctx context.Context, r Reader, id string) (ProductRow, error) {
	list, err := r.Products(ctx, ListQuery{Filter: map[string]string{"id": id}, Limit: 1})
	if err == nil && len(list.Items) == 0 {
		err = fault.New(fault.NotFound, "there is no such record")
	}
	if err != nil {
		return ProductRow{}, err
	}
	return list.Items[0], nil
}
