package sbom

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"mimamori/internal/fault"

	"golang.org/x/text/encoding/japanese"
)

// tableHead tells whether a file starts like a table of components.
func tableHead(head []byte) bool {
	text, _ := tableText(head)
	comma, _ := separator(text)
	return comma != 0
}

// tableText decodes the start of a file: UTF-8, or Shift_JIS as Excel writes
// CSV files in Japan.
func tableText(head []byte) (text string, shiftJIS bool) {
	if end := bytes.LastIndexByte(head, '\n'); end >= 0 {
		head = head[:end+1] // whole lines, so no character is cut
	}
	if utf8.Valid(head) {
		return string(head), false
	}
	decoded, err := japanese.ShiftJIS.NewDecoder().Bytes(head)
	if err != nil || bytes.ContainsRune(decoded, utf8.RuneError) {
		return "", false
	}
	return string(decoded), true
}

// separator finds the row of headings and returns what separates its cells; 0
// when there is none.
func separator(text string) (comma rune, row int) {
	for line := range strings.Lines(text) {
		if row++; row > maxHeadingRow {
			break
		}
		for _, comma := range []rune{',', ';', '\t'} {
			r := csv.NewReader(strings.NewReader(line))
			r.Comma, r.LazyQuotes = comma, true
			if cells, err := r.Read(); err == nil && isHeading(cells) {
				return comma, row
			}
		}
	}
	return 0, 0
}

// readCSV reads a table with separated values.
func readCSV(in *bufio.Reader, name string) (*Document, *breaches, error) {
	head, _ := in.Peek(headBytes)
	text, shiftJIS := tableText(head)
	var source io.Reader = in
	t := newTable(name)
	if shiftJIS {
		source = japanese.ShiftJIS.NewDecoder().Reader(in)
		t.note(fault.At("row 1", "encoding", "the file is in Shift_JIS; characters outside of it may have been lost when it was saved: prefer UTF-8"))
	}
	r := csv.NewReader(source)
	r.Comma, _ = separator(text)
	r.FieldsPerRecord, r.ReuseRecord = -1, true
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				err = fault.New(fault.Invalid, "%s: not readable as a table: %s", name, err.Error())
			}
			return nil, nil, err
		}
		number, _ := r.FieldPos(0)
		for i, cell := range cells {
			if !utf8.ValidString(cell) || strings.IndexByte(cell, 0) >= 0 {
				return nil, nil, fault.New(fault.Invalid, "%s: row %d: holds bytes that are not UTF-8: save the file as CSV UTF-8", name, number)
			}
			cells[i] = strings.Clone(cell) // the reader uses its memory again
		}
		if err := t.row(cells, number); err != nil {
			return nil, nil, err
		}
	}
	d, err := t.done("CSV")
	return d, nil, err
}
