package httpapi

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// nonceMark stands in index.html where the nonce of the style policy goes.
const nonceMark = "__CSP_NONCE__"

// page is the built page. Its files are few and small, so all are in memory;
// what is not among them is the single page itself.
type page struct {
	files map[string]asset // path without leading slash
	index []byte           // index.html; nil: no page was built
}

// asset is one file, with its compressed forms where they are smaller.
type asset struct {
	mediaType string
	etag      string
	forever   bool // the name has a hash of the content
	plain     []byte
	gzip      []byte
	brotli    []byte
}

// mediaTypes are those that a build of the page can have: the table of the
// machine is not asked, so that all machines answer alike.
var mediaTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon",
	".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8", ".webmanifest": "application/manifest+json",
}

// newPage reads the files of web, which may be nil.
func newPage(web fs.FS) (*page, error) {
	p := &page{files: map[string]asset{}}
	if web == nil {
		return p, nil
	}
	err := fs.WalkDir(web, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, ".br") {
			return err
		}
		data, err := fs.ReadFile(web, name)
		if err != nil {
			return err
		}
		if name == "index.html" {
			p.index = data
			return nil
		}
		brotli, err := fs.ReadFile(web, name+".br")
		if err != nil {
			brotli = nil // there is none
		}
		p.files[name] = newAsset(name, data, brotli)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the built page: %w", err)
	}
	return p, nil
}

func newAsset(name string, data, brotli []byte) asset {
	sum := sha256.Sum256(data)
	a := asset{
		mediaType: mediaTypes[path.Ext(name)], etag: `"` + hex.EncodeToString(sum[:16]) + `"`,
		forever: strings.HasPrefix(name, "assets/"), plain: data, brotli: brotli,
	}
	if a.mediaType == "" {
		a.mediaType = "application/octet-stream"
	}
	var buf bytes.Buffer
	z, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		panic("gzip level: " + err.Error())
	}
	_, _ = z.Write(data) // a buffer takes everything
	_ = z.Close()        // as above
	if buf.Len() < len(data)*9/10 {
		a.gzip = buf.Bytes()
	}
	return a
}

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "the page can only be read", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	if a, ok := p.files[name]; ok {
		a.serve(w, r)
		return
	}
	if strings.HasPrefix(name, "assets/") {
		http.Error(w, "there is no such file", http.StatusNotFound)
		return
	}
	p.serveIndex(w, r)
}

// serveIndex answers with the single page under a fresh nonce.
func (p *page) serveIndex(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	if p.index == nil {
		h.Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte("This program was built without its page. The API is described at /api/docs.\n")) // the client went away
		return
	}
	nonce := rand.Text()
	h.Set("Content-Security-Policy", fmt.Sprintf(policyPage, nonce))
	h.Set("Content-Type", mediaTypes[".html"])
	body := bytes.ReplaceAll(p.index, []byte(nonceMark), []byte(nonce))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // as above
	}
}

func (a asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.mediaType)
	h.Set("ETag", a.etag)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if a.forever {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if strings.Contains(r.Header.Get("If-None-Match"), a.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := a.plain
	switch {
	case a.brotli != nil && accepts(r, "br"):
		h.Set("Content-Encoding", "br")
		body = a.brotli
	case a.gzip != nil && accepts(r, "gzip"):
		h.Set("Content-Encoding", "gzip")
		body = a.gzip
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // the client went away
	}
}

// accepts tells whether the client takes an encoding.
func accepts(r *http.Request, encoding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.ReplaceAll(part, " ", ""), ";")
		if name == encoding {
			return weight != "q=0"
		}
	}
	return false
}
