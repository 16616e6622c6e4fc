package report

import (
	"mimamori/internal/fault"

	"gonum.org/v1/gonum/stat/distuv"
)

// Exceedance compares the number of malfunctions seen in a period with the rate
// that was established beforehand (様式第9). It is a help for the person who
// decides, never the decision: the regulation asks whether the rate is above the
// established one, not whether chance explains it.
type Exceedance struct {
	Expected float64 `json:"expected"` // events expected at the established rate
	Rate     float64 `json:"rate"`     // events divided by the denominator
	Above    bool    `json:"above"`    // Rate is above the established rate
	// Chances of as many events or more if the established rate were still true,
	// exact and one-sided, in [0, 1]. Binomial counts each unit or use at most
	// once; Poisson allows several events of one.
	Poisson  float64 `json:"poisson"`
	Binomial float64 `json:"binomial"` // -1 when there are more events than units
}

// Exceed computes the comparison: events among denominator units or uses, where
// rate was established, as a share in (0, 1].
func Exceed(events, denominator int, rate float64) (Exceedance, error) {
	var c fault.Checker
	if events < 0 || events > 1e9 {
		c.Add("/events", "range", "%d events: expected 0 to 1,000,000,000", events)
	}
	if denominator < 1 || denominator > 1e12 {
		c.Add("/denominator", "range", "%d: expected 1 or more units or uses", denominator)
	}
	if !(rate > 0 && rate <= 1) {
		c.Add("/rate", "range", "established rate %v: expected a share above 0, at most 1", rate)
	}
	if err := c.Err("the rates cannot be compared"); err != nil {
		return Exceedance{}, err
	}
	n, k := float64(denominator), float64(events)
	e := Exceedance{Expected: rate * n, Rate: k / n, Above: k > rate*n, Poisson: 1, Binomial: 1}
	if events > 0 {
		e.Poisson = distuv.Poisson{Lambda: e.Expected}.Survival(k - 1)
		e.Binomial = distuv.Binomial{N: n, P: rate}.Survival(k - 1)
	}
	if k > n {
		e.Binomial = -1
	}
	return e, nil
}
