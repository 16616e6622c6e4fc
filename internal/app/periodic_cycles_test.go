package app_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/deadline"
	"mimamori/internal/register"
	"mimamori/internal/rule"

	"pgregory.net/rapid"
)

var monitor = register.Product{
	BrandName: "ベッドサイドモニタ BM-1", GenericName: "重要パラメータ付き多項目モニタ", Route: register.Approval, LicenceNumber: "22700BZX00000001",
	LicensedOn: caldate.MustParse("2020-10-15"), Class: register.ClassIII, Designated: register.Yes,
}

// periods lists the periodic reports of a product: form, period, due day, state.
func (w *watch) periods(t *testing.T, id string) []string {
	t.Helper()
	list := must[app.List[app.ObligationRow]](t)(w.Store.Obligations(t.Context(), app.ListQuery{Filter: map[string]string{"product": id, "kind": "periodic_report"}}))
	out := []string{}
	for _, o := range list.Items {
		out = append(out, fmt.Sprintf("%s %s..%s due %s %s", o.Form, o.PeriodFrom, o.PeriodTo, o.DueOn, o.State))
	}
	slices.Sort(out)
	return out
}

func (w *watch) wantPeriods(t *testing.T, id string, want ...string) {
	t.Helper()
	if got := w.periods(t, id); !slices.Equal(got, want) {
		t.Errorf("periodic reports:\n got %q\nwant %q", got, want)
	}
}

func (w *watch) openPeriods(t *testing.T) {
	t.Helper()
	if err := w.OpenPeriods(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// A designated device approved on October 15: on November 23 the report of the
// period that ended on October 14 can still be made on time.
func TestPeriodsOpenByThemselves(t *testing.T) {
	w := newWatch(t, officer)
	p := must[register.Product](t)(w.AddProduct(t.Context(), officer, monitor))
	want := []string{
		"form11 2025-10-15..2026-10-14 due 2026-12-14 open", "form11 2026-10-15..2027-10-14 due 2027-12-14 open",
		"form12 2025-10-15..2026-10-14 due 2026-12-14 open", "form12 2026-10-15..2027-10-14 due 2027-12-14 open",
	}
	w.wantPeriods(t, p.ID, want...)
	entries := must[app.List[any]](t)(ledgerOf(w.App, t.Context(), "product", p.ID))
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() { w.openPeriods(t) })
	}
	wait.Wait()
	w.wantPeriods(t, p.ID, want...)
	if again := must[app.List[any]](t)(ledgerOf(w.App, t.Context(), "product", p.ID)); again.Total != entries.Total {
		t.Errorf("asking again made %d ledger entries", again.Total-entries.Total)
	}

	w.at("2027-10-14 23:59") // the last day of the period
	w.openPeriods(t)
	w.wantPeriods(t, p.ID, want...)
	w.at("2027-10-15 00:00")
	w.openPeriods(t)
	w.wantPeriods(t, p.ID, slices.Concat(want[:2], []string{"form11 2027-10-15..2028-10-14 due 2028-12-14 open"}, want[2:], []string{"form12 2027-10-15..2028-10-14 due 2028-12-14 open"})...)
}

// What was late before the product was registered here was reported elsewhere,
// or is to be looked at by a person.
func TestPeriodsBeforeTheRegistration(t *testing.T) {
	w := newWatch(t, officer)
	w.at("2026-12-15 08:00") // one day after the report was due
	p := must[register.Product](t)(w.AddProduct(t.Context(), officer, monitor))
	w.wantPeriods(t, p.ID, "form11 2026-10-15..2027-10-14 due 2027-12-14 open", "form12 2026-10-15..2027-10-14 due 2027-12-14 open")

	// The first period has none before it.
	young := monitor
	young.LicensedOn, young.Designated = caldate.MustParse("2026-12-01"), register.No
	p = must[register.Product](t)(w.AddProduct(t.Context(), officer, young))
	w.wantPeriods(t, p.ID, "form12 2026-12-01..2027-11-30 due 2028-01-30 open")
}

// Twenty years of a product approved on a leap day: each period is opened once,
// also those that began while the program stood still.
func TestTwentyYearsOfPeriods(t *testing.T) {
	w := newWatch(t, officer)
	w.at("2024-03-01 08:00")
	leap := monitor
	leap.LicensedOn, leap.Designated = caldate.MustParse("2024-02-29"), register.No
	p := must[register.Product](t)(w.AddProduct(t.Context(), officer, leap))
	for year := 2025; year <= 2044; year++ {
		if year >= 2030 && year < 2034 {
			continue // the program stood still
		}
		w.at(fmt.Sprintf("%d-03-01 08:00", year))
		w.openPeriods(t)
	}
	got := w.periods(t, p.ID)
	if len(got) != 21 || got[0] != "form12 2024-02-29..2025-02-27 due 2025-04-27 open" || got[4] != "form12 2028-02-29..2029-02-27 due 2029-04-27 open" ||
		got[8] != "form12 2032-02-29..2033-02-27 due 2033-04-27 open" {
		t.Errorf("%d periods: %q", len(got), got)
	}
}

