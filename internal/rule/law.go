package rule

import (
	"io/fs"
	"slices"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
)

// Source is a rulebook file to read.
type Source struct {
	FS      fs.FS
	Path    string
	Company bool // a rule of the company, not of the law
}

// BookText is a rulebook file as it was read, for keeping: from kept texts
// ReplayRecord decides again.
type BookText struct {
	Ref     Ref
	Path    string
	Text    []byte
	Company bool
}

// Law is every rulebook in force, joined. LoadLaw makes it. It is never changed
// afterwards and may be shared between goroutines.
type Law struct {
	Case          *Rulebook       // decides what is due, with its extensions compiled in
	Notice        *FactRulebook   // concludes facts of Case; nil when no source does
	CaseDuties    []*DutyRulebook // about a case, sorted by id
	ProductDuties []*DutyRulebook // about a product, sorted by id
	Texts         []BookText      // every file as read, in the order of the sources
}

// LoadLaw reads every source, joins extensions to the rulebook they extend, and
// returns every problem of every file at once, as a fault.Invalid error.
func LoadLaw(sources []Source) (*Law, error) {
	law := &Law{}
	for _, s := range sources {
		rb, y, err := read(s.FS, s.Path)
		if err != nil {
			return nil, err
		}
		if err := y.check.Err("rulebook %s", s.Path); err != nil {
			return nil, err
		}
		if rb.target == "" {
			law.Case = rb
		} else {
			law.Notice = &FactRulebook{rb}
		}
		text, err := fs.ReadFile(s.FS, s.Path)
		if err != nil {
			return nil, err
		}
		law.Texts = append(law.Texts, BookText{rb.Ref(), s.Path, text, s.Company})
	}
	if law.Case == nil {
		return nil, fault.New(fault.Invalid, "no rulebook decides what is due")
	}
	return law, nil
}

// Fact returns a fact of Case or of a case duty rulebook by its id, or nil.
func (l *Law) Fact(id string) *Fact {
	if f := l.Case.Fact(id); f != nil {
		return f
	}
	for _, d := range l.CaseDuties {
		if f := d.book.Fact(id); f != nil {
			return f
		}
	}
	return nil
}

// Facts returns what is asked about a case: the facts of Case, then those of
// the case duties that are their own.
func (l *Law) Facts() []Fact {
	facts := slices.Clone(l.Case.Facts)
	for _, d := range l.CaseDuties {
		facts = append(facts, d.Facts()...)
	}
	return facts
}

// Check returns a fault.Invalid error that lists every fact and value of s that
// Facts does not have.
func (l *Law) Check(s Situation) error { return l.Case.Check(s) }

// Determine decides a case on the awareness day: what the assessment comes to
// under the notice, what is to be reported, and which duties there are.
//
// notice is nil when there is no assessment. Its conclusions stand in the
// record beside the situation; they reach s only through the person who
// accepts them.
//
// It fails, with fault.Invalid, when aware is no day or a situation has facts or
// values that the law does not have.
func (l *Law) Determine(s Situation, notice *NoticeInput, aware caldate.Date) (Joined, error) {
	answer, err := l.Case.Decide(s, aware)
	if err != nil {
		return Joined{}, err
	}
	return Joined{Format: joinedFormat, Law: []Ref{l.Case.Ref()}, Aware: aware, Situation: s, Answer: answer, Duties: []DutyAnswer{}}, nil
}
