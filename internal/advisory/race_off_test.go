//go:build !race

package advisory_test

const raceDetector = false
