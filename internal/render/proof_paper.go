package render

import (
	"fmt"
	"strings"

	"mimamori/internal/rule"
)

// proofPaper is one proof on its way to pages. It is made of rows: a name at
// the left, texts at the right, of which every line is a block of its own, so
// that a text of any length flows over pages.
type proofPaper struct {
	sheet
	words
	doc     ProofDoc
	section int
}

// nameWidth is the width of the left column in points.
const nameWidth = 112.0

// para is one text of a row.
type para struct {
	text   string
	weight int
	size   float64 // bodySize, labelSize or smallSize
	quote  bool    // words of the law, with a bar at their left
}

func plain(text string) para  { return para{text: text, size: bodySize} }
func strong(text string) para { return para{text: text, size: bodySize, weight: bold} }
func small(text string) para  { return para{text: text, size: labelSize} }
func tiny(text string) para   { return para{text: text, size: smallSize} }
func quote(text string) para  { return para{text: text, size: bodySize, quote: true} }

// labelled returns a small text behind its name, nothing for an empty text.
func labelled(name, text string) []para {
	if text == "" {
		return nil
	}
	return []para{small(name + text)}
}

// heading opens a section.
func (p *proofPaper) heading(title string) {
	const height = 17.0
	p.section++
	text := fmt.Sprintf("%d　%s", p.section, title)
	p.blocks = append(p.blocks,
		block{height: 9, withNext: true, draw: func(float64) {}},
		block{height: height, framed: true, withNext: true, under: func(y float64) {
			p.fill(p.left, y, p.right-p.left, height, 0.88)
		}, draw: func(y float64) {
			p.text(p.left+padding+1, y+12, bold, bodySize+0.5, text)
		}})
}

// band is a smaller heading inside a section.
func (p *proofPaper) band(title string) {
	lines := wrap(p.printable(title), p.right-p.left-2*padding, p.measure(bold, bodySize))
	for i, text := range lines {
		p.blocks = append(p.blocks, block{height: bodyLine + 1, framed: true, withNext: true, under: func(y float64) {
			p.fill(p.left, y, p.right-p.left, bodyLine+1, 0.93)
			if i == 0 {
				p.line(p.left, y, p.right, y, ruleWidth)
			}
		}, draw: func(y float64) {
			p.text(p.left+padding, y+bodyLine-3, bold, bodySize, text)
		}})
	}
}

// row sets a name and texts side by side. Without a name the texts take the
// whole width.
func (p *proofPaper) row(name string, paras ...para) {
	if name == "" {
		p.rowNamed(nil, paras)
		return
	}
	p.rowNamed([]para{small(name)}, paras)
}

// line is one line of a text that is divided into lines.
type line struct {
	para
	height float64
}

// lines divides texts into lines of at most width.
func (p *proofPaper) lines(texts []para, width float64) (lines []line, height float64) {
	for _, t := range texts {
		inside := width
		if t.quote {
			inside -= quoteIndent
		}
		for _, text := range wrap(p.printable(t.text), inside, p.measure(t.weight, t.size)) {
			l := line{para: t, height: bodyLine}
			if t.size < bodySize {
				l.height = labelLine + 1
			}
			l.text = text
			lines = append(lines, l)
			height += l.height
		}
	}
	return lines, height
}

const quoteIndent = 7.0

// rowNamed is row for a name of several texts. Rows of few lines are not divided
// between pages.
func (p *proofPaper) rowNamed(name, texts []para) {
	const together, above, below = 8, 1.5, 2.5
	x := p.left
	if name != nil {
		x += nameWidth
	}
	names, least := p.lines(name, nameWidth-2*padding)
	lines, used := p.lines(texts, p.right-x-2*padding)
	if len(lines) == 0 {
		lines, used = []line{{height: bodyLine}}, bodyLine
	}
	reached := 0.0
	for i, l := range lines {
		first, last := i == 0, i == len(lines)-1
		height, top := l.height, 0.0
		if first {
			height, top = height+above, above
		}
		if last {
			height += below + max(0, least-used)
		}
		reached += l.height
		p.blocks = append(p.blocks, block{
			height: height, framed: true,
			// The name stands beside the first lines; no line is alone on a page.
			withNext: !last && (len(lines) <= together || first || i == len(lines)-2 || reached < least && i < 40),
			under: func(y float64) {
				if name != nil {
					p.fill(p.left, y, nameWidth, height, 0.965)
					p.line(x, y, x, y+height, ruleWidth)
				}
				if first {
					p.line(p.left, y, p.right, y, ruleWidth)
				}
			},
			draw: func(y float64) {
				y += top
				if first {
					at := y
					for _, n := range names {
						at += n.height
						p.text(p.left+padding, at-3, n.weight, n.size, n.text)
					}
				}
				at := x + padding
				if l.quote {
					p.fill(at+1, y+1, 1.6, l.height, 0.6)
					at += quoteIndent
				}
				p.text(at, y+l.height-3, l.weight, l.size, l.text)
			},
		})
	}
}

