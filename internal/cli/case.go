package cli

import (
	"strings"

	"mimamori/internal/app"
	"mimamori/internal/caldate"
)

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
	Stage   string `help:"Only in this stage: determine, report or watch."`
}

// Run lists cases.
func (c CaseListCmd) Run(x *Context) error {
	return c.read(x, func(a *app.App, _ app.Actor) error {
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
	return c.read(x, func(a *app.App, _ app.Actor) error {
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
