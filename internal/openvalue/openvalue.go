// Package openvalue has the values that no text held here settles and that a
// company must still obtain or confirm (要確認), for example the department that
// receives reports.
//
// There is no network, disk or clock in this package.
package openvalue

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"mimamori/internal/fault"
	"mimamori/internal/rule"
)

// Kind is the kind of a value. A value is always kept as text.
type Kind string

const (
	Line   Kind = "text"   // one line
	Lines  Kind = "lines"  // a list, one element a line
	Number Kind = "number" // a whole number from 1 to maxNumber, in digits
	Select Kind = "choice" // id of one of the choices
)

// Mark says how sure the default is.
type Mark string

const (
	Confirmed Mark = "C"        // its source was seen
	Secondary Mark = "C2"       // a secondary text says so
	Recall    Mark = "R"        // from memory
	NotSeen   Mark = "not_seen" // nothing was found
)

// Choice is one answer of a value of kind Select.
type Choice struct {
	ID    string    `json:"id"`
	Label rule.Text `json:"label"`
}

// OpenValue is one value to obtain or confirm.
type OpenValue struct {
	ID      string    `json:"id"`
	Label   rule.Text `json:"label"`
	Help    rule.Text `json:"help"` // what to put in, and whom to ask
	Kind    Kind      `json:"kind"`
	Choices []Choice  `json:"choices"` // two or more for Select, otherwise empty
	Default string    `json:"default"` // what holds until somebody sets it; "" when nothing is known
	Mark    Mark      `json:"mark"`
	Source  string    `json:"source"`  // where the default comes from, or what is to be obtained, in Japanese
	UsedIn  []string  `json:"used_in"` // rulebooks ("jp/recall") and forms ("form8") that rest on it
}

// Limits of a value.
const (
	maxLetters = 500 // of a line
	maxLines   = 500
	maxNumber  = 9999
)

// Check returns everything that is wrong with value as a fault.Invalid error
// about /value, or nil. Nothing ("") fits a line and a list: it says that
// nothing is known, or that the list has no element.
func (v OpenValue) Check(value string) error {
	var check fault.Checker
	switch v.Kind {
	case Line:
		checkLine(&check, 0, value)
	case Lines:
		lines := strings.Split(strings.TrimRight(value, "\n"), "\n")
		if len(lines) > maxLines {
			check.Add("/value", "lines", "the list has %d lines: at most %d are kept", len(lines), maxLines)
			break
		}
		for i, line := range lines {
			if line == "" && len(lines) > 1 {
				check.Add("/value", "lines", "line %d is empty: remove it", i+1)
			}
			checkLine(&check, i+1, line)
		}
	case Number:
		if n, err := strconv.Atoi(value); err != nil || n < 1 || n > maxNumber || strconv.Itoa(n) != value {
			check.Add("/value", "number", "%q: enter a whole number from 1 to %d", value, maxNumber)
		}
	case Select:
		if !slices.ContainsFunc(v.Choices, func(c Choice) bool { return c.ID == value }) {
			check.Add("/value", "choice", "%q is no choice: use one of %s", value, v.ids())
		}
	}
	return check.Err("the value does not fit")
}

// checkLine checks one line; number is 0 for a value that is one line only.
func checkLine(check *fault.Checker, number int, line string) {
	if !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }) {
		if number == 0 {
			check.Add("/value", "line", "only one line of text is kept: remove line breaks and control characters")
		} else {
			check.Add("/value", "line", "line %d has control characters: remove them", number)
		}
	}
	if n := utf8.RuneCountInString(line); n > maxLetters {
		check.Add("/value", "length", "a line has %d letters: at most %d are kept", n, maxLetters)
	}
}

func (v OpenValue) ids() string {
	var ids []string
	for _, c := range v.Choices {
		ids = append(ids, c.ID)
	}
	return strings.Join(ids, ", ")
}
