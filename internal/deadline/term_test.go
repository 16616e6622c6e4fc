package deadline_test

import (
	"testing"

	"mimamori/internal/caldate"
	"mimamori/internal/deadline"

	"pgregory.net/rapid"
)

func TestTermDue(t *testing.T) {
	tests := []struct {
		name        string // the situation, then why the date is what it is
		n           int
		unit        deadline.Unit
		cal         deadline.Calendar
		aware, want string
	}{
		{"awareness day is not counted", 15, deadline.CalendarDays, nil, "2026-03-02", "2026-03-17"},
		{"a due day on a Sunday is not moved", 15, deadline.CalendarDays, nil, "2026-06-06", "2026-06-21"},
		{"a due day on New Year's Day is not moved", 30, deadline.CalendarDays, nil, "2026-12-02", "2027-01-01"},
		{"crosses a leap day", 2, deadline.CalendarDays, nil, "2028-02-28", "2028-03-01"},
		{"aware on a Saturday starts Monday", 1, deadline.WorkingDays, deadline.Weekdays{}, "2026-03-07", "2026-03-09"},
		{"Golden Week is not counted", 1, deadline.WorkingDays, deadline.JapaneseOffices{}, "2026-05-01", "2026-05-07"},
		{"the turn of the year is not counted", 2, deadline.WorkingDays, deadline.JapaneseOffices{}, "2026-12-25", "2027-01-04"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			term, err := deadline.NewTerm(tt.n, tt.unit)
			if err != nil {
				t.Fatal(err)
			}
			got := term.Due(caldate.MustParse(tt.aware), tt.cal)
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
	}{{0, deadline.CalendarDays}, {-1, deadline.WorkingDays}, {100000, deadline.CalendarDays}, {15, ""}, {15, "hours"}} {
		if term, err := deadline.NewTerm(tt.n, tt.unit); err == nil {
			t.Errorf("NewTerm(%d, %q) = %v, want an error", tt.n, tt.unit, term)
		}
	}
}

func TestDueIsMonotonic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom([]deadline.Unit{deadline.CalendarDays, deadline.WorkingDays}).Draw(t, "unit")
		n := rapid.IntRange(1, 60).Draw(t, "n")
		aware := caldate.MustParse("2020-01-01").AddDays(rapid.IntRange(0, 7000).Draw(t, "aware"))
		shorter, err := deadline.NewTerm(n, unit)
		if err != nil {
			t.Fatal(err)
		}
		longer, err := deadline.NewTerm(n+1, unit)
		if err != nil {
			t.Fatal(err)
		}
		cal := deadline.JapaneseOffices{}
		due := shorter.Due(aware, cal)
		if !due.Before(longer.Due(aware, cal)) {
			t.Fatalf("%d and %d %s after %v are not in order", n, n+1, unit, aware)
		}
		if shorter.Due(aware.AddDays(1), cal).Before(due) {
			t.Fatalf("a later awareness day %v makes the due day earlier", aware.AddDays(1))
		}
	})
}
