// Package ledger has the audit trail (監査証跡): who did what, when, before and
// after, and why; a Merkle tree over the entries proves that none was altered,
// added or taken away.
package ledger

import (
	"encoding/json"
	"time"
)

// Actor is who did something: a person, or the system on its own schedule.
type Actor struct {
	ID   string `json:"id"`   // user id, or "system"
	Name string `json:"name"` // as shown at the time
	Via  string `json:"via"`  // "web", "api", "cli" or "job"
}

// Subject is the record that was touched.
type Subject struct {
	Kind string `json:"kind"` // for example "case"
	ID   string `json:"id"`
	Name string `json:"name"` // as people call it, for example "C-2026-0042"
}

// Entry is one line of the ledger. Seq and At are set when it is committed.
type Entry struct {
	Seq     int64           `json:"seq"` // 0, 1, 2, … without gaps
	At      time.Time       `json:"at"`  // UTC, microseconds
	Actor   Actor           `json:"actor"`
	Action  string          `json:"action"` // for example "case.opened"
	Subject Subject         `json:"subject"`
	Parents []Subject       `json:"parents,omitempty"` // records whose ledger shows this entry too, without names
	Before  json.RawMessage `json:"before,omitempty"`
	After   json.RawMessage `json:"after,omitempty"`
	Reason  string          `json:"reason,omitempty"`
}
