// Package deadline counts the terms that the law sets, and knows the days on
// which the offices that receive reports are open. It has no clock: every day
// is an argument.
package deadline

import (
	"fmt"

	"mimamori/internal/caldate"
)

// Unit is the unit in which a text counts a time limit. Units do not convert
// into one another: 10 working days are not a number of calendar days, and a
// month is not 30 days.
type Unit string

// The units in which terms are counted.
const (
	CalendarDays Unit = "calendar_days"
	WorkingDays  Unit = "working_days"
	Months       Unit = "months"
)

// Term is a time limit as the law states it, for example "15 calendar days".
// The zero Term is invalid; make one with NewTerm.
type Term struct {
	n    int
	unit Unit
}

// most bounds a term by unit, so that a due day stays inside the calendar.
var most = map[Unit]int{CalendarDays: 3660, WorkingDays: 3660, Months: 120}

// NewTerm returns the limit of n units. n must be 1 to 3660 days, or 1 to 120
// months.
func NewTerm(n int, unit Unit) (Term, error) {
	limit, known := most[unit]
	switch {
	case !known:
		return Term{}, fmt.Errorf("term unit %q: want %q, %q or %q", unit, CalendarDays, WorkingDays, Months)
	case n < 1 || n > limit:
		return Term{}, fmt.Errorf("term of %d %s: want 1 to %d", n, unit, limit)
	}
	return Term{n, unit}, nil
}

// Due returns the last day on which a report is still on time.
//
// aware is day 0 and is not counted; the term ends at midnight closing the
// returned day, in the time zone in which aware was determined. days is
// consulted for working days only and may be nil otherwise; it must be open on
// some day of every year.
//
// A term in months ends on the day of the same number, or on the last day of a
// shorter month: one month after January 31 is February 28 or 29. The Civil Code
// (art. 143) would end it at most a few days later, when aware is the last day of
// a month; the earlier day is kept (reading R-030).
//
// Source: Civil Code of Japan, art. 140 (reading R-004). A due day that falls on
// an office holiday is not moved: see reading R-005 and Calendar.LastOpenDay,
// which is what screens warn about.
func (t Term) Due(aware caldate.Date, days Days) caldate.Date {
	switch t.unit {
	case CalendarDays:
		return aware.AddDays(t.n)
	case Months:
		return aware.AddMonths(t.n)
	case WorkingDays:
	}
	due := aware
	for left := t.n; left > 0; {
		due = due.AddDays(1)
		if days.Open(due) {
			left--
		}
	}
	return due
}
