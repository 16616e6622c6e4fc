package report

import (
	"fmt"
	"strings"

	"mimamori/internal/caldate"
)

// Sources is everything known that a report can be filled from. The Ref of each
// part is the key of the record it was read from; it is kept with every value.
// Empty texts are unknown and leave their field empty.
//
// Forms name the parts as "product.brand_name"; Names lists them.
type Sources struct {
	Report       ReportSource
	Holder       HolderSource
	Product      ProductSource
	Release      ReleaseSource
	Installation InstallationSource
	Intake       IntakeSource
	Case         CaseSource
	Patient      PatientSource
	Facts        []FactSource // in the order of the rulebook
	Assessment   AssessmentSource
	Measures     []MeasureSource // in the order of their days
	Period       PeriodSource
}

// ReportSource is what the determination and its clock say about this report.
type ReportSource struct {
	Ref          string
	Origin       string       // domestic or foreign
	Agent        string       // malfunction or infection
	Kind         string       // research_report or safety_measure, for form 10
	FirstKind    string       // domestic_death or foreign_measure, for a first report
	Form         string       // 様式第8 and so on: the report that follows a first report
	DueOn        caldate.Date // its statutory day; zero when not known
	TermDays     int          // 15 or 30; 0 when not known
	Additional   bool
	Complete     bool
	ReportedOn   caldate.Date
	NextReportOn caldate.Date // zero when complete

	// Numbers given by the authority on an earlier report.
	RegistrationNumber, IdentificationNumber string

	Addressee string // empty: the one of the form
	Fax       string // number for a first report; empty when not known
}

// HolderSource is the marketing authorization holder 製造販売業者.
type HolderSource struct {
	Ref                                       string
	Name, Address, Representative             string
	ContactName, Department, Telephone, Email string
}

// ProductSource is the product 品目.
type ProductSource struct {
	Ref                    string
	BrandName, GenericName string
	JMDNCode               string
	ApprovalNumber         string       // of approval, certification or notification
	ApprovedOn             caldate.Date // zero when not known
	Class                  string       // I, II, III or IV
	Categories             []string     // 特定保守管理医療機器, 設置管理医療機器, ...
	Units                  int          // installed in Japan as registered; 0 when none is registered
}

// ReleaseSource is the software version concerned.
type ReleaseSource struct {
	Ref             string
	Version         string
	OperatingSystem string
}

// InstallationSource is the unit concerned and where it stands.
type InstallationSource struct {
	Ref            string
	Model          string
	SerialOrLot    string
	ManufacturedOn string // 2026-06-01, 2026-06, 2026 or empty
	UDI            string
	Usage          string
	Status         string // where the device is now
	Network        string
	CoDevices      []string
}

// IntakeSource is the safety information 安全管理情報 that started the clock.
type IntakeSource struct {
	Ref     string
	AwareOn caldate.Date
	From    string // who told: a hospital, an authority, a publication
	Text    string
}

// CaseSource is the case 事案.
type CaseSource struct {
	Ref                          string
	EventOn                      string // 2026-06-01, 2026-06, 2026, 不明 or empty
	HarmTerm, Harm               string
	MalfunctionTerm, Malfunction string // an empty Malfunction is filled from the intake's text
	Remarks                      string
}

// PatientSource is what is known of the patient.
type PatientSource struct {
	Ref                   string
	Initials, Age, Weight string
	Sex, Outcome          string // codes of the form
	State, Treatment      string
}

// FactSource is one answer to a question of the rulebook, in Japanese.
type FactSource struct {
	Ref           string
	Label, Answer string
}

// AssessmentSource is our judgement of a vulnerability for the product, in Japanese.
type AssessmentSource struct {
	Ref  string
	Text string
}

// MeasureSource is one safety measure 安全確保措置.
type MeasureSource struct {
	Ref     string
	On      caldate.Date // zero when no day is set
	Text    string
	Planned bool // not done yet
}

// PeriodSource is the period of a periodic report (様式第11, 12) with what fell
// into it. Rows are tables as a field of type table holds them.
type PeriodSource struct {
	Ref      string
	Number   int // 1 for the first year from approval; 0 when this is no periodic report
	From, To caldate.Date
	Cases    [][]string // one row a case, in the order of their awareness days
	Counts   [][]string // one row a kind of malfunction or harm
}

// named returns every source by the name that forms use for it. A source that is
// not known has an empty text.
func (s Sources) named() map[string]Value {
	n := names{}
	n.report(s.Report)
	n.register(s)
	n.matter(s)
	n.measures(s.Measures)
	return n
}

// Names lists the sources that a form can be filled from, sorted.
func Names() []string { return sortedKeys(Sources{}.named()) }

type names map[string]Value

func (n names) set(name, text string, kind SourceKind, ref string) {
	n[name] = Value{Text: clean(text), Origin: Origin{Kind: kind, Ref: ref}}
}

