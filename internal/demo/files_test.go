package demo_test

import (
	"iter"
	"os"
	"path/filepath"

	"mimamori/internal/advisory"
	"mimamori/internal/feed"
)

// files reads uploaded files from a folder of the test.
type files struct{ dir string }

func (files) Advisories(kind, path string) iter.Seq2[advisory.Advisory, error] {
	if kind == "csaf" {
		return feed.CSAF(path)
	}
	return feed.OSV(path)
}

func (files) KEV(path string) (*advisory.KEVCatalogue, error) { return feed.KEV(path) }

func (f files) Spool(name string, content []byte) (path string, remove func(), err error) {
	path = filepath.Join(f.dir, name)
	return path, func() { _ = os.Remove(path) }, os.WriteFile(path, content, 0o600)
}
