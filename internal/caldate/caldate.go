// Package caldate has the calendar day: a date without time or zone, the unit
// in which laws count.
package caldate

import (
	"fmt"
	"time"
)

// Tokyo is the time zone in which Japanese awareness days are told. Japan has
// had no daylight saving since 1952, so a fixed offset needs no zone database.
var Tokyo = time.FixedZone("Asia/Tokyo", 9*60*60)

// Date is a day of the proleptic Gregorian calendar. The zero Date means "no
// day"; it is printed as the empty text. Dates are comparable with ==.
type Date struct{ year, month, day int16 }

// New returns the day. It fails when there is no such day.
func New(year int, month time.Month, day int) (Date, error) {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if year < 1 || year > 9999 || t.Year() != year || t.Month() != month || t.Day() != day {
		return Date{}, fmt.Errorf("%04d-%02d-%02d is not a day of the calendar", year, month, day)
	}
	return of(t), nil
}

// Parse reads an ISO 8601 day such as "2026-06-01".
func Parse(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1 {
		return Date{}, fmt.Errorf("%q is not a day: write it as 2026-06-01", text)
	}
	return of(t), nil
}

// MustParse is Parse for tests and literals; it panics on a wrong text.
func MustParse(text string) Date {
	d, err := Parse(text)
	if err != nil {
		panic(err)
	}
	return d
}

// Of returns the day of the instant t as a calendar on the wall in zone shows it.
func Of(t time.Time, zone *time.Location) Date { return of(t.In(zone)) }

func of(t time.Time) Date {
	return Date{year: int16(t.Year()), month: int16(t.Month()), day: int16(t.Day())} //nolint:gosec // years are checked to be 1..9999
}

func (d Date) time() time.Time {
	return time.Date(int(d.year), time.Month(d.month), int(d.day), 0, 0, 0, 0, time.UTC)
}

// Year, Month and Day return the parts.
func (d Date) Year() int { return int(d.year) }

// Month returns the month, 1 to 12.
func (d Date) Month() time.Month { return time.Month(d.month) }

// Day returns the day of the month.
func (d Date) Day() int { return int(d.day) }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.time().Weekday() }

// IsZero tells whether d is "no day".
func (d Date) IsZero() bool { return d == Date{} }

// AddDays returns the day n days later; n may be negative.
func (d Date) AddDays(n int) Date { return of(d.time().AddDate(0, 0, n)) }

// AddMonths returns the same day n months later, or the last day of that
// month when it is shorter: January 31 plus one month is February 28 or 29
// (Civil Code of Japan, art. 143(2), proviso).
func (d Date) AddMonths(n int) Date {
	first := time.Date(int(d.year), time.Month(d.month)+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return of(first.AddDate(0, 0, min(int(d.day), last)-1))
}

// DaysUntil returns how many days later o is; negative when o is earlier.
func (d Date) DaysUntil(o Date) int { return int(o.time().Sub(d.time()) / (24 * time.Hour)) }

// Before tells whether d is an earlier day than o.
func (d Date) Before(o Date) bool { return d.Compare(o) < 0 }

// After tells whether d is a later day than o.
func (d Date) After(o Date) bool { return d.Compare(o) > 0 }

// Compare orders days; "no day" comes first.
func (d Date) Compare(o Date) int {
	key := func(d Date) int { return int(d.year)*10000 + int(d.month)*100 + int(d.day) }
	return key(d) - key(o)
}

// String returns the ISO 8601 form, or "" for no day.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day)
}

// MarshalText writes the ISO 8601 form; no day is the empty text.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the ISO 8601 form; the empty text is no day.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
