package advisory

import (
	"io"
	"iter"

	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// records yields what parse makes of each record of r, which may be packed as
// untrusted.Elements says. A record that cannot be read is yielded as an error
// and the rest goes on; a stream without any record yields an error that names
// what was expected.
func records(r io.Reader, name, what string, lists []string, parse func(data []byte, name string) ([]Advisory, error)) iter.Seq2[Advisory, error] {
	return func(yield func(Advisory, error) bool) {
		n := 0
		for list, err := range inParallel(untrusted.Elements(r, name, lists...), parse) {
			n++
			if err != nil {
				if !yield(Advisory{}, err) {
					return
				}
				continue
			}
			for i := range list {
				if !yield(list[i], nil) {
					return
				}
			}
		}
		if n == 0 {
			yield(Advisory{}, fault.New(fault.Invalid, "%s: holds no %s record", name, what))
		}
	}
}
