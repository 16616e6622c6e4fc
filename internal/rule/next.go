package rule

// Steps for what has no term in days when moves of the governing day are
// averaged: longer than every term (366 days at most), and nothing due behind
// everything that is due.
const (
	periodicStep = 400
	nothingStep  = 800
)

// nextFact picks the fact to ask next: the one that narrows the governing day
// most. For each open fact that is the mean, over its possible values, of how
// many days later what governs becomes when the fact has the value; a periodic
// report counts as periodicStep days and nothing due as nothingStep. Learning a
// fact never makes the day earlier, so no part of the mean is negative.
//
// A decisive fact comes before one that is merely relevant, which moves no day;
// one that is not even relevant is never asked. Of equal facts the first in the
// order of the rulebook is asked.
func nextFact(a Answer) *string {
	questions := make([]question, len(a.OpenFacts))
	for i := range a.OpenFacts {
		o := &a.OpenFacts[i]
		questions[i] = question{fact: &o.Fact, relevant: o.Relevant, decisive: o.Decisive, values: len(o.Outcomes)}
		for _, out := range o.Outcomes {
			questions[i].gain += steps(out.Governing) - steps(a.Governing)
		}
	}
	return best(questions)
}

// steps tells how late an obligation is, in days.
func steps(o *Obligation) int {
	switch {
	case o == nil:
		return nothingStep
	case o.TermDays != nil:
		return *o.TermDays
	}
	return periodicStep
}

// nextInOrder picks the fact to ask next as records of the first format did:
// the first in the order of the rulebook that decides by itself, else the first
// that matters at all.
func nextInOrder(a Answer) *string {
	questions := make([]question, len(a.OpenFacts))
	for i := range a.OpenFacts {
		o := &a.OpenFacts[i]
		questions[i] = question{fact: &o.Fact, relevant: o.Relevant, decisive: o.Decisive, values: 1}
	}
	return best(questions)
}

// question is an open fact with what asking it would gain.
type question struct {
	fact               *string
	relevant, decisive bool
	gain, values       int // the gain is summed over so many values
}

// best returns the fact with the greatest mean gain, nil when none matters.
func best(questions []question) *string {
	var found *question
	for i := range questions {
		if q := &questions[i]; q.relevant && (found == nil || q.before(found)) {
			found = q
		}
	}
	if found == nil {
		return nil
	}
	return found.fact
}

func (q *question) before(o *question) bool {
	if q.decisive != o.decisive {
		return q.decisive
	}
	return q.gain*o.values > o.gain*q.values
}
