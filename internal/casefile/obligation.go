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
	DuePeriodicReport ObligationKind = "periodic_report" // 様式第11, 12
)

// ObligationState says whether it is still to be done.
type ObligationState string

// The states. Void: a later determination took its place.
const (
	ObligationOpen ObligationState = "open"
	ObligationMet  ObligationState = "met"
	ObligationVoid ObligationState = "void"
)

// Obligation is something due (義務), with its clock.
type Obligation struct {
	ID              string          `json:"id"`
	CaseID          string          `json:"case_id"`
	DeterminationID string          `json:"determination_id"` // "" for a decision
	Kind            ObligationKind  `json:"kind"`
	Form            string          `json:"form"`            // "form8" … "form12", or ""
	Items           []string        `json:"items"`           // legal items, as the rulebook spells them
	AwareOn         caldate.Date    `json:"aware_on"`        // day 0 of the clock
	DueOn           caldate.Date    `json:"due_on"`          // statutory day; zero: promptly (速やかに), no number of days
	LastOfficeDay   caldate.Date    `json:"last_office_day"` // last open day on or before DueOn
	TargetAt        time.Time       `json:"target_at"`       // internal target where the law says promptly; zero otherwise
	State           ObligationState `json:"state"`
	MetOn           caldate.Date    `json:"met_on"`
	Proof           string          `json:"proof"` // how it was met: receipt, fax journal, number
	Revision        int             `json:"revision"`
	CreatedAt       time.Time       `json:"created_at"`
	UpdatedAt       time.Time       `json:"updated_at"`
}
