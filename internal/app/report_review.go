package app

import (
	"context"
	"slices"

	"mimamori/internal/fault"
	"mimamori/internal/report"
)

// signedReport is the kind of a signature under a report; what it means is a
// report.Meaning.
const signedReport = "report"

// SignReport is a person's signature under the content of a report that was
// shown.
type SignReport struct {
	ID       string
	Digest   string // of the content shown
	Revision int
	Password string // given again
}

// SubmitReport is the signature of the maker (作成): the report is ready to be
// checked.
func (a *App) SubmitReport(ctx context.Context, by Actor, in SignReport) (ReportView, error) {
	return a.signReport(ctx, by, WriteReport, in, "report.sent_to_review", func(s reportAt, sign report.Sign) (report.Draft, error) {
		if in.Digest == "" { // the revision says which content was shown
			sign.Shown = report.Digest(s.d)
		}
		return report.Submit(s.form, s.d, sign)
	})
}

// CheckReport is the signature of the safety officer (確認), who may have written
// the report.
func (a *App) CheckReport(ctx context.Context, by Actor, in SignReport) (ReportView, error) {
	return a.signReport(ctx, by, CheckReports, in, "report.checked", func(s reportAt, sign report.Sign) (report.Draft, error) {
		return report.SignChecked(s.form, s.d, sign, slices.Contains(by.Roles, SafetyOfficer))
	})
}

// ApproveReport is the signature of the approver (承認). Whoever put content in
// cannot give it.
func (a *App) ApproveReport(ctx context.Context, by Actor, in SignReport) (ReportView, error) {
	return a.signReport(ctx, by, ApproveReports, in, "report.approved", func(s reportAt, sign report.Sign) (report.Draft, error) {
		return report.Approve(s.form, s.d, sign)
	})
}

// signReport signs a report with the password given again. The content has to
// be without problems, by itself and beside the records.
func (a *App) signReport(ctx context.Context, by Actor, p Permission, in SignReport, action string,
	signed func(s reportAt, sign report.Sign) (report.Draft, error),
) (ReportView, error) {
	if err := require(by, p); err != nil {
		return ReportView{}, err
	}
	var check fault.Checker
	if err := a.reauthenticate(ctx, &check, by, in.Password); err != nil {
		return ReportView{}, err
	}
	if err := check.Err("the report cannot be signed like this"); err != nil {
		return ReportView{}, err
	}
	before := report.Draft{}
	return a.changeReport(ctx, by, reportChange{
		id: in.ID, revision: in.Revision, action: action, compared: true,
		change: func(s reportAt) (report.Draft, error) {
			before = s.d
			after, err := signed(s, report.Sign{By: by.UserID, Name: by.Name, At: a.now(), Shown: in.Digest, Against: s.against()})
			if fault.KindOf(err) != "" && fault.KindOf(err) != fault.Invalid {
				return after, err // not theirs to sign, or not now: fields do not matter
			}
			if problems := s.problems(); len(problems) > 0 {
				return after, report.Invalid(problems)
			}
			return after, err
		},
		also: func(ctx context.Context, tx Tx, w Report, d report.Draft) error {
			signature := Signature{Kind: signedReport, Subject: w.ID, Digest: report.Digest(d), Meaning: string(meaningOf(before, d))}
			return a.sign(ctx, tx, by, signature, subjectReport(w))
		},
	})
}

// meaningOf returns the meaning of the signature that was just given.
func meaningOf(before, after report.Draft) report.Meaning {
	switch {
	case after.Approval != nil && before.Approval == nil:
		return after.Approval.Meaning
	case after.Checked != nil && before.Checked == nil:
		return after.Checked.Meaning
	}
	return after.Submitted.Meaning
}

// ReturnReport sends a report back with a reason.
type ReturnReport struct {
	ID, Reason string
	Revision   int
}

// ReturnReport sends a report in review back to its maker; its signatures are
// void.
func (a *App) ReturnReport(ctx context.Context, by Actor, in ReturnReport) (ReportView, error) {
	if err := require(by, ReturnReports); err != nil {
		return ReportView{}, err
	}
	return a.changeReport(ctx, by, reportChange{
		id: in.ID, revision: in.Revision, action: "report.returned", reason: in.Reason,
		change: func(s reportAt) (report.Draft, error) { return report.Return(s.d, by.UserID, a.now(), in.Reason) },
	})
}
