package term

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// columns are the names under which a column of a list is known; the first is
// the one that the documentation names.
var columns = map[string][]string{
	"code":       {"code", "コード", "用語コード"},
	"ja":         {"term_ja", "用語", "日本語", "用語（日本語）"},
	"en":         {"term_en", "term", "英語", "用語（英語）"},
	"definition": {"definition", "定義", "解説", "説明"},
	"path":       {"path", "階層", "codehierarchy"},
	"status":     {"status", "状態"},
}

var anyCode = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._-]{0,39}$`)

const maxCSVBytes = 64 << 20

// ReadCSV reads a list of terms from a table with a head line: comma or tab
// separated UTF-8, columns code, term_ja, term_en, definition, path, status in
// any order, of which code and one of the terms are needed. It serves the
// glossary of the JFMDA, and the Japanese translation of the IMDRF annexes.
//
// Errors: fault.Invalid with every line that has no code or no term; nothing is
// taken then.
func ReadCSV(data []byte, list List, release string) ([]Term, error) {
	text, err := untrusted.ReadText(bytes.NewReader(data), "the list of terms", maxCSVBytes)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(text))
	if head, _, _ := bytes.Cut(text, []byte("\n")); bytes.ContainsRune(head, '\t') {
		r.Comma = '\t'
	}
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the list of terms has no head line")
	}
	at, err := columnsOf(head)
	if err != nil {
		return nil, err
	}
	var c fault.Checker
	checkRelease(&c, release)
	place := map[string]int{}
	var terms []Term
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "the list of terms is no table")
		}
		line, _ := r.FieldPos(0)
		cell := func(name string) string {
			if i, ok := at[name]; ok && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		t := Term{
			List: list, Release: release, Code: cell("code"), JA: cell("ja"), EN: cell("en"), Also: []string{}, Definition: cell("definition"),
			Status: cell("status"), Paths: paths(cell("path")), Cyber: isCyber(list, cell("code")),
		}
		switch {
		case strings.Join(row, "") == "":
			continue
		case !anyCode.MatchString(t.Code):
			c.Add(fmt.Sprintf("/lines/%d", line), "code", "line %d: %q is no code", line, t.Code)
		case t.JA == "" && t.EN == "":
			c.Add(fmt.Sprintf("/lines/%d", line), "required", "line %d: %s has no term", line, t.Code)
		}
		if n, again := place[t.Code]; again {
			terms[n] = Merge(terms[n], t)
			continue
		}
		place[t.Code] = len(terms)
		if terms = append(terms, t); len(terms) > maxTerms {
			return nil, fault.New(fault.Invalid, "the list has more than %d terms", maxTerms)
		}
	}
	if len(terms) == 0 {
		c.Add("", "count", "the list has no terms below its head line")
	}
	if err := c.Err("the list of terms cannot be taken"); err != nil {
		return nil, err
	}
	return terms, nil
}

// columnsOf finds the columns by the names in the head line.
func columnsOf(head []string) (map[string]int, error) {
	at := map[string]int{}
	for i, title := range head {
		for name, known := range columns {
			if slices.Contains(known, strings.ToLower(strings.TrimSpace(title))) {
				at[name] = i
			}
		}
	}
	_, code := at["code"]
	_, ja := at["ja"]
	_, en := at["en"]
	if !code || !ja && !en {
		return nil, fault.New(fault.Invalid, "the head line of the list needs the columns code and term_ja or term_en; it has %s", strings.Join(head, ", "))
	}
	return at, nil
}
