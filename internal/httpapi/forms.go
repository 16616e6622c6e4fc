package httpapi

import (
	"context"

	"mimamori/internal/app"
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
	Type         report.Type        `json:"type" doc:"group, text, longtext, date, partial_date, code or number"`
	Codes        string             `json:"codes" doc:"Name of the code list"`
	Label        app.Words          `json:"label"`
	Help         app.Words          `json:"help"`
	Unit         string             `json:"unit"`
	Also         []string           `json:"also" doc:"Words taken beside the type, such as 不明"`
	Mark         report.Mark        `json:"mark" doc:"How sure we are of this statement about the official form"`
	Required     bool               `json:"required" doc:"Always"`
	RequiredWhen []report.Condition `json:"required_when" doc:"Any of these; each: every named field has one of the codes"`
	MaxLength    *int               `json:"max_length" doc:"Characters; null: not known"`
}

type oneForm struct {
	Form string `path:"form" maxLength:"100" example:"form8"`
}

func (a *API) form(_ context.Context, in *oneForm) (formView, error) {
	f, err := a.App.Form(in.Form)
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
		v.Fields = append(v.Fields, formField{
			Number: field.Number, Key: field.Key, Group: field.Group, Type: field.Type,
			Codes: field.CodeList, Label: app.Words(field.Words), Help: app.Words(field.Help), Unit: field.Unit, Also: field.Also,
			Mark: field.Mark, Required: field.Required.Always, RequiredWhen: field.Required.When, MaxLength: field.MaxLength.Value,
		})
	}
	return v
}
