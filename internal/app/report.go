package app

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"mimamori/internal/casefile"
	"mimamori/internal/report"
)

// ReportView is a report as people work on it.
type ReportView struct {
	Report     ReportRow              `json:"report"`
	Values     map[string]ReportValue `json:"values"`
	Moved      map[string]ReportValue `json:"moved"`    // by field: what its source says now, where that is something else
	Sources    map[string]Words       `json:"sources"`  // names of the kinds of sources
	Problems   []report.Problem       `json:"problems"` // in the order of the form; rule agrees_with_sent only tells, the others keep from signing
	Issue      int                    `json:"issue"`    // 報 of the content shown
	Issues     []ReportIssue          `json:"issues"`   // newest first
	NextKinds  []report.Kind          `json:"next_kinds"`
	Versions   []ReportVersion        `json:"versions"`  // newest first, without content
	Digest     string                 `json:"digest"`    // of the content shown
	Submitted  *ReportMark            `json:"submitted"` // 作成; nil: not signed as it stands
	Checked    *ReportMark            `json:"checked"`   // 確認
	Approval   *ReportMark            `json:"approval"`  // 承認
	Returned   *ReportMark            `json:"returned"`  // nil: not sent back
	Agreements []HospitalAgreement    `json:"agreements"`
	Exceedance *report.Exceedance     `json:"exceedance"` // of form 9 with its rates filled in, else nil
	Due        []casefile.Obligation  `json:"due"`        // open ones that sending it meets
	Can        ReportCan              `json:"can"`
}

// ReportValue is the content of one field.
type ReportValue struct {
	Text   string    `json:"text"`
	Source string    `json:"source"` // kind of record it came from, see report.SourceKind
	Ref    string    `json:"ref"`    // key of that record
	By     string    `json:"by"`     // name of the person
	At     time.Time `json:"at"`
}

// ReportMark is who did what on a report, when.
type ReportMark struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	Digest string    `json:"digest"`
}

// ReportIssue is one issue (報) of a report.
type ReportIssue struct {
	Issue       int               `json:"issue"`
	Kind        string            `json:"kind"`       // report.Kind, or ""
	Completion  string            `json:"completion"` // "complete", "incomplete" or ""
	Version     int               `json:"version"`    // its newest
	Digest      string            `json:"digest"`     // of that content
	Submissions []Submission      `json:"submissions"`
	Signatures  []ReportSignature `json:"signatures"` // oldest first, void ones too
}

// ReportSignature is a signature under an issue.
type ReportSignature struct {
	Signature
	Stands bool `json:"stands"` // the content is still the one that was signed
}

// ReportCan tells what the asking person may do next.
type ReportCan struct {
	Edit    bool             `json:"edit"`
	Review  bool             `json:"review"`
	Check   bool             `json:"check"`
	Approve bool             `json:"approve"`
	Return  bool             `json:"return"`
	Send    bool             `json:"send"`
	Next    bool             `json:"next"`
	Agree   bool             `json:"agree"`
	Why     map[string]Words `json:"why"` // by action: why it is not open to this person now
}

// reportAt is a report as it stands, with what it is compared with.
type reportAt struct {
	w       Report
	form    *report.Form
	d       report.Draft
	filled  map[string]report.Value // as the records would fill it now
	records report.Document         // the same, to be compared with
	others  []report.Document       // reports of the case that can still be changed
	sent    []report.Document       // reports of the case that were sent
	terms   []report.Problem        // codes that no loaded list has
}

// problems lists what keeps the content from being signed.
func (s reportAt) problems() []report.Problem {
	problems := append(report.Problems(s.form, s.d, s.against()), s.terms...)
	slices.SortStableFunc(problems, func(x, y report.Problem) int { return s.place(x) - s.place(y) })
	return problems
}

func (s reportAt) place(p report.Problem) int {
	return slices.IndexFunc(s.form.Fields, func(f report.Field) bool { return f.Key == p.Field })
}

// against are the documents that a report has to agree with before it is signed.
func (s reportAt) against() []report.Document {
	return append([]report.Document{s.records}, s.others...)
}

// told are the problems that a person is shown: those that keep from signing,
// and where a report that was sent says something else. That one stays as it is.
func (s reportAt) told() []report.Problem {
	problems := append(s.problems(), report.Disagreements(s.form, s.d, s.sent)...)
	slices.SortStableFunc(problems, func(x, y report.Problem) int { return s.place(x) - s.place(y) })
	return problems
}

