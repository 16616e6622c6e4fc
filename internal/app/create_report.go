package app

import (
	"context"
	"strings"

	"mimamori/internal/assess"
	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
	"mimamori/internal/register"
	"mimamori/internal/render"
	"mimamori/internal/report"
)

// CreateReport asks for a report of a case on a form.
type CreateReport struct {
	Case string
	Form string // "form8"
}

// CreateReport begins a report and fills it from everything that is known.
func (a *App) CreateReport(ctx context.Context, by Actor, in CreateReport) (ReportView, error) {
	if err := require(by, WriteReport); err != nil {
		return ReportView{}, err
	}
	form, err := a.Form(in.Form)
	if err != nil {
		return ReportView{}, err
	}
	view, err := a.Case(ctx, in.Case)
	if err != nil {
		return ReportView{}, err
	}
	sources, err := a.sources(ctx, view)
	if err != nil {
		return ReportView{}, err
	}
	id := ident.New()
	draft, err := report.New(form, report.Begin{ID: id, CaseID: view.Case.ID, ProductID: view.Product.ID, By: by.UserID, At: a.now(), Filled: report.Fill(form, sources)})
	if err != nil {
		return ReportView{}, err
	}
	r := Report{
		ID: id, CaseID: view.Case.ID, ObligationID: obligationFor(view, in.Form), ProductID: view.Product.ID, Form: in.Form, Edition: form.Edition,
		Issue: draft.Number(), IssueKind: string(draft.Kind()), Completion: draft.Completion(),
		State: string(draft.State), Version: 1, Maker: by.Name, Revision: 1, CreatedAt: a.now(), UpdatedAt: a.now(),
	}
	err = a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := requireNoReport(ctx, tx, view.Case.ID, in.Form); err != nil {
			return err
		}
		if r.Number, err = a.number(ctx, tx, "R"); err != nil {
			return err
		}
		e := by.entry("report.begun", subjectReport(r), nil, draft, "")
		e.Parents = []ledger.Subject{subjectCase(view.Case.Case), subjectProduct(view.Product.Product)}
		tx.Record(e)
		if err := tx.AddReport(ctx, r); err != nil {
			return err
		}
		return tx.AddReportVersion(ctx, ReportVersion{ReportID: id, Version: 1, Content: asJSON(draft), Digest: report.Digest(draft), By: by.Name, At: a.now()})
	})
	if err != nil {
		return ReportView{}, err
	}
	return a.Report(ctx, by, id)
}

// requireNoReport holds to one report per case and form: further news go into
// its next version.
func requireNoReport(ctx context.Context, r Reader, caseID, form string) error {
	list, err := r.Reports(ctx, ListQuery{Filter: map[string]string{"case": caseID, "form": form}, Limit: 1})
	if err != nil {
		return err
	}
	if len(list.Items) > 0 {
		return fault.New(fault.Conflict, "%s is the report of this case on this form: go on there", list.Items[0].Number)
	}
	return nil
}

// obligationFor returns the open obligation that asks for the form, or "".
func obligationFor(view CaseView, form string) string {
	for _, o := range view.Obligations {
		if o.Form == form && o.Kind != casefile.DueFirstReport && o.State == casefile.ObligationOpen {
			return o.ID
		}
	}
	return ""
}

// sources gathers what form 8 can be filled from.
func (a *App) sources(ctx context.Context, view CaseView) (report.Sources, error) {
	h, err := a.Holder(ctx)
	if err != nil {
		return report.Sources{}, err
	}
	addressee, err := a.addressee(ctx, a.Store, h)
	if err != nil {
		return report.Sources{}, err
	}
	p := view.Product
	s := report.Sources{
		Report: report.ReportSource{
			Ref: view.Case.ID, Origin: single(view, "origin"), Agent: single(view, "agent"),
			ReportedOn: a.Today(), NextReportOn: a.Today().AddDays(nextReportDays), Addressee: addressee,
		},
		Holder: h.source(),
		Product: report.ProductSource{
			Ref: p.ID, BrandName: p.BrandName, GenericName: p.GenericName, JMDNCode: p.JMDNCode,
			ApprovalNumber: p.LicenceNumber, Class: string(p.Class),
		},
		Case: report.CaseSource{Ref: view.Case.ID, HarmTerm: harmTerm(view), Remarks: remarks(view)},
	}
	if g := view.Answer.Governing; g != nil {
		s.Report.TermDays = g.TermDays
	}
	if view.Release != nil {
		s.Release = report.ReleaseSource{Ref: view.Release.ID, Version: view.Release.Version}
	}
	if len(view.Intakes) > 0 {
		s.Intake, s.Case.EventOn = intakeSource(view.Intakes[0]), view.Intakes[0].OccurredOn.String()
	} else {
		s.Intake.AwareOn = view.Case.AwareOn
	}
	s.Facts = factSources(view)
	if view.Assessment != nil {
		s.Assessment = report.AssessmentSource{Ref: view.Assessment.ID, Text: assessmentText(*view.Assessment, view.Vulnerability)}
	}
	return s, nil
}

