package sbom

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"path"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// Limits of spreadsheets, which are held in memory packed.
const (
	maxXLSX    = 64 << 20
	maxColumns = 16_384 // as Excel has it
	maxStrings = 4_000_000
)

// workbook is a spreadsheet file (ECMA-376) opened for reading its cells.
type workbook struct {
	name    string
	zip     *zip.Reader
	sheets  []sheet
	strings []string
}

type sheet struct{ name, part string }

// cell is the text of a cell; number tells that the file holds it as a number.
type cell struct {
	text   string
	number bool
}

func readXLSX(in io.Reader, name string) (*Document, *breaches, error) {
	w, err := openWorkbook(in, name)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range w.sheets {
		if s.name == "Package Info" {
			return readSPDXSheets(w)
		}
	}
	for _, s := range w.sheets {
		t := newTable(name)
		err := w.rows(s, func(number int, cells []cell) error {
			texts := make([]string, len(cells))
			for i, c := range cells {
				texts[i] = c.text
				if c.number && i < len(t.columns) && t.columns[i] == "version" {
					t.note(fault.At(fmt.Sprintf("row %d", number), "number", "the version %q is stored as a number, so zeros at its end are lost: format the column as text and type it again", c.text))
				}
			}
			return t.row(texts, number)
		})
		if err != nil {
			if t.columns == nil && len(w.sheets) > 1 && t.rows >= maxHeadingRow {
				continue // another sheet may have the headings
			}
			return nil, nil, err
		}
		if t.columns != nil {
			d, err := t.done("XLSX")
			return d, nil, err
		}
	}
	return nil, nil, fault.New(fault.Invalid, "%s: no headings are in the first %d rows: a table of components starts with headings such as \"Name\" and \"Version\"; see mimamori sbom template", name, maxHeadingRow)
}

// openWorkbook reads the list of sheets and the shared strings.
func openWorkbook(in io.Reader, name string) (*workbook, error) {
	data, err := io.ReadAll(io.LimitReader(in, maxXLSX+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxXLSX {
		return nil, fault.New(fault.Invalid, "%s: a spreadsheet of more than %d MiB: split it, or use CSV", name, maxXLSX>>20)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "%s: not readable as a ZIP file", name)
	}
	w := &workbook{name: name, zip: z}
	if w.part("xl/workbook.xml") == nil {
		return nil, fault.New(fault.Invalid, "%s: is ZIP-compressed, and no spreadsheet: unpack it first", name)
	}
	targets := map[string]string{}
	err = w.each("xl/_rels/workbook.xml.rels", func(n *xmlNode) error {
		targets[n.attr("Id")] = path.Join("xl", strings.TrimPrefix(n.attr("Target"), "/xl/"))
		return nil
	}, "Relationship")
	if err != nil {
		return nil, err
	}
	err = w.each("xl/workbook.xml", func(n *xmlNode) error {
		if part := targets[n.attr("id")]; w.part(part) != nil {
			w.sheets = append(w.sheets, sheet{n.attr("name"), part})
		}
		return nil
	}, "sheet")
	if err != nil || w.part("xl/sharedStrings.xml") == nil {
		return w, err
	}
	return w, w.each("xl/sharedStrings.xml", func(n *xmlNode) error {
		if len(w.strings) >= maxStrings {
			return fault.New(fault.Invalid, "%s: more than %d texts: split the file", name, maxStrings)
		}
		w.strings = append(w.strings, n.richText())
		return nil
	}, "si")
}

func (w *workbook) part(name string) *zip.File {
	for _, f := range w.zip.File {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// each calls take for every element of a part that has one of the names.
func (w *workbook) each(part string, take func(*xmlNode) error, names ...string) error {
	f := w.part(part)
	if f == nil {
		return fault.New(fault.Invalid, "%s: the spreadsheet has no part %s: save it again", w.name, part)
	}
	in, err := untrusted.OpenMember(f, w.name, untrusted.MaxBytes)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // opened for reading only
	for e, err := range untrusted.XMLElements(in, w.name+": "+part, names...) {
		if err != nil {
			return err
		}
		var n xmlNode
		if err := e.Decode(&n); err != nil {
			return err
		}
		if err := take(&n); err != nil {
			return err
		}
	}
	return nil
}

// richText joins the runs of a text; phonetic readings (ふりがな) are left out.
func (n *xmlNode) richText() string {
	var out strings.Builder
	for _, c := range n.children {
		switch c.name.Local {
		case "t":
			out.WriteString(c.text)
		case "r":
			out.WriteString(c.richText())
		}
	}
	return out.String()
}

// rows calls take for every row of a sheet that has cells.
func (w *workbook) rows(s sheet, take func(number int, cells []cell) error) error {
	count := 0
	return w.each(s.part, func(row *xmlNode) error {
		count++
		number := count
		if _, err := fmt.Sscanf(row.attr("r"), "%d", &number); err != nil {
			number = count
		}
		var cells []cell
		for _, c := range row.children {
			if c.name.Local != "c" {
				continue
			}
			at := column(c.attr("r"), len(cells))
			if at >= maxColumns {
				return fault.New(fault.Invalid, "%s: row %d: more than %d columns", w.name, number, maxColumns)
			}
			for len(cells) <= at {
				cells = append(cells, cell{})
			}
			cells[at] = w.cell(c)
		}
		if len(cells) == 0 {
			return nil
		}
		return take(number, cells)
	}, "row")
}

// cell returns what a cell shows.
func (w *workbook) cell(c *xmlNode) cell {
	var value string
	for _, inner := range c.children {
		switch inner.name.Local {
		case "v":
			value = inner.text
		case "is":
			return cell{text: inner.richText()}
		}
	}
	switch c.attr("t") {
	case "s":
		i := -1
		if _, err := fmt.Sscanf(value, "%d", &i); err != nil || i < 0 || i >= len(w.strings) {
			return cell{}
		}
		return cell{text: w.strings[i]}
	case "str", "b", "d":
		return cell{text: value}
	case "e": // an error such as #REF!
		return cell{}
	}
	return cell{text: value, number: value != ""}
}

// column returns the index of the column of a cell such as "AB12"; next when
// the cell does not say.
func column(cell string, next int) int {
	at := 0
	for _, r := range cell {
		if r < 'A' || r > 'Z' || at > maxColumns {
			break
		}
		at = at*26 + int(r-'A') + 1
	}
	if at == 0 {
		return next
	}
	return at - 1
}
