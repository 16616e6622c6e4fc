package rule

import (
	"cmp"
	"io"
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

	asks  *Rulebook // without rules: what is asked about a case, of Case and of CaseDuties
	cases []Ref     // the rulebooks of every determination: of Case, its extensions and CaseDuties
}

// LoadLaw reads every source, joins extensions to the rulebook they extend, and
// proves that they only make it stricter.
//
// It fails, with a fault.Invalid error that lists every problem of every file
// by file, line and rule: what Load refuses, ids that stand in two files, facts
// that are used and not there, and worlds that an extension makes less strict,
// each with an example. Nothing is loaded then.
func LoadLaw(sources []Source) (*Law, error) {
	files := make([]*bookFile, len(sources))
	for i, s := range sources {
		files[i] = openBook(s)
	}
	return joinLaw(files)
}

func joinLaw(files []*bookFile) (*Law, error) {
	s := shelve(files)
	var check fault.Checker
	for _, f := range files {
		for _, p := range f.problems() {
			check.Add(p.place(), p.Kind, "%s%s", p.about(), p.Message)
		}
	}
	l := &Law{}
	var bases, notices []string
	s.each(func(f *bookFile) {
		l.Texts = append(l.Texts, f.text)
		switch f.book.kind {
		case decides:
			bases = append(bases, f.text.Path)
			l.Case = s.joined[f.book.ID]
		case concludes:
			notices = append(notices, f.text.Path)
			l.Notice = &FactRulebook{f.book}
			return
		case tells:
			if f.book.about == AboutProduct {
				l.ProductDuties = append(l.ProductDuties, &DutyRulebook{f.book})
				return
			}
			l.CaseDuties = append(l.CaseDuties, &DutyRulebook{f.book})
		case extends:
		}
		l.cases = append(l.cases, f.text.Ref)
	})
	if len(bases) != 1 {
		check.Add("", "target", "%d rulebooks decide what is due (%v): name exactly one", len(bases), bases)
	}
	if len(notices) > 1 {
		check.Add("", "target", "%d rulebooks conclude facts (%v): name one at most", len(notices), notices)
	}
	if err := check.Err("the rulebooks cannot be put in force"); err != nil {
		return nil, err
	}
	byID := func(a, b *DutyRulebook) int { return cmp.Compare(a.book.ID, b.book.ID) }
	slices.SortFunc(l.CaseDuties, byID)
	slices.SortFunc(l.ProductDuties, byID)
	l.asks = &Rulebook{ID: l.Case.ID, Facts: l.Facts(), index: map[string]int{}}
	for i, f := range l.asks.Facts {
		l.asks.index[f.ID] = i
	}
	return l, nil
}

// Fact returns a fact of Case or of a case duty rulebook by its id, or nil.
func (l *Law) Fact(id string) *Fact { return l.asks.Fact(id) }

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
func (l *Law) Check(s Situation) error { return l.asks.Check(s) }

// ReadFacts reads a facts file with any of Facts, as that of Rulebook does.
func (l *Law) ReadFacts(r io.Reader) (Situation, error) { return l.asks.ReadFacts(r) }

// Determine decides a case on the awareness day: what the assessment comes to
// under the notice, what is to be reported, and which duties there are.
//
// notice is nil when there is no assessment, or no rulebook for it. Its
// conclusions stand in the record beside the situation; they reach s only
// through the person who accepts them.
//
// It fails, with fault.Invalid, when aware is no day or a situation has facts or
// values that the law does not have.
func (l *Law) Determine(s Situation, notice *NoticeInput, aware caldate.Date) (Joined, error) {
	sets, err := l.asks.possible(s)
	if err != nil {
		return Joined{}, err
	}
	j := Joined{Format: joinedFormat, Law: slices.Clone(l.cases), Aware: aware, Situation: l.asks.normal(s, sets), Duties: []DutyAnswer{}}
	if notice != nil && l.Notice != nil {
		if j.Notice, err = l.noticeStep(notice, aware); err != nil {
			return Joined{}, err
		}
		j.Law = append(j.Law, l.Notice.Ref())
	}
	slices.SortFunc(j.Law, func(a, b Ref) int { return cmp.Compare(a.ID, b.ID) })
	if j.Answer, err = l.Case.Decide(l.Case.of(s), aware); err != nil {
		return Joined{}, err
	}
	for _, d := range l.CaseDuties {
		a, err := d.Duties(d.Of(s), aware)
		if err != nil {
			return Joined{}, err
		}
		j.Duties = append(j.Duties, a)
	}
	return j, nil
}

// noticeStep concludes facts from what the assessment says.
func (l *Law) noticeStep(in *NoticeInput, aware caldate.Date) (*NoticeStep, error) {
	c, err := l.Notice.Conclude(in.Situation, aware)
	if err != nil {
		return nil, err
	}
	sets, err := l.Notice.book.possible(in.Situation)
	if err != nil {
		return nil, err
	}
	return &NoticeStep{
		Subject: in.Subject, Rulebook: c.Rulebook, Situation: l.Notice.book.normal(in.Situation, sets),
		Facts: c.Facts, Proof: c.Proof,
	}, nil
}
