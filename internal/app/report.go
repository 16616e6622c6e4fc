package app

import (
	"context"
	"encoding/json"
	"time"

	"mimamori/internal/fault"
	"mimamori/internal/ledger"
	"mimamori/internal/report"
)

func subjectReport(r Report) ledger.Subject {
	return ledger.Subject{Kind: "report", ID: r.ID, Name: r.Number}
}

// ReportView is a report as people work on it.
type ReportView struct {
	Report   ReportRow              `json:"report"`
	Values   map[string]ReportValue `json:"values"`
	Problems []report.Problem       `json:"problems"` // in the order of the form
	Versions []ReportVersion        `json:"versions"` // newest first, without content
	Digest   string                 `json:"digest"`   // of the content shown
	Approval *ReportMark            `json:"approval"` // nil: not approved
	Returned *ReportMark            `json:"returned"` // nil: not sent back
	Can      ReportCan              `json:"can"`
}

// ReportValue is the content of one field.
type ReportValue struct {
	Text   string    `json:"text"`
	Source string    `json:"source"` // kind of record it came from, see report.SourceKind
	Ref    string    `json:"ref"`    // key of that record
	By     string    `json:"by"`     // name of the person
	At     time.Time `json:"at"`
}

// ReportMark is who did what on a report, when.
type ReportMark struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	Digest string    `json:"digest"`
}

// ReportCan tells what the asking person may do next.
type ReportCan struct {
	Edit    bool   `json:"edit"`
	Review  bool   `json:"review"`
	Approve bool   `json:"approve"`
	Return  bool   `json:"return"`
	WhyNot  string `json:"why_not"` // why approval is not open to this person, "" when it is or does not matter
}

// Form returns a form definition by its name, for example "form8".
func (a *App) Form(name string) (*report.Form, error) {
	f, ok := a.Forms[name]
	if !ok {
		return nil, fault.New(fault.NotFound, "there is no form %q here yet", name)
	}
	return f, nil
}

// Report returns a report as the actor may work on it.
func (a *App) Report(ctx context.Context, by Actor, id string) (ReportView, error) {
	r, err := a.Store.Report(ctx, id)
	if err != nil {
		return ReportView{}, err
	}
	form, err := a.Form(r.Form)
	if err != nil {
		return ReportView{}, err
	}
	versions, err := a.Store.ReportVersions(ctx, id)
	if err != nil {
		return ReportView{}, err
	}
	d, err := draftOf(versions)
	if err != nil {
		return ReportView{}, err
	}
	rows, err := a.Store.Reports(ctx, ListQuery{Filter: map[string]string{"id": id}, Limit: 1})
	if err != nil {
		return ReportView{}, err
	}
	users, err := a.Store.Users(ctx)
	if err != nil {
		return ReportView{}, err
	}
	view := ReportView{Report: ReportRow{Report: r}, Problems: report.Check(form, d), Digest: report.Digest(d)}
	if len(rows.Items) == 1 {
		view.Report = rows.Items[0]
	}
	for i := range versions {
		versions[i].Content = nil
	}
	view.Versions = versions
	view.addPeople(d, names(users))
	view.Can = may(by, d, len(view.Problems) == 0)
	return view, nil
}

// names maps user ids to names.
func names(users []User) map[string]string {
	out := map[string]string{System.UserID: System.Name}
	for _, u := range users {
		out[u.ID] = u.Name
	}
	return out
}

func (v *ReportView) addPeople(d report.Draft, name map[string]string) {
	v.Values = make(map[string]ReportValue, len(d.Values))
	for key, value := range d.Values {
		v.Values[key] = ReportValue{Text: value.Text, Source: string(value.Origin.Kind), Ref: value.Origin.Ref, By: name[value.By], At: value.At}
	}
	if d.Approval != nil {
		v.Approval = &ReportMark{By: d.Approval.Name, At: d.Approval.At, Digest: d.Approval.Digest}
	}
	if d.SentBack != nil {
		v.Returned = &ReportMark{By: name[d.SentBack.By], At: d.SentBack.At, Reason: d.SentBack.Reason}
	}
}

func may(by Actor, d report.Draft, complete bool) ReportCan {
	writes, approves := May(by.Roles, WriteReport), May(by.Roles, ApproveReports)
	reviewing := d.State == report.InReview || d.State == report.Checked
	can := ReportCan{
		Edit:   writes && d.State != report.Sent,
		Review: writes && complete && (d.State == report.Drafting || d.State == report.Returned),
		Return: approves && reviewing,
	}
	wrote := false
	for _, editor := range d.Editors {
		wrote = wrote || editor == by.UserID
	}
	switch {
	case !reviewing || !approves:
	case wrote:
		can.WhyNot = "whoever wrote the report cannot approve it"
	default:
		can.Approve = true
	}
	return can
}

