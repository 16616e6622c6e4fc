package rule

import (
	"cmp"
	"fmt"
	"slices"

	"mimamori/internal/fault"
)

// shelf has rulebook files that were read together.
type shelf struct {
	files  []*bookFile
	joined map[string]*Rulebook // rulebooks that decide, with all their extensions, by id
}

// shelve reads files, each with those it rests on, and joins extensions to
// their rulebooks. Every problem is in the reader of its file.
func shelve(files []*bookFile) *shelf {
	s := &shelf{files: files, joined: map[string]*Rulebook{}}
	s.each(func(f *bookFile) {
		if f.book.kind == decides || f.book.kind == concludes {
			f.read(s.base)
		}
	})
	s.each(func(f *bookFile) {
		if f.book.kind == extends || f.book.kind == tells {
			f.read(s.base)
		}
	})
	s.unique()
	for _, f := range s.inOrder() {
		s.join(f)
	}
	s.each(s.fit)
	return s
}

// inOrder returns the files that could be read in the order in which they are
// joined, whatever the order of the sources: those that decide, then the law
// before the company, which is compared with all of it, then by id.
func (s *shelf) inOrder() []*bookFile {
	var files []*bookFile
	s.each(func(f *bookFile) { files = append(files, f) })
	rank := func(f *bookFile) int {
		switch {
		case f.book.kind == decides:
			return 0
		case !f.text.Company:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(files, func(a, b *bookFile) int {
		return cmp.Or(rank(a)-rank(b), cmp.Compare(a.book.ID, b.book.ID))
	})
	return files
}

// each calls f with every file that could be read.
func (s *shelf) each(f func(*bookFile)) {
	for _, file := range s.files {
		if file.err == nil {
			f(file)
		}
	}
}

// base returns the rulebook that decides of an id, or nil.
func (s *shelf) base(id string) *Rulebook {
	for _, f := range s.files {
		if f.err == nil && f.book.kind == decides && f.book.ID == id {
			return f.book
		}
	}
	return nil
}

// join puts a rulebook that decides on the shelf, or an extension on it.
func (s *shelf) join(f *bookFile) {
	if len(f.y.problems) > 0 {
		return
	}
	switch f.book.kind {
	case decides:
		s.joined[f.book.ID] = f.book
	case extends:
		if before := s.joined[f.book.target]; before != nil { // without it, its own problems are told
			s.joined[f.book.target] = f.y.join(before, f.book)
		}
	case concludes, tells:
	}
}

// fit holds what a file concludes against the facts of its target.
func (s *shelf) fit(f *bookFile) {
	if f.book.kind != concludes || len(f.y.problems) > 0 {
		return
	}
	target := s.base(f.book.target)
	if target == nil {
		f.y.problem(nil, "/concludes/rulebook", "target", "there is no rulebook %q whose facts could be concluded: read it together with this one", f.book.target)
		return
	}
	for _, field := range fault.FieldsOf((&FactRulebook{f.book}).Fits(target)) {
		f.y.problem(nil, field.Pointer, field.Rule, "%s", field.Message)
	}
}

// unique notes ids that stand in two files: of rulebooks, of rules, and of facts
// that are asked about a case or a product.
func (s *shelf) unique() {
	books, rules, facts := map[string]*bookFile{}, map[string]*bookFile{}, map[string]*bookFile{}
	s.each(func(f *bookFile) {
		if first := books[f.book.ID]; first != nil {
			f.y.problem(child(f.body, "id"), "/id", "unique", "the rulebook %s stands in %s too: remove one", f.book.ID, first.text.Path)
		}
		books[f.book.ID] = f
		for i := range f.book.Rules {
			id := f.book.Rules[i].ID
			if first := rules[id]; first != nil && first != f {
				f.y.atRule(f.book, i, 0, "unique", "the id stands in %s too: give one of the rules another", first.text.Path)
			}
			rules[id] = f
		}
		if f.book.kind != decides && f.book.kind != tells {
			return
		}
		for i, fact := range f.book.Facts[f.book.used:] {
			if first := facts[fact.ID]; first != nil && first != f {
				f.y.problem(child(f.body, "facts"), fmt.Sprintf("/facts/%d/id", i), "unique", "fact %s is asked in %s too: use it from there, or give it another id", fact.ID, first.text.Path)
			}
			facts[fact.ID] = f
		}
	})
}
