package app

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/ledger"
)

// Mailer hands one message to a mail server; package mail has one over SMTP.
type Mailer interface {
	// Send returns nil when the server took the message.
	Send(ctx context.Context, m Mail) error
}

// Mail is one message in plain text.
type Mail struct {
	ID      string // the same for every try of one message
	To      string // one address
	Subject string
	Text    string
	At      time.Time
}

// JobMail is the kind of the job that sends one message; its ID names the
// person and the run that told something.
const JobMail = "mail"

// MailState says whether mail gets through.
type MailState struct {
	Configured  bool      `json:"configured"`
	LastGoodAt  time.Time `json:"last_good_at"` // zero: never yet
	FailedSince time.Time `json:"failed_since"` // zero: the last try was good
	Problem     string    `json:"problem"`      // what the mail server or the connection said at the first failure
}

const mailStateKey = "mail-state"

func (a *App) mailState(ctx context.Context, r Reader) (MailState, error) {
	var state MailState
	err := setting(ctx, r, mailStateKey, &state)
	state.Configured = a.Mail != nil
	return state, err
}

// letterID names the message about everything that one run told a person.
func letterID(userID string, at time.Time) string {
	return userID + "." + strconv.FormatInt(at.UnixMicro(), 10)
}

// SendMail sends the message of a job: what one run told a person and is still
// open. It is tried again by the queue when it fails; what was marked as mailed
// is not sent again. A server that is killed between sending and marking sends
// the same message, with the same id, once more.
func (a *App) SendMail(ctx context.Context, id string) error {
	user, at, err := a.addressee(ctx, id)
	if err != nil || user.ID == "" {
		return err
	}
	told, err := a.toldAt(ctx, user.ID, at)
	if err != nil || len(told) == 0 {
		return err
	}
	due := make([]ObligationRow, len(told))
	ids := make([]string, len(told))
	for i, n := range told {
		due[i], ids[i] = n.Obligation, n.ID
	}
	set, err := setValues(ctx, a.Store)
	if err != nil {
		return err
	}
	letter := a.letter(user, told, set)
	letter.ID = id
	return a.post(ctx, letter, func(ctx context.Context, tx Tx) error {
		e := mailed(user, id, ids)
		for _, o := range due {
			e.Parents = append(e.Parents, subjectOfDue(o))
		}
		tx.Record(e)
		return tx.MarkMailed(ctx, ids, a.now())
	})
}

// addressee reads the id of a letter; no user says that nobody is to be written to.
func (a *App) addressee(ctx context.Context, letterID string) (User, time.Time, error) {
	if a.Mail == nil {
		return User{}, time.Time{}, nil // mail was turned off since
	}
	userID, micros, _ := strings.Cut(letterID, ".")
	at, err := strconv.ParseInt(micros, 10, 64)
	if err != nil {
		return User{}, time.Time{}, fault.Wrap(fault.Internal, err, "there is no message %q", letterID)
	}
	user, err := a.Store.User(ctx, userID)
	if err != nil || user.Disabled {
		return User{}, time.Time{}, err
	}
	return user, time.UnixMicro(at), nil
}

// post sends a letter and marks what it told.
func (a *App) post(ctx context.Context, letter Mail, mark func(context.Context, Tx) error) error {
	if err := a.Mail.Send(ctx, letter); err != nil {
		return errors.Join(err, a.mailFailed(ctx, err))
	}
	// What went out is marked also when the server is stopped at this moment:
	// otherwise it would go out again.
	return a.Store.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx Tx) error {
		if err := mark(ctx, tx); err != nil {
			return err
		}
		return tx.PutSetting(ctx, mailStateKey, asJSON(MailState{LastGoodAt: a.now()}))
	})
}

func mailed(user User, letterID string, ids []string) ledger.Entry {
	return System.entry("notifications.mailed", ledger.Subject{Kind: "user", ID: user.ID, Name: user.Name}, nil, map[string]any{"message": letterID, "ids": ids}, "")
}

// toldAt returns what a person was told at an instant, was not mailed yet and
// is still to be done.
func (a *App) toldAt(ctx context.Context, userID string, at time.Time) ([]NotificationRow, error) {
	var found []NotificationRow
	q := ListQuery{Limit: 200} // newest first
	for {
		list, err := a.Store.Notifications(ctx, userID, q)
		if err != nil {
			return nil, err
		}
		for _, n := range list.Items {
			if n.CreatedAt.Before(at) {
				return found, nil
			}
			if n.CreatedAt.Equal(at) && n.MailedAt.IsZero() && n.Obligation.State == casefile.ObligationOpen {
				found = append(found, n)
			}
		}
		if q.Cursor = list.Next; q.Cursor == "" {
			return found, nil
		}
	}
}

// mailFailed keeps since when mail does not get through; the first failure tells
// it, those after it do not tell it again.
func (a *App) mailFailed(ctx context.Context, cause error) error {
	ctx = context.WithoutCancel(ctx) // a server that hangs until the job's time is over is told, too
	return a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		before, err := a.mailState(ctx, tx)
		if err != nil || !before.FailedSince.IsZero() {
			return err
		}
		after := before
		after.FailedSince, after.Problem = a.now(), cause.Error()
		tx.Record(System.entry("mail.failed", ledger.Subject{Kind: "setting", ID: mailStateKey, Name: after.Problem}, before, after, ""))
		return tx.PutSetting(ctx, mailStateKey, asJSON(after))
	})
}
