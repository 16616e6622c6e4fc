package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/intake"
)

// owe adds an obligation that hangs on whatever it names.
func (f *fixture) owe(o casefile.Obligation) casefile.Obligation {
	f.t.Helper()
	o.ID, o.Items, o.AwareOn, o.Revision, o.CreatedAt, o.UpdatedAt = ident.New(), []string{}, caldate.MustParse("2026-06-01"), 1, f.tick(), f.now
	if o.State == "" {
		o.State = casefile.ObligationOpen
	}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddObligation(ctx, o) })
	return o
}

func (f *fixture) due(q app.ListQuery) []app.ObligationRow {
	f.t.Helper()
	list := must[app.List[app.ObligationRow]](f.t)(f.Obligations(f.ctx(), q))
	if list.Next == "" && q.Cursor == "" && list.Total != len(list.Items) {
		f.t.Fatalf("%d obligations, total %d", len(list.Items), list.Total)
	}
	return list.Items
}

func obligationsHang(t *testing.T, f *fixture) {
	p := f.product("ポンプ")
	n := f.intake(func(n *intake.Record) { n.ProductID, n.Title = p.ID, "警報音の不具合" })
	nobody := f.intake(func(n *intake.Record) { n.Title = "発見者の連絡" }) // of no known product
	c := f.openCase(p, n)
	day := caldate.MustParse

	ofCase := f.owe(casefile.Obligation{CaseID: c.ID, ProductID: p.ID, Kind: casefile.DueReport, Form: "form8", DueOn: day("2026-06-30")})
	triage := f.owe(casefile.Obligation{IntakeID: nobody.ID, Kind: casefile.DueTriage, DueOn: day("2026-06-16")})
	periodic := f.owe(casefile.Obligation{
		ProductID: p.ID, Kind: casefile.DuePeriodicReport, Form: "form11", Rule: "jp/periodic/1", PeriodFrom: day("2025-04-01"), PeriodTo: day("2026-03-31"), DueOn: day("2026-05-31"),
		LastOfficeDay: day("2026-05-29"),
	})
	standing := f.owe(casefile.Obligation{ProductID: p.ID, Kind: casefile.DueDuty, Duty: "lifecycle-watch", Rule: "cs-notice/3(3)"})
	prompt := f.owe(casefile.Obligation{CaseID: c.ID, ProductID: p.ID, Kind: casefile.DueDuty, Duty: "recall-start-report", TargetAt: f.now.Add(24 * time.Hour)})
	first := f.owe(casefile.Obligation{CaseID: c.ID, ProductID: p.ID, Kind: casefile.DueFirstReport, TargetAt: f.now.Add(23 * time.Hour)})
	letter := f.owe(casefile.Obligation{CaseID: c.ID, ProductID: p.ID, Kind: casefile.DueDuty, Duty: "letter-delivered", DueOn: day("2026-06-20")})
	done := f.owe(casefile.Obligation{ProductID: p.ID, Kind: casefile.DuePeriodicReport, DueOn: day("2025-05-31"), State: casefile.ObligationMet})
	for _, o := range []casefile.Obligation{ofCase, triage, periodic, standing, prompt} {
		equal(t, must[casefile.Obligation](t)(f.Obligation(f.ctx(), o.ID)), o)
	}

	// First reports first, by target; then by day, what is due promptly by the day of its target; what goes on all the time after that; what is done last.
	equal(t, f.due(app.ListQuery{}), []app.ObligationRow{
		{Obligation: first, CaseNumber: c.Number, CaseTitle: c.Title, BrandName: "ポンプ"},
		{Obligation: periodic, BrandName: "ポンプ"},
		{Obligation: prompt, CaseNumber: c.Number, CaseTitle: c.Title, BrandName: "ポンプ"},
		{Obligation: triage, CaseNumber: nobody.Number, CaseTitle: nobody.Title},
		{Obligation: letter, CaseNumber: c.Number, CaseTitle: c.Title, BrandName: "ポンプ"},
		{Obligation: ofCase, CaseNumber: c.Number, CaseTitle: c.Title, BrandName: "ポンプ"},
		{Obligation: standing, BrandName: "ポンプ"},
		{Obligation: done, BrandName: "ポンプ"},
	})
	for _, tt := range []struct {
		query string // filters, or text
		want  []casefile.Obligation
	}{
		{"case=" + c.ID, []casefile.Obligation{first, prompt, letter, ofCase}},
		{"intake=" + nobody.ID, []casefile.Obligation{triage}},
		{"product=" + p.ID, []casefile.Obligation{first, periodic, prompt, letter, ofCase, standing, done}},
		{"product=" + p.ID + " state=open kind=periodic_report", []casefile.Obligation{periodic}},
		{"kind=duty", []casefile.Obligation{prompt, letter, standing}},
		{"duty=letter-delivered", []casefile.Obligation{letter}},
		{"due_until=2026-06-20", []casefile.Obligation{periodic, triage, letter, done}},
		{"due_until=2026-06-20 state=open", []casefile.Obligation{periodic, triage, letter}},
		{"due_until=2026-06-15 state=open", []casefile.Obligation{periodic}},
		{"due_until=2025-05-30", nil},
		{"due_until= state=met", []casefile.Obligation{done}},
		{"発見者", []casefile.Obligation{triage}},
		{strings.ToLower(nobody.Number), []casefile.Obligation{triage}},
		{"ﾎﾟﾝﾌﾟ", []casefile.Obligation{first, periodic, prompt, letter, ofCase, standing, done}},
		{"事案", []casefile.Obligation{first, prompt, letter, ofCase}},
	} {
		q := app.ListQuery{Filter: map[string]string{}}
		for word := range strings.FieldsSeq(tt.query) {
			if name, value, ok := strings.Cut(word, "="); ok {
				q.Filter[name] = value
			} else {
				q.Text = word
			}
		}
		var got, want []string
		for _, o := range f.due(q) {
			got = append(got, o.ID)
		}
		for _, o := range tt.want {
			want = append(want, o.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d obligations %v, want %v", tt.query, len(got), got, want)
		}
	}
	_, err := f.Obligations(f.ctx(), only("due_until", "soon"))
	wantKind(t, err, fault.Invalid)

	row := must[app.List[app.CaseRow]](t)(f.Cases(f.ctx(), only("id", c.ID))).Items[0]
	if row.Promptly != 2 || row.DueOn != letter.DueOn {
		t.Errorf("the case has %d due promptly and %s, want 2 and %s", row.Promptly, row.DueOn, letter.DueOn)
	}

	// A case is opened from the record: its triage becomes the decision of the case.
	opened := f.openCase(p, nobody)
	triage.CaseID, triage.ProductID, triage.Kind, triage.UpdatedAt = opened.ID, p.ID, casefile.DueDecision, f.tick()
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.UpdateObligation(ctx, triage) })
	triage.Revision++
	equal(t, f.due(only("case", opened.ID)), []app.ObligationRow{{Obligation: triage, CaseNumber: opened.Number, CaseTitle: opened.Title, BrandName: "ポンプ"}})
	triage.State, triage.MetOn, triage.Proof, triage.LateReason = casefile.ObligationMet, day("2026-06-17"), "判断記録", "連絡が届かなかった"
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.UpdateObligation(ctx, triage) })
	triage.Revision++
	equal(t, must[casefile.Obligation](t)(f.Obligation(f.ctx(), triage.ID)), triage)

	for name, o := range map[string]casefile.Obligation{
		"on nothing":          {},
		"on no such case":     {CaseID: "none"},
		"on no such record":   {IntakeID: "none"},
		"on no such product":  {ProductID: "none"},
		"of no determination": {ProductID: p.ID, DeterminationID: "none"},
	} {
		o.ID = ident.New()
		if err := f.try(func(ctx context.Context, tx app.Tx) error { return tx.AddObligation(ctx, o) }); err == nil {
			t.Errorf("an obligation that hangs %s was stored", name)
		}
	}
}

