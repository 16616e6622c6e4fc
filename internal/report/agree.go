package report

import (
	"fmt"
	"slices"
)

// Document is something else that tells of the same matter: the records of the
// case, the first report, a report of another product of the case.
type Document struct {
	Name  Words
	Texts map[string]string // by field key
	Sent  bool              // it was given to the authority and stays as it is
}

// Disagreements lists the fields that have to agree and do not: what the report
// says and what the records or another document says. All of them at once, in the
// order of the form; rule agrees, or agrees_with_sent where the other one stays.
func Disagreements(form *Form, d Draft, others []Document) []Problem {
	var problems []Problem
	for _, f := range form.Fields {
		if !f.Agrees || d.Text(f.Key) == "" {
			continue
		}
		for _, o := range others {
			text := o.Texts[f.Key]
			if text == "" || text == d.Text(f.Key) {
				continue
			}
			rule, mend := "agrees", Words{Ja: "どちらかを改めてください。", En: "correct one of them"}
			if o.Sent {
				rule, mend = "agrees_with_sent", Words{Ja: "送付済みの内容は変えられません。この報告書の記載を確かめてください。", En: "what was sent stays, so check this report"}
			}
			problems = append(problems, Problem{
				Field: f.Key, Number: f.Number, Rule: rule,
				Ja: fmt.Sprintf("「%s」が%s（%s）と一致しません。%s", f.Ja, o.Name.Ja, form.Display(f, text), mend.Ja),
				En: fmt.Sprintf("%s does not agree with %s, which says %s: %s", f.En, o.Name.En, text, mend.En),
			})
		}
	}
	return problems
}

// Problems lists everything that is wrong with the draft, by itself and beside
// the other documents, in the order of the form.
func Problems(form *Form, d Draft, others []Document) []Problem {
	problems := append(Check(form, d), Disagreements(form, d, others)...)
	place := func(p Problem) int {
		if i, ok := form.byKey[p.Field]; ok {
			return i
		}
		return len(form.Fields)
	}
	slices.SortStableFunc(problems, func(a, b Problem) int { return place(a) - place(b) })
	return problems
}
