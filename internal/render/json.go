package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"mimamori/internal/fault"
	"mimamori/internal/report"
)

// formJSON is the neutral export of a report: what stands in which numbered
// box, in the order of the form. It is our own format, not one of an authority.
type formJSON struct {
	Format  string       `json:"format"` // mimamori-report/1
	Form    string       `json:"form"`
	Edition string       `json:"edition"`
	Heading string       `json:"heading"`
	Title   string       `json:"title"`
	Report  string       `json:"report"`
	Case    string       `json:"case"`
	Product string       `json:"product"`
	Issue   int          `json:"issue"` // 報: 1 for the first
	Version int          `json:"version"`
	State   report.State `json:"state"`
	Digest  string       `json:"digest"`     // report.Digest: of the content alone
	Signed  []signedJSON `json:"signatures"` // in the order of the life: made, checked, approved
	Fields  []fieldJSON  `json:"fields"`
}

type signedJSON struct {
	Meaning string    `json:"meaning"`
	By      string    `json:"by"`
	Name    string    `json:"name"`
	At      time.Time `json:"at"`
	Digest  string    `json:"digest"`
}

type fieldJSON struct {
	Number  string      `json:"number"`
	Key     string      `json:"key"`
	Group   string      `json:"group,omitempty"`
	NameJa  string      `json:"name_ja"`
	NameEn  string      `json:"name_en"`
	Type    report.Type `json:"type"`
	Value   string      `json:"value"`   // as stored: days as 2026-06-01, codes as codes; empty when not filled
	Printed string      `json:"printed"` // as on paper
	Source  *sourceJSON `json:"source"`  // null when not filled
}

type sourceJSON struct {
	Kind report.SourceKind `json:"kind"`
	Ref  string            `json:"ref,omitempty"`
	By   string            `json:"by"`
	At   time.Time         `json:"at"`
}

// JSON exports a report. Every field of the form is there, filled or not.
//
// Errors: fault.Invalid when the draft is not one of this form edition.
func JSON(form *report.Form, draft report.Draft) ([]byte, error) {
	if draft.Form != form.ID || draft.Edition != form.Edition {
		return nil, fault.New(fault.Invalid, "the report is on %s edition %s, not on %s edition %s", draft.Form, draft.Edition, form.ID, form.Edition)
	}
	out := formJSON{
		Format: "mimamori-report/1", Form: form.ID, Edition: form.Edition, Heading: form.Heading,
		Title: form.FullTitle(draft.Texts()), Report: draft.ID, Case: draft.CaseID, Product: draft.ProductID,
		Issue: draft.Number(), Version: draft.Version, State: draft.State, Digest: report.Digest(draft), Signed: []signedJSON{},
	}
	for _, s := range draft.Signatures() {
		out.Signed = append(out.Signed, signedJSON{Meaning: string(s.Meaning), By: s.By, Name: s.Name, At: s.At.UTC(), Digest: s.Digest})
	}
	for _, f := range form.Fields {
		if f.Type == report.Group {
			continue
		}
		field := fieldJSON{Number: f.Number, Key: f.Key, Group: f.Group, NameJa: f.Ja, NameEn: f.En, Type: f.Type}
		if v, ok := draft.Values[f.Key]; ok {
			field.Value, field.Printed = v.Text, form.Display(f, v.Text)
			field.Source = &sourceJSON{Kind: v.Origin.Kind, Ref: v.Origin.Ref, By: v.By, At: v.At.UTC()}
		}
		out.Fields = append(out.Fields, field)
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(out); err != nil {
		return nil, fmt.Errorf("exporting report %s: %w", draft.ID, err)
	}
	return text.Bytes(), nil
}
