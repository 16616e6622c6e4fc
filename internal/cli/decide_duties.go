package cli

import (
	"fmt"
	"slices"
	"strings"

	"mimamori/internal/rule"
)

// words of the duties of a case.
var (
	wordDuties       = rule.Text{JA: "報告以外の義務", EN: "Duties besides the report"}
	wordDutyPerson   = rule.Text{JA: "該当する規定がない。責任者が判断する", EN: "no rule applies: a named person decides"}
	wordPromptly     = rule.Text{JA: "速やかに", EN: "promptly"}
	wordContinuing   = rule.Text{JA: "継続", EN: "continuing"}
	wordDays         = rule.Text{JA: "%d日以内", EN: "within %d days"}
	wordMonths       = rule.Text{JA: "%d月以内", EN: "within %d months"}
	wordYearlyMonths = rule.Text{JA: "1年ごと、その期間の満了後%d月以内", EN: "yearly, within %d months after each year"}
)

// dutiesText writes the duties of a case: those that are certain, and where the
// facts file has a fact of the duty rulebook those that are possible too.
func dutiesText(law *rule.Law, j rule.Joined, lang string) string {
	var b strings.Builder
	for i, a := range j.Duties {
		told := slices.ContainsFunc(law.CaseDuties[i].Facts(), func(f rule.Fact) bool { _, ok := j.Situation[f.ID]; return ok })
		for _, line := range a.Duties {
			if line.State == rule.Applies || told {
				fmt.Fprintf(&b, "  [%s] %s → %s: %s (%s)\n", stateWords[line.State].In(lang), line.Duty.Label.In(lang), line.Duty.To.In(lang),
					clockText(line.Duty.Clock, lang), a.Rulebook.ID)
			}
		}
		if a.NamedPerson {
			fmt.Fprintf(&b, "  %s: %s (%s)\n", a.Title.In(lang), wordDutyPerson.In(lang), a.Rulebook.ID)
		}
		if told && a.Next != nil {
			f := law.Fact(*a.Next)
			fmt.Fprintf(&b, "  %s: %s (%s): %s\n", wordNext.In(lang), f.Label.In(lang), f.ID, f.Question.In(lang))
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return wordDuties.In(lang) + ": \n" + b.String()
}

// clockText writes how much time a duty leaves.
func clockText(c rule.Clock, lang string) string {
	switch {
	case c.Promptly:
		return wordPromptly.In(lang)
	case c.Days > 0:
		return fmt.Sprintf(wordDays.In(lang), c.Days)
	case c.Months > 0:
		return fmt.Sprintf(wordMonths.In(lang), c.Months)
	case c.YearlyWithinMonths > 0:
		return fmt.Sprintf(wordYearlyMonths.In(lang), c.YearlyWithinMonths)
	}
	return wordContinuing.In(lang)
}
