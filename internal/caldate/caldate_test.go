package caldate_test

import (
	"testing"
	"time"

	"mimamori/internal/caldate"

	"pgregory.net/rapid"
)

func TestAddMonthsClampsToTheEndOfTheMonth(t *testing.T) {
	tests := []struct {
		name string
		from string
		n    int
		want string
	}{
		{"a shorter month ends earlier", "2026-01-31", 1, "2026-02-28"},
		{"a leap February has 29 days", "2028-01-31", 1, "2028-02-29"},
		{"the year turns", "2026-11-30", 2, "2027-01-30"},
		{"a year after a leap day is its last February day", "2028-02-29", 12, "2029-02-28"},
		{"months can be taken back", "2026-03-31", -1, "2026-02-28"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := caldate.MustParse(tt.from).AddMonths(tt.n); got.String() != tt.want {
				t.Errorf("%s plus %d months: got %v, want %s", tt.from, tt.n, got, tt.want)
			}
		})
	}
}

func TestOfTellsTheDayInTokyo(t *testing.T) {
	lateEveningUTC := time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)
	if got := caldate.Of(lateEveningUTC, caldate.Tokyo).String(); got != "2026-11-23" {
		t.Errorf("15:00 UTC is already the next day in Tokyo: got %s", got)
	}
}

func TestParseRefusesDaysThatDoNotExist(t *testing.T) {
	for _, text := range []string{"2026-02-29", "2026-13-01", "26-01-01", "2026/01/01", "", " 2026-01-01"} {
		if d, err := caldate.Parse(text); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", text, d)
		}
	}
}

func TestDaysAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := caldate.MustParse("2000-01-01").AddDays(rapid.IntRange(0, 30000).Draw(t, "start"))
		n := rapid.IntRange(-5000, 5000).Draw(t, "n")
		if got := d.DaysUntil(d.AddDays(n)); got != n {
			t.Fatalf("%v + %d days is %d days away", d, n, got)
		}
		back, err := caldate.Parse(d.String())
		if err != nil || back != d {
			t.Fatalf("%v printed and read again is %v (%v)", d, back, err)
		}
	})
}
