package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
)

// maxRunes is what one field can hold at all. It protects memory; it is not an
// official limit (those are Field.MaxLength).
const maxRunes = 100_000

// Problem is one thing wrong with one field of a draft, in both languages.
type Problem struct {
	Field  string `json:"field"`          // key
	Number string `json:"number"`         // number of the field on the form
	Rule   string `json:"rule"`           // required, date, code, number, control, length, order, must_say
	Mark   Mark   `json:"mark,omitempty"` // how sure we are that the authority asks this
	Ja     string `json:"ja"`
	En     string `json:"en"`
}

// Fault returns the problem as a field error; a fault.Catalogue tells it in
// the language of the reader.
func (p Problem) Fault() fault.Field {
	return fault.At("/values/"+p.Field, p.Rule, "%s", Words{Ja: p.Ja, En: p.En})
}

// Invalid returns the problems as one fault.Invalid error, or nil for none.
func Invalid(problems []Problem) error {
	fields := make([]fault.Field, len(problems))
	for i, p := range problems {
		fields[i] = p.Fault()
	}
	return fault.Fields("the report is not complete", fields)
}

// Check returns every problem of the draft, in the order of the form; none
// when the report can be submitted.
func Check(form *Form, d Draft) []Problem {
	c := checker{form: form, texts: d.Texts()}
	for _, f := range form.Fields {
		if f.Type != Group {
			c.field(f)
		}
	}
	for _, key := range sortedKeys(d.Values) {
		if f, ok := form.Field(key); !ok || f.Type == Group {
			c.add(Field{Key: key}, "field", "", "この様式にない項目です。", "this form has no such field: remove it")
		}
	}
	return c.problems
}

type checker struct {
	form     *Form
	texts    map[string]string
	problems []Problem
}

func (c *checker) add(f Field, rule string, mark Mark, ja, en string) {
	c.problems = append(c.problems, Problem{Field: f.Key, Number: f.Number, Rule: rule, Mark: mark, Ja: ja, En: en})
}

func (c *checker) field(f Field) {
	text := c.texts[f.Key]
	if strings.TrimSpace(text) == "" {
		if f.Required.holds(c.texts) {
			c.add(f, "required", f.Required.Mark,
				fmt.Sprintf("「%s」を記載してください。", f.Ja),
				fmt.Sprintf("%s is missing: fill it in", f.En))
		}
		return
	}
	if !c.characters(f, text) {
		return
	}
	c.length(f, text)
	if slices.Contains(f.Also, text) {
		return
	}
	if c.shape(f, text) {
		c.order(f, text)
	}
	if m := f.MustSay; m != nil && m.When.holds(c.texts) && !strings.Contains(text, m.Text) {
		c.add(f, "must_say", m.Mark,
			fmt.Sprintf("「%s」に「%s」と記載してください。", f.Ja, m.Text),
			fmt.Sprintf("%s has to say %s here", f.En, m.Text))
	}
}

// characters refuses what cannot be printed or would be read differently from
// how it is stored: control characters and marks that turn the writing direction.
func (c *checker) characters(f Field, text string) bool {
	if !utf8.ValidString(text) {
		c.add(f, "control", "", "文字コードが正しくありません。入力し直してください。", "the text is not valid UTF-8: type it again")
		return false
	}
	for i, r := range []rune(text) {
		lineEnd := r == '\n' && (f.Type == LongText || f.Type == Table)
		direction := r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
		if (unicode.IsControl(r) && !lineEnd && (r != '\t' || f.Type != LongText && f.Type != Table)) || direction {
			c.add(f, "control", "",
				fmt.Sprintf("%d文字目に使用できない制御文字（U+%04X）があります。削除してください。", i+1, r),
				fmt.Sprintf("character %d is the control character U+%04X: remove it", i+1, r))
			return false
		}
	}
	return true
}

func (c *checker) length(f Field, text string) {
	n := utf8.RuneCountInString(text)
	switch limit := f.MaxLength.Value; {
	case limit != nil && n > *limit:
		c.add(f, "length", f.MaxLength.Mark,
			fmt.Sprintf("%d文字あります。%d文字以内で記載してください。", n, *limit),
			fmt.Sprintf("%d characters: shorten it to at most %d", n, *limit))
	case n > maxRunes:
		c.add(f, "length", "",
			fmt.Sprintf("%d文字あります。%d文字以内に分けて添付してください。", n, maxRunes),
			fmt.Sprintf("%d characters: attach a document, a field holds at most %d", n, maxRunes))
	}
}

