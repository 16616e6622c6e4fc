package app

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/ledger"
	"mimamori/internal/report"
)

// FormCatalogue has the forms that are built into the program, every edition of
// each. Editions that an administrator installed are in the store beside them.
type FormCatalogue struct {
	builtIn map[string][]*report.Form // by name ("form8"), oldest edition first

	mu        sync.Mutex
	installed map[string]*report.Form // as read, by the digest of their text
}

// ReadForms reads and checks every form of fsys, at <authority>/<form>/<edition>/form.yaml.
func ReadForms(fsys fs.FS) (*FormCatalogue, error) {
	c := &FormCatalogue{builtIn: map[string][]*report.Form{}, installed: map[string]*report.Form{}}
	files, err := fs.Glob(fsys, "*/*/*/form.yaml")
	if err != nil {
		return nil, err
	}
	for _, file := range files { // sorted, so that editions are
		id, edition := path.Split(path.Dir(file))
		form, err := report.Load(fsys, strings.TrimSuffix(id, "/"), edition)
		if err != nil {
			return nil, err
		}
		name := path.Base(form.ID)
		c.builtIn[name] = append(c.builtIn[name], form)
	}
	if len(c.builtIn) == 0 {
		return nil, fault.New(fault.NotFound, "there are no forms")
	}
	return c, nil
}

// names are the names of the forms, sorted.
func (c *FormCatalogue) names() []string { return slices.Sorted(maps.Keys(c.builtIn)) }

// read returns an installed form; each text is parsed once.
func (c *FormCatalogue) read(t FormText) (*report.Form, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if form, ok := c.installed[t.Digest]; ok {
		return form, nil
	}
	form, err := report.Parse(t.Text)
	if err != nil {
		return nil, fmt.Errorf("installed form %s edition %s: %w", t.Form, t.Edition, err)
	}
	c.installed[t.Digest] = form
	return form, nil
}

// Form returns an edition of a form by its name, for example "form8"; "" is the
// newest edition, built in or installed.
func (a *App) Form(ctx context.Context, name, edition string) (*report.Form, error) {
	return a.form(ctx, a.Store, name, edition)
}

