package app_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
)

// second is a second safety officer.
var second = app.Actor{UserID: "u-second", Name: "安全管理実施責任者", Roles: []app.Role{app.SafetyOfficer}, Via: "api"}

// domesticSerious opens a case whose facts meet item 1-ハ: form 8 in 15 days.
func domesticSerious(t testing.TB, a *app.App) app.CaseView {
	t.Helper()
	p, _ := pump(t, a)
	c := must[casefile.Case](t)(a.OpenCase(t.Context(), officer, app.OpenCase{Title: "過剰投与", ProductID: p.ID, AwareOn: caldate.MustParse("2026-11-20")}))
	return answer(t, a, c.ID, "report_kind", "case", "agent", "malfunction", "origin", "domestic", "harm_status", "actual",
		"seriousness", "serious", "predictability", "unpredictable", "designated_device", "no")
}

func confirm(t testing.TB, a *app.App, view app.CaseView) app.CaseView {
	t.Helper()
	return must[app.CaseView](t)(a.ConfirmDetermination(t.Context(), officer, app.ConfirmDetermination{Case: view.Case.ID, Shown: view.Answer.Digest}))
}

// instead is an override that says that no report is due.
func instead(view app.CaseView) app.OverrideDetermination {
	return app.OverrideDetermination{
		Case: view.Case.ID, Shown: view.Answer.Digest, Password: password,
		Override: casefile.Override{Result: "not_reportable", Reason: "同一の事象を別の事案で報告済みのため。"},
	}
}

func statuses(view app.CaseView) string {
	var out []string
	for _, d := range slices.Backward(view.Determinations) {
		line := string(d.Status)
		if d.Superseded {
			line += " superseded"
		}
		out = append(out, line)
	}
	return strings.Join(out, ", ")
}

func wantPointers(t *testing.T, err error, want ...string) {
	t.Helper()
	var got []string
	for _, f := range fault.FieldsOf(err) {
		got = append(got, f.Pointer)
	}
	slices.Sort(got)
	slices.Sort(want)
	if fault.KindOf(err) != fault.Invalid || !slices.Equal(got, want) {
		t.Errorf("problems at %v, want %v: %v", got, want, err)
	}
}

func wantKind(t *testing.T, err error, want fault.Kind, situation string) {
	t.Helper()
	if fault.KindOf(err) != want {
		t.Errorf("%s: want %s, got %v", situation, want, err)
	}
}