func TestTheRegisterMovesOpenPeriods(t *testing.T) {
	w := newWatch(t, officer)
	ctx := t.Context()
	unknown := monitor
	unknown.Designated = register.Unknown
	p := must[register.Product](t)(w.AddProduct(ctx, officer, unknown))
	if got := w.periods(t, p.ID); len(got) != 4 {
		t.Fatalf("whether it is designated is not known: both forms are due, got %q", got)
	}

	p.Designated = register.No
	p = must[register.Product](t)(w.UpdateProduct(ctx, officer, p))
	w.wantPeriods(t, p.ID,
		"form11 2025-10-15..2026-10-14 due 2026-12-14 void", "form11 2026-10-15..2027-10-14 due 2027-12-14 void",
		"form12 2025-10-15..2026-10-14 due 2026-12-14 open", "form12 2026-10-15..2027-10-14 due 2027-12-14 open")

	p.LicensedOn = caldate.MustParse("2020-11-01") // a slip of the pen is mended
	p = must[register.Product](t)(w.UpdateProduct(ctx, officer, p))
	w.wantPeriods(t, p.ID,
		"form11 2025-10-15..2026-10-14 due 2026-12-14 void", "form11 2026-10-15..2027-10-14 due 2027-12-14 void",
		"form12 2025-11-01..2026-10-31 due 2026-12-31 open", "form12 2026-11-01..2027-10-31 due 2027-12-31 open")
	view := must[app.ProductView](t)(w.Product(ctx, p.ID))
	changes := must[[]app.ClockChange](t)(w.Store.ClockChanges(ctx, []string{view.Obligations[0].ID}))
	if len(changes) != 1 || changes[0].FromDueOn.String() != "2026-12-14" || changes[0].ToDueOn.String() != "2026-12-31" || changes[0].By != officer.Name {
		t.Errorf("changes of the clock %+v", changes)
	}

	p.LicensedOn = caldate.Date{} // nobody knows: what was open stays, and the page says that the day is missing
	p = must[register.Product](t)(w.UpdateProduct(ctx, officer, p))
	w.openPeriods(t)
	view = must[app.ProductView](t)(w.Product(ctx, p.ID))
	if !view.ApprovalDayMissing || len(view.Obligations) != 2 {
		t.Errorf("approval day missing: %v, %d periods", view.ApprovalDayMissing, len(view.Obligations))
	}

	p.Designated = register.Yes // designated after all: a new one, the void ones stay void
	p.LicensedOn = caldate.MustParse("2020-11-01")
	p = must[register.Product](t)(w.UpdateProduct(ctx, officer, p))
	open := slices.DeleteFunc(w.periods(t, p.ID), func(s string) bool { return s[len(s)-4:] != "open" })
	if len(open) != 4 || open[0] != "form11 2025-11-01..2026-10-31 due 2026-12-31 open" {
		t.Errorf("open after the designation %q", open)
	}
}

// The page of a product tells the cycles, which cases fall into them, and the
// duties with their proof.
func TestProductPage(t *testing.T) {
	w := newWatch(t, officer)
	ctx := t.Context()
	device := monitor
	device.EOLOn, device.EOSOn = caldate.MustParse("2025-01-01"), caldate.MustParse("2026-06-30")
	p := must[register.Product](t)(w.AddProduct(ctx, officer, device))
	c := must[casefile.Case](t)(w.OpenCase(ctx, officer, app.OpenCase{Title: "表示の乱れ", ProductID: p.ID, AwareOn: caldate.MustParse("2026-10-14")}))
	w.owe(t, casefile.Obligation{CaseID: c.ID, ProductID: p.ID, Kind: casefile.DuePeriodicReport, Form: "form12", AwareOn: c.AwareOn, DueOn: caldate.MustParse("2026-12-14")})

	view := must[app.ProductView](t)(w.Product(ctx, p.ID))
	if len(view.Obligations) != 4 || view.ApprovalDayMissing {
		t.Fatalf("cycles %+v", view.Obligations)
	}
	for _, o := range view.Obligations {
		cases := len(o.Cases)
		if want := o.Form == "form12" && o.PeriodTo.String() == "2026-10-14"; (cases == 1) != want {
			t.Errorf("%s %v: %d cases", o.Form, o.PeriodFrom, cases)
		}
		if want := o.PeriodTo.String() == "2027-10-14"; o.Coming != want {
			t.Errorf("%s %v: coming is %v", o.Form, o.PeriodFrom, o.Coming)
		}
	}

	if len(view.DutySteps) != 2 {
		t.Fatalf("%d duty rulebooks about products", len(view.DutySteps))
	}
	lifecycle, periodic := view.DutySteps[0], view.DutySteps[1]
	state := map[string]string{}
	for _, s := range view.DutySteps {
		for _, d := range s.Duties {
			state[d.ID] = d.State
		}
		if len(s.Proof) == 0 {
			t.Errorf("%s has no proof", s.Rulebook.ID)
		}
	}
	want := map[string]string{
		"periodic-form11": "applies", "periodic-form12": "applies", "lifecycle-collection": "applies", "lifecycle-reporting": "applies",
		"judge-exploitation": "applies", "eos-information": "possible", "shared-understanding": "possible", // no unit on record: not known
	}
	for id, s := range want {
		if state[id] != s {
			t.Errorf("%s is %q, want %q", id, state[id], s)
		}
	}
	if lifecycle.Next != "still_in_use" && lifecycle.Next != "legacy_device" {
		t.Errorf("ask next %q", lifecycle.Next)
	}
	for _, f := range periodic.Facts {
		if f.State != "known" || f.Evidence == "" {
			t.Errorf("%s is %s (%s)", f.Name, f.State, f.Evidence)
		}
	}
	for _, f := range lifecycle.Facts {
		if known := f.State == "known"; known != (f.Name == "support_state") {
			t.Errorf("%s is %s: what nobody entered stays unknown", f.Name, f.State)
		}
	}
}

