package ledger

import (
	"fmt"
	"math/bits"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// StoredHash is one hash of the tree at its place in storage, as
// tlog.StoredHashIndex numbers the places.
type StoredHash struct {
	Index int64
	Hash  tlog.Hash
}

// Tree is what is needed to append to the Merkle tree: how many entries it
// has, and the roots of its complete subtrees. The zero Tree is empty.
type Tree struct {
	size  int64
	peaks []tlog.Hash // of the complete subtrees, largest first: one for each set bit of size
}

// Size returns the number of entries.
func (t *Tree) Size() int64 { return t.size }

// Clone returns a copy that grows by itself.
func (t *Tree) Clone() Tree {
	return Tree{size: t.size, peaks: append([]tlog.Hash(nil), t.peaks...)}
}

// Append adds one leaf and returns the hashes that this adds to storage, in
// the order of their index: the leaf first.
func (t *Tree) Append(leaf tlog.Hash) ([]StoredHash, error) {
	hashes, err := tlog.StoredHashesForRecordHash(t.size, leaf, t)
	if err != nil {
		return nil, fmt.Errorf("growing the ledger tree of %d entries: %w", t.size, err)
	}
	out := make([]StoredHash, len(hashes))
	first := tlog.StoredHashIndex(0, t.size)
	for i, h := range hashes {
		out[i] = StoredHash{Index: first + int64(i), Hash: h}
	}
	merged := len(hashes) - 1 // subtrees that the new leaf completes
	t.peaks = append(t.peaks[:len(t.peaks)-merged], hashes[merged])
	t.size++
	return out, nil
}

// Root returns the root of the tree; of the empty tree the hash of nothing.
func (t *Tree) Root() (tlog.Hash, error) { return tlog.TreeHash(t.size, t) }

// ReadHashes serves the roots of the complete subtrees, all that appending and
// the root need. It makes Tree a tlog.HashReader.
func (t *Tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	at := make(map[int64]tlog.Hash, len(t.peaks))
	rest := t.size
	var before int64
	for _, peak := range t.peaks {
		level := bits.Len64(uint64(rest)) - 1 //nolint:gosec // sizes are not negative
		at[tlog.StoredHashIndex(level, before>>level)] = peak
		before += 1 << level
		rest -= 1 << level
	}
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		h, ok := at[index]
		if !ok {
			return nil, fmt.Errorf("hash %d is not a complete subtree of %d entries", index, t.size)
		}
		out[i] = h
	}
	return out, nil
}

// Peaks returns the roots of the complete subtrees as text, largest first, one
// space between them: what has to be kept to go on with ParseTree.
func (t *Tree) Peaks() string {
	words := make([]string, len(t.peaks))
	for i, h := range t.peaks {
		words[i] = h.String()
	}
	return strings.Join(words, " ")
}

// ParseTree returns the tree of size entries whose Peaks were kept.
func ParseTree(size int64, peaks string) (Tree, error) {
	words := strings.Fields(peaks)
	if size < 0 || len(words) != bits.OnesCount64(uint64(size)) {
		return Tree{}, fmt.Errorf("ledger tree of %d entries with %d subtrees: they do not belong together", size, len(words))
	}
	t := Tree{size: size}
	for _, word := range words {
		h, err := tlog.ParseHash(word)
		if err != nil {
			return Tree{}, fmt.Errorf("subtree %q of the ledger: %w", word, err)
		}
		t.peaks = append(t.peaks, h)
	}
	return t, nil
}
