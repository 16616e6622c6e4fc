package app_test

import (
	"testing"

	"mimamori/docs/readings"
	"mimamori/internal/app"
	"mimamori/internal/fault"
	read "mimamori/internal/readings"
)

// Every rule of the law stands in the view once, under the file it is from, and
// every reading that one rests on can be read.
func TestLawView(t *testing.T) {
	a := newApp(t)
	a.Readings = must[map[string]read.Reading](t)(read.Load(readings.FS))
	view := must[app.LawView](t)(a.LawView())
	if len(view.Rulebooks) != len(a.Law.Texts) {
		t.Errorf("%d rulebooks of %d files", len(view.Rulebooks), len(a.Law.Texts))
	}
	seen := map[string]int{}
	for _, b := range view.Rulebooks {
		if b.Title.Ja == "" || b.Title.En == "" || b.Instrument.Title == "" || b.Instrument.TextOf == "" || b.Digest == "" || len(b.Rules) == 0 {
			t.Errorf("%s: %+v", b.ID, b)
		}
		for _, r := range b.Rules {
			seen[r.ID]++
			if r.Citation.Ja == "" || r.Title.Ja == "" || r.Confidence == "" {
				t.Errorf("rule %+v", r)
			}
			if r.Reading == "" {
				continue
			}
			reading, err := a.Reading(r.Reading)
			if err != nil || len(reading.Sections) == 0 || reading.Title.Ja == "" || reading.Title.En == "" {
				t.Errorf("%s rests on %s: %+v, %v", r.ID, r.Reading, reading, err)
			}
		}
	}
	for _, r := range a.Law.Case.Rules {
		if seen[r.ID] != 1 {
			t.Errorf("%s stands there %d times", r.ID, seen[r.ID])
		}
	}
	if len(view.Calendar.Provisions) < 16 || view.Calendar.Title.Ja == "" {
		t.Errorf("calendar %+v", view.Calendar)
	}
	if _, err := a.Reading("R-999"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no such reading: %v", err)
	}
}
