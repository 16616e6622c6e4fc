package deadline_test

import (
	"testing"

	"mimamori/internal/caldate"
	"mimamori/internal/deadline"

	"pgregory.net/rapid"
)

func TestPeriodOf(t *testing.T) {
	tests := []struct {
		name, approval, day string
		want                deadline.Period
	}{
		{
			"the day of approval opens the first period", "2024-04-01", "2024-04-01",
			deadline.Period{Number: 1, Start: date("2024-04-01"), End: date("2025-03-31"), Due: date("2025-05-31")},
		},
		{
			"the anniversary opens the next", "2024-04-01", "2025-04-01",
			deadline.Period{Number: 2, Start: date("2025-04-01"), End: date("2026-03-31"), Due: date("2026-05-31")},
		},
		{
			"the day before the anniversary still belongs to the period", "2024-06-15", "2026-06-14",
			deadline.Period{Number: 2, Start: date("2025-06-15"), End: date("2026-06-14"), Due: date("2026-08-14")},
		},
		{
			"two months after December 31 is the end of February", "2020-01-01", "2026-12-31",
			deadline.Period{Number: 7, Start: date("2026-01-01"), End: date("2026-12-31"), Due: date("2027-02-28")},
		},
		{
			"approved on a leap day: the anniversary is February 28", "2024-02-29", "2025-03-01",
			deadline.Period{Number: 2, Start: date("2025-02-28"), End: date("2026-02-27"), Due: date("2026-04-27")},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := deadline.PeriodOf(date(tt.approval), date(tt.day))
			if err != nil || got != tt.want {
				t.Errorf("approved %s, event %s:\n got %+v (%v)\nwant %+v", tt.approval, tt.day, got, err, tt.want)
			}
		})
	}
	if _, err := deadline.PeriodOf(date("2024-04-01"), date("2024-03-31")); err == nil {
		t.Error("a day before the approval has no period: want an error")
	}
	if _, err := deadline.PeriodOf(caldate.Date{}, date("2024-03-31")); err == nil {
		t.Error("no approval day: want an error")
	}
}

func TestPeriodsFollowEachOtherWithoutGap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		approval := date("2000-01-01").AddDays(rapid.IntRange(0, 9000).Draw(t, "approval"))
		day := approval.AddDays(rapid.IntRange(0, 9000).Draw(t, "later"))
		p, err := deadline.PeriodOf(approval, day)
		if err != nil {
			t.Fatal(err)
		}
		if day.Before(p.Start) || day.After(p.End) {
			t.Fatalf("%v is not in %v to %v", day, p.Start, p.End)
		}
		next := p.Next(approval)
		if p.End.AddDays(1) != next.Start || next.Number != p.Number+1 {
			t.Fatalf("after %+v comes %+v", p, next)
		}
		if days := p.Start.DaysUntil(p.End) + 1; days < 364 || days > 366 {
			t.Fatalf("a period of %d days", days)
		}
	})
}

func date(text string) caldate.Date { return caldate.MustParse(text) }
