package app

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/deadline"
	"mimamori/internal/fault"
	"mimamori/internal/register"
	"mimamori/internal/report"
)

// periodSource is the period of a periodic report with the cases that belong
// into it: those that a determination gave to this form, by their awareness day.
func (a *App) periodSource(ctx context.Context, r Reader, w Report, p register.Product) (report.PeriodSource, error) {
	s := report.PeriodSource{Ref: cmp.Or(w.ObligationID, p.ID), From: w.PeriodFrom, To: w.PeriodTo}
	if period, err := deadline.PeriodOf(p.LicensedOn, w.PeriodTo); err == nil {
		s.Number = period.Number
	}
	all, err := periodicOf(ctx, r, p.ID)
	if err != nil {
		return s, err
	}
	cases, err := casesOf(ctx, r, p.ID)
	if err != nil {
		return s, err
	}
	now, total := map[string]int{}, map[string]int{}
	for _, row := range byAwareness(all) {
		o := row.Obligation
		if o.CaseID == "" || o.Form != w.Form || o.State == casefile.ObligationVoid || o.AwareOn.After(w.PeriodTo) {
			continue
		}
		c := cases[o.CaseID]
		harm := a.harmJa(c.Facts)
		total[harm]++
		if !inDays(o.AwareOn, w.PeriodFrom, w.PeriodTo) {
			continue
		}
		now[harm]++
		s.Cases = append(s.Cases, []string{row.CaseNumber, o.AwareOn.String(), c.Title, harm})
	}
	for _, harm := range slices.Sorted(maps.Keys(total)) {
		s.Counts = append(s.Counts, []string{harm, strconv.Itoa(now[harm]), strconv.Itoa(total[harm])})
	}
	return s, nil
}

// byAwareness sorts periodic reports of cases by the day on which the case was
// known, then by number.
func byAwareness(rows []ObligationRow) []ObligationRow {
	return slices.SortedStableFunc(slices.Values(rows), func(x, y ObligationRow) int {
		return cmp.Or(x.AwareOn.Compare(y.AwareOn), strings.Compare(x.CaseNumber, y.CaseNumber))
	})
}

func inDays(day, from, to caldate.Date) bool { return !day.Before(from) && !day.After(to) }

// casesOf returns the cases of a product by id.
func casesOf(ctx context.Context, r Reader, productID string) (map[string]casefile.Case, error) {
	cases := map[string]casefile.Case{}
	q := ListQuery{Filter: map[string]string{"product": productID}, Limit: 200}
	for {
		list, err := r.Cases(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, c := range list.Items {
			cases[c.ID] = c.Case
		}
		if q.Cursor = list.Next; q.Cursor == "" {
			return cases, nil
		}
	}
}

// harmJa says the harm of a case in the words of the rulebook: 健康被害のおそれ（非重篤）.
func (a *App) harmJa(facts []casefile.Fact) string {
	known := map[string]string{}
	for _, f := range facts {
		if len(f.Possible) == 1 {
			known[f.Name] = f.Possible[0]
		}
	}
	words := "健康被害（調査中）"
	switch known["harm_status"] {
	case "actual":
		words = "健康被害"
	case "potential":
		words = "健康被害のおそれ"
	}
	if fact := a.Law.Fact("seriousness"); fact != nil {
		for _, v := range fact.Values {
			if v.ID == known["seriousness"] {
				words += "（" + v.Label.JA + "）"
			}
		}
	}
	return words
}

// periodObligation returns what is due for the period of a product on a form:
// the obligation itself when it is one, or that of the product into whose
// period a case falls.
func periodObligation(ctx context.Context, r Reader, o casefile.Obligation) (casefile.Obligation, error) {
	if o.CaseID == "" {
		return o, nil
	}
	all, err := periodicOf(ctx, r, o.ProductID)
	if err != nil {
		return o, err
	}
	if cycle, ok := cycleOf(o, all); ok {
		return cycle.Obligation, nil
	}
	return o, fault.New(fault.Conflict, "the period of the product into which the case falls is not open: look at its day of approval, and whether it is designated")
}
