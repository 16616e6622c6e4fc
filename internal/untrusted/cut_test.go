package untrusted_test

import (
	"testing"

	"mimamori/internal/untrusted"
)

// A value that a Parser takes ends for a Cutter where it ends, whatever stands
// behind it and in whichever pieces it comes.
func FuzzCut(f *testing.F) {
	for _, s := range jsonSeeds {
		f.Add([]byte(s), uint8(3))
	}
	f.Add([]byte("\n{}"), uint8(3)) // a line feed before the value ended it
	f.Fuzz(func(t *testing.T, data []byte, piece uint8) {
		var p untrusted.Parser
		v, err := p.Parse(data, "f")
		if err != nil || v.Kind() != untrusted.Object && v.Kind() != untrusted.List {
			return
		}
		end := len(data)
		for data[end-1] == ' ' || data[end-1] == '\t' || data[end-1] == '\r' || data[end-1] == '\n' {
			end--
		}
		text := append(data[:end:end], "}],\"{["...)
		var whole, pieces untrusted.Cutter
		if n, done := whole.Cut(text); n != end || !done || whole.Depth() != 0 {
			t.Errorf("%q: cut after %d bytes (%v)", text, n, done)
		}
		at := 0
		for step, done := int(piece)+1, false; !done; {
			if at == len(text) {
				t.Fatalf("%q in pieces of %d: no end", text, step)
			}
			n := 0
			n, done = pieces.Cut(text[at:min(at+step, len(text))])
			at += n
		}
		if at != end {
			t.Errorf("%q in pieces of %d: cut after %d bytes", text, int(piece)+1, at)
		}
	})
}
