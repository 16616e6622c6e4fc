package report_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"mimamori/internal/fault"
	"mimamori/internal/report"

	"pgregory.net/rapid"
)

func sign(d report.Draft, by string) report.Sign {
	return report.Sign{By: by, Name: "署名　" + by, At: noon, Shown: report.Digest(d)}
}

// signed is the draft with the three signatures.
func signed(t *testing.T, form *report.Form, d report.Draft) report.Draft {
	t.Helper()
	d, err := report.Submit(form, d, sign(d, "maker"))
	if err != nil {
		t.Fatal(err)
	}
	if d, err = report.SignChecked(form, d, sign(d, "officer"), false); err != nil {
		t.Fatal(err)
	}
	if d, err = report.Approve(form, d, sign(d, "approver")); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestNobodySignsForWhatTheyWrote(t *testing.T) {
	form, d := newDraft(t, pumpSources())
	d, err := report.Edit(form, d, map[string]string{"harm": "追記"}, "second editor", noon)
	if err != nil {
		t.Fatal(err)
	}
	d, err = report.Submit(form, d, sign(d, "signs as maker"))
	if err != nil {
		t.Fatal(err)
	}
	wrote := []string{"maker", "second editor", "signs as maker"}
	for _, by := range wrote {
		if _, err := report.SignChecked(form, d, sign(d, by), false); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("check by %s: got %v, want forbidden", by, err)
		}
	}
	d, err = report.SignChecked(form, d, sign(d, "maker"), true) // a safety officer may check what they wrote
	if err != nil || d.Checked.Meaning != report.MeansChecked {
		t.Fatalf("check by a maker who is a safety officer: %+v, %v", d.Checked, err)
	}
	for _, by := range wrote {
		if _, err := report.Approve(form, d, sign(d, by)); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("approval by %s: got %v, want forbidden", by, err)
		}
	}
	d, err = report.Approve(form, d, sign(d, "approver"))
	if err != nil || !report.Stands(d) || d.Approval.Digest != report.Digest(d) {
		t.Errorf("approval by another person: %+v, %v", d.Approval, err)
	}
}

func TestASignatureIsForTheContentThatWasShown(t *testing.T) {
	form, d := newDraft(t, pumpSources())
	other := sign(d, "maker")
	other.Shown = "0000"
	if _, err := report.Submit(form, d, other); fault.KindOf(err) != fault.Conflict {
		t.Errorf("got %v, want a conflict", err)
	}
	nameless := sign(d, "maker")
	nameless.Name = " "
	if _, err := report.Submit(form, d, nameless); fault.KindOf(err) != fault.Invalid {
		t.Errorf("signing without a name: %v", err)
	}
	against := sign(d, "maker")
	against.Against = []report.Document{{Name: report.Words{Ja: "第一報", En: "the first report"}, Texts: map[string]string{"aware_on": "2026-05-30"}}}
	if _, err := report.Submit(form, d, against); len(fault.FieldsOf(err)) != 1 {
		t.Errorf("signed though it does not agree with the first report: %v", err)
	}
	d = signed(t, form, d)
	tampered := d
	tampered.Values = map[string]report.Value{"harm": {Text: "書換え"}}
	if report.Stands(tampered) {
		t.Error("the approval stands for a content that was never signed")
	}
	if _, err := report.MarkSent(tampered, noon); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a content that was never signed was sent: %v", err)
	}
	same, err := report.Edit(form, d, map[string]string{"harm": d.Text("harm")}, "maker", noon)
	if err != nil || !report.Stands(same) || same.Version != 1 {
		t.Errorf("saving without a change keeps the approval: version %d, %v", same.Version, err)
	}
	changed, err := report.Edit(form, d, map[string]string{"harm": "訂正"}, "maker", noon)
	if err != nil || changed.State != report.Drafting || changed.Approval != nil || changed.Version != 2 {
		t.Errorf("a change voids the approval and begins version 2: %+v, %v", changed, err)
	}
	if !report.Stands(d) || d.Text("harm") == "訂正" {
		t.Error("the change reached back into the approved draft")
	}
}

