package report_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"mimamori/internal/fault"
	"mimamori/internal/report"

	"pgregory.net/rapid"
)

func submitted(t *testing.T) (*report.Form, report.Draft) {
	t.Helper()
	form, d := newDraft(t, pumpSources())
	d, err := report.Submit(form, d, "maker", noon)
	if err != nil {
		t.Fatal(err)
	}
	return form, d
}

func sign(d report.Draft, by string) report.Sign {
	return report.Sign{By: by, Name: "承認次郎", At: noon, Shown: report.Digest(d)}
}

func TestNobodyApprovesWhatTheyWrote(t *testing.T) {
	form, d := newDraft(t, pumpSources())
	d, err := report.Edit(form, d, map[string]string{"harm": "追記"}, "second editor", noon)
	if err != nil {
		t.Fatal(err)
	}
	d, err = report.Submit(form, d, "maker", noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, by := range []string{"maker", "second editor"} {
		if _, err := report.Approve(form, d, sign(d, by)); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("approval by %s: got %v, want forbidden", by, err)
		}
	}
	d, err = report.Approve(form, d, sign(d, "approver"))
	if err != nil || !report.Stands(d) || d.Approval.Digest != report.Digest(d) {
		t.Errorf("approval by another person: %+v, %v", d.Approval, err)
	}
}

func TestAnApprovalIsForTheContentThatWasShown(t *testing.T) {
	form, d := submitted(t)
	s := sign(d, "approver")
	s.Shown = "0000"
	if _, err := report.Approve(form, d, s); fault.KindOf(err) != fault.Conflict {
		t.Errorf("got %v, want a conflict", err)
	}
	d, err := report.Approve(form, d, sign(d, "approver"))
	if err != nil {
		t.Fatal(err)
	}
	tampered := d
	tampered.Values = map[string]report.Value{"harm": {Text: "書換え"}}
	if report.Stands(tampered) {
		t.Error("the approval stands for a content that was never signed")
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

func TestStatesFollowOneAnother(t *testing.T) {
	form, inReview := submitted(t)
	_, drafting := newDraft(t, pumpSources())
	approved, err := report.Approve(form, inReview, sign(inReview, "approver"))
	if err != nil {
		t.Fatal(err)
	}
	returned, err := report.Return(inReview, "approver", noon, "経過を詳しく")
	if err != nil || returned.State != report.Returned || returned.SentBack.Reason != "経過を詳しく" {
		t.Fatalf("sent back: %+v, %v", returned, err)
	}
	if again, err := report.Submit(form, returned, "maker", noon); err != nil || again.SentBack != nil {
		t.Errorf("a returned report can be handed in again: %v", err)
	}
	for state, d := range map[string]report.Draft{"drafting": drafting, "returned": returned, "approved": approved} {
		if _, err := report.Approve(form, d, sign(d, "approver")); fault.KindOf(err) != fault.Conflict {
			t.Errorf("approving a report that is %s: %v", state, err)
		}
		if _, err := report.Return(d, "approver", noon, "理由"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("sending back a report that is %s: %v", state, err)
		}
	}
	for state, d := range map[string]report.Draft{"in review": inReview, "approved": approved} {
		if _, err := report.Submit(form, d, "maker", noon); fault.KindOf(err) != fault.Conflict {
			t.Errorf("handing in a report that is %s: %v", state, err)
		}
	}
	if _, err := report.Return(inReview, "approver", noon, " "); fault.KindOf(err) != fault.Invalid {
		t.Errorf("sending back without a reason: %v", err)
	}
	nameless := sign(inReview, "approver")
	nameless.Name = ""
	if _, err := report.Approve(form, inReview, nameless); fault.KindOf(err) != fault.Invalid {
		t.Errorf("signing without a name: %v", err)
	}
	edited, err := report.Edit(form, inReview, map[string]string{"harm": "訂正"}, "maker", noon)
	if err != nil || edited.State != report.Drafting || edited.Submitted != nil || edited.Version != 1 {
		t.Errorf("a change takes a report out of review: %+v, %v", edited, err)
	}
	if _, err := report.Edit(form, drafting, map[string]string{"no_such": "x", "event": "y"}, "maker", noon); len(fault.FieldsOf(err)) != 2 {
		t.Errorf("unknown fields and groups cannot be edited: %v", err)
	}
	if _, err := report.New(form, report.Begin{Filled: map[string]report.Value{"no_such": {Text: "x"}}}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("unknown fields cannot be filled: %v", err)
	}
}

func TestADraftSurvivesStorage(t *testing.T) {
	form, d := submitted(t)
	d, err := report.Approve(form, d, sign(d, "approver"))
	if err != nil {
		t.Fatal(err)
	}
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
