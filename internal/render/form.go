package render

import (
	"fmt"
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/report"
)

// Sizes of the printed form in points.
const (
	bodySize, bodyLine   = 9.0, 13.0
	labelSize, labelLine = 8.0, 10.5
	subSize, subLine     = 7.5, 10.0
	smallSize            = 6.5
	titleSize            = 14.0
	padding              = 4.5
	ruleWidth            = 0.4
	frameWidth           = 1.0
)

// maxPages keeps a text of nothing but line ends from filling the memory.
const maxPages = 300

// Document is what Form prints.
type Document struct {
	Form  *report.Form
	Draft report.Draft
}

// Form prints a report in the shape of the official paper: A4, ruled boxes,
// texts too long for their box on annex pages (別紙). Anything but an approval
// that stands is marked as a draft on every page.
//
// Errors: fault.Invalid when the draft is not one of this form edition, or
// would take more than 300 pages.
func (r *Renderer) Form(doc Document) ([]byte, error) {
	form, draft := doc.Form, doc.Draft
	if draft.Form != form.ID || draft.Edition != form.Edition {
		return nil, fault.New(fault.Invalid, "the report is on %s edition %s, not on %s edition %s", draft.Form, draft.Edition, form.ID, form.Edition)
	}
	if err := r.load(); err != nil {
		return nil, err
	}
	p := &paper{
		form: form, draft: draft, texts: draft.Texts(),
		digest: report.Digest(draft), signed: report.Stands(draft),
	}
	page := form.Layout.Page
	p.left, p.right = page.Left*mm, (page.Width-page.Right)*mm
	p.top, p.bottom = page.Top*mm, (page.Height-page.Bottom)*mm
	p.title = form.FullTitle(p.texts)
	var made time.Time
	if p.signed {
		made = draft.Approval.At.In(caldate.Tokyo)
	}
	p.drawing = r.draw(page.Width*mm, page.Height*mm, form.Heading+" "+p.title, made)
	p.rows()
	p.closing()
	p.approval()
	p.annexes()
	pages := p.pages(54, 22, 26)
	if len(pages) > maxPages {
		return nil, fault.New(fault.Invalid, "the report takes %d pages, the most is %d: shorten the longest texts and attach documents instead", len(pages), maxPages)
	}
	p.print(pages, p.head, p.foot)
	return p.bytes()
}

// paper is one report on its way to pages.
type paper struct {
	sheet
	form   *report.Form
	draft  report.Draft
	texts  map[string]string
	digest string
	signed bool
	title  string

	annexed []annex
}

// annex is a text that did not fit its box.
type annex struct {
	title, text string
	table       *grid // instead of a text
}

// display returns the text of a field as it is printed.
func (p *paper) display(f report.Field) string {
	return p.printable(p.form.Display(f, p.texts[f.Key]))
}

func (p *paper) rows() {
	for _, row := range p.form.Layout.Rows {
		if row.Section != "" {
			p.section(row.Section)
			continue
		}
		cells := make([]box, len(row.Cells))
		width := (p.right - p.left) / float64(len(row.Cells))
		height := p.form.Layout.RowHeight * mm
		for i, cell := range row.Cells {
			cells[i] = p.box(cell, p.left+float64(i)*width, width)
			height = max(height, cells[i].height())
		}
		p.blocks = append(p.blocks, block{height: height, framed: true, draw: func(y float64) {
			for _, c := range cells {
				c.draw(p, y, height)
			}
		}})
	}
}

func (p *paper) section(number string) {
	const height = 17.0
	for _, s := range p.form.Sections {
		if s.Number == number {
			p.blocks = append(p.blocks, block{height: height, framed: true, withNext: true, draw: func(y float64) {
				p.fill(p.left, y, p.right-p.left, height, 0.88)
				p.frame(p.left, y, p.right-p.left, height, ruleWidth)
				p.text(p.left+padding+1, y+12, bold, bodySize+0.5, number+"　"+s.Ja)
			}})
		}
	}
}

