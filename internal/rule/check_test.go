package rule_test

import (
	"testing"

	"mimamori/internal/rule"
	"mimamori/rulebook"
)

// TestShippedRulebooksHaveNoProblems is what "rulebook check" says: everything
// Load refuses, every worked example, and every rule has one.
func TestShippedRulebooksHaveNoProblems(t *testing.T) {
	for _, path := range []string{rulebook.JapanCaseReport, rulebook.JapanCSNotice} {
		c := rule.CheckFile(rulebook.FS, path, map[string]*rule.Rulebook{japan(t).ID: japan(t)})
		for _, p := range c.Problems {
			t.Errorf("%s:%d: %s: %s", p.File, p.Line, p.Rule, p.Message)
		}
		if c.Rules < 15 || c.Examples < c.Rules {
			t.Errorf("%s: %d rules, %d examples", path, c.Rules, c.Examples)
		}
	}
}
