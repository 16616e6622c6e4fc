package app

import (
	"encoding/json"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/register"
)

// Feed is an address from which vulnerability data of one kind is fetched. It
// is never removed: it is switched off.
type Feed struct {
	ID   string `json:"id"`
	Name string `json:"name"` // shown; unique
	Kind string `json:"kind"` // of feedKinds
	// Address is an https address of a file, archive or signed bundle, that of the NVD API, or "folder:NAME/below" for a
	// folder on the server that was named when it was started.
	Address string `json:"address"`
	// Trust are public keys of bundles: the address then gives bundles signed by one of them. None: it gives data.
	Trust       []string `json:"trust"`
	EveryH      int      `json:"every_h"`       // hours between two runs
	AlarmAfterH int      `json:"alarm_after_h"` // age of its data in hours from which they count as stale
	// Whole tells that each run brings everything the source has: what is missing has gone, and a run that is far
	// smaller than the one before is an alarm. False: a run brings what is new.
	Whole     bool      `json:"whole"`
	On        bool      `json:"on"`
	By        string    `json:"by"` // who changed it last
	Revision  int       `json:"revision"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	FeedState
}

// FeedState is what the runs of a feed left behind.
type FeedState struct {
	RunID      string             `json:"run_id"`       // under way or waiting, or ""
	LastRunID  string             `json:"last_run_id"`  // the last that ended, or ""
	NextAt     time.Time          `json:"next_at"`      // of the next run; zero: never planned
	LastGoodAt time.Time          `json:"last_good_at"` // end of the last good run; zero: none yet
	AsOfAt     time.Time          `json:"as_of_at"`     // of when its data are: when they were fetched, or when their bundle was made
	NewestAt   time.Time          `json:"newest_at"`    // newest record by its own date
	Records    int                `json:"records"`      // of the last good run that read something
	Failures   int                `json:"failures"`     // runs since then that failed
	LastError  string             `json:"last_error"`
	Suspicion  advisory.Suspicion `json:"suspicion"` // why the last run must not be taken for good news, or ""
	Fetched    json.RawMessage    `json:"-"`         // what the next fetch needs to ask only for what is new
}

// ImportRun is one import of vulnerability data.
type ImportRun struct {
	ID         string             `json:"id"`
	Kind       string             `json:"kind"`    // of feedKinds
	FeedID     string             `json:"feed_id"` // of the feed that it is a run of; "": a file that somebody imported
	Name       string             `json:"name"`    // of the file, folder or feed
	Trust      []string           `json:"trust"`   // public keys one of which must have signed the bundle that it reads; none: it reads no bundle
	SHA256     string             `json:"sha256"`
	Bytes      int64              `json:"bytes"`
	State      string             `json:"state"`     // "queued", "running", "done", "failed", "cancelled"
	Unchanged  bool               `json:"unchanged"` // the source said that it has nothing new
	Records    int                `json:"records"`
	Changed    int                `json:"changed"`
	Older      int                `json:"older"` // states of records that are older than the stored ones: kept, not in force
	Rejected   int                `json:"rejected"`
	Gone       int                `json:"gone"`      // records that are missing in the source for the first time
	Back       int                `json:"back"`      // records that had been missing
	Problems   []register.Problem `json:"problems"`  // first 100 rejected records
	Findings   int                `json:"findings"`  // findings changed
	Suspicion  advisory.Suspicion `json:"suspicion"` // why it must not be taken for good news, or ""
	Before     int                `json:"before"`    // records of the run that it was compared with; 0: with none
	AsOfAt     time.Time          `json:"as_of_at"`  // of when its data are
	Error      string             `json:"error"`
	By         string             `json:"by"`
	Revision   int                `json:"revision"`
	CreatedAt  time.Time          `json:"created_at"`
	UpdatedAt  time.Time          `json:"updated_at"`
	FinishedAt time.Time          `json:"finished_at"`
}

// Progress is how far an import is.
type Progress struct {
	Records int    `json:"records"` // taken over so far; how many there are is known at the end only
	Bytes   int64  `json:"bytes"`   // fetched so far
	Phase   string `json:"phase"`   // "fetching", "reading" or "done"; "" before the first batch
	Cancel  bool   `json:"cancel"`  // somebody asked to stop
}

// SourceHealth is how fresh a source of vulnerability data is.
type SourceHealth struct {
	Name        string             `json:"name"`    // of feedKinds
	Records     int                `json:"records"` // it has in the store; told by the store
	LastRunID   string             `json:"last_run_id"`
	LastGoodAt  time.Time          `json:"last_good_at"`
	AsOfAt      time.Time          `json:"as_of_at"`  // of when its data are
	NewestAt    time.Time          `json:"newest_at"` // newest record by its own date
	LastError   string             `json:"last_error"`
	AlarmAfterH int                `json:"alarm_after_h"` // hours without a good run until it counts as stale
	Suspicion   advisory.Suspicion `json:"suspicion"`     // of the last import of a file, or ""
	// Canaries is how many built-in pseudo-releases were asked about the stored records after the last run, CanariesMissing
	// what they did not answer as they must: "component → record" was not found, "component ↛ record" was and must not be.
	Canaries        int      `json:"canaries"`
	CanariesMissing []string `json:"canaries_missing"`
	// Loaded is how many records of a part of the source (an ecosystem of OSV, a series of advisories) came with one run
	// at most; canaries of a part that was never loaded are not asked.
	Loaded map[string]int `json:"-"`
	Told   string         `json:"-"` // the state with its reasons, as people were told it last
}

// SourceNotice tells one person that the state of a source changed.
type SourceNotice struct {
	ID        string      `json:"id"`
	UserID    string      `json:"user_id"`
	Source    string      `json:"source"` // of feedKinds
	Before    SourceState `json:"before"`
	After     SourceState `json:"after"`
	Reasons   []string    `json:"reasons"` // names of the feeds, or canaries, that it is about
	CreatedAt time.Time   `json:"created_at"`
	MailedAt  time.Time   `json:"mailed_at"` // zero: no mail was sent
	ReadAt    time.Time   `json:"read_at"`   // zero: not seen yet
}
