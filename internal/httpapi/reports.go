package httpapi

import (
	"context"
	"mime"
	"net/http"

	"mimamori/internal/app"
	"mimamori/internal/report"

	"github.com/danielgtaylor/huma/v2"
)

// ReportFilters are what the register of reports can be asked for.
type ReportFilters struct {
	Q       string `query:"q" maxLength:"500" doc:"Words to search for; full and half width, case and kana do not matter"`
	Case    string `query:"case" doc:"Case id"`
	Product string `query:"product" doc:"Product id"`
	State   string `query:"state" enum:"draft,returned,in_review,checked,approved,sent"`
	Form    string `query:"form" example:"form8"`
	Kind    string `query:"kind" enum:"first,additional,withdrawal,downgrade,complete,incomplete" doc:"What the newest issue is for, or what it says of its completion"`
	Due     string `query:"due" enum:"met,late,open" doc:"Deadlines: kept, missed by a submission or by today, still to come"`
	From    day    `query:"from" doc:"Sent on or after this day"`
	To      day    `query:"to" doc:"Sent on or before this day"`
	Waiting string `query:"waiting" enum:"yes" doc:"Not sent yet"`
	Numbers string `query:"mismatch" enum:"yes" doc:"Whose acknowledgement has other numbers"`
	Sort    string `query:"sort" enum:"number,-number,updated_at,-updated_at,due_on,-due_on,sent_at,-sent_at"`
}

func (f ReportFilters) query(l Listing) app.ListQuery {
	l.Q = f.Q
	return l.query(f.Sort, "case", f.Case, "product", f.Product, "state", f.State, "form", f.Form, "issue_kind", f.Kind, "due", f.Due,
		"sent_from", f.From.String(), "sent_to", f.To.String(), "waiting", f.Waiting, "mismatch", f.Numbers)
}

