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
}

// Disagreements lists the fields that have to agree and do not: what the report
// says and what the records or another document says. All of them at once, in the
// order of the form.
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
			problems = append(problems, Problem{
				Field: f.Key, Number: f.Number, Rule: "agrees",
				Ja: fmt.Sprintf("「%s」が%s（%s）と一致しません。どちらかを改めてください。", f.Ja, o.Name.Ja, form.Display(f, text)),
				En: fmt.Sprintf("%s does not agree with %s, which says %s: correct one of them", f.En, o.Name.En, text),
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