// Everything that a determination goes through is kept.
func TestTheLifeOfADetermination(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	view := domesticSerious(t, a)
	if d := view.Determinations; len(d) != 1 || d[0].Status != casefile.Provisional || d[0].Version != 1 || d[0].TermDays != 15 || d[0].Result != "undetermined" || len(d[0].Signatures) != 0 {
		t.Fatalf("a case begins with a provisional determination of 15 days, signed by nobody: %+v", d)
	}
	if view.Moved {
		t.Error("nobody signed anything yet, so nothing moved")
	}

	propose := app.ProposeDetermination{Case: view.Case.ID, Shown: view.Answer.Digest, Comment: "15日報告と考える。"}
	_, err := a.ProposeDetermination(ctx, approver, propose)
	wantKind(t, err, fault.Forbidden, "an approver does not work on cases")
	_, err = a.ProposeDetermination(ctx, psirt, app.ProposeDetermination{Case: view.Case.ID, Shown: "0000"})
	wantKind(t, err, fault.Conflict, "a proposal of what was not on the screen")
	view = must[app.CaseView](t)(a.ProposeDetermination(ctx, psirt, propose))
	if view.Case.Stage != casefile.StageDetermine || len(view.Obligations) != 1 || view.Obligations[0].Kind != casefile.DueDecision {
		t.Errorf("a proposal makes nothing due and decides nothing: %s %+v", view.Case.Stage, view.Obligations)
	}
	_, err = a.ProposeDetermination(ctx, psirt, propose)
	wantKind(t, err, fault.Conflict, "the same proposal twice")

	view = confirm(t, a, view)
	checkObligations(t, view, "decision met", "report form8 open 2026-12-05")
	signed := view.Determinations[0]
	if len(signed.Signatures) != 1 || signed.Signatures[0].Meaning != "confirmed" || signed.Signatures[0].UserID != officer.UserID || signed.Signatures[0].Digest != signed.Digest {
		t.Errorf("a confirmed determination is signed with its digest: %+v", signed.Signatures)
	}

	view = must[app.CaseView](t)(a.OverrideDetermination(ctx, officer, instead(view)))
	checkObligations(t, view, "decision met", "report form8 open 2026-12-05")
	asked := view.Determinations[0]
	if !asked.Laxer || asked.Result != "report" || asked.Override.Result != "not_reportable" {
		t.Errorf("both answers stay, and that it asks for less is said: %+v", asked)
	}
	_, err = a.CountersignOverride(ctx, officer, app.CountersignOverride{ID: asked.ID, Password: password})
	wantKind(t, err, fault.Forbidden, "the second signature of the same person")
	_, err = a.CountersignOverride(ctx, approver, app.CountersignOverride{ID: asked.ID, Password: "not my password"})
	wantPointers(t, err, "/password")
	_, err = a.CountersignOverride(ctx, psirt, app.CountersignOverride{ID: asked.ID, Password: password})
	wantKind(t, err, fault.Forbidden, "product security signs no overrides")

	view = must[app.CaseView](t)(a.CountersignOverride(ctx, approver, app.CountersignOverride{ID: asked.ID, Password: password, Comment: "確認した。"}))
	checkObligations(t, view, "decision met", "report form8 void")
	d := view.Determinations[0]
	if d.Status != casefile.Overridden || d.MadeByID != officer.UserID || len(d.Signatures) != 2 || d.Signatures[1].UserID != approver.UserID ||
		d.Signatures[0].Digest != d.Signatures[1].Digest || d.Signatures[0].Digest == d.Digest {
		t.Errorf("two persons signed the record together with the override: %+v", d)
	}
	if view.Moved {
		t.Error("the law answers as when it was overridden: nothing moved")
	}
	_, err = a.CountersignOverride(ctx, approver, app.CountersignOverride{ID: asked.ID, Password: password})
	wantKind(t, err, fault.Conflict, "signed twice")

	view = answer(t, a, view.Case.ID, "seriousness", "death")
	if view.Case.Stage != casefile.StageDetermine || !view.Moved {
		t.Errorf("the law answers otherwise than what was overridden: the case is open again, not in %s", view.Case.Stage)
	}
	view = confirm(t, a, view)
	if got, want := statuses(view), "provisional superseded, proposed superseded, confirmed superseded, overridden superseded, confirmed"; got != want {
		t.Errorf("determinations %s, want %s", got, want)
	}
	for _, d := range view.Determinations {
		if r := must[app.Replay](t)(a.ReplayDetermination(ctx, d.ID)); r.Outcome != app.ReplaySame || !r.Intact {
			t.Errorf("version %d replays as %s", d.Version, r.Outcome)
		}
	}
	if verified := must[any](t)(a.Store.VerifyLedger(ctx)); verified == nil {
		t.Error("no report about the ledger")
	}
}

func TestAnOverrideThatAsksForMore(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	hire(t, a, second)
	view := confirm(t, a, domesticSerious(t, a))
	in := instead(view)
	in.Override = casefile.Override{Result: "report", Form: "form8", DueOn: caldate.MustParse("2026-11-30"), FirstReport: true, Reason: "社会的影響を考慮し、早期に報告する。"}
	view = must[app.CaseView](t)(a.OverrideDetermination(ctx, second, in))
	if view.Determinations[0].Laxer {
		t.Error("an earlier day and a first report are not less")
	}
	view = must[app.CaseView](t)(a.CountersignOverride(ctx, officer, app.CountersignOverride{ID: view.Determinations[0].ID, Password: password}))
	checkObligations(t, view, "decision met", "report form8 open 2026-11-30", "first_report open")
	if view.Case.Result != "report" {
		t.Errorf("lists show what governs, not %q", view.Case.Result)
	}
}

