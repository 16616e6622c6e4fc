package cli

import (
	"os"
	"strings"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
	"mimamori/internal/intake"
)

// IntakeCmd has the commands about safety information.
type IntakeCmd struct {
	List   IntakeListCmd   `cmd:"" help:"List intake records."`
	Record IntakeRecordCmd `cmd:"" help:"Record safety information."`
}

// IntakeListCmd lists intake records.
type IntakeListCmd struct {
	Who
	Page
	Product string `help:"Only about this product (id)."`
	Open    bool   `help:"Only those not in a case yet."`
}

// Run lists intake records.
func (c IntakeListCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, _ app.Actor) error {
		filter := map[string]string{"product": c.Product}
		if c.Open {
			filter["case"] = "none"
		}
		list, err := a.Store.Intakes(x.Ctx, c.query(filter))
		if err != nil {
			return err
		}
		return c.show(x, list, func(line func(...any)) {
			line("NUMBER", "AWARE ON", "SOURCE", "FROM", "TITLE", "CASE", "ID")
			for _, r := range list.Items {
				line(r.Number, r.AwareOn, r.Source, r.From, r.Title, r.CaseNumber, r.ID)
			}
		})
	})
}

// IntakeRecordCmd records safety information.
type IntakeRecordCmd struct {
	Who
	Source     string       `required:"" help:"hospital, finder, foreign_measure, foreign_case, authority, literature, supplier, internal or other."`
	From       string       `required:"" help:"Person or body that told it."`
	AwareOn    caldate.Date `required:"" help:"Awareness date (情報入手日)."`
	OccurredOn caldate.Date `help:"Day on which it happened."`
	Title      string       `required:"" help:"Title."`
	Text       string       `required:"" help:"What was told."`
	Product    string       `help:"Product id."`
	Release    string       `help:"Release id."`
	Site       string       `help:"Hospital (id)."`
}

// Run records safety information.
func (c IntakeRecordCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		r, err := a.RecordIntake(x.Ctx, by, intake.Record{
			Source: intake.Source(c.Source), From: c.From, AwareOn: c.AwareOn, OccurredOn: c.OccurredOn,
			Title: c.Title, Text: c.Text, ProductID: c.Product, ReleaseID: c.Release, SiteID: c.Site,
		})
		if err != nil {
			return err
		}
		return c.show(x, r, func(line func(...any)) { line(r.Number, r.ID) })
	})
}

// CaseCmd has the commands about cases.
type CaseCmd struct {
	List    CaseListCmd    `cmd:"" help:"List cases."`
	Open    CaseOpenCmd    `cmd:"" help:"Open a case from an intake record or an assessment."`
	Show    CaseShowCmd    `cmd:"" help:"Show a case with its facts, answer and obligations."`
	Fact    CaseFactCmd    `cmd:"" help:"Answer a fact of a case."`
	Confirm CaseConfirmCmd `cmd:"" help:"Confirm the determination of a case as shown."`
}

// CaseListCmd lists cases.
type CaseListCmd struct {
	Who
	Page
	Product string `help:"Only of this product (id)."`
	Stage   string `help:"Only in this stage: assess, determine, report or watch."`
}

// Run lists cases.
func (c CaseListCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, _ app.Actor) error {
		list, err := a.Store.Cases(x.Ctx, c.query(map[string]string{"product": c.Product, "stage": c.Stage}))
		if err != nil {
			return err
		}
		return c.show(x, list, func(line func(...any)) {
			line("NUMBER", "AWARE ON", "DUE", "STAGE", "RESULT", "PRODUCT", "TITLE")
			for _, r := range list.Items {
				line(r.Number, r.AwareOn, r.DueOn, r.Stage, r.Result, r.BrandName, r.Title)
			}
		})
	})
}

// CaseOpenCmd opens a case.
type CaseOpenCmd struct {
	Who
	Intake     string       `help:"Intake record (id)."`
	Assessment string       `help:"Assessment (id)."`
	Product    string       `help:"Product id, when the intake record or assessment does not name it."`
	Release    string       `help:"Release id."`
	Title      string       `help:"Title; by default that of the intake record."`
	AwareOn    caldate.Date `help:"Awareness date, when there is no intake record."`
}

// Run opens a case.
func (c CaseOpenCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		opened, err := a.OpenCase(x.Ctx, by, app.OpenCase{
			Title: c.Title, ProductID: c.Product, ReleaseID: c.Release,
			IntakeID: c.Intake, AssessmentID: c.Assessment, AwareOn: c.AwareOn,
		})
		if err != nil {
			return err
		}
		return c.show(x, opened, func(line func(...any)) { line(opened.Number, opened.ID) })
	})
}

// CaseShowCmd shows a case.
type CaseShowCmd struct {
	Who
	Case string `arg:"" help:"Number or id of the case."`
}

// Run shows a case.
func (c CaseShowCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, _ app.Actor) error {
		view, err := a.Case(x.Ctx, c.Case)
		if err != nil {
			return err
		}
		return c.printCase(x, view)
	})
}

func (w Who) printCase(x *Context, view app.CaseView) error {
	return w.show(x, view, func(line func(...any)) {
		line(view.Case.Number, view.Case.Title)
		line("Product", view.Product.BrandName)
		line("Awareness date", view.Case.AwareOn)
		for _, f := range view.Facts {
			line(f.Label.En, f.State+": "+strings.Join(f.Possible, ", "))
		}
		line("Answer", view.Answer.Result)
		if g := view.Answer.Governing; g != nil {
			line("Governing", g.Form, "due "+g.Due.String(), "last office day "+g.LastOfficeDay.String(), strings.Join(g.Items, ", "))
		}
		for _, o := range view.Obligations {
			line("Obligation", o.Kind, o.Form, o.State, "due "+o.DueOn.String(), o.ID)
		}
		line("Digest", view.Answer.Digest)
	})
}

// CaseFactCmd answers a fact.
type CaseFactCmd struct {
	Who
	Case     string   `arg:"" help:"Number or id of the case."`
	Fact     string   `arg:"" help:"Fact, for example seriousness."`
	Possible []string `arg:"" optional:"" help:"Values that are still possible; none: unknown again."`
	Evidence string   `help:"Where the answer comes from."`
}

// Run answers a fact.
func (c CaseFactCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		before, err := a.Store.Case(x.Ctx, c.Case)
		if err != nil {
			return err
		}
		view, err := a.AnswerFact(x.Ctx, by, app.AnswerFact{Case: c.Case, Fact: c.Fact, Possible: c.Possible, Evidence: c.Evidence, Revision: before.Revision})
		if err != nil {
			return err
		}
		return c.printCase(x, view)
	})
}

// CaseConfirmCmd confirms a determination.
type CaseConfirmCmd struct {
	Who
	Case    string `arg:"" help:"Number or id of the case."`
	Shown   string `required:"" help:"Digest of the answer, as case show printed it."`
	Comment string `help:"Comment."`
}

// Run confirms a determination.
func (c CaseConfirmCmd) Run(x *Context) error {
	return c.with(x, func(a *app.App, by app.Actor) error {
		view, err := a.ConfirmDetermination(x.Ctx, by, app.ConfirmDetermination{Case: c.Case, Shown: c.Shown, Comment: c.Comment})
		if err != nil {
			return err
		}
		return c.printCase(x, view)
	})
}

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
	return c.with(x, func(a *app.App, _ app.Actor) error {
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
