package deadline_test

import (
	"testing"

	"mimamori/internal/caldate"
	"mimamori/internal/deadline"

	"pgregory.net/rapid"
)

func TestSteps(t *testing.T) {
	due := date("2026-06-16")
	for left, want := range map[int]string{
		11: "", 10: "10", 9: "10", 6: "10", 5: "5", 4: "5", 3: "5", 2: "2", 1: "2", 0: "0", -1: "late+1", -2: "late+2", -40: "late+40",
	} {
		step, ok := deadline.Steps(due, due.AddDays(-left))
		if step != want || ok != (want != "") {
			t.Errorf("%d days left: got %q (%v), want %q", left, step, ok, want)
		}
	}
	for _, days := range [][2]caldate.Date{{{}, due}, {due, {}}} {
		if step, ok := deadline.Steps(days[0], days[1]); ok {
			t.Errorf("without a day there is no step: got %q", step)
		}
	}
}

// Day by day every step comes once, in order, whatever the calendar does.
func TestStepsComeOnceInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		due := date("2020-01-01").AddDays(rapid.IntRange(0, 7000).Draw(t, "due"))
		var got []string
		for today := due.AddDays(-30); !today.After(due.AddDays(3)); today = today.AddDays(1) {
			if step, ok := deadline.Steps(due, today); ok && (len(got) == 0 || got[len(got)-1] != step) {
				got = append(got, step)
			}
		}
		want := []string{"10", "5", "2", "0", "late+1", "late+2", "late+3"}
		if len(got) != len(want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("got %v, want %v", got, want)
			}
		}
	})
}
