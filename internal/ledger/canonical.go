package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"
)

// Canonical returns the bytes of e that the ledger keeps and hashes: one line
// of JSON in UTF-8, fields in the order of Entry, At in UTC, no white space,
// no HTML escapes. Equal entries give equal bytes. These bytes are stored as
// they are, so a proof never depends on writing an entry again.
//
// It fails when Before or After is no JSON or not UTF-8.
func (e Entry) Canonical() ([]byte, error) {
	e.At = e.At.UTC().Truncate(time.Microsecond)
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e); err != nil {
		return nil, fmt.Errorf("writing the ledger entry %q about %s %s: %w", e.Action, e.Subject.Kind, e.Subject.ID, err)
	}
	data := bytes.TrimSuffix(out.Bytes(), []byte("\n"))
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("ledger entry %q about %s %s: before or after is not UTF-8", e.Action, e.Subject.Kind, e.Subject.ID)
	}
	return data, nil
}

// ParseEntry reads what Canonical wrote.
func ParseEntry(canonical []byte) (Entry, error) {
	var e Entry
	if err := json.Unmarshal(canonical, &e); err != nil {
		return Entry{}, fmt.Errorf("reading a ledger entry: %w", err)
	}
	return e, nil
}

// Leaf returns the hash of an entry in the tree (RFC 6962, section 2.1).
func Leaf(canonical []byte) tlog.Hash { return tlog.RecordHash(canonical) }
