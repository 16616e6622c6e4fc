package app

import (
	"context"
	"slices"

	"mimamori/internal/casefile"
	"mimamori/internal/fault"
)

// ProposeDetermination asks the safety officer to confirm the answer of the law.
type ProposeDetermination struct {
	Case    string
	Shown   string // digest of the answer that was on the screen
	Comment string
}

// ProposeDetermination records the answer as proposed. It makes nothing due and
// changes nothing that was signed.
func (a *App) ProposeDetermination(ctx context.Context, by Actor, in ProposeDetermination) (CaseView, error) {
	if err := require(by, WorkCases); err != nil {
		return CaseView{}, err
	}
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		s, err := a.shown(ctx, tx, by, in.Case, in.Shown)
		if err != nil {
			return err
		}
		if err := s.requireNews(); err != nil {
			return err
		}
		if slices.ContainsFunc(s.older, func(d casefile.Determination) bool {
			return d.Status == casefile.Proposed && !d.Superseded && d.Digest == s.d.Digest
		}) {
			return fault.New(fault.Conflict, "this answer is proposed already: it waits for the safety officer")
		}
		if slices.ContainsFunc(s.older, waitsForCountersign) {
			return fault.New(fault.Conflict, "an override waits for its second signature: it has to be countersigned or refused first")
		}
		s.d.Status, s.d.Comment = casefile.Proposed, in.Comment
		return s.record(ctx, tx, by, "determination.proposed")
	})
	if err != nil {
		return CaseView{}, err
	}
	return a.Case(ctx, in.Case)
}

func waitsForCountersign(d casefile.Determination) bool {
	return d.Status == casefile.OverrideAsked && !d.Superseded
}
