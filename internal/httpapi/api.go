// Package httpapi is the REST API, its description and the way the page
// reaches the browser.
package httpapi

import (
	"context"
	"encoding/json"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"mimamori/codelists"
	"mimamori/internal/app"
	"mimamori/internal/fault"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Config is what the API stands on.
type Config struct {
	App      *app.App
	Sessions Sessions
	Throttle Throttle
	Version  string // of the program, for example "0.1.0"
	Demo     bool   // sample data: the page says so
	Web      fs.FS  // the built page with index.html at its root; nil: there is none
	Log      *slog.Logger
}

// Sessions tells from a request who is signed in; package auth has them.
type Sessions interface {
	// Handler loads the session of a request and saves it with the answer.
	Handler(next http.Handler, failed func(http.ResponseWriter, *http.Request, error)) http.Handler
	// SignedIn returns who signed in; the rest is for requests that passed Handler.
	SignedIn(ctx context.Context) (userID string, ok bool)
	// Holds tells whether the session was made with the password the user still has.
	Holds(ctx context.Context, passwordHash string) bool
	SignIn(ctx context.Context, userID, passwordHash string) error
	SignOut(ctx context.Context) error
}

// Throttle slows down attempts to sign in; package auth has it.
type Throttle interface {
	// Allow counts an attempt and returns how long to wait, 0 for not at all.
	Allow(account, address string) time.Duration
	Succeeded(account, address string)
}

// API answers requests.
type API struct {
	Config
	mux      *mux
	spec     []byte
	japanese *fault.Catalogue // tells errors to those who read Japanese
}

// New returns the handler of everything: /api, /healthz and the page.
func New(c Config) (http.Handler, error) {
	a := &API{Config: c, mux: newMux()}
	a.spec = a.register()
	page, err := newPage(c.Web)
	if err != nil {
		return nil, err
	}
	if a.japanese, err = codelists.Messages(); err != nil {
		return nil, err
	}
	a.mux.plain("GET /api/openapi.json", http.HandlerFunc(a.openAPI))
	a.mux.plain("GET /api/docs", docsPage())
	a.mux.plain("GET /api/docs/", docsPage())
	a.mux.plain("/api/", http.HandlerFunc(a.unknownOperation))

	root := http.NewServeMux()
	root.Handle("/api/", a.sameOrigin(c.Sessions.Handler(a.mux, a.sessionFailed)))
	root.Handle("GET /healthz", http.HandlerFunc(a.health))
	root.Handle("/", page)
	return a.observed(secured(root)), nil
}

// Spec returns the OpenAPI 3.1 document that a server of the given version has
// at /api/openapi.json.
func Spec(version string) []byte {
	return (&API{Config: Config{Version: version}, mux: newMux()}).register()
}

// register puts every operation of the table on the mux and returns the
// OpenAPI document.
func (a *API) register() []byte {
	a.mux.refuse = a.refuseReader
	config := humaConfig(a.Version)
	config.Transformers = []huma.Transformer{a.transform}
	api := humago.New(a.mux, config)
	api.UseMiddleware(a.authorize)
	for _, op := range operations {
		op.register(a, api, op.describe())
	}
	finishSchemas(api.OpenAPI())
	doc, err := json.MarshalIndent(api.OpenAPI(), "", "  ")
	if err != nil {
		panic("the API cannot be described: " + err.Error()) // the table is wrong; every test finds it
	}
	return append(doc, '\n')
}

func (a *API) openAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/openapi+json")
	_, _ = w.Write(a.spec) // the client went away: nothing left to tell it
}

// health says that the server answers and reaches its database.
func (a *API) health(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if _, err := a.App.SetupNeeded(r.Context()); err != nil {
		a.Log.ErrorContext(r.Context(), "health check failed", "error", err)
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("database does not answer\n")) // as above
		return
	}
	_, _ = w.Write([]byte("ok\n")) // as above
}

func (a *API) unknownOperation(w http.ResponseWriter, r *http.Request) {
	a.refuseReader(r.Context(), w, fault.New(fault.NotFound, "there is no operation %s %s: see /api/docs", r.Method, r.URL.Path))
}
