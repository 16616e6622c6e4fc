package app

import (
	"context"

	"mimamori/internal/fault"
)

// DeclineStatement says that a VEX statement is not taken over for a product.
type DeclineStatement struct {
	StatementID     string
	ProductID       string
	VulnerabilityID string
	Reason          string
}

// DeclineStatement records that a VEX statement is not taken over, with the
// reason. The statement stays, and so do the findings and the assessment.
func (a *App) DeclineStatement(ctx context.Context, by Actor, in DeclineStatement) (StatementDecision, error) {
	if err := require(by, Assess); err != nil {
		return StatementDecision{}, err
	}
	var c fault.Checker
	c.Require("/reason", in.Reason, "reason")
	if err := c.Err("the statement cannot be declined like this"); err != nil {
		return StatementDecision{}, err
	}
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		s, _, err := statementFor(ctx, tx, in.StatementID, in.ProductID, in.VulnerabilityID)
		if err != nil {
			return err
		}
		return a.decide(ctx, tx, by, s, StatementDecision{ProductID: in.ProductID, Reason: in.Reason})
	})
	if err != nil {
		return StatementDecision{}, err
	}
	newest, err := newestDecisions(ctx, a.Store, []string{in.StatementID})
	return newest[decided{in.StatementID, in.ProductID}], err
}
