package app

import "mimamori/internal/readings"

// ReadingView is a recorded reading (解釈) of an unclear text of the law.
type ReadingView struct {
	ID       string           `json:"id"` // "R-001"
	Title    Words            `json:"title"`
	Status   readings.Status  `json:"status"`
	Sections []ReadingSection `json:"sections"`
	Rules    []string         `json:"rules"` // what rests on it: ids of rules and rulebooks, and parts of the program
}

// ReadingSection is one part of a reading in plain text; an empty line parts
// paragraphs.
type ReadingSection struct {
	Heading Words `json:"heading"`
	Body    Words `json:"body"`
}

// Reading returns a reading by its id.
func (a *App) Reading(id string) (ReadingView, error) {
	r, ok := a.Readings[id]
	if !ok {
		return ReadingView{}, notThere(id)
	}
	view := ReadingView{ID: r.ID, Title: words(r.Title), Status: r.Status, Sections: []ReadingSection{}, Rules: r.Rules}
	for _, s := range r.Sections {
		view.Sections = append(view.Sections, ReadingSection{words(s.Heading), words(s.Body)})
	}
	return view, nil
}