// reportNow reads a report with its content, without what it is compared with.
func (a *App) reportNow(ctx context.Context, r Reader, id string) (reportAt, error) {
	w, err := r.Report(ctx, id)
	if err != nil {
		return reportAt{}, err
	}
	return a.reportWith(ctx, r, w, w.Version)
}

func (a *App) reportWith(ctx context.Context, r Reader, w Report, version int) (reportAt, error) {
	s := reportAt{w: w}
	var err error
	if s.form, err = a.form(ctx, r, w.Form, w.Edition); err != nil {
		return s, err
	}
	v, err := r.ReportVersion(ctx, w.ID, version)
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(v.Content, &s.d)
}

// compare adds what the content is compared with.
func (a *App) compare(ctx context.Context, r Reader, s *reportAt) error {
	sources, err := a.reportSources(ctx, r, s.w, s.d)
	if err != nil {
		return err
	}
	s.filled = report.Fill(s.form, sources)
	s.records = report.Document{Name: report.Words{Ja: "記録", En: "the records"}, Texts: map[string]string{}}
	for key, v := range s.filled {
		s.records.Texts[key] = v.Text
	}
	if err := a.addOthers(ctx, r, s); err != nil {
		return err
	}
	s.terms, err = a.termProblems(ctx, r, s.form, s.d)
	return err
}

// addOthers adds the other reports of the case, the first report among them.
func (a *App) addOthers(ctx context.Context, r Reader, s *reportAt) error {
	if s.w.CaseID == "" {
		return nil
	}
	list, err := r.Reports(ctx, ListQuery{Filter: map[string]string{"case": s.w.CaseID, "product": s.w.ProductID}, Limit: 200})
	if err != nil {
		return err
	}
	for _, row := range list.Items {
		if row.ID == s.w.ID {
			continue
		}
		other, err := a.reportWith(ctx, r, row.Report, row.Version)
		if err != nil {
			return err
		}
		if other.d.Kind() == report.Withdrawal {
			continue
		}
		heading := other.form.Heading
		doc := report.Document{Name: report.Words{Ja: heading + "（" + row.Number + "）", En: "report " + row.Number}, Texts: map[string]string{}}
		for _, key := range sameFields(s.form, other.form) {
			doc.Texts[key] = other.d.Text(key)
		}
		if other.d.State == report.Sent {
			doc.Sent = true
			s.sent = append(s.sent, doc)
		} else {
			s.others = append(s.others, doc)
		}
	}
	return nil
}

// sameFields lists the fields that two forms mean alike: both have to agree,
// with the same type and the same codes.
func sameFields(one, other *report.Form) []string {
	var keys []string
	for _, f := range one.Fields {
		g, ok := other.Field(f.Key)
		if ok && f.Agrees && g.Agrees && f.Type == g.Type && slices.Equal(one.Codes[f.CodeList], other.Codes[g.CodeList]) {
			keys = append(keys, f.Key)
		}
	}
	return keys
}

// Report returns a report as the actor may work on it.
func (a *App) Report(ctx context.Context, by Actor, id string) (ReportView, error) {
	s, err := a.reportNow(ctx, a.Store, id)
	if err != nil {
		return ReportView{}, err
	}
	if err := a.compare(ctx, a.Store, &s); err != nil {
		return ReportView{}, err
	}
	users, err := a.Store.Users(ctx)
	if err != nil {
		return ReportView{}, err
	}
	view := ReportView{
		Report: ReportRow{Report: s.w}, Problems: s.told(), Digest: report.Digest(s.d), Issue: s.d.Number(), NextKinds: nextKinds(s),
		Exceedance: exceedance(s.d), Sources: map[string]Words{},
	}
	for _, kind := range sourceKinds {
		view.Sources[string(kind)] = Words(kind.Words())
	}
	view.addPeople(s, names(users))
	if err := a.addHistory(ctx, &view); err != nil {
		return ReportView{}, err
	}
	if view.Due, err = openFor(ctx, a.Store, s.w); err != nil {
		return ReportView{}, err
	}
	view.Can = may(by, s)
	return view, nil
}

