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
	in.Fill()
	if err := in.Check(); err != nil {
		return assess.Assessment{}, err
	}
	in.ID, in.MadeBy, in.MadeAt, in.Superseded = ident.New(), by.Name, a.now(), false
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		parents, err := checkLinks(ctx, tx, links{product: in.ProductID, vulnerability: in.VulnerabilityID})
		if err != nil {
			return err
		}
		older, err := tx.Assessments(ctx, ListQuery{Filter: map[string]string{
			"product": in.ProductID, "vulnerability": in.VulnerabilityID, "current": "yes",
		}, Limit: 1})
		if err != nil {
			return err
		}
		in.Version = 1
		var before any
		if len(older.Items) > 0 {
			in.Version = older.Items[0].Version + 1
			before = older.Items[0].Assessment
		}
		name := parents[0].Name + " × " + parents[1].Name
		e := by.entry("assessment.made", ledger.Subject{Kind: "assessment", ID: in.ID, Name: name}, before, in, in.Statement)
		e.Parents = parents
		tx.Record(e)
		return tx.AddAssessment(ctx, in)
	})
	if err != nil {
		return assess.Assessment{}, err
	}
	return in, nil
}
