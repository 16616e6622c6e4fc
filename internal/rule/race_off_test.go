//go:build !race

package rule_test

// situations is how many partly known situations are compared with the second
// computation.
const situations = 200_000
