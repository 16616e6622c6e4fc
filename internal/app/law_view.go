package app

import (
	"fmt"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/rule"

	"github.com/goccy/go-yaml"
)

// LawView is what the program decides by.
type LawView struct {
	Rulebooks []LawBook   `json:"rulebooks"`
	Calendar  LawCalendar `json:"calendar"`
}

// LawBook is one rulebook in force.
type LawBook struct {
	ID         string     `json:"id"`
	Version    string     `json:"version"`
	Digest     string     `json:"digest"`
	Title      Words      `json:"title"`
	Company    bool       `json:"company"` // a rule of the company, not of the law
	Extends    string     `json:"extends"` // rulebook beside whose rules its own stand, or ""
	Instrument Instrument `json:"instrument"`
	Readings   []string   `json:"readings"` // that hold for every rule
	Rules      []LawRule  `json:"rules"`    // in the order of the text
}

// Instrument is the text of the law that a rulebook implements.
type Instrument struct {
	Title  string `json:"title"` // in Japanese, the official one
	LawID  string `json:"law_id"`
	TextOf string `json:"text_of"` // day of the text that was read
}

// LawRule is one provision as the program has it.
type LawRule struct {
	ID         string          `json:"id"`
	Item       string          `json:"item"`
	Title      Words           `json:"title"`
	Citation   Words           `json:"citation"`
	Quote      string          `json:"quote"` // in the original language
	InForce    InForce         `json:"in_force"`
	Confidence rule.Confidence `json:"confidence"`
	Reading    string          `json:"reading"` // "" for none
	Note       Words           `json:"note"`
}

// InForce are the awareness days that a rule decides, half-open.
type InForce struct {
	From  caldate.Date `json:"from"`  // zero: not known, it decides every earlier day too
	Until caldate.Date `json:"until"` // zero: still in force
}

// LawCalendar is the calendar of national offices.
type LawCalendar struct {
	ID         string         `json:"id"`
	Version    string         `json:"version"`
	Digest     string         `json:"digest"`
	Title      Words          `json:"title"`
	FirstYear  int            `json:"first_year"`
	LastYear   int            `json:"last_year"`
	Provisions []LawProvision `json:"provisions"`
}

// LawProvision is one rule of the calendar.
type LawProvision struct {
	ID         string `json:"id"`
	Name       Words  `json:"name"`
	Citation   Words  `json:"citation"`
	From       int    `json:"from"`  // first year
	Until      int    `json:"until"` // first year no longer in force, 0: still is
	Confidence string `json:"confidence"`
}

// LawView returns every rulebook in force with its rules.
func (a *App) LawView() (LawView, error) {
	view := LawView{Rulebooks: []LawBook{}, Calendar: a.lawCalendar()}
	for _, text := range a.Law.Texts {
		book, err := a.lawBook(text)
		if err != nil {
			return LawView{}, err
		}
		view.Rulebooks = append(view.Rulebooks, book)
	}
	return view, nil
}

// lawBook shows a rulebook file: its head as it stands there, its rules as they
// were checked and joined.
func (a *App) lawBook(text rule.BookText) (LawBook, error) {
	var head struct {
		Title struct {
			Ja string `yaml:"ja"`
			En string `yaml:"en"`
		} `yaml:"title"`
		Extends    string `yaml:"extends"`
		Instrument struct {
			Title  string `yaml:"title"`
			LawID  string `yaml:"law_id"`
			TextOf string `yaml:"text_of"`
		} `yaml:"instrument"`
		Readings []string `yaml:"readings"`
	}
	if err := yaml.Unmarshal(text.Text, &head); err != nil {
		return LawBook{}, fmt.Errorf("%s was read when the server started, and not now: %w", text.Path, err)
	}
	book := LawBook{
		ID: text.Ref.ID, Version: text.Ref.Version, Digest: text.Ref.Digest, Title: Words(head.Title), Company: text.Company,
		Extends: head.Extends, Instrument: Instrument(head.Instrument), Readings: append([]string{}, head.Readings...), Rules: []LawRule{},
	}
	for _, r := range a.rulesOf(text.Ref.ID, head.Extends) {
		book.Rules = append(book.Rules, lawRule(r))
	}
	return book, nil
}

// rulesOf returns the rules of a rulebook by its id; those of an extension
// stand in the rulebook that it extends.
func (a *App) rulesOf(id, extends string) []rule.Rule {
	switch {
	case extends != "" || id == a.Law.Case.ID:
		from := id
		if extends == "" {
			from = ""
		}
		var rules []rule.Rule
		for _, r := range a.Law.Case.Rules {
			if r.Rulebook == from {
				rules = append(rules, r)
			}
		}
		return rules
	case a.Law.Notice != nil && a.Law.Notice.Ref().ID == id:
		return a.Law.Notice.Rules()
	}
	for _, book := range a.dutyBooks() {
		if book.Ref().ID == id {
			return book.Rules()
		}
	}
	return nil
}

func lawRule(r rule.Rule) LawRule {
	v := LawRule{
		ID: r.ID, Item: r.Item, Title: words(r.Title), Citation: words(r.Citation), Quote: r.Quote,
		Confidence: r.Confidence, Reading: r.Reading, Note: words(r.Note),
	}
	if r.From != nil {
		v.InForce.From = *r.From
	}
	if r.Until != nil {
		v.InForce.Until = *r.Until
	}
	return v
}

func (a *App) lawCalendar() LawCalendar {
	c := a.Calendar
	v := LawCalendar{
		ID: c.ID, Version: c.Version, Digest: c.Digest, Title: Words{c.JA, c.EN}, FirstYear: c.FirstYear, LastYear: c.LastYear, Provisions: []LawProvision{},
	}
	for _, p := range c.Provisions {
		v.Provisions = append(v.Provisions, LawProvision{
			ID: p.ID, Name: Words{p.JA, p.EN}, Citation: Words{p.CitationJA, p.CitationEN}, From: p.From, Until: p.Until, Confidence: p.Confidence,
		})
	}
	return v
}

// notThere is the error for something of the law that the program does not have.
func notThere(id string) error {
	return fault.New(fault.NotFound, "the program has no %q", id)
}
