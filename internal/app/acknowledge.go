package app

import (
	"context"
	"strings"
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/fold"
	"mimamori/internal/report"
)

// numbersDuty is the duty of a follow-up that asks which numbers of the
// authority are right: those of the report or those of an acknowledgement.
const numbersDuty = "numbers"

// AcknowledgeSubmission is what the authority sent back for a submission.
type AcknowledgeSubmission struct {
	ID                   string
	RegistrationNumber   string // 登録番号, or ""
	IdentificationNumber string // 識別番号, or ""
	Text                 string // what it says, in words; or a file
	ReceivedAt           time.Time
	Files                []NewFile
}

// AcknowledgeSubmission keeps what came back. Numbers that differ from those the
// report has already make a task until a person says which are right.
func (a *App) AcknowledgeSubmission(ctx context.Context, by Actor, in AcknowledgeSubmission) (ReportView, error) {
	if err := require(by, WriteReport); err != nil {
		return ReportView{}, err
	}
	in.RegistrationNumber, in.IdentificationNumber, in.Text = strings.TrimSpace(in.RegistrationNumber), strings.TrimSpace(in.IdentificationNumber), strings.TrimSpace(in.Text)
	in.ReceivedAt = in.ReceivedAt.UTC().Truncate(time.Microsecond)
	var reportID string
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		before, err := tx.Submission(ctx, in.ID)
		if err != nil {
			return err
		}
		reportID = before.ReportID
		if before.State != SubmissionSent {
			return fault.New(fault.Conflict, "this submission was acknowledged already")
		}
		if err := a.checkAcknowledgement(in, before); err != nil {
			return err
		}
		now, err := a.reportNow(ctx, tx, before.ReportID)
		if err != nil {
			return err
		}
		w := now.w
		after := before
		after.Files = append([]SubmissionFile{}, before.Files...)
		after.State, after.Acknowledged, after.AcknowledgedAt = SubmissionAcknowledged, in.Text, in.ReceivedAt
		after.RegistrationNumber, after.IdentificationNumber = in.RegistrationNumber, in.IdentificationNumber
		contents := after.keep(in.Files)
		if differ(w.RegistrationNumber, in.RegistrationNumber) || differ(w.IdentificationNumber, in.IdentificationNumber) {
			after.State = SubmissionMismatch
			err = a.addFollowUp(ctx, tx, by, w, casefile.Obligation{
				Duty: numbersDuty, AwareOn: caldate.Of(in.ReceivedAt, caldate.Tokyo), TargetAt: a.now(),
			})
		} else {
			err = a.setNumbers(ctx, tx, by, w, in.RegistrationNumber, in.IdentificationNumber, "")
		}
		if err != nil {
			return err
		}
		if err := a.recordSubmission(ctx, tx, by, "submission.acknowledged", w, before, after, in.Text); err != nil {
			return err
		}
		if err := tx.AcknowledgeSubmission(ctx, after, contents); err != nil {
			return err
		}
		return a.keepPromise(ctx, tx, by, now)
	})
	if err != nil {
		return ReportView{}, err
	}
	return a.Report(ctx, by, reportID)
}

// keepPromise opens the further report that is due after an incomplete one, when
// nothing of it is there yet.
func (a *App) keepPromise(ctx context.Context, tx Tx, by Actor, now reportAt) error {
	due, err := openFor(ctx, tx, now.w)
	if err != nil || len(due) > 0 || now.d.State != report.Sent {
		return err
	}
	return a.promise(ctx, tx, by, now.w, now.d, caldate.Of(now.d.SentAt, caldate.Tokyo))
}

// differ tells whether two numbers are known and not the same one. Blanks and
// the width of the letters do not matter.
func differ(known, given string) bool {
	return known != "" && given != "" && fold.Text(known) != fold.Text(given)
}

func (a *App) checkAcknowledgement(in AcknowledgeSubmission, s Submission) error {
	var c fault.Checker
	if in.RegistrationNumber == "" && in.IdentificationNumber == "" && in.Text == "" && len(in.Files) == 0 {
		c.Add("/text", "required", "say what came back: a number, words or a file")
	}
	switch {
	case in.ReceivedAt.IsZero():
		c.Add("/received_at", "required", "say when the acknowledgement came")
	case in.ReceivedAt.After(a.now()):
		c.Add("/received_at", "not-in-future", "this is in the future: check day and time")
	case in.ReceivedAt.Before(s.SentAt.Truncate(time.Minute)):
		c.Add("/received_at", "order", "the acknowledgement came before the report was sent: check day and time")
	}
	checkTexts(&c, map[string]string{"/text": in.Text})
	checkNumbers(&c, in.RegistrationNumber, in.IdentificationNumber)
	wrong := append(fault.FieldsOf(c.Err("the acknowledgement cannot be recorded like this")), wrongFiles(in.Files, fileAcknowledgement)...)
	return fault.Fields("the acknowledgement cannot be recorded like this", wrong)
}

const maxNumber = 100 // characters of a number that the authority gives

