package render

import (
	"strings"
	"unicode"
)

// Characters that do not begin, or do not end, a line of Japanese text (行頭禁則,
// 行末禁則). Source: JIS X 4051:2004, 6.1, character classes 1 to 10.
const (
	notAtStart = "、。，．・：；？！゛゜ヽヾゝゞ々〻ー）〕］｝〉》」』】〙〗〟’”»,.:;?!)]}" +
		"ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ゠–〜…‥％‰℃゙゚"
	notAtEnd = "（〔［｛〈《「『【〘〖〝‘“«([{￥＄$№"
)

// wrap divides text into lines of at most width, measured by measure in the
// same unit. Words of Latin letters and digits stay whole where they fit; a
// line end in the text is kept. Blanks at the end of a line are dropped.
// An empty text gives no line.
func wrap(text string, width float64, measure func(rune) float64) []string {
	if text == "" {
		return nil
	}
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		lines = append(lines, wrapParagraph([]rune(paragraph), width, measure)...)
	}
	return lines
}

func wrapParagraph(runes []rune, width float64, measure func(rune) float64) []string {
	var lines []string
	start, end := 0, 0 // the line so far is runes[start:end]
	used := 0.0
	for end < len(runes) {
		w := measure(runes[end])
		if used+w <= width || end == start {
			used += w
			end++
			continue
		}
		cut := end
		for cut > start && !breakable(runes[cut-1], runes[cut]) {
			cut--
		}
		if cut == start { // nothing to break at: a very long word, or only punctuation
			cut = end
		}
		lines = append(lines, strings.TrimRight(string(runes[start:cut]), " "))
		for cut < len(runes) && runes[cut] == ' ' {
			cut++
		}
		start, end, used = cut, cut, 0
	}
	return append(lines, strings.TrimRight(string(runes[start:]), " "))
}

// breakable tells whether a line may end after a and the next begin with b.
func breakable(a, b rune) bool {
	if strings.ContainsRune(notAtStart, b) || strings.ContainsRune(notAtEnd, a) {
		return false
	}
	return (!inWord(a) || !inWord(b)) && b != ' '
}

// inWord tells whether r is part of a Latin word, a number, a path or an address.
func inWord(r rune) bool {
	return r < 0x2E80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_@/.:-+%#&=?~", r))
}