// head is the table of what the proof is about, and who signed it.
func (p *proofPaper) head() {
	d := p.doc
	company := d.Company
	if company == "" {
		company = p.say("no company")
	}
	p.row(p.say("company"), plain(company))
	p.row(p.say("case"), strong(d.Case), plain(d.CaseTitle))
	p.row(p.say("product"), plain(d.Product))
	if d.Release != "" {
		p.row(p.say("release"), plain(d.Release))
	}
	p.row(p.say("aware"), plain(p.day(d.AwareOn)))
	texts := []para{strong(p.joined(p.say("version", d.Version), p.say("status/"+d.Status)))}
	if d.Superseded {
		texts = append(texts, strong(p.say("superseded")))
	}
	texts = append(texts, labelled(p.say("recorded"), p.joined(d.MadeBy, p.instant(d.MadeAt)))...)
	texts = append(texts, labelled(p.say("comment")+p.colon(), d.Comment)...)
	p.row(p.say("determination"), texts...)
	var signed []para
	for _, s := range d.Signatures {
		signed = append(signed, plain(p.joined(p.say("meaning/"+s.Meaning), s.Name, p.instant(s.At))))
		signed = append(signed, tiny(p.say("content")+p.colon()+s.Digest))
	}
	if len(signed) == 0 {
		signed = []para{plain(p.say("none signed"))}
	}
	p.row(p.say("signatures"), signed...)
	if r := d.Refused; r != nil {
		p.row(p.say("status/not_taken"), plain(r.Reason), small(p.say("recorded")+p.joined(r.By, p.instant(r.At))))
	}
}

func (p *proofPaper) colon() string { return p.pick("：", ": ") }

// joined writes texts one behind the other, empty ones left out.
func (p *proofPaper) joined(texts ...string) string {
	var some []string
	for _, t := range texts {
		if t != "" {
			some = append(some, t)
		}
	}
	return strings.Join(some, p.pick("　", ", "))
}

// answer is what the law asks for, and what persons decided instead.
func (p *proofPaper) answer() {
	a := p.doc.Answer
	p.heading(p.say("answer"))
	law := []para{strong(p.words.answer(a))}
	if len(a.Items) > 0 {
		law = append(law, small(p.say("items")+p.colon()+strings.Join(a.Items, p.say("comma"))))
	}
	if a.TermDays > 0 {
		law = append(law, small(p.say("clock")+p.clock(rule.Clock{Days: a.TermDays}, rule.FromAware)))
	}
	if a.Worlds > 0 {
		law = append(law, small(p.say("worlds", a.Worlds)))
	}
	o := p.doc.Override
	p.row(p.say("law"), law...)
	if o == nil {
		return
	}
	instead := []para{strong(p.instead(*o)), small(p.say("reason") + p.colon()), plain(o.Reason)}
	switch p.doc.Status {
	case "override_asked":
		instead = append(instead, small(p.say("asked")))
	case "not_taken":
		instead = append(instead, small(p.say("not taken")))
	}
	p.row(p.say("instead"), instead...)
}

func (p *proofPaper) facts(title string, facts []ProofFact) {
	p.heading(title)
	if len(facts) == 0 {
		p.row("", plain(p.say("no facts")))
	}
	p.factRows(facts, "unknown")
}

// factRows lists facts; without is the word for a fact without a value.
func (p *proofPaper) factRows(facts []ProofFact, without string) {
	for _, f := range facts {
		value := strings.Join(f.Values, p.say("or"))
		if len(f.Values) == 0 {
			value = p.say(without)
		}
		if f.Decisive {
			value += p.say("decisive")
		}
		texts := []para{strong(value)}
		texts = append(texts, labelled(p.say("evidence"), f.Evidence)...)
		texts = append(texts, labelled(p.say("recorded"), p.joined(f.By, p.recorded(f.At)))...)
		p.row(f.Label, texts...)
	}
}

func (p *proofPaper) notice() {
	n := p.doc.Notice
	if n == nil {
		return
	}
	p.heading(p.say("notice"))
	p.row(p.say("rulebook"), plain(n.Book))
	p.row(p.say("subject"), plain(n.Subject))
	p.band(p.say("notice facts"))
	p.factRows(n.Facts, "unknown")
	p.ruleRows(n.Rules, "outcome/none")
	p.band(p.say("concluded"))
	p.factRows(n.Conclusions, "open")
}

func (p *proofPaper) rules(title string, rules []ProofRule) {
	p.heading(title)
	if p.ruleRows(rules, "outcome/none") == 0 {
		p.row("", plain(p.say("no rules")))
	}
}

// ruleRows lists the rules that apply, then those that may, and returns how
// many there are. none is the word for a rule by which nothing is due.
func (p *proofPaper) ruleRows(rules []ProofRule, none string) int {
	n := 0
	for _, state := range []rule.State{rule.Applies, rule.MayApply} {
		for _, r := range rules {
			if r.State == state {
				n++
				p.rowNamed([]para{p.state(state), tiny(r.Rule)}, p.ruleTexts(r, none))
			}
		}
	}
	return n
}

