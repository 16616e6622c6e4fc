package deadline_test

import (
	"strings"
	"testing"
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/deadline"
	"mimamori/rulebook"
)

// japan is the calendar file of the program: the published days below hold for
// what the file says, not for code beside it.
func japan(t interface{ Fatal(...any) }) *deadline.Calendar {
	c, err := deadline.LoadCalendar(rulebook.FS, rulebook.JapanCalendar)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// published holds the national holidays as the Cabinet Office of Japan publishes
// them (国民の祝日について, list of dates), written down by hand: month-day, "s"
// for a substitute holiday, "k" for a day between two holidays.
var published = map[int]string{
	2020: "01-01 01-13 02-11 02-23 02-24s 03-20 04-29 05-03 05-04 05-05 05-06s 07-23 07-24 08-10 09-21 09-22 11-03 11-23",
	2021: "01-01 01-11 02-11 02-23 03-20 04-29 05-03 05-04 05-05 07-22 07-23 08-08 08-09s 09-20 09-23 11-03 11-23",
	2022: "01-01 01-10 02-11 02-23 03-21 04-29 05-03 05-04 05-05 07-18 08-11 09-19 09-23 10-10 11-03 11-23",
	2023: "01-01 01-02s 01-09 02-11 02-23 03-21 04-29 05-03 05-04 05-05 07-17 08-11 09-18 09-23 10-09 11-03 11-23",
	2024: "01-01 01-08 02-11 02-12s 02-23 03-20 04-29 05-03 05-04 05-05 05-06s 07-15 08-11 08-12s 09-16 09-22 09-23s 10-14 11-03 11-04s 11-23",
	2025: "01-01 01-13 02-11 02-23 02-24s 03-20 04-29 05-03 05-04 05-05 05-06s 07-21 08-11 09-15 09-23 10-13 11-03 11-23 11-24s",
	2026: "01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06s 07-20 08-11 09-21 09-22k 09-23 10-12 11-03 11-23",
	2027: "01-01 01-11 02-11 02-23 03-21 03-22s 04-29 05-03 05-04 05-05 07-19 08-11 09-20 09-23 10-11 11-03 11-23",
}

func TestNationalHolidaysAsPublished(t *testing.T) {
	c := japan(t)
	for year, want := range published {
		var got []string
		for _, h := range c.Holidays(year) {
			mark := map[string]string{"振替休日": "s", "国民の休日": "k"}[h.JA]
			got = append(got, h.On.String()[5:]+mark)
			if h.JA == "" || h.EN == "" {
				t.Errorf("%v has no name in both languages", h.On)
			}
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("%d:\n got %s\nwant %s", year, g, want)
		}
	}
}

// The equinoxes that the National Astronomical Observatory forecasts (reki
// yoko, list of equinoxes to 2050), and the Septembers with a day between two
// holidays.
func TestHolidaysOfLaterYears(t *testing.T) {
	vernal := map[int]int{2028: 20, 2029: 20, 2030: 20, 2031: 21, 2032: 20, 2033: 20, 2034: 20, 2035: 21, 2036: 20, 2037: 20, 2038: 20, 2039: 21, 2040: 20}
	autumnal := map[int]int{2028: 22, 2029: 23, 2030: 23, 2031: 23, 2032: 22, 2033: 23, 2034: 23, 2035: 23, 2036: 22, 2037: 23, 2038: 23, 2039: 23, 2040: 22}
	between := map[int]string{2026: "2026-09-22", 2032: "2032-09-21", 2037: "2037-09-22"}
	c := japan(t)
	for year := c.FirstYear; year <= c.LastYear; year++ {
		gotBetween := ""
		for _, h := range c.Holidays(year) {
			switch h.JA {
			case "春分の日":
				if want := vernal[year]; want != 0 && h.On.Day() != want {
					t.Errorf("%d: vernal equinox on %v, want March %d", year, h.On, want)
				}
			case "秋分の日":
				if want := autumnal[year]; want != 0 && h.On.Day() != want {
					t.Errorf("%d: autumnal equinox on %v, want September %d", year, h.On, want)
				}
			case "国民の休日":
				gotBetween = h.On.String()
			}
		}
		if gotBetween != between[year] {
			t.Errorf("%d: day between two holidays %q, want %q", year, gotBetween, between[year])
		}
	}
	if got := c.Holidays(2041); got != nil {
		t.Errorf("2041 is beyond the known years: got %v", got)
	}
}

func TestLastOpenDay(t *testing.T) {
	tests := []struct{ name, due, want string }{
		{"an ordinary weekday stays", "2026-06-16", "2026-06-16"},
		{"a Sunday goes back to Friday", "2026-06-21", "2026-06-19"},
		{"Golden Week 2026 goes back to Friday May 1", "2026-05-06", "2026-05-01"},
		{"Silver Week 2026 with its day between goes back to Friday", "2026-09-23", "2026-09-18"},
		{"January 3 goes back to the last day before December 29", "2027-01-03", "2026-12-28"},
		{"December 31 is closed though no national holiday", "2025-12-31", "2025-12-26"},
		{"January 4 on a Monday is open", "2027-01-04", "2027-01-04"},
		{"the Olympic Sports Day 2021 in July", "2021-07-23", "2021-07-21"},
		{"October 11, 2021 was an ordinary Monday", "2021-10-11", "2021-10-11"},
		{"the first known days reach back into the year before", "2020-01-01", "2019-12-27"},
	}
	c := japan(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := c.LastOpenDay(caldate.MustParse(tt.due))
			if err != nil || got.String() != tt.want {
				t.Errorf("last office day on or before %s: got %v (%v), want %s", tt.due, got, err, tt.want)
			}
		})
	}
	for _, due := range []string{"2019-12-31", "2041-01-01"} {
		if got, err := c.LastOpenDay(caldate.MustParse(due)); err == nil {
			t.Errorf("holidays of %s are not known: got %v, want an error", due, got)
		}
	}
}

func TestLastOpenDayIsNeverLaterAndNeverFar(t *testing.T) {
	c := japan(t)
	for d := caldate.MustParse("2020-01-10"); d.Year() <= c.LastYear; d = d.AddDays(1) {
		got, err := c.LastOpenDay(d)
		if err != nil {
			t.Fatal(err)
		}
		if back := got.DaysUntil(d); back < 0 || back > 10 {
			t.Fatalf("%v: last office day %v is %d days back", d, got, back)
		}
		if wd := got.Weekday(); wd == time.Saturday || wd == time.Sunday {
			t.Fatalf("%v: last office day %v is a %v", d, got, wd)
		}
	}
}
