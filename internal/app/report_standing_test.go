package app

import (
	"testing"
	"time"

	"mimamori/internal/report"
)

// The instant of a signature is not the one of the mark on the report: a clock
// moves between them.
func TestTheLastSignatureOfEachMeaningStands(t *testing.T) {
	at := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	v := ReportView{Digest: "now", Submitted: &ReportMark{At: at}, Checked: &ReportMark{At: at}}
	signed := func(digest string, m report.Meaning) Signature {
		at = at.Add(time.Millisecond)
		return Signature{Digest: digest, Meaning: string(m), At: at}
	}
	list := []Signature{
		signed("before", report.MeansMade), signed("now", report.MeansMade), signed("now", report.MeansMade), // sent back, signed again
		signed("now", report.MeansChecked), signed("now", report.MeansApproved), // the approval is void
	}
	want := []bool{true, false, true, true, false}
	for i, s := range list {
		if got := v.standing(s, list[i+1:]); got != want[i] {
			t.Errorf("signature %d (%s of %s): stands %v, want %v", i, s.Meaning, s.Digest, got, want[i])
		}
	}
}
