package fault

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Catalogue tells errors in one language. Its entries have the English format
// as their key, and in the other language a format with the same verbs, which
// takes the same arguments: %[2]s where the order of the words differs, and %#s
// where the argument is itself a word of the catalogue. Arguments that are
// errors, or have their own text in each language by a method In(lang string)
// string, are told in the language too. What has no entry is told in English. A
// nil Catalogue is English.
type Catalogue struct {
	lang    string
	formats map[string]string
	words   map[string]string
	shapes  []shape // most distinctive first
}

// NewCatalogue returns the catalogue for lang, for example "ja", of formats and
// of the words that %#s takes; both have the English text as their key.
func NewCatalogue(lang string, formats, words map[string]string) *Catalogue {
	c := &Catalogue{lang: lang, formats: formats, words: words}
	for english := range formats {
		if s := shapeOf(english); s.literal >= leastLiteral {
			c.shapes = append(c.shapes, s)
		}
	}
	slices.SortFunc(c.shapes, func(a, b shape) int {
		return cmp.Or(cmp.Compare(b.literal, a.literal), cmp.Compare(a.english, b.english))
	})
	return c
}

// Text is the text of e without its fields and its cause.
func (c *Catalogue) Text(e *Error) string { return c.tell(e.said, e.Text) }

// Message is the message of f.
func (c *Catalogue) Message(f Field) string { return c.tell(f.said, f.Message) }

// Sprintf is fmt.Sprintf in the language of the catalogue.
func (c *Catalogue) Sprintf(format string, args ...any) string {
	return c.tell(say(format, args), fmt.Sprintf(format, args...))
}

// Error is the whole of err, as err.Error() has it in English: the text, the
// fields and the causes. Errors of other packages stay as they are.
func (c *Catalogue) Error(err error) string {
	e, ok := err.(*Error) //nolint:errorlint // one that is wrapped has text around it, which is not ours to drop
	if !ok {
		if e, ok = errors.AsType[*Error](err); !ok || c == nil {
			return err.Error()
		}
		return strings.Replace(err.Error(), e.Error(), c.Error(e), 1)
	}
	text := c.Text(e)
	for _, f := range e.Fields {
		text += "\n  " + f.Pointer + ": " + c.Message(f)
	}
	if e.Cause != nil {
		text += ": " + c.Error(e.Cause)
	}
	return strings.TrimPrefix(text, "\n")
}

// said is how a text came about. The zero said means: as it stands.
type said struct {
	format string
	args   []any
}

func say(format string, args []any) *said { return &said{format, args} }

func (c *Catalogue) tell(s *said, english string) string {
	if c == nil {
		return english
	}
	if s == nil {
		s = say(english, nil)
	}
	format, ok := c.formats[s.format]
	if !ok && len(s.args) == 0 {
		return english
	}
	if !ok {
		format = s.format
	}
	args := make([]any, len(s.args))
	for i, arg := range s.args {
		args[i] = told{c, arg}
	}
	return fmt.Sprintf(format, args...)
}

// told is an argument in the language of the catalogue.
type told struct {
	*Catalogue
	arg any
}

// Format writes words (%#s) and errors in the language, everything else as it is.
func (t told) Format(f fmt.State, verb rune) {
	switch arg := t.arg.(type) {
	case verbatim:
		_, _ = f.Write([]byte(t.word(f, verb, string(arg)))) // into memory
	case interface{ In(lang string) string }:
		_, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), arg.In(t.lang)) // as above
	case error:
		_, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), t.Error(arg)) // as above
	default:
		if verb == 's' && f.Flag('#') {
			_, _ = f.Write([]byte(t.word(f, verb, fmt.Sprint(arg)))) // as above
			return
		}
		_, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), arg) // as above
	}
}

func (t told) word(f fmt.State, verb rune, text string) string {
	if word, ok := t.words[strings.Trim(text, `"`)]; ok && verb == 's' && f.Flag('#') {
		return word
	}
	return text
}

// verbatim is an argument that was formatted before.
type verbatim string

// leastLiteral is how many letters outside of its verbs a format needs to be
// known again in a finished text.
const leastLiteral = 8

// shape finds the arguments of a format again in a finished English text.
type shape struct {
	english string
	pattern *regexp.Regexp
	literal int // letters outside of the verbs
}

// verb is one verb of a format that fmt knows, or %%.
var verb = regexp.MustCompile(`%(?:%|[-+# 0]*[0-9]*(?:\.[0-9]+)?[a-zA-Z])`)

func shapeOf(english string) shape {
	literal := 0
	var pattern strings.Builder
	pattern.WriteString(`(?s)^`)
	last := 0
	for _, at := range verb.FindAllStringIndex(english, -1) {
		pattern.WriteString(regexp.QuoteMeta(english[last:at[0]]))
		literal += letters(english[last:at[0]])
		switch english[at[1]-1] {
		case '%':
			pattern.WriteString(`%`)
		case 'd':
			pattern.WriteString(`(-?\d+)`)
		case 'q':
			pattern.WriteString(`("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')`)
		default:
			pattern.WriteString(`(.*?)`)
		}
		last = at[1]
	}
	pattern.WriteString(regexp.QuoteMeta(english[last:]) + `$`)
	literal += letters(english[last:])
	return shape{english, regexp.MustCompile(pattern.String()), literal}
}

func letters(text string) (n int) {
	for _, r := range text {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// Retell tells an English text that was finished elsewhere or earlier, by a
// library or in a stored record: the entry that it was made from is found by
// its shape. A text that no entry fits stays as it is.
func (c *Catalogue) Retell(english string) string {
	if c == nil {
		return english
	}
	for _, s := range c.shapes {
		found := s.pattern.FindStringSubmatch(english)
		if found == nil {
			continue
		}
		args := make([]any, len(found)-1)
		for i, text := range found[1:] {
			args[i] = verbatim(text)
		}
		return c.tell(say(s.english, args), english)
	}
	return english
}
