package app

import (
	"context"
	"slices"
	"strings"

	"mimamori/internal/caldate"
	"mimamori/internal/casefile"
	"mimamori/internal/deadline"
	"mimamori/internal/rule"
)

// Urgency is how pressing an obligation is; it chooses the colour.
type Urgency string

// The urgencies.
const (
	Late Urgency = "late" // the day has passed
	Now  Urgency = "now"  // promptly, or three days and less
	Soon Urgency = "soon" // ten days and less
	OK   Urgency = "ok"
	Open Urgency = "open" // a decision that waits for facts
)

// Due is an obligation with what presses and what to do next.
type Due struct {
	ObligationRow
	Label          Words         `json:"label"`            // what is due: 報告書（様式第8）
	To             Words         `json:"to"`               // who gets it; empty when it goes to nobody
	ToConfirm      bool          `json:"to_be_confirmed"`  // To rests on an open value that nobody confirmed yet (要確認)
	DaysLeft       *int          `json:"days_left"`        // to the statutory day; nil when the law says promptly
	LastCompanyDay caldate.Date  `json:"last_company_day"` // last day on or before DueOn on which offices and the company work
	Coming         bool          `json:"coming"`           // a periodic report whose period still runs
	Urgency        Urgency       `json:"urgency"`
	Next           string        `json:"next"`    // "decide", "triage", "first_report", "write", "review", "check", "approve", "submit", "next_issue", "numbers", "meet"
	Changes        []ClockChange `json:"changes"` // of its clock, oldest first; on the page of its case
}

// dues returns obligations with what presses and what to do next.
func (a *App) dues(ctx context.Context, r Reader, rows []ObligationRow) ([]Due, error) {
	calendar, err := a.calendar(ctx, r)
	if err != nil {
		return nil, err
	}
	set, err := setValues(ctx, r)
	if err != nil {
		return nil, err
	}
	out := make([]Due, 0, len(rows))
	for _, o := range rows {
		d := a.due(o, calendar)
		d.To, d.ToConfirm = a.dueTo(o.Obligation, set)
		out = append(out, d)
	}
	return out, nil
}

func (a *App) due(o ObligationRow, calendar *deadline.Calendar) Due {
	d := Due{ObligationRow: o, Urgency: OK, Next: nextStep(o), Changes: []ClockChange{}}
	d.Label = a.dueWords(o.Obligation)
	if d.Rulebook == "" && o.Kind == casefile.DueDuty { // opened before obligations named it
		d.Rulebook = a.dutyRulebook(o.Duty)
	}
	if o.DueOn.IsZero() {
		if !o.TargetAt.IsZero() || o.Kind == casefile.DueFirstReport {
			d.Urgency = Now
		}
		return d
	}
	left := a.Today().DaysUntil(o.DueOn)
	d.DaysLeft = &left
	d.Coming = o.State == casefile.ObligationOpen && !o.PeriodTo.IsZero() && !a.Today().After(o.PeriodTo)
	if last, err := calendar.LastCompanyDay(o.DueOn); err == nil { // it fails where holidays are not known: then none is told
		d.LastCompanyDay = last
	}
	switch {
	case left < 0:
		d.Urgency = Late
	case left <= 3:
		d.Urgency = Now
	case o.Kind == casefile.DueDecision, o.Kind == casefile.DueTriage:
		d.Urgency = Open
	case left <= 10:
		d.Urgency = Soon
	}
	return d
}

func nextStep(o ObligationRow) string {
	switch {
	case o.Kind == casefile.DueDecision:
		return "decide"
	case o.Kind == casefile.DueTriage:
		return "triage"
	case o.Kind == casefile.DueFirstReport:
		return "first_report"
	case o.Duty == numbersDuty && o.Kind == casefile.DueReportFollowUp:
		return "numbers"
	case o.Kind == casefile.DueReportFollowUp && o.ReportState == "sent":
		return "next_issue"
	case o.Kind == casefile.DueDuty && o.Form == "":
		return "meet"
	case o.ReportState == "draft" || o.ReportState == "returned":
		return "review"
	case o.ReportState == "in_review":
		return "check"
	case o.ReportState == "checked":
		return "approve"
	case o.ReportState == "approved":
		return "submit"
	default:
		return "write"
	}
}

// agency receives the reports of art. 68-10(1) for the Minister (act art. 68-13(3)).
var agency = Words{"独立行政法人医薬品医療機器総合機構", "Pharmaceuticals and Medical Devices Agency (PMDA)"}

// dueWords says what is due.
func (a *App) dueWords(o casefile.Obligation) Words {
	form := strings.TrimPrefix(o.Form, "form")
	switch o.Kind {
	case casefile.DueDecision:
		return Words{"報告要否の判断", "Determination of whether a report is due"}
	case casefile.DueTriage:
		return Words{"受付した安全管理情報の振り分け", "Triage of safety information"}
	case casefile.DueFirstReport:
		return Words{"第一報（ファックス等）", "First report (by fax or the like)"}
	case casefile.DueReport:
		return Words{"報告書（様式第" + form + "）", "Report (form " + form + ")"}
	case casefile.DuePeriodicReport:
		return Words{"定期報告（様式第" + form + "）", "Periodic report (form " + form + ")"}
	case casefile.DueReportFollowUp:
		if o.Duty == numbersDuty {
			return Words{"登録番号・識別番号の不一致の確認", "Numbers of the authority that disagree"}
		}
		return Words{"追加報告（様式第" + form + "）", "Additional report (form " + form + ")"}
	case casefile.DueDuty:
		if duty, ok := a.duty(o.Duty); ok {
			return words(duty.Label)
		}
	}
	return Words{o.Duty, o.Duty}
}

// dueTo says who gets what is due, and whether that rests on an open value that
// nobody confirmed yet. What somebody set goes before the words of the rulebook.
func (a *App) dueTo(o casefile.Obligation, set map[string]setValue) (to Words, confirm bool) {
	id := ""
	switch o.Kind {
	case casefile.DueReportFollowUp:
		if o.Duty == numbersDuty {
			return to, false
		}
		to, id = agency, valueAddressee
	case casefile.DueFirstReport, casefile.DueReport, casefile.DuePeriodicReport:
		to, id = agency, valueAddressee
	case casefile.DueDuty:
		duty, _ := a.duty(o.Duty)
		to = words(duty.To)
		if strings.HasSuffix(duty.Value, "-addressee") {
			id = duty.Value
		}
	case casefile.DueDecision, casefile.DueTriage:
	}
	if id == "" {
		return to, false
	}
	if v := set[id]; v.Value != "" {
		to = Words{v.Value, v.Value}
	}
	return to, set[id].State != valueConfirmed
}

// dutyBooks are the duty rulebooks about cases and products.
func (a *App) dutyBooks() []*rule.DutyRulebook {
	return slices.Concat(a.Law.CaseDuties, a.Law.ProductDuties)
}

// duty returns a duty of the law by its id.
func (a *App) duty(id string) (rule.Duty, bool) {
	for _, book := range a.dutyBooks() {
		for _, d := range book.All() {
			if d.ID == id {
				return d, true
			}
		}
	}
	return rule.Duty{}, false
}

// dutyRulebook returns the id of the rulebook that has a duty, or "".
func (a *App) dutyRulebook(id string) string {
	for _, book := range a.dutyBooks() {
		if slices.ContainsFunc(book.All(), func(d rule.Duty) bool { return d.ID == id }) {
			return book.Ref().ID
		}
	}
	return ""
}
