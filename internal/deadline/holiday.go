package deadline

import (
	"time"

	"mimamori/internal/caldate"
)

// The years for which the holidays of Japan are known here: from the Olympic
// year to the end of a usual planning horizon. Later amendments of the Act on
// National Holidays are not foreseen, so the range ends.
const (
	FirstYear = 2020
	LastYear  = 2040
)

// Holiday is a day on which national offices in Japan are closed, other than a
// Saturday or Sunday.
type Holiday struct {
	On     caldate.Date
	JA, EN string
}

// Names that more than one rule gives.
var (
	substitute = [2]string{"振替休日", "Substitute Holiday"}
	sandwiched = [2]string{"国民の休日", "Citizens' Holiday"}
	yearEnd    = [2]string{"年末年始の休日", "New Year closure of offices"}
)

// NationalHolidays returns the holidays of a year in order: the named days of
// the Act on National Holidays (国民の祝日に関する法律, art. 2), substitute
// holidays (art. 3(2)) and days between two holidays (art. 3(3)), with the days
// moved for the Olympic games in 2020 and 2021. It returns nil for a year
// outside FirstYear to LastYear.
func NationalHolidays(year int) []Holiday {
	if year < FirstYear || year > LastYear {
		return nil
	}
	named := namedHolidays(year)
	is := make(map[caldate.Date]bool, len(named))
	for _, h := range named {
		is[h.On] = true
	}
	extra := map[caldate.Date][2]string{}
	for _, h := range named {
		// Art. 3(2): a holiday on a Sunday makes the nearest later day that is
		// no holiday a day off.
		if h.On.Weekday() == time.Sunday {
			next := h.On.AddDays(1)
			for is[next] {
				next = next.AddDays(1)
			}
			extra[next] = substitute
		}
		// Art. 3(3): the day whose day before and day after are holidays.
		between := h.On.AddDays(1)
		if _, taken := extra[between]; !taken && !is[between] && is[between.AddDays(1)] {
			extra[between] = sandwiched
		}
	}
	all := make([]Holiday, 0, len(named)+len(extra))
	for d := day(year, time.January, 1); d.Year() == year; d = d.AddDays(1) {
		if is[d] {
			for _, h := range named {
				if h.On == d {
					all = append(all, h)
				}
			}
		} else if name, ok := extra[d]; ok {
			all = append(all, Holiday{d, name[0], name[1]})
		}
	}
	return all
}

// namedHolidays returns the days of art. 2 of the Act in order of the year.
func namedHolidays(year int) []Holiday {
	marine, mountain, sports := monday(year, time.July, 3), day(year, time.August, 11), monday(year, time.October, 2)
	switch year { // Act on Special Measures for the Tokyo Olympic and Paralympic Games, arts. 32 and 29
	case 2020:
		marine, sports, mountain = day(2020, time.July, 23), day(2020, time.July, 24), day(2020, time.August, 10)
	case 2021:
		marine, sports, mountain = day(2021, time.July, 22), day(2021, time.July, 23), day(2021, time.August, 8)
	}
	return []Holiday{
		{day(year, time.January, 1), "元日", "New Year's Day"},
		{monday(year, time.January, 2), "成人の日", "Coming of Age Day"},
		{day(year, time.February, 11), "建国記念の日", "National Foundation Day"},
		{day(year, time.February, 23), "天皇誕生日", "Emperor's Birthday"},
		{day(year, time.March, equinox(year, 20.8431)), "春分の日", "Vernal Equinox Day"},
		{day(year, time.April, 29), "昭和の日", "Showa Day"},
		{day(year, time.May, 3), "憲法記念日", "Constitution Memorial Day"},
		{day(year, time.May, 4), "みどりの日", "Greenery Day"},
		{day(year, time.May, 5), "こどもの日", "Children's Day"},
		{marine, "海の日", "Marine Day"},
		{mountain, "山の日", "Mountain Day"},
		{monday(year, time.September, 3), "敬老の日", "Respect for the Aged Day"},
		{day(year, time.September, equinox(year, 23.2488)), "秋分の日", "Autumnal Equinox Day"},
		{sports, "スポーツの日", "Sports Day"},
		{day(year, time.November, 3), "文化の日", "Culture Day"},
		{day(year, time.November, 23), "勤労感謝の日", "Labor Thanksgiving Day"},
	}
}

// equinox returns the day of the month of an equinox in Japan. The official day
// is published each February for the next year; this is the usual formula for
// 1980 to 2099, whose mean is in days of March or September 1980.
func equinox(year int, mean float64) int {
	n := year - 1980
	return int(mean + 0.242194*float64(n) - float64(n/4))
}

// monday returns the nth Monday of a month.
func monday(year int, month time.Month, nth int) caldate.Date {
	first := day(year, month, 1)
	return first.AddDays((int(time.Monday)-int(first.Weekday())+7)%7 + 7*(nth-1))
}

// day returns a day that is known to exist.
func day(year int, month time.Month, dayOfMonth int) caldate.Date {
	d, err := caldate.New(year, month, dayOfMonth)
	if err != nil {
		panic(err) // the days above exist in every year
	}
	return d
}

func weekend(d caldate.Date) bool {
	return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
}