// sourceKinds are the kinds of records that a value can come from.
var sourceKinds = []report.SourceKind{
	report.FromForm, report.FromHolder, report.FromProduct, report.FromRelease, report.FromInstallation, report.FromIntake, report.FromCase,
	report.FromFact, report.FromAssessment, report.FromMeasure, report.FromObligation, report.FromAuthority, report.FromPerson,
}

// addHistory adds the row of the report in its list, its versions, issues and
// agreements.
func (a *App) addHistory(ctx context.Context, view *ReportView) error {
	id := view.Report.ID
	rows, err := a.Store.Reports(ctx, ListQuery{Filter: map[string]string{"id": id}, Limit: 1})
	if err != nil {
		return err
	}
	if len(rows.Items) == 1 {
		view.Report = rows.Items[0]
	}
	if view.Versions, err = a.Store.ReportVersions(ctx, id); err != nil {
		return err
	}
	if err := a.addIssues(ctx, view); err != nil {
		return err
	}
	for i := range view.Versions {
		view.Versions[i].Content = nil
	}
	view.Agreements, err = a.Store.Agreements(ctx, id)
	return err
}

// addIssues tells of every issue what became of it.
func (a *App) addIssues(ctx context.Context, view *ReportView) error {
	issueOf := map[string]int{} // place of the issue by the digest of a content of it
	for _, v := range view.Versions {
		var d struct {
			Issue  int `json:"issue"`
			Values map[string]struct {
				Text string `json:"text"`
			} `json:"values"`
		}
		if err := json.Unmarshal(v.Content, &d); err != nil {
			return err
		}
		number := max(d.Issue, 1)
		if n := len(view.Issues); n == 0 || view.Issues[n-1].Issue != number {
			view.Issues = append(view.Issues, ReportIssue{
				Issue: number, Kind: d.Values["report_order"].Text, Completion: d.Values["report_state"].Text, Version: v.Version, Digest: v.Digest,
				Submissions: []Submission{}, Signatures: []ReportSignature{},
			})
		}
		issueOf[v.Digest] = len(view.Issues) - 1
	}
	sent, err := a.Store.Submissions(ctx, view.Report.ID)
	if err != nil {
		return err
	}
	for _, s := range sent {
		if i, ok := issueOf[s.Digest]; ok {
			view.Issues[i].Submissions = append(view.Issues[i].Submissions, s)
		}
	}
	signatures, err := a.Store.Signatures(ctx, signedReport, view.Report.ID)
	for n, s := range signatures {
		if i, ok := issueOf[s.Digest]; ok {
			issue := &view.Issues[i]
			issue.Signatures = append(issue.Signatures, ReportSignature{s, s.Digest == issue.Digest && view.standing(s, signatures[n+1:])})
		}
	}
	return err
}

// standing tells of a signature under the newest content whether it was not
// made void by a sending back: of each meaning that the report still has, the
// last one stands. later are the signatures after it.
func (v *ReportView) standing(s Signature, later []Signature) bool {
	if s.Digest != v.Digest {
		return true
	}
	mark := map[string]*ReportMark{
		string(report.MeansMade): v.Submitted, string(report.MeansChecked): v.Checked, string(report.MeansApproved): v.Approval,
	}[s.Meaning]
	return mark != nil && !slices.ContainsFunc(later, func(o Signature) bool { return o.Digest == s.Digest && o.Meaning == s.Meaning })
}

// names maps user ids to names.
func names(users []User) map[string]string {
	out := map[string]string{System.UserID: System.Name}
	for _, u := range users {
		out[u.ID] = u.Name
	}
	return out
}

func (v *ReportView) addPeople(s reportAt, name map[string]string) {
	v.Values, v.Moved = make(map[string]ReportValue, len(s.d.Values)), map[string]ReportValue{}
	for key, value := range s.d.Values {
		v.Values[key] = ReportValue{Text: value.Text, Source: string(value.Origin.Kind), Ref: value.Origin.Ref, By: name[value.By], At: value.At}
	}
	if s.d.State != report.Sent {
		for key, now := range report.Moved(s.form, s.d, s.filled) {
			v.Moved[key] = ReportValue{Text: now.Text, Source: string(now.Origin.Kind), Ref: now.Origin.Ref}
		}
	}
	mark := func(s *report.Signature) *ReportMark {
		if s == nil {
			return nil
		}
		return &ReportMark{By: s.Name, At: s.At, Digest: s.Digest}
	}
	v.Submitted, v.Checked, v.Approval = mark(s.d.Submitted), mark(s.d.Checked), mark(s.d.Approval)
	if s.d.SentBack != nil {
		v.Returned = &ReportMark{By: name[s.d.SentBack.By], At: s.d.SentBack.At, Reason: s.d.SentBack.Reason}
	}
}

