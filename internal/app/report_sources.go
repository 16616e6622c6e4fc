package app

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"mimamori/internal/assess"
	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/register"
	"mimamori/internal/report"
)

// firstReportForm is the sheet of a first report (第一報).
const firstReportForm = "firstreport"

// valueFax is the open value with the number for first reports.
const valueFax = "pmda-fax"

// reportSources gathers everything that a report can be filled from, as the
// records are now. d is its content so far; the zero Draft before there is any.
func (a *App) reportSources(ctx context.Context, r Reader, w Report, d report.Draft) (report.Sources, error) {
	s := report.Sources{}
	h, err := holder(ctx, r)
	if err != nil {
		return s, err
	}
	s.Holder = h.source()
	p, err := r.ProductUnits(ctx, w.ProductID)
	if err != nil {
		return s, err
	}
	s.Product = productSource(p)
	if s.Report, err = a.reportSource(ctx, r, w, d, h); err != nil {
		return s, err
	}
	if w.CaseID == "" {
		s.Period, err = a.periodSource(ctx, r, w, p.Product)
		return s, err
	}
	return s, a.addCaseSources(ctx, r, w, &s)
}

func productSource(p ProductUnits) report.ProductSource {
	return report.ProductSource{
		Ref: p.ID, BrandName: p.BrandName, GenericName: p.GenericName, JMDNCode: p.JMDNCode,
		ApprovalNumber: p.LicenceNumber, ApprovedOn: p.LicensedOn, Class: string(p.Class), Units: p.Units,
	}
}

// reportSource is what is known of the report itself: its issue, its days, its
// numbers, and where it goes. The next report day that the draft names stays
// until a person changes it.
func (a *App) reportSource(ctx context.Context, r Reader, w Report, d report.Draft, h Holder) (report.ReportSource, error) {
	s := report.ReportSource{
		Ref: cmp.Or(w.CaseID, w.ObligationID, w.ProductID), Additional: w.Issue > 1, Complete: w.Completion == "complete", ReportedOn: a.Today(),
		NextReportOn: a.Today().AddDays(nextReportDays), RegistrationNumber: w.RegistrationNumber, IdentificationNumber: w.IdentificationNumber,
	}
	if next, err := caldate.Parse(d.Text("next_report_on")); err == nil {
		s.NextReportOn = next
	}
	set, err := setValues(ctx, r)
	if err != nil {
		return s, err
	}
	s.Addressee, s.Fax = cmp.Or(h.Addressee, set[valueAddressee].Value), set[valueFax].Value
	return s, nil
}

// nextReportDays is proposed for 次回報告予定日; the law sets no number of days.
const nextReportDays = 30

// addCaseSources adds what the case of a report and its records say.
func (a *App) addCaseSources(ctx context.Context, r Reader, w Report, s *report.Sources) error {
	c, err := r.Case(ctx, w.CaseID)
	if err != nil {
		return err
	}
	m, err := matterOf(ctx, r, c)
	if err != nil {
		return err
	}
	e, _, err := a.evaluate(m)
	if err != nil {
		return err
	}
	obligations, err := r.Obligations(ctx, ListQuery{Filter: map[string]string{"case": c.ID}, Limit: 200})
	if err != nil {
		return err
	}
	facts := knownFacts(e.Facts)
	s.Report.Origin, s.Report.Agent = facts["origin"], facts["agent"]
	if kind := facts["report_kind"]; kind != "case" {
		s.Report.Kind = kind
	}
	s.Report.FirstKind = firstKind(facts)
	due := dueReport(obligations.Items, e, w.Form)
	s.Report.Form, s.Report.DueOn, s.Report.TermDays = formJa(due.form), due.on, due.termDays
	s.Intake.AwareOn = due.awareOn
	if s.Intake.AwareOn.IsZero() {
		s.Intake.AwareOn = c.AwareOn
	}
	s.Case = report.CaseSource{Ref: c.ID, HarmTerm: harmTerm(facts)}
	if len(m.intakes) > 0 {
		first := m.intakes[0]
		s.Intake.Ref, s.Intake.From, s.Intake.Text = first.ID, first.From, first.Title+"\n"+first.Text
		s.Case.EventOn = first.OccurredOn.String()
	} else {
		s.Intake.Ref = c.ID
	}
	s.Facts = factSources(c.ID, e.Facts)
	for _, o := range obligations.Items {
		if measure, ok := a.measureSource(o.Obligation); ok {
			s.Measures = append(s.Measures, measure)
		}
	}
	return a.addDeviceSources(ctx, r, c, m, s)
}

// addDeviceSources adds the release, the unit and the vulnerability that a case
// is about.
func (a *App) addDeviceSources(ctx context.Context, r Reader, c casefile.Case, m matter, s *report.Sources) error {
	if c.ReleaseID != "" {
		release, err := r.Release(ctx, c.ReleaseID)
		if err != nil {
			return err
		}
		s.Release = report.ReleaseSource{Ref: release.ID, Version: release.Version}
	}
	s.Installation.Ref, s.Installation.Network = m.product.ID, linksJa(m.product.Connectivity)
	if i := slices.IndexFunc(m.intakes, func(n IntakeRow) bool { return n.SiteID != "" }); i >= 0 {
		if err := addUnit(ctx, r, m.intakes[i].SiteID, c, s); err != nil {
			return err
		}
	}
	if c.VulnerabilityID == "" {
		return nil
	}
	v, err := r.Vulnerability(ctx, c.VulnerabilityID)
	if err != nil {
		return err
	}
	s.Case.Remarks = "関係する脆弱性：" + v.Name
	if m.assessment != nil {
		s.Assessment = report.AssessmentSource{Ref: m.assessment.ID, Text: assessmentText(*m.assessment, v.Name)}
	}
	return nil
}

