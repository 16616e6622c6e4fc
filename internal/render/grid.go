package render

import (
	"mimamori/internal/report"
)

// grid is a table of a form: its columns share a width, its cells are divided
// into lines.
type grid struct {
	x       float64
	columns []report.Column
	widths  []float64
	rows    [][][]string // by row and column: the lines of the cell
}

const gridHead = subLine + padding

// grid sets the rows of a table that stands at x.
func (p *paper) grid(f report.Field, x, width float64) grid {
	g := grid{x: x, columns: f.Columns, widths: make([]float64, len(f.Columns))}
	total := 0.0
	share := func(c report.Column) float64 {
		if c.Share == 0 {
			return 1
		}
		return c.Share
	}
	for _, c := range f.Columns {
		total += share(c)
	}
	for i, c := range f.Columns {
		g.widths[i] = width * share(c) / total
	}
	for _, row := range report.Rows(p.texts[f.Key]) {
		cells := make([][]string, len(f.Columns))
		for i, c := range f.Columns {
			if i < len(row) {
				cells[i] = wrap(p.printable(c.Display(row[i])), g.widths[i]-2*padding, p.measure(regular, bodySize))
			}
		}
		g.rows = append(g.rows, cells)
	}
	return g
}

func (g grid) rowHeight(row int) float64 {
	lines := 1
	for _, cell := range g.rows[row] {
		lines = max(lines, len(cell))
	}
	return float64(lines)*bodyLine + padding
}

func (g grid) height() float64 {
	h := gridHead
	for i := range g.rows {
		h += g.rowHeight(i)
	}
	return h
}

// lines counts the printed lines below the head.
func (g grid) lines() int { return int((g.height() - gridHead) / bodyLine) }

func (g grid) drawHead(p *paper, y float64) {
	x := g.x
	for i, c := range g.columns {
		p.text(x+padding, y+gridHead-padding, regular, subSize, p.cut(c.Ja, g.widths[i]-2*padding, subSize))
		x += g.widths[i]
		if i < len(g.columns)-1 {
			p.line(x, y, x, y+gridHead, ruleWidth)
		}
	}
}

func (g grid) drawRow(p *paper, row int, y float64) {
	height := g.rowHeight(row)
	x := g.x
	p.line(x, y, x+g.width(), y, ruleWidth)
	for i, lines := range g.rows[row] {
		for n, text := range lines {
			at := x + padding
			if g.columns[i].Type == report.Number {
				at = x + g.widths[i] - padding - p.width(regular, bodySize, text)
			}
			p.text(at, y+padding/2+float64(n+1)*bodyLine-3.5, regular, bodySize, text)
		}
		x += g.widths[i]
		if i < len(g.columns)-1 {
			p.line(x, y, x, y+height, ruleWidth)
		}
	}
}

func (g grid) width() float64 {
	w := 0.0
	for _, one := range g.widths {
		w += one
	}
	return w
}
