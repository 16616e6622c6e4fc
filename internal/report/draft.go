package report

import (
	"maps"
	"slices"
	"strings"
	"time"

	"mimamori/internal/fault"
)

// State is where a draft stands on its way to the authority.
type State string

const (
	Drafting State = "draft"     // being written
	InReview State = "in_review" // signed by its maker (作成)
	Checked  State = "checked"   // signed by the safety officer too (確認)
	Approved State = "approved"  // signed by the approver too (承認); any change makes a new version
	Sent     State = "sent"      // given to the authority; news go into the next issue
	Returned State = "returned"  // sent back with a reason
)

// Words returns the name of the state.
func (s State) Words() Words {
	switch s {
	case Drafting:
		return Words{Ja: "下書き", En: "Draft"}
	case InReview:
		return Words{Ja: "確認中", En: "In review"}
	case Returned:
		return Words{Ja: "差戻し", En: "Returned"}
	case Checked:
		return Words{Ja: "承認待ち", En: "Checked"}
	case Approved:
		return Words{Ja: "承認済み", En: "Approved"}
	case Sent:
		return Words{Ja: "提出済み", En: "Sent"}
	}
	return Words{Ja: string(s), En: string(s)}
}

// SourceKind says what kind of record a value came from.
type SourceKind string

const (
	FromForm         SourceKind = "form"         // default text of the form
	FromHolder       SourceKind = "holder"       // data of the marketing authorization holder
	FromProduct      SourceKind = "product"      //
	FromRelease      SourceKind = "release"      //
	FromInstallation SourceKind = "installation" // the unit concerned
	FromIntake       SourceKind = "intake"       // safety information as it arrived
	FromCase         SourceKind = "case"         //
	FromFact         SourceKind = "fact"         // answers to the rulebook's questions
	FromAssessment   SourceKind = "assessment"   //
	FromMeasure      SourceKind = "measure"      //
	FromObligation   SourceKind = "obligation"   // the determination and its clock
	FromAuthority    SourceKind = "authority"    // numbers given by PMDA
	FromPerson       SourceKind = "person"       // typed in by hand
)

// Words returns the name of the kind.
func (k SourceKind) Words() Words {
	w, ok := map[SourceKind]Words{
		FromForm:         {"様式", "Form"},
		FromHolder:       {"製造販売業者", "Marketing authorization holder"},
		FromProduct:      {"品目", "Product"},
		FromRelease:      {"製品バージョン", "Release"},
		FromInstallation: {"納入", "Installation"},
		FromIntake:       {"安全管理情報", "Safety information"},
		FromCase:         {"事案", "Case"},
		FromFact:         {"事実", "Facts"},
		FromAssessment:   {"評価", "Assessment"},
		FromMeasure:      {"安全確保措置", "Measure"},
		FromObligation:   {"義務", "Obligation"},
		FromAuthority:    {"規制当局", "Authority"},
		FromPerson:       {"手入力", "Entered by hand"},
	}[k]
	if !ok {
		return Words{Ja: string(k), En: string(k)}
	}
	return w
}

// Origin says where the text of a value came from.
type Origin struct {
	Kind SourceKind `json:"kind"`
	Ref  string     `json:"ref,omitempty"` // key of the record, empty for form and person
}

// Value is the text of one field and its history: who put it there, when, from where.
//
// Texts are stored as the types say (days as 2026-06-01, codes as codes); what
// is printed comes from Form.Display.
type Value struct {
	Text   string    `json:"text"`
	Origin Origin    `json:"origin"`
	By     string    `json:"by"` // key of the person
	At     time.Time `json:"at"` // UTC
}

// Review is a sending back.
type Review struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason,omitempty"`
}

// Draft is one report for one case and product on one form edition. The
// functions of its life return a changed copy; a Draft itself is not changed.
type Draft struct {
	ID        string           `json:"id"`
	CaseID    string           `json:"case_id"` // "" for a report of a product and a period
	ProductID string           `json:"product_id"`
	Form      string           `json:"form"`            // Form.ID
	Edition   string           `json:"edition"`         // Form.Edition
	Issue     int              `json:"issue,omitempty"` // 報: 2, 3, … of the follow-ups; 0 and 1 are the first
	Version   int              `json:"version"`         // 1, 2, ...: goes up when an approved content is changed
	State     State            `json:"state"`
	Values    map[string]Value `json:"values"`              // by field key; absent means empty
	Maker     string           `json:"maker"`               // key of the person who made the draft
	Editors   []string         `json:"editors"`             // everyone who put content in, the maker first, no duplicates
	Submitted *Signature       `json:"submitted,omitempty"` // 作成
	Checked   *Signature       `json:"checked,omitempty"`   // 確認
	Approval  *Signature       `json:"approval,omitempty"`  // 承認
	SentBack  *Review          `json:"sent_back,omitempty"`
	SentAt    time.Time        `json:"sent_at,omitzero"` // when it was given to the authority
}

// Text returns the text of a field, "" when empty.
func (d Draft) Text(key string) string { return d.Values[key].Text }

// Texts returns the text of every filled field by key.
func (d Draft) Texts() map[string]string {
	texts := make(map[string]string, len(d.Values))
	for key, v := range d.Values {
		if v.Text != "" {
			texts[key] = v.Text
		}
	}
	return texts
}

// Begin is what a new draft starts from.
type Begin struct {
	ID, CaseID, ProductID string
	By                    string // the maker
	At                    time.Time
	Filled                map[string]Value // from Fill; By and At are set here
}

// New returns version 1 of a draft on form. Fields that nothing filled start
// with the form's default text.
//
// Errors: fault.Invalid when Filled names a field the form does not have.
func New(form *Form, b Begin) (Draft, error) {
	d := Draft{
		ID: b.ID, CaseID: b.CaseID, ProductID: b.ProductID,
		Form: form.ID, Edition: form.Edition, Version: 1, State: Drafting,
		Values: map[string]Value{}, Maker: b.By, Editors: []string{b.By},
	}
	var check fault.Checker
	for _, key := range sortedKeys(b.Filled) {
		if f, ok := form.Field(key); !ok || f.Type == Group {
			check.Add("/values/"+key, "field", "form %s has no field %q", form.ID, key)
			continue
		}
		v := b.Filled[key]
		if v.Text = clean(v.Text); v.Text != "" {
			v.By, v.At = b.By, b.At
			d.Values[key] = v
		}
	}
	for _, f := range form.Fields {
		if _, filled := d.Values[f.Key]; !filled && f.Default != "" {
			d.Values[f.Key] = Value{Text: f.Default, Origin: Origin{Kind: FromForm}, By: b.By, At: b.At}
		}
	}
	return d, check.Err("new report")
}

func (d Draft) copy() Draft {
	d.Values = maps.Clone(d.Values)
	d.Editors = slices.Clone(d.Editors)
	return d
}

// clean gives line ends one shape and drops blanks around the text.
func clean(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	return strings.TrimSpace(text)
}
