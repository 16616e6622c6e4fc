package deadline_test

import (
	"strings"
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
		{
			"approved on a leap day: the first period ends before February 28", "2024-02-29", "2025-02-27",
			deadline.Period{Number: 1, Start: date("2024-02-29"), End: date("2025-02-27"), Due: date("2025-04-27")},
		},
		{
			"approved on a leap day: the next leap day opens the fifth period", "2024-02-29", "2028-02-29",
			deadline.Period{Number: 5, Start: date("2028-02-29"), End: date("2029-02-27"), Due: date("2029-04-27")},
		},
		{
			"approved on a leap day: the day before the next leap day is still the fourth", "2024-02-29", "2028-02-28",
			deadline.Period{Number: 4, Start: date("2027-02-28"), End: date("2028-02-28"), Due: date("2028-04-28")},
		},
		{
			"approved on March 1: a period ends on February 29 in a leap year", "2023-03-01", "2024-02-29",
			deadline.Period{Number: 1, Start: date("2023-03-01"), End: date("2024-02-29"), Due: date("2024-04-29")},
		},
		{
			"two months after December 30 is the end of February", "2020-12-31", "2021-12-30",
			deadline.Period{Number: 1, Start: date("2020-12-31"), End: date("2021-12-30"), Due: date("2022-02-28")},
		},
		{
			"two months after December 31 in the year before a leap year", "2020-01-01", "2027-12-31",
			deadline.Period{Number: 8, Start: date("2027-01-01"), End: date("2027-12-31"), Due: date("2028-02-29")},
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
	if _, err := deadline.PeriodOf(date("2024-04-01"), date("2024-03-31")); err == nil || !strings.Contains(err.Error(), "2024-04-01") {
		t.Errorf("aware before the approval: got %v, want an error that names the day of approval", err)
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
		if p.Due != p.End.AddMonths(2) || !p.Due.After(p.End) {
			t.Fatalf("the report on a period to %v is due on %v", p.End, p.Due)
		}
		if later, err := deadline.PeriodOf(approval, day.AddDays(1)); err != nil || later.Due.Before(p.Due) {
			t.Fatalf("an event a day later is due on %v (%v), earlier than %v", later.Due, err, p.Due)
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
