package rule

import "strconv"

// governing is an obligation to compare: what a rule asks for, and whether a
// first report goes ahead of it. The zero governing means no obligation.
type governing struct {
	outcome Outcome
	first   bool
}

// rank is the place of an obligation among others; the lower comes first.
type rank [4]int

// rank orders obligations by what is due first: fewer days, then periodic, then
// none; of the same day the one with a first report, then the one on a form
// before one for a person to decide, then the lower form number.
func (g governing) rank() rank {
	r := rank{3, 0, 1, 0}
	switch {
	case g.outcome.TermDays > 0:
		r[0], r[1] = 1, g.outcome.TermDays
	case g.outcome.Periodic:
		r[0] = 2
	}
	if g.first {
		r[2] = 0
	}
	r[3] = formNumber(g.outcome.Form)
	return r
}

// formNumber returns 8 for "form8"; no form comes after every form.
func formNumber(form string) int {
	if len(form) > 4 {
		if n, err := strconv.Atoi(form[4:]); err == nil {
			return n
		}
	}
	return 1 << 20
}
