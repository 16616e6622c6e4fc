package app

import (
	"context"
	"strings"

	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/intake"
	"mimamori/internal/ledger"
)

// DismissIntake says why no case is opened from an intake record.
type DismissIntake struct {
	ID     string
	Reason string
}

// DismissIntake records that no case is opened from an intake record, and why.
// The record stays, and a case can still be opened from it: its term then runs
// from the awareness date as ever.
func (a *App) DismissIntake(ctx context.Context, by Actor, in DismissIntake) (intake.Record, error) {
	if err := require(by, Determine); err != nil {
		return intake.Record{}, err
	}
	var record intake.Record
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if record, err = tx.Intake(ctx, in.ID); err != nil {
			return err
		}
		if err := checkReason(in.Reason); err != nil {
			return err
		}
		if err := requireNoCase(ctx, tx, record); err != nil {
			return err
		}
		before, ok, err := triageOf(ctx, tx, record.ID)
		switch {
		case err != nil:
			return err
		case ok && before.State != casefile.ObligationOpen:
			return fault.New(fault.Conflict, "%s was dismissed already", record.Number)
		case !ok: // recorded before records had a triage
			if before, err = a.addTriage(ctx, tx, by, record); err != nil {
				return err
			}
		}
		tx.Record(by.entry("intake.dismissed", subjectIntake(record), nil, nil, strings.TrimSpace(in.Reason)))
		after := before
		after.State, after.UpdatedAt = casefile.ObligationVoid, a.now()
		e := by.entry("obligation.void", subjectTriage(record, after), before, after, strings.TrimSpace(in.Reason))
		e.Parents = []ledger.Subject{subjectIntake(record)}
		tx.Record(e)
		return tx.UpdateObligation(ctx, after)
	})
	return record, err
}

// Dismissal returns why no case was opened from an intake record; nil when
// nobody dismissed it.
func (a *App) Dismissal(ctx context.Context, intakeID string) (*Refusal, error) {
	return refusal(ctx, a.Store, "intake.dismissed", "intake", intakeID)
}
