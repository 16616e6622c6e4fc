package untrusted

import (
	"bytes"

	"mimamori/internal/fault"
)

// How deep a YAML text may be nested, how far a line may be indented, and how
// long it may be, in bytes. Texts
// that people write stay far below.
const (
	maxYAMLDepth  = 64
	maxYAMLIndent = 256 // blanks, and the marks - ? : in front of a line's content
	maxYAMLLine   = 16 << 10
)

// ShallowYAML refuses a YAML text that is nested deeper than any that a person
// writes: parsers of YAML take minutes and gigabytes for a few kilobytes of
// brackets. Brackets in quotes count, too; they close again in a text that means
// them.
//
// The error is fault.Invalid and tells the line.
func ShallowYAML(text []byte, name string) error {
	depth, line := 0, 0
	for row := range bytes.Lines(text) {
		line++
		if len(row) > maxYAMLLine {
			return fault.New(fault.Invalid, "%s: line %d has %d bytes, at most %d fit: check that it is the right file", name, line, len(row), maxYAMLLine)
		}
		if front := len(row) - len(bytes.TrimLeft(row, " \t-?:")); front > maxYAMLIndent {
			return tooDeep(name, line)
		}
		for _, c := range row {
			switch c {
			case '[', '{':
				depth++
			case ']', '}':
				depth = max(depth-1, 0)
			}
			if depth > maxYAMLDepth {
				return tooDeep(name, line)
			}
		}
	}
	return nil
}

func tooDeep(name string, line int) error {
	return fault.New(fault.Invalid, "%s: line %d is nested too deep: check that it is the right file", name, line)
}
