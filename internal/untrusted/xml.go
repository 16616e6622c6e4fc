package untrusted

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"

	"mimamori/internal/fault"
)

// DecodeXML decodes data, one XML document in UTF-8, into target. It refuses
// document type declarations, and with them every entity that is not built in:
// no expansion, no outside file. Nesting is limited to MaxDepth.
//
// Errors are fault.Invalid and say line and column.
func DecodeXML(data []byte, name string, target any) error {
	inner, outer := guarded(bytes.NewReader(data))
	err := outer.Decode(target)
	if err == nil {
		err = onlySpaceAfter(outer)
	}
	if err == nil {
		return nil
	}
	at := Position(data, int(inner.InputOffset()))
	if endsEarly(err) {
		return fault.New(fault.Invalid, "%s: not valid XML at %s: the file ends too early: it is cut off, export it again", name, at)
	}
	return fault.New(fault.Invalid, "%s: not readable as XML at %s: %s", name, at, xmlProblem(err))
}

// guarded returns a decoder that accepts nothing but plain UTF-8 XML, and the
// one under it, which knows the place in the input.
func guarded(r io.Reader) (inner, outer *xml.Decoder) {
	inner = xml.NewDecoder(r)
	inner.CharsetReader = func(label string, _ io.Reader) (io.Reader, error) {
		return nil, errors.New("the file declares the encoding " + label + ": save it as UTF-8")
	}
	return inner, xml.NewTokenDecoder(&xmlGuard{inner: inner})
}

// endsEarly tells whether the input stopped inside an element.
func endsEarly(err error) bool {
	syntax, isSyntax := errors.AsType[*xml.SyntaxError](err)
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || isSyntax && syntax.Msg == "unexpected EOF"
}

// xmlProblem is what is wrong, without the place that the decoder puts before.
func xmlProblem(err error) string {
	if syntax, isSyntax := errors.AsType[*xml.SyntaxError](err); isSyntax {
		return syntax.Msg
	}
	return err.Error()
}

func onlySpaceAfter(d *xml.Decoder) error {
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			return errors.New("a second root element <" + t.Name.Local + ">: remove it")
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return errors.New("text after the end of the document: remove it")
			}
		}
	}
}

// xmlGuard passes tokens on and stops at what is never needed.
type xmlGuard struct {
	inner *xml.Decoder
	depth int
}

func (g *xmlGuard) Token() (xml.Token, error) {
	token, err := g.inner.Token()
	switch token.(type) {
	case xml.StartElement:
		if g.depth++; g.depth > MaxDepth {
			return nil, errors.New("nested too deep: no real document needs that")
		}
	case xml.EndElement:
		g.depth--
	case xml.Directive:
		return nil, errors.New("document type declarations (<!DOCTYPE, <!ENTITY) are not accepted: remove them")
	}
	return token, err
}
