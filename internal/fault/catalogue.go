package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Catalogue tells errors in one language. Its entries have the English format
// as their key, and in the other language a format with the same verbs, which
// takes the same arguments: %[2]s where the order of the words differs, and %#s
// where the argument is itself a word or a text of the catalogue. Arguments that are
// errors, or have their own text in each language by a method In(lang string)
// string, are told in the language too. What has no entry is told in English. A
// nil Catalogue is English.
type Catalogue struct {
	lang    string
	formats map[string]string
	words   map[string]string
	shapes  []shape // of the formats that can be known again, most distinctive first
	nouns   []shape // of the words that have verbs, most distinctive first
}

// NewCatalogue returns the catalogue for lang, for example "ja", of formats and
// of the words that %#s takes; both have the English text as their key.
func NewCatalogue(lang string, formats, words map[string]string) *Catalogue {
	c := &Catalogue{lang: lang, formats: formats, words: words}
	c.shapes = shapesOf(formats, leastLiteral)
	c.nouns = shapesOf(words, 0)
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
// fields and the causes. Errors of other packages are told again from their text.
func (c *Catalogue) Error(err error) string {
	e, ok := err.(*Error) //nolint:errorlint // one that is wrapped has text around it, which is not ours to drop
	if !ok {
		if e, ok = errors.AsType[*Error](err); !ok || c == nil {
			return c.Retell(err.Error())
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

// said is how a text came about; nil says that only the text itself is known.
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
		return c.Retell(english)
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

// Format writes the argument as its verb asks, in the language.
func (t told) Format(f fmt.State, verb rune) {
	arg := t.arg
	switch a := arg.(type) {
	case interface{ In(lang string) string }:
		arg = a.In(t.lang)
	case error:
		arg = t.Error(a)
	case verbatim:
		verb, arg = 's', string(a)
	}
	text := fmt.Sprintf(fmt.FormatString(f, verb), arg)
	if f.Flag('#') && verb == 's' {
		text = t.noun(text)
	}
	_, _ = f.Write([]byte(text)) // into memory
}

// noun is a word or a text in the language.
func (c *Catalogue) noun(english string) string {
	english = strings.Trim(english, `"`) // %#s may stand for %q
	if word, ok := c.words[english]; ok {
		return word
	}
	if text, ok := c.fit(english, c.nouns, c.words, 1); ok {
		return text
	}
	return c.Retell(english)
}
