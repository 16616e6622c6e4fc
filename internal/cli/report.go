package cli

import (
	"os"

	"mimamori/internal/app"
)

// ReportCmd has the commands about reports.
type ReportCmd struct {
	List    ReportListCmd    `cmd:"" help:"List reports."`
	Create  ReportCreateCmd  `cmd:"" help:"Begin a report for a case."`
	Show    ReportShowCmd    `cmd:"" help:"Show a report and its problems."`
	Edit    ReportEditCmd    `cmd:"" help:"Put texts into fields."`
	Review  ReportReviewCmd  `cmd:"" help:"Hand a report to an approver."`
	Approve ReportApproveCmd `cmd:"" help:"Approve a report as shown."`
	PDF     ReportFileCmd    `cmd:"" name:"pdf" help:"Write a report as PDF or JSON."`
}

// ReportListCmd lists reports.
type ReportListCmd struct {
	Who
	Page
	Case  string `help:"Only of this case (id)."`
	State string `help:"Only in this state: draft, in_review, returned or approved."`
}

// Run lists reports.
func (c ReportListCmd) Run(x *Context) error {
	return c.read(x, func(a *app.App, _ app.Actor) error {
		list, err := a.Store.Reports(x.Ctx, c.query(map[string]string{"case": c.Case, "state": c.State}))
		if err != nil {
			return err
		}
		return c.show(x, list, func(line func(...any)) {
			line("NUMBER", "FORM", "STATE", "DUE", "CASE", "PRODUCT", "ID")
			for _, r := range list.Items {
				line(r.Number, r.Form, r.State, r.DueOn, r.CaseNumber, r.BrandName, r.ID)
			}
		})
	})
}

func (w Who) printReport(x *Context, view app.ReportView, err error) error {
	if err != nil {
		return err
	}
	return w.show(x, view, func(line func(...any)) {
		line(view.Report.Number, view.Report.Form, view.Report.State, "revision", view.Report.Revision, view.Report.ID)
		for _, p := range view.Problems {
			line("Problem", p.Number, p.Field, p.En)
		}
		line("Digest", view.Digest)
	})
}

// ReportCreateCmd begins a report.
type ReportCreateCmd struct {
	Who
	Case string `arg:"" help:"Number or id of the case."`
	Form string `default:"form8" help:"Form."`
}

// Run begins a report.
func (c ReportCreateCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		view, err := a.CreateReport(x.Ctx, by, app.CreateReport{Case: c.Case, Form: c.Form})
		return c.printReport(x, view, err)
	})
}

// ReportShowCmd shows a report.
type ReportShowCmd struct {
	Who
	ID string `arg:"" help:"Report id."`
}

// Run shows a report.
func (c ReportShowCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		view, err := a.Report(x.Ctx, by, c.ID)
		return c.printReport(x, view, err)
	})
}

// ReportEditCmd edits a report.
type ReportEditCmd struct {
	Who
	ID  string            `arg:"" help:"Report id."`
	Set map[string]string `help:"Field and text, for example --set patient_age=72; repeatable."`
}

// Run edits a report.
func (c ReportEditCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		r, err := a.Store.Report(x.Ctx, c.ID)
		if err != nil {
			return err
		}
		view, err := a.EditReport(x.Ctx, by, app.EditReport{ID: c.ID, Values: c.Set, Revision: r.Revision})
		return c.printReport(x, view, err)
	})
}

// ReportReviewCmd hands a report to an approver.
type ReportReviewCmd struct {
	Who
	ID string `arg:"" help:"Report id."`
}

// Run hands a report to an approver.
func (c ReportReviewCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		r, err := a.Store.Report(x.Ctx, c.ID)
		if err != nil {
			return err
		}
		view, err := a.SubmitReport(x.Ctx, by, c.ID, r.Revision)
		return c.printReport(x, view, err)
	})
}

// ReportApproveCmd approves a report.
type ReportApproveCmd struct {
	Who
	ID    string `arg:"" help:"Report id."`
	Shown string `required:"" help:"Digest of the report, as report show printed it."`
}

// Run approves a report.
func (c ReportApproveCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		r, err := a.Store.Report(x.Ctx, c.ID)
		if err != nil {
			return err
		}
		view, err := a.ApproveReport(x.Ctx, by, app.ApproveReport{ID: c.ID, Digest: c.Shown, Revision: r.Revision})
		return c.printReport(x, view, err)
	})
}

// ReportFileCmd writes a report to a file. It prints the file's name.
type ReportFileCmd struct {
	Where
	ID   string `arg:"" help:"Report id."`
	JSON bool   `help:"Write JSON instead of PDF."`
	Out  string `short:"o" type:"path" help:"File to write; by default the name of the report in the present folder."`
}

// Run writes a report to a file.
func (c ReportFileCmd) Run(x *Context) error {
	return Who{Where: c.Where}.readOnly(x, func(a *app.App) error {
		write := a.ReportPDF
		if c.JSON {
			write = a.ReportJSON
		}
		file, err := write(x.Ctx, c.ID)
		if err != nil {
			return err
		}
		name := c.Out
		if name == "" {
			name = file.Name
		}
		if err := os.WriteFile(name, file.Content, 0o600); err != nil {
			return err
		}
		_, err = x.Out.Write([]byte(name + "\n"))
		return err
	})
}
