package app

import (
	"context"
	"encoding/json"
	"time"
)

// Courier brings what lies at the addresses of feeds to this computer.
type Courier interface {
	// Deliver fetches what is new at the address of an order. tell is called with the bytes so far; it may be called
	// often. An error that people can mend is fault.Invalid and says how.
	Deliver(ctx context.Context, order FeedOrder, tell func(bytes int64)) (Delivery, error)
	// Folders are the names of the folders that may be read, sorted.
	Folders() []string
	// IsKey tells whether a text is a public key of a bundle.
	IsKey(text string) bool
}

// FeedOrder is what a courier is to fetch.
type FeedOrder struct {
	Feed    string // id of the feed: downloads that broke off are taken up again under it
	Kind    string
	Address string
	Trust   []string        // public keys of bundles; none: the address gives data
	Whole   bool            // everything is wanted, not only what is new
	Known   json.RawMessage // Delivery.Known of the last good run; nil: nothing is known
}

// Delivery is what a courier brought.
type Delivery struct {
	Unchanged bool   // nothing is new: there is no Path
	Path      string // file or folder to read
	Folder    string // that is there only for this delivery; people see paths without it
	SHA256    string // of the one file; "" when there are several
	Bytes     int64
	// AsOfAt is of when the data are; zero: of now.
	AsOfAt time.Time
	// Whole tells that these are all records of the source.
	Whole  bool
	Known  json.RawMessage // to be kept when the data were taken over
	Remove func()          // takes away what was fetched; nil: nothing was
}
