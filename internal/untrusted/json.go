package untrusted

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"mimamori/internal/fault"
)

// DecodeJSON checks that data is exactly one JSON value and decodes it into
// target. Beyond the grammar (RFC 8259) it refuses nesting deeper than
// MaxDepth and a name that occurs twice in one object: readers disagree on
// which of the two counts, so one of them could hide content.
//
// Errors are fault.Invalid and say line, column and JSON pointer.
func DecodeJSON(data []byte, name string, target any) error {
	if err := CheckJSON(data, name); err != nil {
		return err
	}
	return DecodeCheckedJSON(data, name, target)
}

// DecodeCheckedJSON is DecodeJSON for data that passed CheckJSON before.
func DecodeCheckedJSON(data []byte, name string, target any) error {
	err := json.Unmarshal(data, target)
	if err == nil {
		return nil
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fault.New(fault.Invalid, "%s: %s, in %s: found %s, expected %s: correct the value", name,
			Position(data, int(wrong.Offset)), "/"+strings.ReplaceAll(wrong.Field, ".", "/"), plainType(wrong.Value), plainType(wrong.Type.Kind().String()))
	}
	return fault.Wrap(fault.Invalid, err, "%s: not readable as JSON", name)
}

func plainType(kind string) string {
	switch kind {
	case "struct", "map":
		return "object"
	case "slice", "array":
		return "list"
	case "int", "int64", "float64":
		return "number"
	}
	return kind
}

// CheckJSON is the check of DecodeJSON without the decoding.
func CheckJSON(data []byte, name string) error {
	s := scanner{data: data}
	s.space()
	if !s.value(0) || !s.end() {
		return fault.New(fault.Invalid, "%s: not valid JSON at %s, in %s: %s", name, Position(data, s.at), s.pointer(), s.problem)
	}
	return nil
}

// scanner walks one JSON text. problem is set when a method returns false.
type scanner struct {
	data    []byte
	at      int
	path    []string
	problem string
}

func (s *scanner) pointer() string {
	if len(s.path) == 0 {
		return "the top level"
	}
	var b strings.Builder
	for i, part := range s.path {
		if i == 12 {
			b.WriteString("/...")
			break
		}
		b.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(shorten(part)))
	}
	return b.String()
}

func shorten(text string) string {
	if utf8.RuneCountInString(text) <= 40 {
		return text
	}
	return string([]rune(text)[:40]) + "..."
}

func (s *scanner) fail(format string, args ...any) bool {
	s.problem = fmt.Sprintf(format, args...)
	return false
}

func (s *scanner) space() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return
		}
	}
}

func (s *scanner) end() bool {
	s.space()
	if s.at < len(s.data) {
		return s.fail("unexpected %s after the end of the value: remove what follows", s.here())
	}
	return true
}

// here names the character at the present place for a message.
func (s *scanner) here() string {
	if s.at >= len(s.data) {
		return "end of file"
	}
	r, _ := utf8.DecodeRune(s.data[s.at:])
	return strconv.QuoteRune(r)
}

func (s *scanner) value(depth int) bool {
	if s.at >= len(s.data) {
		return s.fail("the file ends too early: it is cut off, export it again")
	}
	switch c := s.data[s.at]; {
	case c == '{':
		return s.object(depth)
	case c == '[':
		return s.list(depth)
	case c == '"':
		return s.str()
	case c == '-' || '0' <= c && c <= '9':
		return s.number()
	case c == 't':
		return s.word("true")
	case c == 'f':
		return s.word("false")
	case c == 'n':
		return s.word("null")
	}
	return s.fail("unexpected %s where a value should start", s.here())
}

func (s *scanner) word(word string) bool {
	if !bytes.HasPrefix(s.data[s.at:], []byte(word)) {
		return s.fail("unexpected %s: expected %s", s.here(), word)
	}
	s.at += len(word)
	return true
}

