// Package casefile has the case (事案): what is followed from the intake to
// closure, with its facts, determinations and obligations.
package casefile

import (
	"slices"
	"strings"
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
)

// Stage is where a case stands in its life. Before it lie 受付 and 評価; then come
// 判断 → 報告・措置 → 監視.
type Stage string

// The stages. A case in watch was judged not reportable, or reported to the
// end; it stays under watch.
const (
	StageDetermine Stage = "determine"
	StageReport    Stage = "report"
	StageWatch     Stage = "watch"
)

// Case is one matter about one product.
type Case struct {
	ID              string       `json:"id"`
	Number          string       `json:"number"` // for example "C-2026-0042"
	Title           string       `json:"title"`
	ProductID       string       `json:"product_id"`
	ReleaseID       string       `json:"release_id"` // "" when not known
	VulnerabilityID string       `json:"vulnerability_id"`
	IntakeIDs       []string     `json:"intake_ids"`    // in the order in which they were added
	AssessmentID    string       `json:"assessment_id"` // the assessment it was opened from, or ""
	AwareOn         caldate.Date `json:"aware_on"`      // 情報入手日 of the earliest intake; starts the clock
	Stage           Stage        `json:"stage"`
	Facts           []Fact       `json:"facts"` // the current answers, in the order of the rulebook's facts
	Revision        int          `json:"revision"`
	OpenedBy        string       `json:"opened_by"`
	CreatedAt       time.Time    `json:"created_at"`
	UpdatedAt       time.Time    `json:"updated_at"`
}

// Fact is one answer to what the rulebook asks: the values that are still
// possible. A fact that is not listed in a case is wholly unknown.
type Fact struct {
	Name     string    `json:"name"`
	Possible []string  `json:"possible"` // one: known; more: partly known; sorted
	Evidence string    `json:"evidence"` // where the answer comes from
	By       string    `json:"by"`
	At       time.Time `json:"at"`
}

// SetFact returns the facts with f in the place of an older answer.
func SetFact(facts []Fact, f Fact) []Fact {
	out := slices.DeleteFunc(slices.Clone(facts), func(o Fact) bool { return o.Name == f.Name })
	out = append(out, f)
	slices.SortFunc(out, func(a, b Fact) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// ClearFact returns the facts without an answer to name: it is unknown again.
func ClearFact(facts []Fact, name string) []Fact {
	return slices.DeleteFunc(slices.Clone(facts), func(o Fact) bool { return o.Name == name })
}

// Check returns everything that is wrong with c as an Invalid error, or nil.
func (c Case) Check() error {
	var check fault.Checker
	check.Require("/title", c.Title, "title")
	check.Require("/product_id", c.ProductID, "product")
	if c.AwareOn.IsZero() {
		check.Add("/aware_on", "required", "awareness date (情報入手日) is missing: it comes from the intake record or must be given")
	}
	if len(c.Title) > 1_000 {
		check.Add("/title", "length", "the title has %d bytes, at most 1000 fit", len(c.Title))
	}
	return check.Err("the case cannot be kept like this")
}
