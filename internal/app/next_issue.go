package app

import (
	"context"

	"mimamori/internal/report"
)

// NextIssue begins the next issue (報) of a report that was sent.
type NextIssue struct {
	ID   string
	Kind report.Kind // additional, withdrawal or downgrade
}

// NextIssue goes on from what was sent: 追加報告, 取下げ or 報告区分の変更.
func (a *App) NextIssue(ctx context.Context, by Actor, in NextIssue) (ReportView, error) {
	if err := require(by, WriteReport); err != nil {
		return ReportView{}, err
	}
	return a.changeReport(ctx, by, reportChange{
		id: in.ID, revision: presentRevision, action: "report.next_issue", reason: string(in.Kind), compared: true,
		change: func(s reportAt) (report.Draft, error) {
			return report.Next(s.form, s.d, report.Follow{Kind: in.Kind, By: by.UserID, At: a.now(), Filled: s.filled})
		},
	})
}
