package render

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// A small file of the shape gopdf writes: one table of characters, one other object.
func smallPDF() []byte {
	var file bytes.Buffer
	file.WriteString("%PDF-1.7\n\n")
	first := file.Len()
	body := "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n1 begincodespacerange\n<0001><0003>\nendcodespacerange\n" +
		"3 beginbfrange\n<0001><0001><0041>\n<0002><0002><20BB7>\n<0002><0002><5409>\nendbfrange\nendcmap CMapName currentdict /CMap defineresource pop end end\n"
	fmt.Fprintf(&file, "1 0 obj\n<<\n/Length %d\n>>\nstream\n%sendstream\nendobj\n\n", len(body), body)
	second := file.Len()
	file.WriteString("2 0 obj\n<</Type /Catalog>>\nendobj\n\n")
	xref := file.Len()
	fmt.Fprintf(&file, "xref\n0 3\n0000000000 65535 f \n%010d 00000 n \n%010d 00000 n \ntrailer\n<<\n/Size 3\n/Root 2 0 R\n>>\nstartxref\n%d\n%%%%EOF\n", first, second, xref)
	return file.Bytes()
}

func TestMendToUnicode(t *testing.T) {
	got, err := mendToUnicode(smallPDF())
	if err != nil {
		t.Fatal(err)
	}
	if want := "2 beginbfchar\n<0001><0041>\n<0002><D842DFB7>\nendbfchar\n"; !bytes.Contains(got, []byte(want)) {
		t.Errorf("the table is not in UTF-16, or a glyph stands twice:\n%s", got)
	}
	head, stream, _ := bytes.Cut(got, []byte("stream\n"))
	stream, _, _ = bytes.Cut(stream, []byte("endstream"))
	if want := fmt.Sprintf("/Length %d\n", len(stream)); !bytes.Contains(head, []byte(want)) {
		t.Errorf("the stream has %d bytes:\n%s", len(stream), head)
	}
	for i, m := range regexp.MustCompile(`([0-9]{10}) 00000 n `).FindAllSubmatch(got, -1) {
		at, _ := strconv.Atoi(string(m[1]))
		if want := fmt.Sprintf("%d 0 obj\n", i+1); !bytes.HasPrefix(got[at:], []byte(want)) {
			t.Errorf("offset %d does not lead to object %d", at, i+1)
		}
	}
	m := startOfXref.FindSubmatch(got)
	if at, _ := strconv.Atoi(string(m[1])); !bytes.HasPrefix(got[at:], []byte("xref\n")) {
		t.Errorf("startxref %d does not lead to the table", at)
	}
}

func TestMendToUnicodeSurvivesBrokenFiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		file := smallPDF()
		for range rapid.IntRange(1, 5).Draw(t, "changes") {
			file[rapid.IntRange(0, len(file)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		}
		_, _ = mendToUnicode(file[:rapid.IntRange(0, len(file)).Draw(t, "length")]) // an error or a file, never a panic
	})
}
