package app

import (
	"encoding/json"
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/deadline"
	"mimamori/internal/ledger"
	"mimamori/internal/openvalue"
	"mimamori/internal/readings"
	"mimamori/internal/render"
	"mimamori/internal/rule"
)

// App runs the use cases on a store.
type App struct {
	Store     Store
	Clock     func() time.Time // now; the day is told in Asia/Tokyo
	Passwords Passwords
	Law       *rule.Law // the rulebooks in force
	// Texts returns a rulebook that is built into the program by its digest, for
	// determinations whose rulebook the store does not hold: fault.NotFound when
	// it is not built in either. nil: none is.
	Texts    func(digest string) (rule.BookText, error)
	Calendar *deadline.Calendar          // days of national offices
	Readings map[string]readings.Reading // of unclear texts of the law, by id
	Values   []openvalue.OpenValue       // what the company must still obtain or confirm
	Forms    *FormCatalogue              // the forms built in
	Feed     FeedReader
	Courier  Courier          // nil: nothing is fetched
	Renderer *render.Renderer // nil when the fonts are not built in: PDFs are then refused with a reason
	Mail     Mailer           // nil: nobody is told by mail
	Address  string           // under which people reach the page, for links in mail: "https://mimamori.example.jp"

	names nameIndex // what proposals are made from
}

// Passwords hashes and compares passwords.
type Passwords interface {
	// Check refuses weak passwords with an Invalid error at /password.
	Check(password, email string) error
	Hash(password string) (string, error)
	Match(password, hash string) (bool, error)
}

// Actor is who asks for a use case.
type Actor struct {
	UserID string
	Name   string
	Roles  []Role
	Via    string // "web", "api", "cli" or "job"
	System bool   // the system itself, on its own schedule; may do everything
}

// System is the actor of background work.
var System = Actor{UserID: "system", Name: "Mimamori", Via: "job", System: true}

// Today returns the day in Tokyo.
func (a *App) Today() caldate.Date { return caldate.Of(a.Clock(), caldate.Tokyo) }

// now is the instant in the precision that every database keeps.
func (a *App) now() time.Time { return a.Clock().UTC().Truncate(time.Microsecond) }

func (by Actor) ledger() ledger.Actor {
	return ledger.Actor{ID: by.UserID, Name: by.Name, Via: by.Via}
}

// entry builds a ledger entry; before and after are records or nil.
func (by Actor) entry(action string, subject ledger.Subject, before, after any, reason string) ledger.Entry {
	return ledger.Entry{
		Actor: by.ledger(), Action: action, Subject: subject,
		Before: asJSON(before), After: asJSON(after), Reason: reason,
	}
}

// asJSON writes a record for the ledger. Records are plain data, so writing
// them cannot fail.
func asJSON(record any) json.RawMessage {
	if record == nil {
		return nil
	}
	data, err := json.Marshal(record)
	if err != nil {
		panic("record cannot be written as JSON: " + err.Error())
	}
	return data
}
