package httpapi

import (
	"context"
	"io"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/report"
)

// formView is an official form as the page needs it to be filled in. How it
// lies on paper stays with the printer.
type formView struct {
	ID       string                `json:"id" example:"pmda/form8"`
	Edition  string                `json:"edition" example:"2021-07"`
	Heading  string                `json:"heading" doc:"別紙様式第8"`
	Title    app.Words             `json:"title"`
	Source   formSource            `json:"source"`
	Sections []formSection         `json:"sections"`
	Codes    map[string][]formTerm `json:"codes" doc:"Code lists by name"`
	Fields   []formField           `json:"fields" doc:"In the order of the paper"`
}

// formSource is where an edition was published.
type formSource struct {
	Document string      `json:"document"`
	URL      string      `json:"url"`
	Mark     report.Mark `json:"mark"`
}

// formSection is a numbered part of the form.
type formSection struct {
	Number string    `json:"number"`
	Label  app.Words `json:"label"`
}

// formTerm is one entry of a code list.
type formTerm struct {
	Code  string    `json:"code"`
	Label app.Words `json:"label"`
}

// formField is one thing the form asks for, or a group of them.
type formField struct {
	Number       string             `json:"number"`
	Key          string             `json:"key"`
	Group        string             `json:"group" doc:"Key of the group it is a member of, or empty"`
	Type         report.Type        `json:"type" doc:"group, text, longtext, date, partial_date, code, number or table"`
	Codes        string             `json:"codes" doc:"Name of the code list"`
	Label        app.Words          `json:"label"`
	Help         app.Words          `json:"help"`
	Unit         string             `json:"unit"`
	Also         []string           `json:"also" doc:"Words taken beside the type, such as 不明"`
	Mark         report.Mark        `json:"mark" doc:"How sure we are of this statement about the official form"`
	Required     bool               `json:"required" doc:"Always"`
	RequiredWhen []report.Condition `json:"required_when" doc:"Any of these; each: every named field has one of the codes"`
	MaxLength    *int               `json:"max_length" doc:"Characters; null: not known"`
	Columns      []formColumn       `json:"columns" doc:"Of a table, left to right"`
	Agrees       bool               `json:"agrees" doc:"Has to say what the records and the other reports of the case say"`
}

// formColumn is one column of a table.
type formColumn struct {
	Key      string      `json:"key"`
	Type     report.Type `json:"type" doc:"text, number, date or partial_date"`
	Label    app.Words   `json:"label"`
	Unit     string      `json:"unit"`
	Required bool        `json:"required"`
}

type oneForm struct {
	Form    string `path:"form" maxLength:"100" example:"form8"`
	Edition string `query:"edition" maxLength:"20" example:"2021-07" doc:"The newest without it"`
}

func (a *API) form(ctx context.Context, in *oneForm) (formView, error) {
	f, err := a.App.Form(ctx, in.Form, in.Edition)
	if err != nil {
		return formView{}, err
	}
	return viewForm(f), nil
}

func viewForm(f *report.Form) formView {
	v := formView{
		ID: f.ID, Edition: f.Edition, Heading: f.Heading, Title: app.Words(f.Title),
		Source: formSource(f.Source), Codes: map[string][]formTerm{},
	}
	for _, s := range f.Sections {
		v.Sections = append(v.Sections, formSection{Number: s.Number, Label: app.Words(s.Words)})
	}
	for name, terms := range f.Codes {
		for _, t := range terms {
			v.Codes[name] = append(v.Codes[name], formTerm{Code: t.Code, Label: app.Words(t.Words)})
		}
	}
	for _, field := range f.Fields {
		columns := []formColumn{}
		for _, c := range field.Columns {
			columns = append(columns, formColumn{Key: c.Key, Type: c.Type, Label: app.Words(c.Words), Unit: c.Unit, Required: c.Required})
		}
		v.Fields = append(v.Fields, formField{
			Number: field.Number, Key: field.Key, Group: field.Group, Type: field.Type,
			Codes: field.CodeList, Label: app.Words(field.Words), Help: app.Words(field.Help), Unit: field.Unit, Also: field.Also,
			Mark: field.Mark, Required: field.Required.Always, RequiredWhen: field.Required.When, MaxLength: field.MaxLength.Value,
			Columns: columns, Agrees: field.Agrees,
		})
	}
	return v
}

// formList is every edition of every form.
type formList struct {
	Items []app.FormEdition `json:"items"`
}

func (a *API) forms(ctx context.Context, _ *struct{}) (formList, error) {
	all, err := a.App.FormEditions(ctx)
	return formList{all}, err
}

// maxForm is more than a form definition may have.
const maxForm = 1 << 20

// installForm installs an amended edition of a form. Every problem of the
// definition is told with its line.
func (a *API) installForm(ctx context.Context, _ *struct{}) (app.FormEdition, error) {
	text, err := io.ReadAll(io.LimitReader(file(ctx), maxForm))
	if err != nil {
		return app.FormEdition{}, fault.Wrap(fault.Invalid, err, "the upload broke off: send it again")
	}
	return a.App.InstallForm(ctx, actor(ctx), text)
}
