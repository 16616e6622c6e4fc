package version

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// The ways in which JVN iPedia's VersionNumber and Japanese advisories write a
// range. A version is one word: a product's name before it is not understood.
var (
	jaVersion = `([0-9A-Za-z][0-9A-Za-z._+:/-]*)`
	jaEnding  = `(?:の(?:すべての|全ての|全)?(?:バージョン|版))?`
	jaBefore  = `(?:より前|未満|より以前)`
	jaUpTo    = `(?:(?:および|及び|または|又は|と)?(?:それ|これ)?(?:以前|以下)|まで)`
	jaAll     = regexp.MustCompile(`^(?:すべて|全て|全)(?:の)?(?:バージョン|版)$`)
	jaRanges  = []struct {
		re *regexp.Regexp
		as string
	}{
		{regexp.MustCompile(`^` + jaVersion + `(?:から|以上|以降)` + jaVersion + jaBefore + jaEnding + `$`), ">=$1|<$2"},
		{regexp.MustCompile(`^` + jaVersion + `(?:から|以上|以降)` + jaVersion + jaUpTo + jaEnding + `$`), ">=$1|<=$2"},
		{regexp.MustCompile(`^` + jaVersion + jaBefore + jaEnding + `$`), "<$1"},
		{regexp.MustCompile(`^` + jaVersion + jaUpTo + jaEnding + `$`), "<=$1"},
		{regexp.MustCompile(`^` + jaVersion + `(?:および|及び)?(?:それ|これ)?(?:以降|以上)` + jaEnding + `$`), ">=$1"},
		{regexp.MustCompile(`^` + jaVersion + `より後` + jaEnding + `$`), ">$1"},
	}
	jaLead = regexp.MustCompile(`^(?:バージョン|Version|Ver\.?)\s*(.+)$`)
	jaGaps = regexp.MustCompile(`\s*([^\x00-\x7F]+)\s*`) // blanks beside Japanese letters mean nothing
)

// fromJapanese rewrites a Japanese range in the signs that ParseVendorRange
// reads; any other text is returned as it is.
//
//	2.13.0 から 2.15.0 より前のバージョン   >=2.13.0|<2.15.0
//	1.2.3 およびそれ以前                    <=1.2.3
//	すべてのバージョン                      *
func fromJapanese(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r > 0x2E7F }) { // CJK begins here
		return text
	}
	body := jaGaps.ReplaceAllString(strings.TrimSpace(norm.NFKC.String(text)), "$1")
	if jaAll.MatchString(body) {
		return "*"
	}
	if m := jaLead.FindStringSubmatch(body); m != nil {
		body = m[1]
	}
	for _, r := range jaRanges {
		if r.re.MatchString(body) {
			return r.re.ReplaceAllString(body, r.as)
		}
	}
	return text
}
