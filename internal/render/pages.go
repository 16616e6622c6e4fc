package render

import (
	"fmt"

	"mimamori/internal/report"
)

func annexReference(n int) string { return fmt.Sprintf("別紙(%d)のとおり", n) }

// placed is a block with its place on a page.
type placed struct {
	block
	y float64
}

// pages sets the blocks on pages.
func (p *paper) pages() [][]placed {
	const firstHead, laterHead, foot = 54.0, 22.0, 26.0
	var pages [][]placed
	y, limit := 0.0, p.bottom-foot
	for i := 0; i < len(p.blocks); i++ {
		// A block that must not end a page moves together with the next ones.
		need, j := p.blocks[i].height, i
		for p.blocks[j].withNext && j+1 < len(p.blocks) {
			j++
			need += p.blocks[j].height
		}
		if len(pages) == 0 || p.blocks[i].newPage || y+need > limit {
			y = p.top + laterHead
			if len(pages) == 0 {
				y = p.top + firstHead
			}
			pages = append(pages, nil)
		}
		for ; i <= j; i++ {
			pages[len(pages)-1] = append(pages[len(pages)-1], placed{p.blocks[i], y})
			y += p.blocks[i].height
		}
		i = j
	}
	return pages
}

func (p *paper) print(pages [][]placed) {
	for n, blocks := range pages {
		p.page()
		p.head(n)
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
			p.frame(p.left, top, p.right-p.left, blocks[i].y+blocks[i].height-top, frameWidth)
		}
		p.foot(n+1, len(pages))
	}
}

// head is the title on the first page and a short heading on the others.
func (p *paper) head(page int) {
	if page == 0 {
		p.text(p.left, p.top+10, regular, bodySize, p.form.Heading)
		p.centered(p.left, p.right, p.top+36, bold, titleSize, p.title)
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
	made := fmt.Sprintf("MIMAMORI　%s %s　第%d版　SHA-256 %s", p.form.ID, p.form.Edition, p.draft.Version, p.digest)
	p.centered(p.left, p.right, p.bottom, regular, 5.5, made)
}
