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
// A change voids every signature and takes the draft back to Drafting; a change
// of an approved one begins the next version.
//
// Errors: fault.Invalid naming every field the form does not have;
// fault.Conflict when it was sent.
func Edit(form *Form, d Draft, texts map[string]string, by string, at time.Time) (Draft, error) {
	values := make(map[string]Value, len(texts))
	for key, text := range texts {
		if text = clean(text); text != d.Text(key) {
			values[key] = Value{Text: text, Origin: Origin{Kind: FromPerson}}
		}
	}
	for key := range texts { // those that say the same have to be fields too
		if _, changes := values[key]; !changes {
			values[key] = d.Values[key]
		}
	}
	return put(form, d, values, by, at)
}

// Take puts what the sources say now into these fields, see Moved. Fields that
// no source fills are left as they are. It changes the draft as Edit does.
func Take(form *Form, d Draft, filled map[string]Value, keys []string, by string, at time.Time) (Draft, error) {
	values := make(map[string]Value, len(keys))
	for _, key := range keys {
		v, ok := filled[key]
		if !ok {
			v = d.Values[key]
		}
		v.Text = clean(v.Text)
		values[key] = v
	}
	return put(form, d, values, by, at)
}

// put changes the fields whose text is another one.
func put(form *Form, d Draft, values map[string]Value, by string, at time.Time) (Draft, error) {
	var check fault.Checker
	next, changed := d.unsigned(), false
	for _, key := range sortedKeys(values) {
		if f, ok := form.Field(key); !ok || f.Type == Group {
			check.Add("/values/"+key, "field", "form %s has no field %q", form.ID, key)
			continue
		}
		v := values[key]
		if v.Text == d.Text(key) {
			continue
		}
		changed = true
		if v.Text == "" {
			delete(next.Values, key)
			continue
		}
		v.By, v.At = by, at
		next.Values[key] = v
	}
	switch err := check.Err("changes of the report"); {
	case err != nil:
		return Draft{}, err
	case !changed:
		return d, nil
	case d.State == Sent:
		return Draft{}, fault.New(fault.Conflict, "the report was sent and stays as it is: begin its next issue")
	}
	if !slices.Contains(next.Editors, by) {
		next.Editors = append(next.Editors, by)
	}
	if d.State == Approved {
		next.Version++
	}
	return next, nil
}

// Submit is the signature of the maker (作成): the content is ready to be checked.
//
// Errors: fault.Conflict when it is handed in already, or as for every signature.
func Submit(form *Form, d Draft, s Sign) (Draft, error) {
	if d.State != Drafting && d.State != Returned {
		return Draft{}, fault.New(fault.Conflict, "the report is %s already", d.stateWord())
	}
	signature, err := s.signed(form, d, MeansMade)
	if err != nil {
		return Draft{}, err
	}
	next := d.copy()
	next.State, next.SentBack, next.Submitted = InReview, nil, signature
	return next, nil
}

// SignChecked is the signature of the person who checked the content (確認).
// ownToo allows whoever wrote it to check it: a safety officer may.
//
// Errors: fault.Conflict when it is not in review; fault.Forbidden for those who
// wrote it, unless ownToo; or as for every signature.
func SignChecked(form *Form, d Draft, s Sign, ownToo bool) (Draft, error) {
	switch {
	case d.State != InReview:
		return Draft{}, fault.New(fault.Conflict, "only a report in review can be checked; this one is %s", d.stateWord())
	case d.Submitted == nil || d.Submitted.Digest != Digest(d): // it was handed in before makers signed
		return Draft{}, fault.New(fault.Conflict, "the report was handed in without the signature of its maker: send it back and hand it in again")
	case !ownToo && d.wrote(s.By):
		return Draft{}, fault.New(fault.Forbidden, "whoever wrote the report cannot check it: ask a safety officer")
	}
	signature, err := s.signed(form, d, MeansChecked)
	if err != nil {
		return Draft{}, err
	}
	next := d.copy()
	next.State, next.Checked = Checked, signature
	return next, nil
}

// Approve is the signature of the approver (承認).
//
// Errors: fault.Conflict when it was not checked; fault.Forbidden for anyone who
// put content in or checked it; or as for every signature.
func Approve(form *Form, d Draft, s Sign) (Draft, error) {
	if d.State != Checked {
		return Draft{}, fault.New(fault.Conflict, "only a report that was checked can be approved; this one is %s", d.stateWord())
	}
	if d.wrote(s.By) {
		return Draft{}, fault.New(fault.Forbidden, "whoever wrote the report cannot approve it: ask another approver")
	}
	if d.Checked != nil && d.Checked.By == s.By {
		return Draft{}, fault.New(fault.Forbidden, "whoever checked the report cannot approve it: ask another approver")
	}
	signature, err := s.signed(form, d, MeansApproved)
	if err != nil {
		return Draft{}, err
	}
	next := d.copy()
	next.State, next.Approval = Approved, signature
	if !Stands(next) {
		return Draft{}, fault.New(fault.Conflict, "the report was changed since it was checked: send it back")
	}
	return next, nil
}

// Return sends a draft in review or checked back to its maker; the signatures
// it has are void.
//
// Errors: fault.Conflict when it is not in review; fault.Invalid without a reason.
func Return(d Draft, by string, at time.Time, reason string) (Draft, error) {
	if d.State != InReview && d.State != Checked {
		return Draft{}, fault.New(fault.Conflict, "only a report in review can be sent back; this one is %s", d.stateWord())
	}
	if reason = clean(reason); reason == "" {
		return Draft{}, fault.Fields("sending back", []fault.Field{fault.At("/reason", "required", "say what has to be changed")})
	}
	next := d.unsigned()
	next.State = Returned
	next.SentBack = &Review{By: by, At: at, Reason: reason}
	return next, nil
}

// MarkSent notes that exactly the approved content was given to the authority.
//
// Errors: fault.Conflict unless it is approved as it stands and not sent yet;
// fault.Invalid when at lies before the approval, to the minute.
func MarkSent(d Draft, at time.Time) (Draft, error) {
	switch {
	case d.State == Sent:
		return Draft{}, fault.New(fault.Conflict, "the report is %s already", d.stateWord())
	case !Stands(d):
		return Draft{}, fault.New(fault.Conflict, "only an approved report can be sent; this one is %s", d.stateWord())
	case at.Before(d.Approval.At.Truncate(time.Minute)):
		return Draft{}, fault.Fields("sending", []fault.Field{fault.At("/sent_at", "order", "it was sent before it was approved: correct the time, or send the approved content")})
	}
	next := d.copy()
	next.State, next.SentAt = Sent, at
	return next, nil
}

// stateWord is the state inside of a sentence.
func (d Draft) stateWord() string { return strings.ToLower(d.State.Words().En) }
