package rule

import (
	"bytes"
	"encoding/json"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
)

// Determination is a record of the first format: a decision of one rulebook
// with everything it rests on. Joined took its place; these replay for ever.
type Determination struct {
	Rulebook  Ref          `json:"rulebook"`
	Aware     caldate.Date `json:"aware"`
	Situation Situation    `json:"situation"`
	Answer    Answer       `json:"answer"`
}

// Determine decides and returns the record of it, which names as the fact to
// ask next the first in the order of the rulebook. Its errors are those of
// Decide.
func (rb *Rulebook) Determine(s Situation, aware caldate.Date) (Determination, error) {
	a, err := rb.Decide(s, aware)
	if err != nil {
		return Determination{}, err
	}
	a.Next = nextInOrder(a)
	sets, err := rb.possible(s)
	if err != nil {
		return Determination{}, err
	}
	return Determination{Rulebook: rb.Ref(), Aware: aware, Situation: rb.normal(s, sets), Answer: a}, nil
}

// Record returns the determination as JSON; equal determinations have equal
// bytes.
func (d Determination) Record() ([]byte, error) { return asRecord(d) }

// asRecord writes a determination without HTML escapes, so that the quotes of
// the law stay readable.
func asRecord(determination any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(determination); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Replay decides a recorded determination again and compares byte for byte.
//
// Errors: fault.Invalid when the record cannot be read, fault.NotFound when it
// was made with another rulebook or version (load that one), fault.Conflict
// when the answer differs.
func (rb *Rulebook) Replay(record []byte) error {
	var d Determination
	if err := json.Unmarshal(record, &d); err != nil {
		return unreadable(err)
	}
	if d.Rulebook != rb.Ref() {
		return fault.New(fault.NotFound, "the determination was made with rulebook %s version %s (%s), not with %s version %s (%s): load that one",
			d.Rulebook.ID, d.Rulebook.Version, d.Rulebook.Digest, rb.ID, rb.Version, rb.Digest)
	}
	again, err := rb.Determine(d.Situation, d.Aware)
	if err != nil {
		return err
	}
	return sameBytes(again, record)
}

func unreadable(err error) error {
	return fault.Wrap(fault.Invalid, err, "the record of a determination is not readable")
}

// sameBytes compares a determination that was made again with its record.
func sameBytes(again any, record []byte) error {
	got, err := asRecord(again)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, record) {
		return fault.New(fault.Conflict, "the determination comes out differently than recorded: the record or the program was changed")
	}
	return nil
}
