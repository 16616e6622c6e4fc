package sbom

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// jsonStream reads one JSON object member by member, and the elements of its
// lists one by one.
type jsonStream struct {
	in     *bufio.Reader
	name   string
	offset int    // of the next byte
	line   int    // of the next byte, from 1
	start  int    // offset of that line
	buf    []byte // of the last value
	parser untrusted.Parser
}

var errCutOff = fault.New(fault.Invalid, "the file ends too early: it is cut off, export it again")

// members calls each for every member of the top-level object. each must take
// the value with value or elements.
func (s *jsonStream) members(each func(member string) error) error {
	if err := s.want('{'); err != nil {
		return err
	}
	seen := map[string]bool{}
	for first := true; ; first = false {
		c, err := s.peek()
		if err != nil {
			return s.broken(err)
		}
		if c == '}' {
			break
		}
		if !first {
			if err := s.want(','); err != nil {
				return err
			}
			if c, err = s.peek(); err != nil {
				return s.broken(err)
			}
		}
		if c != '"' {
			return s.wrong(fault.New(fault.Invalid, "unexpected %q where a name in quotes should start", rune(c)))
		}
		v, err := s.value("", -1)
		if err != nil {
			return err
		}
		member := v.String()
		if seen[member] {
			return s.wrong(fault.New(fault.Invalid, "the name %q occurs twice in one object: remove one of them", short(member)))
		}
		seen[member] = true
		if len(seen) > 1000 {
			return s.wrong(fault.New(fault.Invalid, "more than 1000 members at the top level: no real document needs that"))
		}
		if err := s.want(':'); err != nil {
			return err
		}
		if err := each(member); err != nil {
			return err
		}
	}
	if err := s.want('}'); err != nil {
		return err
	}
	switch c, err := s.peek(); {
	case errors.Is(err, errCutOff):
		return nil
	case err != nil:
		return s.broken(err)
	default:
		return s.wrong(fault.New(fault.Invalid, "unexpected %q after the end of the value: remove what follows", rune(c)))
	}
}

// elements calls each for every element when the value is a list; otherwise
// for the value, with index -1.
func (s *jsonStream) elements(member string, each func(i int, v tree) error) error {
	c, err := s.peek()
	if err != nil {
		return s.broken(err)
	}
	if c != '[' {
		v, err := s.value(member, -1)
		if err != nil {
			return err
		}
		return each(-1, v)
	}
	if err := s.want('['); err != nil {
		return err
	}
	for i := 0; ; i++ {
		c, err := s.peek()
		if err != nil {
			return s.broken(err)
		}
		if c == ']' && i == 0 {
			return s.want(']')
		}
		v, err := s.value(member, i)
		if err != nil {
			return err
		}
		if err := each(i, v); err != nil {
			return err
		}
		if c, err = s.peek(); err != nil {
			return s.broken(err)
		}
		if c == ']' {
			return s.want(']')
		}
		if err := s.want(','); err != nil {
			return err
		}
	}
}

// broken says where the input ended too early; other errors of reading say so themselves.
func (s *jsonStream) broken(err error) error {
	if errors.Is(err, errCutOff) {
		return s.wrong(err)
	}
	return err
}

// wrong says where something is that does not belong there.
func (s *jsonStream) wrong(what error) error {
	return fault.Wrap(fault.Invalid, what, "%s: not valid JSON at line %d, column %d", s.name, s.line, s.offset-s.start+1)
}

// peek skips white space and returns the next byte without taking it.
func (s *jsonStream) peek() (byte, error) {
	for {
		c, err := s.in.ReadByte()
		if errors.Is(err, io.EOF) {
			return 0, errCutOff
		}
		if err != nil {
			return 0, err
		}
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return c, s.in.UnreadByte()
		}
		if s.offset++; c == '\n' {
			s.line++
			s.start = s.offset
		}
	}
}

func (s *jsonStream) want(c byte) error {
	got, err := s.peek()
	if err != nil {
		return s.broken(err)
	}
	if got != c {
		return s.wrong(fault.New(fault.Invalid, "unexpected %q: expected %q", rune(got), rune(c)))
	}
	s.offset++
	_, err = s.in.Discard(1)
	return err
}

// place returns the pointer of a member, or of an element of it.
func place(member string, i int) string {
	if i < 0 {
		return "/" + member
	}
	return "/" + member + "/" + strconv.Itoa(i)
}

// value reads the value of a member, or one element of it; i is -1 for none.
func (s *jsonStream) value(member string, i int) (tree, error) {
	if _, err := s.peek(); err != nil {
		return tree{}, s.broken(err)
	}
	offset, line, column := s.offset, s.line, s.offset-s.start
	if err := s.split(); err != nil {
		return tree{}, s.broken(err)
	}
	if !utf8.Valid(s.buf) {
		return tree{}, fault.New(fault.Invalid, "%s: %s, from line %d on, holds bytes that are not UTF-8 (the file may be Latin-1 or Shift_JIS): save the file as UTF-8", s.name, place(member, i), line)
	}
	v, err := s.parser.Parse(s.buf, s.name)
	if err != nil {
		name := s.name + ": " + place(member, i)
		if offset > maxPadding {
			return tree{}, untrusted.CheckJSON(s.buf, name)
		}
		// The check counts from where it starts: told as if the whole file stood before the value.
		padded := append(bytes.Repeat([]byte(" "), offset-(line-1)-column), bytes.Repeat([]byte("\n"), line-1)...)
		padded = append(append(padded, bytes.Repeat([]byte(" "), column)...), s.buf...)
		return tree{}, cmp.Or(untrusted.CheckJSON(padded, name), err)
	}
	return tree{v}, nil
}

// maxPadding is how far into a file the place of a mistake is told from its
// start on; farther ones from the start of the element.
const maxPadding = 16 << 20

// split takes the bytes of one value, found by braces and quotes only, to buf.
func (s *jsonStream) split() error {
	s.buf = s.buf[:0]
	var cutter untrusted.Cutter
	for {
		if s.in.Buffered() == 0 {
			if _, err := s.in.Peek(1); err != nil {
				if errors.Is(err, io.EOF) {
					if cutter.Depth() == 0 && len(s.buf) > 0 {
						return nil
					}
					err = errCutOff
				}
				return err
			}
		}
		chunk, _ := s.in.Peek(s.in.Buffered()) // what is there already
		end, after := cutter.Cut(chunk)
		if cutter.Depth() > untrusted.MaxDepth+1 {
			return s.wrong(fault.New(fault.Invalid, "nested deeper than %d levels: no real document needs that", untrusted.MaxDepth))
		}
		s.buf = append(s.buf, chunk[:end]...)
		if lines := bytes.Count(chunk[:end], []byte("\n")); lines > 0 {
			s.line += lines
			s.start = s.offset + bytes.LastIndexByte(chunk[:end], '\n') + 1
		}
		s.offset += end
		_, _ = s.in.Discard(end) // was peeked
		if len(s.buf) > untrusted.MaxRecordBytes {
			return s.wrong(fault.New(fault.Invalid, "one value is larger than %d MiB: no real document needs that", untrusted.MaxRecordBytes>>20))
		}
		if after {
			return nil
		}
	}
}
