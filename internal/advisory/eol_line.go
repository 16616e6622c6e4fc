package advisory

import (
	"strings"
	"unicode"
)

// Line returns the release line that a version belongs to: the one whose name
// is the version or its beginning up to a separator, "1.1.1" of "1.1.1w" or
// "24.04" of "24.04.3". Of several the longest is meant. It is not known when
// no line is named so, or when the name stands for several lines ("11" beside
// "11-24h2"): then nothing may be said.
func (p *ProductLife) Line(version string) (line ReleaseLine, known bool) {
	version = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(version)), "v")
	for _, l := range p.Lines {
		if name := strings.ToLower(l.Name); begins(version, name) && (!known || len(name) > len(line.Name)) {
			line, known = l, true
		}
	}
	for _, l := range p.Lines {
		if rest, ok := strings.CutPrefix(strings.ToLower(l.Name), strings.ToLower(line.Name)); known && ok && strings.HasPrefix(rest, "-") {
			return ReleaseLine{}, false
		}
	}
	return line, known
}

// begins tells whether name is a whole beginning of version: what follows is no
// digit, which would go on with its last number.
func begins(version, name string) bool {
	rest, ok := strings.CutPrefix(version, name)
	if !ok || name == "" {
		return false
	}
	return rest == "" || !unicode.IsDigit(rune(rest[0]))
}
