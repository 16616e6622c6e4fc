package mail_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"math/big"
	"mime"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/mail"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// inbox is a real SMTP server that keeps what it gets.
type inbox struct {
	mu       sync.Mutex
	messages []string
	to       []string
	overTLS  []bool
	users    []string
	refuse   error // of every recipient
	user     string
	password string // "": nobody signs in
}

func (i *inbox) NewSession(c *smtp.Conn) (smtp.Session, error) {
	_, secure := c.TLSConnectionState()
	return &session{inbox: i, secure: secure}, nil
}

type session struct {
	*inbox
	secure   bool
	signedIn string
	rcpt     []string
}

func (s *session) Reset()        { s.rcpt = nil }
func (s *session) Logout() error { return nil }

func (s *session) AuthMechanisms() []string {
	if s.password == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.user || password != s.password {
			return smtp.ErrAuthFailed
		}
		s.signedIn = user
		return nil
	}), nil
}

func (s *session) Mail(string, *smtp.MailOptions) error {
	if s.password != "" && s.signedIn == "" {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.rcpt = append(s.rcpt, to)
	return s.refuse
}

func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages, s.to = append(s.messages, string(data)), append(s.to, s.rcpt...)
	s.overTLS, s.users = append(s.overTLS, s.secure), append(s.users, s.signedIn)
	return err
}

// serve starts the inbox on loopback and returns its address. Certificate nil:
// it knows no TLS; implicit: TLS from the first byte.
func serve(t *testing.T, i *inbox, certificate *tls.Certificate, implicit bool) string {
	t.Helper()
	s := smtp.NewServer(i)
	s.Domain = "localhost"
	if certificate != nil {
		s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*certificate}, MinVersion: tls.VersionTLS12}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if implicit {
		listener = tls.NewListener(listener, s.TLSConfig)
	}
	go func() { _ = s.Serve(listener) }()
	t.Cleanup(func() { _ = s.Close() })
	return address
}

// selfSigned makes a certificate for 127.0.0.1 and the pool that trusts it.
func selfSigned(t *testing.T) (*tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

var letter = app.Mail{
	ID: "0192-1", To: "anzen@example.jp", At: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC),
	Subject: "【期限まで5日】医療機器不具合報告書（様式第8）　輸液ポンプ𠮷田Ⅱ型の報告期限が近づいています。至急ご確認ください",
	Text: "輸液ポンプ𠮷田Ⅱ型\n.\n..点で始まる行\nFrom 行頭\n" +
		strings.Repeat("報告期限は2026年12月1日です。", 200) + "\n",
}

func send(t *testing.T, c mail.Config) error {
	t.Helper()
	if c.From == "" {
		c.From = "みまもり <mimamori@example.jp>"
	}
	if c.Timeout == 0 {
		c.Timeout = 10 * time.Second
	}
	sender, err := mail.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return sender.Send(t.Context(), letter)
}

func TestJapaneseArrivesAsItWasWritten(t *testing.T) {
	certificate, roots := selfSigned(t)
	for name, c := range map[string]struct {
		tls      *tls.Certificate
		security mail.Security
	}{
		"STARTTLS":     {certificate, mail.Required},
		"implicit TLS": {certificate, mail.Implicit},
		"loopback":     {nil, mail.Loopback},
	} {
		t.Run(name, func(t *testing.T) {
			var got inbox
			server := serve(t, &got, c.tls, c.security == mail.Implicit)
			if err := send(t, mail.Config{Server: server, Security: c.security, Roots: roots}); err != nil {
				t.Fatal(err)
			}
			if len(got.messages) != 1 || len(got.to) != 1 || got.to[0] != letter.To {
				t.Fatalf("%d messages to %q", len(got.messages), got.to)
			}
			if got.overTLS[0] != (c.tls != nil) {
				t.Errorf("sent with TLS: %v", got.overTLS[0])
			}
			checkLetter(t, got.messages[0])
		})
	}
}

// checkLetter reads the message with the standard library and compares.
func checkLetter(t *testing.T, message string) {
	t.Helper()
	for line := range strings.SplitSeq(message, "\r\n") {
		if len(line) > 998 || strings.ContainsFunc(line, func(r rune) bool { return r > 126 }) {
			t.Errorf("line is not plain and short: %q", line)
		}
	}
	m, err := netmail.ReadMessage(strings.NewReader(message))
	if err != nil {
		t.Fatal(err)
	}
	decode := func(name string) string {
		text, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get(name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return text
	}
	from, err := m.Header.AddressList("From")
	if err != nil || from[0].Name != "みまもり" || from[0].Address != "mimamori@example.jp" {
		t.Errorf("from %v, %v", from, err)
	}
	if got := decode("Subject"); got != letter.Subject {
		t.Errorf("subject %q", got)
	}
	if got := m.Header.Get("Message-Id"); got != "<0192-1@example.jp>" {
		t.Errorf("message id %q", got)
	}
	if on, err := m.Header.Date(); err != nil || !on.Equal(letter.At) {
		t.Errorf("date %v, %v", on, err)
	}
	if m.Header.Get("Content-Type") != "text/plain; charset=UTF-8" || m.Header.Get("Content-Transfer-Encoding") != "base64" {
		t.Errorf("header %v", m.Header)
	}
	body, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, m.Body))
	if err != nil || strings.ReplaceAll(string(body), "\r\n", "\n") != letter.Text {
		t.Errorf("text differs (%v): %q", err, body)
	}
}

