package render

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// printable returns text as it can be drawn: tabs become blanks, a kana with a
// combining voicing mark becomes the one character for both, variation
// selectors (which no built-in font draws) are left out, and a character that
// no font has is shown as 〓 with its number, so that nothing vanishes unseen.
func (d *drawing) printable(text string) string {
	var b strings.Builder
	runes := []rune(text)
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		if i+1 < len(runes) && unicode.Is(unicode.Mn, runes[i+1]) && !variationSelector(runes[i+1]) {
			if one := []rune(norm.NFC.String(string(runes[i : i+2]))); len(one) == 1 {
				r = one[0]
				i++
			}
		}
		switch {
		case r == '\t':
			b.WriteString("    ")
		case r == '\n':
			b.WriteRune(r)
		case variationSelector(r):
		case d.has(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "〓[U+%04X]", r)
		}
	}
	return b.String()
}

func variationSelector(r rune) bool {
	return r >= 0xFE00 && r <= 0xFE0F || r >= 0xE0100 && r <= 0xE01EF
}
