package render

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"unicode/utf16"
)

var (
	mapEntry     = regexp.MustCompile(`<([0-9A-F]{4,})><[0-9A-F]{4,}><([0-9A-F]{4,})>\n`)
	streamLength = regexp.MustCompile(`/Length [0-9]+\n`)
	startOfXref  = regexp.MustCompile(`startxref\n([0-9]+)\n%%EOF\s*$`)
)

// mendToUnicode rewrites the tables that lead from glyphs back to characters,
// and the file's table of offsets with them. gopdf writes characters outside
// the basic plane as five hexadecimal digits and puts all entries into one
// block; the standard asks for UTF-16BE and blocks of at most 100, and readers
// otherwise copy 𠮷 out as another character.
//
// Source: ISO 32000-1, 9.10.3; Adobe Technical Note 5014, 7.
func mendToUnicode(file []byte) ([]byte, error) {
	found := startOfXref.FindSubmatchIndex(file)
	if found == nil {
		return nil, fmt.Errorf("PDF: no startxref at its end")
	}
	xref, err := strconv.Atoi(string(file[found[2]:found[3]]))
	if err != nil || xref >= len(file) {
		return nil, fmt.Errorf("PDF: offset table at %s is outside the file", file[found[2]:found[3]])
	}
	table, trailer, ok := bytes.Cut(file[xref:], []byte("trailer\n"))
	if !ok {
		return nil, fmt.Errorf("PDF: no trailer behind the offset table")
	}
	offsets, err := objectOffsets(table, xref)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(file)+1024)
	moved := make([]int, len(offsets))
	for i, at := range offsets {
		end := xref
		if i+1 < len(offsets) {
			end = offsets[i+1]
		}
		if i == 0 {
			out = append(out, file[:at]...)
		}
		moved[i] = len(out)
		out = append(out, mendObject(file[at:end])...)
	}
	newXref := len(out)
	out = fmt.Appendf(out, "xref\n0 %d\n0000000000 65535 f \n", len(moved)+1)
	for _, at := range moved {
		out = fmt.Appendf(out, "%010d 00000 n \n", at)
	}
	trailer = startOfXref.ReplaceAll(trailer, fmt.Appendf(nil, "startxref\n%d\n%%%%EOF\n", newXref))
	return append(append(out, "trailer\n"...), trailer...), nil
}

// objectOffsets reads the table "xref\n0 n\n" and its lines of 20 bytes. The
// offsets come back rising, all before end, without the free entry 0.
func objectOffsets(table []byte, end int) ([]int, error) {
	lines := bytes.Split(bytes.TrimSpace(table), []byte("\n"))
	if len(lines) < 4 {
		return nil, fmt.Errorf("PDF: offset table has %d lines", len(lines))
	}
	offsets := make([]int, 0, len(lines)-3)
	for _, line := range lines[3:] {
		at, err := strconv.Atoi(string(line[:min(10, len(line))]))
		if err != nil || at < 0 || at >= end || (len(offsets) > 0 && at <= offsets[len(offsets)-1]) {
			return nil, fmt.Errorf("PDF: offset table has the line %q", line)
		}
		offsets = append(offsets, at)
	}
	return offsets, nil
}

func mendObject(object []byte) []byte {
	head, body, ok := bytes.Cut(object, []byte("stream\n"))
	if !ok || !bytes.Contains(body, []byte("/CMapName /Adobe-Identity-UCS def")) {
		return object
	}
	body, _, _ = bytes.Cut(body, []byte("endstream"))
	prologue, _, _ := bytes.Cut(body, []byte("1 begincodespacerange"))
	var cmap bytes.Buffer
	cmap.Write(prologue)
	cmap.WriteString("1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n")
	seen := map[string]bool{}
	var entries []string
	for _, m := range mapEntry.FindAllSubmatch(body, -1) {
		r, err := strconv.ParseUint(string(m[2]), 16, 32)
		if err != nil || seen[string(m[1])] {
			continue // the same glyph again: its first character stands
		}
		seen[string(m[1])] = true
		text := ""
		for _, unit := range utf16.Encode([]rune{rune(r)}) {
			text += fmt.Sprintf("%04X", unit)
		}
		entries = append(entries, fmt.Sprintf("<%s><%s>\n", m[1], text))
	}
	for len(entries) > 0 {
		n := min(100, len(entries))
		fmt.Fprintf(&cmap, "%d beginbfchar\n", n)
		for _, e := range entries[:n] {
			cmap.WriteString(e)
		}
		cmap.WriteString("endbfchar\n")
		entries = entries[n:]
	}
	cmap.WriteString("endcmap CMapName currentdict /CMap defineresource pop end end\n")
	head = streamLength.ReplaceAll(head, fmt.Appendf(nil, "/Length %d\n", cmap.Len()))
	return fmt.Appendf(nil, "%sstream\n%sendstream\nendobj\n\n", head, cmap.Bytes())
}
