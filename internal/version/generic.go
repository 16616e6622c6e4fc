package version

import (
	"cmp"
	"fmt"
	"strings"
)

// maxVersionBytes limits a text taken for a version: longer ones are prose.
const maxVersionBytes = 100

// part is a run of digits or a run of letters of a version text.
type part struct {
	digits bool
	text   string // digits without leading zeros, letters in lower case
}

// genericParts cuts a vendor's version text into runs: "1.0.2k" is 1, 0, 2, k.
// A leading "v", "version", "release" is dropped. Texts without a digit, with
// other signs than . - _ + : ~ / or longer than 100 bytes are refused.
func genericParts(text string) ([]part, error) {
	refuse := func() ([]part, error) {
		return nil, fmt.Errorf("%w: %q is not a version", ErrCannotCompare, text)
	}
	if len(text) > maxVersionBytes {
		return refuse()
	}
	lower := strings.ToLower(text)
	for _, word := range []string{"version", "ver.", "release", "rev.", "v"} {
		if rest, found := strings.CutPrefix(lower, word); found {
			if rest = strings.TrimLeft(rest, " .-_"); rest != "" && isDigit(rest[0]) {
				lower = rest
				break
			}
		}
	}
	var parts []part
	anyDigit := false
	for i := 0; i < len(lower); {
		c := lower[i]
		j := i + 1
		switch {
		case isDigit(c):
			for j < len(lower) && isDigit(lower[j]) {
				j++
			}
			parts = append(parts, part{true, strings.TrimLeft(lower[i:j], "0")})
			anyDigit = true
		case isLetter(c):
			for j < len(lower) && isLetter(lower[j]) {
				j++
			}
			parts = append(parts, part{false, lower[i:j]})
		case strings.IndexByte(".-_+:~/", c) < 0:
			return refuse()
		}
		i = j
	}
	if !anyDigit {
		return refuse()
	}
	return parts, nil
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c && c <= 'z' }

// What a word after the numbers means for the order, against the same numbers
// without it: below the release, the release itself, or above it.
var wordRank = map[string]int{
	"dev": -5, "snapshot": -5, "alpha": -4, "beta": -3, "pre": -2, "preview": -2, "rc": -1, "cr": -1,
	"final": 0, "ga": 0, "release": 0,
	"p": 1, "patch": 1, "sp": 1, "sr": 1, "mr": 1, "hotfix": 1, "hf": 1, "update": 1, "u": 1, "build": 1, "rev": 1, "r": 1,
}

// compareParts orders two texts, or says that there is no order: where one has
// a number and the other a word, or two words that are not known.
func compareParts(a, b []part) (int, bool) {
	for i := range max(len(a), len(b)) {
		switch {
		case i >= len(a):
			order, ok := tail(b[i:])
			return -order, ok
		case i >= len(b):
			return tail(a[i:])
		}
		x, y := a[i], b[i]
		if x.digits != y.digits {
			return mixed(a[i:], b[i:])
		}
		if x == y {
			continue
		}
		if x.digits {
			if len(x.text) != len(y.text) {
				return cmp.Compare(len(x.text), len(y.text)), true
			}
			return strings.Compare(x.text, y.text), true
		}
		rx, knownX := wordRank[x.text]
		ry, knownY := wordRank[y.text]
		switch {
		case len(x.text) == 1 && len(y.text) == 1: // openssl: 1.0.2k above 1.0.2j
			return strings.Compare(x.text, y.text), true
		case knownX && knownY && rx != ry && i > 0:
			return cmp.Compare(rx, ry), true
		}
		return 0, false
	}
	return 0, true
}

// tail tells what extra parts mean: more numbers are higher (zeros equal), a
// single letter is higher (openssl 1.0.2k), a known word has its rank.
func tail(rest []part) (int, bool) {
	for _, p := range rest {
		if p.digits {
			if p.text != "" {
				return 1, true
			}
			continue
		}
		rank, known := wordRank[p.text]
		switch {
		case known && rank != 0:
			return cmp.Compare(rank, 0), true
		case known:
			continue
		case len(p.text) == 1:
			return 1, true
		}
		return 0, false
	}
	return 0, true
}

// mixed orders a number against a known word at the same place: 1.0.1 is
// above 1.0-rc1, and against everything else there is no order.
func mixed(a, b []part) (int, bool) {
	if a[0].digits {
		order, ok := mixed(b, a)
		return -order, ok
	}
	rank, known := wordRank[a[0].text]
	if known && rank < 0 {
		return -1, true
	}
	return 0, false
}
