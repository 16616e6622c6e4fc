package app

import (
	"context"

	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/rule"
)

// ConfirmDetermination is a person's yes to the answer of the law.
type ConfirmDetermination struct {
	Case    string
	Shown   string // digest of the answer that was on the screen
	Comment string
}

// ConfirmDetermination records the answer as the determination of the case
// (報告要否判断), signed by the actor, and makes what it asks for due. It
// supersedes the one before.
func (a *App) ConfirmDetermination(ctx context.Context, by Actor, in ConfirmDetermination) (CaseView, error) {
	if err := require(by, Determine); err != nil {
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
		s.d.Status, s.d.Comment = casefile.Confirmed, in.Comment
		if err := s.record(ctx, tx, by, "determination.confirmed"); err != nil {
			return err
		}
		signature := Signature{Kind: signedDetermination, Subject: s.d.ID, Digest: signedDigest(s.d), Meaning: meansConfirmed}
		if err := a.sign(ctx, tx, by, signature, subjectCase(s.c)); err != nil {
			return err
		}
		return a.putInForce(ctx, tx, by, s)
	})
	if err != nil {
		return CaseView{}, err
	}
	return a.Case(ctx, in.Case)
}

// shownAnswer is the answer that was on the screen, as a determination that
// nobody has stored yet.
type shownAnswer struct {
	c      casefile.Case
	m      matter
	joined rule.Joined
	d      casefile.Determination
	older  []casefile.Determination // newest first
}

// requireNews refuses what is confirmed already: pressing twice confirms once.
func (s shownAnswer) requireNews() error {
	now, ok := governing(s.older)
	if ok && now.Status == casefile.Confirmed && now.Digest == s.d.Digest && s.c.Stage != casefile.StageDetermine {
		return fault.New(fault.Conflict, "this answer is confirmed already: nothing changed since")
	}
	return nil
}

// record stores the determination with its entry in the ledger.
func (s shownAnswer) record(ctx context.Context, tx Tx, by Actor, action string) error {
	e := by.entry(action, subjectDetermination(s.c, s.d), nil, s.d, s.d.Comment)
	e.Parents = []ledger.Subject{subjectCase(s.c), subjectProduct(s.m.product)}
	tx.Record(e)
	return tx.AddDetermination(ctx, s.d)
}

// shown returns the answer of the law to a case, when it is still the one that
// was on the screen.
func (a *App) shown(ctx context.Context, tx Tx, by Actor, caseID, digest string) (shownAnswer, error) {
	s, err := a.answerNow(ctx, tx, by, caseID)
	if err != nil {
		return s, err
	}
	if s.d.Digest != digest {
		return s, fault.New(fault.Conflict, "the facts moved since the answer was shown: read it again, then confirm")
	}
	return s, nil
}

// answerNow is the answer of the law to a case as it stands.
func (a *App) answerNow(ctx context.Context, tx Tx, by Actor, caseID string) (shownAnswer, error) {
	var s shownAnswer
	var err error
	if s.c, err = tx.Case(ctx, caseID); err != nil {
		return s, err
	}
	if s.m, err = matterOf(ctx, tx, s.c); err != nil {
		return s, err
	}
	if s.joined, err = a.determine(s.m); err != nil {
		return s, err
	}
	if s.d, err = a.newDetermination(by, s.c, s.joined, s.m.period()); err != nil {
		return s, err
	}
	s.older, err = tx.Determinations(ctx, s.c.ID)
	s.d.Version = len(s.older) + 1
	return s, err
}

// newDetermination is what the law answers, without status and version.
func (a *App) newDetermination(by Actor, c casefile.Case, joined rule.Joined, period periodOf) (casefile.Determination, error) {
	record, err := joined.Record()
	if err != nil {
		return casefile.Determination{}, err
	}
	d := casefile.Determination{
		ID: ident.New(), CaseID: c.ID, AwareOn: c.AwareOn, Result: string(joined.Answer.Result), Items: []string{},
		Record: record, Digest: digestOf(record), MadeBy: by.Name, MadeByID: by.UserID, MadeAt: a.now(),
	}
	if g := a.governingView(joined.Answer.Governing, period); g != nil {
		d.Form, d.TermDays, d.Periodic, d.DueOn, d.FirstReport, d.Items = g.Form, g.TermDays, g.Periodic, g.Due, g.FirstReport, g.Items
	}
	return d, nil
}

func subjectDetermination(c casefile.Case, d casefile.Determination) ledger.Subject {
	return ledger.Subject{Kind: "determination", ID: d.ID, Name: c.Number}
}

// signedDigest is the digest of what is signed under a determination: its
// record, and what persons decided otherwise.
func signedDigest(d casefile.Determination) string {
	if d.Override == nil {
		return d.Digest
	}
	return digestOf(asJSON(struct {
		Record   string             `json:"record"`
		Override *casefile.Override `json:"override"`
	}{d.Digest, d.Override}))
}

// putInForce makes due what a signed determination asks for, and puts the case
// where it belongs then: under watch when nothing is open.
func (a *App) putInForce(ctx context.Context, tx Tx, by Actor, s shownAnswer) error {
	due := a.obligationsOf(s.joined, s.d, s.m)
	if err := a.replaceObligations(ctx, tx, by, s.c, due, s.d.Override != nil); err != nil {
		return err
	}
	if err := a.coverPeriodic(ctx, tx, by, s.m.product, s.c.ID); err != nil {
		return err
	}
	open, err := tx.Obligations(ctx, ListQuery{Filter: map[string]string{"case": s.c.ID, "state": string(casefile.ObligationOpen)}, Limit: 1})
	if err != nil {
		return err
	}
	after := s.c
	after.Stage, after.UpdatedAt = casefile.StageReport, a.now()
	if len(open.Items) == 0 { // nothing is due, or all of it was done before
		after.Stage = casefile.StageWatch
	}
	tx.Record(by.entry("case.stage", subjectCase(s.c), map[string]any{"stage": s.c.Stage}, map[string]any{"stage": after.Stage}, ""))
	return tx.UpdateCase(ctx, after)
}
