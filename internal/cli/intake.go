package cli

import (
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
	return c.read(x, func(a *app.App, _ app.Actor) error {
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
