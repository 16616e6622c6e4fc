package rule_test

import (
	"testing"

	"mimamori/internal/rule"
)

// TestShippedRulebooksHaveNoProblems is what "rulebook check" says: everything
// Load refuses, every worked example, and every rule has one.
func TestShippedRulebooksHaveNoProblems(t *testing.T) {
	for _, c := range rule.Check(inForce()) {
		for _, p := range c.Problems {
			t.Errorf("%s:%d: %s: %s", p.File, p.Line, p.Rule, p.Message)
		}
		if c.Rules == 0 || c.Examples < c.Rules {
			t.Errorf("%s: %d rules, %d examples", c.File, c.Rules, c.Examples)
		}
	}
}