type listReports struct {
	ReportFilters
	Cursor string `query:"cursor" maxLength:"2000" doc:"next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

func (a *API) reports(ctx context.Context, in *listReports) (app.List[app.ReportRow], error) {
	return a.App.ReportRegister(ctx, in.query(Listing{Cursor: in.Cursor, Limit: in.Limit}))
}

type exportReports struct {
	ReportFilters
	Format string `query:"format" enum:"xlsx,csv" default:"xlsx"`
}

// exportReports hands the register out as a table, as it is written.
func (a *API) exportReports(ctx context.Context, in *exportReports) (func(huma.Context), error) {
	export, err := a.App.ExportReports(ctx, in.query(Listing{}), in.Format)
	if err != nil {
		return nil, err
	}
	return func(out huma.Context) {
		out.SetHeader("Content-Type", export.MediaType)
		out.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": export.Name}))
		if err := export.Write(out.BodyWriter()); err != nil {
			a.Log.ErrorContext(ctx, "export broke off", "request", requestNumber(ctx), "error", err)
			panic(http.ErrAbortHandler) // half a register must not look like a whole one
		}
	}, nil
}

type createReport struct {
	OneCase
	Body struct {
		Form string `json:"form" example:"form8" doc:"form8, form9, form10 or firstreport"`
	} `nameHint:"CreateReport"`
}

// createReport makes a draft filled from everything that is known.
func (a *API) createReport(ctx context.Context, in *createReport) (app.ReportView, error) {
	return a.App.CreateReport(ctx, actor(ctx), app.CreateReport{Case: in.ID, Form: in.Body.Form})
}

// createReportFor makes the report that an obligation asks for, a periodic one
// with the cases of its period.
func (a *API) createReportFor(ctx context.Context, in *ByID) (app.ReportView, error) {
	return a.App.CreateReportFor(ctx, actor(ctx), in.ID)
}

func (a *API) report(ctx context.Context, in *ByID) (app.ReportView, error) {
	return a.App.Report(ctx, actor(ctx), in.ID)
}

type editReport struct {
	ByID
	Body struct {
		Values   map[string]string `json:"values" maxProperties:"500" doc:"Changed fields only, by key"`
		Revision int               `json:"revision" minimum:"1"`
	} `nameHint:"EditReport"`
}

func (a *API) editReport(ctx context.Context, in *editReport) (app.ReportView, error) {
	return a.App.EditReport(ctx, actor(ctx), app.EditReport{ID: in.ID, Values: in.Body.Values, Revision: in.Body.Revision})
}

type takeSource struct {
	ByID
	Key  string `path:"key" maxLength:"200"`
	Body struct {
		Revision int `json:"revision" minimum:"1"`
	} `nameHint:"TakeSource"`
}

// takeSource puts into a field what its source says now.
func (a *API) takeSource(ctx context.Context, in *takeSource) (app.ReportView, error) {
	return a.App.TakeSource(ctx, actor(ctx), app.TakeSource{ID: in.ID, Key: in.Key, Revision: in.Body.Revision})
}

type submitReport struct {
	ByID
	Body struct {
		Revision int    `json:"revision" minimum:"1"`
		Password string `json:"password,omitempty" maxLength:"1000" doc:"Given again, for the signature"`
	} `nameHint:"SubmitReport"`
}

// submitReport is the signature of the maker (作成).
//
// Errors: 422 with every problem at its field, or /password when it is wrong,
// 429 after too many attempts.
func (a *API) submitReport(ctx context.Context, in *submitReport) (app.ReportView, error) {
	return signing(a, ctx, func() (app.ReportView, error) {
		return a.App.SubmitReport(ctx, actor(ctx), app.SignReport{ID: in.ID, Revision: in.Body.Revision, Password: in.Body.Password})
	})
}

type signReport struct {
	ByID
	Body struct {
		Digest   string `json:"digest" doc:"Of the content that was on the screen"`
		Revision int    `json:"revision" minimum:"1"`
		Password string `json:"password,omitempty" maxLength:"1000" doc:"Given again, for the signature"`
	} `nameHint:"SignReport"`
}

func (in *signReport) signature() app.SignReport {
	return app.SignReport{ID: in.ID, Digest: in.Body.Digest, Revision: in.Body.Revision, Password: in.Body.Password}
}

// checkReport is the signature of the safety officer (確認).
func (a *API) checkReport(ctx context.Context, in *signReport) (app.ReportView, error) {
	return signing(a, ctx, func() (app.ReportView, error) { return a.App.CheckReport(ctx, actor(ctx), in.signature()) })
}

// approveReport signs a report as it was shown (承認).
//
// Errors: 403 for whoever wrote it, 409 when it changed since it was shown, 422
// with /password when it is wrong, 429 after too many attempts.
func (a *API) approveReport(ctx context.Context, in *signReport) (app.ReportView, error) {
	return signing(a, ctx, func() (app.ReportView, error) { return a.App.ApproveReport(ctx, actor(ctx), in.signature()) })
}

type returnReport struct {
	ByID
	Body struct {
		Reason   string `json:"reason" maxLength:"4000"`
		Revision int    `json:"revision" minimum:"1"`
	} `nameHint:"ReturnReport"`
}

func (a *API) returnReport(ctx context.Context, in *returnReport) (app.ReportView, error) {
	return a.App.ReturnReport(ctx, actor(ctx), app.ReturnReport{ID: in.ID, Reason: in.Body.Reason, Revision: in.Body.Revision})
}

type nextIssue struct {
	ByID
	Body struct {
		Kind report.Kind `json:"kind" doc:"additional, withdrawal or downgrade"`
	} `nameHint:"NextIssue"`
}

// nextIssue begins the next issue of a report that was sent.
func (a *API) nextIssue(ctx context.Context, in *nextIssue) (app.ReportView, error) {
	return a.App.NextIssue(ctx, actor(ctx), app.NextIssue{ID: in.ID, Kind: in.Body.Kind})
}

type recordAgreement struct {
	ByID
	Body struct {
		On   day    `json:"on,omitempty"`
		With string `json:"with,omitempty" doc:"Person or department of the hospital"`
		Note string `json:"note,omitempty"`
	} `nameHint:"RecordAgreement"`
}

// recordAgreement notes that the report agrees with the hospital's own one.
func (a *API) recordAgreement(ctx context.Context, in *recordAgreement) (app.ReportView, error) {
	return a.App.RecordAgreement(ctx, actor(ctx), app.RecordAgreement{Report: in.ID, On: in.Body.On.Date, With: in.Body.With, Note: in.Body.Note})
}

type reportDiff struct {
	ByID
	From int `query:"from" minimum:"0" doc:"Version; 0: what was sent with the issue before"`
	To   int `query:"to" minimum:"0" doc:"Version; 0: the newest"`
}

func (a *API) reportDiff(ctx context.Context, in *reportDiff) (app.ReportVersionDiff, error) {
	return a.App.ReportDiff(ctx, in.ID, in.From, in.To)
}

func (a *API) reportPDF(ctx context.Context, in *ByID) (func(huma.Context), error) {
	f, err := a.App.ReportPDF(ctx, in.ID)
	return download("application/pdf", f.Name, f.Content), err
}

func (a *API) reportJSON(ctx context.Context, in *ByID) (func(huma.Context), error) {
	f, err := a.App.ReportJSON(ctx, in.ID)
	return download("application/json", f.Name, f.Content), err
}

func (a *API) reportXML(ctx context.Context, in *ByID) (func(huma.Context), error) {
	f, err := a.App.ReportXML(ctx, in.ID)
	return download("application/xml", f.Name, f.Content), err
}

// mediaXLSX is the media type of spreadsheets.
const mediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

func (a *API) reportXLSX(ctx context.Context, in *ByID) (func(huma.Context), error) {
	f, err := a.App.ReportXLSX(ctx, in.ID)
	return download(mediaXLSX, f.Name, f.Content), err
}

type reportPackage struct {
	ByID
	Attachments []string `query:"attachment,explode" nullable:"false" maxItems:"20" doc:"Ids of attachments of the case that go with it; repeatable"`
}

func (a *API) reportPackage(ctx context.Context, in *reportPackage) (func(huma.Context), error) {
	f, err := a.App.ReportPackage(ctx, in.ID, in.Attachments)
	return download("application/zip", f.Name, f.Content), err
}