// nextReportDays is proposed for 次回報告予定日; the law sets no number of days.
const nextReportDays = 30

// single returns the value of a known fact, or "".
func single(view CaseView, fact string) string {
	for _, f := range view.Facts {
		if f.Name == fact && f.State == "known" {
			return f.Possible[0]
		}
	}
	return ""
}

func harmTerm(view CaseView) string {
	switch {
	case single(view, "harm_status") == "potential":
		return "健康被害のおそれ"
	case single(view, "harm_status") == "actual" && single(view, "seriousness") == "death":
		return "死亡"
	default:
		return ""
	}
}

func remarks(view CaseView) string {
	if view.Vulnerability == nil {
		return ""
	}
	return "関係する脆弱性：" + view.Vulnerability.Name
}

func intakeSource(r IntakeRow) report.IntakeSource {
	return report.IntakeSource{Ref: r.ID, AwareOn: r.AwareOn, Text: r.Title + "\n" + r.Text}
}

// factSources lists what is known, in the words of the rulebook.
func factSources(view CaseView) []report.FactSource {
	var out []report.FactSource
	for _, f := range view.Facts {
		if f.State != "known" || !f.Relevant {
			continue
		}
		for _, v := range f.Values {
			if v.Value == f.Possible[0] {
				out = append(out, report.FactSource{Ref: view.Case.ID, Label: f.Label.Ja, Answer: v.Label.Ja})
			}
		}
	}
	return out
}

// assessmentText says an assessment in Japanese, for the form.
func assessmentText(a assess.Assessment, v *Vulnerability) string {
	var lines []string
	if v != nil {
		lines = append(lines, "脆弱性 "+v.Name+" について評価した。")
	}
	for _, q := range []struct {
		label  string
		answer register.Known
	}{
		{"脆弱性のあるソフトウェアの存在", a.Present}, {"その使用", a.Used}, {"機能・性能への影響", a.FunctionAffected}, {"当該品目での悪用", a.Exploited},
	} {
		lines = append(lines, "・"+q.label+"："+knownJa[q.answer])
	}
	if a.Controls != "" {
		lines = append(lines, "・対策："+a.Controls)
	}
	if a.Statement != "" {
		lines = append(lines, a.Statement)
	}
	return strings.Join(lines, "\n")
}

var knownJa = map[register.Known]string{register.Yes: "あり", register.No: "なし", register.Unknown: "調査中"}

// File is a file to hand out.
type File struct {
	Name    string
	Content []byte
}

// ReportPDF returns a report as the ruled A4 form.
func (a *App) ReportPDF(ctx context.Context, id string) (File, error) {
	r, form, draft, err := a.reportContent(ctx, id)
	if err != nil {
		return File{}, err
	}
	if a.Renderer == nil {
		return File{}, fault.New(fault.Conflict, "this program was built without fonts and cannot draw PDFs: build it with make build")
	}
	users, err := a.Store.Users(ctx)
	if err != nil {
		return File{}, err
	}
	content, err := a.Renderer.Form(render.Document{Form: form, Draft: draft, Maker: names(users)[draft.Maker]})
	return File{Name: r.Number + ".pdf", Content: content}, err
}

// ReportJSON returns a report as neutral JSON.
func (a *App) ReportJSON(ctx context.Context, id string) (File, error) {
	r, form, draft, err := a.reportContent(ctx, id)
	if err != nil {
		return File{}, err
	}
	content, err := render.JSON(form, draft)
	return File{Name: r.Number + ".json", Content: content}, err
}

func (a *App) reportContent(ctx context.Context, id string) (Report, *report.Form, report.Draft, error) {
	r, err := a.Store.Report(ctx, id)
	if err != nil {
		return r, nil, report.Draft{}, err
	}
	form, err := a.Form(r.Form)
	if err != nil {
		return r, nil, report.Draft{}, err
	}
	versions, err := a.Store.ReportVersions(ctx, id)
	if err != nil {
		return r, nil, report.Draft{}, err
	}
	draft, err := draftOf(versions)
	return r, form, draft, err
}
