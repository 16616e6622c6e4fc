package render

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"time"

	"github.com/signintech/gopdf"
)

const mm = 72 / 25.4 // points

// drawing is one PDF being drawn. Lengths are points, the origin is the upper
// left corner; the y of a text is its baseline. The first error is kept and
// told by bytes.
type drawing struct {
	from  *Renderer
	pdf   gopdf.GoPdf
	added [3]bool               // fonts that the file holds: only those it draws from
	owner [3]map[uint]rune      // which character a glyph of each font stands for in this file
	faces [2]map[rune]placement // by weight: where a character is drawn from
	set   struct {
		face int
		size float64
	}
	err error
}

// placement is the font a character is drawn from, and its width of an em.
type placement struct {
	face  int
	width float64
	ok    bool
}

func (r *Renderer) draw(width, height float64, title string, made time.Time) *drawing {
	d := &drawing{from: r}
	d.set.face = -1
	for i := range d.owner {
		d.owner[i] = map[uint]rune{}
	}
	for i := range d.faces {
		d.faces[i] = map[rune]placement{}
	}
	d.pdf.Start(gopdf.Config{Unit: gopdf.UnitPT, PageSize: gopdf.Rect{W: width, H: height}})
	d.pdf.SetCompressLevel(zlib.BestSpeed)
	d.pdf.SetInfo(gopdf.PdfInfo{Title: title, Creator: "Mimamori", CreationDate: made})
	return d
}

// place finds the font for a character. Two characters that share a glyph in
// one font (a kanji and its radical, say) are taken from different fonts, so
// that text copied out of the file is the text that was put in.
func (d *drawing) place(weight int, r rune) placement {
	if p, ok := d.faces[weight][r]; ok {
		return p
	}
	var found placement
	for _, face := range lookup[weight] {
		g := d.from.fonts[face].glyph(r)
		if g.index == 0 {
			continue
		}
		if owner, taken := d.owner[face][g.index]; !taken || owner == r {
			d.owner[face][g.index] = r
			found = placement{face: face, width: g.width, ok: true}
			break
		} else if !found.ok {
			found = placement{face: face, width: g.width, ok: true}
		}
	}
	d.faces[weight][r] = found
	return found
}

func (d *drawing) has(r rune) bool { return d.place(regular, r).ok }

// measure returns the width function for wrap.
func (d *drawing) measure(weight int, size float64) func(rune) float64 {
	return func(r rune) float64 { return d.place(weight, r).width * size }
}

func (d *drawing) width(weight int, size float64, text string) float64 {
	w := 0.0
	for _, r := range text {
		w += d.place(weight, r).width * size
	}
	return w
}

// text draws one line that begins at x.
func (d *drawing) text(x, y float64, weight int, size float64, text string) {
	run, runAt, face := []rune{}, x, -1
	flush := func() {
		if len(run) == 0 {
			return
		}
		if !d.added[face] {
			d.note(d.pdf.AddTTFFontFromFontContainer(faces[face].family, &d.from.container))
			d.added[face] = true
		}
		if d.set.face != face || d.set.size != size {
			d.note(d.pdf.SetFont(faces[face].family, "", size))
			d.set.face, d.set.size = face, size
		}
		if d.err != nil {
			return // gopdf panics when it draws without a font
		}
		d.pdf.SetXY(runAt, y)
		d.note(d.pdf.Text(string(run)))
		run = run[:0]
	}
	for _, r := range text {
		p := d.place(weight, r)
		if !p.ok {
			continue // printable has replaced it in texts of people
		}
		if p.face != face {
			flush()
			face, runAt = p.face, x
		}
		run = append(run, r)
		x += p.width * size
	}
	flush()
}

func (d *drawing) centered(left, right, y float64, weight int, size float64, text string) {
	d.text((left+right-d.width(weight, size, text))/2, y, weight, size, text)
}

func (d *drawing) line(x1, y1, x2, y2, width float64) {
	d.pdf.SetLineWidth(width)
	d.pdf.Line(x1, y1, x2, y2)
}

func (d *drawing) frame(x, y, w, h, width float64) {
	d.pdf.SetLineWidth(width)
	d.pdf.RectFromUpperLeftWithStyle(x, y, w, h, "D")
}

func (d *drawing) fill(x, y, w, h, gray float64) {
	d.pdf.SetGrayFill(gray)
	d.pdf.RectFromUpperLeftWithStyle(x, y, w, h, "F")
	d.pdf.SetGrayFill(0)
}

func (d *drawing) page() { d.pdf.AddPage() }

func (d *drawing) note(err error) {
	if d.err == nil {
		d.err = err
	}
}

// bytes ends the file.
func (d *drawing) bytes() ([]byte, error) {
	if d.err != nil {
		return nil, fmt.Errorf("drawing PDF: %w", d.err)
	}
	var file bytes.Buffer
	if _, err := d.pdf.WriteTo(&file); err != nil {
		return nil, fmt.Errorf("writing PDF: %w", err)
	}
	return mendToUnicode(file.Bytes())
}
