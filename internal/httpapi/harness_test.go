package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	texts "mimamori/docs/readings"
	"mimamori/forms"
	"mimamori/internal/app"
	"mimamori/internal/auth"
	"mimamori/internal/deadline"
	"mimamori/internal/httpapi"
	"mimamori/internal/openvalue"
	"mimamori/internal/readings"
	"mimamori/internal/sqlstore"
	"mimamori/rulebook"
)

const password = "the pump hums at night"

// server is the whole API over HTTP on a real SQLite file.
type server struct {
	*httptest.Server
	app   *app.App
	store *sqlstore.Store
	log   *lockedBuffer
	admin app.User
}

// lockedBuffer is a log that the test reads while the server writes.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var builtPage = fstest.MapFS{
	"index.html":             {Data: []byte(`<!doctype html><meta name="nonce" content="__CSP_NONCE__"><title>みまもり</title>`)},
	"favicon.svg":            {Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)},
	"assets/app-Bx81.js":     {Data: []byte("console.log(" + strings.Repeat("1+", 2000) + "1)")},
	"assets/app-Bx81.js.br":  {Data: []byte("brotli of it")},
	"assets/style-9a.css":    {Data: []byte(strings.Repeat("a{color:red}", 300))},
	"assets/font-77aa.woff2": {Data: []byte("font")},
}

// newServer starts a server with one administrator.
func newServer(t *testing.T) *server {
	t.Helper()
	s := newEmptyServer(t)
	s.hire(t)
	return s
}

// hire makes the first administrator.
func (s *server) hire(t *testing.T) {
	t.Helper()
	token, err := s.app.NewSetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.admin, err = s.app.AcceptInvitation(t.Context(), app.AcceptInvitation{
		Token: token, Email: "admin@example.jp", Name: "管理 花子", Password: password, Lang: "ja",
	})
	if err != nil {
		t.Fatal(err)
	}
}

// newEmptyServer starts a server without any user.
func newEmptyServer(t *testing.T) *server {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{
		Path:    filepath.Join(t.TempDir(), "mimamori.db"),
		Enqueue: func(context.Context, any, app.Job) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return serve(t, store)
}

// serve starts a server on a store, without any user.
func serve(t *testing.T, store *sqlstore.Store) *server {
	t.Helper()
	law, err := app.BuiltInLaw()
	if err != nil {
		t.Fatal(err)
	}
	calendar, err := deadline.LoadCalendar(rulebook.FS, rulebook.JapanCalendar)
	if err != nil {
		t.Fatal(err)
	}
	unclear, err := readings.Load(texts.FS)
	if err != nil {
		t.Fatal(err)
	}
	values, err := openvalue.Load(rulebook.FS, rulebook.JapanOpenValues)
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := app.ReadForms(forms.FS)
	if err != nil {
		t.Fatal(err)
	}
	s := &server{store: store, log: &lockedBuffer{}, app: &app.App{
		Store: store, Clock: time.Now, Passwords: auth.NewPasswords(),
		Law: law, Texts: app.ArchivedText, Calendar: calendar, Readings: unclear, Values: values, Forms: catalogue,
	}}
	handler, err := httpapi.New(httpapi.Config{
		App: s.app, Sessions: auth.NewSessions(store, false, time.Now), Throttle: auth.NewThrottle(time.Now),
		Version: "test", Web: builtPage, Log: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Server = httptest.NewUnstartedServer(nil)
	s.Config = httpapi.Server(handler)
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// person makes a user with the roles and returns a browser that is signed in.
func (s *server) person(t *testing.T, email string, roles ...app.Role) (app.User, *browser) {
	t.Helper()
	by := app.Actor{UserID: s.admin.ID, Name: s.admin.Name, Roles: s.admin.Roles, Via: "web"}
	_, token, err := s.app.InviteUser(t.Context(), by, app.InviteUser{Email: email, Name: email, Roles: roles})
	if err != nil {
		t.Fatal(err)
	}
	user, err := s.app.AcceptInvitation(t.Context(), app.AcceptInvitation{Token: token, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	return user, s.signIn(t, email)
}

// browser keeps cookies.
type browser struct {
	http.Client
	server *server
}

func (s *server) browser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{Client: http.Client{Jar: jar}, server: s}
}

func (s *server) signIn(t *testing.T, email string) *browser {
	t.Helper()
	b := s.browser(t)
	b.want(t, http.StatusOK, "POST", "/api/session", map[string]string{"email": email, "password": password})
	return b
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// problem is an error as RFC 9457 has it.
type problem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Errors []struct {
		Location string `json:"location"`
		Message  string `json:"message"`
		Value    any    `json:"value"`
	} `json:"errors"`
}

func (a answer) problem(t *testing.T) problem {
	t.Helper()
	var p problem
	if ct := a.header.Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("content type %q of an error", ct)
	}
	a.into(t, &p)
	if p.Status != a.status || p.Title == "" || p.Detail == "" {
		t.Errorf("problem %+v under status %d", p, a.status)
	}
	return p
}

func (p problem) locations() map[string]string {
	at := map[string]string{}
	for _, e := range p.Errors {
		at[e.Location] = e.Message
	}
	return at
}

func (a answer) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatalf("answer %s: %v", a.body, err)
	}
}

// do sends a request; body is nil, text, bytes or something to write as JSON.
// It asks for English unless the headers say otherwise; the language of who is
// signed in goes before that.
func (b *browser) do(t *testing.T, method, path string, body any, headers ...string) answer {
	t.Helper()
	var reader io.Reader
	contentType := "application/json"
	switch body := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(body)
	case io.Reader:
		reader, contentType = body, "application/octet-stream"
	default:
		data, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		reader = bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, b.server.URL+path, reader)
	if err != nil {
		t.Fatal(err)
	}
	if reader != nil {
		r.Header.Set("Content-Type", contentType)
	}
	r.Header.Set("Accept-Language", "en")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := b.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, data}
}

// want is do with a status that must come back.
func (b *browser) want(t *testing.T, status int, method, path string, body any, headers ...string) answer {
	t.Helper()
	a := b.do(t, method, path, body, headers...)
	if a.status != status {
		t.Fatalf("%s %s: status %d, want %d: %s", method, path, a.status, status, a.body)
	}
	return a
}
