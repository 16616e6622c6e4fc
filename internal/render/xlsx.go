package render

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/report"

	"github.com/xuri/excelize/v2"
)

// Sheets and columns of the spreadsheet of a report.
const (
	sheetReport = "報告書"
	columnKey   = 4 // E: the key that is read back; A to D are for people
)

var reportHead = []string{"番号", "項目", "Item", "内容", "key", "value"}

// XLSX writes a report as a spreadsheet: one row a field as people read it, with
// key and stored text beside it, and one sheet for each table. Equal reports give
// equal bytes.
//
// Errors: fault.Invalid when the draft is not one of this form edition, or a text
// is longer than a cell can hold (32,767 characters).
func XLSX(form *report.Form, draft report.Draft) ([]byte, error) {
	if draft.Form != form.ID || draft.Edition != form.Edition {
		return nil, fault.New(fault.Invalid, "the report is on %s edition %s, not on %s edition %s", draft.Form, draft.Edition, form.ID, form.Edition)
	}
	book := excelize.NewFile()
	defer book.Close() //nolint:errcheck // in memory
	s := sheetWriter{book: book}
	s.sheet(sheetReport)
	s.row(form.Heading, form.FullTitle(draft.Texts()))
	s.row("form", form.ID, "edition", form.Edition, "digest", report.Digest(draft))
	s.row(reportHead...)
	var tables []report.Field
	for _, f := range form.Fields {
		switch text := draft.Text(f.Key); f.Type {
		case report.Group:
		case report.Table:
			tables = append(tables, f)
			s.row(f.Number, f.Ja, f.En, fmt.Sprintf("（シート「%s」）", tableSheet(f)), f.Key, "")
		default:
			s.row(f.Number, f.Ja, f.En, form.Display(f, text), f.Key, text)
		}
	}
	s.widths(map[string]float64{"A": 7, "B": 28, "C": 34, "D": 70, "E": 22, "F": 22})
	for _, f := range tables {
		s.sheet(tableSheet(f))
		head := make([]string, len(f.Columns))
		for i, c := range f.Columns {
			head[i] = c.Ja
		}
		s.row(head...)
		for _, row := range report.Rows(draft.Text(f.Key)) {
			s.row(row...)
		}
	}
	if s.err == nil {
		// The library writes the time of the file otherwise.
		s.err = book.SetDocProps(&excelize.DocProperties{Creator: "Mimamori", Title: form.Heading, Created: "2000-01-01T00:00:00Z", Modified: "2000-01-01T00:00:00Z"})
	}
	var out bytes.Buffer
	if s.err == nil {
		s.err = book.Write(&out)
	}
	return out.Bytes(), s.err
}

// tableSheet is the name of the sheet of a table; a name has at most 31 characters.
func tableSheet(f report.Field) string { return "表_" + f.Key }

// sheetWriter fills sheets row by row and keeps the first error.
type sheetWriter struct {
	book *excelize.File
	name string
	next int
	err  error
}

func (s *sheetWriter) sheet(name string) {
	if s.err != nil {
		return
	}
	if s.name == "" {
		s.err = s.book.SetSheetName(s.book.GetSheetName(0), name)
	} else {
		_, s.err = s.book.NewSheet(name)
	}
	s.name, s.next = name, 1
}

func (s *sheetWriter) row(cells ...string) {
	for i, text := range cells {
		if s.err != nil {
			return
		}
		if len([]rune(text)) > excelize.TotalCellChars {
			s.err = fault.New(fault.Invalid, "%s: %d characters do not fit a cell of a spreadsheet", s.name, len([]rune(text)))
			return
		}
		cell, err := excelize.CoordinatesToCellName(i+1, s.next)
		if err != nil {
			s.err = err
			return
		}
		s.err = s.book.SetCellStr(s.name, cell, text) // always as text: nothing of it is a formula
	}
	s.next++
}

func (s *sheetWriter) widths(widths map[string]float64) {
	for column, width := range widths {
		if s.err == nil {
			s.err = s.book.SetColWidth(s.name, column, column, width)
		}
	}
}

// Limits of a spreadsheet that is read back.
const (
	maxXLSX      = 32 << 20
	maxXLSXUnzip = 128 << 20
)

// ReadXLSX reads the texts of a report back from its spreadsheet, by key.
//
// Errors: fault.Invalid when it is not the spreadsheet of this form edition, with
// every key the form does not have.
func ReadXLSX(form *report.Form, data []byte) (map[string]string, error) {
	if len(data) > maxXLSX {
		return nil, fault.New(fault.Invalid, "the spreadsheet is larger than %d MB", maxXLSX>>20)
	}
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxXLSXUnzip, UnzipXMLSizeLimit: maxXLSXUnzip, RawCellValue: true})
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "not a spreadsheet")
	}
	defer book.Close() //nolint:errcheck // in memory
	rows, err := book.GetRows(sheetReport)
	if err != nil || len(rows) < 3 || len(rows[1]) < 4 || rows[1][1] != form.ID || rows[1][3] != form.Edition {
		return nil, fault.New(fault.Invalid, "this is not the spreadsheet of a report on %s edition %s", form.ID, form.Edition)
	}
	var c fault.Checker
	texts := map[string]string{}
	for i, row := range rows[3:] {
		if len(row) <= columnKey || row[columnKey] == "" {
			continue
		}
		f, ok := form.Field(row[columnKey])
		if !ok || f.Type == report.Group {
			c.Add("/rows/"+strconv.Itoa(i+4), "field", "form %s has no field %q", form.ID, row[columnKey])
			continue
		}
		text := ""
		if len(row) > columnKey+1 {
			text = row[columnKey+1]
		}
		if f.Type == report.Table {
			if text, err = readTable(book, f); err != nil {
				return nil, err
			}
		}
		if text = strings.ReplaceAll(text, "\r\n", "\n"); text != "" {
			texts[f.Key] = text
		}
	}
	return texts, c.Err("the spreadsheet")
}

func readTable(book *excelize.File, f report.Field) (string, error) {
	rows, err := book.GetRows(tableSheet(f))
	if err != nil {
		return "", fault.New(fault.Invalid, "the sheet %s of %s is missing", tableSheet(f), f.Ja)
	}
	if len(rows) < 2 {
		return "", nil
	}
	return report.WriteTable(rows[1:]), nil
}
