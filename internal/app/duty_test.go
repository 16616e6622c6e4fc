package app_test

import (
	"testing"
	"testing/fstest"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/rule"
	"mimamori/rulebook"
)

// duties is a rulebook with a duty of each clock that a case can have.
const duties = `question: test/duties
id: test/duties
version: 1.0.0
title: {ja: 試験の義務, en: Duties for the test}
instrument: {title: 試験, law_id: none, text_of: 2026-05-01}
about: case
uses: {rulebook: jp/reg-228-20-2, facts: [harm_status]}
facts:
  - id: letter
    label: {ja: 文書, en: Letter}
    question: {ja: 文書を配布しますか。, en: Is a letter handed out?}
    help: {ja: 配布の有無。, en: Whether it is.}
    values:
      - {id: "yes", label: {ja: する, en: "yes"}, help: {ja: 配布する。, en: It is.}}
      - {id: "no", label: {ja: しない, en: "no"}, help: {ja: 配布しない。, en: It is not.}}
duties:
  - {id: deliver, label: {ja: 配布, en: Delivery}, to: {ja: 医療機関, en: Hospitals}, clock: {term: 1, unit: months}, from: answered}
  - {id: tell, label: {ja: 連絡, en: Message}, to: {ja: 知事, en: Governor}, clock: {term: 30, unit: calendar_days}, from: aware}
  - {id: act, label: {ja: 措置, en: Measure}, to: {ja: 自社, en: Company}, clock: {promptly: true}, from: answered}
  - {id: watch, label: {ja: 監視, en: Watch}, to: {ja: 自社, en: Company}, clock: {continuing: true}, from: none}
rules:
  - id: test/letter
    title: {ja: 配布, en: Delivery}
    in_force: {from: unknown}
    address: none
    citation: {ja: 試験, en: Test}
    quote: 試験
    when: {letter: ["yes"]}
    then: {duties: [deliver, tell]}
    confidence: recall
  - id: test/no-letter
    title: {ja: 配布しない, en: No delivery}
    in_force: {from: unknown}
    address: none
    citation: {ja: 試験, en: Test}
    quote: 試験
    when: {letter: ["no"]}
    then: {duties: [watch]}
    confidence: recall
  - id: test/harm
    title: {ja: 健康被害, en: Harm}
    in_force: {from: unknown}
    address: none
    citation: {ja: 試験, en: Test}
    quote: 試験
    when: {harm_status: [actual]}
    then: {duties: [act]}
    confidence: recall
otherwise:
  id: test/otherwise
  title: {ja: その他, en: Otherwise}
  address: none
  citation: {ja: 試験, en: Test}
  quote: 試験
  then: {person: named}
  confidence: recall
`

// dutyLaw is the rulebook of case reports together with the duties above.
func dutyLaw(t testing.TB) *rule.Law {
	t.Helper()
	return must[*rule.Law](t)(rule.LoadLaw([]rule.Source{
		{FS: rulebook.FS, Path: rulebook.JapanCaseReport},
		{FS: rulebook.FS, Path: rulebook.JapanCSNotice},
		{FS: fstest.MapFS{"duties.yaml": {Data: []byte(duties)}}, Path: "duties.yaml"},
	}))
}

func obligation(t testing.TB, view app.CaseView, duty string) app.Due {
	t.Helper()
	for _, o := range view.Obligations {
		if o.Duty == duty && o.State != casefile.ObligationVoid {
			return o
		}
	}
	t.Fatalf("no obligation of the duty %s: %+v", duty, view.Obligations)
	return app.Due{}
}

