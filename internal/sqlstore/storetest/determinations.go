package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/register"
)

// determine adds the next determination of a case: one that says "report".
func (f *fixture) determine(c casefile.Case, version int, status casefile.DeterminationStatus) casefile.Determination {
	f.t.Helper()
	d := casefile.Determination{
		ID: ident.New(), CaseID: c.ID, Version: version, Status: status, AwareOn: c.AwareOn, Result: "report", Form: "form8", TermDays: 15, DueOn: caldate.MustParse("2026-06-16"),
		Items: []string{"228-20(2)-1-i"}, Record: json.RawMessage(`{"format":2}`), Digest: fmt.Sprint("d", version), MadeBy: "佐藤", MadeByID: "u1", MadeAt: f.tick(),
	}
	if status == casefile.OverrideAsked {
		d.Override = &casefile.Override{Result: "not_reportable", Reason: "<理由> & \"根拠\""}
	}
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.AddDetermination(ctx, d) })
	return d
}

func (f *fixture) settle(d casefile.Determination, status casefile.DeterminationStatus) casefile.Determination {
	f.t.Helper()
	d.Status, d.Comment, d.MadeBy, d.MadeByID, d.MadeAt = status, "検討済み", "鈴木", "u2", f.tick()
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.SettleDetermination(ctx, d) })
	return d
}

func (f *fixture) decided(after string, limit int) []app.DecidedCase {
	f.t.Helper()
	return must[[]app.DecidedCase](f.t)(f.DecidedCases(f.ctx(), after, limit))
}

// What persons did not sign never takes the place of what one did.
func determinationsGovern(t *testing.T, f *fixture) {
	c := f.openCase(f.product("ポンプ"))
	other := f.openCase(f.product("モニタ"))
	f.determine(other, 1, casefile.Confirmed) // is left alone
	// state is the list of the case: versions that stand, then what governs.
	state := func(want string) {
		t.Helper()
		var standing []int
		for _, d := range must[[]casefile.Determination](t)(f.Determinations(f.ctx(), c.ID)) {
			if !d.Superseded {
				standing = append(standing, d.Version)
			}
		}
		row := must[app.List[app.CaseRow]](t)(f.Cases(f.ctx(), only("id", c.ID))).Items[0]
		governs := 0
		for _, d := range f.decided("", 10) {
			if d.Case.ID == c.ID {
				governs = d.Determination.Version
			}
		}
		if got := fmt.Sprintf("%v %q %d", standing, row.Result, governs); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if n := len(must[[]casefile.Determination](t)(f.Determinations(f.ctx(), other.ID))); n != 1 {
			t.Errorf("another case has %d determinations", n)
		}
		if rows := must[app.List[app.CaseRow]](t)(f.Cases(f.ctx(), only("id", other.ID))); rows.Items[0].Result != "report" {
			t.Errorf("another case: %+v", rows.Items[0])
		}
	}
	state(`[] "" 0`)
	f.determine(c, 1, casefile.Provisional)
	state(`[1] "" 0`)
	second := f.determine(c, 2, casefile.Proposed)
	state(`[2] "" 0`)
	second = f.settle(second, casefile.Confirmed)
	equal(t, must[casefile.Determination](t)(f.Determination(f.ctx(), second.ID)), second)
	state(`[2] "report" 2`)
	asked := f.determine(c, 3, casefile.OverrideAsked)
	equal(t, must[casefile.Determination](t)(f.Determination(f.ctx(), asked.ID)), asked)
	state(`[3 2] "report" 2`)
	f.determine(c, 4, casefile.Proposed)
	state(`[4 2] "report" 2`)
	asked = f.settle(asked, casefile.Overridden) // stands again, and alone
	equal(t, must[casefile.Determination](t)(f.Determination(f.ctx(), asked.ID)), asked)
	state(`[3] "not_reportable" 3`)
	f.settle(f.determine(c, 5, casefile.Proposed), casefile.NotTaken)
	state(`[5 3] "not_reportable" 3`)
	f.determine(c, 6, casefile.Confirmed)
	state(`[6] "report" 6`)
	f.determine(c, 7, casefile.Provisional) // begins anew
	state(`[7] "" 0`)

	// Of what is settled neither the answer nor its record moves.
	bent := asked
	bent.Result, bent.Record, bent.Digest, bent.Override, bent.Version, bent.Status = "report", json.RawMessage(`{}`), "other", nil, 70, casefile.NotTaken
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.SettleDetermination(ctx, bent) })
	asked.Status, asked.Superseded = casefile.NotTaken, true
	equal(t, must[casefile.Determination](t)(f.Determination(f.ctx(), asked.ID)), asked)
	bent.ID = ident.New()
	for _, status := range []casefile.DeterminationStatus{casefile.NotTaken, casefile.Confirmed} {
		bent.Status = status
		wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.SettleDetermination(ctx, bent) }), fault.NotFound)
	}
	state(`[7] "" 0`)
	twin := f.determine(c, 8, casefile.Proposed)
	twin.ID = ident.New()
	wantKind(t, f.try(func(ctx context.Context, tx app.Tx) error { return tx.AddDetermination(ctx, twin) }), fault.Conflict) // the version is taken
}

func decidedCases(t *testing.T, f *fixture) {
	p := f.product("ポンプ")
	q := f.product("モニタ", func(p *register.Product) { p.LicensedOn = caldate.Date{} })
	var want []app.DecidedCase
	for i := range 5 {
		c := f.openCase([]register.Product{p, q}[i%2])
		c.Facts = []casefile.Fact{{Name: "harm", Possible: []string{"death"}, At: f.tick()}}
		c.Stage = []casefile.Stage{casefile.StageReport, casefile.StageWatch}[i%2]
		f.write(func(ctx context.Context, tx app.Tx) error { return tx.UpdateCase(ctx, c) })
		c.Revision++
		f.determine(c, 1, casefile.Provisional)
		d := f.determine(c, 2, casefile.Confirmed)
		f.determine(c, 3, casefile.OverrideAsked)
		d.Record = nil
		want = append(want, app.DecidedCase{Case: c, Determination: d, LicensedOn: []register.Product{p, q}[i%2].LicensedOn})
	}
	f.determine(f.openCase(p), 1, casefile.Proposed)
	back := f.openCase(p)
	f.determine(back, 1, casefile.Confirmed)
	back.Stage = casefile.StageDetermine
	f.write(func(ctx context.Context, tx app.Tx) error { return tx.UpdateCase(ctx, back) })
	f.openCase(p)

	slices.SortFunc(want, func(a, b app.DecidedCase) int { return slices.Compare([]byte(a.Case.ID), []byte(b.Case.ID)) })
	for _, limit := range []int{1, 2, 5, 100} {
		var got []app.DecidedCase
		for after := ""; ; {
			part := f.decided(after, limit)
			if len(part) > limit {
				t.Fatalf("%d cases, at most %d were wanted", len(part), limit)
			}
			if len(part) == 0 {
				break
			}
			got, after = append(got, part...), part[len(part)-1].Case.ID
		}
		equal(t, got, want)
	}
	_, err := f.DecidedCases(f.ctx(), "", 0)
	wantKind(t, err, fault.Internal)
}
