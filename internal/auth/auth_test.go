package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"mimamori/internal/auth"
	"mimamori/internal/fault"
)

func TestPasswordPolicy(t *testing.T) {
	tests := []struct {
		name     string // what is wrong, or why it is good
		password string
		rule     string // "" when it is good
	}{
		{"eleven characters are too few", "abcdefghijk", "password-length"},
		{"characters count, not bytes", "みまもりみまもりみまも", "password-length"},
		{"twelve Japanese characters are enough", "春はあけぼのやうやう白く", ""},
		{"a sentence without capitals and digits is good", "the pump hums at night", ""},
		{"the own address", "hanako.sato@example.jp", "password-email"},
		{"the own address in capitals", "HANAKO.SATO@EXAMPLE.JP", "password-email"},
		{"the name part of the own address", "hanako.sato.suzuki", ""},
		{"one of the worst known", "Password1234", "password-worst"},
		{"one of the worst, typed full width", "ｐａｓｓｗｏｒｄ１２３４", "password-worst"},
		{"one character over and over", "zzzzzzzzzzzzzzzz", "password-worst"},
		{"a megabyte", strings.Repeat("ab", 1<<19), "password-length"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := auth.NewPasswords().Check(tt.password, "hanako.sato@example.jp")
			fields := fault.FieldsOf(err)
			switch {
			case tt.rule == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tt.rule != "" && (len(fields) != 1 || fields[0].Rule != tt.rule || fields[0].Pointer != "/password"):
				t.Errorf("got %v, want rule %s at /password", err, tt.rule)
			}
		})
	}
}

func TestHashAndMatch(t *testing.T) {
	p := auth.NewPasswords()
	hash, err := p.Hash("ポンプは夜も静かに動く")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=32768,t=3,p=1$") {
		t.Errorf("hash %s has other parameters than documented", hash)
	}
	again, _ := p.Hash("ポンプは夜も静かに動く")
	if again == hash {
		t.Error("two hashes of one password are equal: the salt is missing")
	}
	for password, want := range map[string]bool{
		"ポンプは夜も静かに動く":   true,
		"ﾎﾟﾝﾌﾟは夜も静かに動く": true, // the same, typed half width
		"ポンプは夜も静かに動い":   false, "": false, strings.Repeat("x", 2000): false,
	} {
		if got, err := p.Match(password, hash); err != nil || got != want {
			t.Errorf("Match(%.20q) = %v, %v; want %v", password, got, err, want)
		}
	}
	if _, err := p.Match("whatever it is", "broken"); err == nil {
		t.Error("a broken hash must be an error, not a wrong password")
	}
}

// Whether an account exists must not show in the time of the answer.
func TestUnknownPeopleCostTheSame(t *testing.T) {
	p := auth.NewPasswords()
	hash, err := p.Hash("the pump hums at night")
	if err != nil {
		t.Fatal(err)
	}
	took := func(hash string) time.Duration {
		best := time.Hour
		for range 4 {
			start := time.Now()
			if ok, err := p.Match("not the password", hash); ok || err != nil {
				t.Fatalf("Match = %v, %v", ok, err)
			}
			best = min(best, time.Since(start))
		}
		return best
	}
	known, unknown := took(hash), took("")
	if ratio := float64(unknown) / float64(known); ratio < 0.5 || ratio > 2 {
		t.Errorf("known account %v, unknown account %v: the difference tells who exists", known, unknown)
	}
}

