package report_test

import (
	"math"
	"math/big"
	"testing"

	"mimamori/internal/fault"
	"mimamori/internal/report"

	"pgregory.net/rapid"
)

// tails sums the two tails term by term with 200 bits: slow, and written from
// the definitions.
func tails(events, n int, rate float64) (poisson, binomial float64) {
	one := func(x float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(x) }
	p, q := one(rate), new(big.Float).SetPrec(200).Sub(one(1), one(rate))
	below := one(0) // P(X < events)
	for k := range events {
		choose := new(big.Float).SetPrec(200).SetInt(new(big.Int).Binomial(int64(n), int64(k)))
		below.Add(below, choose.Mul(choose, power(p, k)).Mul(choose, power(q, n-k)))
	}
	binomial, _ = new(big.Float).Sub(one(1), below).Float64()
	lambda := new(big.Float).SetPrec(200).Mul(one(rate), one(float64(n)))
	// e^-λ = 1 / Σ λ^k/k!, summed until nothing is added.
	sum, term := one(0), one(1)
	terms := []*big.Float{}
	for k := 1; k < 2000; k++ {
		terms = append(terms, new(big.Float).Copy(term))
		sum.Add(sum, term)
		term = new(big.Float).SetPrec(200).Mul(term, lambda)
		term.Quo(term, one(float64(k)))
	}
	below = one(0)
	for k := range events {
		below.Add(below, terms[k])
	}
	below.Quo(below, sum)
	poisson, _ = new(big.Float).Sub(one(1), below).Float64()
	return poisson, binomial
}

func power(x *big.Float, n int) *big.Float {
	out := new(big.Float).SetPrec(200).SetFloat64(1)
	for range n {
		out.Mul(out, x)
	}
	return out
}

func TestExceedAgreesWithTheSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 300).Draw(t, "n")
		events := rapid.IntRange(0, n).Draw(t, "events")
		rate := rapid.Float64Range(0.001, 0.9).Draw(t, "rate")
		got, err := report.Exceed(events, n, rate)
		if err != nil {
			t.Fatal(err)
		}
		poisson, binomial := tails(events, n, rate)
		if math.Abs(got.Poisson-poisson) > 1e-9 || math.Abs(got.Binomial-binomial) > 1e-9 {
			t.Fatalf("Poisson %g, binomial %g; the sums give %g, %g", got.Poisson, got.Binomial, poisson, binomial)
		}
		if got.Above != (float64(events) > rate*float64(n)) {
			t.Fatal("above is wrong")
		}
	})
}

func TestExceedKnownFigures(t *testing.T) {
	// 3 events at an expected 1: 1 - e^-1 (1 + 1 + 1/2) = 0.0803014.
	got, err := report.Exceed(3, 1000, 0.001)
	if err != nil || math.Abs(got.Poisson-0.0803014) > 1e-6 || !got.Above {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, _ := report.Exceed(0, 10, 0.1); got.Poisson != 1 || got.Binomial != 1 || got.Above {
		t.Errorf("no event exceeds nothing: %+v", got)
	}
	if got, _ := report.Exceed(12, 10, 0.5); got.Binomial != -1 {
		t.Errorf("more events than units: %+v", got)
	}
	if _, err := report.Exceed(-1, 0, math.NaN()); len(fault.FieldsOf(err)) != 3 {
		t.Errorf("got %v, want three problems", err)
	}
}
