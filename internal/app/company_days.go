package app

import (
	"context"
	"fmt"
	"slices"

	"mimamori/internal/caldate"
	"mimamori/internal/deadline"
	"mimamori/internal/fault"
	"mimamori/internal/ledger"
)

const (
	companyDaysKey = "company-days"
	maxCompanyDays = 400
	maxDayName     = 200 // bytes
)

// CompanyDays returns the days on which the company does not work
// (会社休業日), in order.
func (a *App) CompanyDays(ctx context.Context) ([]deadline.CompanyDay, error) {
	return companyDays(ctx, a.Store)
}

func companyDays(ctx context.Context, r Reader) ([]deadline.CompanyDay, error) {
	days := []deadline.CompanyDay{}
	err := setting(ctx, r, companyDaysKey, &days)
	return days, err
}

// SetCompanyDays stores the days on which the company does not work in place
// of the older ones. No due day moves with them: they show the last day on which
// somebody is there.
func (a *App) SetCompanyDays(ctx context.Context, by Actor, days []deadline.CompanyDay) ([]deadline.CompanyDay, error) {
	if err := require(by, SetValues); err != nil {
		return nil, err
	}
	if err := a.checkCompanyDays(days); err != nil {
		return nil, err
	}
	days = append([]deadline.CompanyDay{}, days...)
	slices.SortFunc(days, func(x, y deadline.CompanyDay) int { return x.On.Compare(y.On) })
	return days, a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		before, err := companyDays(ctx, tx)
		if err != nil {
			return err
		}
		subject := ledger.Subject{Kind: "setting", ID: companyDaysKey, Name: "days on which the company does not work"}
		tx.Record(by.entry("setting.changed", subject, before, days, ""))
		return tx.PutSetting(ctx, companyDaysKey, asJSON(days))
	})
}

func (a *App) checkCompanyDays(days []deadline.CompanyDay) error {
	var c fault.Checker
	if len(days) > maxCompanyDays {
		c.Add("/days", "length", "%d days are too many, at most %d are kept: leave out those that are long past", len(days), maxCompanyDays)
	}
	at := map[caldate.Date]int{}
	for i, d := range days {
		pointer := func(field string) string { return fmt.Sprintf("/days/%d/%s", i, field) }
		switch first, twice := at[d.On]; {
		case d.On.IsZero():
			c.Add(pointer("on"), "required", "say which day it is")
		case !a.Calendar.Knows(d.On):
			c.Add(pointer("on"), "year", "the calendar goes from %d to %d, %v is outside: check the year", a.Calendar.FirstYear, a.Calendar.LastYear, d.On)
		case twice:
			c.Add(pointer("on"), "unique", "%v is line %d already: leave one of them out", d.On, first+1)
		default:
			at[d.On] = i
		}
		c.Require(pointer("name"), d.Name, "reason why the company does not work")
		if len(d.Name) > maxDayName {
			c.Add(pointer("name"), "length", "the text has %d bytes, at most %d fit: shorten it", len(d.Name), maxDayName)
		}
	}
	return c.Err("the days cannot be kept like this")
}

// calendar is the one of national offices with the company's days on top.
func (a *App) calendar(ctx context.Context, r Reader) (*deadline.Calendar, error) {
	days, err := companyDays(ctx, r)
	if err != nil {
		return nil, err
	}
	return a.Calendar.WithCompanyDays(days), nil
}

// maxDays bounds what is shown of the calendar at once.
const maxDays = 400

// Days returns the days from first to last with the closed ones marked; at most 400.
func (a *App) Days(ctx context.Context, first, last caldate.Date) ([]DayView, error) {
	calendar, err := a.calendar(ctx, a.Store)
	if err != nil {
		return nil, err
	}
	days := []DayView{}
	for d := first; !d.After(last) && len(days) < maxDays; d = d.AddDays(1) {
		day := DayView{Date: d, Closed: !calendar.Open(d), Unknown: !calendar.Knows(d)}
		if h, ok := calendar.Holiday(d); ok {
			day.Holiday = &Words{Ja: h.JA, En: h.EN}
		}
		if c, ok := calendar.CompanyDay(d); ok {
			day.Company = c.Name
		}
		days = append(days, day)
	}
	return days, nil
}