// nextKinds lists what the next issue of a report can be for, by its form.
func nextKinds(s reportAt) []report.Kind {
	kinds := []report.Kind{}
	order, _ := s.form.Field("report_order")
	for _, t := range s.form.Codes[order.CodeList] {
		if k := report.Kind(t.Code); k == report.Additional || k == report.Withdrawal || k == report.Downgrade {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// exceedance compares the rates of a report on form 9, which are percentages;
// nil while one of them is missing.
func exceedance(d report.Draft) *report.Exceedance {
	events, err1 := strconv.Atoi(d.Text("events"))
	denominator, err2 := strconv.Atoi(d.Text("denominator"))
	rate, err3 := strconv.ParseFloat(d.Text("expected_rate"), 64)
	if cmp.Or(err1, err2, err3) != nil {
		return nil
	}
	e, err := report.Exceed(events, denominator, rate/100)
	if err != nil {
		return nil
	}
	return &e
}

// may tells what the actor can do with a report, and why not.
func may(by Actor, s reportAt) ReportCan {
	can := ReportCan{Why: map[string]Words{}}
	complete, d := len(s.problems()) == 0, s.d
	permission := Words{"この操作の権限がありません。", "your roles do not allow this"}
	wrote := Words{"報告書を作成した方は承認できません。ほかの承認者に依頼してください。", "whoever wrote the report cannot approve it: ask another approver"}
	open := func(action string, allowed *bool, p Permission, against ...*Words) {
		if !May(by.Roles, p) {
			against = []*Words{&permission}
		}
		for _, why := range against {
			if why != nil {
				can.Why[action] = *why
				return
			}
		}
		*allowed = true
	}
	unless := func(holds bool, ja, en string) *Words {
		if holds {
			return nil
		}
		return &Words{ja, en}
	}
	notSent := unless(d.State != report.Sent, "提出済みの内容は変更できません。次の報を作成してください。", "what was sent stays as it is: begin the next issue")
	reviewing := d.State == report.InReview || d.State == report.Checked
	open("edit", &can.Edit, WriteReport, notSent)
	open("review", &can.Review, WriteReport,
		unless(d.State == report.Drafting || d.State == report.Returned, "すでに確認に回っています。", "it is handed in already"),
		unless(complete, "未記入又は誤りのある項目があります。", "some fields are missing or wrong"))
	open("check", &can.Check, CheckReports, unless(d.State == report.InReview, "確認待ちではありません。", "it does not wait for the check"))
	open("approve", &can.Approve, ApproveReports,
		unless(d.State == report.Checked, "承認待ちではありません。", "it does not wait for approval"),
		unless(d.Maker != by.UserID && !slices.Contains(d.Editors, by.UserID), wrote.Ja, wrote.En),
		unless(d.Checked == nil || d.Checked.By != by.UserID, "確認した方は承認できません。ほかの承認者に依頼してください。", "whoever checked the report cannot approve it: ask another approver"))
	open("return", &can.Return, ReturnReports, unless(reviewing, "確認中の報告書だけを差し戻せます。", "only a report in review can be sent back"))
	open("send", &can.Send, WriteReport, unless(d.State == report.Approved && report.Stands(d), "承認された内容だけを提出できます。", "only approved content can be sent"))
	open("next", &can.Next, WriteReport,
		unless(d.State == report.Sent, "提出してから次の報を作成します。", "the next issue begins when this one was sent"),
		unless(d.Kind() != report.Withdrawal, "取り下げた報告書です。", "the report was taken back"),
		unless(len(nextKinds(s)) > 0, "この様式に次の報はありません。", "this form knows no further issue"))
	open("agree", &can.Agree, WriteReport, unless(s.w.CaseID != "", "事案の報告書だけに記録できます。", "only for a report of a case"))
	return can
}
