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

// readers reads a file of each kind that gives advisories, as the functions of
// package advisory say.
var readers = map[advisory.Kind]struct {
	files Kind
	read  func(r io.Reader, name string) iter.Seq2[advisory.Advisory, error]
}{
	advisory.KindOSV:  {OSVFiles, advisory.OSV},
	advisory.KindCVE:  {CVEFiles, advisory.CVE},
	advisory.KindNVD:  {NVDFiles, advisory.NVD},
	advisory.KindJVN:  {JVNFiles, advisory.JVN},
	advisory.KindCSAF: {CSAFFiles, csaf},
}

// Advisories yields the records of the kind at root: a file, plain or gzip, a
// folder or an archive. Records that cannot be read are yielded as errors and
// the rest goes on; so is, last, an input without any record. Files beside the
// records that end otherwise (.sha512, .asc) are passed over.
func Advisories(kind advisory.Kind, root string) iter.Seq2[advisory.Advisory, error] {
	reader, known := readers[kind]
	if !known {
		return func(yield func(advisory.Advisory, error) bool) {
			yield(advisory.Advisory{}, fault.New(fault.Invalid, "%q is no kind of advisories", string(kind)))
		}
	}
	return all(root, reader.files, reader.read)
}

// OSV yields the OSV records at root.
func OSV(root string) iter.Seq2[advisory.Advisory, error] {
	return Advisories(advisory.KindOSV, root)
}

// CSAF yields the advisories of the CSAF documents at root.
func CSAF(root string) iter.Seq2[advisory.Advisory, error] {
	return Advisories(advisory.KindCSAF, root)
}

// VEX yields the statements of the VEX documents at root.
func VEX(root string) iter.Seq2[advisory.Statement, error] { return all(root, VEXFiles, advisory.VEX) }

// EPSS yields the scores of the EPSS files at root.
func EPSS(root string) iter.Seq2[advisory.EPSSScore, error] {
	return all(root, EPSSFiles, advisory.EPSS)
}

// EOL yields the products of the end-of-life data at root.
func EOL(root string) iter.Seq2[advisory.ProductLife, error] {
	return all(root, EOLFiles, advisory.EOL)
}

func csaf(r io.Reader, name string) iter.Seq2[advisory.Advisory, error] {
	return func(yield func(advisory.Advisory, error) bool) {
		list, err := advisory.CSAF(r, name)
		if err != nil {
			yield(advisory.Advisory{}, err)
			return
		}
		for i := range list {
			if !yield(list[i], nil) {
				return
			}
		}
	}
}

// all yields what read finds in the files of kind at root.
func all[T any](root string, kind Kind, read func(r io.Reader, name string) iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		found, refused, stopped := 0, 0, false
		err := Walk(root, kind, func(name string, r io.Reader) error {
			for record, err := range read(r, name) {
				if err != nil {
					refused++
				} else {
					found++
				}
				if stopped = !yield(record, err); stopped {
					return errStop
				}
			}
			return nil
		})
		switch {
		case stopped:
		case err != nil:
			yield(none, err)
		case found == 0:
			yield(none, fault.New(fault.Invalid, "%s: no %s record could be read (%d refused): nothing is taken over", root, kind.name, refused))
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
