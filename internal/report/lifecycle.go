package report

import (
	"slices"
	"strings"
	"time"

	"mimamori/internal/fault"
)

// Edit puts texts typed in by a person into the draft; an empty text empties
// the field. Texts equal to what stands there change nothing, so their origin
// is kept.
//
// A change takes a submitted draft back to Drafting. A change of an approved
// draft voids the approval and begins the next version.
//
// Errors: fault.Invalid naming every field the form does not have.
func Edit(form *Form, d Draft, texts map[string]string, by string, at time.Time) (Draft, error) {
	var check fault.Checker
	next := d.copy()
	changed := false
	for _, key := range sortedKeys(texts) {
		if f, ok := form.Field(key); !ok || f.Type == Group {
			check.Add("/values/"+key, "field", "form %s has no field %q", form.ID, key)
			continue
		}
		text := clean(texts[key])
		if text == d.Text(key) {
			continue
		}
		changed = true
		if text == "" {
			delete(next.Values, key)
			continue
		}
		next.Values[key] = Value{Text: text, Origin: Origin{Kind: FromPerson}, By: by, At: at}
	}
	if err := check.Err("changes of the report"); err != nil {
		return Draft{}, err
	}
	if !changed {
		return d, nil
	}
	if !slices.Contains(next.Editors, by) {
		next.Editors = append(next.Editors, by)
	}
	if d.State == Approved {
		next.Version++
	}
	next.State, next.Submitted, next.Approval = Drafting, nil, nil
	return next, nil
}

// Submit hands the draft to an approver.
//
// Errors: fault.Conflict when it is already in review or approved;
// fault.Invalid with every problem at its field.
func Submit(form *Form, d Draft, by string, at time.Time) (Draft, error) {
	if d.State != Drafting && d.State != Returned {
		return Draft{}, fault.New(fault.Conflict, "the report is %s already", strings.ToLower(d.State.Words().En))
	}
	if err := Invalid(Check(form, d)); err != nil {
		return Draft{}, err
	}
	next := d.copy()
	next.State, next.SentBack = InReview, nil
	next.Submitted = &Review{By: by, At: at}
	return next, nil
}

// Sign is the signature of an approver.
type Sign struct {
	By, Name string
	At       time.Time
	Shown    string // Digest of the content that was on the screen
}

// Approve signs the draft for exactly the content shown.
//
// Errors: fault.Conflict when it is not in review or its content is not the
// one shown; fault.Forbidden for anyone who put content in: the maker of a
// report cannot approve it; fault.Invalid with every problem at its field.
func Approve(form *Form, d Draft, s Sign) (Draft, error) {
	if d.State != InReview {
		return Draft{}, fault.New(fault.Conflict, "only a report in review can be approved; this one is %s", strings.ToLower(d.State.Words().En))
	}
	if d.Maker == s.By || slices.Contains(d.Editors, s.By) {
		return Draft{}, fault.New(fault.Forbidden, "whoever wrote the report cannot approve it: ask another approver")
	}
	if digest := Digest(d); s.Shown != digest {
		return Draft{}, fault.New(fault.Conflict, "the report was changed since it was shown: read it again, then approve")
	}
	if strings.TrimSpace(s.Name) == "" {
		return Draft{}, fault.Fields("approval", []fault.Field{{Pointer: "/name", Rule: "required", Message: "the printed name of the approver is missing"}})
	}
	if err := Invalid(Check(form, d)); err != nil {
		return Draft{}, err
	}
	next := d.copy()
	next.State = Approved
	next.Approval = &Approval{By: s.By, Name: s.Name, At: s.At, Digest: s.Shown}
	return next, nil
}

// Return sends a draft in review back to its maker.
//
// Errors: fault.Conflict when it is not in review; fault.Invalid without a reason.
func Return(d Draft, by string, at time.Time, reason string) (Draft, error) {
	if d.State != InReview {
		return Draft{}, fault.New(fault.Conflict, "only a report in review can be sent back; this one is %s", strings.ToLower(d.State.Words().En))
	}
	if reason = clean(reason); reason == "" {
		return Draft{}, fault.Fields("sending back", []fault.Field{{Pointer: "/reason", Rule: "required", Message: "say what has to be changed"}})
	}
	next := d.copy()
	next.State, next.Submitted = Returned, nil
	next.SentBack = &Review{By: by, At: at, Reason: reason}
	return next, nil
}

// Stands tells whether the draft is approved and its content is still the one
// that was signed.
func Stands(d Draft) bool {
	return d.State == Approved && d.Approval != nil && d.Approval.Digest == Digest(d)
}
