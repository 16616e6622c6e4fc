package feed

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mimamori/internal/advisory"
	"mimamori/internal/app"
	"mimamori/internal/fault"

	"golang.org/x/mod/sumdb/note"
)

// Disk reads vulnerability data by kind.
type Disk struct{}

// Advisories yields the records of a kind that gives advisories.
func (Disk) Advisories(kind, path string) iter.Seq2[advisory.Advisory, error] {
	return Advisories(advisory.Kind(kind), path)
}

// VEX yields VEX statements.
func (Disk) VEX(path string) iter.Seq2[advisory.Statement, error] { return VEX(path) }

// EPSS yields EPSS scores.
func (Disk) EPSS(path string) iter.Seq2[advisory.EPSSScore, error] { return EPSS(path) }

// EOL yields products with their ends of life.
func (Disk) EOL(path string) iter.Seq2[advisory.ProductLife, error] { return EOL(path) }

// KEV reads the KEV catalogue.
func (Disk) KEV(path string) (*advisory.KEVCatalogue, error) { return KEV(path) }

// Kind tells by the content what kind of data lies at path.
func (Disk) Kind(path string) (advisory.Kind, error) { return DetectKind(path) }

// Spool writes an upload into a temporary folder of its own, under its own
// plain name: the ending tells an archive. remove takes the folder away.
func (Disk) Spool(name string, fill func(to io.Writer) error) (path string, remove func(), err error) {
	dir, err := os.MkdirTemp("", "mimamori-import-")
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = os.RemoveAll(dir) } // the system clears its temporary folder
	path = filepath.Join(dir, filepath.Base(name))
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // a plain name below a folder of our own
	if err == nil {
		err = errors.Join(fill(file), file.Close())
	}
	if err != nil {
		remove()
		return "", nil, fmt.Errorf("keeping %s for the time of its import: %w", name, err)
	}
	return path, remove, nil
}

// Bundle unpacks the bundle at path into a temporary folder.
func (Disk) Bundle(path string, trust []string) (app.Bundle, error) {
	trusted, err := verifiers(trust)
	if err != nil {
		return app.Bundle{}, err
	}
	dir, err := os.MkdirTemp("", "mimamori-bundle-")
	if err != nil {
		return app.Bundle{}, err
	}
	out := app.Bundle{Folder: dir + string(filepath.Separator), Remove: func() { _ = os.RemoveAll(dir) }} // the system clears its temporary folder
	m, err := unpackAt(path, trusted, dir)
	if err != nil {
		out.Remove()
		return app.Bundle{}, err
	}
	out.Made, out.Signer = m.Made, m.Signer
	for _, b := range m.Files { // sorted by kind
		if kind := string(b.Kind); !slices.Contains(out.Kinds, kind) {
			out.Kinds = append(out.Kinds, kind)
		}
	}
	return out, nil
}

// unpackAt is ReadBundle for a file.
func unpackAt(path string, trusted note.Verifiers, dir string) (Manifest, error) {
	file, err := os.Open(path) //nolint:gosec // what the user named, or a file of our own
	if err != nil {
		return Manifest{}, fault.Wrap(fault.Invalid, err, "%s: cannot be opened", filepath.Base(path))
	}
	defer func() { _ = file.Close() }() // only read from
	return ReadBundle(file, filepath.Base(path), trusted, dir)
}

// verifiers reads public keys as people give them.
func verifiers(keys []string) (note.Verifiers, error) {
	var trusted []note.Verifier
	for _, key := range keys {
		v, err := note.NewVerifier(strings.TrimSpace(key))
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "%.100q is no public key of a bundle: take the line that mimamori feed key printed", key)
		}
		trusted = append(trusted, v)
	}
	return note.VerifierList(trusted...), nil
}
