package app

import (
	"context"
	"strconv"
	"sync"

	"mimamori/forms"
	"mimamori/internal/fault"
	"mimamori/internal/render"
)

// File is a file to hand out.
type File struct {
	Name    string
	Content []byte
}

// neutralXML is the profile of the XML that reports are written in.
var neutralXML = sync.OnceValues(func() (*render.Profile, error) { return render.LoadProfile(forms.FS, "pmda/xml/neutral.yaml") })

// ReportPDF returns a report as the ruled A4 form.
func (a *App) ReportPDF(ctx context.Context, id string) (File, error) {
	s, err := a.reportNow(ctx, a.Store, id)
	if err != nil {
		return File{}, err
	}
	content, err := a.pdf(s)
	return File{Name: fileName(s) + ".pdf", Content: content}, err
}

func (a *App) pdf(s reportAt) ([]byte, error) {
	if a.Renderer == nil {
		return nil, fault.New(fault.Conflict, "this program was built without fonts and cannot draw PDFs: build it with make build")
	}
	return a.Renderer.Form(render.Document{Form: s.form, Draft: s.d})
}

// ReportJSON returns a report as neutral JSON.
func (a *App) ReportJSON(ctx context.Context, id string) (File, error) {
	s, err := a.reportNow(ctx, a.Store, id)
	if err != nil {
		return File{}, err
	}
	content, err := render.JSON(s.form, s.d)
	return File{Name: fileName(s) + ".json", Content: content}, err
}

// ReportXML returns a report as neutral XML (forms/pmda/xml).
func (a *App) ReportXML(ctx context.Context, id string) (File, error) {
	s, err := a.reportNow(ctx, a.Store, id)
	if err != nil {
		return File{}, err
	}
	content, err := xmlOf(s)
	return File{Name: fileName(s) + ".xml", Content: content}, err
}

func xmlOf(s reportAt) ([]byte, error) {
	profile, err := neutralXML()
	if err != nil {
		return nil, err
	}
	return render.XML(profile, s.form, s.d)
}

// ReportXLSX returns a report as a spreadsheet.
func (a *App) ReportXLSX(ctx context.Context, id string) (File, error) {
	s, err := a.reportNow(ctx, a.Store, id)
	if err != nil {
		return File{}, err
	}
	content, err := render.XLSX(s.form, s.d)
	return File{Name: fileName(s) + ".xlsx", Content: content}, err
}

// fileName names the files of a report: its number, and from the second issue
// on that too.
func fileName(s reportAt) string {
	if n := s.d.Number(); n > 1 {
		return s.w.Number + "-" + strconv.Itoa(n)
	}
	return s.w.Number
}
