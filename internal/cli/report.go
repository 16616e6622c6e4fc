package cli

import (
	"context"
	"os"
	"strings"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fault"
)

// ReportCmd has the commands about reports.
type ReportCmd struct {
	List    ReportListCmd    `cmd:"" help:"List reports."`
	Create  ReportCreateCmd  `cmd:"" help:"Begin a report for a case."`
	Show    ReportShowCmd    `cmd:"" help:"Show a report and its problems."`
	Edit    ReportEditCmd    `cmd:"" help:"Put texts into fields."`
	Take    ReportTakeCmd    `cmd:"" help:"Take what the source of a field says now."`
	Review  ReportReviewCmd  `cmd:"" help:"Sign as the maker (作成) and ask for the check."`
	Check   ReportSignCmd    `cmd:"" help:"Sign as the one who checked (確認)."`
	Approve ReportApproveCmd `cmd:"" help:"Approve a report as shown (承認)."`
	Return  ReportReturnCmd  `cmd:"" help:"Send a report back to its maker."`
	Sent    ReportSentCmd    `cmd:"" help:"Record how an approved report was sent."`
	Ack     ReportAckCmd     `cmd:"" help:"Record what the authority sent back."`
	Numbers ReportNumbersCmd `cmd:"" help:"Say which numbers of the authority are right."`
	Next    ReportNextCmd    `cmd:"" help:"Begin the next issue of a report that was sent."`
	Agree   ReportAgreeCmd   `cmd:"" help:"Record that a report agrees with the hospital's own."`
	Diff    ReportDiffCmd    `cmd:"" help:"Show what differs between two versions."`
	Export  ReportExportCmd  `cmd:"" help:"Write the list of reports as a table."`
	PDF     ReportFileCmd    `cmd:"" name:"pdf" help:"Write a report as PDF, or in another format."`
}

// ReportFilter says which reports.
type ReportFilter struct {
	Case  string `help:"Only of this case (id)."`
	Form  string `help:"Only on this form, for example form12."`
	State string `help:"Only in this state: draft, in_review, checked, returned, approved or sent."`
	Kind  string `help:"Only those whose newest issue is this: first, additional, withdrawal, downgrade, complete or incomplete."`
	Due   string `help:"Only those whose deadlines were met, are late, or are open."`
	From  string `help:"Only those sent on or after this day."`
	To    string `help:"Only those sent on or before this day."`
}

func (f ReportFilter) filter() map[string]string {
	return map[string]string{"case": f.Case, "form": f.Form, "state": f.State, "issue_kind": f.Kind, "due": f.Due, "sent_from": f.From, "sent_to": f.To}
}

// ReportListCmd lists reports.
type ReportListCmd struct {
	Who
	Page
	ReportFilter
}

// Run lists reports.
func (c ReportListCmd) Run(x *Context) error {
	return c.read(x, func(a *app.App, _ app.Actor) error {
		list, err := a.ReportRegister(x.Ctx, c.query(c.filter()))
		if err != nil {
			return err
		}
		return c.show(x, list, func(line func(...any)) {
			line("NUMBER", "FORM", "ISSUE", "KIND", "STATE", "DUE", "SENT", "LATE", "CASE", "PRODUCT", "ID")
			for _, r := range list.Items {
				sent, late := "", ""
				if !r.SentAt.IsZero() {
					sent = r.SentAt.UTC().Format(time.RFC3339)
				}
				if r.Late {
					late = "late"
				}
				line(r.Number, r.Form, r.Issue, strings.TrimSpace(r.IssueKind+" "+r.Completion), r.State, r.DueOn, sent, late, r.CaseNumber, r.BrandName, r.ID)
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
		line("Issue", view.Issue, view.Report.IssueKind, view.Report.Completion)
		for _, issue := range view.Issues {
			for _, s := range issue.Submissions {
				line("Submission", issue.Issue, s.Channel, s.SentAt.UTC().Format(time.RFC3339), s.State, s.ID)
			}
		}
		if n := view.Report; n.RegistrationNumber+n.IdentificationNumber != "" {
			line("Numbers", n.RegistrationNumber, n.IdentificationNumber)
		}
		for _, o := range view.Due {
			line("Due", o.Kind, o.Form, o.DueOn, o.ID)
		}
		for key, v := range view.Moved {
			line("Moved", key, v.Text)
		}
		for _, p := range view.Problems {
			line("Problem", p.Number, p.Field, p.En)
		}
		line("Digest", view.Digest)
	})
}

// ReportCreateCmd begins a report.
type ReportCreateCmd struct {
	Who
	Case       string `arg:"" optional:"" help:"Number or id of the case."`
	Form       string `default:"form8" help:"form8, form9, form10 or firstreport."`
	Obligation string `help:"Instead of a case: what is due, for example the periodic report of a product."`
}

// Run begins a report.
func (c ReportCreateCmd) Run(x *Context) error {
	if (c.Case == "") == (c.Obligation == "") {
		return fault.New(fault.Invalid, "name either a case or, with --obligation, what is due")
	}
	return c.with(x, func(a *app.App, by app.Actor) error {
		if c.Obligation != "" {
			view, err := a.CreateReportFor(x.Ctx, by, c.Obligation)
			return c.printReport(x, view, err)
		}
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

// ReportFileCmd writes a report to a file. It prints the file's name.
type ReportFileCmd struct {
	Where
	ID      string `arg:"" help:"Report id."`
	JSON    bool   `xor:"format" help:"Write JSON instead of PDF."`
	XML     bool   `name:"xml" xor:"format" help:"Write neutral XML instead of PDF."`
	XLSX    bool   `name:"xlsx" xor:"format" help:"Write a spreadsheet instead of PDF."`
	Package bool   `xor:"format" help:"Write a ZIP archive with all of them and a manifest."`
	Out     string `short:"o" type:"path" help:"File to write; by default the name of the report in the present folder."`
}

// Run writes a report to a file.
func (c ReportFileCmd) Run(x *Context) error {
	return Who{Where: c.Where}.readOnly(x, func(a *app.App) error {
		write := a.ReportPDF
		switch {
		case c.JSON:
			write = a.ReportJSON
		case c.XML:
			write = a.ReportXML
		case c.XLSX:
			write = a.ReportXLSX
		case c.Package:
			write = func(ctx context.Context, id string) (app.File, error) { return a.ReportPackage(ctx, id, nil) }
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
