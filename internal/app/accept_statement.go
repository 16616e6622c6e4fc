package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/assess"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
)

// AcceptStatement takes a VEX statement over as the assessment of one product.
type AcceptStatement struct {
	StatementID     string
	ProductID       string
	VulnerabilityID string
	Justification   string // "": that of the statement
	Text            string // why, in words; "": what the statement says
	// Reason is needed where the statement does not speak of all open findings of the product.
	Reason string
}

// AcceptStatement records a VEX statement as our assessment, in one step. The
// answers of the assessment before stay; the statement adds its own.
func (a *App) AcceptStatement(ctx context.Context, by Actor, in AcceptStatement) (assess.Assessment, error) {
	if err := require(by, Assess); err != nil {
		return assess.Assessment{}, err
	}
	var made assess.Assessment
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		s, concern, err := statementFor(ctx, tx, in.StatementID, in.ProductID, in.VulnerabilityID)
		if err != nil {
			return err
		}
		view := viewStatement(s)
		if concern.partial(view) && closes(s.Status) && strings.TrimSpace(in.Reason) == "" {
			return fault.Fields("the statement does not speak of all findings of this product", []fault.Field{
				fault.At("/reason", "coverage", "it names the components of %d of %d open findings: say why it holds for the whole product, or assess the product yourself", concern.Covered, concern.Open),
			})
		}
		draft, err := assessmentFrom(ctx, tx, s, in)
		if err != nil {
			return err
		}
		if made, err = a.recordAssessment(ctx, tx, by, draft, subjectStatement(s)); err != nil {
			return err
		}
		return a.decide(ctx, tx, by, s, StatementDecision{ProductID: in.ProductID, Accepted: true, AssessmentID: made.ID, Reason: in.Reason})
	})
	return made, err
}

// closes tells whether a status takes the product out of what is to be done.
func closes(status advisory.VEXStatus) bool {
	return status == advisory.VEXNotAffected || status == advisory.VEXFixed
}

// statementFor returns a statement in force that is about open findings of the
// product.
func statementFor(ctx context.Context, tx Tx, id, productID, vulnerabilityID string) (Statement, Concern, error) {
	s, err := tx.Statement(ctx, id)
	if err != nil {
		return s, Concern{}, err
	}
	if !s.SupersededAt.IsZero() {
		return s, Concern{}, fault.New(fault.Conflict, "a later version of this document does not say so any more: load the page again")
	}
	groups, err := tx.VulnerabilitiesNamed(ctx, s.Names())
	if err != nil {
		return s, Concern{}, err
	}
	v, err := tx.Vulnerability(ctx, vulnerabilityID)
	if err != nil {
		return s, Concern{}, err
	}
	if slices.Contains(groups, v.ID) {
		found, err := concernsOf(ctx, tx, v.ID, []Statement{s})
		if err != nil {
			return s, Concern{}, err
		}
		for _, c := range found[0] {
			if c.ProductID == productID {
				return s, c, nil
			}
		}
	}
	return s, Concern{}, fault.New(fault.Invalid, "the statement names no component with an open finding of this vulnerability in this product: assess the product yourself")
}

// assessmentFrom is the current assessment of the product, or an empty one,
// with what the statement says.
func assessmentFrom(ctx context.Context, tx Tx, s Statement, in AcceptStatement) (assess.Assessment, error) {
	current, err := tx.Assessments(ctx, ListQuery{Filter: map[string]string{"product": in.ProductID, "vulnerability": in.VulnerabilityID, "current": "yes"}, Limit: 1})
	if err != nil {
		return assess.Assessment{}, err
	}
	out := assess.Assessment{ProductID: in.ProductID, VulnerabilityID: in.VulnerabilityID}
	if len(current.Items) > 0 {
		out = current.Items[0].Assessment
	}
	out.Status, out.Justification = assess.Status(s.Status), ""
	if s.Status == advisory.VEXNotAffected {
		out.Justification = s.Justification
		if in.Justification != "" {
			out.Justification = in.Justification
		}
	}
	out.Statement = joinLines(in.Text, in.Reason, statementSource(s))
	if strings.TrimSpace(in.Text) == "" {
		out.Statement = joinLines(s.Impact, s.Action, in.Reason, statementSource(s))
	}
	// Only what the label itself says is taken as an answer.
	switch answer := &out.Present; {
	case out.Justification != "component_not_present":
	case *answer == "" || *answer == register.Unknown:
		*answer = register.No
	}
	return out, nil
}

// statementSource names where a statement stands, as evidence: issuer,
// document, day and the document's own words.
func statementSource(s Statement) string {
	words := s.StatusLabel
	if s.JustificationLabel != "" {
		words += " / " + s.JustificationLabel
	}
	parts := []string{s.Issuer, s.Document, words}
	if !s.StatedAt.IsZero() {
		parts = append(parts, s.RestatedAt.UTC().Format(time.DateOnly))
	}
	return "VEX (" + s.Format + "): " + strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), ", ")
}

func joinLines(texts ...string) string {
	var out []string
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			out = append(out, t)
		}
	}
	return strings.Join(out, "\n\n")
}

func subjectStatement(s Statement) ledger.Subject {
	return ledger.Subject{Kind: "statement", ID: s.ID, Name: strings.TrimSpace(s.Vulnerability + " " + s.Issuer)}
}

// decide stores what a person made of a statement.
func (a *App) decide(ctx context.Context, tx Tx, by Actor, s Statement, d StatementDecision) error {
	d.ID, d.StatementID, d.By, d.At = ident.New(), s.ID, by.Name, a.now()
	action := "statement.declined"
	if d.Accepted {
		action = "statement.accepted"
	}
	product, err := tx.Product(ctx, d.ProductID)
	if err != nil {
		return err
	}
	e := by.entry(action, subjectStatement(s), nil, d, d.Reason)
	e.Parents = []ledger.Subject{{Kind: "product", ID: product.ID, Name: product.BrandName}}
	tx.Record(e)
	return tx.AddStatementDecision(ctx, d)
}
