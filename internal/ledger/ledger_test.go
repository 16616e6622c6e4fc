package ledger_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"mimamori/internal/ledger"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// book is a ledger in memory.
type book struct {
	entries     []ledger.StoredEntry
	hashes      []ledger.StoredHash
	checkpoints []ledger.StoredCheckpoint
	head        ledger.StoredCheckpoint
	key         ledger.Key
}

func newKey(t interface{ Fatal(...any) }) ledger.Key {
	secret, err := ledger.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	key, err := ledger.ParseKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func canonical(t interface{ Fatal(...any) }, seq int64, action string) []byte {
	data, err := ledger.Entry{
		Seq: seq, At: time.Date(2026, 6, 1, 0, 0, 0, int(seq)*1000, time.UTC), Action: action,
		Actor: ledger.Actor{ID: "u1", Name: "佐藤", Via: "web"}, Subject: ledger.Subject{Kind: "case", ID: fmt.Sprint(seq)},
	}.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// write makes a ledger of n entries with a checkpoint after every step of them.
func write(t interface{ Fatal(...any) }, key ledger.Key, n, step int, action string) *book {
	b := &book{key: key}
	var tree ledger.Tree
	for seq := range int64(n) {
		data := canonical(t, seq, action)
		b.entries = append(b.entries, ledger.StoredEntry{Seq: seq, Canonical: data})
		hashes, err := tree.Append(ledger.Leaf(data))
		if err != nil {
			t.Fatal(err)
		}
		b.hashes = append(b.hashes, hashes...)
		c, err := key.Sign(&tree)
		if err != nil {
			t.Fatal(err)
		}
		b.head = ledger.StoredCheckpoint{Size: c.Size, Note: c.Note}
		if c.Size%int64(step) == 0 {
			b.checkpoints = append(b.checkpoints, b.head)
		}
	}
	return b
}

func each[T any](items []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}

func (b *book) verify(t interface{ Fatal(...any) }) ledger.Report {
	report, err := ledger.Verify(ledger.Stored{Entries: each(b.entries), Hashes: each(b.hashes), Checkpoints: b.checkpoints, Head: b.head}, b.key.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func (b *book) clone() *book {
	return &book{slices.Clone(b.entries), slices.Clone(b.hashes), slices.Clone(b.checkpoints), b.head, b.key}
}

// rehash writes all hashes again, as somebody would who can write the database
// but has no key.
func (b *book) rehash(t interface{ Fatal(...any) }) {
	var tree ledger.Tree
	b.hashes = nil
	for i := range b.entries {
		hashes, err := tree.Append(ledger.Leaf(b.entries[i].Canonical))
		if err != nil {
			t.Fatal(err)
		}
		b.hashes = append(b.hashes, hashes...)
	}
}

// renumber gives the entries from i on the numbers they would have.
func (b *book) renumber(t interface{ Fatal(...any) }, action string) {
	for i := range b.entries {
		if b.entries[i].Seq != int64(i) {
			b.entries[i] = ledger.StoredEntry{Seq: int64(i), Canonical: canonical(t, int64(i), action+" moved")}
		}
	}
}

func TestTamperingIsFoundAndNamed(t *testing.T) {
	key, other := newKey(t), newKey(t)
	for _, what := range []string{
		"change entry", "delete entry", "delete entry and number on", "insert entry", "insert entry and number on", "swap entries", "truncate",
		"truncate with hashes", "append", "change leaf hash", "change inner hash", "delete hash", "extra hash", "change entry and all hashes",
		"change number inside", "column beside", "forge checkpoint", "checkpoint of another size", "entry that cannot be read",
	} {
		t.Run(what, func(t *testing.T) { rapid.Check(t, func(t *rapid.T) { tamper(t, key, other, what) }) })
	}
}

func tamper(t *rapid.T, key, other ledger.Key, what string) {
	n := rapid.IntRange(2, 70).Draw(t, "entries")
	step := rapid.IntRange(1, n).Draw(t, "checkpoint every")
	good := write(t, key, n, step, "case.opened")
	if r := good.verify(t); !r.OK || r.Entries != int64(n) || r.Checkpoints != n/step+1 {
		t.Fatalf("untouched ledger: %+v %+v", r, r.FirstBad)
	}

	i := rapid.IntRange(0, n-1).Draw(t, "at")
	b := good.clone()
	want := int64(i)                               // the entry to be named
	before := int64(i) / int64(step) * int64(step) // covered by the last good checkpoint before i
	switch what {
	case "change entry":
		b.entries[i].Canonical = canonical(t, int64(i), "case.closed")
	case "delete entry":
		b.entries = slices.Delete(b.entries, i, i+1)
	case "delete entry and number on":
		b.entries = slices.Delete(b.entries, i, i+1)
		b.renumber(t, "case.opened")
	case "insert entry":
		b.entries = slices.Insert(b.entries, i, ledger.StoredEntry{Seq: int64(i), Canonical: canonical(t, int64(i), "forged")})
	case "insert entry and number on":
		b.entries = slices.Insert(b.entries, i, ledger.StoredEntry{Seq: int64(i), Canonical: canonical(t, int64(i), "forged")})
		b.renumber(t, "case.opened")
	case "swap entries":
		j := rapid.IntRange(0, n-1).Filter(func(j int) bool { return j != i }).Draw(t, "with")
		b.entries[i].Canonical, b.entries[j].Canonical = b.entries[j].Canonical, b.entries[i].Canonical
		want = int64(min(i, j))
	case "truncate":
		b.entries = b.entries[:i]
	case "truncate with hashes":
		b.entries = b.entries[:i]
		b.hashes = b.hashes[:tlog.StoredHashCount(int64(i))]
	case "append":
		b.entries = append(b.entries, ledger.StoredEntry{Seq: int64(n), Canonical: canonical(t, int64(n), "forged")})
		b.rehash(t)
		want = int64(n)
	case "change leaf hash":
		b.hashes[tlog.StoredHashIndex(0, int64(i))].Hash[3] ^= 1
	case "change inner hash":
		inner := slices.DeleteFunc(slices.Clone(b.hashes), func(h ledger.StoredHash) bool { level, _ := tlog.SplitStoredHashIndex(h.Index); return level == 0 })
		h := rapid.SampledFrom(inner).Draw(t, "inner")
		b.hashes[h.Index].Hash[31] ^= 0x80
		level, k := tlog.SplitStoredHashIndex(h.Index)
		want = (k+1)<<level - 1 // the entry that completes it
	case "delete hash":
		at := tlog.StoredHashIndex(0, int64(i))
		b.hashes = slices.Delete(b.hashes, int(at), int(at)+1)
	case "extra hash":
		b.hashes = append(b.hashes, ledger.StoredHash{Index: tlog.StoredHashCount(int64(n))})
		want = int64(n)
	case "change entry and all hashes":
		b.entries[i].Canonical = canonical(t, int64(i), "case.closed")
		b.rehash(t)
		want = before
	case "change number inside":
		b.entries[i].Canonical = canonical(t, int64(i)+1, "case.opened")
		b.rehash(t)
	case "column beside":
		b.entries[i].Mismatch = "its actor was changed"
	case "forge checkpoint":
		c := write(t, other, i+1, 1, "case.opened").head
		b.checkpoints = []ledger.StoredCheckpoint{c}
	case "checkpoint of another size":
		if i == n-1 {
			t.Skip("that is the right checkpoint")
		}
		c := write(t, key, i+1, 1, "case.opened").head
		c.Size = int64(n)
		b.checkpoints = []ledger.StoredCheckpoint{c}
	case "entry that cannot be read":
		b.entries[i].Canonical = []byte("not JSON")
		b.rehash(t)
	}
	r := b.verify(t)
	if r.OK || r.FirstBad == nil {
		t.Fatalf("%s at %d of %d was not found", what, i, n)
	}
	if r.FirstBad.Seq != want {
		t.Fatalf("%s at %d of %d: named %d (%s), want %d", what, i, n, r.FirstBad.Seq, r.FirstBad.Why, want)
	}
}

// The root and the proofs agree with tlog's own computation over all leaves.
func TestTreeAgreesWithTlog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 200).Draw(t, "entries")
		var tree ledger.Tree
		var stored []tlog.Hash
		all := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
			out := make([]tlog.Hash, len(indexes))
			for i, index := range indexes {
				out[i] = stored[index]
			}
			return out, nil
		})
		for i := range n {
			hashes, err := tree.Append(ledger.Leaf(fmt.Append(nil, i)))
			if err != nil {
				t.Fatal(err)
			}
			want, err := tlog.StoredHashes(i, fmt.Append(nil, i), all)
			if err != nil {
				t.Fatal(err)
			}
			for j, h := range hashes {
				if h.Hash != want[j] || h.Index != int64(len(stored)) {
					t.Fatalf("entry %d, hash %d: got %v at %d", i, j, h.Hash, h.Index)
				}
				stored = append(stored, h.Hash)
			}
			if tree, err = ledger.ParseTree(tree.Size(), tree.Peaks()); err != nil { // as between two starts
				t.Fatal(err)
			}
		}
		root, err := tree.Root()
		if err != nil {
			t.Fatal(err)
		}
		if want, _ := tlog.TreeHash(n, all); root != want {
			t.Fatalf("root %v, want %v", root, want)
		}
		i := rapid.Int64Range(0, n-1).Draw(t, "proven entry")
		proof, err := tlog.ProveRecord(n, i, all)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(proof, n, root, i, ledger.Leaf(fmt.Append(nil, i))); err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(proof, n, root, i, ledger.Leaf([]byte("another"))); err == nil {
			t.Fatal("the proof of one entry proves another")
		}
	})
}