// addUnit adds the unit at the hospital that told of it, when the register
// leaves no doubt which one it is.
func addUnit(ctx context.Context, r Reader, siteID string, c casefile.Case, s *report.Sources) error {
	filter := map[string]string{"site": siteID, "product": c.ProductID}
	if c.ReleaseID != "" {
		filter["release"] = c.ReleaseID
	}
	units, err := r.Installations(ctx, ListQuery{Filter: filter, Limit: 2})
	if err != nil || len(units.Items) != 1 {
		return err
	}
	unit := units.Items[0]
	s.Installation.Ref, s.Installation.SerialOrLot = unit.ID, unit.Serials
	s.Installation.Usage = "使用場所：" + unit.SiteName
	if !unit.InstalledOn.IsZero() {
		s.Installation.Usage += "\n納入年月日：" + unit.InstalledOn.String()
	}
	return nil
}

func linksJa(links []register.Link) string {
	var out []string
	for _, l := range links {
		out = append(out, map[register.Link]string{
			register.LinkWired: "有線接続", register.LinkWireless: "無線接続", register.LinkMedia: "媒体による接続", register.LinkNone: "接続機能なし",
		}[l])
	}
	return strings.Join(out, "、")
}

// dueForm is the report that a case asks for, with its clock.
type dueForm struct {
	form        string
	on, awareOn caldate.Date
	termDays    int
}

// dueReport returns the newest report that is due, or was, in a case: on form,
// and for a first report the one that follows it. Before anything was
// determined it is what the law says about the facts as they stand.
func dueReport(obligations []ObligationRow, e Evaluation, form string) dueForm {
	var found *ObligationRow
	for i, o := range obligations {
		fits := o.Kind == casefile.DueReport && (o.Form == form || form == firstReportForm)
		if fits && o.State != casefile.ObligationVoid && (found == nil || o.AwareOn.After(found.AwareOn)) {
			found = &obligations[i]
		}
	}
	if found != nil {
		due := dueForm{form: found.Form, on: found.DueOn, awareOn: found.AwareOn}
		if !due.on.IsZero() {
			due.termDays = due.awareOn.DaysUntil(due.on)
		}
		return due
	}
	if g := e.Answer.Governing; g != nil && (g.Form == form || form == firstReportForm) {
		return dueForm{form: g.Form, on: g.Due, termDays: g.TermDays}
	}
	return dueForm{}
}

// formJa names a form on paper: 様式第8.
func formJa(form string) string {
	if form == "" {
		return ""
	}
	return "様式第" + strings.TrimPrefix(form, "form")
}

// firstKind is why a first report is made; "" when neither is known.
func firstKind(facts map[string]string) string {
	switch {
	case facts["report_kind"] == "safety_measure":
		return "foreign_measure"
	case facts["origin"] == "domestic" && facts["seriousness"] == "death":
		return "domestic_death"
	}
	return ""
}

// knownFacts are the facts with one possible value, by name.
func knownFacts(facts []FactView) map[string]string {
	known := map[string]string{}
	for _, f := range facts {
		if f.State == "known" {
			known[f.Name] = f.Possible[0]
		}
	}
	return known
}

func harmTerm(facts map[string]string) string {
	switch {
	case facts["harm_status"] == "potential":
		return "健康被害のおそれ"
	case facts["harm_status"] == "actual" && facts["seriousness"] == "death":
		return "死亡"
	default:
		return ""
	}
}

// factSources lists what is known, in the words of the rulebook.
func factSources(ref string, facts []FactView) []report.FactSource {
	var out []report.FactSource
	for _, f := range facts {
		if f.State != "known" || !f.Relevant {
			continue
		}
		for _, v := range f.Values {
			if v.Value == f.Possible[0] {
				out = append(out, report.FactSource{Ref: ref, Label: f.Label.Ja, Answer: v.Label.Ja})
			}
		}
	}
	return out
}

// measureSource is a duty of a case beside its report, as a safety measure: one
// that was recorded as met was taken, one that is open is planned.
func (a *App) measureSource(o casefile.Obligation) (report.MeasureSource, bool) {
	if o.Kind != casefile.DueDuty || o.State == casefile.ObligationVoid {
		return report.MeasureSource{}, false
	}
	m := report.MeasureSource{Ref: o.ID, On: o.MetOn, Text: a.dueWords(o).Ja, Planned: o.State == casefile.ObligationOpen}
	if m.Planned {
		m.On = o.DueOn
	}
	return m, true
}

// assessmentText says an assessment in Japanese, for the form.
func assessmentText(a assess.Assessment, vulnerability string) string {
	lines := []string{"脆弱性 " + vulnerability + " について評価した。"}
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
