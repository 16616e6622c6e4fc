package deadline_test

import (
	"testing"
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/deadline"

	"pgregory.net/rapid"
)

func TestTermDue(t *testing.T) {
	tests := []struct {
		name        string // the situation, then why the date is what it is
		n           int
		unit        deadline.Unit
		days        deadline.Days
		aware, want string
	}{
		{"awareness day is not counted", 15, deadline.CalendarDays, nil, "2026-03-02", "2026-03-17"},
		{"a due day on a Sunday is not moved", 15, deadline.CalendarDays, nil, "2026-06-06", "2026-06-21"},
		{"a due day on New Year's Day is not moved", 30, deadline.CalendarDays, nil, "2026-12-02", "2027-01-01"},
		{"crosses a leap day", 2, deadline.CalendarDays, nil, "2028-02-28", "2028-03-01"},
		{"counted over the end of a leap year", 366, deadline.CalendarDays, nil, "2027-12-31", "2028-12-31"},
		{"a term over the turn of the year", 15, deadline.CalendarDays, nil, "2026-12-25", "2027-01-09"},
		{"15 days from the leap day", 15, deadline.CalendarDays, nil, "2028-02-29", "2028-03-15"},
		{"one month ends on the day of the same number", 1, deadline.Months, nil, "2026-06-01", "2026-07-01"},
		{"one month after January 31 is the last day of February", 1, deadline.Months, nil, "2026-01-31", "2026-02-28"},
		{"and February 29 in a leap year", 1, deadline.Months, nil, "2028-01-31", "2028-02-29"},
		{"one month after the last of February is no later than the 28th (R-030)", 1, deadline.Months, nil, "2026-02-28", "2026-03-28"},
		{"a month over the turn of the year", 1, deadline.Months, nil, "2026-12-31", "2027-01-31"},
		{"twelve months from the leap day", 12, deadline.Months, nil, "2028-02-29", "2029-02-28"},
		{"forty-eight months from leap day to leap day", 48, deadline.Months, nil, "2028-02-29", "2032-02-29"},
		{"aware on a Saturday starts Monday", 1, deadline.WorkingDays, deadline.Weekdays{}, "2026-03-07", "2026-03-09"},
		{"Golden Week is not counted", 1, deadline.WorkingDays, japan(t), "2026-05-01", "2026-05-07"},
		{"the turn of the year is not counted", 2, deadline.WorkingDays, japan(t), "2026-12-25", "2027-01-04"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			term, err := deadline.NewTerm(tt.n, tt.unit)
			if err != nil {
				t.Fatal(err)
			}
			got := term.Due(caldate.MustParse(tt.aware), tt.days)
			if got.String() != tt.want {
				t.Errorf("%d %s after %s: got %v, want %v", tt.n, tt.unit, tt.aware, got, tt.want)
			}
		})
	}
}

func TestNewTermRefusesWhatIsNoTerm(t *testing.T) {
	for _, tt := range []struct {
		n    int
		unit deadline.Unit
	}{{0, deadline.CalendarDays}, {-1, deadline.WorkingDays}, {100000, deadline.CalendarDays}, {15, ""}, {15, "hours"}, {0, deadline.Months}, {121, deadline.Months}} {
		if term, err := deadline.NewTerm(tt.n, tt.unit); err == nil {
			t.Errorf("NewTerm(%d, %q) = %v, want an error", tt.n, tt.unit, term)
		}
	}
}

func TestDueIsMonotonic(t *testing.T) {
	c := japan(t)
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom([]deadline.Unit{deadline.CalendarDays, deadline.WorkingDays, deadline.Months}).Draw(t, "unit")
		n := rapid.IntRange(1, 60).Draw(t, "n")
		aware := date("2020-01-01").AddDays(rapid.IntRange(0, 7000).Draw(t, "aware"))
		shorter, err := deadline.NewTerm(n, unit)
		if err != nil {
			t.Fatal(err)
		}
		longer, err := deadline.NewTerm(n+1, unit)
		if err != nil {
			t.Fatal(err)
		}
		due := shorter.Due(aware, c)
		if !due.After(aware) || !due.Before(longer.Due(aware, c)) {
			t.Fatalf("%d and %d %s after %v are not in order", n, n+1, unit, aware)
		}
		if shorter.Due(aware.AddDays(1), c).Before(due) {
			t.Fatalf("a later awareness day %v makes the due day earlier", aware.AddDays(1))
		}
	})
}

// The day of art. 143 of the Civil Code, worked out from its words: the first day
// is the one after the awareness day, the last the one before the day that
// corresponds to it, or the last day of a month that has none. Reading R-030
// takes another day only at the end of a month, and never a later one.
func TestMonthsAgainstTheCivilCode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 36).Draw(t, "months")
		aware := date("2019-12-01").AddDays(rapid.IntRange(0, 4000).Draw(t, "aware"))
		term, err := deadline.NewTerm(n, deadline.Months)
		if err != nil {
			t.Fatal(err)
		}
		first := aware.AddDays(1)
		month := int(first.Month()) - 1 + n
		civil, err := caldate.New(first.Year()+month/12, time.Month(month%12+1), first.Day())
		if err == nil {
			civil = civil.AddDays(-1)
		} else { // no day corresponds: the last day of that month
			next := month + 1
			civil = date("2000-01-01").AddMonths((first.Year()-2000)*12 + next).AddDays(-1)
		}
		due := term.Due(aware, nil)
		if due.After(civil) || due != civil && first.Day() != 1 {
			t.Fatalf("%d months after %v: %v, by the Civil Code %v", n, aware, due, civil)
		}
	})
}
