package cli

import (
	"bytes"
	"errors"
	"io"
	"path"
	"path/filepath"
	"runtime"

	"mimamori/internal/feed"
	"mimamori/internal/sbom"
	"mimamori/internal/untrusted"
)

// job is one SBOM on its way: packed bytes in, rows or an error out.
type job struct {
	name, path string
	data       []byte
	rows       []matchRow
	err        error
	done       chan struct{}
}

// errGivenUp ends the reading when nobody waits for more.
var errGivenUp = errors.New("given up")

// eachMatched reads the SBOMs at the paths and matches them on all cores, and
// hands their rows to write in the order of the input; what cannot be read goes
// to report. A document that is named twice counts once; of others with one
// base name the later ones go by their path.
// No more documents are held than are worked on. An error of write ends it.
func eachMatched(paths []string, m *matcher, write func([]matchRow) error, report func(error)) error {
	workers := runtime.GOMAXPROCS(0)
	todo, results, stop := make(chan *job), make(chan *job, workers), make(chan struct{})
	for range workers {
		go func() {
			for j := range todo {
				m.work(j)
				close(j.done)
			}
		}()
	}
	go func() {
		defer close(results)
		defer close(todo)
		read, seen := map[string]bool{}, map[string]bool{} // paths, base names
		send := func(j *job) bool {
			j.done = make(chan struct{})
			select {
			case results <- j:
			case <-stop:
				return false
			}
			if j.err != nil {
				close(j.done)
				return true
			}
			select {
			case todo <- j:
			case <-stop:
				close(j.done)
				return false
			}
			return true
		}
		for _, root := range paths {
			err := feed.Walk(root, feed.SBOMFiles, func(name string, r io.Reader) error {
				j := &job{name: path.Base(filepath.ToSlash(name)), path: name}
				if read[name] {
					return nil
				}
				read[name] = true
				if seen[j.name] {
					j.name = name
				}
				seen[j.name] = true
				j.data, j.err = io.ReadAll(io.LimitReader(r, untrusted.MaxBytes+1)) // sbom.Read refuses what is above the limit
				if !send(j) {
					return errGivenUp
				}
				return nil
			})
			if err != nil && !send(&job{path: root, err: err}) {
				return
			}
		}
	}()
	var failed error
	for j := range results {
		<-j.done
		switch {
		case failed != nil:
		case j.err != nil:
			report(j.err)
		default:
			if failed = write(j.rows); failed != nil {
				close(stop)
			}
		}
		j.data, j.rows = nil, nil
	}
	return failed
}

// work reads and matches one document.
func (m *matcher) work(j *job) {
	d, err := sbom.Read(bytes.NewReader(j.data), j.path)
	j.data = nil
	if err != nil {
		j.err = err
		return
	}
	j.rows = m.document(j.name, d)
}
