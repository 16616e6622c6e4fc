package render

import (
	"strings"

	"mimamori/internal/report"
)

// box is one numbered box of the form, its texts divided into lines.
type box struct {
	x, width   float64
	labelWidth float64
	number     string
	label      []string
	lines      []boxLine
}

// boxLine is one line of a group's members side by side, or the one field of
// a box without a group.
type boxLine struct {
	members []member
	height  float64
}

type member struct {
	x, width float64  // of the whole member
	sub      []string // its name inside the group, nil without a group
	subWidth float64
	text     []string
	atTop    bool  // the text begins at the top; otherwise one line stands in the middle
	grid     *grid // the rows of a table instead of a text, nil for none
}

// box sets the texts of a cell that stands at x.
func (p *paper) box(cell report.Cell, x, width float64) box {
	field, _ := p.form.Field(cell.Field)
	b := box{x: x, width: width, labelWidth: p.form.Layout.LabelWidth * mm, number: field.Number}
	const numberWidth = 20
	b.label = wrap(field.Ja, b.labelWidth-numberWidth-2*padding, p.measure(regular, labelSize))
	groups := cell.Lines
	if len(groups) == 0 {
		groups = [][]string{{cell.Field}}
	}
	for _, keys := range groups {
		line := boxLine{}
		w := (width - b.labelWidth) / float64(len(keys))
		for i, key := range keys {
			m := member{x: x + b.labelWidth + float64(i)*w, width: w}
			f, _ := p.form.Field(key)
			if field.Type == report.Group {
				m.subWidth = p.form.Layout.SubLabelWidth * mm
				m.sub = wrap(f.Ja, m.subWidth-2*padding, p.measure(regular, subSize))
			}
			least, most := cell.Room(key)
			m.atTop = least > 1
			height := 0.0
			if f.Type == report.Table {
				height = m.setTable(p, f, most)
			} else {
				m.text = p.fit(f, cell.Choices, w-m.subWidth-2*padding, most)
			}
			height = max(height, float64(max(least, len(m.text)))*bodyLine, float64(len(m.sub))*subLine)
			line.height = max(line.height, height+padding)
			line.members = append(line.members, m)
		}
		b.lines = append(b.lines, line)
	}
	return b
}

// setTable sets a table and returns its height. One of more than most lines goes
// to an annex, and the box says so.
func (m *member) setTable(p *paper, f report.Field, most int) float64 {
	if g := p.grid(f, m.x+m.subWidth, m.width-m.subWidth); g.lines() <= most {
		m.grid = &g
		return g.height()
	}
	whole := p.grid(f, p.left, p.right-p.left)
	p.annexed = append(p.annexed, annex{title: strings.TrimSpace(f.Number + "　" + f.Ja), table: &whole})
	m.text = []string{annexReference(len(p.annexed))}
	return 0
}

// fit divides the text of a field into lines. A text of more than most lines
// goes to an annex, and the box says so.
func (p *paper) fit(f report.Field, choices bool, width float64, most int) []string {
	if choices && f.Type == report.Code {
		return p.choices(f, width)
	}
	return p.fitText(f, p.display(f), width, most, bodySize)
}

func (p *paper) fitText(f report.Field, text string, width float64, most int, size float64) []string {
	lines := wrap(text, width, p.measure(regular, size))
	if len(lines) <= most {
		return lines
	}
	p.annexed = append(p.annexed, annex{title: strings.TrimSpace(f.Number + "　" + f.Ja), text: text})
	return []string{annexReference(len(p.annexed))}
}

// choices shows the whole code list with the chosen entry marked; entries are
// not divided between lines. A text that is no code of the list stands behind
// it, so that nothing of a draft is lost.
func (p *paper) choices(f report.Field, width float64) []string {
	const between = "　　"
	text := p.texts[f.Key]
	var entries []string
	known := text == ""
	for _, t := range p.form.Codes[f.CodeList] {
		mark := "□ "
		if t.Code == text {
			mark, known = "■ ", true
		}
		entries = append(entries, mark+t.Ja)
	}
	if !known {
		entries = append(entries, p.fitText(f, p.printable(text), width, 2, bodySize)...)
	}
	var lines []string
	line := ""
	for _, entry := range entries {
		if line != "" && p.width(regular, bodySize, line+between+entry) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += between
		}
		line += entry
	}
	return append(lines, line)
}

func (b box) height() float64 {
	h := 0.0
	for _, line := range b.lines {
		h += line.height
	}
	return max(h, float64(len(b.label))*labelLine+padding)
}

// draw rules the box and writes its texts; height is that of its row.
func (b box) draw(p *paper, y, height float64) {
	p.fill(b.x, y, b.labelWidth, height, 0.965)
	p.frame(b.x, y, b.width, height, ruleWidth)
	p.line(b.x+b.labelWidth, y, b.x+b.labelWidth, y+height, ruleWidth)
	labelTop := y + (height-float64(len(b.label))*labelLine)/2
	p.text(b.x+padding, labelTop+labelLine-2.6, bold, labelSize, b.number)
	for i, text := range b.label {
		p.text(b.x+padding+20, labelTop+float64(i+1)*labelLine-2.6, regular, labelSize, text)
	}
	// Room left over in the row is shared out between the lines.
	spare := height
	for _, line := range b.lines {
		spare -= line.height
	}
	spare /= float64(len(b.lines))
	for n, line := range b.lines {
		h := line.height + spare
		if n > 0 {
			p.line(b.x+b.labelWidth, y, b.x+b.width, y, ruleWidth)
		}
		for i, m := range line.members {
			if i > 0 {
				p.line(m.x, y, m.x, y+h, ruleWidth)
			}
			m.draw(p, y, h)
		}
		y += h
	}
}

func (m member) draw(p *paper, y, height float64) {
	if m.sub != nil {
		p.line(m.x+m.subWidth, y, m.x+m.subWidth, y+height, ruleWidth)
		top := y + (height-float64(len(m.sub))*subLine)/2
		for i, text := range m.sub {
			p.text(m.x+padding, top+float64(i+1)*subLine-2.5, regular, subSize, text)
		}
	}
	if m.grid != nil {
		m.grid.drawHead(p, y)
		at := y + gridHead
		for i := range m.grid.rows {
			m.grid.drawRow(p, i, at)
			at += m.grid.rowHeight(i)
		}
		p.line(m.x+m.subWidth, at, m.x+m.width, at, ruleWidth)
		return
	}
	top := y + padding/2
	if len(m.text) == 1 && !m.atTop {
		top = y + (height-bodyLine)/2
	}
	for i, text := range m.text {
		p.text(m.x+m.subWidth+padding, top+float64(i+1)*bodyLine-3.5, regular, bodySize, text)
	}
}