func checkNumbers(c *fault.Checker, registration, identification string) {
	for pointer, number := range map[string]string{"/registration_number": registration, "/identification_number": identification} {
		if len([]rune(number)) > maxNumber {
			c.Add(pointer, "length", "a number has at most %d characters", maxNumber)
		}
	}
	checkTexts(c, map[string]string{"/registration_number": registration, "/identification_number": identification})
}

// setNumbers gives a report the numbers of the authority; "" leaves one as it is.
func (a *App) setNumbers(ctx context.Context, tx Tx, by Actor, w Report, registration, identification, reason string) error {
	after := w
	if registration != "" {
		after.RegistrationNumber = registration
	}
	if identification != "" {
		after.IdentificationNumber = identification
	}
	if after == w {
		return nil
	}
	after.UpdatedAt = a.now()
	about, err := aboutReport(ctx, tx, w)
	if err != nil {
		return err
	}
	e := by.entry("report.numbered", subjectReport(w), w, after, reason)
	e.Parents = about
	tx.Record(e)
	return tx.UpdateReport(ctx, after)
}

func (a *App) recordSubmission(ctx context.Context, tx Tx, by Actor, action string, w Report, before, after Submission, reason string) error {
	e := by.entry(action, subjectSubmission(after, w), before, after, reason)
	about, err := aboutReport(ctx, tx, w)
	e.Parents = append(about, subjectReport(w))
	tx.Record(e)
	return err
}

// ResolveMismatch says which numbers of the authority are right.
type ResolveMismatch struct {
	ID                                       string // of the submission
	RegistrationNumber, IdentificationNumber string // as they are from now on
	Reason                                   string
}

// ResolveMismatch settles an acknowledgement whose numbers were not those of the
// report. What the acknowledgement says stays as it is.
func (a *App) ResolveMismatch(ctx context.Context, by Actor, in ResolveMismatch) (ReportView, error) {
	if err := require(by, WriteReport); err != nil {
		return ReportView{}, err
	}
	in.RegistrationNumber, in.IdentificationNumber = strings.TrimSpace(in.RegistrationNumber), strings.TrimSpace(in.IdentificationNumber)
	var reportID string
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		before, err := tx.Submission(ctx, in.ID)
		if err != nil {
			return err
		}
		reportID = before.ReportID
		if before.State != SubmissionMismatch {
			return fault.New(fault.Conflict, "the numbers of this submission do not disagree")
		}
		w, err := tx.Report(ctx, before.ReportID)
		if err != nil {
			return err
		}
		if err := in.check(w, before); err != nil {
			return err
		}
		if err := a.setNumbers(ctx, tx, by, w, in.RegistrationNumber, in.IdentificationNumber, in.Reason); err != nil {
			return err
		}
		after := before
		after.State = SubmissionAcknowledged
		if err := a.recordSubmission(ctx, tx, by, "submission.resolved", w, before, after, in.Reason); err != nil {
			return err
		}
		if err := tx.AcknowledgeSubmission(ctx, after, nil); err != nil {
			return err
		}
		return a.numbersSettled(ctx, tx, by, w, in.Reason)
	})
	if err != nil {
		return ReportView{}, err
	}
	return a.Report(ctx, by, reportID)
}

func (in ResolveMismatch) check(w Report, s Submission) error {
	var c fault.Checker
	addReason(&c, "/reason", in.Reason)
	needed := func(pointer, number, known, given string) {
		if number == "" && (known != "" || given != "") {
			c.Add(pointer, "required", "say which number is right: %s", strings.Join(numbersKnown(known, given), ", "))
		}
	}
	needed("/registration_number", in.RegistrationNumber, w.RegistrationNumber, s.RegistrationNumber)
	needed("/identification_number", in.IdentificationNumber, w.IdentificationNumber, s.IdentificationNumber)
	checkNumbers(&c, in.RegistrationNumber, in.IdentificationNumber)
	return c.Err("the numbers cannot be settled like this")
}

// numbersKnown are the numbers that are not empty, each once.
func numbersKnown(numbers ...string) []string {
	var known []string
	for _, n := range numbers {
		if n != "" && (len(known) == 0 || known[0] != n) {
			known = append(known, n)
		}
	}
	return known
}

// numbersSettled ends the task that a mismatch made, unless another submission
// of the report has one still.
func (a *App) numbersSettled(ctx context.Context, tx Tx, by Actor, w Report, reason string) error {
	all, err := tx.Submissions(ctx, w.ID)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.State == SubmissionMismatch {
			return nil
		}
	}
	filter := map[string]string{"product": w.ProductID, "state": string(casefile.ObligationOpen), "kind": string(casefile.DueReportFollowUp), "duty": numbersDuty}
	open, err := tx.Obligations(ctx, ListQuery{Filter: filter, Limit: 200})
	if err != nil {
		return err
	}
	for _, row := range open.Items {
		if o := row.Obligation; o.CaseID == w.CaseID && o.Form == w.Form && o.PeriodFrom == w.PeriodFrom {
			if err := a.meet(ctx, tx, by, o, MeetObligation{MetOn: a.Today(), Proof: reason, Revision: o.Revision}); err != nil {
				return err
			}
		}
	}
	return nil
}
