package httpapi

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestNothingOfAnInternalErrorIsShown(t *testing.T) {
	var log bytes.Buffer
	a := &API{Config: Config{Log: slog.New(slog.NewTextHandler(&log, nil))}}
	cause := "constraint users.email failed: hanako@example.jp"
	for name, handler := range map[string]http.HandlerFunc{
		"an error": func(w http.ResponseWriter, r *http.Request) {
			a.refuse(r.Context(), w, errors.New(cause))
		},
		"a panic": func(http.ResponseWriter, *http.Request) { panic(cause) },
	} {
		t.Run(name, func(t *testing.T) {
			log.Reset()
			w := httptest.NewRecorder()
			a.observed(handler).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/x?token=secret-token", nil))
			number := w.Header().Get("X-Request-Id")
			if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "hanako") || !strings.Contains(w.Body.String(), number) {
				t.Errorf("status %d: %s", w.Code, w.Body)
			}
			if !strings.Contains(log.String(), "hanako") || !strings.Contains(log.String(), number) {
				t.Errorf("the log lacks the cause or the number %s: %s", number, log.String())
			}
			if strings.Contains(log.String(), "secret-token") {
				t.Error("the log holds the query")
			}
		})
	}
}

func TestPointers(t *testing.T) {
	for location, want := range map[string]string{
		"body": "", "body.brand_name": "/brand_name", "body.items[3].tags": "/items/3/tags", "query.limit": "/query/limit",
		"path.id": "/path/id", "/eos_on": "/eos_on", "": "",
	} {
		if got := pointer(location); got != want {
			t.Errorf("pointer(%q) = %q, want %q", location, got, want)
		}
	}
}

func TestServerLimitsSlowClients(t *testing.T) {
	s := Server(http.NotFoundHandler())
	if s.ReadHeaderTimeout == 0 || s.IdleTimeout == 0 || s.MaxHeaderBytes == 0 {
		t.Errorf("server %+v", s)
	}
}

// An answer that breaks off in the middle must not look whole.
func TestPanicInTheMiddleBreaksTheConnection(t *testing.T) {
	a := &API{Config: Config{Log: slog.New(slog.DiscardHandler)}}
	s := httptest.NewServer(a.observed(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"items":[`))
		panic("half way")
	})))
	defer s.Close()
	res, err := s.Client().Get(s.URL)
	if err != nil {
		return
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err == nil {
		t.Errorf("%q was received as if it were whole", body)
	}
}
