package httpapi

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fault"
)

type keyNote struct{}

// note is what the log line of a request is made from, and the language of its errors.
type note struct {
	number string
	user   string
	lang   string // "ja" or "en"
	status int
}

func requestNumber(ctx context.Context) string {
	if n, ok := ctx.Value(keyNote{}).(*note); ok {
		return n.number
	}
	return "none"
}

// noteUser says who is signed in: the log names them, errors speak their language.
func noteUser(ctx context.Context, user *app.User) {
	if n, ok := ctx.Value(keyNote{}).(*note); ok {
		n.user, n.lang = user.ID, languageOf(user)
	}
}

// observed numbers every request, writes a line about it to the log and turns
// a panic into an answer. The log has no query, body, cookie or token.
func (a *API) observed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		n := &note{number: rand.Text()[:12], lang: preferred(r.Header)}
		ctx := context.WithValue(r.Context(), keyNote{}, n)
		r = r.WithContext(ctx)
		w.Header().Set("X-Request-Id", n.number)
		// Every request has its own deadline: that of the one before on the same
		// connection stays otherwise. An error says that there are none.
		_ = http.NewResponseController(w).SetWriteDeadline(start.Add(answerWithin))
		rec := &recorder{ResponseWriter: w, note: n}
		defer func() {
			cause := recover()
			if cause != nil && cause != http.ErrAbortHandler { //nolint:errorlint // net/http panics with this very value
				a.Log.ErrorContext(ctx, "panic", "request", n.number, "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
				if n.status == 0 {
					a.refuse(ctx, rec, fault.New(fault.Internal, "panic"))
					cause = nil
				}
			}
			a.logRequest(r, n, time.Since(start))
			if cause != nil {
				panic(http.ErrAbortHandler) // the answer is not whole: break the connection, so that nobody takes it for one
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

// logRequest writes one line; those about files of the page are for debugging.
func (a *API) logRequest(r *http.Request, n *note, took time.Duration) {
	level := slog.LevelInfo
	if !strings.HasPrefix(r.URL.Path, "/api/") {
		level = slog.LevelDebug
	}
	a.Log.LogAttrs(r.Context(), level, "request", slog.String("request", n.number), slog.String("method", r.Method),
		slog.String("path", r.URL.Path), slog.Int("status", n.status), slog.Duration("took", took), slog.String("user", n.user))
}

// recorder remembers the status.
type recorder struct {
	http.ResponseWriter
	note *note
}

func (r *recorder) WriteHeader(status int) {
	if r.note.status == 0 {
		r.note.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.note.status == 0 {
		r.note.status = http.StatusOK
	}
	return r.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// sessionFailed answers a request whose session could not be read or written.
func (a *API) sessionFailed(w http.ResponseWriter, r *http.Request, err error) {
	a.refuse(r.Context(), w, fmt.Errorf("session: %w", err))
}

// sameOrigin refuses changes that another site asks for in the name of a
// person who is signed in here.
func (a *API) sameOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.refuse(r.Context(), w, fault.New(fault.Forbidden, "this request comes from another site: use the page of this server"))
	}))
	return protection.Handler(next)
}
