package feed

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"iter"

	"mimamori/internal/advisory"
)

// VEXDocuments yields the VEX documents at root: a file, a folder or an
// archive. A document without any statement that can be used is yielded with
// its problems.
func VEXDocuments(root string) iter.Seq2[advisory.VEXDocument, error] {
	return func(yield func(advisory.VEXDocument, error) bool) {
		stopped := false
		err := Walk(root, VEXFiles, func(name string, r io.Reader) error {
			sum := sha256.New()
			d := advisory.VEXDocument{Path: name}
			for s, err := range advisory.VEX(io.TeeReader(r, sum), name) {
				if err != nil {
					d.Problems = append(d.Problems, err)
				} else {
					d.Statements = append(d.Statements, s)
				}
			}
			d.SHA256 = hex.EncodeToString(sum.Sum(nil))
			if stopped = !yield(d, nil); stopped {
				return errStop
			}
			return nil
		})
		if err != nil && !stopped {
			yield(advisory.VEXDocument{Path: root}, err)
		}
	}
}

// VEXDocuments yields VEX documents.
func (Disk) VEXDocuments(path string) iter.Seq2[advisory.VEXDocument, error] {
	return VEXDocuments(path)
}
