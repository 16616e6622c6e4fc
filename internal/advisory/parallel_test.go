package advisory

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mimamori/internal/untrusted"

	"pgregory.net/rapid"
)

// What is parsed on all cores comes in the order of the records, with the
// errors at their places, and nothing is read after the end.
func TestInParallel(t *testing.T) {
	broken := errors.New("broken")
	parse := func(data []byte, _ string) ([]Advisory, error) {
		if data[0] == '!' {
			return nil, broken
		}
		return []Advisory{{ID: string(data)}}, nil
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 3*batchRecords).Draw(t, "records")
		stopAfter := rapid.IntRange(1, n+1).Draw(t, "stop after")
		var want, got []string
		for i := range n {
			switch {
			case i%7 == 3:
				want = append(want, "error")
			case i%11 == 5:
				want = append(want, "broken")
			default:
				want = append(want, strconv.Itoa(i))
			}
		}
		ended := false
		in := func(yield func(untrusted.Record, error) bool) {
			defer func() { ended = true }()
			for i := range n {
				data, err := strings.Repeat("x", i%5*batchBytes/4), error(nil)
				switch want[i] {
				case "error":
					err = errors.New("error")
				case "broken":
					data = "!"
				default:
					data = want[i] + data
				}
				if !yield(untrusted.Record{Data: []byte(data)}, err) {
					return
				}
			}
		}
		for list, err := range inParallel(in, parse) {
			if err != nil {
				got = append(got, err.Error())
			} else {
				got = append(got, strings.TrimRight(list[0].ID, "x"))
			}
			if len(got) == stopAfter {
				break
			}
		}
		if !slices.Equal(got, want[:min(stopAfter, n)]) || !ended {
			t.Errorf("got %v, want %v; ended %v", got, want[:min(stopAfter, n)], ended)
		}
	})
}

func TestInParallelPanics(t *testing.T) {
	defer func() {
		if got := fmt.Sprint(recover()); got != "as before" {
			t.Errorf("recovered %q", got)
		}
	}()
	in := func(yield func(untrusted.Record, error) bool) { yield(untrusted.Record{Data: []byte("{}")}, nil) }
	for range inParallel(in, func([]byte, string) ([]Advisory, error) { panic("as before") }) {
		t.Error("something was yielded")
	}
	t.Error("nothing panicked")
}
