package sbom

import (
	"bufio"
	"bytes"
	"io"
	"regexp"
	"unicode/utf8"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// MaxBytes limits one document. Documents are read piece by piece, so memory
// does not follow from it.
const MaxBytes = 1 << 30

// headBytes is how far into a file its format is looked for.
const headBytes = 64 << 10

// Read reads one SBOM from r, at most MaxBytes. name is the file's
// name for messages; the format is told by the content alone.
//
// A document that cannot be read gives one fault.Invalid error: what is wrong,
// where, and how to mend it. Lesser faults, those against the schema of
// CycloneDX among them, stand in Document.Problems: real tools make them.
func Read(r io.Reader, name string) (*Document, error) {
	d, _, err := read(r, name)
	return d, err
}

// ReadStrict is Read for those who want documents as the schemas of CycloneDX
// ask for: a fault against one of the rules that the reader checks, or a
// reference used twice, is a fault.Invalid error that names all of them.
// Documents of other formats have no such rules.
func ReadStrict(r io.Reader, name string) (*Document, error) {
	d, found, err := read(r, name)
	if err != nil {
		return nil, err
	}
	var faults []fault.Field
	for _, p := range d.Problems {
		if p.Rule == "unique" || p.Rule == "schema" {
			faults = append(faults, p)
		}
	}
	if found != nil && len(d.Problems) >= maxProblems { // some may be among those only counted
		faults = found.strict
	}
	if len(faults) > 0 {
		return nil, fault.Fields(name+": the document is not as its schema asks for", faults)
	}
	return d, nil
}

func read(r io.Reader, name string) (*Document, *breaches, error) {
	in := bufio.NewReaderSize(&limited{r: r, name: name, left: MaxBytes}, headBytes)
	head, _ := in.Peek(headBytes) // what is wrong with a short or failing input is told below
	if bytes.HasPrefix(head, []byte("\uFEFF")) {
		_, _ = in.Discard(3) // was peeked
		head = head[3:]
	}
	start := bytes.TrimLeft(head, " \t\r\n")
	utf16 := len(start) > 1 && (start[0] == '{' || start[0] == '<') && start[1] == 0
	switch {
	case utf16: // told below
	case bytes.HasPrefix(start, []byte("{")):
		return readJSON(in, name)
	case bytes.HasPrefix(start, []byte("<")):
		return readXML(in, name)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return readXLSX(in, name)
	case protobufHead(head):
		return readCycloneDXProtobuf(in, name)
	case tagValueHead.Match(head):
		return readTagValue(in, name)
	case yamlHead.Match(head):
		return readYAML(in, name)
	case tableHead(head):
		return readCSV(in, name)
	}
	// Nothing known: the common checks say what is wrong with the text, if anything.
	whole := head
	if len(head) == headBytes { // may end in the middle of a character
		whole = bytes.TrimRightFunc(head, func(r rune) bool { return r >= utf8.RuneSelf })
	}
	if _, err := untrusted.ReadText(bytes.NewReader(whole), name, headBytes); err != nil {
		return nil, nil, err
	}
	first := start
	if len(first) == 0 {
		first = head
	}
	return nil, nil, fault.New(fault.Invalid, "%s: is not an SBOM: it starts with %q instead of { or <; CycloneDX, SPDX, a SWID tag, or a table with headings as the template has them is expected", name, string(bytes.Runes(first[:min(len(first), 32)])[:1]))
}

var (
	tagValueHead = regexp.MustCompile(`(?m)^SPDXVersion:\s*SPDX-`)
	yamlHead     = regexp.MustCompile(`(?m)^["']?(spdxVersion|SPDXID|bomFormat)["']?\s*:\s`)
)

// limited fails when more than its limit is read.
type limited struct {
	r    io.Reader
	name string
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, fault.New(fault.Invalid, "%s: more than %d MiB: split the file, or check that it is the right one", l.name, int64(MaxBytes)>>20)
	}
	if err != nil && err != io.EOF && fault.KindOf(err) == fault.Internal {
		return n, fault.Wrap(fault.Invalid, err, "%s: cannot be read to its end: the file may be cut off", l.name)
	}
	return n, err
}
