package render

import (
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/rule"
)

// ProofDoc is what Proof prints: one determination with everything it rests on.
// Texts of people and of the law are in the language of the document already,
// quotes in that of the law.
type ProofDoc struct {
	Lang      string // "ja" or "en"
	Company   string
	Case      string // number
	CaseTitle string
	Product   string
	Release   string // "" when not known
	AwareOn   caldate.Date

	Version    int
	Status     string // as casefile.DeterminationStatus
	Superseded bool
	MadeBy     string
	MadeAt     time.Time // also dates the file
	Comment    string
	Signatures []ProofSignature // oldest first
	Refused    *ProofRefusal    // nil when nobody refused it

	Answer   ProofAnswer
	Override *ProofOverride // nil when nobody decided otherwise

	Facts  []ProofFact  // of the case, in the order of the rulebook
	Notice *ProofNotice // nil when there was no assessment
	Rules  []ProofRule  // of the report, one for each rule, in the order of the law
	Duties []ProofDuties

	Books  []ProofBook
	Digest string // of the record, hex
	Replay string // the command that decides the record again
}

// ProofSignature is who signed what, and when.
type ProofSignature struct {
	Meaning string // "confirmed", "override", "countersigned", …
	Name    string
	At      time.Time
	Digest  string // of what was signed, hex
}

// ProofRefusal is why a proposal or another decision was not taken.
type ProofRefusal struct {
	By     string
	At     time.Time
	Reason string
}

// ProofAnswer is what the law asks for.
type ProofAnswer struct {
	Result        rule.Result
	Form          string // "form8" to "form12", or ""
	TermDays      int
	Periodic      bool
	DueOn         caldate.Date // zero: no day is known or none is due
	LastOfficeDay caldate.Date // zero: not known
	FirstReport   bool
	NamedPerson   bool
	Items         []string // legal items of what governs, as citations
	Worlds        int      // possible worlds evaluated; 0: not told
}

// ProofOverride is what persons decided otherwise than the law's answer.
type ProofOverride struct {
	Result        rule.Result
	Form          string
	DueOn         caldate.Date
	LastOfficeDay caldate.Date
	FirstReport   bool
	Reason        string
}

// ProofFact is one fact with what it rests on.
type ProofFact struct {
	Label    string
	Values   []string // still possible; one: known; none: unknown
	Evidence string
	By       string
	At       string // RFC 3339, or "" when it was not recorded
	Decisive bool   // it is open and changes the answer
}

// ProofNotice is the step from the assessment of a vulnerability to facts.
type ProofNotice struct {
	Book        string // title of the rulebook
	Subject     string // what was assessed
	Facts       []ProofFact
	Conclusions []ProofFact // facts with the values that are concluded
	Rules       []ProofRule
}

// ProofRule is one rule with its words, and why it applies or not.
type ProofRule struct {
	rule.ProofLine
	Reason, Title, Citation, Note string // in the language of the document
}

// ProofDuties is what one duty rulebook asks for.
type ProofDuties struct {
	Title       string
	Facts       []ProofFact // that it asks itself and that are known
	Open        []string    // labels of those that are not known and matter
	Duties      []ProofDuty
	Rules       []ProofRule
	NamedPerson bool // no rule applies: a person decides
}

// ProofDuty is one duty.
type ProofDuty struct {
	Label, To string
	ToConfirm bool // the addressee or another value of it must still be confirmed
	State     rule.State
	Clock     rule.Clock
	From      string // day 0, as rule.Duty
	Form      string
	Rules     []string // citations
}

// ProofBook is a rulebook that the determination was made with.
type ProofBook struct {
	Title    string // "" when the rulebook is not held any more
	Ref      rule.Ref
	Readings []string // hold for every rule of it
}

// Proof prints the proof of a determination (報告要否判断の根拠): A4, texts flow
// over as many pages as they need.
//
// Error: fault.Invalid when it would take more than 300 pages.
func (r *Renderer) Proof(doc ProofDoc) ([]byte, error) {
	if err := r.load(); err != nil {
		return nil, err
	}
	p := &proofPaper{doc: doc, words: proofWords(doc.Lang)}
	p.left, p.right = 18*mm, (210-18)*mm
	p.top, p.bottom = 14*mm, (297-12)*mm
	p.drawing = r.draw(210*mm, 297*mm, p.say("title")+" "+doc.Case, doc.MadeAt.In(caldate.Tokyo))
	p.head()
	p.answer()
	p.facts(p.say("facts"), doc.Facts)
	p.notice()
	p.rules(p.say("rules"), doc.Rules)
	p.duties()
	p.others()
	p.record()
	pages := p.pages(50, 20, 26)
	if len(pages) > maxPages {
		return nil, fault.New(fault.Invalid, "the proof takes %d pages, the most is %d: shorten the longest evidence and attach documents instead", len(pages), maxPages)
	}
	p.print(pages, p.pageHead, p.pageFoot)
	return p.bytes()
}
