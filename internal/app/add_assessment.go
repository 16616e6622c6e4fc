package app

import (
	"context"

	"mimamori/internal/assess"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
)

// AddAssessment records a judgement of a vulnerability for a product (評価). It
// supersedes the one before; both stay.
func (a *App) AddAssessment(ctx context.Context, by Actor, in assess.Assessment) (assess.Assessment, error) {
	if err := require(by, Assess); err != nil {
		return assess.Assessment{}, err
	}
	var made assess.Assessment
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		made, err = a.recordAssessment(ctx, tx, by, in)
		return err
	})
	return made, err
}

// recordAssessment checks and stores an assessment. from are the records that
// it was made from, beside the product and the vulnerability.
func (a *App) recordAssessment(ctx context.Context, tx Tx, by Actor, in assess.Assessment, from ...ledger.Subject) (assess.Assessment, error) {
	in.Fill()
	if err := in.Check(); err != nil {
		return assess.Assessment{}, err
	}
	in.ID, in.MadeBy, in.MadeAt, in.Superseded = ident.New(), by.Name, a.now(), false
	parents, err := checkLinks(ctx, tx, links{product: in.ProductID, vulnerability: in.VulnerabilityID})
	if err != nil {
		return assess.Assessment{}, err
	}
	older, err := tx.Assessments(ctx, ListQuery{Filter: map[string]string{
		"product": in.ProductID, "vulnerability": in.VulnerabilityID, "current": "yes",
	}, Limit: 1})
	if err != nil {
		return assess.Assessment{}, err
	}
	in.Version = 1
	var before any
	if len(older.Items) > 0 {
		in.Version = older.Items[0].Version + 1
		before = older.Items[0].Assessment
	}
	name := parents[0].Name + " × " + parents[1].Name
	e := by.entry("assessment.made", ledger.Subject{Kind: "assessment", ID: in.ID, Name: name}, before, in, in.Statement)
	e.Parents = append(parents, from...)
	tx.Record(e)
	return in, tx.AddAssessment(ctx, in)
}
