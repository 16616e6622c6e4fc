package app

import "time"

// AdvisoriesPut is what came of records that were put.
type AdvisoriesPut struct {
	Changed []Advisory // new, or with other content than before
	Older   []string   // ids of the records of which an older state came
	Named   []string   // vulnerabilities with other records that got more names, or were joined; sorted
}

// DataPut is what came of entries of a catalogue, or of scores, that were put.
type DataPut struct {
	Changed int
	Older   int // that are older than the stored ones and do not replace them
}

// Older tells whether a is an earlier state of its record than held, by the
// time its publisher gives. False when that is not known of one of them, or is
// the same: then what came last counts.
func Older(a, held Advisory) bool {
	return dated(a.ModifiedAt, a.ImportedAt) && dated(held.ModifiedAt, held.ImportedAt) && a.ModifiedAt.Before(held.ModifiedAt)
}

// aheadAtMost is how far the clock of a publisher may be ahead of ours.
const aheadAtMost = 24 * time.Hour

// dated tells whether a time of publication can be relied on. One in the future
// would keep every later state out.
func dated(published, imported time.Time) bool {
	return !published.IsZero() && !published.After(imported.Add(aheadAtMost))
}
