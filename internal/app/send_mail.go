package app

import (
	"context"
	"time"
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
