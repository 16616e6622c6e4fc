package feed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mimamori/internal/fault"
)

// source is a server of one file that can misbehave.
type source struct {
	content  []byte
	etag     string
	requests []*http.Request
	next     []func(w http.ResponseWriter, r *http.Request) // taken one by one before the file is served
}

func (s *source) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests = append(s.requests, r)
	if len(s.next) > 0 {
		f := s.next[0]
		s.next = s.next[1:]
		f(w, r)
		return
	}
	w.Header().Set("ETag", s.etag)
	http.ServeContent(w, r, "x.json", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), bytes.NewReader(s.content))
}

// fetcher starts the server and returns a Fetcher that does not really wait.
func fetcher(t *testing.T, s *source) (f *Fetcher, address, to string, waits *[]time.Duration) {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	f = NewFetcher("mimamori test")
	t.Cleanup(f.Close)
	waits = &[]time.Duration{}
	f.sleep = func(_ context.Context, d time.Duration) error { *waits = append(*waits, d); return nil }
	return f, server.URL + "/x.json", filepath.Join(t.TempDir(), "x.json"), waits
}

func content(t *testing.T, to string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(to)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("the file has %d bytes, %v; want %d", len(got), err, len(want))
	}
	for _, left := range []string{partFile(to), partState(to)} {
		if _, err := os.Stat(left); err == nil {
			t.Errorf("%s was left behind", left)
		}
	}
}

func TestFetchAsksOnlyForWhatIsNew(t *testing.T) {
	s := &source{content: []byte("one"), etag: `"1"`}
	f, address, to, _ := fetcher(t, s)
	first, changed, err := f.Fetch(t.Context(), address, to, Fetched{})
	if err != nil || !changed || first.Bytes != 3 || first.SHA256 != "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed" {
		t.Fatalf("%+v, %v, %v", first, changed, err)
	}
	content(t, to, []byte("one"))
	second, changed, err := f.Fetch(t.Context(), address, to, first)
	if err != nil || changed || second != first {
		t.Errorf("unchanged: %+v, %v, %v", second, changed, err)
	}
	if got := s.requests[1].Header; got.Get("If-None-Match") != `"1"` || got.Get("If-Modified-Since") == "" || got.Get("User-Agent") != "mimamori test" {
		t.Errorf("asked with %v", got)
	}
	s.content, s.etag = []byte("two!"), `"2"`
	third, changed, err := f.Fetch(t.Context(), address, to, first)
	if err != nil || !changed || third.Bytes != 4 || third.ETag != `"2"` {
		t.Errorf("changed: %+v, %v, %v", third, changed, err)
	}
	content(t, to, []byte("two!"))
}

// breaksAfter answers with n bytes of the file and drops the connection.
func breaksAfter(s *source, n int) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", s.etag)
		w.Header().Set("Content-Length", fmt.Sprint(len(s.content)))
		_, _ = w.Write(s.content[:n])
		panic(http.ErrAbortHandler)
	}
}

func TestFetchResumes(t *testing.T) {
	s := &source{content: bytes.Repeat([]byte("0123456789"), 100_000), etag: `"1"`}
	s.next = append(s.next, breaksAfter(s, 400_000))
	f, address, to, waits := fetcher(t, s)
	got, changed, err := f.Fetch(t.Context(), address, to, Fetched{})
	if err != nil || !changed || got.Bytes != int64(len(s.content)) || len(*waits) != 1 {
		t.Fatalf("%+v, %v, %v, waited %v", got, changed, err, *waits)
	}
	content(t, to, s.content)
	if r := s.requests[1].Header; !strings.HasPrefix(r.Get("Range"), "bytes=") || r.Get("Range") == "bytes=0-" || r.Get("If-Range") != `"1"` {
		t.Errorf("asked with %v", r)
	}
}

func TestFetchStartsAnewWhenTheFileChangedMeanwhile(t *testing.T) {
	s := &source{content: bytes.Repeat([]byte("0123456789"), 100_000), etag: `"1"`}
	f, address, to, _ := fetcher(t, s)
	f.Tries = 1
	s.next = append(s.next, breaksAfter(s, 400_000))
	if _, changed, err := f.Fetch(t.Context(), address, to, Fetched{}); err == nil || changed {
		t.Fatalf("changed %v, %v", changed, err)
	}
	s.content, s.etag = []byte("another file"), `"2"`
	if _, changed, err := f.Fetch(t.Context(), address, to, Fetched{}); err != nil || !changed {
		t.Fatalf("changed %v, %v", changed, err)
	}
	content(t, to, s.content)
}

func status(code int, header ...string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
	}
}

