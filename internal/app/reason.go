package app

import (
	"strings"

	"mimamori/internal/fault"
)

const (
	leastReason = 4      // characters: enough for 「重複報告」, too many for a dot
	maxReason   = 16_000 // bytes
)

// checkReason wants a reason in words, at /reason.
func checkReason(reason string) error {
	var c fault.Checker
	addReason(&c, "/reason", reason)
	return c.Err("this needs a reason")
}

// addReason notes what is wrong with a reason.
func addReason(c *fault.Checker, pointer, reason string) {
	switch text := strings.TrimSpace(reason); {
	case text == "":
		c.Require(pointer, text, "reason")
	case len([]rune(text)) < leastReason:
		c.Add(pointer, "length", "say the reason in words: somebody has to understand it years later")
	case len(text) > maxReason:
		c.Add(pointer, "length", "the text has %d bytes, at most %d fit: shorten it", len(text), maxReason)
	}
}
