package render

import (
	"fmt"
	"io/fs"
	"sync"

	"github.com/signintech/gopdf"
)

// faces are the fonts of the printed forms, in the order in which a character
// is looked up. Names of fonts embedded in part begin with six letters and a
// plus sign (ISO 32000-1, 9.6.4).
var faces = []struct{ family, file string }{
	{"MIMAMR+BIZUDPGothic", "BIZUDPGothic-Regular.ttf"},
	{"MIMAMB+BIZUDPGothic-Bold", "BIZUDPGothic-Bold.ttf"},
	{"MIMAMN+NotoSansJP", "NotoSansJP-Regular.ttf"},
}

const (
	regular = iota
	bold
	fallback
)

// order of lookup for text set in the regular and in the bold face.
var lookup = [...][]int{regular: {regular, fallback}, bold: {bold, fallback, regular}}

// Renderer draws PDF files. It holds the parsed fonts, so make one per
// process; it may be used from several goroutines at once.
type Renderer struct {
	load      func() error // parses the fonts, once, for the first file
	container gopdf.FontContainer
	fonts     [3]fontMetrics
}

// New returns a renderer with the fonts of fsys (see Fonts). They are parsed
// when the first file is drawn, which takes some 15 ms and 20 MB.
//
// Error: when a font is missing; the text says to run make fonts.
func New(fsys fs.FS) (*Renderer, error) {
	for _, face := range faces {
		if _, err := fs.Stat(fsys, face.file); err != nil {
			return nil, fmt.Errorf("font %s is not built in: run `make fonts`, then build again: %w", face.file, err)
		}
	}
	r := new(Renderer)
	r.load = sync.OnceValue(func() error { return r.parse(fsys) })
	return r, nil
}

func (r *Renderer) parse(fsys fs.FS) error {
	for i, face := range faces {
		data, err := fs.ReadFile(fsys, face.file)
		if err != nil {
			return fmt.Errorf("reading font %s: %w", face.file, err)
		}
		if err := r.container.AddTTFFontData(face.family, data); err != nil {
			return fmt.Errorf("reading font %s: %w", face.file, err)
		}
		if err := r.fonts[i].parse(data); err != nil {
			return fmt.Errorf("reading font %s: %w", face.file, err)
		}
	}
	return nil
}

// fontMetrics answers which characters a font draws and how wide they are.
type fontMetrics struct {
	font gopdf.SubsetFontObj
	seen sync.Map // rune -> glyph: the search in the font's table is slow
}

// glyph is a character as one font draws it. Index 0 means it does not.
type glyph struct {
	index uint
	width float64 // of an em
}

func (m *fontMetrics) parse(data []byte) error {
	m.font.SetTtfFontOption(gopdf.TtfOption{})
	return m.font.SetTTFData(data)
}

func (m *fontMetrics) glyph(r rune) glyph {
	if g, ok := m.seen.Load(r); ok {
		return g.(glyph)
	}
	var g glyph
	if index, err := m.font.CharCodeToGlyphIndex(r); err == nil && index != 0 {
		g = glyph{index: index, width: float64(m.font.GlyphIndexToPdfWidth(index)) / 1000}
	}
	m.seen.Store(r, g)
	return g
}
