package app

import (
	"context"
	"slices"
	"strings"

	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/ledger"
)

// OverrideDetermination asks to decide otherwise than the law answers.
type OverrideDetermination struct {
	Case     string
	Shown    string // digest of the answer that was on the screen
	Override casefile.Override
	Password string
}

// OverrideDetermination is the first of the two signatures under a decision
// that is not the law's answer. Until another person countersigns, what governs
// the case goes on to govern.
func (a *App) OverrideDetermination(ctx context.Context, by Actor, in OverrideDetermination) (CaseView, error) {
	if err := require(by, Override); err != nil {
		return CaseView{}, err
	}
	in.Override.Reason = strings.TrimSpace(in.Override.Reason)
	var check fault.Checker
	if err := a.reauthenticate(ctx, &check, by, in.Password); err != nil {
		return CaseView{}, err
	}
	c, err := a.Store.Case(ctx, in.Case)
	if err != nil {
		return CaseView{}, err
	}
	in.Override.Check(&check, c.AwareOn)
	addReason(&check, "/reason", in.Override.Reason)
	if err := check.Err("the override cannot be signed like this"); err != nil {
		return CaseView{}, err
	}
	err = a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		s, err := a.shown(ctx, tx, by, in.Case, in.Shown)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(s.older, waitsForCountersign) {
			return fault.New(fault.Conflict, "an override waits for its second signature: it has to be countersigned or refused first")
		}
		if s.d.Agrees(in.Override) {
			return fault.New(fault.Conflict, "this is what the law answers: confirm the determination instead")
		}
		s.d.Status, s.d.Override = casefile.OverrideAsked, &in.Override
		if err := s.record(ctx, tx, by, "determination.override_asked"); err != nil {
			return err
		}
		return a.sign(ctx, tx, by, Signature{Kind: signedDetermination, Subject: s.d.ID, Digest: signedDigest(s.d), Meaning: meansOverride}, subjectCase(s.c))
	})
	if err != nil {
		return CaseView{}, err
	}
	return a.Case(ctx, in.Case)
}

// CountersignOverride is a second person's yes to an override.
type CountersignOverride struct {
	ID       string // of the determination
	Password string
	Comment  string
}

// CountersignOverride is the second signature, by another person than the
// first: from now on the override governs the case and sets what is due. The
// answer of the law stays beside it.
func (a *App) CountersignOverride(ctx context.Context, by Actor, in CountersignOverride) (CaseView, error) {
	if err := require(by, Override); err != nil {
		return CaseView{}, err
	}
	var check fault.Checker
	if err := a.reauthenticate(ctx, &check, by, in.Password); err != nil {
		return CaseView{}, err
	}
	if err := check.Err("the override cannot be signed like this"); err != nil {
		return CaseView{}, err
	}
	var caseID string
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		asked, err := tx.Determination(ctx, in.ID)
		if err != nil {
			return err
		}
		caseID = asked.CaseID
		if err := a.requireSecondPerson(ctx, tx, by, asked); err != nil {
			return err
		}
		s, err := a.answerNow(ctx, tx, by, asked.CaseID)
		if err != nil {
			return err
		}
		if s.d.Digest != asked.Digest {
			return fault.New(fault.Conflict, "the facts moved since the override was asked for: refuse it and ask again on the present answer")
		}
		before := asked
		s.d = asked
		s.d.Status, s.d.Comment = casefile.Overridden, strings.TrimSpace(in.Comment)
		e := by.entry("determination.overridden", subjectDetermination(s.c, s.d), before, s.d, s.d.Override.Reason)
		e.Parents = []ledger.Subject{subjectCase(s.c), subjectProduct(s.m.product)}
		tx.Record(e)
		if err := tx.SettleDetermination(ctx, s.d); err != nil {
			return err
		}
		signature := Signature{Kind: signedDetermination, Subject: s.d.ID, Digest: signedDigest(s.d), Meaning: meansCountersigned}
		if err := a.sign(ctx, tx, by, signature, subjectCase(s.c)); err != nil {
			return err
		}
		return a.putInForce(ctx, tx, by, s)
	})
	if err != nil {
		return CaseView{}, err
	}
	return a.Case(ctx, caseID)
}

// requireSecondPerson holds an override to two signatures by two persons.
func (a *App) requireSecondPerson(ctx context.Context, tx Tx, by Actor, d casefile.Determination) error {
	switch {
	case d.Superseded:
		return fault.New(fault.Conflict, "a later determination took the place of this one: nothing is left to sign")
	case d.Status != casefile.OverrideAsked:
		return fault.New(fault.Conflict, "no override waits for a second signature here")
	}
	signatures, err := tx.Signatures(ctx, signedDetermination, d.ID)
	if err != nil {
		return err
	}
	own := slices.ContainsFunc(signatures, func(s Signature) bool { return s.UserID == by.UserID })
	if own || d.MadeByID == by.UserID {
		return fault.New(fault.Forbidden, "you asked for this override: another person has to countersign it")
	}
	return nil
}

// RefuseDetermination says no to a proposal or to an override that was asked for.
type RefuseDetermination struct {
	ID     string
	Reason string
}

// RefuseDetermination records that a proposal, or an override that was asked
// for, is not taken, and why. Whoever proposed or asked withdraws the own so.
func (a *App) RefuseDetermination(ctx context.Context, by Actor, in RefuseDetermination) (CaseView, error) {
	if err := require(by, Refuse); err != nil {
		return CaseView{}, err
	}
	var caseID string
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		before, err := tx.Determination(ctx, in.ID)
		if err != nil {
			return err
		}
		caseID = before.CaseID
		if err := requireRefuse(by, before); err != nil {
			return err
		}
		if err := checkReason(in.Reason); err != nil {
			return err
		}
		if before.Superseded || before.Status != casefile.Proposed && before.Status != casefile.OverrideAsked {
			return fault.New(fault.Conflict, "nothing waits for a decision here: read the case again")
		}
		c, err := tx.Case(ctx, before.CaseID)
		if err != nil {
			return err
		}
		after := before
		after.Status = casefile.NotTaken
		e := by.entry("determination.not_taken", subjectDetermination(c, after), before, after, strings.TrimSpace(in.Reason))
		e.Parents = []ledger.Subject{subjectCase(c)}
		tx.Record(e)
		return tx.SettleDetermination(ctx, after)
	})
	if err != nil {
		return CaseView{}, err
	}
	return a.Case(ctx, caseID)
}

// requireRefuse lets the maker withdraw; of others, who could confirm refuses a
// proposal, and who could countersign an override.
func requireRefuse(by Actor, d casefile.Determination) error {
	switch {
	case d.MadeByID == by.UserID:
		return nil
	case d.Status == casefile.Proposed:
		return require(by, Determine)
	default:
		return require(by, Override)
	}
}
