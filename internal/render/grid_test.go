package render_test

import (
	"fmt"
	"strings"
	"testing"

	"mimamori/internal/report"
)

// filledForm makes a draft of any form with every field filled with a text of its
// type.
func filledForm(form *report.Form, rows int) report.Draft {
	d := report.Draft{ID: "rep-1", ProductID: "prd-1", Form: form.ID, Edition: form.Edition, Version: 1, State: report.Drafting, Values: map[string]report.Value{}}
	for _, f := range form.Fields {
		text := ""
		switch f.Type {
		case report.Group:
			continue
		case report.Date, report.PartialDate:
			text = "2026-06-01"
		case report.Code:
			text = form.Codes[f.CodeList][0].Code
		case report.Number:
			text = "12"
		case report.LongText:
			text = f.Ja + "の記載。\n二行目の記載。"
		case report.Text:
			text = f.Ja + "の例"
		case report.Table:
			var table [][]string
			for n := range rows {
				row := make([]string, len(f.Columns))
				for i, c := range f.Columns {
					switch c.Type {
					case report.Number:
						row[i] = fmt.Sprint(n + i)
					case report.Date:
						row[i] = fmt.Sprintf("2026-06-%02d", n%28+1)
					default:
						row[i] = fmt.Sprintf("%s %d件目　髙𠮷式の送液停止", c.Ja, n+1)
					}
				}
				table = append(table, row)
			}
			text = report.WriteTable(table)
		}
		d.Values[f.Key] = report.Value{Text: text, Origin: report.Origin{Kind: report.FromPerson}}
	}
	return d
}

func TestEveryFormPrintsEveryField(t *testing.T) {
	for _, form := range allForms(t) {
		for _, rows := range []int{0, 3, 60} { // sixty do not fit the box and go to an annex
			d := filledForm(form, rows)
			text := squeeze(poppler(t, pdf(t, form, d), "pdftotext", "-raw", "-", "-"))
			for _, f := range form.Fields {
				if f.Type == report.Group || f.Type == report.Table {
					continue
				}
				for line := range strings.SplitSeq(form.Display(f, d.Text(f.Key)), "\n") {
					if !strings.Contains(text, squeeze(line)) {
						t.Errorf("%s with %d rows: %s %q is not on the paper", form.ID, rows, f.Key, line)
					}
				}
			}
			for _, f := range form.Fields {
				if f.Type != report.Table {
					continue
				}
				for _, row := range report.Rows(d.Text(f.Key)) {
					for i, c := range f.Columns {
						if !strings.Contains(text, squeeze(c.Display(row[i]))) {
							t.Errorf("%s with %d rows: cell %q is not on the paper", form.ID, rows, row[i])
						}
					}
				}
			}
		}
	}
}
