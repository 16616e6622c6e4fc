package app

import (
	"context"
	"strings"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
)

// RecordAgreement says that a report agrees with what the hospital reports
// itself (医薬安発0115第2号 4(1)).
type RecordAgreement struct {
	Report string
	On     caldate.Date
	With   string // whom at the hospital
	Note   string
}

// RecordAgreement keeps the agreement for the content as it stands.
func (a *App) RecordAgreement(ctx context.Context, by Actor, in RecordAgreement) (ReportView, error) {
	if err := require(by, WriteReport); err != nil {
		return ReportView{}, err
	}
	in.With, in.Note = strings.TrimSpace(in.With), strings.TrimSpace(in.Note)
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		w, err := tx.Report(ctx, in.Report)
		if err != nil {
			return err
		}
		if w.CaseID == "" {
			return fault.New(fault.Conflict, "a report of a period has no hospital that reports the same")
		}
		found, err := tx.Case(ctx, w.CaseID)
		if err != nil {
			return err
		}
		if err := a.checkAgreement(in, found.AwareOn); err != nil {
			return err
		}
		g := HospitalAgreement{ID: ident.New(), ReportID: w.ID, Issue: w.Issue, Version: w.Version, On: in.On, With: in.With, Note: in.Note, By: by.Name, At: a.now()}
		e := by.entry("report.agreed", subjectReport(w), nil, g, in.Note)
		e.Parents = []ledger.Subject{subjectCase(found)}
		tx.Record(e)
		return tx.AddAgreement(ctx, g)
	})
	if err != nil {
		return ReportView{}, err
	}
	return a.Report(ctx, by, in.Report)
}

func (a *App) checkAgreement(in RecordAgreement, aware caldate.Date) error {
	var c fault.Checker
	switch {
	case in.On.IsZero():
		c.Add("/on", "required", "say on which day it was agreed")
	case in.On.After(a.Today()):
		c.Add("/on", "not-in-future", "%v is after today: check the day", in.On)
	case in.On.Before(aware):
		c.Add("/on", "after-awareness", "%v is before the awareness date %v: check the day", in.On, aware)
	}
	c.Require("/with", in.With, "person or department of the hospital")
	checkTexts(&c, map[string]string{"/with": in.With, "/note": in.Note})
	return c.Err("the agreement cannot be recorded like this")
}