func TestDutiesOfACase(t *testing.T) {
	a := newApp(t)
	a.Law = dutyLaw(t)
	ctx := t.Context()
	if added := must[int](t)(a.KeepLaw(ctx)); added != 1 {
		t.Errorf("one rulebook is new, %d were kept", added)
	}
	view := domesticSerious(t, a)
	if len(view.DutySteps) != 1 {
		t.Fatalf("one rulebook of duties: %+v", view.DutySteps)
	}
	step := view.DutySteps[0]
	if len(step.Facts) != 1 || step.Facts[0].Name != "letter" || len(step.Facts[0].DutyOutcomes) != 2 || step.Next != "letter" {
		t.Errorf("the step asks for its own fact and says what its values would do: %+v", step)
	}
	states := map[string]string{}
	for _, d := range step.Duties {
		states[d.ID] = d.State
	}
	if states["act"] != "applies" || states["deliver"] != "possible" || states["watch"] != "possible" {
		t.Errorf("harm asks for the measure, the rest is open: %v", states)
	}
	view = confirm(t, a, view)
	checkObligations(t, view, "decision met", "report form8 open 2026-12-05", "duty act open")
	if o := obligation(t, view, "act"); o.TargetAt.Sub(now).Hours() != 24 || o.Rule != "test/harm" || o.Label.Ja != "措置" || o.To.Ja != "自社" {
		t.Errorf("a promptly due duty has the company's own target: %+v", o)
	}

	view = answer(t, a, view.Case.ID, "letter", "yes")
	if view.Case.Stage != casefile.StageDetermine || !view.Moved {
		t.Fatalf("a new duty is certain: the case is open again, not in %s", view.Case.Stage)
	}
	view = confirm(t, a, view)
	checkObligations(t, view, "decision met", "report form8 open 2026-12-05", "duty act open", "duty deliver open 2026-12-23", "duty tell open 2026-12-20")

	later := now.AddDate(0, 0, 3)
	a.Clock = clockAt(later)
	c := must[casefile.Case](t)(a.Store.Case(ctx, view.Case.ID))
	view = must[app.CaseView](t)(a.AnswerFact(ctx, officer, app.AnswerFact{Case: c.ID, Fact: "letter", Possible: []string{"yes"}, Evidence: "配布計画書", Revision: c.Revision}))
	view = confirm(t, a, view)
	if o := obligation(t, view, "deliver"); o.DueOn.String() != "2026-12-23" {
		t.Errorf("more evidence for the same answer buys no time: due %v", o.DueOn)
	}
	meetAll(t, a, view)
	view = must[app.CaseView](t)(a.Case(ctx, c.ID))
	if view.Case.Stage != casefile.StageWatch || view.Moved {
		t.Errorf("all duties are met: %s, moved %t", view.Case.Stage, view.Moved)
	}

	view = answer(t, a, c.ID, "letter", "no")
	if view.Case.Stage != casefile.StageWatch {
		t.Errorf("a standing duty and one that was met make nothing due: %s", view.Case.Stage)
	}
	if r := must[app.Replay](t)(a.ReplayDetermination(ctx, view.Determinations[0].ID)); r.Outcome != app.ReplaySame || len(r.Differences) != 0 {
		t.Errorf("the record with its duties replays: %+v", r)
	}
	a.Law = must[*rule.Law](t)(rule.LoadLaw([]rule.Source{{FS: rulebook.FS, Path: rulebook.JapanCaseReport}}))
	r := must[app.Replay](t)(a.ReplayDetermination(ctx, view.Determinations[0].ID))
	if r.Outcome != app.ReplaySame || len(r.Differences) == 0 {
		t.Errorf("the duties are no longer in the law; the kept text still replays: %+v", r)
	}
}

func TestADutyThatIsNoLongerAskedForIsVoid(t *testing.T) {
	a := newApp(t)
	a.Law = dutyLaw(t)
	view := domesticSerious(t, a)
	view = answer(t, a, view.Case.ID, "letter", "yes")
	view = confirm(t, a, view)
	view = answer(t, a, view.Case.ID, "letter", "no")
	if view.Case.Stage != casefile.StageDetermine {
		t.Fatalf("an open duty is no longer asked for: %s", view.Case.Stage)
	}
	view = confirm(t, a, view)
	checkObligations(t, view, "decision met", "report form8 open 2026-12-05", "duty act open", "duty deliver void", "duty tell void")
}

// 228-20(2) is decided for awareness days from 2026-05-01 by the text of today,
// and by the older one before, whenever it is decided.
func TestTheLawOfTheAwarenessDayDecides(t *testing.T) {
	a := newApp(t)
	p, _ := pump(t, a)
	proofs := map[string]string{}
	for _, aware := range []string{"2026-04-30", "2026-05-01"} {
		c := must[casefile.Case](t)(a.OpenCase(t.Context(), officer, app.OpenCase{Title: "T", ProductID: p.ID, AwareOn: caldate.MustParse(aware)}))
		view := confirm(t, a, answer(t, a, c.ID, "report_kind", "case", "agent", "malfunction", "origin", "domestic", "harm_status", "actual", "seriousness", "serious", "predictability", "unpredictable"))
		if d := view.Determinations[0]; d.AwareOn.String() != aware || d.DueOn != d.AwareOn.AddDays(15) {
			t.Errorf("%s: due %v", aware, d.DueOn)
		}
		for _, line := range view.Answer.Proof {
			if line.State == rule.IsExcluded && line.Reason.EN != "" {
				proofs[aware] += line.Rule + ": " + line.Reason.EN + "\n"
			}
		}
	}
	if proofs["2026-04-30"] == proofs["2026-05-01"] {
		t.Error("the proof says which rules were not in force on the awareness day; it is the same for both days")
	}
}

func TestAnUnknownFactOfAnOlderLawCountsAsUnknown(t *testing.T) {
	a := newApp(t)
	present := a.Law
	a.Law = dutyLaw(t)
	view := confirm(t, a, answer(t, a, domesticSerious(t, a).Case.ID, "letter", "yes"))
	a.Law = present
	view = must[app.CaseView](t)(a.Case(t.Context(), view.Case.ID))
	if !view.Moved || len(view.Case.Facts) != 8 {
		t.Errorf("the duties are gone, the answer stays in the case: moved %t, %d facts", view.Moved, len(view.Case.Facts))
	}
	if _, err := a.WhatIf(t.Context(), view.Case.ID, map[string][]string{"letter": {"no"}}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a fact that no rulebook has: %v", err)
	}
}
