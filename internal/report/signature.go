package report

import (
	"slices"
	"strings"
	"time"

	"mimamori/internal/fault"
)

// Meaning is what a person says by signing.
type Meaning string

// The meanings, in the order in which a report gets them.
const (
	MeansMade     Meaning = "made"     // 作成
	MeansChecked  Meaning = "checked"  // 確認, by the safety officer
	MeansApproved Meaning = "approved" // 承認
)

// Words returns the meaning as it stands beside a signature.
func (m Meaning) Words() Words {
	switch m {
	case MeansMade:
		return Words{Ja: "作成", En: "Made"}
	case MeansChecked:
		return Words{Ja: "確認", En: "Checked"}
	case MeansApproved:
		return Words{Ja: "承認", En: "Approved"}
	}
	return Words{Ja: string(m), En: string(m)}
}

// Signature binds a person's name to the exact content it was given for.
type Signature struct {
	By      string    `json:"by"`   // key of the person
	Name    string    `json:"name"` // printed name
	At      time.Time `json:"at"`
	Digest  string    `json:"digest"`            // Digest of the draft when it was signed
	Meaning Meaning   `json:"meaning,omitempty"` // "" of an approval from before there were three signatures
}

// Sign is a person about to sign.
type Sign struct {
	By, Name string
	At       time.Time
	Shown    string     // Digest of the content that was on the screen
	Against  []Document // with which the content has to agree before it can be signed
}

// signed returns the signature, when the content can be signed by this person.
//
// Errors: fault.Conflict when the content is not the one shown; fault.Invalid
// without a printed name, or with every problem of the content at its field.
func (s Sign) signed(form *Form, d Draft, m Meaning) (*Signature, error) {
	if s.Shown != Digest(d) {
		return nil, fault.New(fault.Conflict, "the report was changed since it was shown: read it again, then sign")
	}
	if strings.TrimSpace(s.Name) == "" {
		return nil, fault.Fields("signature", []fault.Field{fault.At("/name", "required", "the printed name of the person who signs is missing")})
	}
	if err := Invalid(Problems(form, d, s.Against)); err != nil {
		return nil, err
	}
	return &Signature{By: s.By, Name: s.Name, At: s.At, Digest: s.Shown, Meaning: m}, nil
}

// Signatures lists the signatures of the draft in the order in which a report
// gets them.
func (d Draft) Signatures() []Signature {
	var list []Signature
	for _, s := range []*Signature{d.Submitted, d.Checked, d.Approval} {
		if s != nil {
			list = append(list, *s)
		}
	}
	return list
}

// unsigned is the draft with every signature void, back on the desk of its maker.
func (d Draft) unsigned() Draft {
	next := d.copy()
	next.State, next.Submitted, next.Checked, next.Approval = Drafting, nil, nil, nil
	return next
}

// wrote tells whether the person put content in, or signed as its maker.
func (d Draft) wrote(by string) bool {
	return d.Maker == by || slices.Contains(d.Editors, by) || d.Submitted != nil && d.Submitted.By == by
}

// Stands tells whether the draft is approved and its content is still the one
// that was signed, by everyone. An approval from before there were three
// signatures stands by itself.
func Stands(d Draft) bool {
	if d.State != Approved && d.State != Sent || d.Approval == nil {
		return false
	}
	digest := Digest(d)
	of := func(s *Signature) bool { return s != nil && s.Digest == digest }
	return of(d.Approval) && (d.Approval.Meaning == "" || of(d.Submitted) && of(d.Checked))
}
