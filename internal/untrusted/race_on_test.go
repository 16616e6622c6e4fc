//go:build race

package untrusted_test

// raceDetector tells that the race detector watches, which makes a reader of
// one goroutine twenty times slower and has nothing to find in it.
const raceDetector = true
