package untrusted

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"mimamori/internal/fault"
)

// Parser reads JSON texts, each in the memory of the one before. The zero
// Parser is ready to use, by one goroutine at a time.
type Parser struct {
	values tape
	scan   scanner
}

// Parse checks data as DecodeJSON does and returns its value, which is valid
// until the next call and as long as data is not changed.
func (p *Parser) Parse(data []byte, name string) (Value, error) {
	p.values.data, p.values.nodes = data, p.values.nodes[:0]
	p.scan = scanner{data: data, tape: &p.values, path: p.scan.path[:0]}
	s := &p.scan
	s.space()
	if !s.value(0) || !s.end() {
		return Value{}, fault.New(fault.Invalid, "%s: not valid JSON at %s, in %s: %s", name, Position(data, s.at), s.pointer(), s.problem)
	}
	return Value{&p.values, 0}, nil
}

// scanner walks one JSON text. problem is set when a method returns false.
type scanner struct {
	data    []byte
	at      int
	tape    *tape // takes the values; nil for none
	path    []step
	problem string
}

// step is a member's name, between its quotes, or the index of an element.
type step struct {
	name  []byte // nil in a list
	index int
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
		text := strconv.Itoa(part.index)
		if part.name != nil {
			text = string(part.name)
		}
		b.WriteString("/" + pointerEscapes.Replace(shorten(text)))
	}
	return b.String()
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

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
	if len(s.tape.nodes) >= MaxValues {
		return s.fail("more than %d values: no real document needs that", MaxValues)
	}
	start, node, ok := s.at, s.tape.open(), false
	kind, inner, escaped := Null, 0, false
	switch c := s.data[s.at]; {
	case c == '"':
		kind, inner = Text, 1
		escaped, ok = s.str()
	case c == '{':
		kind, ok = Object, s.object(depth)
	case c == '[':
		kind, ok = List, s.list(depth)
	case c == '-' || '0' <= c && c <= '9':
		kind, ok = Number, s.number()
	case c == 't':
		kind, ok = True, s.word("true")
	case c == 'f':
		kind, ok = False, s.word("false")
	case c == 'n':
		ok = s.word("null")
	default:
		return s.fail("unexpected %s where a value should start", s.here())
	}
	s.tape.close(node, kind, start+inner, s.at-inner, escaped)
	return ok
}

func (s *scanner) word(word string) bool {
	if len(s.data)-s.at < len(word) || string(s.data[s.at:s.at+len(word)]) != word {
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
	seen := names{tape: s.tape}
	for {
		if s.at >= len(s.data) {
			return s.fail("the file ends too early, inside an object: it is cut off, export it again")
		}
		if s.data[s.at] != '"' {
			return s.fail("unexpected %s where a name in quotes should start", s.here())
		}
		start, node := s.at, s.tape.open()
		escaped, ok := s.str()
		if !ok {
			return false
		}
		s.tape.close(node, memberName, start+1, s.at-1, escaped)
		key := s.data[start+1 : s.at-1]
		if !seen.add(node) {
			s.at = start
			return s.fail("the name %q occurs twice in one object: remove one of them", shorten(string(key)))
		}
		s.space()
		if !s.next(':') {
			return s.fail("unexpected %s: expected ':' after a name", s.here())
		}
		s.space()
		s.path = append(s.path, step{name: key})
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
		s.path = append(s.path, step{index: i})
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

// inText tells what a byte is inside a text.
var inText = func() (class [256]byte) {
	for c := range class {
		switch {
		case c < 0x20:
			class[c] = isControl
		case c == '"':
			class[c] = isQuote
		case c == '\\':
			class[c] = isEscape
		case c >= utf8.RuneSelf:
			class[c] = isHigh
		}
	}
	return class
}()

const (
	isPlain byte = iota
	isHigh
	isQuote
	isEscape
	isControl
)

// str walks over a text. escaped tells that it is not to be read as written.
func (s *scanner) str() (escaped, ok bool) {
	data, high := s.data, false
	start := s.at + 1
	for i := start; i < len(data); i++ {
		for i < len(data) && inText[data[i]] == isPlain {
			i++
		}
		if i == len(data) {
			break
		}
		switch inText[data[i]] {
		case isHigh:
			high = true
		case isQuote:
			s.at = i + 1
			return escaped || high && !utf8.Valid(data[start:i]), true
		case isEscape:
			if s.at = i; !s.escape() {
				return false, false
			}
			i, escaped = s.at, true
		default:
			s.at = i
			return false, s.fail("control character 0x%02X inside a text: write it as \\u%04x", data[i], data[i])
		}
	}
	s.at = len(data)
	return false, s.fail("the file ends too early, inside a text: it is cut off, export it again")
}

// escape walks to the last byte of an escape.
func (s *scanner) escape() bool {
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
	return true
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

// open puts a value on the tape, which close completes.
func (t *tape) open() int {
	t.nodes = append(t.nodes, node{})
	return len(t.nodes) - 1
}

func (t *tape) close(at int, kind Kind, start, end int, escaped bool) {
	t.nodes[at] = node{uint32(start), uint32(end), uint32(len(t.nodes)), kind, escaped} //nolint:gosec // texts are shorter than 4 GiB
}

// names is the set of the names of one object, which stand on the tape. Most
// objects are small and their names differ in length or letters: a map is made
// for larger ones only.
type names struct {
	tape  *tape
	first int // place of the first name
	count int
	marks uint64 // a bit for each name; several may share one
	many  map[string]bool
}

// add takes the name at a place, the last on the tape; false when it is there
// already, also in another spelling.
func (n *names) add(at int) bool {
	const few = 16
	key := n.tape.text(at)
	mark := uint64(1) << (len(key) & 63)
	if len(key) > 0 {
		mark = 1 << ((7*len(key) + 3*int(key[0]) + int(key[len(key)-1])) & 63)
	}
	if n.count == 0 {
		n.first = at
	}
	n.count++
	met := n.marks&mark != 0
	n.marks |= mark
	switch {
	case n.many == nil && !met:
		return true
	case n.many == nil && n.count > few:
		n.many = make(map[string]bool, 2*n.count)
		for other := n.first; other != at; other = int(n.tape.nodes[other+1].next) {
			n.many[string(n.tape.text(other))] = true
		}
		fallthrough
	case n.many != nil:
		if n.many[string(key)] {
			return false
		}
		n.many[string(key)] = true
		return true
	}
	for other := n.first; other != at; other = int(n.tape.nodes[other+1].next) {
		if string(n.tape.text(other)) == string(key) {
			return false
		}
	}
	return true
}
