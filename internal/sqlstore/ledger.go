package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"mimamori/internal/fault"
	"mimamori/internal/ledger"

	"golang.org/x/mod/sumdb/tlog"
)

// openLedger reads or makes the key and checks that the ledger belongs to it.
func (s *Store) openLedger(ctx context.Context) error {
	head, err := loadHead(ctx, s.queries, "")
	begun := err == nil
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if s.key, err = ledgerKey(s.config.LedgerKeyPath, !begun || head.tree.Size() == 0); err != nil {
		return err
	}
	if !begun || head.tree.Size() == 0 {
		return s.beginLedger(ctx)
	}
	if _, err := ledger.OpenCheckpoint(head.note, s.key.Verifier()); err != nil {
		return fault.Wrap(fault.Invalid, err, "the ledger of this database was not signed with the key in %s, or its newest checkpoint was altered: "+
			"put back the key file that belongs to the database", s.config.LedgerKeyPath)
	}
	return nil
}

// beginLedger signs the empty ledger; several processes may do so at once.
func (s *Store) beginLedger(ctx context.Context) error {
	c, err := s.key.Sign(&ledger.Tree{})
	if err != nil {
		return err
	}
	q := queries{session: s.writes, postgres: s.pool != nil}
	_, err = q.exec(ctx, "INSERT INTO ledger_head (id, size, peaks, note) VALUES (1, 0, '', ?) "+
		"ON CONFLICT (id) DO UPDATE SET note = excluded.note WHERE ledger_head.size = 0", c.Note)
	return err
}

// ledgerKey reads the key file, or makes it when mayMake.
func ledgerKey(path string, mayMake bool) (ledger.Key, error) {
	data, err := os.ReadFile(path) //nolint:gosec // the administrator names the file
	if errors.Is(err, fs.ErrNotExist) {
		if !mayMake {
			return ledger.Key{}, fault.New(fault.Invalid, "the key of the ledger is missing: put back the file %s from the backup", path)
		}
		if data, err = makeKey(path); errors.Is(err, fs.ErrExist) { // another process was faster
			data, err = os.ReadFile(path) //nolint:gosec // as above
		}
	}
	if err != nil {
		return ledger.Key{}, fmt.Errorf("key of the ledger: %w", err)
	}
	key, err := ledger.ParseKey(string(data))
	if err != nil {
		return ledger.Key{}, fmt.Errorf("file %s: %w", path, err)
	}
	return key, nil
}

// makeKey writes a fresh key, complete or not at all.
func makeKey(path string) ([]byte, error) {
	secret, err := ledger.NewKey()
	if err != nil {
		return nil, err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".ledger-key-*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(temp.Name()) }() // linked below
	_, err = temp.WriteString(secret)
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return nil, err
	}
	return []byte(secret), os.Link(temp.Name(), path) // fails when path exists
}

func loadHead(ctx context.Context, q queries, lock string) (head, error) {
	var size int
	var peaks, note string
	found := false
	err := q.each(ctx, row{{"size", &size}, {"peaks", &peaks}, {"note", &note}}, "FROM ledger_head WHERE id = 1"+lock, nil,
		func() error { found = true; return nil })
	if err != nil {
		return head{}, fmt.Errorf("reading the head of the ledger: %w", err)
	}
	if !found {
		return head{}, fault.New(fault.NotFound, "the ledger has no head")
	}
	tree, err := ledger.ParseTree(int64(size), peaks)
	return head{tree: tree, note: note}, err
}

