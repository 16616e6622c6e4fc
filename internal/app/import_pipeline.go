package app

import (
	"context"
	"fmt"
	"runtime/debug"

	"mimamori/internal/fault"
)

// preparedBatch is what the reading side of an import hands to the writing
// side: rows that commit together, and what was refused before them.
type preparedBatch struct {
	rows     []Advisory
	refused  []refusedRecord
	panicked any // of the reading side; nothing comes after it
}

// refusedRecord is a record that is not taken over; err is why it could not be read,
// nil for one that could.
type refusedRecord struct {
	message string
	err     error
}

// batchesAhead is how many batches wait at most while one commits: that bounds
// the memory.
const batchesAhead = 2

// advisories reads and decodes on one core while another writes. Batches
// commit in the order of the file, each whole with its ledger entry.
func (i *importer) advisories(ctx context.Context, path string) error {
	reading, stop := context.WithCancel(ctx)
	batches := make(chan preparedBatch, batchesAhead)
	go i.read(reading, path, batches)
	defer func() { // what was read belongs to this import only when its reading has ended
		stop()
		for range batches {
		}
	}()
	var last error
	for batch := range batches {
		if batch.panicked != nil {
			panic(batch.panicked)
		}
		for _, r := range batch.refused {
			i.refuse(path, r.message)
			if r.err != nil {
				last = r.err
			}
		}
		if len(batch.rows) > 0 {
			if err := i.take(ctx, batch.rows); err != nil {
				return err
			}
		}
	}
	switch {
	case ctx.Err() != nil: // perhaps not everything was read
		return ctx.Err()
	case i.run.Records > 0:
		return nil
	case last != nil:
		return last
	}
	return fault.New(fault.Invalid, "%s: no record was found: nothing was taken over", path)
}

// read prepares batches until everything is read or ctx ends, and closes
// batches then. Of i it touches only what is read after that.
func (i *importer) read(ctx context.Context, path string, batches chan<- preparedBatch) {
	defer close(batches)
	send := func(b preparedBatch) bool {
		select {
		case batches <- b:
			return true
		case <-ctx.Done():
			return false
		}
	}
	defer func() {
		if p := recover(); p != nil {
			send(preparedBatch{panicked: fmt.Sprintf("%v\n%s", p, debug.Stack())})
		}
	}()
	batch := preparedBatch{}
	for record, err := range i.app.Feed.Advisories(i.run.Kind, path) {
		switch {
		case err != nil:
			batch.refused = append(batch.refused, refusedRecord{err.Error(), err})
		case len(record.ID) > maxRecordID || len(record.Part) > maxRecordID:
			batch.refused = append(batch.refused, refusedRecord{fmt.Sprintf("record %.40q…: its id has more than %d bytes", record.ID, maxRecordID), nil})
		default:
			batch.rows = append(batch.rows, i.row(record))
		}
		if len(batch.rows) == importBatch || len(batch.refused) == importBatch {
			if !send(batch) {
				return
			}
			batch = preparedBatch{rows: make([]Advisory, 0, importBatch)}
		}
	}
	send(batch)
}
