package deadline

import (
	"fmt"
	"sync"
	"time"

	"mimamori/internal/caldate"
)

// holidays holds, by day, the national holidays of the known years.
var holidays = sync.OnceValue(func() map[caldate.Date]Holiday {
	all := map[caldate.Date]Holiday{}
	for year := FirstYear; year <= LastYear; year++ {
		for _, h := range NationalHolidays(year) {
			all[h.On] = h
		}
	}
	return all
})

// OfficeHoliday tells whether national offices in Japan are closed on d for
// another reason than Saturday or Sunday, and why: a national holiday, or
// December 29 to January 3.
//
// Source: Act on Holidays of Administrative Organs (行政機関の休日に関する法律), art. 1(1).
func OfficeHoliday(d caldate.Date) (Holiday, bool) {
	if h, ok := holidays()[d]; ok {
		return h, true
	}
	if d.Month() == time.December && d.Day() >= 29 || d.Month() == time.January && d.Day() <= 3 {
		return Holiday{d, yearEnd[0], yearEnd[1]}, true
	}
	return Holiday{}, false
}

// JapaneseOffices is the calendar of national offices in Japan. Outside the
// years FirstYear to LastYear it knows only Saturdays, Sundays and the turn of
// the year.
type JapaneseOffices struct{}

// Open tells whether national offices work on d.
func (JapaneseOffices) Open(d caldate.Date) bool {
	_, closed := OfficeHoliday(d)
	return !closed && !weekend(d)
}

// LastOfficeDay returns the last day on or before due on which national offices
// in Japan are open, so that a report can still be handed in and confirmed. It
// never moves the due day itself (reading R-005).
//
// It fails when due is outside the years FirstYear to LastYear, whose holidays
// are known.
func LastOfficeDay(due caldate.Date) (caldate.Date, error) {
	if due.Year() < FirstYear || due.Year() > LastYear {
		return caldate.Date{}, fmt.Errorf("last office day before %v: holidays are known for %d to %d only", due, FirstYear, LastYear)
	}
	d := due
	for !(JapaneseOffices{}).Open(d) {
		d = d.AddDays(-1)
	}
	return d, nil
}