func TestSendingIsForTheApprovedContentOnceAndAfterTheApproval(t *testing.T) {
	form, d := newDraft(t, pumpSources())
	if _, err := report.MarkSent(d, noon); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a draft was sent: %v", err)
	}
	d = signed(t, form, d)
	if _, err := report.MarkSent(d, noon.Add(-time.Minute)); fault.KindOf(err) != fault.Invalid {
		t.Errorf("sent before it was approved: %v", err)
	}
	d, err := report.MarkSent(d, noon.Add(time.Hour))
	if err != nil || d.State != report.Sent || !d.SentAt.Equal(noon.Add(time.Hour)) || !report.Stands(d) {
		t.Fatalf("sent: %+v, %v", d, err)
	}
	if _, err := report.MarkSent(d, noon.Add(time.Hour)); fault.KindOf(err) != fault.Conflict {
		t.Errorf("sent twice: %v", err)
	}
	if _, err := report.Edit(form, d, map[string]string{"harm": "訂正"}, "maker", noon); fault.KindOf(err) != fault.Conflict {
		t.Errorf("what was sent was changed: %v", err)
	}
}

func TestTakingASourceKeepsWhereItCameFrom(t *testing.T) {
	form, d := newDraft(t, pumpSources())
	s := pumpSources()
	s.Case.Malfunction, s.Release.Ref = "別の内容", "rel-2"
	got, err := report.Take(form, signed(t, form, d), report.Fill(form, s), []string{"malfunction", "withdrawal_reason"}, "second", noon)
	if err != nil {
		t.Fatal(err)
	}
	if v := got.Values["malfunction"]; v.Text != "別の内容" || v.Origin.Kind != report.FromCase || v.By != "second" || got.State != report.Drafting || got.Approval != nil {
		t.Errorf("taken: %+v in state %s", v, got.State)
	}
	if len(report.Moved(form, got, report.Fill(form, s))) != 0 {
		t.Error("it is marked as moved still")
	}
	if _, err := report.Take(form, d, nil, []string{"no_such"}, "second", noon); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a field the form does not have: %v", err)
	}
}

// Whatever people do, in whatever order: nothing is sent without the three
// signatures of its exact content, the approver never wrote it, a change voids
// every signature, and what was sent stays.
func TestNoPathLeadsAroundTheSignatures(t *testing.T) {
	form, begun := newDraft(t, pumpSources())
	people := rapid.SampledFrom([]string{"maker", "officer", "approver", "editor"})
	rapid.Check(t, func(rt *rapid.T) {
		d, at := begun, noon
		step := func(next report.Draft, err error) {
			if err == nil {
				d = next
			}
		}
		by := func() report.Sign {
			s := sign(d, people.Draw(rt, "person"))
			if rapid.IntRange(0, 9).Draw(rt, "shown") == 0 {
				s.Shown = report.Digest(begun)
			}
			s.At = at
			return s
		}
		rt.Repeat(map[string]func(*rapid.T){
			"submit":  func(*rapid.T) { step(report.Submit(form, d, by())) },
			"check":   func(rt *rapid.T) { step(report.SignChecked(form, d, by(), rapid.Bool().Draw(rt, "own"))) },
			"approve": func(*rapid.T) { step(report.Approve(form, d, by())) },
			"send":    func(*rapid.T) { step(report.MarkSent(d, at)) },
			"along": func(*rapid.T) { // the right step by the right person, so that many paths go far
				switch d.State {
				case report.Drafting, report.Returned:
					step(report.Submit(form, d, sign(d, "maker")))
				case report.InReview:
					step(report.SignChecked(form, d, sign(d, "officer"), true))
				case report.Checked:
					step(report.Approve(form, d, sign(d, "director")))
				case report.Approved:
					step(report.MarkSent(d, at))
				case report.Sent:
				}
			},
			"return": func(rt *rapid.T) { step(report.Return(d, people.Draw(rt, "person"), at, "理由")) },
			"edit": func(rt *rapid.T) {
				before := d
				next, err := report.Edit(form, d, map[string]string{"harm": rapid.SampledFrom([]string{"一", "二", "三"}).Draw(rt, "harm")}, people.Draw(rt, "person"), at)
				step(next, err)
				if report.Digest(d) != report.Digest(before) && (d.State != report.Drafting || d.Submitted != nil || d.Checked != nil || d.Approval != nil || before.State == report.Sent) {
					rt.Fatalf("a change of a report that was %s left %+v", before.State, d)
				}
			},
			"take": func(rt *rapid.T) {
				s := pumpSources()
				s.Case.Harm = rapid.SampledFrom([]string{"四", "五"}).Draw(rt, "harm")
				step(report.Take(form, d, report.Fill(form, s), []string{"harm"}, people.Draw(rt, "person"), at))
			},
			"follow": func(rt *rapid.T) {
				next, err := report.Next(form, d, report.Follow{Kind: report.Additional, By: people.Draw(rt, "person"), At: at})
				if err == nil && d.State != report.Sent {
					rt.Fatalf("an issue followed one that is %s", d.State)
				}
				step(next, err)
			},
			"": func(rt *rapid.T) {
				at = at.Add(time.Minute)
				if d.State != report.Approved && d.State != report.Sent {
					return
				}
				digest := report.Digest(d)
				for _, s := range []*report.Signature{d.Submitted, d.Checked, d.Approval} {
					if s == nil || s.Digest != digest || s.Meaning == "" {
						rt.Fatalf("%s with the signature %+v", d.State, s)
					}
				}
				if d.Maker == d.Approval.By || slices.Contains(d.Editors, d.Approval.By) || !report.Stands(d) {
					rt.Fatalf("approved by %s, who wrote it: %v", d.Approval.By, d.Editors)
				}
			},
		})
	})
}