func TestFetchBacksOff(t *testing.T) {
	s := &source{content: []byte("x"), etag: `"1"`}
	f, address, to, waits := fetcher(t, s)
	f.Pause = time.Second
	s.next = append(s.next, status(503), status(500), status(429, "Retry-After", "77"), status(502))
	if _, changed, err := f.Fetch(t.Context(), address, to, Fetched{}); err != nil || !changed {
		t.Fatalf("changed %v, %v", changed, err)
	}
	within := func(d, least time.Duration) bool { return d >= least && d <= least+least/4+1 }
	if w := *waits; len(w) != 4 || !within(w[0], time.Second) || !within(w[1], 2*time.Second) || w[2] != 77*time.Second || !within(w[3], 4*time.Second) {
		t.Errorf("waited %v", w)
	}
}

func TestFetchGivesUp(t *testing.T) {
	for _, tt := range []struct {
		name     string
		answers  []func(http.ResponseWriter, *http.Request)
		requests int
		want     string
	}{
		{"no such file", []func(http.ResponseWriter, *http.Request){status(404)}, 1, "404 Not Found"},
		{"not allowed", []func(http.ResponseWriter, *http.Request){status(403)}, 1, "403"},
		{"down", []func(http.ResponseWriter, *http.Request){status(503), status(503), status(503)}, 3, "3 tries"},
		{"asks for a day", []func(http.ResponseWriter, *http.Request){status(429, "Retry-After", "86400")}, 1, "24h"},
		{"says it is huge", []func(http.ResponseWriter, *http.Request){status(200, "Content-Length", "99999999999")}, 1, "larger than"},
		{"redirected to plain HTTP", []func(http.ResponseWriter, *http.Request){status(302, "Location", "http://example.org/x")}, 1, "only https"},
		{"redirected to a file", []func(http.ResponseWriter, *http.Request){status(302, "Location", "file:///etc/passwd")}, 1, ""},
		{"another part than asked for", []func(http.ResponseWriter, *http.Request){status(206, "Content-Range", "bytes 5-9/10"), status(404)}, 2, "404"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &source{content: []byte("x"), next: tt.answers}
			f, address, to, _ := fetcher(t, s)
			f.Tries = 3
			if err := os.WriteFile(to, []byte("before"), 0o600); err != nil {
				t.Fatal(err)
			}
			known := Fetched{SHA256: "5"}
			got, changed, err := f.Fetch(t.Context(), address, to, known)
			if err == nil || changed || got != known || fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), tt.want) || len(s.requests) != tt.requests {
				t.Errorf("%+v, %v, %v, %d requests", got, changed, err, len(s.requests))
			}
			content(t, to, []byte("before"))
		})
	}
}

func TestFetchLimitsWhatIsNotAnnounced(t *testing.T) {
	s := &source{next: []func(http.ResponseWriter, *http.Request){func(w http.ResponseWriter, _ *http.Request) {
		for range 100 {
			_, _ = w.Write(bytes.Repeat([]byte("x"), 1<<16))
			w.(http.Flusher).Flush()
		}
	}}}
	f, address, to, _ := fetcher(t, s)
	f.MaxBytes = 1 << 20
	if _, changed, err := f.Fetch(t.Context(), address, to, Fetched{}); err == nil || changed || !strings.Contains(err.Error(), "larger than 1 MiB") {
		t.Errorf("changed %v, %v", changed, err)
	}
	if _, err := os.Stat(partFile(to)); err == nil {
		t.Error("the part was left behind")
	}
}

func TestFetchDoesNotWaitForever(t *testing.T) {
	stop := make(chan struct{})
	s := &source{content: []byte("0123456789"), etag: `"1"`}
	s.next = append(s.next, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", s.etag)
		w.Header().Set("Content-Length", "10")
		_, _ = w.Write([]byte("01234"))
		w.(http.Flusher).Flush()
		<-stop
	})
	f, address, to, waits := fetcher(t, s)
	t.Cleanup(func() { close(stop) })
	f.Stall = 50 * time.Millisecond
	if _, changed, err := f.Fetch(t.Context(), address, to, Fetched{}); err != nil || !changed || len(*waits) != 1 {
		t.Fatalf("changed %v, %v, waited %v", changed, err, *waits)
	}
	content(t, to, s.content)
}

func TestFetchStopsWithItsContext(t *testing.T) {
	s := &source{next: []func(http.ResponseWriter, *http.Request){status(503), status(503)}}
	f, address, to, _ := fetcher(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	f.sleep = func(context.Context, time.Duration) error { cancel(); return ctx.Err() }
	if _, _, err := f.Fetch(ctx, address, to, Fetched{}); !errors.Is(err, context.Canceled) || len(s.requests) != 1 {
		t.Errorf("%v, %d requests", err, len(s.requests))
	}
}

func TestFetchOnlySecureAddresses(t *testing.T) {
	f := NewFetcher("t")
	for _, address := range []string{"http://example.org/x", "ftp://example.org/x", "file:///etc/passwd", "https:///x", "x", "http://localhost.example.org/", "http://127.0.0.1.example.org/", "://"} {
		if _, _, err := f.Fetch(t.Context(), address, filepath.Join(t.TempDir(), "x"), Fetched{}); err == nil || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", address, err)
		}
	}
}
