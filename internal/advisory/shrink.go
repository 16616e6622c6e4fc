package advisory

// RunSize is how much a run of a source brought.
type RunSize struct {
	Records  int // read, changed or not
	Rejected int
}

// Suspicion is why a run must not pass for good news; NoSuspicion is none.
type Suspicion string

// The suspicions, gravest first.
const (
	NoSuspicion       Suspicion = ""
	SourceEmpty       Suspicion = "empty"    // no record at all
	SourceShrunk      Suspicion = "shrunk"   // far fewer records than the run before
	SourceMostRefused Suspicion = "rejected" // more records refused than read
)

// Suspect judges a run that fetched a whole source against the last good one.
// leastPercent is how many of the records before must still come, 1 to 100;
// a source only ever grows a little or loses a few. before is the zero RunSize
// for a first run. A run that only fetches changes cannot shrink and must be
// judged with the zero RunSize, and not at all when it may be empty.
func Suspect(before, now RunSize, leastPercent int) Suspicion {
	switch {
	case now.Records == 0:
		return SourceEmpty
	case int64(now.Records)*100 < int64(before.Records)*int64(leastPercent):
		return SourceShrunk
	case now.Rejected > now.Records:
		return SourceMostRefused
	}
	return NoSuspicion
}