// closing is the block of the reporter below the boxes.
func (p *paper) closing() {
	c := p.form.Layout.Closing
	const nameWidth, line = 150.0, 15.0
	type entry struct {
		name, note string
		text       []string
	}
	var entries []entry
	at := p.left + (p.right-p.left)*0.36
	height := 76.0
	for _, key := range c.Lines {
		f, _ := p.form.Field(key)
		e := entry{name: f.Ja, note: c.Notes[key], text: p.fitText(f, p.display(f), p.right-at-nameWidth, 3, bodySize+1)}
		entries = append(entries, e)
		height += max(1, float64(len(e.text))) * line
	}
	day, _ := p.form.Field(c.Date)
	date := p.cut(p.display(day), 200, bodySize+1) // stands in full in its box
	to, _ := p.form.Field(c.Addressee)
	addressee := p.fitText(to, p.display(to), p.right-p.left-2*padding, 2, bodySize+1.5)
	height += float64(len(addressee)) * line
	p.blocks = append(p.blocks, block{height: height, draw: func(y float64) {
		p.text(p.left+padding, y+24, regular, bodySize+1, c.Declaration)
		p.text(p.left+padding+18, y+44, regular, bodySize+1, date)
		y += 64
		for _, e := range entries {
			p.text(at, y, regular, bodySize+0.5, e.name)
			if e.note != "" {
				p.text(at+24, y, regular, smallSize, e.note)
			}
			for _, text := range e.text {
				p.text(at+nameWidth, y, regular, bodySize+1, text)
				y += line
			}
			if len(e.text) == 0 {
				y += line
			}
		}
		for i, text := range addressee {
			p.text(p.left+padding, y+13+float64(i)*line, regular, bodySize+1.5, text)
		}
	}})
}

// cut returns as much of text as fits one line of that width.
func (p *paper) cut(text string, width, size float64) string {
	lines := wrap(text, width, p.measure(regular, size))
	if len(lines) == 0 {
		return ""
	}
	return lines[0]
}

// approval shows who signed the report with what meaning, once it is approved.
func (p *paper) approval() {
	if !p.signed {
		return
	}
	type line struct{ meaning, name, at string }
	day := func(at time.Time) string { return at.In(caldate.Tokyo).Format("2006年1月2日 15:04") }
	var lines []line
	for _, s := range p.draft.Signatures() {
		meaning := s.Meaning
		if meaning == "" { // an approval from before there were three signatures
			meaning = report.MeansApproved
		}
		lines = append(lines, line{meaning.Words().Ja, p.cut(p.printable(s.Name), 100, labelSize), day(s.At)})
	}
	const each, width = 17.0, 250.0
	height := each * float64(len(lines))
	p.blocks = append(p.blocks, block{height: height + 10, draw: func(y float64) {
		y += 10
		x := p.right - width
		p.frame(x, y, width, height, ruleWidth)
		p.line(x+44, y, x+44, y+height, ruleWidth)
		for i, line := range lines {
			if i > 0 {
				p.line(x, y+each*float64(i), p.right, y+each*float64(i), ruleWidth)
			}
			base := y + each*float64(i) + 12
			p.centered(x, x+44, base, regular, labelSize, line.meaning)
			p.text(x+44+padding, base, regular, labelSize+0.5, line.name)
			p.text(p.right-padding-p.width(regular, labelSize, line.at), base, regular, labelSize, line.at)
		}
	}})
}

func (p *paper) annexes() {
	for i, a := range p.annexed {
		title := fmt.Sprintf("別紙(%d)　%s", i+1, a.title)
		const height = 17.0
		p.blocks = append(p.blocks,
			block{height: 12, newPage: i == 0, withNext: true, draw: func(float64) {}},
			block{height: height, framed: true, withNext: true, draw: func(y float64) {
				p.fill(p.left, y, p.right-p.left, height, 0.88)
				p.frame(p.left, y, p.right-p.left, height, ruleWidth)
				p.text(p.left+padding+1, y+12, bold, bodySize+0.5, title)
			}})
		if a.table != nil {
			p.annexTable(*a.table)
			continue
		}
		lines := wrap(a.text, p.right-p.left-4*padding, p.measure(regular, bodySize))
		for n, line := range lines {
			above, below := 0.0, 0.0
			if n == 0 {
				above = padding
			}
			if n == len(lines)-1 {
				below = padding
			}
			p.blocks = append(p.blocks, block{height: bodyLine + above + below, framed: true, draw: func(y float64) {
				p.text(p.left+2*padding, y+above+bodyLine-3.5, regular, bodySize, line)
			}})
		}
	}
}

// annexTable sets a table on annex pages, row by row.
func (p *paper) annexTable(g grid) {
	p.blocks = append(p.blocks, block{height: gridHead, framed: true, withNext: true, draw: func(y float64) { g.drawHead(p, y) }})
	for i := range g.rows {
		p.blocks = append(p.blocks, block{height: g.rowHeight(i), framed: true, draw: func(y float64) { g.drawRow(p, i, y) }})
	}
}