func TestRootOfNothing(t *testing.T) {
	var tree ledger.Tree
	root, err := tree.Root()
	if err != nil {
		t.Fatal(err)
	}
	if want := sha256.Sum256(nil); root != tlog.Hash(want) { // RFC 6962, section 2.1
		t.Errorf("got %v", root)
	}
}

func TestCheckpointText(t *testing.T) {
	key := newKey(t)
	b := write(t, key, 3, 1, "x")
	lines := strings.Split(b.head.Note, "\n")
	name, _, _ := strings.Cut(key.Verifier(), "+")
	if lines[0] != name || lines[1] != "3" || len(lines[2]) != 44 || lines[3] != "" || !strings.HasPrefix(lines[4], "— "+name+" ") {
		t.Errorf("not a C2SP checkpoint:\n%s", b.head.Note)
	}
	c, err := ledger.OpenCheckpoint(b.head.Note, key.Verifier())
	if err != nil || c.Size != 3 || c.Root.String() != lines[2] {
		t.Errorf("got %+v, %v", c, err)
	}
	if _, err := ledger.OpenCheckpoint(strings.Replace(b.head.Note, "\n3\n", "\n4\n", 1), key.Verifier()); err == nil {
		t.Error("a changed size was taken")
	}
	if _, err := ledger.OpenCheckpoint(b.head.Note, newKey(t).Verifier()); err == nil {
		t.Error("the signature of another key was taken")
	}
}

