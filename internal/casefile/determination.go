package casefile

import (
	"encoding/json"
	"slices"
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
)

// DeterminationStatus says how far a determination is. What a person did not
// sign never takes the place of what one did.
type DeterminationStatus string

// The statuses. Provisional (仮の判断) stands from the opening of a case: nothing
// is known, 15 days. Proposed asks the safety officer to confirm. Of an override
// the first signature asks for the second; until then the answer of the law governs.
const (
	Provisional   DeterminationStatus = "provisional"
	Proposed      DeterminationStatus = "proposed"
	Confirmed     DeterminationStatus = "confirmed"
	OverrideAsked DeterminationStatus = "override_asked"
	Overridden    DeterminationStatus = "overridden"
	NotTaken      DeterminationStatus = "not_taken" // a proposal or an override that was refused or withdrawn
)

// Signed tells whether persons made it what governs the case.
func (s DeterminationStatus) Signed() bool { return s == Confirmed || s == Overridden }

// Determination is the answer of the law to a case (報告要否判断) and what persons
// made of it. Its record is never changed; a later one supersedes it.
//
// Result to Items are always the answer of the law; an override stands beside it.
type Determination struct {
	ID          string              `json:"id"`
	CaseID      string              `json:"case_id"`
	Version     int                 `json:"version"` // 1, 2, … within the case
	Status      DeterminationStatus `json:"status"`
	AwareOn     caldate.Date        `json:"aware_on"`
	Result      string              `json:"result"` // "report", "not_reportable" or "undetermined"
	Form        string              `json:"form"`   // of the governing obligation, or ""
	TermDays    int                 `json:"term_days"`
	Periodic    bool                `json:"periodic"`
	DueOn       caldate.Date        `json:"due_on"` // statutory due day, zero when periodic or not reportable
	FirstReport bool                `json:"first_report"`
	Items       []string            `json:"items"`    // legal items of the governing obligation
	Override    *Override           `json:"override"` // what persons decided otherwise; nil when they did not
	Record      json.RawMessage     `json:"record"`   // situation, rulebooks, answer and proof, replayable byte for byte
	Digest      string              `json:"digest"`   // of Record
	Comment     string              `json:"comment"`
	MadeBy      string              `json:"made_by"` // who made it what it is: proposed, confirmed, asked
	MadeByID    string              `json:"made_by_id"`
	MadeAt      time.Time           `json:"made_at"`
	Superseded  bool                `json:"superseded"`
}

// Override is what persons decided otherwise than the law's answer, and why.
type Override struct {
	Result      string       `json:"result"` // "report" or "not_reportable"
	Form        string       `json:"form"`   // "form8" to "form12" for a report
	DueOn       caldate.Date `json:"due_on"` // for a report
	FirstReport bool         `json:"first_report"`
	Reason      string       `json:"reason"`
}

// resultReport and resultNone are the two results that persons can decide for.
const (
	resultReport = "report"
	resultNone   = "not_reportable"
)

// forms are the official forms that a report can be due on.
var forms = []string{"form8", "form9", "form10", "form11", "form12"}

// Check notes everything that is wrong with what persons decided about a matter
// known since aware; the reason is checked by who takes it.
func (o Override) Check(c *fault.Checker, aware caldate.Date) {
	switch o.Result {
	case resultReport:
		if !slices.Contains(forms, o.Form) {
			c.Add("/form", "value", "choose the form of the report: one of form8 to form12")
		}
		switch {
		case o.DueOn.IsZero():
			c.Add("/due_on", "required", "say by which day the report is due")
		case o.DueOn.Before(aware):
			c.Add("/due_on", "after-awareness", "%v is before the awareness date %v: check the day", o.DueOn, aware)
		}
	case resultNone:
		if o.Form != "" || !o.DueOn.IsZero() || o.FirstReport {
			c.Add("/result", "fits", "without a report there is no form, no day and no first report: leave them empty")
		}
	default:
		c.Add("/result", "value", "say what is decided instead: that a report is due, or that none is")
	}
}

// Agrees tells whether an override asks for what the law asks for anyway.
func (d Determination) Agrees(o Override) bool {
	if o.Result != d.Result {
		return false
	}
	return o.Result == resultNone || o.Form == d.Form && o.DueOn == d.DueOn && o.FirstReport == d.FirstReport
}

// Laxer tells whether persons decided for less than the law asks for: no
// report, a later day, or no first report. Not knowing asks for what the
// strictest world does.
func (d Determination) Laxer() bool {
	if d.Override == nil || d.Result == resultNone {
		return false
	}
	o := *d.Override
	return o.Result == resultNone || d.FirstReport && !o.FirstReport || !d.DueOn.IsZero() && o.DueOn.After(d.DueOn)
}
