//go:build race

package rule_test

// situations is how many partly known situations are compared with the second
// computation. Under the race detector, which has nothing to find in a
// computation of one goroutine and makes it twenty times slower, fewer.
const situations = 1000
