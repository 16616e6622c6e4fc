package httpapi_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

var nonce = regexp.MustCompile(`style-src 'self' 'nonce-([A-Z2-7]{20,})'`)

func TestPageUnderAFreshNonce(t *testing.T) {
	s := newEmptyServer(t)
	b := s.browser(t)
	seen := map[string]bool{}
	for _, path := range []string{"/", "/index.html", "/cases/C-2026-0001", "/setup?token=x", "/some/%2e%2e/thing"} {
		a := b.want(t, http.StatusOK, "GET", path, nil)
		policy := a.header.Get("Content-Security-Policy")
		m := nonce.FindStringSubmatch(policy)
		if m == nil {
			t.Fatalf("%s: policy %q has no nonce", path, policy)
		}
		if seen[m[1]] {
			t.Error("a nonce is used twice")
		}
		seen[m[1]] = true
		if !strings.Contains(string(a.body), `content="`+m[1]+`"`) || strings.Contains(string(a.body), "__CSP_NONCE__") {
			t.Errorf("%s: the page does not carry its nonce: %s", path, a.body)
		}
		script := regexp.MustCompile(`script-src ([^;]*)`).FindStringSubmatch(policy)
		if script == nil || script[1] != "'self'" {
			t.Errorf("scripts: %v, want 'self' alone", script)
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("policy %q", policy)
		}
		if a.header.Get("Cache-Control") != "no-store" {
			t.Error("a page with a nonce can be kept by a cache")
		}
	}
}

func TestFilesOfThePage(t *testing.T) {
	s := newEmptyServer(t)
	b := s.browser(t)
	a := b.want(t, http.StatusOK, "GET", "/assets/style-9a.css", nil, "Accept-Encoding", "gzip, br;q=0")
	if a.header.Get("Content-Encoding") != "gzip" || a.header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
		t.Errorf("headers %v", a.header)
	}
	z, err := gzip.NewReader(strings.NewReader(string(a.body)))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := io.ReadAll(z); err != nil || string(plain) != strings.Repeat("a{color:red}", 300) {
		t.Errorf("unpacked %d bytes, %v", len(plain), err)
	}
	b.want(t, http.StatusNotModified, "GET", "/assets/style-9a.css", nil, "If-None-Match", a.header.Get("ETag"))
	a = b.want(t, http.StatusOK, "GET", "/assets/app-Bx81.js", nil, "Accept-Encoding", "gzip, deflate, br")
	if a.header.Get("Content-Encoding") != "br" || a.header.Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Errorf("headers %v", a.header)
	}
	a = b.want(t, http.StatusOK, "GET", "/favicon.svg", nil, "Accept-Encoding", "identity")
	if a.header.Get("Cache-Control") != "no-cache" || a.header.Get("Content-Encoding") != "" {
		t.Errorf("headers %v of a file without a hash in its name", a.header)
	}
	b.want(t, http.StatusOK, "HEAD", "/favicon.svg", nil)
	b.want(t, http.StatusNotFound, "GET", "/assets/app-old.js", nil) // not the page: a script of an older build is gone
	b.want(t, http.StatusMethodNotAllowed, "POST", "/", nil)
}

func TestPathsLeadNowhereElse(t *testing.T) {
	s := newEmptyServer(t)
	b := s.browser(t)
	for _, path := range []string{
		"/../../../etc/passwd", "/..%2f..%2f..%2fetc/passwd", "/assets/..%2f..%2fgo.mod", "/assets/%2e%2e/%2e%2e/go.mod",
		"/assets/app-Bx81.js%00", "/api/docs/..%2f..%2fapi.go", "/api/docs/../docs.go", "/api/docs/nothing.js",
	} {
		a := b.do(t, "GET", path, nil)
		if body := string(a.body); strings.Contains(body, "root:") || strings.Contains(body, "package ") || strings.Contains(body, "module mimamori") {
			t.Errorf("%s: %.80s", path, body)
		}
	}
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	s := newServer(t)
	b := s.signIn(t, "admin@example.jp")
	for _, path := range []string{"/", "/favicon.svg", "/healthz", "/api/session", "/api/products", "/api/products/none", "/api/nothing", "/api/docs", "/api/openapi.json"} {
		a := b.do(t, "GET", path, nil)
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got := a.header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		if !strings.Contains(a.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") || a.header.Get("Permissions-Policy") == "" || a.header.Get("X-Request-Id") == "" {
			t.Errorf("%s: headers %v", path, a.header)
		}
		if strings.HasPrefix(path, "/api/") && !strings.Contains(a.header.Get("Cache-Control"), "no-store") {
			t.Errorf("%s: a cache may keep it: %q", path, a.header["Cache-Control"])
		}
	}
	if p := b.want(t, http.StatusNotFound, "GET", "/api/nothing", nil).problem(t); !strings.Contains(p.Detail, "/api/docs") {
		t.Errorf("unknown operation: %+v", p)
	}
	b.want(t, http.StatusNotFound, "DELETE", "/api/products", nil).problem(t)
}

// The documentation works without any other host.
func TestDocumentationStandsAlone(t *testing.T) {
	s := newEmptyServer(t)
	b := s.browser(t)
	for path, mediaType := range map[string]string{
		"/api/docs": "text/html; charset=utf-8", "/api/docs/docs.js": "text/javascript; charset=utf-8", "/api/docs/docs.css": "text/css; charset=utf-8",
	} {
		a := b.want(t, http.StatusOK, "GET", path, nil)
		if a.header.Get("Content-Type") != mediaType {
			t.Errorf("%s is %q", path, a.header.Get("Content-Type"))
		}
		if body := string(a.body); strings.Contains(body, "://") || strings.Contains(body, "<style") || strings.Contains(body, "onclick") {
			t.Errorf("%s names another host or has inline code", path)
		}
	}
}
