package cli

import (
	"bytes"
	"io"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"mimamori/internal/feed"
	"mimamori/internal/sbom"
	"mimamori/internal/untrusted"
)

// fleet is all SBOMs as matching needs them. Documents of a fleet have most
// components in common: each is held once.
type fleet struct {
	documents  []fleetDocument
	components []*sbom.Component // distinct, with what matching reads of them
	known      map[sameness]int  // index in components
}

// fleetDocument is one SBOM.
type fleetDocument struct {
	name       string
	components []int // indexes in fleet.components
}

// sameness is all that matching reads of a component.
type sameness struct {
	purl, group, name, version, supplier, sourceName, sourceVersion string
	lists                                                           string // the other purls, CPE names and hashes
}

// take adds a document. Its subject counts as a component where it is not one
// already: a device is affected by an advisory about itself, too.
func (f *fleet) take(name string, d *sbom.Document) {
	components := d.Components
	if d.Subject != nil && d.Format == sbom.CycloneDX {
		components = append(slices.Clip(components), *d.Subject)
	}
	out := fleetDocument{name, make([]int, len(components))}
	for i := range components {
		out.components[i] = f.index(&components[i])
	}
	f.documents = append(f.documents, out)
}

// index returns the place of a component.
func (f *fleet) index(c *sbom.Component) int {
	key := sameness{c.Purl, c.Group, c.Name, c.Version, c.Supplier, c.SourceName, c.SourceVersion, listsText(c)}
	at, known := f.known[key]
	if !known {
		at = len(f.components)
		f.known[key] = at
		f.components = append(f.components, &sbom.Component{
			Purl: c.Purl, Group: c.Group, Name: c.Name, Version: c.Version, Supplier: c.Supplier,
			SourceName: c.SourceName, SourceVersion: c.SourceVersion, OtherPurls: c.OtherPurls, CPEs: c.CPEs, Hashes: c.Hashes,
		})
	}
	return at
}

// listsText holds the lists that matching reads of a component.
func listsText(c *sbom.Component) string {
	if len(c.OtherPurls)+len(c.CPEs)+len(c.Hashes) == 0 {
		return ""
	}
	var b strings.Builder
	for _, list := range [][]string{c.OtherPurls, c.CPEs} {
		for _, text := range list {
			b.WriteString(text + "\x00")
		}
		b.WriteByte(1)
	}
	for _, h := range c.Hashes {
		b.WriteString(h.Algorithm + "\x00" + h.Value + "\x00")
	}
	return b.String()
}

// reading is one SBOM on its way: bytes in, a document or an error out.
type reading struct {
	name, path string
	data       *bytes.Buffer
	document   *sbom.Document
	err        error
	done       chan struct{}
}

// buffers are used again: the SBOMs of a fleet unpack to gigabytes.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// readFleet reads the SBOMs at the paths on all cores; what cannot be read is
// among the problems. A document that is named twice counts once; of others
// with one base name the later ones go by their path. No more documents are
// held than are worked on.
func readFleet(paths []string) (f *fleet, problems []error) {
	workers := runtime.GOMAXPROCS(0)
	todo, inOrder := make(chan *reading), make(chan *reading, 2*workers)
	for range workers {
		go func() {
			for r := range todo {
				r.document, r.err = sbom.Read(r.data, r.path)
				buffers.Put(r.data)
				close(r.done)
			}
		}()
	}
	go func() {
		defer close(inOrder)
		defer close(todo)
		openAll(paths, func(r *reading) {
			r.done = make(chan struct{})
			inOrder <- r
			if r.err != nil {
				close(r.done)
				return
			}
			todo <- r
		})
	}()
	f = &fleet{known: map[sameness]int{}}
	for r := range inOrder {
		if <-r.done; r.err != nil {
			problems = append(problems, r.err)
			continue
		}
		f.take(r.name, r.document)
	}
	f.known = nil
	return f, problems
}

// openAll hands the bytes of each SBOM at the paths, or why there are none, to send.
func openAll(paths []string, send func(*reading)) {
	read, seen := map[string]bool{}, map[string]bool{} // paths, base names
	for _, root := range paths {
		err := feed.Walk(root, feed.SBOMFiles, func(name string, in io.Reader) error {
			if read[name] {
				return nil
			}
			read[name] = true
			r := &reading{name: path.Base(filepath.ToSlash(name)), path: name}
			if seen[r.name] {
				r.name = name
			}
			seen[r.name] = true
			r.data, _ = buffers.Get().(*bytes.Buffer) // nothing else is in the pool
			r.data.Reset()
			_, r.err = r.data.ReadFrom(io.LimitReader(in, untrusted.MaxBytes+1)) // sbom.Read refuses what is above the limit
			send(r)
			return nil
		})
		if err != nil {
			send(&reading{path: root, err: err})
		}
	}
}
