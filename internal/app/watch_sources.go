package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"mimamori/internal/ident"
	"mimamori/internal/ledger"
)

// Hourly tells of what is due promptly and of sources whose state changed: they
// grow old also when no import ever runs again.
func (a *App) Hourly(ctx context.Context) error {
	if err := a.WatchSources(ctx); err != nil {
		return err
	}
	if _, err := a.ProposeProducts(ctx); err != nil {
		return err
	}
	return a.EscalateTargets(ctx)
}

// WatchSources tells of every source whose state is another one than people
// were told.
func (a *App) WatchSources(ctx context.Context) error { return a.Store.Write(ctx, a.watchSources) }

// sourceStanding is a state with its reasons, as the ledger has it.
type sourceStanding struct {
	State   SourceState `json:"state"`
	Reasons []string    `json:"reasons"` // names of feeds, canaries; sorted
}

// watchSources records each change of a source's state once, and tells those
// who import data.
func (a *App) watchSources(ctx context.Context, tx Tx) error {
	sources, err := a.sourcesView(ctx, tx)
	if err != nil {
		return err
	}
	at := a.now() // one instant for all: it names the message of each person
	var notices []SourceNotice
	for _, s := range sources {
		before, after := standingTold(s.Told), standingOf(s)
		if before.text() == after.text() {
			continue
		}
		tx.Record(System.entry("source.state", ledger.Subject{Kind: "source", ID: s.Name, Name: s.Name}, before, after, ""))
		health := s.SourceHealth
		health.Told = after.text()
		if err := tx.PutSource(ctx, health); err != nil {
			return err
		}
		isNew := func(reason string) bool { return !slices.Contains(before.Reasons, reason) }
		expected := after.State == SourceNever || before.State == SourceNever && after.State == SourceGood // switched on, and what it is for
		if !expected && (before.State != after.State || slices.ContainsFunc(after.Reasons, isNew)) {
			notices = append(notices, SourceNotice{Source: s.Name, Before: before.State, After: after.State, Reasons: after.Reasons, CreatedAt: at})
		}
	}
	return a.tellSources(ctx, tx, notices)
}

// standingOf is what people are to be told of a source.
func standingOf(s SourceView) sourceStanding {
	standing := sourceStanding{State: s.State, Reasons: []string{}}
	if s.State == SourceGood {
		return standing
	}
	for _, f := range s.Feeds {
		if worse[f.State] > worse[SourceGood] {
			standing.Reasons = append(standing.Reasons, f.Name)
		}
	}
	standing.Reasons = append(standing.Reasons, s.CanariesMissing...)
	slices.Sort(standing.Reasons)
	return standing
}

func (s sourceStanding) text() string {
	return strings.Join(append([]string{string(s.State)}, s.Reasons...), "\n")
}

// standingTold reads what text wrote; of a source that nobody was told of,
// nothing came yet.
func standingTold(text string) sourceStanding {
	if text == "" {
		return sourceStanding{State: SourceNever, Reasons: []string{}}
	}
	lines := strings.Split(text, "\n")
	return sourceStanding{State: SourceState(lines[0]), Reasons: lines[1:]}
}

// tellSources keeps a notice for everybody who imports data, and asks for mail.
func (a *App) tellSources(ctx context.Context, tx Tx, changes []SourceNotice) error {
	if len(changes) == 0 {
		return nil
	}
	users, err := tx.Users(ctx)
	if err != nil {
		return err
	}
	var notices []SourceNotice
	for _, u := range users {
		if u.Disabled || !May(u.Roles, ImportFeeds) {
			continue
		}
		for _, n := range changes {
			n.ID, n.UserID = ident.New(), u.ID
			notices = append(notices, n)
		}
		if a.Mail != nil {
			if err := tx.Enqueue(ctx, Job{Kind: JobSourceMail, ID: letterID(u.ID, changes[0].CreatedAt)}); err != nil {
				return err
			}
		}
	}
	return tx.AddSourceNotices(ctx, notices)
}

// sourceNoticesShown is how many notices of a person are looked at.
const sourceNoticesShown = 50

// sourceNoticesAt returns what a person was told of sources at an instant and
// was not mailed yet.
func (a *App) sourceNoticesAt(ctx context.Context, userID string, at time.Time) ([]SourceNotice, error) {
	notices, _, err := a.Store.SourceNotices(ctx, userID, sourceNoticesShown)
	return slices.DeleteFunc(notices, func(n SourceNotice) bool { return !n.CreatedAt.Equal(at) || !n.MailedAt.IsZero() }), err
}
