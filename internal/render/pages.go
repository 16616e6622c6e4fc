package render

import (
	"fmt"

	"mimamori/internal/report"
)

func annexReference(n int) string { return fmt.Sprintf("別紙(%d)のとおり", n) }

// sheet is a document on its way to pages: blocks between margins, from the
// upper edge to the lower.
type sheet struct {
	*drawing
	left, right, top, bottom float64 // of what is printed
	blocks                   []block
}

// block is a piece of the document that is not divided between pages.
type block struct {
	height   float64
	draw     func(y float64)
	under    func(y float64) // drawn before the texts of the page, nil for nothing
	framed   bool            // stands inside the heavy frame
	withNext bool            // not the last on its page
	newPage  bool
}

// placed is a block with its place on a page.
type placed struct {
	block
	y float64
}

// pages sets the blocks on pages; firstHead, laterHead and foot are the heights
// of what stands above and below them.
func (s *sheet) pages(firstHead, laterHead, foot float64) [][]placed {
	var pages [][]placed
	y, limit := 0.0, s.bottom-foot
	for i := 0; i < len(s.blocks); i++ {
		// A block that must not end a page moves together with the next ones.
		need, j := s.blocks[i].height, i
		for s.blocks[j].withNext && j+1 < len(s.blocks) {
			j++
			need += s.blocks[j].height
		}
		if len(pages) == 0 || s.blocks[i].newPage || y+need > limit {
			y = s.top + laterHead
			if len(pages) == 0 {
				y = s.top + firstHead
			}
			pages = append(pages, nil)
		}
		for ; i <= j; i++ {
			pages[len(pages)-1] = append(pages[len(pages)-1], placed{s.blocks[i], y})
			y += s.blocks[i].height
		}
		i = j
	}
	return pages
}

// print draws the pages; head gets the number of the page from 0, foot from 1
// and how many there are.
func (s *sheet) print(pages [][]placed, head func(page int), foot func(page, of int)) {
	for n, blocks := range pages {
		s.page()
		head(n)
		for _, b := range blocks {
			if b.under != nil {
				b.under(b.y)
			}
		}
		for _, b := range blocks {
			b.draw(b.y)
		}
		for i := 0; i < len(blocks); i++ {
			if !blocks[i].framed {
				continue
			}
			top := blocks[i].y
			for i+1 < len(blocks) && blocks[i+1].framed {
				i++
			}
			s.frame(s.left, top, s.right-s.left, blocks[i].y+blocks[i].height-top, frameWidth)
		}
		foot(n+1, len(pages))
	}
}

// head is the title on the first page and a short heading on the others.
func (p *paper) head(page int) {
	if page == 0 {
		p.text(p.left, p.top+10, regular, bodySize, p.form.Heading)
		size := titleSize * min(1, (p.right-p.left)/p.width(bold, titleSize, p.title)) // the title of form 10 is longer than a line
		p.centered(p.left, p.right, p.top+36, bold, size, p.title)
	} else {
		p.text(p.left, p.top+10, regular, labelSize, p.form.Heading+"　"+p.title)
	}
	if p.signed {
		return
	}
	state := p.draft.State
	if state == report.Approved { // the content is not the one that was signed
		state = report.Drafting
	}
	text := state.Words().Ja + "（未承認）"
	w := p.width(regular, labelSize, text) + 4*padding
	p.frame(p.right-w, p.top, w, 14, ruleWidth)
	p.centered(p.right-w, p.right, p.top+10, regular, labelSize, text)
}

func (p *paper) foot(page, of int) {
	p.centered(p.left, p.right, p.bottom-8, regular, labelSize, fmt.Sprintf("%d / %d", page, of))
	made := fmt.Sprintf("MIMAMORI　%s %s　第%d報　第%d版　SHA-256 %s", p.form.ID, p.form.Edition, p.draft.Number(), p.draft.Version, p.digest)
	p.centered(p.left, p.right, p.bottom, regular, 5.5, made)
}
