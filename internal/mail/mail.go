// Package mail hands messages to an SMTP server.
package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"
	"time"
	"unicode"

	"mimamori/internal/app"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/log"
)

// Security says how the connection to the server is protected.
type Security string

// The ways. There is none that falls back to plain text by itself.
const (
	Required Security = "required" // STARTTLS; a server without it gets nothing
	Implicit Security = "implicit" // TLS from the first byte, usually port 465
	Loopback Security = "loopback" // plain, and only to this machine
)

// Config says where mail goes and in whose name.
type Config struct {
	Server   string // host:port
	From     string // address, may have a name: みまもり <mimamori@example.jp>
	User     string // "": the server asks for no sign-in
	Password string
	Security Security
	Timeout  time.Duration  // for the connection and for each answer of the server; 0 means 20 s
	Roots    *x509.CertPool // whose certificates are trusted; nil: those the system trusts
}

const timeout = 20 * time.Second

// Sender sends mail over SMTP. It keeps no connection between messages.
type Sender struct {
	client *mail.Client
	from   netmail.Address
}

var _ app.Mailer = (*Sender)(nil)

// New returns a sender, or an error that lists everything that is wrong with
// the configuration. It does not call the server.
func New(c Config) (*Sender, error) {
	host, port, errServer := address(c.Server)
	from, errFrom := mailbox(c.From)
	err := errors.Join(errServer, errFrom, security(c, host))
	if (c.User == "") != (c.Password == "") {
		err = errors.Join(err, errors.New("a user name and a password go together: give --mail-user and MIMAMORI_MAIL_PASSWORD, or neither"))
	}
	if err != nil {
		return nil, err
	}
	if c.Timeout == 0 {
		c.Timeout = timeout
	}
	options := []mail.Option{
		mail.WithPort(port), mail.WithTimeout(c.Timeout), mail.WithHELO("localhost"), // no name of this machine goes out
		mail.WithTLSConfig(&tls.Config{ServerName: host, RootCAs: c.Roots, MinVersion: tls.VersionTLS12}),
		mail.WithLogger(silent{}),
	}
	switch c.Security {
	case Required:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	case Implicit:
		options = append(options, mail.WithSSL())
	case Loopback:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	}
	if c.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(c.User), mail.WithPassword(c.Password))
	}
	client, err := mail.NewClient(host, options...)
	if err != nil {
		return nil, err
	}
	return &Sender{client: client, from: from}, nil
}

func address(server string) (host string, port int, err error) {
	host, portText, err := net.SplitHostPort(server)
	if err == nil {
		port, err = strconv.Atoi(portText)
	}
	if err != nil || host == "" || port < 1 || port > 65535 {
		return "", 0, fmt.Errorf("mail server %q: give its name and port, for example mail.example.jp:587", server)
	}
	return host, port, nil
}

func mailbox(text string) (netmail.Address, error) {
	if strings.ContainsFunc(text, unicode.IsControl) {
		return netmail.Address{}, fmt.Errorf("mail address %q: a line break or control character does not belong there", text)
	}
	parsed, err := netmail.ParseAddress(text)
	if err != nil {
		return netmail.Address{}, fmt.Errorf("mail address %q: write it like mimamori@example.jp", text)
	}
	return *parsed, nil
}

func security(c Config, host string) error {
	switch c.Security {
	case Required, Implicit:
		return nil
	case Loopback:
		if ip := net.ParseIP(host); host == "localhost" || (ip != nil && ip.IsLoopback()) {
			return nil
		}
		return fmt.Errorf("mail server %q is not this machine: without TLS mail goes to 127.0.0.1, ::1 or localhost only", c.Server)
	default:
		return fmt.Errorf("mail security %q: choose required, implicit or loopback", c.Security)
	}
}

// Send hands one message to the server. Addresses and subjects with line
// breaks or other control characters are refused: they could smuggle headers.
func (s *Sender) Send(ctx context.Context, m app.Mail) error {
	message, err := s.message(m)
	if err != nil {
		return err
	}
	client, err := s.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("the mail server cannot be used: %w", err)
	}
	if err := s.client.SendWithSMTPClient(client, message); err != nil {
		return errors.Join(fmt.Errorf("the mail server did not take the message: %w", err), client.Close())
	}
	_ = client.Quit() // the message is taken: a farewell that fails must not send it again
	return nil
}

func (s *Sender) message(m app.Mail) (*mail.Msg, error) {
	to, err := mailbox(m.To)
	for _, text := range []string{m.ID, m.Subject} {
		if strings.ContainsFunc(text, unicode.IsControl) {
			err = errors.Join(err, fmt.Errorf("header %q: a line break or control character does not belong there", text))
		}
	}
	if err != nil {
		return nil, err
	}
	message := mail.NewMsg(mail.WithEncoding(mail.EncodingB64), mail.WithNoDefaultUserAgent())
	message.FromMailAddress(&s.from)
	message.ToMailAddress(&to)
	message.Subject(m.Subject)
	_, domain, _ := strings.Cut(s.from.Address, "@")
	message.SetMessageIDWithValue(m.ID + "@" + domain) // the same at every try: readers drop the second copy
	message.SetDateWithValue(m.At)
	message.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers
	message.SetBodyString(mail.TypeTextPlain, strings.ReplaceAll(m.Text, "\n", "\r\n"))
	return message, nil
}

// silent keeps the talk with the server, which has addresses, out of every log.
type silent struct{}

func (silent) Debugf(log.Log) {}
func (silent) Infof(log.Log)  {}
func (silent) Warnf(log.Log)  {}
func (silent) Errorf(log.Log) {}
