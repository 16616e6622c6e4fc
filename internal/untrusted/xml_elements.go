package untrusted

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"mimamori/internal/fault"
)

// XMLElement is one element of an XML document that is read piece by piece.
type XMLElement struct {
	Local  string // name without its namespace
	Name   string // name of the document, with line for the message of an error
	decode func(any) error
}

// Decode decodes the element into target. It may be called once, before the
// next element is asked for. Errors are fault.Invalid.
func (e XMLElement) Decode(target any) error { return e.decode(target) }

// XMLElements yields the elements of r whose local name is one of names,
// wherever they stand, and passes over everything else. It refuses what
// DecodeXML refuses; one element may take no more than MaxRecordBytes.
//
// XML that is not well-formed ends the stream with an error.
func XMLElements(r io.Reader, name string, names ...string) iter.Seq2[XMLElement, error] {
	return func(yield func(XMLElement, error) bool) {
		budget := &budget{r: r}
		inner, d := guarded(budget)
		broken := func(err error) error {
			if fault.KindOf(err) != fault.Internal {
				return err
			}
			line, column := inner.InputPos()
			if endsEarly(err) {
				return fault.New(fault.Invalid, "%s: not valid XML at line %d: the file ends too early: it is cut off, fetch it again", name, line)
			}
			return fault.New(fault.Invalid, "%s: not readable as XML at line %d, column %d: %s", name, line, column, xmlProblem(err))
		}
		root := false
		for {
			budget.used = 0
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				if !root {
					yield(XMLElement{}, fault.New(fault.Invalid, "%s: the file is empty: fetch it again", name))
				}
				return
			}
			if err != nil {
				yield(XMLElement{}, broken(err))
				return
			}
			start, isStart := token.(xml.StartElement)
			if !isStart {
				continue
			}
			root = true
			if !slices.Contains(names, start.Name.Local) {
				continue
			}
			line, _ := inner.InputPos()
			var failed error
			e := XMLElement{Local: start.Name.Local, Name: fmt.Sprintf("%s line %d", name, line), decode: func(target any) error {
				if failed = d.DecodeElement(target, &start); failed != nil {
					return broken(failed)
				}
				return nil
			}}
			if !yield(e, nil) || failed != nil {
				return
			}
		}
	}
}

// budget limits how much is read for one element.
type budget struct {
	r    io.Reader
	used int
}

func (b *budget) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.used += n; b.used > MaxRecordBytes {
		return 0, fmt.Errorf("one element is larger than %s", size(MaxRecordBytes))
	}
	return n, err
}
