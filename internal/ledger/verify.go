package ledger

import (
	"fmt"
	"iter"
	"slices"

	"golang.org/x/mod/sumdb/note"
)

// StoredEntry is one entry as a store keeps it.
type StoredEntry struct {
	Seq       int64
	Canonical []byte
	Mismatch  string // what the store keeps beside the entry and does not agree with it; "" when all does
}

// StoredCheckpoint is a checkpoint as a store keeps it: the size it is filed
// under, and the signed text.
type StoredCheckpoint struct {
	Size int64
	Note string
}

// Stored is everything a store keeps of a ledger.
type Stored struct {
	Entries     iter.Seq2[StoredEntry, error] // by Seq
	Hashes      iter.Seq2[StoredHash, error]  // by Index
	Checkpoints []StoredCheckpoint            // in any order
	Head        StoredCheckpoint              // the newest; it covers every entry
}

// Report is what a verification found.
type Report struct {
	OK          bool  `json:"ok"`
	Entries     int64 `json:"entries"`             // found good, from the first on
	Checkpoints int   `json:"checked_checkpoints"` // found good
	FirstBad    *Bad  `json:"first_bad"`           // nil when all is good
}

// Bad is the first thing that is wrong.
type Bad struct {
	Seq int64  `json:"seq"` // of the entry
	Why string `json:"why"`
}

// Verify computes the whole tree again from the stored entries and compares it
// with the stored hashes and with every checkpoint signed by the key verifier
// (the public key as text). It needs nothing else and no network.
//
// The report names the first entry that is changed, missing or added. Where
// somebody changed an entry and all hashes with it, only the signed
// checkpoints tell, and the first entry that the last good checkpoint does not
// cover is named. The error is for stores that cannot be read and for a
// public key that is none.
func Verify(s Stored, verifier string) (Report, error) {
	v, err := note.NewVerifier(verifier)
	if err != nil {
		return Report{}, fmt.Errorf("public key of the ledger %q: %w", verifier, err)
	}
	w := walk{verifier: v, checkpoints: append(slices.Clone(s.Checkpoints), s.Head), head: s.Head}
	slices.SortStableFunc(w.checkpoints, func(a, b StoredCheckpoint) int { return int(min(max(a.Size-b.Size, -1), 1)) })
	next, stop := iter.Pull2(s.Hashes)
	defer stop()
	w.nextHash = next

	if err := w.run(s.Entries); err != nil {
		return Report{}, err
	}
	w.report.OK = w.report.FirstBad == nil
	return w.report, nil
}

// walk goes along the entries and stops at the first bad one.
type walk struct {
	verifier    note.Verifier
	tree        Tree
	nextHash    func() (StoredHash, error, bool)
	checkpoints []StoredCheckpoint // still to check, by size
	head        StoredCheckpoint
	covered     int64 // entries under the last good checkpoint
	report      Report
}

func (w *walk) bad(seq int64, format string, args ...any) {
	if w.report.FirstBad == nil {
		w.report.FirstBad = &Bad{Seq: seq, Why: fmt.Sprintf(format, args...)}
	}
}

func (w *walk) run(entries iter.Seq2[StoredEntry, error]) error {
	if w.checkCheckpoints(); w.report.FirstBad != nil {
		return nil
	}
	for e, err := range entries {
		if err != nil {
			return err
		}
		if err := w.entry(e); err != nil {
			return err
		}
		if w.report.FirstBad == nil {
			w.checkCheckpoints()
		}
		if w.report.FirstBad != nil {
			return nil
		}
		w.report.Entries = w.tree.Size()
	}
	return w.end()
}

func (w *walk) entry(e StoredEntry) error {
	seq := w.tree.Size()
	switch {
	case e.Seq > seq:
		w.bad(seq, "entry %d is missing: the next one stored is %d", seq, e.Seq)
		return nil
	case e.Seq < seq:
		w.bad(e.Seq, "entry %d does not belong here: %d was expected", e.Seq, seq)
		return nil
	}
	hashes, err := w.tree.Append(Leaf(e.Canonical))
	if err != nil {
		return err
	}
	for i, want := range hashes {
		got, err, ok := w.nextHash()
		switch {
		case err != nil:
			return err
		case !ok || got.Index != want.Index:
			w.bad(seq, "hash %d of entry %d is missing", want.Index, seq)
		case got.Hash != want.Hash && i == 0:
			w.bad(seq, "entry %d is not what was hashed when it was written", seq)
		case got.Hash != want.Hash:
			w.bad(seq, "hash %d, which entry %d completed, was changed", want.Index, seq)
		default:
			continue
		}
		return nil
	}
	parsed, err := ParseEntry(e.Canonical)
	switch {
	case err != nil:
		w.bad(seq, "entry %d cannot be read: %v", seq, err)
	case parsed.Seq != seq:
		w.bad(seq, "entry %d calls itself %d", seq, parsed.Seq)
	case e.Mismatch != "":
		w.bad(seq, "entry %d: %s", seq, e.Mismatch)
	}
	return nil
}

// checkCheckpoints checks those that end with the newest entry.
func (w *walk) checkCheckpoints() {
	size := w.tree.Size()
	for len(w.checkpoints) > 0 && w.checkpoints[0].Size <= size {
		stored := w.checkpoints[0]
		w.checkpoints = w.checkpoints[1:]
		c, err := openCheckpoint(stored.Note, w.verifier)
		if err != nil {
			w.bad(max(stored.Size-1, 0), "the checkpoint of %d entries is forged or damaged: %v", stored.Size, err)
			return
		}
		if c.Size != stored.Size {
			w.bad(max(min(c.Size, stored.Size)-1, 0), "the checkpoint filed under %d entries was signed for %d", stored.Size, c.Size)
			return
		}
		root, err := w.tree.Root()
		if err != nil || root != c.Root {
			w.bad(w.covered, "entries %d to %d are not those of the signed checkpoint of %d entries: one or more of them was changed with all its hashes",
				w.covered, size-1, size)
			return
		}
		w.covered = size
		w.report.Checkpoints++
	}
}

// end checks that nothing is left over or cut off.
func (w *walk) end() error {
	size := w.tree.Size()
	if len(w.checkpoints) > 0 {
		c := w.checkpoints[0]
		if _, err := openCheckpoint(c.Note, w.verifier); err != nil {
			w.bad(size, "the checkpoint of %d entries is forged or damaged: %v", c.Size, err)
		} else {
			w.bad(size, "entry %d is missing: a checkpoint was signed for %d entries, %d are stored", size, c.Size, size)
		}
		return nil
	}
	if w.head.Size != size {
		w.bad(w.head.Size, "entry %d is not covered by the newest checkpoint, which was signed for %d entries", w.head.Size, w.head.Size)
		return nil
	}
	extra, err, ok := w.nextHash()
	if err != nil {
		return err
	}
	if ok {
		w.bad(size, "entry %d is missing: its hash %d is still stored", size, extra.Index)
	}
	return nil
}
