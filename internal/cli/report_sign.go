package cli

import (
	"os"

	"mimamori/internal/app"
)

// password is the one of the person named by --as, for a signature. It comes
// from a variable only: arguments can be seen by others.
func password() string { return os.Getenv("MIMAMORI_PASSWORD") }

// ReportReviewCmd is the signature of the maker.
type ReportReviewCmd struct {
	Who
	ID string `arg:"" help:"Report id. The password for the signature is read from MIMAMORI_PASSWORD."`
}

// Run signs a report as its maker.
func (c ReportReviewCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		r, err := a.Store.Report(x.Ctx, c.ID)
		if err != nil {
			return err
		}
		view, err := a.SubmitReport(x.Ctx, by, app.SignReport{ID: c.ID, Revision: r.Revision, Password: password()})
		return c.printReport(x, view, err)
	})
}

// ReportSignCmd signs a report as it was shown.
type ReportSignCmd struct {
	Who
	ID    string `arg:"" help:"Report id. The password for the signature is read from MIMAMORI_PASSWORD."`
	Shown string `required:"" help:"Digest of the report, as report show printed it."`
}

func (c ReportSignCmd) signature(x *Context, a *app.App) (app.SignReport, error) {
	r, err := a.Store.Report(x.Ctx, c.ID)
	return app.SignReport{ID: c.ID, Digest: c.Shown, Revision: r.Revision, Password: password()}, err
}

// Run signs a report as the one who checked it.
func (c ReportSignCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		s, err := c.signature(x, a)
		if err != nil {
			return err
		}
		view, err := a.CheckReport(x.Ctx, by, s)
		return c.printReport(x, view, err)
	})
}

// ReportApproveCmd approves a report.
type ReportApproveCmd struct{ ReportSignCmd }

// Run approves a report.
func (c ReportApproveCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		s, err := c.signature(x, a)
		if err != nil {
			return err
		}
		view, err := a.ApproveReport(x.Ctx, by, s)
		return c.printReport(x, view, err)
	})
}

// ReportReturnCmd sends a report back.
type ReportReturnCmd struct {
	Who
	ID     string `arg:"" help:"Report id."`
	Reason string `required:"" help:"What has to be changed."`
}

// Run sends a report back.
func (c ReportReturnCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		r, err := a.Store.Report(x.Ctx, c.ID)
		if err != nil {
			return err
		}
		view, err := a.ReturnReport(x.Ctx, by, app.ReturnReport{ID: c.ID, Reason: c.Reason, Revision: r.Revision})
		return c.printReport(x, view, err)
	})
}

// ReportTakeCmd takes what the source of a field says now.
type ReportTakeCmd struct {
	Who
	ID  string `arg:"" help:"Report id."`
	Key string `arg:"" help:"Field."`
}

// Run takes what the source of a field says now.
func (c ReportTakeCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		r, err := a.Store.Report(x.Ctx, c.ID)
		if err != nil {
			return err
		}
		view, err := a.TakeSource(x.Ctx, by, app.TakeSource{ID: c.ID, Key: c.Key, Revision: r.Revision})
		return c.printReport(x, view, err)
	})
}