// The situation never says more than the register does, and what it says fits
// the rulebooks.
func TestAProductOfWhichNothingIsKnown(t *testing.T) {
	w := newWatch(t, officer)
	p := w.device(t)
	view := must[app.ProductView](t)(w.Product(t.Context(), p.ID))
	if !view.ApprovalDayMissing || len(view.Obligations) != 0 {
		t.Errorf("without a day of approval no period can be told: %+v", view.Obligations)
	}
	for _, s := range view.DutySteps {
		for _, d := range s.Duties {
			if d.Clock.YearlyWithinMonths > 0 && d.State != string(rule.MayApply) {
				t.Errorf("%s is %s", d.ID, d.State)
			}
		}
	}
}

// edit is a change of the register some days after the one before.
type edit struct {
	days       int
	designated register.Known
	licensedOn caldate.Date
}

// Whatever the register goes through and however the days pass: storing the
// same again changes nothing, every open period is one of the day of approval,
// and no two open ones of a form are the same.
func TestPeriodsWhateverTheRegisterGoesThrough(t *testing.T) {
	w := newWatch(t, officer)
	edits := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) edit {
		return edit{
			days:       rapid.IntRange(0, 500).Draw(r, "days"),
			designated: rapid.SampledFrom([]register.Known{register.Yes, register.No, register.Unknown}).Draw(r, "designated"),
			licensedOn: caldate.MustParse("2019-12-31").AddDays(rapid.IntRange(0, 2600).Draw(r, "licensed")),
		}
	}), 1, 4)
	for seed := range 25 { // each is a database's work: few, and always the same
		w.at("2026-11-23 08:00")
		p := must[register.Product](t)(w.AddProduct(t.Context(), officer, monitor))
		for _, e := range edits.Example(seed) {
			w.clock = w.clock.AddDate(0, 0, e.days)
			p.Designated, p.LicensedOn = e.designated, e.licensedOn
			p = must[register.Product](t)(w.UpdateProduct(t.Context(), officer, p))
			before := w.periods(t, p.ID)
			p = must[register.Product](t)(w.UpdateProduct(t.Context(), officer, p))
			if after := w.periods(t, p.ID); !slices.Equal(before, after) {
				t.Fatalf("seed %d, stored again:\n%q\n%q", seed, before, after)
			}
		}
		w.checkOpenPeriods(t, p)
	}
}

func (w *watch) checkOpenPeriods(t *testing.T, p register.Product) {
	t.Helper()
	list := must[app.List[app.ObligationRow]](t)(w.Store.Obligations(t.Context(), app.ListQuery{Filter: map[string]string{"product": p.ID, "state": "open"}, Limit: 200}))
	seen, running := map[string]bool{}, map[string]bool{}
	for _, o := range list.Items {
		period, err := deadline.PeriodOf(p.LicensedOn, o.PeriodFrom)
		if err != nil || period.Start != o.PeriodFrom || period.End != o.PeriodTo || period.Due != o.DueOn || o.AwareOn != o.PeriodTo {
			t.Errorf("approved on %v: %+v, %v", p.LicensedOn, o.Obligation, err)
		}
		if key := o.Form + o.PeriodFrom.String(); seen[key] {
			t.Errorf("%s is open twice", key)
		} else {
			seen[key] = true
		}
		if !o.PeriodFrom.After(w.Today()) && !o.PeriodTo.Before(w.Today()) {
			running[o.Form] = true
		}
	}
	marketed := !p.LicensedOn.After(w.Today())
	if running["form12"] != marketed || running["form11"] != (marketed && p.Designated != register.No) {
		t.Errorf("approved on %v, designated %s, today %v: running %v", p.LicensedOn, p.Designated, w.Today(), running)
	}
}
