// Package deadline counts the terms that the law sets, and knows the days on
// which the offices that receive reports are open. It has no clock: every day
// is an argument.
package deadline

import (
	"fmt"

	"mimamori/internal/caldate"
)

// Unit is the unit in which a text counts a time limit. Units do not convert
// into one another: 10 working days are not a number of calendar days.
type Unit string

// The units in which terms are counted.
const (
	CalendarDays Unit = "calendar_days"
	WorkingDays  Unit = "working_days"
)

// Term is a time limit as the law states it, for example "15 calendar days".
// The zero Term is invalid; make one with NewTerm.
type Term struct {
	n    int
	unit Unit
}

// maxDays bounds a term, so that a due day stays inside the calendar.
const maxDays = 3660

// NewTerm returns the limit of n units. n must be 1 to 3660.
func NewTerm(n int, unit Unit) (Term, error) {
	switch {
	case n < 1 || n > maxDays:
		return Term{}, fmt.Errorf("term of %d %s: want 1 to %d", n, unit, maxDays)
	case unit != CalendarDays && unit != WorkingDays:
		return Term{}, fmt.Errorf("term unit %q: want %q or %q", unit, CalendarDays, WorkingDays)
	}
	return Term{n, unit}, nil
}

// Calendar tells on which days an office works.
type Calendar interface {
	Open(caldate.Date) bool
}

// Weekdays is the calendar of an office that works Monday to Friday and knows
// no holidays.
type Weekdays struct{}

// Open tells whether d is a day from Monday to Friday.
func (Weekdays) Open(d caldate.Date) bool { return !weekend(d) }

// Due returns the last day on which a report is still on time.
//
// aware is day 0 and is not counted; the term ends at midnight closing the
// returned day, in the time zone in which aware was determined. cal is consulted
// for working days only and may be nil for calendar days; it must be open on
// some day of every year.
//
// Source: Civil Code of Japan, art. 140 (reading R-004). A due day that falls on
// an office holiday is not moved: see reading R-005 and LastOfficeDay, which is
// what screens warn about.
func (t Term) Due(aware caldate.Date, cal Calendar) caldate.Date {
	if t.unit == CalendarDays {
		return aware.AddDays(t.n)
	}
	due := aware
	for left := t.n; left > 0; {
		due = due.AddDays(1)
		if cal.Open(due) {
			left--
		}
	}
	return due
}