func TestWhatCannotBeSigned(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	view := domesticSerious(t, a)
	in := instead(view)
	in.Password, in.Override.Reason = "wrong", "。"
	in.Override.FirstReport = true
	_, err := a.OverrideDetermination(ctx, officer, in)
	wantPointers(t, err, "/password", "/reason", "/result")
	in.Override = casefile.Override{Result: "report", Form: "form99", DueOn: caldate.MustParse("2026-11-01")}
	_, err = a.OverrideDetermination(ctx, officer, in)
	wantPointers(t, err, "/password", "/reason", "/form", "/due_on")
	in.Override, in.Password = casefile.Override{Result: "maybe", Reason: "理由はある。"}, ""
	_, err = a.OverrideDetermination(ctx, officer, in)
	wantPointers(t, err, "/password", "/result")

	in = instead(view)
	in.Shown = "0000"
	_, err = a.OverrideDetermination(ctx, officer, in)
	wantKind(t, err, fault.Conflict, "an answer that was not on the screen")
	_, err = a.OverrideDetermination(ctx, psirt, instead(view))
	wantKind(t, err, fault.Forbidden, "product security")
	_, err = a.OverrideDetermination(ctx, app.System, instead(view))
	wantKind(t, err, fault.Forbidden, "the system is no person")
	in = instead(view)
	in.Override = casefile.Override{Result: "report", Form: "form8", DueOn: caldate.MustParse("2026-12-05"), Reason: "念のため変更する。"}
	_, err = a.OverrideDetermination(ctx, officer, in)
	wantKind(t, err, fault.Conflict, "what the law answers anyway is no override")

	view = must[app.CaseView](t)(a.OverrideDetermination(ctx, officer, instead(view)))
	asked := view.Determinations[0].ID
	_, err = a.OverrideDetermination(ctx, approver, instead(view))
	wantKind(t, err, fault.Conflict, "one at a time")
	moved := answer(t, a, view.Case.ID, "seriousness", "serious,death")
	_, err = a.CountersignOverride(ctx, approver, app.CountersignOverride{ID: asked, Password: password})
	wantKind(t, err, fault.Conflict, "the facts moved since it was asked for")
	_, err = a.RefuseDetermination(ctx, approver, app.RefuseDetermination{ID: asked, Reason: " "})
	wantPointers(t, err, "/reason")
	view = must[app.CaseView](t)(a.RefuseDetermination(ctx, approver, app.RefuseDetermination{ID: asked, Reason: "死亡の可能性が残っている。"}))
	d := view.Determinations[0]
	if d.Status != casefile.NotTaken || d.Refused == nil || d.Refused.By != approver.Name || d.Refused.Reason != "死亡の可能性が残っている。" {
		t.Errorf("that it was refused, by whom and why stays: %+v %+v", d, d.Refused)
	}
	_, err = a.RefuseDetermination(ctx, approver, app.RefuseDetermination{ID: asked, Reason: "もう一度断る。"})
	wantKind(t, err, fault.Conflict, "refused twice")

	view = must[app.CaseView](t)(a.ProposeDetermination(ctx, psirt, app.ProposeDetermination{Case: view.Case.ID, Shown: moved.Answer.Digest}))
	_, err = a.RefuseDetermination(ctx, approver, app.RefuseDetermination{ID: view.Determinations[0].ID, Reason: "提案に反対する。"})
	wantKind(t, err, fault.Forbidden, "the safety officer answers proposals")
	view = must[app.CaseView](t)(a.RefuseDetermination(ctx, officer, app.RefuseDetermination{ID: view.Determinations[0].ID, Reason: "転帰の確認を待つ。"}))

	users := must[[]app.User](t)(a.Store.Users(ctx))
	for _, u := range users {
		if u.ID == officer.UserID {
			must[app.User](t)(a.UpdateUser(ctx, admin, app.UpdateUser{ID: u.ID, Name: u.Name, Roles: u.Roles, Disabled: true, Revision: u.Revision}))
		}
	}
	_, err = a.ConfirmDetermination(ctx, officer, app.ConfirmDetermination{Case: view.Case.ID, Shown: view.Answer.Digest})
	wantKind(t, err, fault.Forbidden, "a person who is switched off confirms nothing")
	_, err = a.OverrideDetermination(ctx, officer, instead(view))
	wantKind(t, err, fault.Forbidden, "a person who is switched off signs nothing")
	if d := must[app.CaseView](t)(a.Case(ctx, view.Case.ID)).Determinations; d[0].Status != casefile.NotTaken {
		t.Errorf("nothing was stored: %+v", d[0])
	}
}

func TestManyWhoCountersignAtOnceSignOnce(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	var people []app.Actor
	for i := range 6 {
		people = append(people, app.Actor{UserID: fmt.Sprint("u-", i), Name: fmt.Sprint("責任者", i), Roles: []app.Role{app.Approver}, Via: "api"})
	}
	hire(t, a, people...)
	view := must[app.CaseView](t)(a.OverrideDetermination(ctx, officer, instead(domesticSerious(t, a))))
	id := view.Determinations[0].ID
	var signed atomic.Int32
	var group sync.WaitGroup
	for _, p := range people {
		group.Go(func() {
			switch _, err := a.CountersignOverride(ctx, p, app.CountersignOverride{ID: id, Password: password}); fault.KindOf(err) {
			case "":
				signed.Add(1)
			case fault.Conflict:
			default:
				t.Error(err)
			}
		})
	}
	group.Wait()
	signatures := must[[]app.Signature](t)(a.Store.Signatures(ctx, "determination", id))
	if signed.Load() != 1 || len(signatures) != 2 {
		t.Errorf("%d persons countersigned, %d signatures; want 1 and 2", signed.Load(), len(signatures))
	}
}
