// Package term has the code lists that reports use: the adverse event terms of
// the IMDRF (annexes A to G) and the glossary of the JFMDA (医療機器不具合用語集). The
// lists are the files that the user holds; none is part of this program.
package term

import (
	"cmp"
	"slices"
	"strings"

	"mimamori/internal/fold"
)

// List says where a term comes from.
type List string

// The lists. An IMDRF annex is told apart by the first letter of its codes.
const (
	IMDRF List = "imdrf"
	JFMDA List = "jfmda"
)

// Term is one entry of a list, in one release of it. Codes are kept as the list
// gives them; none is ever renumbered.
type Term struct {
	List       List     `json:"list"`
	Release    string   `json:"release"` // as the user names it, for example "2024"
	Code       string   `json:"code"`
	EN         string   `json:"en"`         // "" when the file has no English term
	JA         string   `json:"ja"`         // "" when the file has no Japanese term
	Also       []string `json:"also"`       // other names that the same release gives the code
	Definition string   `json:"definition"` // in the language of the file
	Status     string   `json:"status"`     // as in the list: "Not selectable", "Retired", "New", …, or ""
	Note       string   `json:"note"`       // why it has that status
	Paths      []string `json:"paths"`      // each from the top of the hierarchy to the term: "E01|E0102"; a term can stand in several places
	Cyber      bool     `json:"cyber"`      // among those that matter most for cybersecurity
}

// Selectable tells whether a report may use the term. New and modified terms can
// be used, retired ones and mere headings cannot.
func (t Term) Selectable() bool {
	return !strings.Contains(t.Status, "Not selectable") && !strings.Contains(t.Status, "Retired")
}

// Annex is the annex of an IMDRF term, "A" to "G"; "" of other lists.
func (t Term) Annex() string {
	if t.List != IMDRF || t.Code == "" {
		return ""
	}
	return t.Code[:1]
}

// cyber are the IMDRF codes that matter for cybersecurity: problems of programs,
// security, data and communication, their causes and consequences. A code covers
// the more detailed ones below it.
//
// Source: selection in the project's reference on Japanese reporting, section 6.2.
var cyber = []string{
	"A11", "A13", "A0719", "A0907", "A1402", "A1405", "A1408", "A141204", "A16",
	"B11", "B12", "B14", "B15", "B24", "C0401", "C10",
	"D0105", "D0107", "D0108", "D05", "D07", "D1105", "D1107", "D18",
	"F20", "F2307", "G02008", "G0200703", "G0200802", "G02035",
}

func isCyber(list List, code string) bool {
	return list == IMDRF && slices.ContainsFunc(cyber, func(top string) bool { return strings.HasPrefix(code, top) })
}

// SearchText is the folded text in which the words of a search are looked for.
func (t Term) SearchText() string {
	return fold.All(t.Code, t.JA, t.EN, strings.Join(t.Also, " "), t.Definition)
}

// Rank orders terms that a search found: those that can be used before those
// that cannot, the ones whose name or code begins with the words, then the ones
// whose name has them, then the rest; within each those for cybersecurity first,
// then by code.
func Rank(query string, found []Term) []Term {
	q := fold.Text(query)
	place := func(t Term) int {
		names := []string{fold.Text(t.Code), fold.Text(t.JA), fold.Text(t.EN)}
		switch {
		case slices.Contains(names, q):
			return 0
		case slices.ContainsFunc(names, func(n string) bool { return q != "" && strings.HasPrefix(n, q) }):
			return 1
		case slices.ContainsFunc(names, func(n string) bool { return strings.Contains(n, q) }):
			return 2
		}
		return 3
	}
	out := slices.Clone(found)
	slices.SortStableFunc(out, func(a, b Term) int {
		return cmp.Or(order(!a.Selectable(), !b.Selectable()), place(a)-place(b), order(!a.Cyber, !b.Cyber), strings.Compare(a.Code, b.Code))
	})
	return out
}

// order puts false before true.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// Merge joins what two files, or two places of one file, say of the same code. A
// blank never takes the place of a word. Where their names differ, the one that
// is marked as changed is the newer; the other is kept beside it.
func Merge(was, is Term) Term {
	newer, older := is, was
	if is.Status == "" && was.Status != "" {
		newer, older = was, is
	}
	out := newer
	out.EN, out.JA = cmp.Or(newer.EN, older.EN), cmp.Or(newer.JA, older.JA)
	out.Definition, out.Status, out.Note = cmp.Or(newer.Definition, older.Definition), cmp.Or(newer.Status, older.Status), cmp.Or(newer.Note, older.Note)
	out.Also = slices.Concat(was.Also, is.Also)
	for _, name := range []string{older.EN, older.JA} {
		if name != "" && name != out.EN && name != out.JA {
			out.Also = append(out.Also, name)
		}
	}
	out.Also, out.Paths = unique(out.Also), unique(slices.Concat(was.Paths, is.Paths))
	out.Cyber = was.Cyber || is.Cyber
	return out
}

// unique returns the texts sorted, each once, never nil.
func unique(texts []string) []string {
	out := append([]string{}, texts...)
	slices.Sort(out)
	return slices.Compact(out)
}
