package rule

import (
	"encoding/json"

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
// texts does not hold a rulebook, fault.Conflict when the answer differs or a
// kept text is not the one of its digest.
func ReplayRecord(record []byte, texts func(digest string) (BookText, error)) error {
	var made struct {
		Format   int   `json:"format"`
		Rulebook Ref   `json:"rulebook"` // of the first format
		Law      []Ref `json:"law"`
	}
	if err := json.Unmarshal(record, &made); err != nil {
		return unreadable(err)
	}
	switch made.Format {
	case 0:
		files, err := keptBooks([]Ref{made.Rulebook}, texts)
		if err != nil {
			return err
		}
		rb, err := files[0].alone()
		if err != nil {
			return err
		}
		return rb.Replay(record)
	case joinedFormat:
		files, err := keptBooks(made.Law, texts)
		if err != nil {
			return err
		}
		l, err := joinLaw(files)
		if err != nil {
			return err
		}
		return l.replay(record)
	}
	return fault.New(fault.Invalid, "the record of a determination has format %d, which this program does not know: use a newer one", made.Format)
}

// keptBooks opens the rulebooks that a record names.
func keptBooks(refs []Ref, texts func(digest string) (BookText, error)) ([]*bookFile, error) {
	files := make([]*bookFile, len(refs))
	for i, ref := range refs {
		text, err := texts(ref.Digest)
		if err != nil {
			return nil, err
		}
		files[i] = &bookFile{text: text}
		if files[i].parse(); files[i].err != nil {
			return nil, files[i].err
		}
		if files[i].book.Digest != ref.Digest {
			return nil, fault.New(fault.Conflict, "the kept text of rulebook %s version %s is not the one of its digest %s: it was changed", ref.ID, ref.Version, ref.Digest)
		}
	}
	return files, nil
}

// replay decides a record of the joined law again.
func (l *Law) replay(record []byte) error {
	var j Joined
	if err := json.Unmarshal(record, &j); err != nil {
		return unreadable(err)
	}
	var notice *NoticeInput
	if j.Notice != nil {
		notice = &NoticeInput{j.Notice.Subject, j.Notice.Situation}
	}
	again, err := l.Determine(j.Situation, notice, j.Aware)
	if err != nil {
		return err
	}
	return sameBytes(again, record)
}