func TestStatesFollowOneAnother(t *testing.T) {
	form, drafting := newDraft(t, pumpSources())
	do := func(d report.Draft, err error) report.Draft {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	inReview := do(report.Submit(form, drafting, sign(drafting, "maker")))
	checked := do(report.SignChecked(form, inReview, sign(inReview, "officer"), false))
	approved := do(report.Approve(form, checked, sign(checked, "approver")))
	given := do(report.MarkSent(approved, noon))
	returned := do(report.Return(checked, "approver", noon, "経過を詳しく"))
	if returned.State != report.Returned || returned.SentBack.Reason != "経過を詳しく" || returned.Submitted != nil || returned.Checked != nil {
		t.Errorf("sent back: %+v", returned)
	}
	states := map[report.State]report.Draft{
		report.Drafting: drafting, report.InReview: inReview, report.Checked: checked, report.Approved: approved, report.Sent: given, report.Returned: returned,
	}
	steps := map[string]struct {
		try  func(d report.Draft) (report.Draft, error)
		from []report.State
	}{
		"submit": {func(d report.Draft) (report.Draft, error) { return report.Submit(form, d, sign(d, "maker")) }, []report.State{report.Drafting, report.Returned}},
		"check": {func(d report.Draft) (report.Draft, error) {
			return report.SignChecked(form, d, sign(d, "officer"), false)
		}, []report.State{report.InReview}},
		"approve": {func(d report.Draft) (report.Draft, error) { return report.Approve(form, d, sign(d, "approver")) }, []report.State{report.Checked}},
		"return":  {func(d report.Draft) (report.Draft, error) { return report.Return(d, "approver", noon, "理由") }, []report.State{report.InReview, report.Checked}},
		"send":    {func(d report.Draft) (report.Draft, error) { return report.MarkSent(d, noon) }, []report.State{report.Approved}},
	}
	for name, step := range steps {
		for state, d := range states {
			_, err := step.try(d)
			if allowed := slices.Contains(step.from, state); allowed != (err == nil) || err != nil && fault.KindOf(err) != fault.Conflict {
				t.Errorf("%s of a report that is %s: %v", name, state, err)
			}
		}
	}
	if _, err := report.Return(inReview, "approver", noon, " "); fault.KindOf(err) != fault.Invalid {
		t.Errorf("sending back without a reason: %v", err)
	}
	if _, err := report.Edit(form, drafting, map[string]string{"no_such": "x", "event": "y"}, "maker", noon); len(fault.FieldsOf(err)) != 2 {
		t.Errorf("unknown fields and groups cannot be edited: %v", err)
	}
	if _, err := report.New(form, report.Begin{Filled: map[string]report.Value{"no_such": {Text: "x"}}}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("unknown fields cannot be filled: %v", err)
	}
}

// stored is a draft as it was kept before there were three signatures.
const stored = `{"id":"rep-1","case_id":"case-1","product_id":"prd-1","form":"pmda/form8","edition":"2021-07","version":1,"state":"%s",
	"values":{"harm":{"text":"低血圧","origin":{"kind":"case","ref":"case-1"},"by":"maker","at":"2026-06-03T03:00:00Z"}},
	"maker":"maker","editors":["maker"],"submitted":{"by":"maker","at":"2026-06-03T03:00:00Z"}%s}`

func TestDraftsFromBeforeThreeSignaturesLoad(t *testing.T) {
	load := func(state, approval string) (d report.Draft) {
		t.Helper()
		if err := json.Unmarshal(fmt.Appendf(nil, stored, state, approval), &d); err != nil {
			t.Fatal(err)
		}
		return d
	}
	digest := report.Digest(load("draft", ""))
	approval := `,"approval":{"by":"approver","name":"承認次郎","at":"2026-06-03T03:00:00Z","digest":"` + digest + `"}`
	old := load("approved", approval)
	if !report.Stands(old) || old.Number() != 1 {
		t.Errorf("an approved report does not stand any more: %+v", old)
	}
	if sent, err := report.MarkSent(old, noon); err != nil || !report.Stands(sent) {
		t.Errorf("it cannot be sent: %v", err)
	}
	if forged := load("approved", strings.Replace(approval, `"digest"`, `"meaning":"approved","digest"`, 1)); report.Stands(forged) {
		t.Error("a new approval stands without the other signatures")
	}
	waiting := load("in_review", "")
	if _, err := report.SignChecked(form8(t), waiting, sign(waiting, "officer"), false); fault.KindOf(err) != fault.Conflict {
		t.Errorf("checked without the signature of its maker: %v", err)
	}
	if back, err := report.Return(waiting, "officer", noon, "署名のため"); err != nil || back.State != report.Returned {
		t.Errorf("it cannot be sent back: %v", err)
	}
}

func TestADraftSurvivesStorage(t *testing.T) {
	form, d := newDraft(t, pumpSources())
	d = send(t, form, signed(t, form, d))
	stored, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var back report.Draft
	if err := json.Unmarshal(stored, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, d) || !report.Stands(back) {
		t.Errorf("stored and read again:\n%+v\nwant\n%+v", back, d)
	}
}

func TestDigestChangesWithEveryText(t *testing.T) {
	_, d := newDraft(t, pumpSources())
	rapid.Check(t, func(rt *rapid.T) {
		key := rapid.SampledFrom([]string{"harm", "brand_name", "aware_on"}).Draw(rt, "key")
		text := rapid.String().Draw(rt, "text")
		other := d
		other.Values = map[string]report.Value{}
		for k, v := range d.Values {
			v.By, v.Origin = "someone else", report.Origin{Kind: report.FromPerson}
			other.Values[k] = v
		}
		if report.Digest(other) != report.Digest(d) {
			rt.Fatal("who typed a text is not part of the content")
		}
		other.Values[key] = report.Value{Text: text}
		if (report.Digest(other) == report.Digest(d)) != (text == d.Text(key)) {
			rt.Fatalf("%s: %q and %q", key, text, d.Text(key))
		}
	})
}

func TestWhoeverCheckedCannotApprove(t *testing.T) {
	form, d := newDraft(t, pumpSources())
	shown := report.Digest(d)
	d, err := report.Submit(form, d, report.Sign{By: "maker", Name: "作成者", At: noon, Shown: shown})
	if err == nil {
		d, err = report.SignChecked(form, d, report.Sign{By: "officer", Name: "確認者", At: noon, Shown: shown}, false)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := report.Approve(form, d, report.Sign{By: "officer", Name: "確認者", At: noon, Shown: shown}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("one person signed 確認 and 承認: %v", err)
	}
}