func (s *scanner) object(depth int) bool {
	if depth >= MaxDepth {
		return s.fail("nested deeper than %d levels: no real document needs that", MaxDepth)
	}
	s.at++
	s.space()
	if s.next('}') {
		return true
	}
	seen := names{}
	for {
		if s.at >= len(s.data) {
			return s.fail("the file ends too early, inside an object: it is cut off, export it again")
		}
		if s.data[s.at] != '"' {
			return s.fail("unexpected %s where a name in quotes should start", s.here())
		}
		start := s.at
		if !s.str() {
			return false
		}
		key := s.data[start+1 : s.at-1]
		if !seen.add(key) {
			s.at = start
			return s.fail("the name %q occurs twice in one object: remove one of them", shorten(string(key)))
		}
		s.space()
		if !s.next(':') {
			return s.fail("unexpected %s: expected ':' after a name", s.here())
		}
		s.space()
		s.path = append(s.path, string(key))
		if !s.value(depth + 1) {
			return false
		}
		s.path = s.path[:len(s.path)-1]
		s.space()
		if s.next('}') {
			return true
		}
		if s.at >= len(s.data) {
			return s.fail("the file ends too early, inside an object: it is cut off, export it again")
		}
		if !s.next(',') {
			return s.fail("unexpected %s: expected ',' or '}'", s.here())
		}
		s.space()
	}
}

func (s *scanner) list(depth int) bool {
	if depth >= MaxDepth {
		return s.fail("nested deeper than %d levels: no real document needs that", MaxDepth)
	}
	s.at++
	s.space()
	if s.next(']') {
		return true
	}
	for i := 0; ; i++ {
		s.path = append(s.path, strconv.Itoa(i))
		if !s.value(depth + 1) {
			return false
		}
		s.path = s.path[:len(s.path)-1]
		s.space()
		if s.next(']') {
			return true
		}
		if s.at >= len(s.data) {
			return s.fail("the file ends too early, inside a list: it is cut off, export it again")
		}
		if !s.next(',') {
			return s.fail("unexpected %s: expected ',' or ']'", s.here())
		}
		s.space()
	}
}

func (s *scanner) next(c byte) bool {
	if s.at < len(s.data) && s.data[s.at] == c {
		s.at++
		return true
	}
	return false
}

func (s *scanner) str() bool {
	for s.at++; s.at < len(s.data); s.at++ {
		switch c := s.data[s.at]; {
		case c == '"':
			s.at++
			return true
		case c < 0x20:
			return s.fail("control character 0x%02X inside a text: write it as \\u%04x", c, c)
		case c == '\\':
			s.at++
			if s.at >= len(s.data) {
				return s.fail("the file ends too early, inside a text: it is cut off, export it again")
			}
			switch s.data[s.at] {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			case 'u':
				for i := 1; i <= 4; i++ {
					if s.at+i >= len(s.data) || !strings.ContainsRune("0123456789abcdefABCDEF", rune(s.data[s.at+i])) {
						return s.fail("\\u needs four hexadecimal digits")
					}
				}
				s.at += 4
			default:
				return s.fail("unknown escape \\%c inside a text", s.data[s.at])
			}
		}
	}
	return s.fail("the file ends too early, inside a text: it is cut off, export it again")
}

func (s *scanner) number() bool {
	digits := func() bool {
		start := s.at
		for s.at < len(s.data) && '0' <= s.data[s.at] && s.data[s.at] <= '9' {
			s.at++
		}
		return s.at > start
	}
	s.next('-')
	if s.next('0') {
		if s.at < len(s.data) && '0' <= s.data[s.at] && s.data[s.at] <= '9' {
			return s.fail("a number starts with 0: write it in quotes or without the 0")
		}
	} else if !digits() {
		return s.fail("unexpected %s in a number", s.here())
	}
	if s.next('.') && !digits() {
		return s.fail("unexpected %s in a number", s.here())
	}
	if s.at < len(s.data) && (s.data[s.at] == 'e' || s.data[s.at] == 'E') {
		s.at++
		if !s.next('+') {
			s.next('-')
		}
		if !digits() {
			return s.fail("unexpected %s in a number", s.here())
		}
	}
	return true
}

// names is a set of the names of one object. Most objects are small, so a
// slice is searched first and a map is only made for larger ones. Names are
// compared as written; an escaped spelling of the same name is decoded.
type names struct {
	few  [][]byte
	many map[string]bool
}

func (n *names) add(key []byte) bool {
	if bytes.IndexByte(key, '\\') >= 0 {
		var plain string
		if json.Unmarshal([]byte(`"`+string(key)+`"`), &plain) == nil {
			key = []byte(plain)
		}
	}
	if n.many != nil {
		if n.many[string(key)] {
			return false
		}
		n.many[string(key)] = true
		return true
	}
	for _, k := range n.few {
		if string(k) == string(key) {
			return false
		}
	}
	n.few = append(n.few, key)
	if len(n.few) > 16 {
		n.many = make(map[string]bool, 2*len(n.few))
		for _, k := range n.few {
			n.many[string(k)] = true
		}
	}
	return true
}
