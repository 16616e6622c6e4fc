// Package fold brings text into the form in which it is searched, so that a
// search finds a word however its writer typed it.
package fold

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Text returns s after NFKC (full and half width become one), in lower case,
// with katakana as hiragana and every run of white space as one space; no
// space at the ends. Folding twice changes nothing. Long vowel marks and small
// kana stay: サーバー and サーバ are different texts.
func Text(s string) string {
	s = norm.NFKC.String(strings.ToLower(norm.NFKC.String(strings.ToValidUTF8(s, "\uFFFD"))))
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 'ァ' && r <= 'ヶ', r == 'ヽ', r == 'ヾ':
			return r - ('ァ' - 'ぁ')
		case unicode.IsControl(r) && !unicode.IsSpace(r):
			return ' '
		default:
			return r
		}
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// All returns the folded parts in one text, one space between them.
func All(parts ...string) string { return Text(strings.Join(parts, " ")) }

// Words returns the folded words of a query, in its order.
func Words(s string) []string { return strings.Fields(Text(s)) }
