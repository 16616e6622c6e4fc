package report

import (
	"slices"
	"time"

	"mimamori/internal/fault"
)

// Kind is what an issue (報) of a report is for.
type Kind string

// The kinds: 初回報告, and after it 追加報告, 取下げ, 報告区分の変更.
const (
	First      Kind = "first"
	Additional Kind = "additional"
	Withdrawal Kind = "withdrawal"
	Downgrade  Kind = "downgrade"
)

// Number returns which issue of the report the draft is, 1 for the first.
func (d Draft) Number() int { return max(d.Issue, 1) }

// Kind returns what the issue says it is for; "" when its form knows no kinds
// or nobody has said it yet.
func (d Draft) Kind() Kind { return Kind(d.Text("report_order")) }

// Completion returns whether the issue says that it is complete (完了): "complete",
// "incomplete" or "" when it does not say.
func (d Draft) Completion() string { return d.Text("report_state") }

// Follow is what begins the next issue of a report.
type Follow struct {
	Kind   Kind
	By     string
	At     time.Time
	Filled map[string]Value // from Fill, as the records are now
}

// fromNow are the fields that a new issue takes from the records anew; all others
// go on as they were sent.
var fromNow = []string{"reported_on", "next_report_on", "registration_number", "identification_number", "addressee"}

// Next begins the next issue (報) of a report whose issue before was sent: it goes
// on from what was sent and says what it is for.
//
// Errors: fault.Conflict unless the issue before was sent as it was approved, or
// when that was a withdrawal; fault.Invalid when the form has no such kind.
func Next(form *Form, d Draft, f Follow) (Draft, error) {
	if d.State != Sent || !Stands(d) {
		return Draft{}, fault.New(fault.Conflict, "the next issue begins when this one is approved and sent")
	}
	if d.Kind() == Withdrawal {
		return Draft{}, fault.New(fault.Conflict, "the report was taken back: nothing follows it")
	}
	order, ok := form.Field("report_order")
	if _, has := form.Term(order, string(f.Kind)); !ok || !has || !slices.Contains([]Kind{Additional, Withdrawal, Downgrade}, f.Kind) {
		return Draft{}, fault.New(fault.Invalid, "form %s knows no issue of kind %q", form.ID, f.Kind)
	}
	next := d.unsigned()
	next.Issue, next.Version = d.Number()+1, 1
	next.SentBack, next.SentAt = nil, time.Time{}
	next.Maker, next.Editors = f.By, []string{f.By}
	for _, key := range fromNow {
		v, filled := f.Filled[key]
		if _, has := form.Field(key); !has || !filled {
			continue
		}
		v.By, v.At = f.By, f.At
		next.Values[key] = v
	}
	put := func(key, text string) {
		if field, ok := form.Field(key); ok && slices.ContainsFunc(form.Codes[field.CodeList], func(t Term) bool { return t.Code == text }) {
			next.Values[key] = Value{Text: text, Origin: Origin{Kind: FromForm}, By: f.By, At: f.At}
		}
	}
	put("report_order", string(f.Kind))
	if f.Kind != Additional {
		put("report_state", "complete")
		delete(next.Values, "next_report_on")
	}
	return next, nil
}

// Change is one field whose text differs between two drafts.
type Change struct {
	Field  string `json:"field"`
	Number string `json:"number"`
	Was    string `json:"was"`
	Is     string `json:"is"`
}

// Diff lists the fields that differ, in the order of the form.
func Diff(form *Form, was, is Draft) []Change {
	changes := []Change{}
	for _, f := range form.Fields {
		if f.Type != Group && was.Text(f.Key) != is.Text(f.Key) {
			changes = append(changes, Change{Field: f.Key, Number: f.Number, Was: was.Text(f.Key), Is: is.Text(f.Key)})
		}
	}
	return changes
}

// Moved lists the fields whose source says something else now than when they were
// filled: by key, what it says now. A text is never changed by itself; what a
// person typed is not told, unless it has to agree (see Disagreements).
func Moved(form *Form, d Draft, filled map[string]Value) map[string]Value {
	moved := map[string]Value{}
	for _, f := range form.Fields {
		v, ok := d.Values[f.Key]
		now, known := filled[f.Key]
		own := v.Origin.Kind == FromPerson || v.Origin.Kind == FromForm
		if ok && known && !own && clean(now.Text) != v.Text && !slices.Contains(fromNow, f.Key) {
			moved[f.Key] = now
		}
	}
	return moved
}
