package fault

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Retell tells an English text that was finished elsewhere or earlier, by a
// library or in a stored record: each line is found again by the shape of the
// format that it was made from. What fits no entry stays as it is.
func (c *Catalogue) Retell(english string) string {
	if c == nil {
		return english
	}
	lines := strings.Split(english, "\n")
	for i, line := range lines {
		lines[i] = c.retellLine(line, maxParts)
	}
	return strings.Join(lines, "\n")
}

// maxParts is how many parts with ": " between them are looked at in a line,
// which can hold names out of hostile files.
const maxParts = 6

// retellLine tells one line. A place in front ("/name: ") and a cause behind
// (": unexpected EOF") are not part of the format.
func (c *Catalogue) retellLine(english string, parts int) string {
	if _, ok := c.formats[english]; ok && !strings.Contains(english, "%") {
		return c.tell(say(english, nil), english)
	}
	if text, ok := c.fit(english, c.shapes, c.formats, parts); ok {
		return text
	}
	if place, rest, ok := strings.Cut(english, ": "); ok && parts > 1 {
		return place + ": " + c.retellLine(rest, parts-1)
	}
	return english
}

// fit tells a text that was made from a format of shapes.
func (c *Catalogue) fit(english string, shapes []shape, formats map[string]string, parts int) (string, bool) {
	for _, s := range shapes {
		if !strings.Contains(english, s.literal) {
			continue
		}
		found := s.pattern.FindStringSubmatch(english)
		if found == nil {
			continue
		}
		cause := found[len(found)-1]
		args := make([]any, len(found)-2)
		for i, text := range found[1 : len(found)-1] {
			args[i] = told{c, verbatim(text)}
		}
		text := fmt.Sprintf(formats[s.english], args...)
		if cause != "" && parts > 1 {
			cause = c.retellLine(cause, parts-1)
		}
		if cause != "" {
			text += ": " + cause
		}
		return text, true
	}
	return "", false
}

// verbatim is an argument that was formatted before.
type verbatim string

// leastLiteral is how many letters outside of its verbs a format needs to be
// known again in a finished text.
const leastLiteral = 8

// shape finds the arguments of a format again in a finished English text.
type shape struct {
	english string
	literal string         // longest part without a verb
	pattern *regexp.Regexp // its last group is the cause behind the text
	letters int            // outside of the verbs
}

// verb is one verb of a format that fmt knows, or %%.
var verb = regexp.MustCompile(`%[-+# 0]*[0-9]*(?:\.[0-9]+)?[a-zA-Z%]`)

// shapesOf returns the shapes of the formats that have verbs and at least so
// many letters, most distinctive first.
func shapesOf(formats map[string]string, letters int) []shape {
	var shapes []shape
	for english := range formats {
		if s := shapeOf(english); strings.Contains(english, "%") && s.letters >= letters {
			shapes = append(shapes, s)
		}
	}
	slices.SortFunc(shapes, func(a, b shape) int {
		return cmp.Or(cmp.Compare(b.letters, a.letters), cmp.Compare(a.english, b.english))
	})
	return shapes
}

func shapeOf(english string) shape {
	s := shape{english: english}
	pattern := `^`
	literal := func(text string) {
		pattern += regexp.QuoteMeta(text)
		if len(text) > len(s.literal) {
			s.literal = text
		}
		for _, r := range text {
			if unicode.IsLetter(r) {
				s.letters++
			}
		}
	}
	last := 0
	for _, at := range verb.FindAllStringIndex(english, -1) {
		literal(english[last:at[0]])
		pattern += argument[english[at[1]-1]]
		last = at[1]
	}
	literal(english[last:])
	if last < len(english) {
		pattern += `(?:: (.*))?`
	} else {
		pattern += `()`
	}
	s.pattern = regexp.MustCompile(pattern + `$`)
	return s
}

// argument is what each verb writes; errors use no other ones.
var argument = map[byte]string{
	'%': `%`,
	's': `(.*?)`,
	'v': `(.*?)`,
	'c': `(.)`,
	'd': `(-?[0-9]+)`,
	'X': `([0-9A-F]+)`,
	'x': `([0-9a-f]+)`,
	'q': "(\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*')",
}