func TestSigningIn(t *testing.T) {
	certificate, roots := selfSigned(t)
	c := mail.Config{User: "mimamori", Security: mail.Required, Roots: roots}

	got := inbox{user: "mimamori", password: "hums at night"}
	c.Server, c.Password = serve(t, &got, certificate, false), "hums at night"
	if err := send(t, c); err != nil || len(got.users) != 1 || got.users[0] != "mimamori" {
		t.Errorf("signed in as %q: %v", got.users, err)
	}

	c.Password = "wrong-password-7"
	err := send(t, c)
	if err == nil || len(got.messages) != 1 {
		t.Fatalf("a wrong password: %v, %d messages", err, len(got.messages))
	}
	if strings.Contains(err.Error(), c.Password) {
		t.Errorf("the error tells the password: %v", err)
	}
}

func TestWhatIsNotSent(t *testing.T) {
	certificate, roots := selfSigned(t)
	refused := &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	for name, c := range map[string]struct {
		inbox    *inbox
		tls      *tls.Certificate
		security mail.Security
		roots    *x509.CertPool
		says     string
	}{
		"TLS is required and the server has none": {&inbox{}, nil, mail.Required, roots, "STARTTLS"},
		"the certificate is not trusted":          {&inbox{}, certificate, mail.Required, x509.NewCertPool(), "certificate"},
		"the server refuses the recipient":        {&inbox{refuse: refused}, certificate, mail.Required, roots, "no such mailbox"},
	} {
		t.Run(name, func(t *testing.T) {
			err := send(t, mail.Config{Server: serve(t, c.inbox, c.tls, false), Security: c.security, Roots: c.roots})
			if err == nil || !strings.Contains(err.Error(), c.says) || len(c.inbox.messages) != 0 {
				t.Errorf("%v, %d messages; want an error that says %q", err, len(c.inbox.messages), c.says)
			}
		})
	}
}

// A server that takes the connection and then says nothing.
func TestAServerThatHangsIsLeft(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
		}
	}()
	start := time.Now()
	err = send(t, mail.Config{Server: listener.Addr().String(), Security: mail.Loopback, Timeout: 300 * time.Millisecond})
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() || time.Since(start) > 5*time.Second {
		t.Errorf("%v after %v, want a timeout", err, time.Since(start))
	}
}

func TestNoServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
	if err := send(t, mail.Config{Server: listener.Addr().String(), Security: mail.Loopback}); err == nil {
		t.Error("sent to nobody")
	}
}

func TestHeadersCannotBeSmuggled(t *testing.T) {
	var got inbox
	sender, err := mail.New(mail.Config{Server: serve(t, &got, nil, false), From: "mimamori@example.jp", Security: mail.Loopback})
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*app.Mail){
		"subject":            func(m *app.Mail) { m.Subject = "a\r\nBcc: x@example.com" },
		"subject, one break": func(m *app.Mail) { m.Subject = "a\nBcc: x@example.com" },
		"to":                 func(m *app.Mail) { m.To = "a@example.jp\r\nBcc: x@example.com" },
		"two recipients":     func(m *app.Mail) { m.To = "a@example.jp, x@example.com" },
		"id":                 func(m *app.Mail) { m.ID = "1>\r\nBcc: x@example.com\r\nX: <" },
	} {
		m := letter
		change(&m)
		if err := sender.Send(t.Context(), m); err == nil || len(got.messages) != 0 {
			t.Errorf("%s: %v, %d messages; want it refused", name, err, len(got.messages))
		}
	}
}

func TestEverythingWrongWithTheConfigurationIsTold(t *testing.T) {
	_, err := mail.New(mail.Config{Server: "mail.example.jp", From: "nobody", Security: "tls", User: "u"})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{`mail server "mail.example.jp"`, `mail address "nobody"`, `mail security "tls"`, "MIMAMORI_MAIL_PASSWORD"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not tell %s", err, want)
		}
	}
	for _, server := range []string{"mail.example.jp:25", "192.0.2.1:25", "127.0.0.1.example.jp:25", "0.0.0.0:25"} {
		if _, err := mail.New(mail.Config{Server: server, From: "m@example.jp", Security: mail.Loopback}); err == nil {
			t.Errorf("%s is not this machine: want it refused without TLS", server)
		}
	}
}
