package codelists_test

import (
	"testing"

	"mimamori/codelists"
)

// A page can hold some hundred stored texts; each is held against every entry.
func BenchmarkRetell(b *testing.B) {
	ja, err := codelists.Messages()
	if err != nil {
		b.Fatal(err)
	}
	for name, text := range map[string]string{
		"known":   `a.json: line 3: unexpected "x" where a record ('{') should start`,
		"unknown": "a.json: some text that nobody knows: with a cause: and another one behind it, of some length",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				ja.Retell(text)
			}
		})
	}
}

func BenchmarkMessages(b *testing.B) {
	for b.Loop() {
		if _, err := codelists.Messages(); err != nil {
			b.Fatal(err)
		}
	}
}