func TestCanonical(t *testing.T) {
	e := ledger.Entry{
		Seq: 7, At: time.Date(2026, 6, 1, 9, 0, 0, 1_500, time.FixedZone("", 9*3600)), Actor: ledger.Actor{ID: "u", Name: "佐藤 <花子>", Via: "web"},
		Action: "case.opened", Subject: ledger.Subject{Kind: "case", ID: "c", Name: "C-2026-0001"}, Before: json.RawMessage("{ \"a\" : 1 }"), Reason: "a & b",
	}
	data, err := e.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"seq":7,"at":"2026-06-01T00:00:00.000001Z","actor":{"id":"u","name":"佐藤 <花子>","via":"web"},"action":"case.opened",` +
		`"subject":{"kind":"case","id":"c","name":"C-2026-0001"},"before":{"a":1},"reason":"a & b"}`
	if string(data) != want {
		t.Errorf("got  %s\nwant %s", data, want)
	}
	again, err := ledger.ParseEntry(data)
	if err != nil {
		t.Fatal(err)
	}
	if twice, _ := again.Canonical(); string(twice) != want {
		t.Errorf("reading and writing changed it: %s", twice)
	}
	for name, before := range map[string]string{"no JSON": "{", "not UTF-8": "\"\xff\""} {
		e.Before = json.RawMessage(before)
		if data, err := e.Canonical(); err == nil {
			t.Errorf("%s was taken: %s", name, data)
		}
	}
}

func TestKeyThatIsNone(t *testing.T) {
	good, err := ledger.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	other, err := ledger.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	secret, _, _ := strings.Cut(good, "\n")
	_, public, _ := strings.Cut(other, "\n")
	for name, text := range map[string]string{"empty": "", "secret only": secret, "public key of another": secret + "\n" + public, "nonsense": "a\nb\n"} {
		_, err := ledger.ParseKey(text)
		if err == nil {
			t.Errorf("%s: taken", name)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error shows the secret", name)
		}
	}
}
