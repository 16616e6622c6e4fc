package deadline

import (
	"slices"
	"time"

	"mimamori/internal/caldate"
)

// Provision is one rule of a calendar file: a day or days on which offices are
// closed.
type Provision struct {
	ID                     string
	JA, EN                 string // name of the day
	CitationJA, CitationEN string
	From, Until            int    // years in force, half-open; Until 0: still in force
	Confidence             string // "confirmed", "inferred" or "recall", as in a rulebook
	InsteadOf              string // id of the provision whose day it takes, or ""

	day dayRule
}

func (p *Provision) inForce(year int) bool {
	return year >= p.From && (p.Until == 0 || year < p.Until)
}

func (p *Provision) holiday(on caldate.Date) Holiday { return Holiday{on, p.JA, p.EN, p.ID} }

// dayKind says how a provision finds its day.
type dayKind int

const (
	fixed       dayKind = iota + 1 // month and dayOfMonth of every year
	nthMonday                      // the nth Monday of month
	equinoxDay                     // in month, near mean
	onlyDay                        // on
	weekly                         // weekdays
	closure                        // every year from month and dayOfMonth to lastMonth and lastDay
	substitutes                    // see holidaysOf
	between                        // see holidaysOf
)

// dayRule is the "day" of a provision; which fields mean something depends on
// the kind.
type dayRule struct {
	kind       dayKind
	month      time.Month
	dayOfMonth int
	lastMonth  time.Month
	lastDay    int
	nth        int
	mean       float64 // of an equinox: days of its month in 1980
	on         caldate.Date
	weekdays   [7]bool // by time.Weekday
}

// in returns the day in a year; false for a kind that has none, or more.
func (r dayRule) in(year int) (caldate.Date, bool) {
	switch r.kind {
	case fixed:
		return day(year, r.month, r.dayOfMonth), true
	case nthMonday:
		first := day(year, r.month, 1)
		return first.AddDays((int(time.Monday)-int(first.Weekday())+7)%7 + 7*(r.nth-1)), true
	case equinoxDay:
		return day(year, r.month, equinox(year, r.mean)), true
	case onlyDay:
		return r.on, r.on.Year() == year
	case weekly, closure, substitutes, between:
	}
	return caldate.Date{}, false
}

// spans tells whether d is in a closure, which may run over the turn of the year.
func (r dayRule) spans(d caldate.Date) bool {
	key := func(m time.Month, day int) int { return int(m)*100 + day }
	first, last, is := key(r.month, r.dayOfMonth), key(r.lastMonth, r.lastDay), key(d.Month(), d.Day())
	if first > last {
		return is >= first || is <= last
	}
	return is >= first && is <= last
}

// The years for which equinox holds.
const firstEquinox, lastEquinox = 1980, 2099

// equinox returns the day of the month of an equinox in Japan. The official day
// is published each February for the next year; this is the usual formula for
// 1980 to 2099, whose mean is in days of March or September 1980.
func equinox(year int, mean float64) int {
	n := year - 1980
	return int(mean + 0.242194*float64(n) - float64(n/4))
}

// holidaysOf returns the holidays of a year in order: the named days (Act on
// National Holidays, 国民の祝日に関する法律, art. 2), those of other acts in their
// place, substitute holidays (art. 3(2)) and days between two holidays (art. 3(3)).
func holidaysOf(provisions []Provision, year int) []Holiday {
	var all []Holiday
	named := map[caldate.Date]bool{}
	for i := range provisions {
		p := &provisions[i]
		replaced := slices.ContainsFunc(provisions, func(o Provision) bool { return o.InsteadOf == p.ID && o.inForce(year) })
		if on, ok := p.day.in(year); ok && p.inForce(year) && !replaced {
			all = append(all, p.holiday(on))
			named[on] = true
		}
	}
	slices.SortStableFunc(all, func(a, b Holiday) int { return a.On.Compare(b.On) })
	byName := slices.Clone(all)
	taken := map[caldate.Date]bool{}
	follow := func(kind dayKind, days func(caldate.Date) (caldate.Date, bool)) {
		for i := range provisions {
			p := &provisions[i]
			if p.day.kind != kind || !p.inForce(year) {
				continue
			}
			for _, h := range byName {
				if on, ok := days(h.On); ok && !named[on] && !taken[on] {
					taken[on] = true
					all = append(all, p.holiday(on))
				}
			}
		}
	}
	follow(substitutes, func(on caldate.Date) (caldate.Date, bool) {
		next := on.AddDays(1)
		for named[next] {
			next = next.AddDays(1)
		}
		return next, on.Weekday() == time.Sunday
	})
	follow(between, func(on caldate.Date) (caldate.Date, bool) {
		next := on.AddDays(1)
		return next, named[next.AddDays(1)]
	})
	slices.SortStableFunc(all, func(a, b Holiday) int { return a.On.Compare(b.On) })
	return all
}

// day returns a day that is known to exist: the loader has checked it.
func day(year int, month time.Month, dayOfMonth int) caldate.Date {
	d, err := caldate.New(year, month, dayOfMonth)
	if err != nil {
		panic(err)
	}
	return d
}
