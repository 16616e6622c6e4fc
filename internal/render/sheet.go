package render

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"mimamori/internal/fault"

	"github.com/xuri/excelize/v2"
)

// Sheet is a table that is written row by row, so that it can be long.
type Sheet struct {
	columns int
	out     io.Writer
	csv     *csv.Writer
	book    *excelize.File
	stream  *excelize.StreamWriter
	next    int
}

// NewSheet begins a table with a head line: format "csv" (UTF-8 with a byte order
// mark, as spreadsheet programs expect) or "xlsx".
func NewSheet(out io.Writer, format, title string, head ...string) (*Sheet, error) {
	s := &Sheet{columns: len(head), out: out, next: 1}
	switch format {
	case "csv":
		if _, err := io.WriteString(out, "\uFEFF"); err != nil {
			return nil, err
		}
		s.csv = csv.NewWriter(out)
		s.csv.UseCRLF = true
	case "xlsx":
		s.book = excelize.NewFile()
		if err := s.begin(title); err != nil {
			return nil, fmt.Errorf("beginning the table %s: %w", title, err)
		}
	default:
		return nil, fault.New(fault.Invalid, "format %q: choose xlsx or csv", format)
	}
	return s, s.Row(head...)
}

func (s *Sheet) begin(title string) error {
	name := s.book.GetSheetName(0)
	err := s.book.SetSheetName(name, title)
	if err == nil {
		// The library writes the time of the file otherwise.
		err = s.book.SetDocProps(&excelize.DocProperties{Creator: "Mimamori", Title: title, Created: "2000-01-01T00:00:00Z", Modified: "2000-01-01T00:00:00Z"})
	}
	if err == nil {
		s.stream, err = s.book.NewStreamWriter(title)
	}
	return err
}

// Row writes one row. Every cell is a text: what looks like a formula to a
// spreadsheet program is written so that it is none.
func (s *Sheet) Row(cells ...string) error {
	if s.csv != nil {
		texts := make([]string, len(cells))
		for i, cell := range cells {
			texts[i] = harmless(cell)
		}
		return s.csv.Write(texts)
	}
	values := make([]any, len(cells))
	for i, cell := range cells {
		if letters := []rune(cell); len(letters) > excelize.TotalCellChars {
			cell = string(letters[:excelize.TotalCellChars])
		}
		values[i] = cell // a string cell: nothing of it is computed
	}
	at, err := excelize.CoordinatesToCellName(1, s.next)
	if err != nil {
		return err
	}
	s.next++
	return s.stream.SetRow(at, values)
}

// harmless puts an apostrophe before what a spreadsheet program would compute
// when it opens the file: =, +, -, @, or these after a tab or a line end.
func harmless(cell string) string {
	if trimmed := strings.TrimLeft(cell, " \t\r\n　"); trimmed != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(trimmed)[0]) {
		return "'" + cell
	}
	return cell
}

// Close writes the end of the table.
func (s *Sheet) Close() error {
	if s.csv != nil {
		s.csv.Flush()
		return s.csv.Error()
	}
	defer s.book.Close() //nolint:errcheck // what matters was written
	if err := s.stream.Flush(); err != nil {
		return err
	}
	return s.book.Write(s.out)
}