func (n names) report(r ReportSource) {
	order, state, term := "first", "incomplete", ""
	if r.Additional {
		order = "additional"
	}
	if r.Complete {
		state = "complete"
	}
	if r.TermDays > 0 {
		term = fmt.Sprint(r.TermDays)
	}
	for name, text := range map[string]string{
		"report.origin": r.Origin, "report.agent": r.Agent, "report.kind": r.Kind, "report.term_days": term,
		"report.first_kind": r.FirstKind, "report.form": r.Form, "report.due_on_ja": japaneseDay(r.DueOn.String()),
		"report.order": order, "report.state": state, "report.reported_on": r.ReportedOn.String(),
		"report.next_on": unlessComplete(r, r.NextReportOn.String()), "report.continues": unlessComplete(r, furtherReport(r.NextReportOn)),
	} {
		n.set(name, text, FromObligation, r.Ref)
	}
	n.set("authority.registration_number", r.RegistrationNumber, FromAuthority, r.Ref)
	n.set("authority.identification_number", r.IdentificationNumber, FromAuthority, r.Ref)
	n.set("authority.fax", r.Fax, FromAuthority, r.Ref)
	n.set("holder.addressee", r.Addressee, FromHolder, r.Ref)
}

func unlessComplete(r ReportSource, text string) string {
	if r.Complete {
		return ""
	}
	return text
}

// furtherReport announces the next report, as 今後の対応 of an incomplete one must
// (医薬安発0115第2号, 4(1)).
func furtherReport(on caldate.Date) string {
	if on.IsZero() {
		return "調査を継続しており、追加報告予定。"
	}
	return "調査を継続しており、" + japaneseDay(on.String()) + "までに追加報告予定。"
}

func (n names) register(s Sources) {
	h, p, in := s.Holder, s.Product, s.Installation
	units := ""
	if p.Units > 0 {
		units = fmt.Sprint(p.Units)
	}
	for name, text := range map[string]string{
		"holder.name": h.Name, "holder.address": h.Address, "holder.representative": h.Representative, "holder.contact_name": h.ContactName,
		"holder.department": h.Department, "holder.telephone": h.Telephone, "holder.email": h.Email,
	} {
		n.set(name, text, FromHolder, h.Ref)
	}
	for name, text := range map[string]string{
		"product.brand_name": p.BrandName, "product.generic_name": p.GenericName, "product.jmdn_code": p.JMDNCode,
		"product.approval_number": p.ApprovalNumber, "product.approved_on": p.ApprovedOn.String(), "product.class": p.Class,
		"product.categories": strings.Join(p.Categories, "、"), "product.units": units,
	} {
		n.set(name, text, FromProduct, p.Ref)
	}
	n.set("release.version", s.Release.Version, FromRelease, s.Release.Ref)
	n.set("release.operating_system", s.Release.OperatingSystem, FromRelease, s.Release.Ref)
	for name, text := range map[string]string{
		"installation.model": in.Model, "installation.serial_or_lot": in.SerialOrLot, "installation.manufactured_on": in.ManufacturedOn,
		"installation.udi": in.UDI, "installation.usage": in.Usage, "installation.status": in.Status, "installation.network": in.Network,
		"installation.co_devices": strings.Join(in.CoDevices, "\n"),
	} {
		n.set(name, text, FromInstallation, in.Ref)
	}
}

func (n names) matter(s Sources) {
	n.set("intake.aware_on", s.Intake.AwareOn.String(), FromIntake, s.Intake.Ref)
	n.set("intake.from", s.Intake.From, FromIntake, s.Intake.Ref)
	n.set("intake.text", s.Intake.Text, FromIntake, s.Intake.Ref)
	c, p := s.Case, s.Patient
	for name, text := range map[string]string{
		"case.event_on": c.EventOn, "case.harm_term": c.HarmTerm, "case.harm": c.Harm, "case.malfunction_term": c.MalfunctionTerm,
		"case.malfunction": c.Malfunction, "case.remarks": c.Remarks,
	} {
		n.set(name, text, FromCase, c.Ref)
	}
	for name, text := range map[string]string{
		"patient.initials": p.Initials, "patient.age": p.Age, "patient.weight": p.Weight, "patient.sex": p.Sex,
		"patient.outcome": p.Outcome, "patient.state": p.State, "patient.treatment": p.Treatment,
	} {
		n.set(name, text, FromCase, p.Ref)
	}
	n.set("assessment.text", s.Assessment.Text, FromAssessment, s.Assessment.Ref)
	var facts []string
	ref := ""
	for _, f := range s.Facts {
		facts, ref = append(facts, "・"+f.Label+"："+f.Answer), f.Ref
	}
	n.set("facts.list", strings.Join(facts, "\n"), FromFact, ref)
	number, occurrence := "", ""
	if s.Period.Number > 0 {
		number, occurrence = fmt.Sprint(s.Period.Number), "none"
		if len(s.Period.Cases)+len(s.Period.Counts) > 0 {
			occurrence = "some"
		}
	}
	for name, text := range map[string]string{
		"period.number": number, "period.occurrence": occurrence, "period.from": s.Period.From.String(), "period.to": s.Period.To.String(),
		"period.cases": WriteTable(s.Period.Cases), "period.counts": WriteTable(s.Period.Counts),
	} {
		n.set(name, text, FromObligation, s.Period.Ref)
	}
}

func (n names) measures(list []MeasureSource) {
	var taken, planned []string
	takenRef, plannedRef := "", ""
	for _, m := range list {
		line := m.Text
		if !m.On.IsZero() {
			line = japaneseDay(m.On.String()) + "　" + line
		}
		if m.Planned {
			planned, plannedRef = append(planned, line), m.Ref
		} else {
			taken, takenRef = append(taken, line), m.Ref
		}
	}
	n.set("measures.taken", strings.Join(taken, "\n"), FromMeasure, takenRef)
	n.set("measures.planned", strings.Join(planned, "\n"), FromMeasure, plannedRef)
}