// shape checks that the text is one of the field's type.
func (c *checker) shape(f Field, text string) bool {
	switch f.Type {
	case Date:
		if _, err := caldate.Parse(text); err != nil {
			c.add(f, "date", "", "暦にある日付を 2026-06-01 の形で記載してください。", "not a day of the calendar: write it as 2026-06-01")
			return false
		}
	case PartialDate:
		if _, _, ok := span(text); !ok {
			c.add(f, "date", "",
				"日付を 2026-06-01、2026-06 又は 2026 の形で記載してください。"+alsoJa(f),
				"not a date: write 2026-06-01, 2026-06 or 2026"+alsoEn(f))
			return false
		}
	case Code:
		if _, ok := c.form.Term(f, text); !ok {
			var codes []string
			for _, t := range c.form.Codes[f.CodeList] {
				codes = append(codes, t.Code)
			}
			list := strings.Join(codes, ", ")
			c.add(f, "code", "",
				fmt.Sprintf("「%.40s」は選択肢にありません。次から選んでください：%s", text, list),
				fmt.Sprintf("%.40q is not in the list: choose one of %s", text, list))
			return false
		}
	case Number:
		if !numeric(text) {
			c.add(f, "number", "", "半角の数値で記載してください（例：62.5）。"+alsoJa(f), "not a number: write it as 62.5"+alsoEn(f))
			return false
		}
	case Table:
		return c.table(f, text)
	case Group, Text, LongText:
	}
	return true
}

// maxRows is how many rows a table can have; longer lists are attached.
const maxRows = 2_000

// table checks every cell of a table; it tells all that is wrong at once, up to
// ten cells.
func (c *checker) table(f Field, text string) bool {
	before := len(c.problems)
	rows := Rows(text)
	if len(rows) > maxRows {
		c.add(f, "rows", "", fmt.Sprintf("%d行あります。%d行以内とし、残りは添付してください。", len(rows), maxRows),
			fmt.Sprintf("%d rows: keep it to %d and attach the rest", len(rows), maxRows))
	}
	for i, row := range rows {
		if len(c.problems)-before >= 10 {
			break
		}
		if len(row) > len(f.Columns) {
			c.add(f, "columns", "", fmt.Sprintf("%d行目に%d列あります。%d列以内としてください。", i+1, len(row), len(f.Columns)),
				fmt.Sprintf("row %d has %d cells, the table has %d columns", i+1, len(row), len(f.Columns)))
			continue
		}
		for j, column := range f.Columns {
			cell := ""
			if j < len(row) {
				cell = strings.TrimSpace(row[j])
			}
			if ja, en := column.wrong(cell); ja != "" {
				c.add(f, "cell", "", fmt.Sprintf("%d行目の「%s」：%s", i+1, column.Ja, ja), fmt.Sprintf("row %d, %s: %s", i+1, column.En, en))
			}
		}
	}
	return len(c.problems) == before
}

// wrong says what is wrong with a cell of the column, "" when nothing is.
func (c Column) wrong(cell string) (ja, en string) {
	switch _, _, day := span(cell); {
	case cell == "" && c.Required:
		return "記載してください。", "it is missing: fill it in"
	case cell == "":
	case c.Type == Number && !numeric(cell):
		return "半角の数値で記載してください（例：62.5）。", "not a number: write it as 62.5"
	case c.Type == Date && (!day || len(cell) != len("2026-06-01")):
		return "暦にある日付を 2026-06-01 の形で記載してください。", "not a day of the calendar: write it as 2026-06-01"
	case c.Type == PartialDate && !day:
		return "日付を 2026-06-01、2026-06 又は 2026 の形で記載してください。", "not a date: write 2026-06-01, 2026-06 or 2026"
	}
	return "", ""
}

func alsoJa(f Field) string {
	if len(f.Also) == 0 {
		return ""
	}
	return "「" + strings.Join(f.Also, "」「") + "」も記載できます。"
}

func alsoEn(f Field) string {
	if len(f.Also) == 0 {
		return ""
	}
	return ", or " + strings.Join(f.Also, " or ")
}

// order compares the day with other days of the form. Of a partial day only
// what is certain counts: 2026-06 is not after 2026-06-10.
func (c *checker) order(f Field, text string) {
	if !f.isDate() {
		return
	}
	first, last, _ := span(text)
	compare := func(keys []string, wrong func(otherFirst, otherLast caldate.Date) bool, ja, en string) {
		for _, key := range keys {
			other, _ := c.form.Field(key)
			otherFirst, otherLast, ok := span(c.texts[key])
			if ok && wrong(otherFirst, otherLast) {
				c.add(f, "order", "",
					fmt.Sprintf("「%s」は「%s」（%s）%s。", f.Ja, other.Ja, japaneseDay(c.texts[key]), ja),
					fmt.Sprintf("%s %s %s (%s)", f.En, en, other.En, c.texts[key]))
			}
		}
	}
	compare(f.NotBefore, func(of, _ caldate.Date) bool { return last.Before(of) }, "以後の日付としてください", "must not be before")
	compare(f.NotAfter, func(_, ol caldate.Date) bool { return first.After(ol) }, "以前の日付としてください", "must not be after")
	compare(f.After, func(of, _ caldate.Date) bool { return !last.After(of) }, "より後の日付としてください", "must be after")
}