func TestFloodOfSignInsIsRefusedNotQueuedForever(t *testing.T) {
	p := auth.NewPasswords()
	var mu sync.Mutex
	refused := 0
	var all sync.WaitGroup
	for range 60 {
		all.Go(func() {
			_, err := p.Match("not the password", "")
			if _, busy := errors.AsType[*auth.Busy](err); busy {
				mu.Lock()
				refused++
				mu.Unlock()
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if refused == 0 || refused == 60 {
		t.Errorf("%d of 60 attempts at once refused, want some", refused)
	}
	if _, err := p.Match("not the password", ""); err != nil {
		t.Errorf("after the flood: %v", err)
	}
}

type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

func TestThrottle(t *testing.T) {
	c := &clock{time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}
	th := auth.NewThrottle(c.now)
	for i := range 5 {
		if wait := th.Allow("a@example.jp", "192.0.2.1:4000"); wait != 0 {
			t.Fatalf("attempt %d must wait %v", i+1, wait)
		}
	}
	if wait := th.Allow(" A@Example.jp", "192.0.2.1:4999"); wait <= 0 || wait > 30*time.Second {
		t.Errorf("sixth attempt, other port and capitals: wait %v, want up to 30 s", wait)
	}
	if wait := th.Allow("a@example.jp", "192.0.2.2:1"); wait != 0 {
		t.Errorf("the person elsewhere is held up too: %v", wait)
	}
	if wait := th.Allow("b@example.jp", "192.0.2.1:1"); wait != 0 {
		t.Errorf("another account at the address is held up at once: %v", wait)
	}
	c.Time = c.Add(31 * time.Second)
	if wait := th.Allow("a@example.jp", "192.0.2.1:1"); wait != 0 {
		t.Errorf("after 31 s one attempt is free again, got %v", wait)
	}
	th.Succeeded("a@example.jp", "192.0.2.1:1")
	if wait := th.Allow("a@example.jp", "192.0.2.1:1"); wait != 0 {
		t.Errorf("after a success: %v", wait)
	}
}

func TestThrottleOfOneAddressOverManyAccounts(t *testing.T) {
	c := &clock{time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}
	th := auth.NewThrottle(c.now)
	let := 0
	for i := range 200 {
		// One subscriber has a whole /64.
		if th.Allow(fmt.Sprintf("p%d@example.jp", i), fmt.Sprintf("[2001:db8::%x]:9", i)) == 0 {
			let++
		}
	}
	if let != 50 {
		t.Errorf("%d attempts let through, want 50", let)
	}
}

func TestThrottleForgetsRatherThanGrows(t *testing.T) {
	c := &clock{time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}
	th := auth.NewThrottle(c.now)
	for i := range 50_000 {
		th.Allow("a@example.jp", fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255))
	}
	if n := th.Len(); n > 20_000 {
		t.Errorf("%d keys remembered", n)
	}
}

// memory is a SessionStore for these tests; those of the API use the real one.
type memory struct {
	mu     sync.Mutex
	data   map[string][]byte
	writes int
}

func (m *memory) Session(_ context.Context, token string) ([]byte, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, ok := m.data[token]
	return data, ok, nil
}

func (m *memory) PutSession(_ context.Context, token string, data []byte, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.writes++
	m.data[token] = data
	return nil
}

func (m *memory) DeleteSession(_ context.Context, token string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.data, token)
	return nil
}

// visit sends one request with the cookie through the sessions.
func visit(t *testing.T, s *auth.Sessions, cookie *http.Cookie, do func(ctx context.Context)) *http.Cookie {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	if cookie != nil {
		r.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	s.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { do(r.Context()) }),
		func(_ http.ResponseWriter, _ *http.Request, err error) { t.Error(err) }).ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		return c
	}
	return cookie
}

func TestSessionLifeAndCookie(t *testing.T) {
	c := &clock{time.Now()}
	store := &memory{data: map[string][]byte{}}
	s := auth.NewSessions(store, true, c.now)
	signedIn := func(cookie *http.Cookie) (id string, holds bool) {
		visit(t, s, cookie, func(ctx context.Context) {
			id, _ = s.SignedIn(ctx)
			holds = s.Holds(ctx, "hash")
		})
		return id, holds
	}
	cookie := visit(t, s, nil, func(ctx context.Context) {
		if _, ok := s.SignedIn(ctx); ok {
			t.Error("somebody is signed in before the sign-in")
		}
		if err := s.SignIn(ctx, "u1", "hash"); err != nil {
			t.Error(err)
		}
	})
	if cookie == nil || !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteStrictMode ||
		cookie.Name != "__Host-mimamori" || cookie.Path != "/" || cookie.Domain != "" || !cookie.Expires.IsZero() {
		t.Fatalf("cookie %+v", cookie)
	}
	if store.data[cookie.Value] != nil {
		t.Error("the token itself is in the store: whoever reads the database can use it")
	}
	if id, holds := signedIn(cookie); id != "u1" || !holds {
		t.Errorf("signed in as %q, holds %v", id, holds)
	}
	writes := store.writes
	signedIn(cookie)
	if store.writes != writes {
		t.Error("a request a moment later writes to the database")
	}

	again := visit(t, s, cookie, func(ctx context.Context) {
		if err := s.SignIn(ctx, "u1", "other hash"); err != nil {
			t.Error(err)
		}
	})
	if again.Value == cookie.Value {
		t.Error("the token is the same after a new sign-in")
	}
	if id, _ := signedIn(cookie); id != "" {
		t.Error("the old token still works")
	}
	if _, holds := signedIn(again); holds {
		t.Error("a session of another password holds")
	}

	// Activity keeps a session; two idle hours end it.
	for range 3 {
		c.Time = c.Add(110 * time.Minute)
		if id, _ := signedIn(again); id != "u1" {
			t.Fatal("an active session ended")
		}
	}
	c.Time = c.Add(121 * time.Minute)
	if id, _ := signedIn(again); id != "" {
		t.Error("an idle session goes on")
	}
}
