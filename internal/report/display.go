package report

import (
	"fmt"
	"strconv"
	"strings"

	"mimamori/internal/caldate"
)

// Display returns a field's text as the Japanese paper shows it: days as
// 2026年6月1日, codes as their words, numbers with their unit, everything else
// as it is. A text that does not fit the type is shown as it is.
func (f *Form) Display(field Field, text string) string {
	switch field.Type {
	case Date, PartialDate:
		return japaneseDay(text)
	case Code:
		if t, ok := f.Term(field, text); ok {
			return t.Ja
		}
	case Number:
		if text != "" && numeric(text) {
			return text + field.Unit
		}
	case Group, Text, LongText, Table:
	}
	return text
}

// Display returns a cell as the Japanese paper shows it.
func (c Column) Display(cell string) string {
	cell = strings.TrimSpace(cell)
	switch {
	case c.Type == Date || c.Type == PartialDate:
		return japaneseDay(cell)
	case c.Type == Number && numeric(cell):
		return cell + c.Unit
	}
	return cell
}

func japaneseDay(text string) string {
	year, month, day, ok := partialDay(text)
	switch {
	case !ok:
		return text
	case month == 0:
		return fmt.Sprintf("%d年", year)
	case day == 0:
		return fmt.Sprintf("%d年%d月", year, month)
	}
	return fmt.Sprintf("%d年%d月%d日", year, month, day)
}

// partialDay reads 2026-06-01, 2026-06 or 2026; parts not given are 0.
func partialDay(text string) (year, month, day int, ok bool) {
	first, last, ok := span(text)
	if !ok {
		return 0, 0, 0, false
	}
	switch strings.Count(text, "-") {
	case 0:
		return first.Year(), 0, 0, true
	case 1:
		return first.Year(), int(first.Month()), 0, true
	}
	return last.Year(), int(last.Month()), last.Day(), true
}

// span returns the first and the last day a partial day may mean.
func span(text string) (first, last caldate.Date, ok bool) {
	var err error
	switch len(text) {
	case len("2026"):
		first, err = caldate.Parse(text + "-01-01")
		last = first.AddMonths(12).AddDays(-1)
	case len("2026-06"):
		first, err = caldate.Parse(text + "-01")
		last = first.AddMonths(1).AddDays(-1)
	default:
		first, err = caldate.Parse(text)
		last = first
	}
	return first, last, err == nil
}

// numeric tells whether text is a decimal number of 0 or more such as 62.5.
func numeric(text string) bool {
	if strings.Trim(text, "0123456789.") != "" || strings.HasPrefix(text, ".") || strings.HasSuffix(text, ".") {
		return false
	}
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}