// appendEntries writes the entries of one write at the end of the ledger.
func (s *Store) appendEntries(ctx context.Context, q queries, h *head, entries []ledger.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	at := s.config.Clock().UTC().Truncate(time.Microsecond)
	var entryRows, subjectRows, hashRows []row
	for i := range entries {
		e := entries[i]
		e.Seq, e.At = h.tree.Size(), at
		canonical, err := e.Canonical()
		if err != nil {
			return err
		}
		hashes, err := h.tree.Append(ledger.Leaf(canonical))
		if err != nil {
			return err
		}
		seq, text := e.Seq, string(canonical)
		entryRows = append(entryRows, row{
			{"seq", &seq}, {"at", instant{&e.At}}, {"actor_id", &e.Actor.ID}, {"action", &e.Action}, entrySearch(e), {"canonical", &text},
		})
		for _, subject := range subjectsOf(e) {
			subjectRows = append(subjectRows, row{{"subject_kind", &subject.Kind}, {"subject_id", &subject.ID}, {"seq", &seq}})
		}
		for _, hash := range hashes {
			text := hash.Hash.String()
			hashRows = append(hashRows, row{{"place", &hash.Index}, {"hash", &text}})
		}
	}
	if err := q.insert(ctx, "ledger_entries", entryRows...); err != nil {
		return err
	}
	if err := q.insert(ctx, "ledger_subjects", subjectRows...); err != nil {
		return err
	}
	return q.insert(ctx, "ledger_hashes", hashRows...)
}

// entrySearch is what a search looks into: the people, the record, the reason.
func entrySearch(e ledger.Entry) column {
	return found(e.Actor.Name, e.Action, e.Subject.Name, e.Reason)
}

// subjectsOf returns the records under which an entry is listed, sorted, each once.
func subjectsOf(e ledger.Entry) []ledger.Subject {
	out := []ledger.Subject{{Kind: textOf(e.Subject.Kind), ID: textOf(e.Subject.ID)}}
	for _, p := range e.Parents {
		out = append(out, ledger.Subject{Kind: textOf(p.Kind), ID: textOf(p.ID)})
	}
	slices.SortFunc(out, compareSubjects)
	return slices.Compact(out)
}

func compareSubjects(a, b ledger.Subject) int {
	return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.ID, b.ID))
}

// saveHead signs the end of the ledger. The newest checkpoint always covers
// every entry; one in a second goes to the archive, so that a rewritten
// history contradicts older checkpoints as well.
func (s *Store) saveHead(ctx context.Context, q queries, h *head) error {
	c, err := s.key.Sign(&h.tree)
	if err != nil {
		return err
	}
	h.note = c.Note
	if _, err := q.exec(ctx, "UPDATE ledger_head SET size = ?, peaks = ?, note = ? WHERE id = 1", c.Size, h.tree.Peaks(), c.Note); err != nil {
		return fmt.Errorf("moving the head of the ledger: %w", err)
	}
	now := time.Now()
	s.archived.Lock()
	due := now.Sub(s.lastArchived) >= time.Second
	if due {
		s.lastArchived = now
	}
	s.archived.Unlock()
	if !due {
		return nil
	}
	at := s.config.Clock()
	return q.insert(ctx, "ledger_checkpoints", row{{"size", &c.Size}, {"at", instant{&at}}, {"note", &c.Note}})
}

// Checkpoint returns the newest signed checkpoint, as text; it covers every entry.
func (s *Store) Checkpoint(ctx context.Context) (string, error) {
	h, err := loadHead(ctx, s.queries, "")
	return h.note, err
}

// VerifyLedger computes the whole ledger again, on one snapshot of the
// database. A ledger that was altered is a report, not an error.
func (s *Store) VerifyLedger(ctx context.Context) (ledger.Report, error) {
	snapshot, err := s.reads.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: s.snapshotIsolation()})
	if err != nil {
		return ledger.Report{}, fmt.Errorf("beginning to verify the ledger: %w", err)
	}
	defer func() { _ = snapshot.Rollback() }() // nothing was written
	q := queries{session: snapshot, postgres: s.pool != nil}

	stored := ledger.Stored{Entries: storedEntries(ctx, q), Hashes: storedHashes(ctx, q)}
	var size int64
	var note string
	shape := row{{"size", &size}, {"note", &note}}
	if err := q.each(ctx, shape, "FROM ledger_checkpoints ORDER BY size", nil, func() error {
		stored.Checkpoints = append(stored.Checkpoints, ledger.StoredCheckpoint{Size: size, Note: note})
		return nil
	}); err != nil {
		return ledger.Report{}, err
	}
	if err := q.each(ctx, shape, "FROM ledger_head WHERE id = 1", nil, func() error {
		stored.Head = ledger.StoredCheckpoint{Size: size, Note: note}
		return nil
	}); err != nil {
		return ledger.Report{}, err
	}
	return ledger.Verify(stored, s.key.Verifier())
}