func (a *App) form(ctx context.Context, r Reader, name, edition string) (*report.Form, error) {
	builtIn, ok := a.Forms.builtIn[name]
	if !ok {
		return nil, fault.New(fault.NotFound, "there is no form %q: it is one of %s", name, strings.Join(a.Forms.names(), ", "))
	}
	if edition != "" {
		// What was installed goes first: reports were written on it, even when a
		// later program has an edition of the same month built in.
		text, err := r.FormText(ctx, builtIn[0].ID, edition)
		i := slices.IndexFunc(builtIn, func(f *report.Form) bool { return f.Edition == edition })
		switch {
		case err == nil:
			return a.Forms.read(text)
		case fault.KindOf(err) == fault.NotFound && i >= 0:
			return builtIn[i], nil
		}
		return nil, err
	}
	newest := builtIn[len(builtIn)-1]
	texts, err := r.FormTexts(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range texts {
		if t.Form != newest.ID || t.Edition < newest.Edition {
			continue
		}
		if newest, err = a.Forms.read(t); err != nil {
			return nil, err
		}
	}
	return newest, nil
}

// FormEdition is one edition of a form in the list of forms.
type FormEdition struct {
	Name        string      `json:"name"` // "form8", as reports name it
	ID          string      `json:"id"`   // "pmda/form8"
	Edition     string      `json:"edition"`
	Heading     string      `json:"heading"`
	Title       Words       `json:"title"`
	Source      string      `json:"source"` // the document it was published in
	Mark        report.Mark `json:"mark"`   // how sure we are of it
	Newest      bool        `json:"newest"` // new reports are written on it
	Installed   bool        `json:"installed"`
	InstalledBy string      `json:"installed_by"` // "" when it is built in
	InstalledOn string      `json:"installed_on"` // day, or ""
}

// FormEditions lists every edition of every form, by name and edition.
func (a *App) FormEditions(ctx context.Context) ([]FormEdition, error) {
	var out []FormEdition
	add := func(f *report.Form, t FormText) {
		e := FormEdition{
			Name: path.Base(f.ID), ID: f.ID, Edition: f.Edition, Heading: f.Heading, Title: Words(f.Title),
			Source: f.Source.Document, Mark: f.Source.Mark, Installed: t.Form != "", InstalledBy: t.InstalledBy,
		}
		if e.Installed {
			e.InstalledOn = caldate.Of(t.InstalledAt, caldate.Tokyo).String()
		}
		out = append(out, e)
	}
	for _, name := range a.Forms.names() {
		for _, f := range a.Forms.builtIn[name] {
			add(f, FormText{})
		}
	}
	texts, err := a.Store.FormTexts(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range texts {
		f, err := a.Forms.read(t)
		if err != nil {
			return nil, err
		}
		add(f, t)
	}
	slices.SortFunc(out, func(x, y FormEdition) int {
		return cmp.Or(len(x.Name)-len(y.Name), strings.Compare(x.Name, y.Name), strings.Compare(x.Edition, y.Edition))
	})
	for i := range out {
		out[i].Newest = i+1 == len(out) || out[i+1].ID != out[i].ID
	}
	return out, nil
}

// neededFields are the fields that the life of a report reads and writes. An
// amended edition keeps those that the form has.
var neededFields = []string{
	"registration_number", "identification_number", "report_order", "report_state", "aware_on", "reported_on", "next_report_on",
	"withdrawal_reason", "period_from", "period_to", "addressee",
}

// InstallForm installs an amended edition of a form. New reports are written on
// it when it is the newest; reports that were begun keep the edition they have.
//
// Errors: fault.Invalid with every problem of the definition; fault.Conflict when
// the edition exists with another text.
func (a *App) InstallForm(ctx context.Context, by Actor, text []byte) (FormEdition, error) {
	if err := require(by, ManageSettings); err != nil {
		return FormEdition{}, err
	}
	form, err := report.Parse(text)
	if err != nil {
		return FormEdition{}, err
	}
	builtIn, ok := a.Forms.builtIn[path.Base(form.ID)]
	if !ok || builtIn[0].ID != form.ID {
		return FormEdition{}, fault.New(fault.Invalid, "there is no form %q to amend: it is one of %s", form.ID, strings.Join(a.Forms.names(), ", "))
	}
	var c fault.Checker
	for _, key := range neededFields {
		was, had := builtIn[len(builtIn)-1].Field(key)
		is, has := form.Field(key)
		if had && (!has || is.Type != was.Type) {
			c.Add("/fields", "needed", "the program works with the field %q of type %s: keep it, under this key", key, was.Type)
		}
	}
	if err := c.Err("the form cannot be installed"); err != nil {
		return FormEdition{}, err
	}
	if slices.ContainsFunc(builtIn, func(f *report.Form) bool { return f.Edition == form.Edition }) {
		return FormEdition{}, fault.New(fault.Conflict, "form %s edition %s is built in and stays as it is: give the amended one an edition of its own", form.ID, form.Edition)
	}
	sum := sha256.Sum256(text)
	t := FormText{Form: form.ID, Edition: form.Edition, Digest: "sha256:" + hex.EncodeToString(sum[:]), Text: text, InstalledBy: by.Name, InstalledAt: a.now()}
	err = a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		switch kept, err := tx.FormText(ctx, t.Form, t.Edition); {
		case err == nil && kept.Digest == t.Digest:
			return fault.New(fault.Conflict, "form %s edition %s is installed already", t.Form, t.Edition)
		case err == nil:
			return fault.New(fault.Conflict, "form %s edition %s was installed with another text and stays as it is: give this one an edition of its own", t.Form, t.Edition)
		case fault.KindOf(err) != fault.NotFound:
			return err
		}
		about := ledger.Subject{Kind: "form", ID: t.Form + "/" + t.Edition, Name: form.Heading + " " + t.Edition}
		tx.Record(by.entry("form.installed", about, nil, map[string]string{"form": t.Form, "edition": t.Edition, "digest": t.Digest}, ""))
		return tx.AddFormText(ctx, t)
	})
	if err != nil {
		return FormEdition{}, err
	}
	all, err := a.FormEditions(ctx)
	if err != nil {
		return FormEdition{}, err
	}
	return all[slices.IndexFunc(all, func(e FormEdition) bool { return e.ID == t.Form && e.Edition == t.Edition })], nil
}
