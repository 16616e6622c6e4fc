package report

import (
	"fmt"
	"strings"

	"mimamori/internal/caldate"
)

// Form8 is the id of 別紙様式第8, the case report of a malfunction or infection.
const Form8 = "pmda/form8"

// Fill answers the fields of form 8 from what is known. Every value tells the
// record it came from; fields without a known answer are absent.
//
// An incomplete report says in 今後の対応 that an additional report follows and,
// when known, by which day.
//
// Source: PMDA 事務連絡 2017-01-23, item 1; 医薬安発0115第2号, 4(1).
func Fill(s Sources) map[string]Value {
	f := filler{}
	f.report(s.Report)
	f.holder(s.Holder)
	f.device(s)
	f.event(s)
	f.patient(s.Patient)
	f.investigation(s)
	f.actions(s)
	return f
}

type filler map[string]Value

func (f filler) set(key, text string, kind SourceKind, ref string) {
	if text = clean(text); text != "" {
		f[key] = Value{Text: text, Origin: Origin{Kind: kind, Ref: ref}}
	}
}

func (f filler) report(r ReportSource) {
	order, state := "first", "incomplete"
	if r.Additional {
		order = "additional"
	}
	if r.Complete {
		state = "complete"
	}
	if r.Origin != "" && r.Agent != "" {
		f.set("report_kind", r.Origin+"_"+r.Agent, FromObligation, r.Ref)
	}
	if r.TermDays > 0 {
		f.set("report_term", fmt.Sprint(r.TermDays), FromObligation, r.Ref)
	}
	f.set("report_order", order, FromObligation, r.Ref)
	f.set("report_state", state, FromObligation, r.Ref)
	f.set("reported_on", r.ReportedOn.String(), FromObligation, r.Ref)
	if !r.Complete {
		f.set("next_report_on", r.NextReportOn.String(), FromObligation, r.Ref)
	}
	f.set("registration_number", r.RegistrationNumber, FromAuthority, r.Ref)
	f.set("identification_number", r.IdentificationNumber, FromAuthority, r.Ref)
	f.set("addressee", r.Addressee, FromHolder, r.Ref)
}

func (f filler) holder(h HolderSource) {
	f.set("mah_name", h.Name, FromHolder, h.Ref)
	f.set("mah_address", h.Address, FromHolder, h.Ref)
	f.set("mah_representative", h.Representative, FromHolder, h.Ref)
	f.set("contact_name", h.ContactName, FromHolder, h.Ref)
	f.set("contact_department", h.Department, FromHolder, h.Ref)
	f.set("contact_phone", h.Telephone, FromHolder, h.Ref)
	f.set("contact_email", h.Email, FromHolder, h.Ref)
}

func (f filler) device(s Sources) {
	p, in := s.Product, s.Installation
	f.set("brand_name", p.BrandName, FromProduct, p.Ref)
	generic := p.GenericName
	if p.JMDNCode != "" {
		generic += "（JMDNコード：" + p.JMDNCode + "）"
	}
	f.set("generic_name", generic, FromProduct, p.Ref)
	f.set("approval_number", p.ApprovalNumber, FromProduct, p.Ref)
	f.set("device_class", p.Class, FromProduct, p.Ref)
	f.set("device_category", strings.Join(p.Categories, "、"), FromProduct, p.Ref)
	f.set("model", in.Model, FromInstallation, in.Ref)
	if in.SerialOrLot != "" {
		f.set("serial_or_lot", in.SerialOrLot, FromInstallation, in.Ref)
	} else if s.Release.Version != "" {
		f.set("serial_or_lot", "バージョン "+s.Release.Version, FromRelease, s.Release.Ref)
	}
	f.set("manufactured_on", in.ManufacturedOn, FromInstallation, in.Ref)
	f.set("udi", in.UDI, FromInstallation, in.Ref)
	f.set("usage", in.Usage, FromInstallation, in.Ref)
	f.set("device_status", in.Status, FromInstallation, in.Ref)
	f.set("co_devices", strings.Join(in.CoDevices, "\n"), FromInstallation, in.Ref)

	var remarks []string
	for _, line := range [][2]string{
		{"ソフトウェアバージョン", s.Release.Version},
		{"OS", s.Release.OperatingSystem},
		{"ネットワーク構成", in.Network},
	} {
		if line[1] != "" {
			remarks = append(remarks, line[0]+"："+line[1])
		}
	}
	if s.Case.Remarks != "" {
		remarks = append(remarks, s.Case.Remarks)
	}
	kind, ref := FromRelease, s.Release.Ref
	if s.Release.Version == "" && s.Release.OperatingSystem == "" {
		kind, ref = FromCase, s.Case.Ref
		if in.Network != "" {
			kind, ref = FromInstallation, in.Ref
		}
	}
	f.set("remarks", strings.Join(remarks, "\n"), kind, ref)
}

func (f filler) event(s Sources) {
	c := s.Case
	f.set("event_on", c.EventOn, FromCase, c.Ref)
	f.set("aware_on", s.Intake.AwareOn.String(), FromIntake, s.Intake.Ref)
	f.set("harm_term", c.HarmTerm, FromCase, c.Ref)
	f.set("harm", c.Harm, FromCase, c.Ref)
	f.set("malfunction_term", c.MalfunctionTerm, FromCase, c.Ref)
	if c.Malfunction != "" {
		f.set("malfunction", c.Malfunction, FromCase, c.Ref)
	} else {
		f.set("malfunction", s.Intake.Text, FromIntake, s.Intake.Ref)
	}
}

func (f filler) patient(p PatientSource) {
	f.set("patient_initials", p.Initials, FromCase, p.Ref)
	f.set("patient_age", p.Age, FromCase, p.Ref)
	f.set("patient_sex", p.Sex, FromCase, p.Ref)
	f.set("patient_weight", p.Weight, FromCase, p.Ref)
	f.set("outcome", p.Outcome, FromCase, p.Ref)
	f.set("patient_state", p.State, FromCase, p.Ref)
	f.set("treatment", p.Treatment, FromCase, p.Ref)
}

func (f filler) investigation(s Sources) {
	var lines []string
	kind, ref := FromAssessment, s.Assessment.Ref
	if s.Assessment.Text != "" {
		lines = append(lines, s.Assessment.Text)
	} else if len(s.Facts) > 0 {
		kind, ref = FromFact, s.Facts[0].Ref
	}
	if len(s.Facts) > 0 {
		lines = append(lines, "報告要否判断の根拠とした事実：")
		for _, fact := range s.Facts {
			lines = append(lines, "・"+fact.Label+"："+fact.Answer)
		}
	}
	f.set("investigation", strings.Join(lines, "\n"), kind, ref)
}

func (f filler) actions(s Sources) {
	var taken, planned []string
	takenRef, plannedRef := "", ""
	for _, m := range s.Measures {
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
	f.set("actions_taken", strings.Join(taken, "\n"), FromMeasure, takenRef)
	kind := FromMeasure
	if !s.Report.Complete {
		if len(planned) == 0 {
			kind, plannedRef = FromObligation, s.Report.Ref
		}
		planned = append(planned, furtherReport(s.Report.NextReportOn))
	}
	f.set("planned_actions", strings.Join(planned, "\n"), kind, plannedRef)
}

func furtherReport(on caldate.Date) string {
	if on.IsZero() {
		return "調査を継続しており、追加報告予定。"
	}
	return "調査を継続しており、" + japaneseDay(on.String()) + "までに追加報告予定。"
}