func (s *Store) snapshotIsolation() sql.IsolationLevel {
	if s.pool != nil {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault // an SQLite transaction is a snapshot
}

// verifyChunk is how many rows are read at a time.
const verifyChunk = 2_000

// storedEntries yields the entries by seq, each compared with the columns that
// find it.
func storedEntries(ctx context.Context, q queries) iter.Seq2[ledger.StoredEntry, error] {
	type stored struct {
		seq                                  int64
		at, actor, action, search, canonical string
	}
	return func(yield func(ledger.StoredEntry, error) bool) {
		after := int64(math.MinInt32) - 1
		for {
			chunk, err := all(ctx, q, func(e *stored) row {
				return row{{"seq", &e.seq}, {"at", &e.at}, {"actor_id", &e.actor}, {"action", &e.action}, {"search", &e.search}, {"canonical", &e.canonical}}
			}, "FROM ledger_entries WHERE seq > CAST(? AS BIGINT) ORDER BY seq LIMIT ?", after, verifyChunk)
			if err != nil {
				yield(ledger.StoredEntry{}, err)
				return
			}
			if len(chunk) == 0 {
				return
			}
			last := chunk[len(chunk)-1].seq
			subjects, err := storedSubjects(ctx, q, after, last)
			if err != nil {
				yield(ledger.StoredEntry{}, err)
				return
			}
			for _, c := range chunk {
				e := ledger.StoredEntry{Seq: c.seq, Canonical: []byte(c.canonical)}
				if parsed, err := ledger.ParseEntry(e.Canonical); err == nil { // what cannot be read, Verify tells
					switch {
					case instantText(parsed.At) != c.at, textOf(parsed.Actor.ID) != c.actor, textOf(parsed.Action) != c.action,
						*entrySearch(parsed).field.(*string) != c.search:
						e.Mismatch = "what lists and searches find it by was changed"
					case !slices.Equal(subjects[c.seq], subjectsOf(parsed)):
						e.Mismatch = "the records under which it is listed were changed"
					}
				}
				if !yield(e, nil) {
					return
				}
			}
			after = last
		}
	}
}

// storedSubjects returns the records of the entries after < seq ≤ last, sorted.
func storedSubjects(ctx context.Context, q queries, after, last int64) (map[int64][]ledger.Subject, error) {
	out := map[int64][]ledger.Subject{}
	var seq int64
	var subject ledger.Subject
	err := q.each(ctx, row{{"seq", &seq}, {"subject_kind", &subject.Kind}, {"subject_id", &subject.ID}},
		"FROM ledger_subjects WHERE seq > CAST(? AS BIGINT) AND seq <= CAST(? AS BIGINT) ORDER BY seq", []any{after, last},
		func() error { out[seq] = append(out[seq], subject); return nil })
	for _, subjects := range out {
		slices.SortFunc(subjects, compareSubjects)
	}
	return out, err
}

func storedHashes(ctx context.Context, q queries) iter.Seq2[ledger.StoredHash, error] {
	return func(yield func(ledger.StoredHash, error) bool) {
		after := int64(math.MinInt32) - 1
		for {
			var chunk []ledger.StoredHash
			var h ledger.StoredHash
			var text string
			err := q.each(ctx, row{{"place", &h.Index}, {"hash", &text}},
				"FROM ledger_hashes WHERE place > CAST(? AS BIGINT) ORDER BY place LIMIT ?", []any{after, verifyChunk},
				func() error {
					h.Hash, _ = tlog.ParseHash(text) // what is no hash becomes the zero hash, which none equals
					chunk = append(chunk, h)
					return nil
				})
			if err != nil {
				yield(ledger.StoredHash{}, err)
				return
			}
			if len(chunk) == 0 {
				return
			}
			for _, h := range chunk {
				if !yield(h, nil) {
					return
				}
			}
			after = chunk[len(chunk)-1].Index
		}
	}
}
