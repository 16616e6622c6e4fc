package term

import (
	"fmt"
	"regexp"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

var (
	imdrfCode    = regexp.MustCompile(`^[A-G][0-9]{2,12}$`)
	releaseShape = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z ._-]{0,31}$`)
)

// maxTerms bounds one file; the IMDRF annexes have about 2,000 terms together.
const maxTerms = 50_000

// ReadIMDRF reads one annex, or several together, from the JSON file that the
// IMDRF publishes: a list of terms with code, term, definition, status and
// hierarchy. The names of the members differ between releases in capitals and
// blanks only.
//
// Errors: fault.Invalid with every entry that has no code or no term, or whose
// hierarchy does not end in its code; nothing is taken then.
func ReadIMDRF(data []byte, release string) ([]Term, error) {
	var entries []map[string]any
	if err := untrusted.DecodeJSON(data, "the list of terms", &entries); err != nil {
		return nil, err
	}
	var c fault.Checker
	checkRelease(&c, release)
	if len(entries) == 0 || len(entries) > maxTerms {
		c.Add("", "count", "the file has %d terms: expected 1 to %d", len(entries), maxTerms)
	}
	place := map[string]int{}
	var terms []Term
	for i, entry := range entries {
		at := fmt.Sprintf("/%d", i)
		e := map[string]string{}
		for name, value := range entry {
			switch text, ok := value.(string); {
			case ok:
				e[member(name)] = strings.TrimSpace(text)
			case value != nil:
				c.Add(at, "text", "the member %q is no text", name)
			}
		}
		t := Term{
			List: IMDRF, Release: release, Code: e["code"], EN: e["term"], Also: []string{}, Definition: e["definition"],
			Status: e["status"], Note: e["statusdescription"], Paths: paths(e["codehierarchy"]), Cyber: isCyber(IMDRF, e["code"]),
		}
		switch {
		case !imdrfCode.MatchString(t.Code):
			c.Add(at+"/code", "code", "%q is no IMDRF code: expected a letter from A to G and digits", t.Code)
		case t.EN == "":
			c.Add(at+"/term", "required", "%s has no term", t.Code)
		case len(t.Paths) > 0 && t.Paths[0] != t.Code && !strings.HasSuffix(t.Paths[0], "|"+t.Code):
			c.Add(at+"/CodeHierarchy", "hierarchy", "the hierarchy %s does not end in %s", t.Paths[0], t.Code)
		}
		if n, again := place[t.Code]; again { // a term can stand in several places of the hierarchy
			terms[n] = Merge(terms[n], t)
			continue
		}
		place[t.Code] = len(terms)
		terms = append(terms, t)
	}
	if err := c.Err("the list of terms cannot be taken"); err != nil {
		return nil, err
	}
	return terms, nil
}

func checkRelease(c *fault.Checker, release string) {
	if !releaseShape.MatchString(release) {
		c.Add("/release", "release", "%q: name the release of the list as its publisher does, for example 2024", release)
	}
}

// member brings the name of a member into one spelling.
func member(name string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '_' || r == '/' || r == '-' {
			return -1
		}
		return r
	}, strings.ToLower(name))
}

func paths(hierarchy string) []string {
	if hierarchy == "" {
		return []string{}
	}
	return []string{hierarchy}
}
