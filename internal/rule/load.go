package rule

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxRulebookBytes bounds a rulebook file; the Japanese one has about 50 kB.
const maxRulebookBytes = 1 << 20

// Load reads and checks a rulebook that decides by itself what is due, without
// extensions.
//
// A rulebook with a problem is refused with a fault.Invalid error that lists
// every problem with its line and rule: unknown or missing names, values and
// days, a missing quote or citation, a fact without two values, rules that
// contradict each other, rules that can never apply, and worlds to which no
// rule applies, on every day a rule starts or stops.
func Load(fsys fs.FS, path string) (*Rulebook, error) {
	rb, err := openBook(Source{FS: fsys, Path: path}).alone()
	if err != nil {
		return nil, err
	}
	if rb.kind != decides {
		return nil, fault.New(fault.Invalid, "rulebook %s does not decide what is due by itself: its kind is %s, of %s", path, kinds[rb.kind], rb.target)
	}
	return rb, nil
}

// bookFile is a rulebook file while it is read. Its problems are in the reader.
type bookFile struct {
	text BookText
	body ast.Node
	err  error // why it cannot be read at all
	book *Rulebook
	y    *yamlReader
	// whole tells that the file by itself has no problem; beside others it may
	// have some.
	whole bool
}

// openBook opens the file of a source.
func openBook(s Source) *bookFile {
	f := &bookFile{text: BookText{Path: s.Path, Company: s.Company}}
	if f.text.Text, f.err = readText(s.FS, s.Path); f.err == nil {
		f.parse()
	}
	return f
}

// parse reads the YAML of the text, not yet what it says.
func (f *bookFile) parse() {
	f.body, f.err = document(f.text.Text, f.text.Path)
	f.y = &yamlReader{}
	f.book = &Rulebook{kind: kindOf(f.body), Digest: digestOf(f.text.Text)}
}

func digestOf(text []byte) string {
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// read reads the rulebook and walks its worlds. base returns the rulebook of an
// id, whose facts it may use, or nil.
func (f *bookFile) read(base func(id string) *Rulebook) {
	f.y.rulebook(f.book, f.body, base)
	f.text.Ref = f.book.Ref()
	if len(f.y.problems) == 0 && f.book.kind != extends { // the worlds can be walked only when every name is known
		f.book.compile()
		f.y.walk(f.book)
	}
	f.whole = len(f.y.problems) == 0
}

// alone reads a rulebook of a kind that needs no other one.
func (f *bookFile) alone() (*Rulebook, error) {
	if f.err != nil {
		return nil, f.err
	}
	f.read(func(string) *Rulebook { return nil })
	if err := f.y.err(f.text.Path); err != nil {
		return nil, err
	}
	return f.book, nil
}

// readText reads a file of a rulebook.
func readText(fsys fs.FS, path string) ([]byte, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, fault.Wrap(fault.NotFound, err, "rulebook %s", path)
	}
	defer f.Close() //nolint:errcheck // only read
	return untrusted.ReadText(f, "rulebook "+path, maxRulebookBytes)
}

// document reads a text with one YAML document.
func document(text []byte, path string) (ast.Node, error) {
	if err := untrusted.ShallowYAML(text, "rulebook "+path); err != nil {
		return nil, err
	}
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "rulebook %s is not readable as YAML", path)
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return nil, fault.New(fault.Invalid, "rulebook %s: expected one YAML document, found %d", path, len(file.Docs))
	}
	return file.Docs[0].Body, nil
}
