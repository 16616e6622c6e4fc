package report_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"mimamori/forms"
	"mimamori/internal/caldate"
	"mimamori/internal/report"
)

// firstHour is what is known within the hour in which a matter arrives: who we
// are, which product, what somebody said.
func firstHour() report.Sources {
	whole := pumpSources()
	return report.Sources{
		Report: report.ReportSource{
			Ref: "obl-1", Origin: "domestic", Agent: "malfunction", Kind: "safety_measure", FirstKind: "domestic_death", Form: "様式第8", DueOn: caldate.MustParse("2026-06-16"),
			TermDays: 15, ReportedOn: caldate.MustParse("2026-06-01"), NextReportOn: caldate.MustParse("2026-07-01"), Addressee: "医療機器安全対策課",
		},
		Holder: whole.Holder, Product: whole.Product, Intake: whole.Intake,
		Period: report.PeriodSource{Ref: "obl-1", Number: 3, From: caldate.MustParse("2025-04-01"), To: caldate.MustParse("2026-03-31")},
	}
}

// notKnown is how a field says that something is not known yet.
var notKnown = map[report.Type]string{report.Text: "調査中", report.LongText: "調査中", report.PartialDate: "不明", report.Number: "調査中"}

// An incomplete report goes out with what is known when the deadline comes (CS
// notice 4(1)): no field asks for more than to say that it is not known.
func TestAnIncompleteReportCanBeSentWithWhatIsKnown(t *testing.T) {
	// What has to be known all the same: codes that have a word for not knowing,
	// and the numbers without which a rate cannot be said to have changed.
	known := map[string]map[string]string{
		"pmda/form8":       {"outcome": "unknown"},
		"pmda/form9":       {"expected_rate": "0.02", "events": "3", "denominator": "1000", "observed_rate": "0.3"},
		"pmda/form10":      {"measure_kind": "other"},
		"pmda/form11":      {"occurrence": "none"},
		"pmda/form12":      {"occurrence": "none"},
		"pmda/firstreport": {},
	}
	for id, answers := range known {
		t.Run(id, func(t *testing.T) {
			form, err := report.Load(forms.FS, id, edition(t, id))
			if err != nil {
				t.Fatal(err)
			}
			sources := firstHour()
			if id == "pmda/form11" || id == "pmda/form12" {
				sources.Product.ApprovedOn = caldate.MustParse("2023-04-01")
			}
			d, err := report.New(form, report.Begin{ID: "r", ProductID: "p", By: "maker", At: noon, Filled: report.Fill(form, sources)})
			if err != nil {
				t.Fatal(err)
			}
			texts := maps.Clone(answers)
			for _, p := range report.Check(form, d) {
				field, _ := form.Field(p.Field)
				if p.Rule != "required" {
					t.Errorf("what is filled from the records is wrong: %+v", p)
				}
				if _, answered := texts[p.Field]; !answered {
					texts[p.Field] = notKnown[field.Type]
				}
			}
			d, err = report.Edit(form, d, texts, "maker", noon)
			if err != nil {
				t.Fatal(err)
			}
			if problems := report.Check(form, d); len(problems) > 0 {
				t.Fatalf("an incomplete report cannot be sent: %s", rules(problems))
			}
			if _, ok := form.Field("report_order"); !ok {
				return
			}
			// It can be taken back though nothing was found out.
			d = send(t, form, signed(t, form, d))
			d, err = report.Next(form, d, report.Follow{Kind: report.Withdrawal, By: "maker", At: noon})
			if err != nil {
				t.Fatal(err)
			}
			d, err = report.Edit(form, d, map[string]string{"registration_number": "通知待ち", "withdrawal_reason": "他社品目と判明したため"}, "maker", noon)
			if err != nil {
				t.Fatal(err)
			}
			if problems := report.Check(form, d); len(problems) > 0 {
				t.Errorf("the first issue cannot be withdrawn: %s", rules(problems))
			}
		})
	}
}

func edition(t *testing.T, id string) string {
	t.Helper()
	editions, err := report.Editions(forms.FS, id)
	if err != nil {
		t.Fatal(err)
	}
	return editions[len(editions)-1]
}

// A period without events says so by itself; one with events does not.
func TestANilPeriodIsToldFromTheRecords(t *testing.T) {
	form, err := report.Load(forms.FS, "pmda/form12", edition(t, "pmda/form12"))
	if err != nil {
		t.Fatal(err)
	}
	sources := firstHour()
	if got := report.Fill(form, sources)["occurrence"]; got.Text != "none" || got.Origin.Kind != report.FromObligation {
		t.Errorf("a period without events: %+v", got)
	}
	sources.Period.Cases = [][]string{{"C-2026-0001", "2026-01-10"}}
	if got := report.Fill(form, sources)["occurrence"].Text; got != "some" {
		t.Errorf("a period with a case: %q", got)
	}
	if got, ok := report.Fill(form, pumpSources())["occurrence"]; ok {
		t.Errorf("nothing is known of a period: %+v", got)
	}
}

// Boxes that were never seen do not claim to be confirmed.
func TestNoBoxOfAFormThatWasNotSeenIsConfirmed(t *testing.T) {
	// Words of the notice or the regulation itself, not of a form.
	seen := []string{"report_kind", "period", "summary", "first_kind"}
	for id := range titles {
		form, err := report.Load(forms.FS, id, edition(t, id))
		if err != nil {
			t.Fatal(err)
		}
		if id == report.Form8 {
			continue
		}
		for _, f := range form.Fields {
			if f.Mark == report.Confirmed && !slices.Contains(seen, f.Key) && !slices.Contains(seen, strings.Split(f.Key, "_")[0]) {
				t.Errorf("%s of %s is marked confirmed", f.Key, id)
			}
		}
	}
}