// draftOf returns the content of the newest version.
func draftOf(versions []ReportVersion) (report.Draft, error) {
	var d report.Draft
	if len(versions) == 0 {
		return d, fault.New(fault.Internal, "a report without content")
	}
	return d, json.Unmarshal(versions[0].Content, &d)
}

// changeReport loads a report, runs change on its draft, and stores the
// changed content as a new version.
func (a *App) changeReport(ctx context.Context, by Actor, id string, revision int, action, reason string,
	change func(form *report.Form, d report.Draft) (report.Draft, error),
) (ReportView, error) {
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		r, err := tx.Report(ctx, id)
		if err != nil {
			return err
		}
		form, err := a.Form(r.Form)
		if err != nil {
			return err
		}
		versions, err := tx.ReportVersions(ctx, id)
		if err != nil {
			return err
		}
		before, err := draftOf(versions)
		if err != nil {
			return err
		}
		after, err := change(form, before)
		if err != nil {
			return err
		}
		version := ReportVersion{ReportID: id, Version: r.Version + 1, Content: asJSON(after), Digest: report.Digest(after), By: by.Name, At: a.now()}
		r.State, r.Version, r.Revision, r.UpdatedAt = string(after.State), version.Version, revision, a.now()
		r.Issue, r.IssueKind, r.Completion = after.Number(), string(after.Kind()), after.Completion()
		c, err := tx.Case(ctx, r.CaseID)
		if err != nil {
			return err
		}
		e := by.entry(action, subjectReport(r), before, after, reason)
		e.Parents = []ledger.Subject{subjectCase(c)}
		tx.Record(e)
		if err := tx.UpdateReport(ctx, r); err != nil {
			return err
		}
		return tx.AddReportVersion(ctx, version)
	})
	if err != nil {
		return ReportView{}, err
	}
	return a.Report(ctx, by, id)
}

// EditReport is a change of some fields.
type EditReport struct {
	ID       string
	Values   map[string]string // by field key; "" empties
	Revision int
}

// EditReport puts texts into a report. Editing an approved one voids the approval.
func (a *App) EditReport(ctx context.Context, by Actor, in EditReport) (ReportView, error) {
	if err := require(by, WriteReport); err != nil {
		return ReportView{}, err
	}
	return a.changeReport(ctx, by, in.ID, in.Revision, "report.edited", "", func(form *report.Form, d report.Draft) (report.Draft, error) {
		return report.Edit(form, d, in.Values, by.UserID, a.now())
	})
}

// SubmitReport hands a report without problems to an approver.
func (a *App) SubmitReport(ctx context.Context, by Actor, id string, revision int) (ReportView, error) {
	if err := require(by, WriteReport); err != nil {
		return ReportView{}, err
	}
	return a.changeReport(ctx, by, id, revision, "report.sent_to_review", "", func(form *report.Form, d report.Draft) (report.Draft, error) {
		return report.Submit(form, d, report.Sign{By: by.UserID, Name: by.Name, At: a.now(), Shown: report.Digest(d)})
	})
}

// ApproveReport is a signature for the content with this digest.
type ApproveReport struct {
	ID, Digest string
	Revision   int
}

// ApproveReport signs a report. Whoever put content in cannot.
func (a *App) ApproveReport(ctx context.Context, by Actor, in ApproveReport) (ReportView, error) {
	if err := require(by, ApproveReports); err != nil {
		return ReportView{}, err
	}
	return a.changeReport(ctx, by, in.ID, in.Revision, "report.approved", "", func(form *report.Form, d report.Draft) (report.Draft, error) {
		sign := report.Sign{By: by.UserID, Name: by.Name, At: a.now(), Shown: in.Digest}
		if d.State == report.InReview { // nobody checked it before: the approver does both
			var err error
			if d, err = report.SignChecked(form, d, sign, false); err != nil {
				return d, err
			}
		}
		return report.Approve(form, d, sign)
	})
}

// ReturnReport sends a report back with a reason.
type ReturnReport struct {
	ID, Reason string
	Revision   int
}

// ReturnReport sends a report in review back to its maker.
func (a *App) ReturnReport(ctx context.Context, by Actor, in ReturnReport) (ReportView, error) {
	if err := require(by, ApproveReports); err != nil {
		return ReportView{}, err
	}
	return a.changeReport(ctx, by, in.ID, in.Revision, "report.returned", in.Reason, func(_ *report.Form, d report.Draft) (report.Draft, error) {
		return report.Return(d, by.UserID, a.now(), in.Reason)
	})
}
