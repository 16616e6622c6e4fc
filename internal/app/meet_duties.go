package app

import (
	"context"
	"fmt"
	"slices"

	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
)

// MeetDuties says that several duties of one case were done together.
type MeetDuties struct {
	Case       string   // id or number
	IDs        []string // of obligations
	MetOn      caldate.Date
	Proof      string
	LateReason string // 遅延理由: needed when one of them was done after its day
}

// maxDuties bounds how many duties are met in one call; a case has a few.
const maxDuties = 50

// MeetDuties records that duties of a case were done, with one proof for all:
// all of them or none.
func (a *App) MeetDuties(ctx context.Context, by Actor, in MeetDuties) (CaseView, error) {
	if err := require(by, Determine); err != nil {
		return CaseView{}, err
	}
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.Case(ctx, in.Case)
		if err != nil {
			return err
		}
		due, err := dutiesToMeet(ctx, tx, c, in.IDs)
		if err != nil {
			return err
		}
		for _, o := range due {
			met := MeetObligation{ID: o.ID, MetOn: in.MetOn, Proof: in.Proof, LateReason: in.LateReason, Revision: o.Revision}
			if err := requireNotWritten(ctx, tx, o.ID); err != nil {
				return err
			}
			if err := a.checkMet(o, met); err != nil {
				return err
			}
			if err := a.meet(ctx, tx, by, o, met); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return CaseView{}, err
	}
	return a.Case(ctx, in.Case)
}

// dutiesToMeet returns the open duties of a case that are named, or an Invalid
// error with everything that is wrong with the names.
func dutiesToMeet(ctx context.Context, r Reader, c casefile.Case, ids []string) ([]casefile.Obligation, error) {
	var check fault.Checker
	if len(ids) == 0 {
		check.Add("/ids", "required", "name the duties that were done")
	}
	if len(ids) > maxDuties {
		check.Add("/ids", "length", "%d duties are too many, at most %d are met in one go", len(ids), maxDuties)
		ids = nil
	}
	var due []casefile.Obligation
	for i, id := range ids {
		pointer := fmt.Sprintf("/ids/%d", i)
		if slices.Contains(ids[:i], id) {
			check.Add(pointer, "unique", "this duty is named twice: leave one of them out")
			continue
		}
		o, err := r.Obligation(ctx, id)
		switch {
		case fault.KindOf(err) == fault.NotFound, err == nil && (o.CaseID != c.ID || o.Kind != casefile.DueDuty):
			check.Add(pointer, "exists", "the case has no such duty: read it again")
		case err != nil:
			return nil, err
		case o.State != casefile.ObligationOpen:
			check.Add(pointer, "open", "this duty is not open any more: read the case again")
		default:
			due = append(due, o)
		}
	}
	return due, check.Err("the duties cannot be met like this")
}
