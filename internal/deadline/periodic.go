package deadline

import (
	"fmt"

	"mimamori/internal/caldate"
)

// Period is one period of a periodic report.
type Period struct {
	Number int          // 1 for the first year after approval
	Start  caldate.Date // first day
	End    caldate.Date // last day
	Due    caldate.Date // last day on which its report is on time
}

// periodMonths and reportMonths are the lengths that the Enforcement Regulation
// art. 228-20(2) item 3 sets: every year, within two months after the period.
const (
	periodMonths = 12
	reportMonths = 2
)

// PeriodOf returns the period of the periodic reports of a product approved on
// approval that day falls in: the report on an event of that day is due on its
// Due day.
//
// A period ends on the day before the anniversary of the approval; the report
// is due two calendar months after that day, on the last day of the month where
// it is shorter (reading R-009). It fails when day is before approval.
func PeriodOf(approval, day caldate.Date) (Period, error) {
	if approval.IsZero() || day.Before(approval) {
		return Period{}, fmt.Errorf("period of %v: the product was approved on %v, choose that day or a later one", day, approval)
	}
	n := day.Year() - approval.Year()
	if n > 0 && approval.AddMonths(periodMonths*n).After(day) {
		n--
	}
	return period(approval, n+1), nil
}

// Next returns the period after p of a product approved on approval.
func (p Period) Next(approval caldate.Date) Period { return period(approval, p.Number+1) }

func period(approval caldate.Date, number int) Period {
	end := approval.AddMonths(periodMonths * number).AddDays(-1)
	return Period{
		Number: number,
		Start:  approval.AddMonths(periodMonths * (number - 1)),
		End:    end,
		Due:    end.AddMonths(reportMonths),
	}
}