// Of many that change one obligation at once, one does and the others are told.
func obligationChangedAtOnce(t *testing.T, f *fixture) {
	o := f.owe(casefile.Obligation{ProductID: f.product("ポンプ").ID, Kind: casefile.DuePeriodicReport})
	var changed atomic.Int32
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			mine := o
			mine.State = casefile.ObligationMet
			switch err := f.try(func(ctx context.Context, tx app.Tx) error { return tx.UpdateObligation(ctx, mine) }); {
			case err == nil:
				changed.Add(1)
			case fault.KindOf(err) != fault.Conflict:
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if got := must[casefile.Obligation](t)(f.Obligation(f.ctx(), o.ID)); changed.Load() != 1 || got.Revision != 2 {
		t.Errorf("%d changes, revision %d", changed.Load(), got.Revision)
	}
}

// An intake record waits until it is in a case or was dismissed.
func intakesWait(t *testing.T, f *fixture) {
	p := f.product("ポンプ")
	triage := func(n intake.Record, state casefile.ObligationState) casefile.Obligation {
		return f.owe(casefile.Obligation{IntakeID: n.ID, Kind: casefile.DueTriage, DueOn: caldate.MustParse("2026-06-16"), State: state})
	}
	old, waiting, dismissed, met, reopened, late := f.intake(), f.intake(), f.intake(), f.intake(), f.intake(), f.intake()
	triage(waiting, casefile.ObligationOpen)
	triage(dismissed, casefile.ObligationVoid)
	triage(met, casefile.ObligationMet)
	triage(reopened, casefile.ObligationVoid)
	triage(reopened, casefile.ObligationOpen)
	triage(late, casefile.ObligationVoid)
	f.owe(casefile.Obligation{IntakeID: old.ID, Kind: casefile.DueDuty, State: casefile.ObligationMet}) // another obligation says nothing
	opened := f.openCase(p, late)                                                                       // though it was dismissed before

	states := map[string]casefile.ObligationState{}
	for _, n := range must[app.List[app.IntakeRow]](t)(f.Intakes(f.ctx(), app.ListQuery{})).Items {
		states[n.ID] = n.Triage
	}
	equal(t, states, map[string]casefile.ObligationState{
		old.ID: "", waiting.ID: casefile.ObligationOpen, dismissed.ID: casefile.ObligationVoid, met.ID: casefile.ObligationMet,
		reopened.ID: casefile.ObligationOpen, late.ID: casefile.ObligationVoid,
	})
	list := must[app.List[app.IntakeRow]](t)(f.Intakes(f.ctx(), app.ListQuery{Filter: map[string]string{"case": "none"}, Sort: "number"}))
	var got []string
	for _, n := range list.Items {
		got = append(got, n.ID)
	}
	equal(t, got, []string{old.ID, waiting.ID, reopened.ID})
	if n := must[map[string]int](t)(f.Counts(f.ctx()))["intakes"]; n != list.Total {
		t.Errorf("%d intakes are counted as waiting, %d are listed", n, list.Total)
	}
	if list := must[app.List[app.IntakeRow]](t)(f.Intakes(f.ctx(), only("case", opened.ID))); list.Total != 1 || list.Items[0].ID != late.ID {
		t.Errorf("intakes of a case: %+v", list)
	}
}

func clockChanges(t *testing.T, f *fixture) {
	p := f.product("ポンプ")
	var changes []app.ClockChange
	ids := []string{}
	for i := range 3 {
		o := f.owe(casefile.Obligation{ProductID: p.ID, Kind: casefile.DueReport})
		for range 2 {
			ids = append(ids, o.ID)
			for len(ids)%600 != 0 {
				ids = append(ids, fmt.Sprint("none", len(ids))) // more than one statement takes
			}
			changes = append(changes, app.ClockChange{
				ID: ident.New(), ObligationID: o.ID, FromAwareOn: caldate.MustParse("2026-06-01"), FromDueOn: caldate.MustParse("2026-06-16"),
				ToAwareOn: caldate.MustParse("2026-05-28"), Reason: fmt.Sprint("訂正", i), By: "佐藤",
			})
		}
	}
	// The newest change of one stands before the oldest of another.
	for _, i := range []int{4, 0, 2, 1, 5, 3} {
		changes[i].At = f.tick()
		f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddClockChange(ctx, changes[i]) })
	}
	got := must[[]app.ClockChange](t)(f.ClockChanges(f.ctx(), slices.Compact(ids)))
	equal(t, got, []app.ClockChange{changes[4], changes[0], changes[2], changes[1], changes[5], changes[3]})
	equal(t, must[[]app.ClockChange](t)(f.ClockChanges(f.ctx(), []string{changes[2].ObligationID})), []app.ClockChange{changes[2], changes[3]})
	equal(t, must[[]app.ClockChange](t)(f.ClockChanges(f.ctx(), nil)), []app.ClockChange{})
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error {
		return tx.AddClockChange(ctx, app.ClockChange{ID: ident.New(), ObligationID: "none"})
	}), fault.Invalid)
}

func signatures(t *testing.T, f *fixture) {
	var signed []app.Signature
	for i, subject := range []string{"d1", "d2", "d1"} {
		s := app.Signature{
			ID: ident.New(), Kind: "determination", Subject: subject, Digest: "0a", Meaning: []string{"override", "confirmed", "countersigned"}[i],
			UserID: fmt.Sprint("u", i), Name: "佐藤 花子", At: f.tick(),
		}
		f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddSignature(ctx, s) })
		signed = append(signed, s)
	}
	equal(t, must[[]app.Signature](t)(f.Signatures(f.ctx(), "determination", "d1")), []app.Signature{signed[0], signed[2]})
	equal(t, must[[]app.Signature](t)(f.Signatures(f.ctx(), "report", "d1")), []app.Signature{})
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.AddSignature(ctx, signed[0]) }), fault.Conflict)
}
