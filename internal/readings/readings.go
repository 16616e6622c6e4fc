// Package readings reads the recorded readings (解釈) of unclear texts of the law:
// what the text says, what it leaves open, how it could be read, which reading
// was chosen and why. Rules name the readings they rest on.
//
// There is no network, disk or clock in this package.
package readings

import "mimamori/internal/rule"

// Status says where a reading stands.
type Status string

const (
	InForce       Status = "in_force"        // relied on; nothing is left to ask
	ToBeConfirmed Status = "to_be_confirmed" // relied on, and still to be confirmed with the authority
	Superseded    Status = "superseded"      // no longer relied on; kept for determinations that did
)

// Section is one part of a reading, in plain text; paragraphs are parted by an
// empty line.
type Section struct {
	Heading rule.Text `json:"heading"`
	Body    rule.Text `json:"body"`
}

// Reading is one recorded reading, complete in both languages.
type Reading struct {
	ID       string    `json:"id"` // "R-001"
	Title    rule.Text `json:"title"`
	Status   Status    `json:"status"`
	Sections []Section `json:"sections"` // all of headings, in their order
	// Rules lists what rests on the reading: rules and rulebooks by their id
	// (jp-reg/..., jp/...), and parts of the program as package.Name.
	Rules []string `json:"rules"`
}

// headings are the sections of every reading, in their order.
var headings = []rule.Text{
	{JA: "条文", EN: "Text"},
	{JA: "問い", EN: "Question"},
	{JA: "解釈の候補", EN: "Candidates"},
	{JA: "採用した解釈", EN: "Chosen"},
	{JA: "理由", EN: "Why"},
	{JA: "誰の指導によるか", EN: "On whose guidance"},
	{JA: "適用", EN: "In force"},
}
