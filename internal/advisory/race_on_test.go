//go:build race

package advisory_test

// raceDetector tells that the race detector watches, which takes ten times as
// long: readers of one goroutine give it nothing to find in all real records.
const raceDetector = true