// state is the word for whether a rule applies, as the name of a row.
func (p *proofPaper) state(s rule.State) para {
	return para{text: p.say("state/" + string(s)), size: labelSize, weight: bold}
}

// where is a rule by its citation and title.
func (p *proofPaper) where(r ProofRule) string {
	return r.Citation + p.pick("　", ": ") + r.Title
}

func (p *proofPaper) ruleTexts(r ProofRule, none string) []para {
	texts := []para{strong(p.where(r))}
	if r.Quote != "" {
		texts = append(texts, quote(r.Quote))
	}
	if r.Reason != "" {
		texts = append(texts, plain(r.Reason))
	}
	texts = append(texts, labelled(p.say("outcome"), p.outcome(r.Outcome, none))...)
	mark := p.say("confidence") + p.say("confidence/"+string(r.Confidence))
	if r.Reading != "" {
		mark = p.joined(mark, p.say("reading")+r.Reading)
	}
	if r.Rulebook != "" {
		mark = p.joined(mark, p.say("extension")+r.Rulebook)
	}
	sure := small(mark)
	if r.Confidence != rule.Confirmed {
		sure.weight = bold
	}
	return append(append(texts, sure), labelled(p.say("note"), r.Note)...)
}

func (p *proofPaper) duties() {
	if len(p.doc.Duties) == 0 {
		return
	}
	p.heading(p.say("duties"))
	for _, d := range p.doc.Duties {
		p.band(d.Title)
		for _, duty := range d.Duties {
			p.rowNamed([]para{p.state(duty.State)}, p.dutyTexts(duty))
		}
		switch {
		case d.NamedPerson:
			p.row("", plain(p.say("duty person")))
		case len(d.Duties) == 0:
			p.row("", plain(p.say("no duties")))
		}
		p.factRows(d.Facts, "unknown")
		if len(d.Open) > 0 {
			p.row(p.say("unknown"), small(strings.Join(d.Open, p.say("comma"))))
		}
		p.ruleRows(d.Rules, "outcome/no duty")
	}
}

func (p *proofPaper) dutyTexts(d ProofDuty) []para {
	to := d.To
	if d.ToConfirm {
		to += p.pick("［", " [") + p.say("to be confirmed") + p.pick("］", "]")
	}
	texts := []para{strong(p.joined(d.Label, p.form(d.Form)))}
	texts = append(texts, labelled(p.say("to"), to)...)
	texts = append(texts, labelled(p.say("clock"), p.clock(d.Clock, d.From))...)
	return append(texts, labelled(p.say("clauses"), strings.Join(d.Rules, p.say("comma")))...)
}

// others lists the rules that do not apply, in short.
func (p *proofPaper) others() {
	all := [][]ProofRule{p.doc.Rules}
	if p.doc.Notice != nil {
		all = append([][]ProofRule{p.doc.Notice.Rules}, all...)
	}
	for _, d := range p.doc.Duties {
		all = append(all, d.Rules)
	}
	begun := false
	for _, rules := range all {
		for _, r := range rules {
			if r.State != rule.IsExcluded {
				continue
			}
			if !begun {
				p.heading(p.say("others"))
				begun = true
			}
			p.rowNamed([]para{tiny(r.Rule)}, []para{small(p.where(r)), small(r.Reason)})
		}
	}
}

// record is what it takes to check the proof.
func (p *proofPaper) record() {
	p.heading(p.say("record"))
	for _, b := range p.doc.Books {
		texts := []para{}
		if b.Title != "" {
			texts = append(texts, plain(b.Title))
		}
		texts = append(texts, plain(b.Ref.ID+" "+b.Ref.Version), tiny(b.Ref.Digest))
		texts = append(texts, labelled(p.say("readings"), strings.Join(b.Readings, p.say("comma")))...)
		p.row(p.say("rulebook"), texts...)
	}
	p.row(p.say("digest"), tiny(p.doc.Digest))
	p.row(p.say("replay"), small(p.say("replay text")), strong(p.doc.Replay))
}

// pageHead is the title on the first page and a short heading on the others.
func (p *proofPaper) pageHead(page int) {
	if page == 0 {
		p.centered(p.left, p.right, p.top+32, bold, titleSize, p.say("title"))
		return
	}
	about := p.joined(p.say("title"), p.doc.Case, p.say("version", p.doc.Version), p.say("status/"+p.doc.Status))
	for _, line := range wrap(p.printable(about), p.right-p.left, p.measure(regular, labelSize))[:1] {
		p.text(p.left, p.top+10, regular, labelSize, line)
	}
}

func (p *proofPaper) pageFoot(page, of int) {
	p.centered(p.left, p.right, p.bottom-8, regular, labelSize, fmt.Sprintf("%d / %d", page, of))
	made := p.joined("MIMAMORI", p.doc.Case, p.say("version", p.doc.Version), "SHA-256 "+p.doc.Digest)
	for _, line := range wrap(p.printable(made), p.right-p.left, p.measure(regular, 5.5))[:1] {
		p.centered(p.left, p.right, p.bottom, regular, 5.5, line)
	}
}
