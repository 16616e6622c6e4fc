package untrusted

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"

	"mimamori/internal/fault"
)

// MaxRecordBytes limits one record of a stream, MaxBroken how many broken
// places are told before the rest is given up.
const (
	MaxRecordBytes = 32 << 20
	MaxBroken      = 100
)

// Record is one JSON object of a stream of records.
type Record struct {
	Data []byte // owned by the receiver
	Name string // name of the stream, with the line where the record starts when it is not the first
}

// Records yields the top-level JSON objects of r: a single object, one object
// per line (JSON Lines), objects after one another, or the elements of one
// list. The objects are cut out by their braces and not yet checked.
//
// A record that is cut off is yielded as an error, and reading goes on at the
// next line that starts with '{'. An error of the stream itself (limits, white
// space only, a broken list, more than MaxBroken errors) is yielded last and
// ends it.
func Records(r io.Reader, name string) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		s := &splitter{in: bufio.NewReaderSize(r, chunkBytes), name: name, line: 1}
		s.run(yield)
	}
}

type splitter struct {
	in   *bufio.Reader
	name string
	line int // of the next byte

	list    bool // inside a top-level list
	started bool // something other than white space was read
	spaces  int  // white space bytes before that
	found   int

	open     bool   // inside a record
	rec      []byte // what of it was read
	recLine  int
	cut      Cutter
	newLine  bool // the byte before was a line feed
	needNext bool // a list element was read: a comma or the end must follow
	closed   bool // the list was closed
	broken   int
}

func (s *splitter) run(consume func(Record, error) bool) {
	yield := func(r Record, err error) bool {
		if err != nil {
			s.broken++
		}
		if s.broken > MaxBroken {
			consume(Record{}, fault.New(fault.Invalid, "%s: more than %d broken places, the last at line %d: the rest was not read; check that it is the right file", s.name, MaxBroken, s.line))
			return false
		}
		return consume(r, err)
	}
	for {
		chunk, err := s.in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			err = nil
		}
		if s.line == 1 && !s.started && s.spaces == 0 {
			if bytes.HasPrefix(chunk, []byte{0xFF, 0xFE}) || bytes.HasPrefix(chunk, []byte{0xFE, 0xFF}) {
				yield(Record{}, fault.New(fault.Invalid, "%s: is encoded in UTF-16: save the file as UTF-8", s.name))
				return
			}
			chunk = withoutMark(chunk)
		}
		if len(chunk) > 0 && !s.take(chunk, yield) {
			return
		}
		switch {
		case errors.Is(err, io.EOF):
			s.finish(yield)
			return
		case err != nil:
			if fault.KindOf(err) == fault.Internal {
				err = fault.Wrap(fault.Invalid, err, "%s: cannot be read at line %d: the file may be cut off", s.name, s.line)
			}
			yield(Record{}, err)
			return
		}
	}
}

// take goes through one chunk, a line or a part of one; false ends the stream.
func (s *splitter) take(chunk []byte, yield func(Record, error) bool) bool {
	for i := 0; i < len(chunk); i++ {
		c := chunk[i]
		if s.open {
			if s.newLine && c == '{' && !s.list {
				if !s.cutOff(yield) {
					return false
				}
			} else {
				n, done := s.cut.Cut(chunk[i:])
				s.rec = append(s.rec, chunk[i:i+n]...)
				s.line += bytes.Count(chunk[i:i+n], []byte("\n"))
				i += n - 1
				s.newLine, s.open = chunk[i] == '\n', !done
				if len(s.rec) > MaxRecordBytes {
					yield(Record{}, fault.New(fault.Invalid, "%s: one record is larger than %s", s.recName(), size(MaxRecordBytes)))
					return false
				}
				if done && !s.emit(yield) {
					return false
				}
				continue
			}
		}
		s.newLine = c == '\n'
		switch {
		case c == '\n':
			s.line++
			fallthrough
		case c == ' ' || c == '\t' || c == '\r':
			if s.spaces++; !s.started && s.spaces > MaxSpaces {
				yield(Record{}, fault.New(fault.Invalid, "%s: starts with more than %s of white space", s.name, size(MaxSpaces)))
				return false
			}
		case c == '{' && !s.needNext && !s.closed:
			s.started = true
			s.rec, s.recLine, s.open, s.cut = make([]byte, 0, len(chunk)-i), s.line, true, Cutter{}
			i-- // taken in the next round
		case c == '[' && !s.started:
			s.started, s.list = true, true
		case c == ',' && s.needNext:
			s.needNext = false
		case c == ']' && s.list && !s.closed:
			s.closed, s.needNext = true, false
		default:
			s.started = true
			err := fault.New(fault.Invalid, "%s: line %d: unexpected %q where a record ('{') should start", s.name, s.line, rune(c))
			if s.list || !s.skipLine(chunk, &i) {
				yield(Record{}, err)
				return false
			}
			if !yield(Record{}, err) {
				return false
			}
		}
	}
	return true
}

// skipLine moves i to the end of the chunk when that is a whole line, so that
// one broken line costs one error.
func (s *splitter) skipLine(chunk []byte, i *int) bool {
	if chunk[len(chunk)-1] != '\n' {
		return false
	}
	*i = len(chunk) - 1
	s.line++
	s.newLine = true
	return true
}

func (s *splitter) recName() string {
	if s.recLine <= 1 && s.found == 0 {
		return s.name
	}
	return fmt.Sprintf("%s line %d", s.name, s.recLine)
}

func (s *splitter) emit(yield func(Record, error) bool) bool {
	rec := Record{Data: s.rec, Name: s.recName()}
	s.rec, s.needNext = nil, s.list
	s.found++
	return yield(rec, nil)
}

func (s *splitter) cutOff(yield func(Record, error) bool) bool {
	err := fault.New(fault.Invalid, "%s: the record is cut off or has an unclosed brace: it was left out", s.recName())
	s.rec, s.open = nil, false
	return yield(Record{}, err)
}

func (s *splitter) finish(yield func(Record, error) bool) {
	switch {
	case s.open:
		yield(Record{}, fault.New(fault.Invalid, "%s: the file ends inside the record: it is cut off, fetch it again", s.recName()))
	case !s.started:
		yield(Record{}, fault.New(fault.Invalid, "%s: the file is empty: fetch it again", s.name))
	case s.list && !s.closed:
		yield(Record{}, fault.New(fault.Invalid, "%s: the file ends inside the list: it is cut off, fetch it again", s.name))
	}
}
