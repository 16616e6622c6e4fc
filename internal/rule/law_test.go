package rule_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"mimamori/internal/rule"
)

// TestQuotesStandInTheLaw finds the words of every rule in the stored official
// texts, character for character; only line breaks and spaces, which the PDF of
// the notice put in, do not count.
func TestQuotesStandInTheLaw(t *testing.T) {
	var instruments []struct {
		Provisions []struct{ Address, Text string }
	}
	if err := json.Unmarshal(reference(t, "law/jp-provisions.json"), &instruments); err != nil {
		t.Fatal(err)
	}
	law := map[string]string{}
	for _, i := range instruments {
		for _, p := range i.Provisions {
			law[p.Address] = joined(p.Text)
		}
	}
	csNotice := joined(string(reference(t, "law/cs-notice-2024-01-15.txt")))
	rb := japan(t)
	for _, r := range append(append(slices.Clone(rb.Rules), rb.Otherwise()), notice(t).Rules()...) {
		where := law[r.Address]
		if strings.HasPrefix(r.Address, "CS ") {
			where = csNotice
		}
		if where == "" {
			t.Errorf("%s: no stored text has the address %q", r.ID, r.Address)
		} else if !strings.Contains(where, joined(r.Quote)) {
			t.Errorf("%s: the quote does not stand in %s:\n%s", r.ID, r.Address, r.Quote)
		}
	}
}

func joined(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}

// TestReadingsAreWrittenDown finds the document of every reading that a rule
// rests on, and the rule in the document.
func TestReadingsAreWrittenDown(t *testing.T) {
	rb := japan(t)
	check := func(reading, user string) {
		data, err := os.ReadFile(filepath.Join("..", "..", "docs", "readings", reading+".md"))
		if err != nil {
			t.Errorf("%s rests on a reading that is not written down: %v", user, err)
		} else if !strings.Contains(string(data), user) {
			t.Errorf("docs/readings/%s.md does not name %s, which rests on it", reading, user)
		}
	}
	for _, reading := range rb.Readings {
		check(reading, rb.ID)
	}
	for _, reading := range notice(t).Readings() {
		check(reading, notice(t).Ref().ID)
	}
	for _, r := range append(append(slices.Clone(rb.Rules), rb.Otherwise()), notice(t).Rules()...) {
		if r.Confidence != rule.Confirmed && r.Reading == "" {
			t.Errorf("%s is %s and names no reading", r.ID, r.Confidence)
		}
		if r.Reading != "" {
			check(r.Reading, r.ID)
		}
	}
}
