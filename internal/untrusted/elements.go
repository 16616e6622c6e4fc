package untrusted

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"mimamori/internal/fault"
)

// headBytes is how far into an input a wrapping object is looked for.
const headBytes = 64 << 10

// Elements yields the objects of r one by one, whichever way they are packed:
// as Records does, or as the elements of a list inside a wrapping object, such
// as {"format": "NVD_CVE", "vulnerabilities": [{…}, {…}]}. lists names the
// members that may hold such a list; it must start within the first 64 KiB of
// its object.
//
// What an element is not well-formed inside is for the caller's decoding. A
// wrapper that breaks ends the stream with an error, for nothing tells where
// the next element would start. An empty list yields nothing.
func Elements(r io.Reader, name string, lists ...string) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		in := bufio.NewReaderSize(r, headBytes)
		head, _ := in.Peek(headBytes) // the reading below tells what is wrong with a short input
		if wraps(withoutMark(head), lists) {
			w := &wrapper{in: in, name: name, line: 1, lists: lists}
			w.run(yield)
			return
		}
		for record, err := range Records(in, name) {
			if !yield(record, err) {
				return
			}
		}
	}
}

// wraps tells whether text starts with an object that has one of the lists as
// a member.
func wraps(text []byte, lists []string) bool {
	s := scanner{data: text, tape: &tape{data: text}}
	s.space()
	if !s.next('{') {
		return false
	}
	for {
		s.space()
		start := s.at
		if s.at >= len(text) || text[s.at] != '"' {
			return false
		}
		if _, ok := s.str(); !ok {
			return false
		}
		key := string(text[start+1 : s.at-1])
		s.space()
		if !s.next(':') {
			return false
		}
		s.space()
		if slices.Contains(lists, key) && s.next('[') {
			return true
		}
		if !s.value(0) {
			return false
		}
		s.space()
		if !s.next(',') {
			return false
		}
	}
}

// errCutOff tells that the input ended inside a value.
var errCutOff = errors.New("cut off")

// wrapper reads a wrapping object, or several after one another.
type wrapper struct {
	in    *bufio.Reader
	name  string
	line  int // of the next byte
	lists []string
	count int // elements so far
}

func (w *wrapper) run(yield func(Record, error) bool) {
	if mark, _ := w.in.Peek(3); bytes.Equal(mark, []byte("\uFEFF")) {
		_, _ = w.in.Discard(3) // was peeked
	}
	for {
		c, err := w.peek()
		if errors.Is(err, io.EOF) {
			return
		}
		stopped := false
		if err == nil && c != '{' {
			err = fmt.Errorf("unexpected %q after the end of the object", rune(c))
		}
		if err == nil {
			stopped, err = w.object(yield)
		}
		if err != nil {
			yield(Record{}, w.broken(err))
		}
		if err != nil || stopped {
			return
		}
	}
}

func (w *wrapper) broken(err error) error {
	switch {
	case fault.KindOf(err) != fault.Internal:
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, errCutOff):
		return fault.New(fault.Invalid, "%s: the file ends at line %d, inside the list, after %d records: it is cut off, fetch it again", w.name, w.line, w.count)
	}
	return fault.New(fault.Invalid, "%s: line %d, after %d records: %s: the rest was not read", w.name, w.line, w.count, err.Error())
}

// object reads one wrapping object from its brace on.
func (w *wrapper) object(yield func(Record, error) bool) (stopped bool, err error) {
	if err := w.want('{'); err != nil {
		return false, err
	}
	for first := true; ; first = false {
		c, err := w.peek()
		if err != nil {
			return false, err
		}
		if c == '}' {
			return false, w.want('}')
		}
		if !first {
			if err := w.want(','); err != nil {
				return false, err
			}
			if c, err = w.peek(); err != nil {
				return false, err
			}
		}
		if c != '"' {
			return false, fmt.Errorf("unexpected %q where a name in quotes should start", rune(c))
		}
		key, err := w.value(nil, MaxSpaces)
		if err != nil {
			return false, err
		}
		if err := w.want(':'); err != nil {
			return false, err
		}
		if c, err = w.peek(); err != nil {
			return false, err
		}
		member := string(bytes.Trim(key, `"`))
		if c == '[' && slices.Contains(w.lists, member) {
			stopped, err = w.list(member, yield)
			if stopped || err != nil {
				return stopped, err
			}
			continue
		}
		if _, err := w.value(nil, MaxRecordBytes); err != nil {
			return false, err
		}
	}
}

func (w *wrapper) list(member string, yield func(Record, error) bool) (stopped bool, err error) {
	if err := w.want('['); err != nil {
		return false, err
	}
	guess := 0 // elements of one list have like sizes
	for n := 0; ; n++ {
		c, err := w.peek()
		if err != nil {
			return false, err
		}
		if c == ']' {
			return false, w.want(']')
		}
		if n > 0 {
			if err := w.want(','); err != nil {
				return false, err
			}
			if _, err := w.peek(); err != nil {
				return false, err
			}
		}
		at := w.line
		data, err := w.value(make([]byte, 0, guess), MaxRecordBytes)
		if err != nil {
			return false, err
		}
		guess = min(len(data), headBytes)
		w.count++
		if !yield(Record{Data: data, Name: fmt.Sprintf("%s /%s/%d (line %d)", w.name, member, n, at)}, nil) {
			return true, nil
		}
	}
}

// peek skips white space and returns the next byte without taking it.
func (w *wrapper) peek() (byte, error) {
	for {
		c, err := w.in.ReadByte()
		if err != nil {
			return 0, err
		}
		switch c {
		case '\n':
			w.line++
		case ' ', '\t', '\r':
		default:
			return c, w.in.UnreadByte()
		}
	}
}

func (w *wrapper) want(c byte) error {
	got, err := w.peek()
	if err != nil {
		return err
	}
	if got != c {
		return fmt.Errorf("unexpected %q: expected %q", rune(got), rune(c))
	}
	_, err = w.in.Discard(1)
	return err
}

// value appends one JSON value to dst, found by its braces and quotes only.
func (w *wrapper) value(dst []byte, maxBytes int) ([]byte, error) {
	var cutter Cutter
	for {
		if w.in.Buffered() == 0 {
			if _, err := w.in.Peek(1); err != nil {
				if errors.Is(err, io.EOF) {
					err = errCutOff
				}
				return nil, err
			}
		}
		buf, _ := w.in.Peek(w.in.Buffered()) // what is there already
		end, after := cutter.Cut(buf)
		w.line += bytes.Count(buf[:end], []byte("\n"))
		dst = append(dst, buf[:end]...)
		_, _ = w.in.Discard(end) // was peeked
		if len(dst) > maxBytes {
			return nil, fmt.Errorf("one value is larger than %s", size(int64(maxBytes)))
		}
		if after {
			if len(bytes.TrimSpace(dst)) == 0 {
				return nil, errors.New("a value is missing")
			}
			return dst, nil
		}
	}
}
