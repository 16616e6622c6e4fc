//go:build !race

package untrusted_test

const raceDetector = false
