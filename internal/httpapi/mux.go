package httpapi

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"
)

const (
	maxJSON   = 1 << 20   // bytes of a JSON body
	maxUpload = 256 << 20 // bytes of an uploaded file
	maxImport = 1 << 30   // bytes of uploaded vulnerability data, which are not held in memory
	maxSBOM   = 1 << 30   // bytes of an uploaded SBOM, which no one holds in memory

	answerWithin = 2 * time.Minute  // reading a JSON body; writing an answer, from the start of the request
	uploadWithin = 15 * time.Minute // reading an uploaded file, and writing the answer
)

// mux is a ServeMux that knows its routes and holds each to the size of its
// body, and uploads to a time.
type mux struct {
	*http.ServeMux
	files  map[string]int64 // patterns whose body is a file, with its most bytes
	routes map[string]bool  // all patterns
	refuse func(context.Context, http.ResponseWriter, error)
}

func newMux() *mux {
	return &mux{ServeMux: http.NewServeMux(), files: map[string]int64{}, routes: map[string]bool{}}
}

// takesFiles says that the body of a pattern, which is registered later, is a
// file of at most limit bytes.
func (m *mux) takesFiles(pattern string, limit int64) { m.files[pattern] = limit }

// patterns returns every pattern, sorted.
func (m *mux) patterns() []string { return slices.Sorted(maps.Keys(m.routes)) }

// HandleFunc registers an operation.
func (m *mux) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	m.routes[pattern] = true
	limit := int64(maxJSON)
	most, isFile := m.files[pattern]
	if isFile {
		limit = most
	}
	m.ServeMux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > limit {
			w.Header().Set("Connection", "close") // do not read what was refused
			m.refuse(r.Context(), w, &http.MaxBytesError{Limit: limit})
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		if isFile {
			control, until := http.NewResponseController(w), time.Now().Add(uploadWithin)
			// Errors say that the connection has no deadlines.
			_ = control.SetReadDeadline(until)
			_ = control.SetWriteDeadline(until)
		}
		handler(w, r)
	})
}

// plain registers a route that is no operation.
func (m *mux) plain(pattern string, handler http.Handler) {
	m.routes[pattern] = true
	m.Handle(pattern, handler)
}
