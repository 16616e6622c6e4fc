package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
)

// SessionStore keeps who is signed in. A session is no regulated record, so it
// has no ledger entry. Tokens arrive hashed: whoever reads the database cannot
// use them.
type SessionStore interface {
	// Session returns the data under a token; found is false when there is none or it expired.
	Session(ctx context.Context, token string) (data []byte, found bool, err error)
	// PutSession stores data under a token until the given time, in the place of older data.
	PutSession(ctx context.Context, token string, data []byte, expiresAt time.Time) error
	// DeleteSession removes a token; one that does not exist is no error.
	DeleteSession(ctx context.Context, token string) error
}

const (
	lifetime = 12 * time.Hour  // a working day, whatever happens
	maxIdle  = 2 * time.Hour   // without a request
	refresh  = 5 * time.Minute // how exactly idleness is told; saves a write for every request
)

// Keys of the session data.
const (
	keyUser  = "user"
	keyProof = "proof"
	keySeen  = "seen"
)

// Sessions tells from a cookie who is signed in. A session ends 12 hours after
// the sign-in, after 2 hours without a request, when the person signs out, and
// when the password changes. The cookie cannot be read by scripts, is sent to
// requests from our own pages only (SameSite=Strict) and gets a new value with
// every sign-in.
type Sessions struct {
	manager *scs.SessionManager
	now     func() time.Time
}

// NewSessions returns sessions over a store. secure is for servers that people
// reach over TLS: the browser then never sends the cookie without it.
func NewSessions(store SessionStore, secure bool, now func() time.Time) *Sessions {
	m := scs.New()
	m.Store = scsStore{store}
	m.Lifetime = lifetime
	m.HashTokenInStore = true
	m.Cookie.Name = "mimamori"
	if secure {
		m.Cookie.Name = "__Host-mimamori"
	}
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteStrictMode
	m.Cookie.Secure = secure
	m.Cookie.Persist = false
	return &Sessions{manager: m, now: now}
}

// Handler loads the session of a request and saves it with the answer. failed
// answers requests whose session could not be read or written.
func (s *Sessions) Handler(next http.Handler, failed func(http.ResponseWriter, *http.Request, error)) http.Handler {
	m := *s.manager
	m.ErrorFunc = failed
	return m.LoadAndSave(next)
}

// SignedIn returns the id of the user who signed in, and whether there is one.
// The second step is the caller's: load the user and ask Holds.
func (s *Sessions) SignedIn(ctx context.Context) (userID string, ok bool) {
	userID = s.manager.GetString(ctx, keyUser)
	if userID == "" {
		return "", false
	}
	idle := s.now().Sub(time.Unix(s.manager.GetInt64(ctx, keySeen), 0))
	if idle > maxIdle || idle < -refresh {
		return "", false
	}
	if idle > refresh {
		s.manager.Put(ctx, keySeen, s.now().Unix())
	}
	return userID, true
}

// Holds tells whether the session was made with the password that the user
// still has.
func (s *Sessions) Holds(ctx context.Context, passwordHash string) bool {
	return s.manager.GetString(ctx, keyProof) == proof(passwordHash)
}

// SignIn makes the session the user's, under a new token.
func (s *Sessions) SignIn(ctx context.Context, userID, passwordHash string) error {
	if err := s.manager.RenewToken(ctx); err != nil {
		return err
	}
	s.manager.Put(ctx, keyUser, userID)
	s.manager.Put(ctx, keyProof, proof(passwordHash))
	s.manager.Put(ctx, keySeen, s.now().Unix())
	return nil
}

// SignOut ends the session.
func (s *Sessions) SignOut(ctx context.Context) error { return s.manager.Destroy(ctx) }

// proof ties a session to a password without keeping its hash a second time.
func proof(passwordHash string) string {
	sum := sha256.Sum256([]byte("mimamori session\x00" + passwordHash))
	return hex.EncodeToString(sum[:16])
}

// scsStore is a SessionStore in the form that scs asks for.
type scsStore struct{ sessions SessionStore }

var _ scs.CtxStore = scsStore{}

func (s scsStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	return s.sessions.Session(ctx, token)
}

func (s scsStore) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	return s.sessions.PutSession(ctx, token, data, expiry)
}

func (s scsStore) DeleteCtx(ctx context.Context, token string) error {
	return s.sessions.DeleteSession(ctx, token)
}

// The three methods without a context are never called by scs where those with
// one exist.

func (s scsStore) Find(token string) ([]byte, bool, error) {
	return s.sessions.Session(context.Background(), token)
}

func (s scsStore) Commit(token string, data []byte, expiry time.Time) error {
	return s.sessions.PutSession(context.Background(), token, data, expiry)
}

func (s scsStore) Delete(token string) error {
	return s.sessions.DeleteSession(context.Background(), token)
}
