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
	Message string `json:"message"` // what is wrong and how to mend it
}

// Error is an error of a known kind. Its text may be shown to the user.
type Error struct {
	Kind   Kind
	Text   string
	Fields []Field
	Cause  error
}

func (e *Error) Error() string {
	text := e.Text
	for _, f := range e.Fields {
		text += fmt.Sprintf("\n  %s: %s", f.Pointer, f.Message)
	}
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return strings.TrimPrefix(text, "\n")
}

func (e *Error) Unwrap() error { return e.Cause }

// New returns an error of the given kind with a formatted text.
func New(kind Kind, format string, args ...any) error {
	return &Error{Kind: kind, Text: fmt.Sprintf(format, args...)}
}

// Wrap returns an error of the given kind around cause.
func Wrap(kind Kind, cause error, format string, args ...any) error {
	return &Error{Kind: kind, Text: fmt.Sprintf(format, args...), Cause: cause}
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
	c.fields = append(c.fields, Field{Pointer: pointer, Rule: rule, Message: fmt.Sprintf(format, args...)})
}

// Require notes a problem when text is blank.
func (c *Checker) Require(pointer, text, name string) {
	if strings.TrimSpace(text) == "" {
		c.Add(pointer, "required", "%s is missing: fill it in", name)
	}
}

// Err returns nil when nothing was noted.
func (c *Checker) Err(text string) error { return Fields(text, c.fields) }
