package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"mimamori/internal/app"
)

type session struct {
	User        *app.User `json:"user"`
	Permissions []string  `json:"permissions"`
	Today       string    `json:"today"`
	SetupNeeded bool      `json:"setup_needed"`
}

func TestFirstAdministratorThroughTheOneTimeLink(t *testing.T) {
	s := newEmptyServer(t)
	b := s.browser(t)
	var view session
	a := b.want(t, http.StatusOK, "GET", "/api/session", nil)
	a.into(t, &view)
	if view.User != nil || !view.SetupNeeded || view.Today != s.app.Today().String() {
		t.Fatalf("before the set-up: %s", a.body)
	}
	if !strings.Contains(string(a.body), `"permissions":[]`) {
		t.Errorf("a list without elements must be [], not null: %s", a.body)
	}
	if len(a.header["Set-Cookie"]) > 0 {
		t.Error("a visitor who did not sign in gets a cookie")
	}
	token, err := s.app.NewSetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var link app.InvitationView
	b.want(t, http.StatusOK, "GET", "/api/setup?token=wrong", nil).into(t, &link)
	if link.Valid {
		t.Error("a wrong token is good")
	}
	b.want(t, http.StatusOK, "GET", "/api/setup?token="+token, nil).into(t, &link)
	if !link.Valid || !link.First {
		t.Errorf("the link is good for %+v", link)
	}
	answer := map[string]string{"token": token, "email": "not an address", "name": "", "password": "short"}
	if p := b.want(t, http.StatusUnprocessableEntity, "POST", "/api/setup", answer).problem(t); p.locations()["/email"] == "" || p.locations()["/name"] == "" {
		t.Errorf("problems %+v, want email and name named", p.Errors)
	}
	answer = map[string]string{"token": token, "email": "Hanako@Example.jp", "name": "花子", "password": "short", "lang": "ja"}
	if p := b.want(t, http.StatusUnprocessableEntity, "POST", "/api/setup", answer).problem(t); p.locations()["/password"] == "" {
		t.Errorf("problems %+v, want the password named", p.Errors)
	}
	answer["password"] = password
	b.want(t, http.StatusOK, "POST", "/api/setup", answer).into(t, &view)
	if view.User == nil || view.User.Email != "hanako@example.jp" || view.SetupNeeded {
		t.Errorf("after the set-up: %+v", view)
	}
	b.want(t, http.StatusOK, "GET", "/api/users", nil) // signed in right away

	other := s.browser(t)
	if p := other.want(t, http.StatusNotFound, "POST", "/api/setup", answer).problem(t); !strings.Contains(p.Detail, "used") {
		t.Errorf("the link a second time: %+v", p)
	}
	other.want(t, http.StatusUnauthorized, "GET", "/api/users", nil)
}

func TestSignInAndOut(t *testing.T) {
	s := newServer(t)
	b := s.browser(t)
	if at := b.want(t, http.StatusUnprocessableEntity, "POST", "/api/session", map[string]string{}).problem(t).locations(); at["/email"] == "" || at["/password"] == "" {
		t.Errorf("missing fields: %v", at)
	}
	wrong := b.want(t, http.StatusUnauthorized, "POST", "/api/session", map[string]string{"email": "admin@example.jp", "password": "not the password"}).problem(t)
	unknown := b.want(t, http.StatusUnauthorized, "POST", "/api/session", map[string]string{"email": "nobody@example.jp", "password": "not the password"}).problem(t)
	if wrong.Detail != unknown.Detail {
		t.Errorf("%q and %q tell who exists", wrong.Detail, unknown.Detail)
	}
	a := b.want(t, http.StatusOK, "POST", "/api/session", map[string]string{"email": " Admin@example.jp", "password": password})
	if c := a.header.Get("Set-Cookie"); !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Strict") {
		t.Errorf("cookie %q", c)
	}
	if strings.Contains(string(a.body), "argon2") {
		t.Error("the answer holds the hash of the password")
	}
	b.want(t, http.StatusOK, "GET", "/api/products", nil)
	b.want(t, http.StatusNoContent, "DELETE", "/api/session", nil)
	b.want(t, http.StatusUnauthorized, "GET", "/api/products", nil)
	if log := s.log.String(); strings.Contains(log, password) || strings.Contains(log, "not the password") || strings.Contains(log, "mimamori=") {
		t.Error("the log holds a password or a cookie")
	}
	if !strings.Contains(s.log.String(), "user="+s.admin.ID) {
		t.Error("the log does not say who asked")
	}
}

