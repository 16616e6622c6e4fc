package app

import (
	"context"
	"slices"

	"mimamori/internal/fault"
	"mimamori/internal/report"
)

// reportChange is one step in the life of a report.
type reportChange struct {
	id       string
	revision int // the one that was shown, or presentRevision
	action   string
	reason   string
	compared bool // change looks at the records and the other reports
	change   func(s reportAt) (report.Draft, error)
	// also stores what belongs to the step, in the same transaction; nil: nothing.
	also func(ctx context.Context, tx Tx, w Report, d report.Draft) error
}

// presentRevision takes a report as the transaction finds it; what may not have
// moved meanwhile is checked by the step itself.
const presentRevision = -1

// changeReport loads a report, runs the change on its content, and stores that
// as a new version. A change that changes nothing stores nothing.
func (a *App) changeReport(ctx context.Context, by Actor, in reportChange) (ReportView, error) {
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		s, err := a.reportNow(ctx, tx, in.id)
		if err != nil {
			return err
		}
		if in.revision != presentRevision && in.revision != s.w.Revision {
			return fault.New(fault.Conflict, "the report was changed since it was shown: read it again")
		}
		if in.compared {
			if err := a.compare(ctx, tx, &s); err != nil {
				return err
			}
		}
		after, err := in.change(s)
		if err != nil {
			return err
		}
		if in.also == nil && after.State == s.d.State && report.Digest(after) == report.Digest(s.d) {
			return nil
		}
		w := s.w.with(after)
		if w.ObligationID, err = dueNow(ctx, tx, w); err != nil {
			return err
		}
		e := by.entry(in.action, subjectReport(w), s.d, after, in.reason)
		if e.Parents, err = aboutReport(ctx, tx, w); err != nil {
			return err
		}
		tx.Record(e)
		w.Version, w.UpdatedAt = w.Version+1, a.now()
		if err := tx.UpdateReport(ctx, w); err != nil {
			return err
		}
		if err := tx.AddReportVersion(ctx, a.versionOf(by, w, after)); err != nil {
			return err
		}
		if in.also == nil {
			return nil
		}
		w.Revision++
		return in.also(ctx, tx, w, after)
	})
	if err != nil {
		return ReportView{}, err
	}
	return a.Report(ctx, by, in.id)
}

// EditReport is a change of some fields.
type EditReport struct {
	ID       string
	Values   map[string]string // by field key; "" empties
	Revision int
}

// EditReport puts texts into a report. Any change voids its signatures.
func (a *App) EditReport(ctx context.Context, by Actor, in EditReport) (ReportView, error) {
	if err := require(by, WriteReport); err != nil {
		return ReportView{}, err
	}
	return a.changeReport(ctx, by, reportChange{id: in.ID, revision: in.Revision, action: "report.edited", change: func(s reportAt) (report.Draft, error) {
		return report.Edit(s.form, s.d, in.Values, by.UserID, a.now())
	}})
}

// TakeSource asks to put into a field what its source says now.
type TakeSource struct {
	ID, Key  string
	Revision int
}

// TakeSource takes what the records say now about a field.
func (a *App) TakeSource(ctx context.Context, by Actor, in TakeSource) (ReportView, error) {
	if err := require(by, WriteReport); err != nil {
		return ReportView{}, err
	}
	return a.changeReport(ctx, by, reportChange{
		id: in.ID, revision: in.Revision, action: "report.source_taken", reason: in.Key, compared: true,
		change: func(s reportAt) (report.Draft, error) {
			if _, ok := s.filled[in.Key]; !ok {
				return report.Draft{}, fault.New(fault.NotFound, "the records say nothing about the field %q", in.Key)
			}
			return report.Take(s.form, s.d, s.filled, []string{in.Key}, by.UserID, a.now())
		},
	})
}

// ReportVersionDiff tells what differs between two versions of a report.
type ReportVersionDiff struct {
	From    int             `json:"from"`
	To      int             `json:"to"`
	Form    string          `json:"form"`
	Edition string          `json:"edition"`
	Changes []report.Change `json:"changes"` // in the order of the form
}

// ReportDiff compares two versions of a report field by field. from 0 is what
// was sent with the issue before, to 0 the newest version.
func (a *App) ReportDiff(ctx context.Context, id string, from, to int) (ReportVersionDiff, error) {
	w, err := a.Store.Report(ctx, id)
	if err != nil {
		return ReportVersionDiff{}, err
	}
	if to == 0 {
		to = w.Version
	}
	if from == 0 {
		if from, err = a.sentBefore(ctx, w); err != nil {
			return ReportVersionDiff{}, err
		}
	}
	is, err := a.reportWith(ctx, a.Store, w, to)
	if err != nil {
		return ReportVersionDiff{}, err
	}
	was, err := a.reportWith(ctx, a.Store, w, from)
	if err != nil {
		return ReportVersionDiff{}, err
	}
	return ReportVersionDiff{From: from, To: to, Form: w.Form, Edition: w.Edition, Changes: report.Diff(is.form, was.d, is.d)}, nil
}

// sentBefore returns the version that was sent with the issue before the newest
// one, the first version when there is none.
func (a *App) sentBefore(ctx context.Context, w Report) (int, error) {
	sent, err := a.Store.Submissions(ctx, w.ID)
	if err != nil {
		return 0, err
	}
	for _, s := range slices.Backward(sent) {
		if s.Issue < w.Issue {
			return s.Version, nil
		}
	}
	return 1, nil
}
