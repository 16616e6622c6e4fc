package deadline

import (
	"fmt"
	"time"

	"mimamori/internal/caldate"
)

// Days tells on which days an office works.
type Days interface {
	Open(caldate.Date) bool
}

// Weekdays is the calendar of an office that works Monday to Friday and knows
// no holidays.
type Weekdays struct{}

// Open tells whether d is a day from Monday to Friday.
func (Weekdays) Open(d caldate.Date) bool {
	return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
}

// Holiday is a day on which offices are closed, other than one of the week's
// days of rest.
type Holiday struct {
	On     caldate.Date
	JA, EN string
	Rule   string // id of the provision that says so
}

// CompanyDay is a day on which the company itself does not work (会社の休業日).
type CompanyDay struct {
	On   caldate.Date `json:"on"`
	Name string       `json:"name"`
}

// Calendar knows the days on which offices are closed, and on top of them those
// on which the company is. Make one with LoadCalendar. It is never changed
// afterwards and may be shared between goroutines.
type Calendar struct {
	ID, Version string
	Digest      string // "sha256:" and the hex digest of the file
	JA, EN      string // title
	// The holidays are known from the first day of FirstYear to the last day of
	// LastYear. Before and after, only the days of rest that return every week
	// and every year are.
	FirstYear, LastYear int
	Provisions          []Provision // in the order of the file

	holidays map[caldate.Date]Holiday
	company  map[caldate.Date]CompanyDay
}

// Open tells whether offices work on d.
func (c *Calendar) Open(d caldate.Date) bool {
	if _, closed := c.Holiday(d); closed {
		return false
	}
	for i := range c.Provisions {
		if p := &c.Provisions[i]; p.inForce(d.Year()) && p.day.weekdays[d.Weekday()] {
			return false
		}
	}
	return true
}

// Holiday tells whether offices are closed on d for another reason than the
// day of the week, and why: a national holiday, or the turn of the year.
func (c *Calendar) Holiday(d caldate.Date) (Holiday, bool) {
	if h, ok := c.holidays[d]; ok {
		return h, true
	}
	for i := range c.Provisions {
		if p := &c.Provisions[i]; p.inForce(d.Year()) && p.day.kind == closure && p.day.spans(d) {
			return p.holiday(d), true
		}
	}
	return Holiday{}, false
}

// Holidays returns the national holidays of a year in order, without the
// closure at the turn of the year; nil for a year that is not known.
func (c *Calendar) Holidays(year int) []Holiday {
	if year < c.FirstYear || year > c.LastYear {
		return nil
	}
	return holidaysOf(c.Provisions, year)
}

// LastOpenDay returns the last day on or before due on which offices work, so
// that a report can still be handed in and confirmed. It never moves the due day
// itself (reading R-005).
//
// It fails when due is outside the years whose holidays are known.
func (c *Calendar) LastOpenDay(due caldate.Date) (caldate.Date, error) {
	return c.last(due, "last office day", c.Open)
}

// LastCompanyDay returns the last day on or before due on which both offices and
// the company work. Its errors are those of LastOpenDay, and one when the company
// days leave no such day within a year.
func (c *Calendar) LastCompanyDay(due caldate.Date) (caldate.Date, error) {
	return c.last(due, "last working day of the company", func(d caldate.Date) bool {
		_, closed := c.company[d]
		return !closed && c.Open(d)
	})
}

// Knows tells whether the holidays of the year of d are known.
func (c *Calendar) Knows(d caldate.Date) bool {
	return d.Year() >= c.FirstYear && d.Year() <= c.LastYear
}

func (c *Calendar) last(due caldate.Date, what string, open func(caldate.Date) bool) (caldate.Date, error) {
	if !c.Knows(due) {
		return caldate.Date{}, fmt.Errorf("%s before %v: holidays are known for %d to %d only", what, due, c.FirstYear, c.LastYear)
	}
	for d, back := due, 0; back <= 366; d, back = d.AddDays(-1), back+1 {
		if open(d) {
			return d, nil
		}
	}
	return caldate.Date{}, fmt.Errorf("%s before %v: none within a year", what, due)
}

// WithCompanyDays returns the calendar with these days of the company in place
// of older ones. Of two entries for one day the last stands.
func (c *Calendar) WithCompanyDays(days []CompanyDay) *Calendar {
	with := *c
	with.company = make(map[caldate.Date]CompanyDay, len(days))
	for _, d := range days {
		with.company[d.On] = d
	}
	return &with
}

// CompanyDay tells whether the company does not work on d, and why.
func (c *Calendar) CompanyDay(d caldate.Date) (CompanyDay, bool) {
	day, ok := c.company[d]
	return day, ok
}

// compute works the holidays of all known years out.
func (c *Calendar) compute() {
	c.holidays = map[caldate.Date]Holiday{}
	for year := c.FirstYear; year <= c.LastYear; year++ {
		for _, h := range c.Holidays(year) {
			c.holidays[h.On] = h
		}
	}
}
