package app

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/render"
	"mimamori/internal/report"
)

// ReportRegister lists reports as of today: a day that is over counts as missed.
func (a *App) ReportRegister(ctx context.Context, q ListQuery) (List[ReportRow], error) {
	filter := map[string]string{"today": a.Today().String()}
	for name, value := range q.Filter {
		filter[name] = value
	}
	q.Filter = filter
	return a.Store.Reports(ctx, q)
}

// maxExport is how many reports one export holds.
const maxExport = 100_000

// registerHead are the columns of the register as inspectors read it.
var registerHead = []string{
	"報告書番号", "様式", "報", "報告の種類", "完了・未完了", "状態", "販売名", "事案番号", "件名", "対象期間", "期限", "提出日時", "期限の遵守",
	"登録番号", "識別番号", "提出方法", "提出先", "作成者", "版", "ID",
}

// ReportExport is the register of reports, ready to be written as a table.
type ReportExport struct {
	Name, MediaType string
	write           func(out io.Writer) error
}

// Write writes the table, page by page. It fails in the middle only when the
// database does, or the reader is gone.
func (e ReportExport) Write(out io.Writer) error { return e.write(out) }

// ExportReports prepares the register as a table ("xlsx" or "csv"), under the
// same filters and in the same order as the list.
func (a *App) ExportReports(ctx context.Context, q ListQuery, format string) (ReportExport, error) {
	media := map[string]string{"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}[format]
	if media == "" {
		return ReportExport{}, fault.Fields("the register cannot be exported like this", []fault.Field{fault.At("/query/format", "enum", "format %q: choose xlsx or csv", format)})
	}
	q.Limit, q.Cursor = 200, ""
	page, err := a.ReportRegister(ctx, q)
	if err != nil {
		return ReportExport{}, err
	}
	if page.Total > maxExport {
		return ReportExport{}, fault.New(fault.Invalid, "%d reports: at most %d are exported at once, narrow the filters", page.Total, maxExport)
	}
	return ReportExport{Name: "reports-" + a.Today().String() + "." + format, MediaType: media, write: func(out io.Writer) error {
		return a.writeRegister(ctx, q, page, format, out)
	}}, nil
}

func (a *App) writeRegister(ctx context.Context, q ListQuery, page List[ReportRow], format string, out io.Writer) error {
	sheet, err := render.NewSheet(out, format, "報告書一覧", registerHead...)
	if err != nil {
		return err
	}
	for {
		if err := a.exportPage(ctx, sheet, page.Items); err != nil {
			return err
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return sheet.Close()
		}
		if page, err = a.ReportRegister(ctx, q); err != nil {
			return err
		}
	}
}

// exportPage writes a page with the newest submission of each report, which are
// read together.
func (a *App) exportPage(ctx context.Context, sheet *render.Sheet, rows []ReportRow) error {
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	all, err := a.Store.SubmissionsOf(ctx, ids)
	if err != nil {
		return err
	}
	newest := map[string]Submission{}
	for _, s := range all {
		newest[s.ReportID] = s
	}
	for _, w := range rows {
		s := newest[w.ID]
		if err := sheet.Row(
			w.Number, formName(w.Form), strconv.Itoa(w.Issue), kindJa[w.IssueKind], completionJa[w.Completion], report.State(w.State).Words().Ja,
			w.BrandName, w.CaseNumber, w.CaseTitle, daysJa(w.PeriodFrom, w.PeriodTo), w.DueOn.String(), instantJa(w.SentAt), a.onTime(w),
			w.RegistrationNumber, w.IdentificationNumber, channelJa[s.Channel], s.Recipient, w.Maker, strconv.Itoa(w.Version), w.ID,
		); err != nil {
			return err
		}
	}
	return nil
}

// onTime says in words whether the deadlines of a report were kept.
func (a *App) onTime(w ReportRow) string {
	switch {
	case w.Late:
		return "期限超過"
	case w.State == string(report.Sent):
		return "期限内"
	case w.DueOn.IsZero():
		return ""
	}
	return "期限前"
}

// formName names a form in a table: 様式第8, 第一報.
func formName(form string) string {
	if form == firstReportForm {
		return "第一報"
	}
	return formJa(form)
}

var (
	kindJa       = map[string]string{"first": "初回", "additional": "追加", "withdrawal": "取下げ", "downgrade": "報告区分の変更"}
	completionJa = map[string]string{"complete": "完了", "incomplete": "未完了"}
	channelJa    = map[string]string{"fax": "ファックス", "pmda_electronic": "電子報告", "mail": "郵送", "portal": "ポータル", "hand": "持参"}
)

func daysJa(from, to caldate.Date) string {
	if from.IsZero() {
		return ""
	}
	return strings.Join([]string{from.String(), to.String()}, "～")
}

// instantJa is an instant as read in Tokyo, "" for none.
func instantJa(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(caldate.Tokyo).Format("2006-01-02 15:04")
}
