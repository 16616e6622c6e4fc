package deadline

import (
	"strconv"

	"mimamori/internal/caldate"
)

// Steps returns the step of escalation that applies today to something due on
// due, so that each step can be told once:
//
//	days left   step
//	10 to 6     "10"
//	5 to 3      "5"
//	2 or 1      "2"
//	0           "0", the due day itself
//	below 0     "late+N", N days after the due day: another step each day
//
// It is false while more than 10 days are left, and when due or today is no day.
// Who was not there on the day a step begins is still told while it lasts.
func Steps(due, today caldate.Date) (step string, ok bool) {
	if due.IsZero() || today.IsZero() {
		return "", false
	}
	switch left := today.DaysUntil(due); {
	case left > 10:
		return "", false
	case left > 5:
		return "10", true
	case left > 2:
		return "5", true
	case left > 0:
		return "2", true
	case left == 0:
		return "0", true
	default:
		return "late+" + strconv.Itoa(-left), true
	}
}
