package casefile

import (
	"time"

	"mimamori/internal/caldate"
)

// ObligationKind says what is due.
type ObligationKind string

// The kinds. A decision is due from the moment a case is opened: until the
// facts are known the strictest term is assumed (CS notice 4(1)).
const (
	DueDecision       ObligationKind = "decision"        // 判断待ち（15日と仮定）
	DueFirstReport    ObligationKind = "first_report"    // 第一報（ファックス等）, promptly
	DueReport         ObligationKind = "report"          // 様式第8, 9, 10
	DueReportFollowUp ObligationKind = "report_followup" // 追加報告: on the next report day that an incomplete report named
	DuePeriodicReport ObligationKind = "periodic_report" // 様式第11, 12
	DueTriage         ObligationKind = "triage"          // 受付の振り分け: an intake record that is in no case yet
	DueDuty           ObligationKind = "duty"            // 回収の報告, 情報提供 and the like: a duty of a duty rulebook
)

// ObligationState says whether it is still to be done.
type ObligationState string

// The states. Covered: the periodic report of the product's own cycle stands for
// that of a case; one submission does both, so people are told once. Void: a
// later determination took its place.
const (
	ObligationOpen    ObligationState = "open"
	ObligationMet     ObligationState = "met"
	ObligationCovered ObligationState = "covered"
	ObligationVoid    ObligationState = "void"
)

// Obligation is something due (義務), with its clock. It hangs on a case, on an
// intake record that is in no case yet, or on a product (periodic reports).
type Obligation struct {
	ID              string          `json:"id"`
	CaseID          string          `json:"case_id"`          // "" when it hangs on no case
	IntakeID        string          `json:"intake_id"`        // of a triage, or ""
	ProductID       string          `json:"product_id"`       // "" when the product is not known yet
	DeterminationID string          `json:"determination_id"` // "" when no determination set it
	Kind            ObligationKind  `json:"kind"`
	Form            string          `json:"form"`            // "form8" … "form12", or ""
	Items           []string        `json:"items"`           // legal items, as the rulebook spells them
	Duty            string          `json:"duty"`            // id of the duty in its rulebook, or ""
	Rulebook        string          `json:"rulebook"`        // id of the rulebook of the duty, which lists are folded by; "" when there is none
	Rule            string          `json:"rule"`            // id of the rule that sets the duty, or ""
	PeriodFrom      caldate.Date    `json:"period_from"`     // first day of the period of a periodic report; zero otherwise
	PeriodTo        caldate.Date    `json:"period_to"`       // last day of it
	AwareOn         caldate.Date    `json:"aware_on"`        // day 0 of the clock
	DueOn           caldate.Date    `json:"due_on"`          // statutory day; zero: promptly (速やかに), no number of days
	LastOfficeDay   caldate.Date    `json:"last_office_day"` // last open day on or before DueOn
	TargetAt        time.Time       `json:"target_at"`       // internal target where the law says promptly; zero otherwise
	State           ObligationState `json:"state"`
	MetOn           caldate.Date    `json:"met_on"`
	Proof           string          `json:"proof"`       // how it was met: receipt, fax journal, number
	LateReason      string          `json:"late_reason"` // why it was met after its day (遅延理由), or ""
	Revision        int             `json:"revision"`
	CreatedAt       time.Time       `json:"created_at"`
	UpdatedAt       time.Time       `json:"updated_at"`
}