func TestTooManyWrongPasswords(t *testing.T) {
	s := newServer(t)
	b := s.browser(t)
	try := map[string]string{"email": "admin@example.jp", "password": "not the password"}
	for range 5 {
		b.want(t, http.StatusUnauthorized, "POST", "/api/session", try)
	}
	a := b.want(t, http.StatusTooManyRequests, "POST", "/api/session", try)
	if a.problem(t); a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	try["password"] = password
	b.want(t, http.StatusTooManyRequests, "POST", "/api/session", try) // the right one does not help now
}

func TestNewPasswordEndsOtherSessions(t *testing.T) {
	s := newServer(t)
	here, there := s.signIn(t, "admin@example.jp"), s.signIn(t, "admin@example.jp")
	change := map[string]string{"old": "not the password", "new": "春はあけぼのやうやう白く"}
	if p := here.want(t, http.StatusUnprocessableEntity, "POST", "/api/me/password", change).problem(t); p.locations()["/old"] == "" {
		t.Errorf("problems %+v, want the old password named", p.Errors)
	}
	change = map[string]string{"old": password, "new": "short"}
	if p := here.want(t, http.StatusUnprocessableEntity, "POST", "/api/me/password", change).problem(t); p.locations()["/new"] == "" {
		t.Errorf("problems %+v, want the new password named", p.Errors)
	}
	change["new"] = "春はあけぼのやうやう白く"
	here.want(t, http.StatusNoContent, "POST", "/api/me/password", change)
	here.want(t, http.StatusOK, "GET", "/api/products", nil)
	there.want(t, http.StatusUnauthorized, "GET", "/api/products", nil)
}

func TestAnotherSiteCannotAct(t *testing.T) {
	s := newServer(t)
	b := s.signIn(t, "admin@example.jp")
	product := map[string]string{"brand_name": "x"}
	for name, headers := range map[string][]string{
		"modern browser": {"Sec-Fetch-Site", "cross-site"},
		"a subdomain":    {"Sec-Fetch-Site", "same-site"},
		"older browser":  {"Origin", "https://evil.example"},
	} {
		t.Run(name, func(t *testing.T) {
			a := b.want(t, http.StatusForbidden, "POST", "/api/products", product, headers...)
			if p := a.problem(t); !strings.Contains(p.Detail, "another site") {
				t.Errorf("%+v", p)
			}
		})
	}
	b.want(t, http.StatusUnprocessableEntity, "POST", "/api/products", product, "Sec-Fetch-Site", "same-origin", "Origin", s.URL)
	// A form can send text only as one of three types; none of them is JSON.
	b.want(t, http.StatusUnsupportedMediaType, "POST", "/api/products", `{"brand_name":"x"}`, "Content-Type", "text/plain")
}

func TestPeople(t *testing.T) {
	s := newServer(t)
	admin := s.signIn(t, "admin@example.jp")
	var invited struct {
		User     app.User `json:"user"`
		SetupURL string   `json:"setup_url"`
	}
	admin.want(t, http.StatusCreated, "POST", "/api/users",
		map[string]any{"email": "taro@example.jp", "name": "太郎", "roles": []string{"viewer"}}).into(t, &invited)
	b := s.browser(t)
	_, token, _ := strings.Cut(invited.SetupURL, "token=")
	b.want(t, http.StatusOK, "POST", "/api/setup", map[string]string{"token": token, "password": password, "lang": "en"})
	var me app.User
	b.want(t, http.StatusOK, "PATCH", "/api/me", map[string]string{"lang": "ja"}).into(t, &me)
	if me.Lang != "ja" || me.Name != "太郎" {
		t.Errorf("me: %+v", me)
	}
	stale := map[string]any{"name": "太郎", "roles": []string{"approver"}, "disabled": false, "revision": me.Revision - 1}
	admin.want(t, http.StatusConflict, "PATCH", "/api/users/"+me.ID, stale).problem(t)
	last := map[string]any{"name": "花子", "roles": []string{"viewer"}, "disabled": false, "revision": s.admin.Revision}
	admin.want(t, http.StatusConflict, "PATCH", "/api/users/"+s.admin.ID, last).problem(t)
}
