// Package fault has the few kinds of error that callers act on, and the list
// of problems that a check of an input returns all at once.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what the caller can do about an error.
type Kind string

const (
	Internal  Kind = "internal"  // our fault: log it, show nothing of it
	Invalid   Kind = "invalid"   // the input is wrong: fix the listed fields
	NotFound  Kind = "not_found" // no such thing, or not visible to this user
	Conflict  Kind = "conflict"  // someone else changed it first: reload
	Forbidden Kind = "forbidden" // known user, missing permission
	SignIn    Kind = "sign_in"   // nobody is signed in, or the session ended
)

// Field is one thing wrong with one input field.
type Field struct {
	Pointer string `json:"pointer"` // RFC 6901, for example "/patient/age"
	Rule    string `json:"rule"`    // rule or schema that says so
	Message string `json:"message"` // what is wrong and how to mend it, in English
	said    *said
}

// At returns a problem at pointer.
func At(pointer, rule, format string, args ...any) Field {
	return Field{Pointer: pointer, Rule: rule, Message: fmt.Sprintf(format, args...), said: say(format, args)}
}

// Error is an error of a known kind. Its text may be shown to the user; a
// Catalogue tells it in another language.
type Error struct {
	Kind   Kind
	Text   string // in English
	Fields []Field
	Cause  error
	said   *said
}

func (e *Error) Error() string { return (*Catalogue)(nil).Error(e) }

func (e *Error) Unwrap() error { return e.Cause }

// New returns an error of the given kind with a formatted text.
func New(kind Kind, format string, args ...any) error {
	return &Error{Kind: kind, Text: fmt.Sprintf(format, args...), said: say(format, args)}
}

// Wrap returns an error of the given kind around cause.
func Wrap(kind Kind, cause error, format string, args ...any) error {
	return &Error{Kind: kind, Text: fmt.Sprintf(format, args...), Cause: cause, said: say(format, args)}
}

// Fields returns an Invalid error that lists every problem of an input, or
// nil when there is none.
func Fields(text string, fields []Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Text: text, Fields: fields}
}

// KindOf finds the kind anywhere in the chain of err; a plain error is
// Internal, nil has no kind.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// FieldsOf returns the listed problems of err, or nil.
func FieldsOf(err error) []Field {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Fields
	}
	return nil
}

// Checker collects problems of an input so that all of them are told at once.
// The zero Checker is ready to use.
type Checker struct{ fields []Field }

// Add notes a problem at pointer.
func (c *Checker) Add(pointer, rule, format string, args ...any) {
	c.fields = append(c.fields, At(pointer, rule, format, args...))
}

// Require notes a problem when text is blank.
func (c *Checker) Require(pointer, text, name string) {
	if strings.TrimSpace(text) == "" {
		c.Add(pointer, "required", "%s is missing: fill it in", name)
	}
}

// Err returns an Invalid error with a formatted text that lists what was noted,
// or nil when nothing was.
func (c *Checker) Err(format string, args ...any) error {
	if len(c.fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Text: fmt.Sprintf(format, args...), Fields: c.fields, said: say(format, args)}
}
