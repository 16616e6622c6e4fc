package feed

import (
	"iter"
	"os"
	"path/filepath"

	"mimamori/internal/advisory"
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
func (Disk) Spool(name string, content []byte) (path string, remove func(), err error) {
	dir, err := os.MkdirTemp("", "mimamori-import-")
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = os.RemoveAll(dir) } // the system clears its temporary folder
	path = filepath.Join(dir, filepath.Base(name))
	if err := os.WriteFile(path, content, 0o600); err != nil {
		remove()
		return "", nil, err
	}
	return path, remove, nil
}
