package sbom

import (
	"archive/zip"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// Template returns the rows of an empty table form: the headings, and one example.
func Template(japanese bool) [][]string {
	headings, example := make([]string, len(Columns)), make([]string, len(Columns))
	for i, c := range Columns {
		headings[i], example[i] = c.En, c.Example
		if japanese {
			headings[i] = c.Ja
		}
	}
	return [][]string{headings, example}
}

// WriteCSV writes rows as CSV in UTF-8 with a byte order mark, without which
// Excel takes Japanese for another encoding.
func WriteCSV(w io.Writer, rows [][]string) error {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return err
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// The parts of a spreadsheet with one sheet. Style 1 is "text", so that a
// version 1.10 typed into the template stays as it is.
var xlsxParts = [][2]string{
	{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="SBOM" sheetId="1" r:id="rId1"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`},
	{"xl/styles.xml", `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs></styleSheet>`},
}

// WriteXLSX writes rows as a spreadsheet whose cells are all formatted as text.
func WriteXLSX(w io.Writer, rows [][]string) error {
	z := zip.NewWriter(w)
	part := func(name, content string) error {
		out, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(out, xml.Header+content)
		}
		return err
	}
	for _, p := range xlsxParts {
		if err := part(p[0], p[1]); err != nil {
			return err
		}
	}
	var sheet strings.Builder
	fmt.Fprintf(&sheet, `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cols><col min="1" max="%d" width="20" style="1" customWidth="1"/></cols><sheetData>`, len(Columns))
	for r, row := range rows {
		fmt.Fprintf(&sheet, `<row r="%d">`, r+1)
		for c, text := range row {
			fmt.Fprintf(&sheet, `<c r="%c%d" s="1" t="inlineStr"><is><t>`, 'A'+c, r+1)
			if err := xml.EscapeText(&sheet, []byte(text)); err != nil {
				return err
			}
			sheet.WriteString(`</t></is></c>`)
		}
		sheet.WriteString(`</row>`)
	}
	sheet.WriteString(`</sheetData></worksheet>`)
	if err := part("xl/worksheets/sheet1.xml", sheet.String()); err != nil {
		return err
	}
	return z.Close()
}
