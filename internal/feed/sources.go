package feed

import (
	"io"
	"iter"
	"path"
	"path/filepath"

	"mimamori/internal/advisory"
	"mimamori/internal/fault"
	"mimamori/internal/sbom"
)

// OSV yields the OSV records at root: a file (.json, .jsonl, .jsonl.gz), a
// folder or an archive. Records that cannot be read are yielded as errors and
// the rest goes on; so is, last, an input without any record.
func OSV(root string) iter.Seq2[advisory.Advisory, error] {
	return advisories(root, OSVFiles, func(name string, r io.Reader, yield func(advisory.Advisory, error) bool) bool {
		for a, err := range advisory.OSV(r, name) {
			if !yield(a, err) {
				return false
			}
		}
		return true
	})
}

// CSAF yields the advisories of the CSAF documents at root: a file, a folder
// or an archive. Files beside the documents that are no JSON (.sha512, .asc)
// are passed over. Documents that cannot be read are yielded as errors.
func CSAF(root string) iter.Seq2[advisory.Advisory, error] {
	return advisories(root, CSAFFiles, func(name string, r io.Reader, yield func(advisory.Advisory, error) bool) bool {
		list, err := advisory.CSAF(r, name)
		if err != nil {
			return yield(advisory.Advisory{}, err)
		}
		for _, a := range list {
			if !yield(a, nil) {
				return false
			}
		}
		return true
	})
}

func advisories(root string, kind Kind, read func(string, io.Reader, func(advisory.Advisory, error) bool) bool) iter.Seq2[advisory.Advisory, error] {
	return func(yield func(advisory.Advisory, error) bool) {
		found, refused, stopped := 0, 0, false
		count := func(a advisory.Advisory, err error) bool {
			if err != nil {
				refused++
			} else {
				found++
			}
			stopped = !yield(a, err)
			return !stopped
		}
		err := Walk(root, kind, func(name string, r io.Reader) error {
			if !read(name, r, count) {
				return errStop
			}
			return nil
		})
		switch {
		case stopped:
		case err != nil:
			yield(advisory.Advisory{}, err)
		case found == 0:
			yield(advisory.Advisory{}, fault.New(fault.Invalid, "%s: no %s record could be read (%d refused): nothing is taken over", root, kind.name, refused))
		}
	}
}

// KEV reads the KEV catalogue at root, one JSON or CSV file, also compressed.
// Of several files in a folder or archive the one released last counts.
func KEV(root string) (*advisory.KEVCatalogue, error) {
	var latest *advisory.KEVCatalogue
	err := Walk(root, KEVFiles, func(name string, r io.Reader) error {
		c, err := advisory.KEV(r, name)
		if err != nil {
			return err
		}
		if latest == nil || c.Released.After(latest.Released) {
			latest = c
		}
		return nil
	})
	return latest, err
}

// SBOM is one SBOM as found. Name is the base name of its file.
type SBOM struct {
	Name     string
	Path     string // with the archive it lies in
	Document *sbom.Document
}

// SBOMs yields the SBOMs at root: a file, a folder or an archive. One that
// cannot be read is yielded as an error together with its name.
func SBOMs(root string) iter.Seq2[SBOM, error] {
	return func(yield func(SBOM, error) bool) {
		stopped := false
		err := Walk(root, SBOMFiles, func(name string, r io.Reader) error {
			d, err := sbom.Read(r, name)
			if !yield(SBOM{Name: path.Base(filepath.ToSlash(name)), Path: name, Document: d}, err) {
				stopped = true
				return errStop
			}
			return nil
		})
		if err != nil && !stopped {
			yield(SBOM{Name: path.Base(filepath.ToSlash(root)), Path: root}, err)
		}
	}
}
